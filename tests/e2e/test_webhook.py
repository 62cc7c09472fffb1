"""A webhook hears, over a real server, what failed on which rows, and which budgets need a person."""

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
from outlay.company import read_company
from outlay.settings import DataFolder
from outlay.story import alerts
from tests.support.api_marts import AS_OF, publish_marts, write_company
from tests.support.runs import outlay, status

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


def test_budgets_that_newly_need_a_person_are_told_once(
    heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Search has stood at `act` since the day before, social only since the last day, video not on the last."""
    folder = DataFolder(tmp_path / "data")
    days = """
        delete from budget_consumption_daily;
        alter table budget_consumption_daily add column alert varchar;
        alter table budget_consumption_daily add column alert_direction varchar;
        insert into budget_consumption_daily
            (date_day, period_id, department_id, channel, budget_to_date_amount, actual_to_date_amount, pace, alert,
            alert_direction)
        values
            (date '2026-03-14', '2026-03', 'D11', 'search', 100.00, 130.00, 1.3, 'act', 'over'),
            (date '2026-03-15', '2026-03', 'D11', 'search', 110.00, 143.00, 1.3, 'act', 'over'),
            (date '2026-03-14', '2026-03', 'D11', 'social', 50.00, 59.00, 1.18, 'warn', 'over'),
            (date '2026-03-15', '2026-03', 'D11', 'social', 55.00, 67.65, 1.23, 'act', 'over'),
            (date '2026-03-14', '2026-03', 'D12', 'video', 80.00, 20.00, 0.25, 'act', 'under'),
            (date '2026-03-15', '2026-03', 'D12', 'video', 90.00, 88.00, 0.98, 'none', null)
    """
    publish_marts(folder.root, days)
    of = read_company(write_company(tmp_path / "company"))
    monkeypatch.setattr(run_context.settings(), "webhook_url", SecretStr(heard.url))
    assert notices.tell_alerts(of, folder) is None
    (message,) = heard.messages
    assert message["text"].splitlines() == [
        "outlay: Small, 2026-03-15: budgets that need a person",
        "D11 social is over budget, 123 % of its pace: 67.65 EUR of 55.00 EUR to date; it lasts until 2026-03-30.",
    ]
    standing = alerts(Path(status(folder.root)["published"]["database"]), as_of=AS_OF, currency="EUR")
    assert [line.split(" is ")[0] for line in standing] == ["D11 search", "D11 social"]
