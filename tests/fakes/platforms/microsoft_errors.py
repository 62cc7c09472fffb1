"""Microsoft's ways of saying no: faults of the API as JSON, those of the blob store as XML."""

from __future__ import annotations

from starlette.responses import Response

from tests.fakes.answers import Json, json_answer
from tests.fakes.desk import Asked


def _fault(status: int, code: int, name: str, message: str, *, operation: bool = False) -> Response:
    """An `AdApiFaultDetail` with Errors, or an `ApiFaultDetail` with OperationErrors."""
    error: Json = {"Code": code, "ErrorCode": name, "Message": message, "Detail" if not operation else "Details": None}
    body: Json = {"TrackingId": "00000000-fake"}
    if operation:
        body |= {"OperationErrors": [error], "BatchErrors": [], "Type": "ApiFaultDetail"}
    else:
        body |= {"Errors": [error], "Type": "AdApiFaultDetail"}
    return json_answer(body, status)


def invalid(asked: Asked, code: int, name: str, message: str) -> Response:
    return _fault(400, code, name, message, operation=True)


def expired(asked: Asked) -> Response:
    return _fault(401, 109, "AuthenticationTokenExpired", "Authentication token expired. Please renew it.")


def credentials(asked: Asked) -> Response:
    message = "Authentication failed. Either supplied credentials are invalid or the account is inactive"
    return _fault(401, 105, "InvalidCredentials", message)


def no_permission(asked: Asked) -> Response:
    return _fault(403, 106, "UserIsNotAuthorized", "User is not authorized to perform this operation.")


def no_account(asked: Asked) -> Response:
    return _fault(400, 1102, "AccountIdInvalid", "The account ID is invalid.", operation=True)


def unknown_report(asked: Asked) -> Response:
    return _fault(400, 2100, "ReportingServiceInvalidReportId", "The report request ID is not valid.", operation=True)


def _throttled(asked: Asked) -> Response:
    status = asked.world.switches["microsoft_throttle_status"]
    message = "You have exceeded the number of calls allowed in a minute. Wait 60 seconds before you call again."
    return _fault(status, 117, "CallRateExceeded", message)


def _server_error(asked: Asked) -> Response:
    return _fault(500, 0, "InternalError", "An internal error has occurred.")


def blob_busy(asked: Asked) -> Response:
    return _blob(503, "ServerBusy", "The server is busy.")


def blob_missing(asked: Asked) -> Response:
    return _blob(403, "AuthenticationFailed", "Server failed to authenticate the request: the signature has expired.")


def _blob(status: int, code: str, message: str) -> Response:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response("\ufeff" + text, status, media_type="application/xml")


REFUSALS = {"throttle": _throttled, "server_error": _server_error}
