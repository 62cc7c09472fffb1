"""Meta: paging and report runs, splitting, its many ways to say no, and the token that it writes into its links."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.errors import (
    FetchError,
    SchemaError,
    TooMuchDataError,
)
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from outlay.sources.meta_ads.insights import Insights
from outlay.sources.meta_ads.shapes import budget
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import DAYS, Open, Opened, amounts, by_day

KIND = "meta_ads"
# 14.35 + 4.00, 15.00 + 4.10, 16.65, 17.00 + 4.30
SPENT = amounts("18.35", "19.10", "16.65", "21.30")


@pytest.fixture
def meta(open_ads: Open) -> Opened:
    """Asks at once: the four days are fewer than ten."""
    return open_ads(KIND, sync_days=10)


@pytest.fixture
def by_run(open_ads: Open) -> Opened:
    """Asks by report run: the four days are more than three."""
    return open_ads(KIND)


def test_reads_every_page_of_a_short_period(meta: Opened) -> None:
    meta.fake.world.switches["meta_page_size"] = 2
    rows = meta.rows()
    assert len(meta.pages) == 4  # 7 rows
    assert by_day(rows) == SPENT
    assert meta.control() == SPENT
    assert meta.asked("submit") == 0


def test_says_what_a_row_is(meta: Opened) -> None:
    row = meta.rows()[0]
    assert {name: row[name] for name in row if name[0] != "_"} == {
        "platform": "meta_ads",
        "account_id": "700100200300",
        "account_time_zone": "Europe/Berlin",
        "campaign_id": "8001",
        "campaign_name": "DE_SOC_Lookalike",
        "date_day": date(2026, 1, 30),
        "spend": Decimal("14.35"),
        "currency": "EUR",
        "impressions": 185,
        "clicks": 9,
        "conversions": Decimal(1),
        "conversions_value": Decimal("129.00"),
    }
    assert meta.reading.unknown_fields == {}


def test_counts_a_purchase_once_though_meta_names_it_three_times(meta: Opened) -> None:
    rows = meta.rows()
    assert sum(row["conversions"] for row in rows) == 4  # 1, none, 2, 1
    assert sum(row["conversions_value"] for row in rows) == 129 + 258 + 129


def test_counts_the_clicks_that_are_stated(open_ads: Open) -> None:
    leading_away, every = open_ads(KIND), open_ads(KIND, clicks="clicks")
    every.fake.world.switches["meta_clicks_all_percent"] = 200
    assert sum(row["clicks"] for row in leading_away.rows()) == 9 + 9 + 10 + 11 + 4 + 4 + 4
    assert sum(row["clicks"] for row in every.rows()) == 2 * 51


# -- report runs -----------------------------------------------------------------------------------------------------


def test_waits_for_the_status_of_a_report_run_not_for_its_percentage(by_run: Opened) -> None:
    by_run.fake.world.switches["meta_polls"] = 4  # the last of them say 100 % and "Job Running"
    assert by_day(by_run.rows()) == SPENT
    assert by_run.asked("submit") == 1
    assert by_run.asked("poll") == 5
    assert by_run.waits == [2, 4, 8, 16]


def test_a_report_run_that_fails_is_submitted_once_more(by_run: Opened) -> None:
    by_run.fake.world.faults.add(Fault(KIND, "job_fails_at_100"))
    assert by_day(by_run.rows()) == SPENT
    assert by_run.asked("submit") == 2


def test_a_report_run_that_fails_again_is_an_error(by_run: Opened) -> None:
    by_run.fake.world.faults.add(Fault(KIND, "job_fails_at_100", times=None))
    with pytest.raises(FetchError, match=r"Job Failed at 100 %, 2 times, .*run again later$"):
        by_run.rows()


def test_a_report_run_that_never_ends_is_given_up(by_run: Opened) -> None:
    by_run.fake.world.switches["meta_polls"] = 10_000
    with pytest.raises(FetchError, match="was not ready within 900 s; run again later"):
        by_run.rows()
    assert sum(by_run.waits) <= 900


# -- too much --------------------------------------------------------------------------------------------------------


def test_divides_the_days_where_meta_finds_them_too_many(meta: Opened) -> None:
    meta.fake.world.switches["meta_max_days"] = 1
    assert by_day(meta.rows()) == SPENT
    assert [page.request.split(", ")[-1] for page in meta.pages] == [f"{day} to {day}" for day in DAYS]


class _Graph:
    """A client whose account has five campaigns, and that tells of at most `most` at once."""

    source = "meta"

    def __init__(self, folder: Path, most: int, run: dict[str, Any] | None = None) -> None:
        self.folder = folder
        self.most = most
        self.run = run or {}
        self.asked: list[list[str] | None] = []

    def post(self, path: str, **sent: Any) -> Answer:
        return self._answer({"report_run_id": "77"})

    def get(self, path: str, *, params: dict[str, Any] | None = None) -> Answer:
        if path == "v25.0/77":
            return self._answer(self.run)
        if path.endswith("/campaigns"):
            return self._answer({"data": [{"id": f"{number}"} for number in range(1, 6)]})
        filters = {one["field"]: one["value"] for one in json.loads((params or {})["filtering"])}
        ids = filters.get("campaign.id")
        self.asked.append(ids)
        if ids is None or len(ids) > self.most:
            raise TooMuchDataError("meta: reduce the amount of data")
        return self._answer({"data": [{"campaign_id": one} for one in ids]})

    def _answer(self, told: Any) -> Answer:
        body = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        body.write_text(json.dumps(told))
        return Answer(200, {}, body, "GET")


def test_divides_a_days_campaigns_where_even_a_day_is_too_much(tmp_path: Path) -> None:
    graph = _Graph(tmp_path, most=2)
    pages = Insights(graph, "v25.0", 3).days("1", {"level": "campaign", "fields": "spend"}, DAYS[0], DAYS[0])  # type: ignore[arg-type]
    told = [one["campaign_id"] for page in pages for one in json.loads(page.body.read_text())["data"]]
    assert told == ["1", "2", "3", "4", "5"]
    assert graph.asked == [None, ["1", "2"], ["3", "4", "5"], ["3"], ["4", "5"]]


def test_a_campaigns_day_that_is_too_much_is_an_error(tmp_path: Path) -> None:
    asked = Insights(_Graph(tmp_path, most=0), "v25.0", 3).days("1", {"level": "campaign"}, DAYS[0], DAYS[0])  # type: ignore[arg-type]
    with pytest.raises(FetchError, match="cannot be divided further"):
        list(asked)


def test_a_report_run_that_was_skipped_is_no_result(tmp_path: Path) -> None:
    graph = _Graph(tmp_path, 9, {"async_status": "Job Skipped", "async_percent_completion": 0})
    with pytest.raises(FetchError, match="ended the report run 77 as Job Skipped at 0 %"):
        list(Insights(graph, "v25.0", 0).days("1", {"level": "campaign"}, DAYS[0], DAYS[0]))  # type: ignore[arg-type]


# -- what is kept, and what changes ----------------------------------------------------------------------------------


def test_keeps_no_token_though_meta_writes_it_into_its_links(meta: Opened) -> None:
    meta.fake.world.switches |= {"meta_page_size": 2, "meta_next_repeats_header_token": True}
    assert by_day(meta.rows()) == SPENT
    kept = b"".join(page.body.read_bytes() for page in meta.pages)
    assert b"access_token=***" in kept
    assert b"canary" not in kept
    assert not any("canary" in page.request for page in meta.pages)
    assert not any("canary" in one.query for one in meta.fake.world.asked(KIND))


def test_notes_a_new_field_and_refuses_a_missing_or_changed_one(meta: Opened) -> None:
    meta.fake.world.faults.add(Fault(KIND, "new_field", at=1), Fault(KIND, "missing_field", at=2))
    assert by_day(meta.rows()) == SPENT
    assert meta.reading.unknown_fields == {"newlyAddedFigure": "the row"}
    with pytest.raises(SchemaError, match="field spend: expected an amount, found None"):
        meta.rows()
    meta.fake.world.faults.add(Fault(KIND, "retyped_field"))
    with pytest.raises(SchemaError, match="field spend: expected an amount"):
        meta.rows()


def test_a_field_that_meta_no_longer_knows_stops_the_fetch(meta: Opened) -> None:
    meta.fake.world.faults.add(Fault(KIND, "missing_field", detail="refused"))
    with pytest.raises(FetchError, match=r"nonexisting field \(spend\)"):
        meta.rows()


def test_the_control_total_shows_a_row_that_meta_kept_back(meta: Opened) -> None:
    meta.fake.world.faults.add(Fault(KIND, "lost_row"))
    rows, control = by_day(meta.rows()), meta.control()
    assert control == SPENT
    assert {day: SPENT[day] - rows.get(day, Decimal(0)) for day in DAYS} == amounts("0", "0", "0", "4.30")


def test_a_restated_day_an_emptied_one_and_a_removed_campaign(meta: Opened) -> None:
    world = meta.fake.world
    world.restate(KIND, "8001", DAYS[0], "20.00")
    world.empty_day(KIND, "700100200300", DAYS[2])
    world.remove_campaign(KIND, "8002")
    rows = meta.rows()
    assert by_day(rows) == amounts("24.00", "19.10", "-", "21.30")
    assert meta.control() == amounts("24.00", "19.10", "-", "21.30")
    assert {row["campaign_name"] for row in rows if row["campaign_id"] == "8002"} == {None}


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"date_stop": "2026-02-28"}, "date_stop"), ({"account_id": "5"}, "account_id"), ({"actions": 3}, "actions")],
)
def test_refuses_a_row_of_several_days_or_of_another_account(
    meta: Opened, tmp_path: Path, changed: dict[str, Any], field: str
) -> None:
    row = {"account_id": "7", "account_currency": "EUR", "campaign_id": "1", "spend": "1.00"}
    row |= {"date_start": "2026-02-01", "date_stop": "2026-02-01", **changed}
    body = tmp_path / "page.json"
    body.write_text(json.dumps({"data": [row]}))
    with pytest.raises(SchemaError, match=f"field {field}"):
        list(meta.connector.parse(RawPage("", body), Account("7", currency="EUR"), Reading()))


def test_delivers_campaigns_by_name(open_ads: Open) -> None:
    listed = open_ads(KIND, "campaigns")
    listed.fake.world.switches["meta_page_size"] = 1
    rows = listed.rows()
    assert [(row["campaign_id"], row["name"]) for row in rows] == [
        ("8001", "DE_SOC_Lookalike"),
        ("8002", "DE_RTG_Basket"),
    ]
    assert rows[0]["daily_budget"] == Decimal("25.00")
    assert rows[0]["start_date"] == date(2025, 9, 3)
    assert listed.control() is None


@pytest.mark.parametrize(("faults", "given"), [(["lost_row"], 0), (["repeated_row", "lost_row"], 1)])
def test_fewer_campaigns_than_meta_counts_are_refused(open_ads: Open, faults: list[str], given: int) -> None:
    listed = open_ads(KIND, "campaigns")
    listed.fake.world.switches["meta_page_size"] = 1
    scripted = (Fault(KIND, name, step="campaigns", at=at) for at, name in enumerate(faults, 1))
    listed.fake.world.faults.add(*scripted)
    with pytest.raises(FetchError, match=f"Meta counts 2 and gave {given}; run again later"):
        listed.rows()


def test_a_budget_in_the_smallest_unit() -> None:
    assert budget(Decimal(2550), "EUR") == Decimal("25.50")
    assert budget(Decimal(2550), "JPY") == 2550
    assert budget(Decimal(0), "EUR") is None
