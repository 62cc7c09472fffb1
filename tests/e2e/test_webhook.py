"""A run that fails tells the webhook, over a real server, what failed and on which rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import SecretStr

from orchestration import context as run_context
from orchestration import notices, sensors
from tests.support.runs import outlay

COMPANY = """
[company]
name = "Nordlys"
currency = "EUR"
time_zone = "UTC"
[sources.ads]
kind = "files"
entity = "platform_spend"
glob = "*.csv"
"""


class Heard(ThreadingHTTPServer):
    """What was posted, and what is answered."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.answer = 200
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/T0/canary-of-the-webhook"


class _Handler(BaseHTTPRequestHandler):
    server: Heard

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.messages.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test asks for the messages."""


@pytest.fixture
def heard() -> Iterator[Heard]:
    with Heard() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def company(tmp_path: Path) -> Path:
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "company.toml").write_text(COMPANY, encoding="utf-8")
    (folder / "ads.csv").write_text("date_day,spend\n2026-01-01,1.00\n", encoding="utf-8")
    return folder


def test_a_run_whose_gate_fails_tells_the_webhook_and_not_its_address(
    company: Path, tmp_path: Path, heard: Heard
) -> None:
    arguments = ("run", "--date", "2026-01-01")
    done = outlay(*arguments, company=company, data=tmp_path / "data", environment={"OUTLAY_WEBHOOK_URL": heard.url})
    assert done.exit_code == 1, done.output
    (message,) = heard.messages
    assert message["text"].startswith("outlay: Nordlys, 2026-01-01: not published\n")
    assert "ads.csv" in message["text"]
    assert "campaign_id" in message["text"]
    assert message["text"].endswith("nothing is published yet")
    assert "canary-of-the-webhook" not in done.output


def test_a_webhook_that_refuses_or_is_away_is_named_without_its_address(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_context.settings(), "webhook_url", SecretStr(heard.url))
    heard.answer = 410
    assert notices.tell_webhook("x") == "the webhook could not be told: it answers 410"
    monkeypatch.setattr(run_context.settings(), "webhook_url", SecretStr("http://127.0.0.1:1/canary"))
    assert notices.tell_webhook("x") == "the webhook could not be told: ConnectError"


def test_the_sensor_tells_of_runs_that_no_command_started(
    heard: Heard, company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTLAY_COMPANY", str(company))
    monkeypatch.setenv("OUTLAY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("OUTLAY_WEBHOOK_URL", heard.url)
    run_context.settings.cache_clear()
    run_context.company.cache_clear()

    @dg.op
    def broken() -> None:
        raise dg.Failure(description="a row is wrong: ads.csv line 2")

    @dg.job
    def daily() -> None:
        broken()

    with dg.instance_for_test() as instance:
        for tags, told in (({run_context.FROM_COMMAND_TAG: "true"}, 0), ({"dagster/partition": "2026-01-02"}, 1)):
            result = daily.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
            of_run = dg.build_run_status_sensor_context(
                sensor_name="failure_to_webhook",
                dagster_event=next(one for one in result.all_events if one.is_job_failure),
                dagster_instance=instance,
                dagster_run=result.dagster_run,
            ).for_run_failure()
            sensors.failure_to_webhook(of_run)
            assert len(heard.messages) == told
    run_context.settings.cache_clear()
    run_context.company.cache_clear()
    assert heard.messages[0]["text"].startswith("outlay: Nordlys, 2026-01-02: not published\n")
