"""Asking Microsoft: a report is submitted, polled for under the same credential, and downloaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.http import Client
from outlay.sources.microsoft_ads.answers import classify_download

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0
# A report that ends in an error is to be submitted again, says Microsoft.
_SUBMISSIONS = 2


class Reporting:
    """The Reporting service. `only_complete`: Microsoft refuses days that it has not finished."""

    def __init__(self, client: Client, only_complete: bool) -> None:
        self._client = client
        self._only_complete = only_complete

    def fetched(self, kind: str, columns: Sequence[str], account: str, headers: Mapping[str, str],
                days: tuple[date, date], zone: str) -> Answer | None:  # fmt: skip
        """The ZIP of a report; None where Microsoft has no data for the days.

        `zone` is Microsoft's word for the time zone that cuts the days. Raises FetchError.
        """
        request = {
            "Type": f"{kind}Request",
            "ReportName": kind,
            "Format": "Csv",
            "FormatVersion": "2.0",
            "Aggregation": "Daily",
            "Columns": list(columns),
            "Scope": {"AccountIds": [account]},
            "Time": {
                "CustomDateRangeStart": _day(days[0]),
                "CustomDateRangeEnd": _day(days[1]),
                # Unset it would be Pacific time, whatever the account's.
                "ReportTimeZone": zone,
            },
            "ExcludeColumnHeaders": False,
            # The block of properties says whether the days are complete and how many rows there are.
            "ExcludeReportHeader": False,
            "ExcludeReportFooter": False,
            "ReturnOnlyCompleteData": self._only_complete,
        }
        url = self._address({"ReportRequest": request}, f"{kind} of {account}", headers)
        return self._client.download(url, classify=classify_download) if url else None

    def _address(self, request: Mapping[str, Any], about: str, headers: Mapping[str, str]) -> str | None:
        """Where the report lies; None where it would be empty."""
        for _ in range(_SUBMISSIONS):
            told = self._client.post("Reporting/v13/GenerateReport/Submit", json=request, headers=headers).json()
            number = told.get("ReportRequestId")
            if not number:
                raise FetchError(f"{self._client.source}: {about}: Microsoft gave no ReportRequestId; run again later")
            status = self._polled(str(number), about, headers)
            if status["Status"] == "Success":
                url = status.get("ReportDownloadUrl")
                return str(url) if url else None
        raise FetchError(
            f"{self._client.source}: {about}: Microsoft ended the report as {status['Status']!r}, {_SUBMISSIONS} "
            "times; run again later"
        )

    def _polled(self, number: str, about: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The report's last status."""
        pause = _FIRST_PAUSE
        while True:
            asked = {"ReportRequestId": number}
            told = self._client.post("Reporting/v13/GenerateReport/Poll", json=asked, headers=headers).json()
            status = told.get("ReportRequestStatus") or {}
            if status.get("Status") != "Pending":
                return {"Status": "unknown", **status}
            self._client.pause(pause, f"Microsoft's {about}")
            pause = min(pause * 2, _LONGEST_PAUSE)


def _day(day: date) -> dict[str, int]:
    return {"Day": day.day, "Month": day.month, "Year": day.year}
