"""A typed client of the finance API: every call returns the documented shape, every repeat books nothing twice.

with FinanceClient("http://127.0.0.1:8000", "outlay_...") as api:
    march = api.budget("2026-03", department="D120")
    booked = api.record({"vendor_id": "V-1001", "amount": "1250.00", "currency": "EUR", "spend_date": "2026-03-14"})
"""

from __future__ import annotations

import csv
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from outlay.api.bodies.budget import BudgetAnswer
from outlay.api.bodies.recommendations import RecommendationsAnswer
from outlay.api.bodies.reconciliation import ReconciliationAnswer
from outlay.api.bodies.roi import RoiAnswer, RoiPage
from outlay.api.bodies.service import LineageAnswer, StatusAnswer
from outlay.api.bodies.spend import Corrected, Recorded, RecordedBatch, SpendFound, SpendPage, Voided
from outlay.api.bodies.vendors import SavingsAnswer, VendorAnswer

PREFIX = "/api/v1/integrations/finance"
LINES = "application/x-ndjson"
ATTEMPTS = 6
Model = TypeVar("Model", bound=BaseModel)


class ApiError(Exception):
    """What the API answered instead of success. `problem` is the problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


class UnreachableError(Exception):
    """No answer came from the API, however often it was asked."""


class FinanceClient:
    """One connection pool. Calls that got no answer, 429 or 503 are repeated with the same key."""

    def __init__(self, url: str, key: str, *, timeout: float = 60.0, attempts: int = ATTEMPTS) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/") + PREFIX, headers={"Authorization": f"Bearer {key}"}, timeout=timeout
        )
        self._again = Retrying(
            retry=retry_if_exception(_may_repeat), stop=stop_after_attempt(attempts), wait=_wait, reraise=True
        )

    def budget(self, period: str = "current", **filters: str) -> BudgetAnswer:
        """Budget against actual. Filters: department, channel, version, basis."""
        return self._get(f"/budget/{period}", BudgetAnswer, filters)

    def roi(self, campaign_id: str, period: str = "current") -> RoiAnswer:
        """A campaign under every attribution model."""
        return self._get(f"/roi/{campaign_id}", RoiAnswer, {"period": period})

    def campaigns(self, **filters: str | int) -> RoiPage:
        """A page of campaigns. Filters: period, model, channel, sort, limit, cursor."""
        return self._get("/roi", RoiPage, filters)

    def vendor(self, vendor_id: str) -> VendorAnswer:
        """A vendor's scorecard, contracts, orders and claims."""
        return self._get(f"/vendors/{vendor_id}", VendorAnswer, {})

    def savings(self, **filters: str | int) -> SavingsAnswer:
        """A page of claims. Filters: detector, class, vendor_id, status, limit, cursor."""
        return self._get("/savings", SavingsAnswer, filters)

    def recommendations(self) -> RecommendationsAnswer:
        """Where the next euro should go."""
        return self._get("/recommendations", RecommendationsAnswer, {})

    def reconciliation(self, period: str = "current") -> ReconciliationAnswer:
        """Delivery against ledger."""
        return self._get(f"/reconciliation/{period}", ReconciliationAnswer, {})

    def lineage(self, table: str) -> LineageAnswer:
        """Where a table's columns come from."""
        return self._get(f"/lineage/{table}", LineageAnswer, {})

    def status(self) -> StatusAnswer:
        """What is served and how fresh it is."""
        return self._get("/status", StatusAnswer, {})

    def record(self, record: Mapping[str, Any], *, idempotency_key: str | None = None) -> Recorded:
        """Records an expenditure once. Keep the key you state to repeat the call later; else it gets one of its own."""
        return self._post("/spend", Recorded, record, idempotency_key)

    def void(self, spend_id: str, reason: str, *, idempotency_key: str | None = None) -> Voided:
        """Takes a record back."""
        return self._post(f"/spend/{spend_id}/void", Voided, {"reason": reason}, idempotency_key)

    def correct(
        self, spend_id: str, reason: str, record: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Corrected:
        """Puts another record in the place of one."""
        body = {"reason": reason, "record": record}
        return self._post(f"/spend/{spend_id}/corrections", Corrected, body, idempotency_key)

    def spend(self, spend_id: str) -> SpendFound:
        """One record and its history."""
        return self._get(f"/spend/{spend_id}", SpendFound, {})

    def list_spend(self, **filters: str | int) -> SpendPage:
        """A page of records, the last first. Filters: those of GET /spend."""
        return self._get("/spend", SpendPage, filters)

    def record_batch(
        self,
        records: Sequence[Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> RecordedBatch:
        """Records up to 1,000 expenditures, all or none; calls progress(done, of) while they are prepared."""
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4()), "Accept": LINES}
        told = progress or (lambda done, of: None)
        try:
            body: dict[str, Any] = self._again(self._stream, {"records": list(records)}, headers, told)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise UnreachableError(f"{self._http.base_url}: {error}; is `outlay serve` running there?") from error
        return RecordedBatch.model_validate(body)

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def __enter__(self) -> FinanceClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _get(self, path: str, model: type[Model], parameters: Mapping[str, str | int]) -> Model:
        found: Model = self._again(self._call, model, "GET", path, params=dict(parameters))
        return found

    def _post(self, path: str, model: type[Model], body: Mapping[str, Any], key: str | None) -> Model:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        found: Model = self._again(self._call, model, "POST", path, json=dict(body), headers=headers)
        return found

    def _call(self, model: type[Model], method: str, path: str, **more: Any) -> Model:
        answer = self._http.request(method, path, **more)
        if answer.status_code >= 300:
            raise _error(answer.status_code, answer.content, answer.headers)
        return model.model_validate_json(answer.content)

    def _stream(self, body: Any, headers: Mapping[str, str], progress: Callable[[int, int], None]) -> dict[str, Any]:
        with self._http.stream("POST", "/spend-batches", json=body, headers=headers) as answer:
            if answer.status_code >= 300:
                raise _error(answer.status_code, answer.read(), answer.headers)
            for line in answer.iter_lines():
                event = json.loads(line)
                if event["event"] == "progress":
                    progress(event["done"], event["of"])
                elif event["status"] >= 300:
                    raise ApiError(event["status"], event["body"])
                else:
                    found: dict[str, Any] = event["body"]
                    return found
        raise httpx.RemoteProtocolError("the stream ended before the answer")


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a CSV file with a heading, or of a file of JSON lines; empty cells are left out.

    Raises OSError or ValueError.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        rows = [json.loads(line, parse_float=str) for line in text.splitlines() if line.strip()]
    else:
        rows = list(csv.DictReader(text.splitlines()))
    if not rows:
        raise ValueError(f"{path}: no records")
    return [{name: value for name, value in row.items() if name and value not in ("", None)} for row in rows]


def batches_of(records: Sequence[Mapping[str, Any]], size: int) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Batches with keys made from what is in them and where it stands: the same file again has the same keys."""
    for start in range(0, len(records), size):
        batch = list(records[start : start + size])
        content = json.dumps([start, batch], sort_keys=True, ensure_ascii=True).encode()
        yield f"file-{hashlib.sha256(content).hexdigest()}", batch


def _error(status: int, body: bytes, headers: httpx.Headers) -> ApiError:
    try:
        problem = json.loads(body)
    except ValueError:
        problem = {"title": body[:200].decode(errors="replace")}
    wait = headers.get("retry-after", "")
    return ApiError(status, problem, float(wait) if wait.isdigit() else None)


def _may_repeat(error: BaseException) -> bool:
    if isinstance(error, ApiError):
        return error.status in (408, 429, 502, 503, 504)
    return isinstance(error, httpx.TransportError)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, ApiError) and error.retry_after is not None:
        return error.retry_after
    return wait_exponential(multiplier=0.2, max=10)(state)
