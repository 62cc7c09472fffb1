"""Budget against actual of the small company on 10 February 2024, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

Query = Callable[[str], list[dict[str, Any]]]


def _cells(query: Query, period: str, version: str) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    columns = "budget_amount, budget_to_date_amount, actual_amount, variance_amount, variance_pct, budget_status"
    found = query(
        f"select department_id, channel, spend_category, {columns} from marts.budget_variances "
        f"where period_id = '{period}' and version_id = '{version}'"
    )
    return {tuple(row.values())[:3]: tuple(row.values())[3:] for row in found}  # type: ignore[misc]


def _money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_a_revision_in_a_leap_february_keeps_the_earlier_days(query: Query) -> None:
    # B1: 100.00 on 29 days; by the 10th 1000/29 = 34.48. B2 from the 8th: 700/29 = 24.14 stay, 104.86 on 22 days;
    # three of them are 14.30, to date 38.44. Spent 12.00: -26.44, of 38.44 that is -0.687825.
    assert _cells(query, "2024-02", "B1")["D1", "paid_search", "media"][:2] == _money("100.00", "34.48")
    assert _cells(query, "2024-02", "B2")["D1", "paid_search", "media"] == (
        *_money("129.00", "38.44", "12.00", "-26.44", "-0.687825"),
        "budgeted",
    )


def test_a_line_without_a_channel_holds_the_channels_without_a_line(query: Query) -> None:
    # In January the department's search has no line at all: unbudgeted. In February it has one, and nothing is left.
    assert _cells(query, "2024-02", "B2")["D1", "unallocated", "all"] == (
        *_money("290.00", "100.00", "0.00", "-100.00", "-1.000000"),
        "budgeted",
    )
    january = _cells(query, "2024-01", "B2")
    assert january["D1", "paid_search", "media"] == (*_money("0.00", "0.00", "29.14", "29.14"), None, "unbudgeted")


def test_milestones_keep_their_days_and_a_revision_moves_the_rest(query: Query) -> None:
    # 40.00 fell on the 5th; B2 leaves 90.00 - 40.00 = 50.00 for the 20th. Recorded: 50.00, a quarter above.
    assert _cells(query, "2024-02", "B2")["D2", "events", "all"] == (
        *_money("90.00", "40.00", "50.00", "10.00", "0.250000"),
        "budgeted",
    )
    assert _cells(query, "2024-02", "B1")["D2", "events", "all"][:2] == _money("100.00", "40.00")


def test_a_profile_falls_on_its_weekdays_and_a_dropped_line_ends(query: Query) -> None:
    # Mondays of February: 5, 12, 19, 26; 17.50 each. B2 no longer has the line: what fell on the 5th stays.
    key = ("unallocated", "unallocated", "all")
    assert _cells(query, "2024-02", "B1")[key][:3] == _money("70.00", "17.50", "5.00")
    assert _cells(query, "2024-02", "B2")[key][:3] == _money("17.50", "17.50", "5.00")


def test_a_whole_period_counts_from_its_first_day(query: Query) -> None:
    # The quarter's 91.00 stand on 1 January, so February has a line of 0 and no percentage.
    assert _cells(query, "2024-01", "B1")["D2", "b2b", "all"][:3] == _money("91.00", "91.00", "30.00")
    assert _cells(query, "2024-02", "B1")["D2", "b2b", "all"] == (
        *_money("0.00", "0.00", "7.81", "7.81"),
        None,
        "zero_budget",
    )
    assert _cells(query, "2024-Q1", "B1")["D2", "b2b", "all"][:3] == _money("91.00", "91.00", "37.81")


def test_a_period_that_has_not_begun_has_no_variance(query: Query) -> None:
    found = query("select variance_amount, variance_pct_reason from marts.budget_variances where period_id = '2024-03'")
    assert found
    assert {tuple(row.values()) for row in found} == {(None, "period not begun")}


def test_forecasts_are_no_budget_and_unplanned_years_stand_apart(query: Query) -> None:
    versions = {row["version_id"] for row in query("select distinct version_id from marts.budget_variances")}
    assert versions == {"B1", "B2", "(none)"}
    december = query("select sum(actual_amount) as a from marts.budget_variances where period_id = '2023-12'")
    assert december[0]["a"] == Decimal("37.20")


def test_consumption_follows_the_version_in_force_on_each_day(query: Query) -> None:
    # The 5th, B1: 500/29 = 17.24 to date; 88.00 left for 24 days; 12.00 * 29/5. The 10th, B2: 117.00 for 19 days.
    found = query(
        "select date_day, version_id, budget_to_date_amount, actual_to_date_amount, pace, required_daily_amount, "
        "projected_amount, exhaustion_date from marts.budget_consumption_daily where period_id = '2024-02' "
        "and channel = 'paid_search' and department_id = 'D1' and date_day in ('2024-02-05', '2024-02-10') order by 1"
    )
    assert [tuple(row.values())[1:] for row in found] == [
        ("B1", *_money("17.24", "12.00", "0.696056", "3.67", "69.60"), None),
        ("B2", *_money("38.44", "12.00", "0.312175", "6.16", "34.80"), None),
    ]


def test_a_budget_is_exhausted_when_its_daily_mean_passes_it(query: Query) -> None:
    # Events: 50.00 in 10 days, 5.00 a day; 90.00 are passed on the 19th day. 40.00 remain for 19 days.
    found = query(
        "select required_daily_amount, projected_amount, exhaustion_date from marts.budget_consumption_daily "
        "where period_id = '2024-02' and channel = 'events' and date_day = '2024-02-10'"
    )
    assert [(str(a), str(b), str(c)) for a, b, c in (row.values() for row in found)] == [
        ("2.11", "145.00", "2024-02-19")
    ]
