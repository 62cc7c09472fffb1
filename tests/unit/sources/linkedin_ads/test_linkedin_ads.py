"""LinkedIn: addresses in raw Rest.li, no pages and a silent cap, twenty fields, silence where access is missing."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from outlay.sources.linkedin_ads.shapes import field_lists, joined
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import DAYS, Open, Opened, amounts, by_day

KIND = "linkedin_ads"
# 20.94, 21.00 + 1.25, 22.06 + 1.50, 23.00 + 1.75
SPENT = amounts("20.94", "22.25", "23.56", "24.75")


@pytest.fixture
def linkedin(open_ads: Open) -> Opened:
    return open_ads(KIND)


def test_reads_days_urns_and_money(linkedin: Opened) -> None:
    rows = linkedin.rows()
    assert by_day(rows) == SPENT
    assert linkedin.control() == SPENT
    first = {name: value for name, value in rows[0].items() if name[0] != "_"}
    assert first == {
        "platform": "linkedin_ads",
        "account_id": "508000001",
        "account_time_zone": "UTC",
        "campaign_id": "7001",
        "campaign_name": "DE_B2B_Schools",
        "date_day": date(2026, 1, 30),
        "spend": Decimal("20.94"),
        "currency": "USD",
        "impressions": 190,
        "clicks": 10,
        "conversions": Decimal(1),
        "conversions_value": Decimal("10.0"),
    }
    assert linkedin.reading.unknown_fields == {}


def test_asks_with_brackets_as_they_are(linkedin: Opened) -> None:
    linkedin.rows()
    query = linkedin.fake.world.asked(KIND, "rows")[0].query
    assert "pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)" in query
    assert "dateRange=(start:(year:2026,month:1,day:30),end:(year:2026,month:2,day:2))" in query
    assert "accounts=List(urn%3Ali%3AsponsoredAccount%3A508000001)" in query


def test_money_with_the_noise_of_floats_is_the_same_to_the_cent(linkedin: Opened) -> None:
    linkedin.fake.world.switches["linkedin_float_noise"] = True
    rows, control = linkedin.rows(), linkedin.control()
    assert rows[0]["spend"] == Decimal("20.93999999999996")
    assert {day: round(spend, 4) for day, spend in by_day(rows).items()} == SPENT
    assert control is not None
    assert {day: round(spend, 4) for day, spend in control.items()} == SPENT


# -- the silent cap --------------------------------------------------------------------------------------------------


def test_divides_the_days_where_an_answer_reaches_the_cap(open_ads: Open) -> None:
    capped = open_ads(KIND, element_limit=3)
    capped.fake.world.switches["linkedin_cap"] = 3  # of 7 elements; two a day at most
    assert by_day(capped.rows()) == SPENT
    asked = [page.request.partition("CAMPAIGN, ")[2] for page in capped.pages if page.role == "rows"]
    assert asked == [f"{day} to {day}" for day in DAYS]


def test_truncation_at_fifteen_thousand_is_noticed(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "silent_truncation"))
    assert by_day(linkedin.rows()) == SPENT
    assert linkedin.asked("rows") == 3  # the whole, and its halves


def test_a_day_that_reaches_the_cap_is_an_error(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "silent_truncation", times=None))
    with pytest.raises(FetchError, match=r"2026-01-30 to 2026-01-30: LinkedIn answers with at most 15000 elements"):
        linkedin.rows()


# -- twenty fields ---------------------------------------------------------------------------------------------------

MANY = ["externalWebsiteConversions", "oneClickLeads", "likes", "shares", "comments"]


def test_asks_for_more_metrics_than_fit_and_joins_the_answers(open_ads: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outlay.sources.linkedin_ads.shapes.MOST_FIELDS", 5)
    many = open_ads(KIND, conversion_metrics=MANY)
    many.fake.world.switches["linkedin_max_fields"] = 5
    rows = many.rows()
    assert by_day(rows) == SPENT
    assert sum(row["conversions"] for row in rows) == 3  # 1 and 2; the other metrics are 0
    assert sum(row["impressions"] for row in rows) == 190 + 191 + 192 + 193 + 10 + 11 + 12
    assert many.asked("rows") == 3  # nine metrics, three at a time
    assert [page.role for page in many.pages] == ["names", "joined"]
    assert many.reading.unknown_fields == {}


def test_twenty_fields_hold_eighteen_metrics() -> None:
    lists = field_lists([f"metric{number}" for number in range(37)])
    assert [len(fields) for fields in lists] == [20, 20, 3]
    assert {tuple(fields[:2]) for fields in lists} == {("dateRange", "pivotValues")}


def _element(campaign: int, **metrics: Any) -> dict[str, Any]:
    day = {"year": 2026, "month": 2, "day": 1}
    urn = f"urn:li:sponsoredCampaign:{campaign}"
    return {"dateRange": {"start": day, "end": day}, "pivotValues": [urn], **metrics}


def test_an_element_in_some_answers_only_cost_nothing() -> None:
    found = list(joined([[_element(1, costInLocalCurrency="2.00")], [_element(2, likes=4), _element(1, likes=3)]]))
    assert found == [_element(1, costInLocalCurrency="2.00", likes=3), _element(2, costInLocalCurrency="0", likes=4)]


def test_an_element_that_comes_twice_is_not_joined_by_chance() -> None:
    with pytest.raises(SchemaError, match="each day and pivot once, found '2026-02-01 1'"):
        list(joined([[_element(1, costInLocalCurrency="2.00")], [_element(1, likes=3), _element(1, likes=4)]]))


# -- what is read, and what changes ----------------------------------------------------------------------------------


def test_notes_a_new_field_and_refuses_a_missing_or_changed_one(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(
        Fault(KIND, "new_field", step="rows"), Fault(KIND, "missing_field", at=2, step="rows")
    )
    assert by_day(linkedin.rows()) == SPENT
    assert linkedin.reading.unknown_fields == {"newlyAddedFigure": "the row"}
    with pytest.raises(SchemaError, match="field costInLocalCurrency: expected an amount, found None"):
        linkedin.rows()
    linkedin.fake.world.faults.add(Fault(KIND, "retyped_field", step="rows"))
    with pytest.raises(SchemaError, match="field costInLocalCurrency: expected an amount"):
        linkedin.rows()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"dateRange": {"start": {"year": 2026, "month": 2, "day": 1}, "end": {"year": 2026, "month": 2, "day": 2}}},
         "dateRange.end"),
        ({"dateRange": {"start": {"year": 2026, "month": 2}}}, "dateRange.start"),
        ({"pivotValues": ["urn:li:sponsoredCampaign:1", "urn:li:sponsoredCampaign:2"]}, "pivotValues"),
    ],
)  # fmt: skip
def test_refuses_an_element_of_several_days_or_campaigns(
    linkedin: Opened, tmp_path: Path, changed: dict[str, Any], field: str
) -> None:
    body = tmp_path / "page.json"
    body.write_text(json.dumps({"elements": [_element(1, costInLocalCurrency="1.00") | changed]}))
    with pytest.raises(SchemaError, match=f"field {field}"):
        list(linkedin.connector.parse(RawPage("", body), Account("7", currency="EUR"), Reading()))


def test_names_belong_to_the_delivery_that_they_came_with(linkedin: Opened) -> None:
    linkedin.fake.world.switches["linkedin_page_size"] = 1
    assert {row["campaign_name"] for row in linkedin.rows()} == {"DE_B2B_Schools", "DE_B2B_Clubs"}
    assert [page.role for page in linkedin.pages] == ["names", "more_names", "rows"]
    linkedin.fake.world.remove_campaign(KIND, "7002")
    rows = linkedin.rows()
    assert {(row["campaign_id"], row["campaign_name"]) for row in rows} == {("7001", "DE_B2B_Schools"), ("7002", None)}
    assert by_day(rows) == SPENT


def test_a_restated_day_and_an_emptied_one(linkedin: Opened) -> None:
    linkedin.fake.world.restate(KIND, "7002", DAYS[1], "2.25")
    linkedin.fake.world.empty_day(KIND, "508000001", DAYS[3])
    assert by_day(linkedin.rows()) == amounts("20.94", "23.25", "23.56", "-")
    assert linkedin.control() == amounts("20.94", "23.25", "23.56", "-")


def test_the_control_total_shows_a_row_that_linkedin_kept_back(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "lost_row", step="rows"))
    rows, control = by_day(linkedin.rows()), linkedin.control()
    assert control == SPENT
    assert SPENT[DAYS[3]] - rows[DAYS[3]] == Decimal("1.75")


def test_delivers_campaigns_by_name(open_ads: Open) -> None:
    listed = open_ads(KIND, "campaigns")
    listed.fake.world.switches["linkedin_page_size"] = 1
    rows = listed.rows()
    assert [(row["campaign_id"], row["name"]) for row in rows] == [("7001", "DE_B2B_Schools"), ("7002", "DE_B2B_Clubs")]
    assert rows[0]["daily_budget"] == Decimal("25.00")
    assert rows[0]["start_date"] == date(2025, 9, 3)
    assert listed.control() is None


def test_days_without_activity_are_empty(linkedin: Opened) -> None:
    quiet = (date(2026, 3, 1), date(2026, 3, 31))
    assert linkedin.rows(*quiet) == []
    assert linkedin.control(*quiet) == {}
