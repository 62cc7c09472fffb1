"""What the pages say, in all states; that they are small, alike each time, closed to scripts and to the outside."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.page import PageError, Standing, UnknownScopeError, render_report, write_pages
from outlay.page.geometry import Axis, apart, ticks
from outlay.page.numbers import COUNT, PERCENT_1, THOUSANDS_1, scale_for, show
from outlay.publishing import PublishedVersion
from tests.support.page_marts import company_of, publish_company, small_company
from tests.support.page_states import ARABIC, FAILED, LONG, SCRIPT, STATES
from tests.unit.page.reading import Page

Written = Callable[[str], tuple[PublishedVersion, Path]]
SAYS = {
    "no_budget": ["there is no budget to hold it against", "Without a budget there is no difference to explain"],
    "no_ledger": ["Nothing to reconcile", "No detector found money", "nothing to tie to the ledger"],
    "no_touchpoints": ["touchpoints or conversions were not delivered", "no conversions were delivered"],
    "one_day": ["No forecast", "none was made", "none can be scored yet"],
    "gate_failed": ["Older data is shown", "row_number 7", "1 row below 0", "google/2026-02-15.csv"],
    "channels": [
        "33 more channels differ less; the total counts them",
        "33 more channels cost or brought less",
        "Paid social is EUR 600.00 under",
    ],
    "negative": ["Without cost, so without ROI", "\u2212700"],
    "old_version": [
        "Spend and budget are not in this version",
        "Not in this version.",
        "This version has no table channel_roi",
        "This version has no table budget_variances",
    ],
    "nothing": ["Nothing was budgeted or spent", "No spend was delivered"],
}


def report(folder: Path) -> Page:
    return Page((folder / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("state", SAYS)
def test_what_is_not_known_is_said_with_its_reason(written: Written, state: str) -> None:
    text = report(written(state)[1]).text
    for words in SAYS[state]:
        assert words in text


@pytest.mark.parametrize("state", STATES)
def test_pages_are_small_without_scripts_and_ask_nobody(written: Written, state: str) -> None:
    _, folder = written(state)
    for file in folder.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert len(text.encode()) < 100_000, file
        assert "://" not in text.replace("http://www.w3.org/2000/svg", ""), file
        assert not re.search(r"<script|<img|<iframe|@import|url\((?!#)| on\w+=", text), file


@pytest.mark.parametrize("state", ["whole", "names"])
def test_every_link_leads_to_a_page_or_an_anchor(written: Written, state: str) -> None:
    _, folder = written(state)
    for file in folder.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for link in Page(text).links:
            if link.startswith("#"):
                assert f'id="{link[1:]}"' in text
            else:
                assert (file.parent / link).is_file(), link


def test_names_are_text(written: Written) -> None:
    _, folder = written("names")
    pages = [Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))]
    assert all("script" not in page.tags and "b" not in page.links for page in pages)
    shown = [page for page in pages if SCRIPT in page.text]
    # The report, the weeks, the campaigns and its own page, the vendors and its own page.
    assert len(shown) >= 5
    assert any(LONG in page.text for page in pages)
    assert any(ARABIC in page.text for page in pages)


def test_the_same_version_gives_the_same_bytes(written: Written, tmp_path: Path) -> None:
    version, folder = written("whole")
    files = write_pages(version, tmp_path / "again", company_of(tmp_path / "company"))
    assert len(files) == len([path for path in folder.rglob("*") if path.is_file()])
    for file in files:
        assert file.read_bytes() == (folder / file.relative_to(tmp_path / "again")).read_bytes()


def test_five_hundred_campaigns_are_quick(written: Written, tmp_path: Path) -> None:
    version, _ = written("many")
    started = time.perf_counter()
    files = write_pages(version, tmp_path / "page", company_of(tmp_path / "company"))
    assert time.perf_counter() - started < 30
    assert len([file for file in files if file.parent.name == "campaigns"]) == 501
    assert sum(file.stat().st_size for file in files) < 8_000_000


def test_another_period_and_department(written: Written, tmp_path: Path) -> None:
    version, _ = written("whole")
    company = company_of(tmp_path)
    page = Page(render_report(version, company, period="2026-Q1", department="D1"))
    values = {(one.query, one.key, one.column): one.value for one in page.numbers}
    assert values["variance", "(total)", "actual_amount"] == "8900.00"
    assert "department_id in ('D1', 'D11')" in page.sql["variance"]
    below = Page(render_report(version, company, period="2026-Q1", department="D11"))
    assert "Nothing was budgeted or spent" in below.text
    with pytest.raises(UnknownScopeError, match="there is no period 2031"):
        render_report(version, company, period="2031")
    with pytest.raises(UnknownScopeError, match="D1, D11"):
        render_report(version, company, department="x' or true --")


@pytest.mark.parametrize(
    ("begun", "words"), [(14, "After 1 day, spend is"), (8, "After 7 days, spend"), (7, "Spend is")]
)
def test_a_young_period_says_how_few_days_are_known(tmp_path: Path, begun: int, words: str) -> None:
    """Everything is known up to 14 February."""
    tables = small_company()
    for row in tables["fiscal_periods"]:
        if row["period_kind"] == "quarter":
            row["start_date"] = date(2026, 2, begun)
    version = publish_company(tmp_path / "data", tables)
    assert words in Page(render_report(version, company_of(tmp_path / "company"))).text


def test_a_campaign_of_many_years_shows_its_last_periods(tmp_path: Path) -> None:
    """Four years by month end with 13 months; what the page leaves out stands in the mart."""
    tables = small_company()
    like = next(row for row in tables["campaign_roi"] if row["period_kind"] == "quarter")
    months = [f"{year}-{month:02d}" for year in range(2022, 2026) for month in range(1, 13)]
    tables["campaign_roi"] += [{**like, "period_kind": "month", "period_id": month} for month in months]
    version = publish_company(tmp_path / "data", tables)
    write_pages(version, tmp_path / "page", company_of(tmp_path / "company"))
    page = Page((tmp_path / "page" / "campaigns" / "c-1.html").read_text())
    shown = {one.key for one in page.numbers if one.query == "campaign_periods" and "month" in one.key}
    assert shown == {one.key for one in page.numbers if any(month in one.key for month in months[-13:])}
    assert len(shown) == 13


def test_a_target_is_shown_before_anything_is_claimed(tmp_path: Path) -> None:
    tables = small_company()
    tables["savings_opportunities"] = []
    version = publish_company(tmp_path / "data", tables)
    text = Page(render_report(version, company_of(tmp_path / "company"))).text
    assert "No savings found" in text
    assert "Towards the target" in text
    assert "No detector found money" in text


def test_a_version_without_a_calendar_is_refused_in_words(tmp_path: Path) -> None:
    version = publish_company(tmp_path / "data", {}, without=["fiscal_periods"])
    with pytest.raises(PageError, match="no fiscal period"):
        write_pages(version, tmp_path / "page", company_of(tmp_path / "company"))


def test_a_failure_without_rows_or_before_any_gate_is_told_too(written: Written, tmp_path: Path) -> None:
    version, _ = written("whole")
    rowless = {name: value for name, value in FAILED.as_json().items() if name != "failing_rows"}
    company = company_of(tmp_path)
    assert "1 row below 0" in Page(render_report(version, company, standing=Standing("2026-02-15", [rowless]))).text
    stopped = Standing(None, [], ["meta_ads: the credential was refused"])
    assert "the credential was refused" in Page(render_report(version, company, standing=stopped)).text


def test_restatements_of_the_last_publication(tmp_path: Path) -> None:
    publish_company(tmp_path / "data", small_company())
    changed = small_company()
    changed["spend_daily"][0]["amount"] = Decimal("93.00")
    version = publish_company(tmp_path / "data", changed)
    page = Page(render_report(version, company_of(tmp_path / "company")))
    values = {(one.column, one.value) for one in page.numbers if one.query == "restatements"}
    assert {("was", "100.00"), ("is_now", "93.00"), ("change_amount", "-7.00")} <= values
    assert "1 published figure was restated by this publication" in page.text
    changed["spend_daily"].append({"date_day": date(2026, 2, 15), "campaign_id": "c-1", "amount": Decimal("1.00")})
    later = publish_company(tmp_path / "data", changed)
    page = Page(render_report(later, company_of(tmp_path / "company")))
    assert "Nothing changed with this publication; 1 figure was restated on 14 Feb 2026" in page.text


def test_numbers_for_people() -> None:
    assert show(Decimal("-1234.5"), COUNT) == "\u22121,234"
    assert show(Decimal("0.0449"), PERCENT_1, signed=True) == "+4.5\u00a0%"
    assert show(Decimal("-0.0001"), PERCENT_1, signed=True) == "0.0\u00a0%"
    assert scale_for([Decimal(173_700), None]) is THOUSANDS_1
    assert show(Decimal("173749.99"), THOUSANDS_1) == "173.7"


def test_drawings_keep_inside_and_labels_apart() -> None:
    axis = Axis(-100, 300)
    assert (axis.zero, axis.at(1000), axis.bar(0, 400).is_cut) == (25.0, 100.0, True)
    assert apart([50.0, 52.0], 10) == [50.0, 60.0]
    assert apart([99.0, 98.0], 10) == [100.0, 90.0]
    assert ticks(219) == [0, 100, 200]
