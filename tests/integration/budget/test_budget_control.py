"""Commitments, variances and their drivers on 10 February 2024, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.integration.budget.conftest import Query


def _money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def _order(query: Query, po_id: str) -> tuple[Any, ...]:
    columns = (
        "ordered_amount, invoiced_amount, accrued_unbilled_amount, open_amount, released_amount, overbilled_amount"
    )
    (found,) = query(f"select {columns} from marts.commitments where po_id = '{po_id}'")
    return tuple(found.values())


def _committed(query: Query, department: str, period: str) -> dict[str, Any]:
    (found,) = query(
        "select sum(budget_amount) as budget, sum(actual_amount) as actual, sum(committed_amount) as committed, "
        "sum(available_amount) as available, sum(planned_amount) as planned from marts.budget_variances "
        f"where department_id = '{department}' and period_id = '{period}' and is_in_force"
    )
    return found


def test_a_requisition_becomes_an_order_and_a_bill_without_being_counted_twice(query: Query) -> None:
    # 1000 less 300 asked for; 200 of it ordered; these billed and posted and 50 more asked for.
    available = [_committed(query, department, "2024-02")["available"] for department in ("D1", "D2", "D3")]
    assert available == list(_money("700.00", "700.00", "650.00"))


def test_each_order_line_is_divided_without_rest(query: Query) -> None:
    assert _order(query, "RECEIVED") == _money("1000", "100", "200", "700", "0", "0")
    assert _order(query, "TOO_MUCH") == _money("100", "130", "0", "0", "0", "30")
    assert _order(query, "CANCELLED") == _money("70", "0", "0", "0", "70", "0")
    assert _order(query, "P3") == _money("200", "200", "0", "0", "0", "0")
    # Served on the 4th and 9th; nothing billed.
    assert _order(query, "MEDIA") == _money("500", "0", "120", "380", "0", "0")


def test_a_foreign_order_counts_at_its_own_rate_until_it_is_billed(query: Query) -> None:
    # 125 dollars at 1.25 are 100.00; billed at 1.60 they are 78.125, half-even 78.12.
    (found,) = query(
        "select ordered_amount_home, invoiced_amount_home, fx_difference_amount, committed_amount_home "
        "from marts.commitments where po_id = 'DOLLARS'"
    )
    assert tuple(found.values()) == _money("100.00", "100.00", "-21.88", "78.12")


def test_what_is_received_or_billed_and_no_actual_stays_committed(query: Query) -> None:
    # RECEIVED: 700 open, 200 received, 100 billed; DOLLARS 78.12 and TOO_MUCH 130 billed: nothing of it is posted.
    assert _committed(query, "D4", "2024-02")["committed"] == Decimal("1208.12")
    # Delivery is an actual already: of MEDIA only what is open counts.
    media = _committed(query, "D6", "2024-02")
    assert (media["actual"], media["committed"]) == _money("120.00", "380.00")


def test_an_open_order_falls_on_the_days_it_has_left(query: Query) -> None:
    # LONG: 89.00 over the 89 days to 9 May: 19 in February, 31, 30, 9. STALE ended in January and may come any day.
    months = [_committed(query, "D5", f"2024-0{month}")["committed"] for month in (2, 3, 4, 5)]
    assert months == list(_money("59.00", "31.00", "30.00", "9.00"))
    stale = query("select po_id from marts.commitments where is_past_validity")
    assert [row["po_id"] for row in stale] == ["STALE"]


def test_a_contract_burns_its_minimum_down(query: Query) -> None:
    # 366.00 on 366 days: 41.00 are due by 10 February; B4 names the contract with 100.00.
    (found,) = query("select invoiced_amount, remaining_amount, due_amount, burnt_pct from marts.contract_commitments")
    assert tuple(found.values()) == _money("100", "266", "41", "0.273224")


def test_flights_are_planned_from_tomorrow_on_once_they_are_announced(query: Query) -> None:
    # 300.00 on 30 days, 10.00 a day: 19 days of February and 6 of March are left.
    planned = [_committed(query, "D6", f"2024-0{month}")["planned"] for month in (2, 3, 5)]
    assert planned == [*_money("190.00", "60.00", "0.00")]  # what was spent so far goes on into May, as a forecast


def test_days_of_a_leap_february_and_of_each_quarter(query: Query) -> None:
    # 100.00 on 29 days, by the 10th 34.48; quarters of 90, 91, 92 and 92 days at 1.00 a day.
    found = query(
        "select budget_to_date_amount as b from marts.budget_variances where department_id = 'D5' "
        "and period_id = '2024-02' and budget_status = 'budgeted'"
    )
    assert found == [{"b": Decimal("34.48")}]
    months = query(
        "select period_id, budget_amount from marts.budget_variances "
        "where version_id = 'B2025' and period_kind = 'period' and department_id = 'D1' order by 1"
    )
    assert [int(row["budget_amount"]) for row in months] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def _drivers(query: Query, department: str) -> dict[str, Decimal]:
    found = query(
        f"select driver, amount from marts.variance_drivers where department_id = '{department}' "
        "and period_id = '2024-01' and version_id = 'B2024' and basis = 'to_date' and amount <> 0"
    )
    return {row["driver"]: row["amount"] for row in found}


def test_price_volume_and_mix_of_two_campaigns(query: Query) -> None:
    # 1600 for 100 clicks, 2800 for 110 at the same prices: 160 of volume, 1040 of mix. The third campaign is new.
    expected = {"volume": Decimal("160.00"), "mix": Decimal("1040.00"), "new": Decimal("33.00")}
    assert _drivers(query, "D7") == expected


def test_the_currency_part_of_a_variance(query: Query) -> None:
    # 110 dollars were to cost 100.00 and cost 88.00.
    (found,) = query(
        "select variance_amount, operating_variance_amount, fx_variance_amount from marts.budget_variances "
        "where department_id = 'D6' and channel = 'social' and period_id = '2024-01'"
    )
    assert tuple(found.values()) == _money("-12.00", "0.00", "-12.00")
    assert _drivers(query, "D6") == {"fx": Decimal("-12.00")}


def test_a_department_holds_those_below_it_as_they_stood_at_the_end_of_the_period(query: Query) -> None:
    # D2 is below D1; D3 came below D1 on 16 February.
    found = query(
        "select department_id, parent_department_id, budget_amount, own_budget_amount, available_amount "
        "from marts.budget_rollups where period_id = '2024-02' and department_id in ('M', 'D1', 'D3') order by 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("D1", "M", *_money("3000.00", "1000.00", "2050.00")),
        ("D3", "D1", *_money("1000.00", "1000.00", "650.00")),
        ("M", None, *_money("3000.00", "0.00", "2050.00")),
    ]
    january = query("select parent_department_id as p from marts.budget_rollups where period_id = '2024-Q1' "
                    "and department_id = 'D3'")  # fmt: skip
    assert january == [{"p": "D1"}]


def test_what_a_period_left_is_carried_by_its_lines_policy_and_shown_apart(query: Query) -> None:
    found = query(
        "select period_id, channel, budget_amount, carried_in_amount, carried_out_amount, available_amount, "
        "available_with_carried_amount from marts.budget_variances where department_id = 'D8' "
        "and period_id in ('2024-01', '2024-02', '2024-03', '2024-Q1') order by 1, 2"
    )
    rows = {(row["period_id"], row["channel"]): tuple(row.values())[2:] for row in found}
    assert rows["2024-01", "social"] == _money("50", "0", "50", "50", "50")
    assert rows["2024-02", "social"] == _money("50", "50", "0", "50", "100")
    # February is not over: nobody knows yet what March takes over.
    assert rows["2024-03", "social"] == _money("50", "0", "0", "50", "50")
    assert rows["2024-01", "video"] == _money("30", "0", "-20", "-20", "-20")
    assert rows["2024-02", "video"] == _money("30", "-20", "0", "30", "10")
    assert rows["2024-02", "display"] == _money("30", "0", "0", "30", "30")
    assert rows["2024-Q1", "video"] == _money("90", "0", "0", "40", "40")
