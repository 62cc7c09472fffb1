"""Any order of posts, retries, voids, restarts and kills leaves what a plain dictionary says."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from tests.support.api_server import SPEND, ApiServer, api_server

_server: ApiServer
_token: str
_runs = itertools.count(1)


class Bookkeeper(RuleBasedStateMachine):
    """The model: what each key was answered, and what each record came to. Keys of a run are its own."""

    spent = Bundle("spent")
    keys = Bundle("keys")

    @initialize()
    def begin(self) -> None:
        self.run = next(_runs)
        self.numbers = itertools.count(1)
        self.answers: dict[str, tuple[dict[str, Any], bytes]] = {}
        self.records: dict[str, tuple[str, str]] = {}  # id -> amount, state
        self.unheard: dict[str, dict[str, Any]] = {}  # sent, and the server killed before it answered

    @rule(target=spent, cents=st.integers(1, 10**9), keys=st.just(None))
    def post(self, cents: int, keys: None) -> Any:
        key, body = f"{self.run}-{next(self.numbers)}", self._body(cents)
        answer = self._post("/spend", body, key)
        assert answer.status_code == 201
        self._remember(key, body, answer)
        return answer.json()["record"]["spend_id"]

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        if self.answers:
            key = data.draw(st.sampled_from(sorted(self.answers)))
            body, told = self.answers[key]
            answer = self._post("/spend", body, key)
            assert (answer.status_code, answer.content) == (201, told)

    @rule(data=st.data(), cents=st.integers(1, 10**9))
    def retry_with_another_body(self, data: st.DataObject, cents: int) -> None:
        if self.answers:
            key = data.draw(st.sampled_from(sorted(self.answers)))
            other = {**self.answers[key][0], "amount": f"{cents + 10**9}.00"}
            assert self._post("/spend", other, key).status_code == 422

    @rule(spend_id=consumes(spent))
    def void(self, spend_id: str) -> None:
        answer = self._post(f"/spend/{spend_id}/void", {"reason": "duplicate"}, f"v-{spend_id}")
        assert answer.status_code == 201
        amount, _ = self.records[spend_id]
        self.records[spend_id] = (amount, "voided")
        self.records[answer.json()["reversal"]["spend_id"]] = (f"-{amount}", "voided")
        assert self._post(f"/spend/{spend_id}/void", {"reason": "duplicate"}, f"w-{spend_id}").status_code == 409

    @rule(cents=st.integers(1, 10**9))
    def post_and_kill(self, cents: int) -> None:
        key, body = f"{self.run}-{next(self.numbers)}", self._body(cents)
        # Whether the answer came in time or not: nobody hears it.
        with contextlib.suppress(httpx.TransportError):
            httpx.post(f"{_url()}/spend", json=body, headers=_headers(key), timeout=httpx.Timeout(5, read=0.0005))
        _server.kill()
        _server.start()
        self.unheard[key] = body

    @rule(target=spent)
    def hear(self) -> Any:
        """Whether it was booked before the kill or is now: once."""
        heard = []
        for key, body in self.unheard.items():
            answer = self._post("/spend", body, key)
            assert answer.status_code == 201
            self._remember(key, body, answer)
            heard.append(answer.json()["record"]["spend_id"])
        self.unheard.clear()
        return multiple(*heard)

    @rule()
    def restart(self) -> None:
        _server.stop()
        _server.start()

    @invariant()
    def store_is_the_dictionary(self) -> None:
        if not hasattr(self, "records"):
            return
        found: dict[str, tuple[str, str]] = {}
        cursor = None
        while True:
            parameters = {"po_id": f"run-{self.run}", "limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = httpx.get(f"{_url()}/spend", params=parameters, headers=_headers("")).json()
            found |= {one["spend_id"]: (one["amount"], one["state"]) for one in page["records"]}
            if (cursor := page["next_cursor"]) is None:
                break
        unsure = len(found) - len(self.records)
        assert 0 <= unsure <= len(self.unheard)
        assert {key: found[key] for key in self.records} == self.records

    def _body(self, cents: int) -> dict[str, Any]:
        return {**SPEND, "amount": f"{cents // 100}.{cents % 100:02}", "po_id": f"run-{self.run}"}

    def _post(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        return httpx.post(f"{_url()}{path}", json=body, headers=_headers(key), timeout=30)

    def _remember(self, key: str, body: dict[str, Any], answer: httpx.Response) -> None:
        self.answers[key] = (body, answer.content)
        record = answer.json()["record"]
        self.records[record["spend_id"]] = (record["amount"], "posted")


def _url() -> str:
    return f"{_server.url}/api/v1/integrations/finance"


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {_token}", "Idempotency-Key": key or "none"}


@pytest.mark.slow
def test_any_order_of_calls_and_kills_leaves_what_the_dictionary_says(store_url: str) -> None:
    global _server, _token
    with tempfile.TemporaryDirectory() as folder, api_server(Path(folder) / "api", store_url) as _server:
        _token = _server.make_key()
        Bookkeeper.TestCase.settings = settings(
            max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        )
        Bookkeeper.TestCase("runTest").runTest()
