"""What is planted can be found in the exports: every piece of evidence exists, and the amounts follow by hand."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from outlay.sample import SampleSummary
from tests.unit.sample.reading import Rows, read_ledger

Read = Callable[[str], Rows]
DETECTORS = {
    "exact_duplicate_invoice", "near_duplicate_invoice", "cross_vendor_duplicate", "paid_twice",
    "billed_over_delivered", "rate_leakage", "late_fee", "stale_commitment", "missed_discount", "spend_after_end",
    "unused_credit",
    "grossed_up_commission", "missed_rebate", "unreclaimed_tax", "uplift_above_cap", "renewal_window",
    "fx_above_benchmark", "uncontracted_buying", "tail_vendor", "spend_without_result",
}  # fmt: skip


@pytest.fixture(scope="module")
def invoices(read: Read) -> dict[str, dict[str, str]]:
    return {row["invoice_id"]: row for row in read("exports/payables/vendor_invoices_*.csv")}


@pytest.fixture(scope="module")
def lines(read: Read) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in read("exports/payables/vendor_invoice_lines_*.csv"):
        found[row["invoice_id"]].append(row)
    return found


@pytest.fixture(scope="module")
def planted(read: Read) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in read("truth/anomalies.csv"):
        found["innocent " * (row["innocent"] == "true") + row["detector"]].append(row)
    return found


def evidence(row: dict[str, str], kind: str) -> list[str]:
    return [item["id"] for item in json.loads(row["evidence"]) if item["type"] == kind]


def gross(rows: Rows) -> Decimal:
    assert len(rows) == 1
    return Decimal(rows[0]["gross_amount"])


def test_a_quarter_shows_every_kind_and_two_innocent_look_alikes(planted: dict[str, Rows]) -> None:
    assert set(planted) == DETECTORS | {
        "innocent near_duplicate_invoice", "innocent fx_above_benchmark", "innocent uncontracted_buying",
        "innocent renewal_window",
    } | {name for name in planted if name == "innocent billed_over_delivered"}  # fmt: skip


def test_every_piece_of_evidence_stands_in_the_exports(
    planted: dict[str, Rows], read: Read, sample: SampleSummary
) -> None:
    known = {
        "ledger_entry": {line.entry_id for line in read_ledger(sample.folder)},
        "invoice": {row["invoice_id"] for row in read("exports/payables/vendor_invoices_*.csv")},
        "payment": {row["payment_id"] for row in read("exports/payables/payments_*.csv")},
        "vendor": {row["vendor_id"] for row in read("exports/masterdata/vendors_*.csv")},
        "contract": {row["contract_id"] for row in read("exports/procurement/contracts_*.csv")},
        "purchase_order": {row["po_id"] for row in read("exports/procurement/purchase_orders_*.csv")},
        "campaign": {row["campaign_id"] for row in read("exports/masterdata/campaigns_*.csv")},
    }
    for rows in planted.values():
        for row in rows:
            for item in json.loads(row["evidence"]):
                assert item["id"] in known[item["type"]], f"{row['detector']}: {item}"


def test_duplicates_are_the_same_bill_twice(planted: dict[str, Rows], invoices: dict[str, dict[str, str]]) -> None:
    def pair(name: str) -> tuple[dict[str, str], dict[str, str]]:
        first, second = (invoices[number] for number in evidence(planted[name][0], "invoice"))
        assert first["gross_amount"] == second["gross_amount"]
        assert first["currency"] == second["currency"]
        return first, second

    first, second = pair("exact_duplicate_invoice")
    assert first["invoice_number"] != second["invoice_number"]
    assert re.sub(r"\W", "", first["invoice_number"]) == re.sub(r"\W", "", second["invoice_number"])
    assert gross(planted["exact_duplicate_invoice"]) == Decimal(second["net_amount"])
    assert second["status"] == "paid"
    first, second = pair("near_duplicate_invoice")
    assert second["invoice_number"] == f"{first['invoice_number']}A"
    assert (date.fromisoformat(second["invoice_date"]) - date.fromisoformat(first["invoice_date"])).days == 12
    first, second = pair("cross_vendor_duplicate")
    assert (first["vendor_id"], second["vendor_id"]) == ("V012", "V017")
    assert first["invoice_number"] == second["invoice_number"]
    assert second["paid_on"] == ""


def test_the_second_vendor_record_has_the_tax_id_and_the_bank_of_the_first(read: Read) -> None:
    vendors = {row["vendor_id"]: row for row in read("exports/masterdata/vendors_*.csv")}
    for field in ("tax_id", "bank_hash", "domain"):
        assert vendors["V012"][field] == vendors["V017"][field]
    assert vendors["V012"]["name"] != vendors["V017"]["name"]


def test_the_subscription_recurs_and_is_no_duplicate(invoices: dict[str, dict[str, str]]) -> None:
    bills = sorted(
        (row for row in invoices.values() if row["vendor_id"] == "V013"), key=lambda row: row["invoice_date"]
    )
    days = [date.fromisoformat(row["invoice_date"]) for row in bills]
    assert len(bills) == 3
    assert len({row["gross_amount"] for row in bills}) == 1
    assert [(later - earlier).days for earlier, later in itertools.pairwise(days)] == [31, 28]
    assert len({row["service_start"] for row in bills}) == 3


def test_amounts_follow_from_the_documents(
    planted: dict[str, Rows], invoices: dict[str, dict[str, str]], lines: dict[str, Rows], read: Read
) -> None:
    agreed = {row["item"]: Decimal(row["unit_price"]) for row in read("exports/procurement/contract_rates_*.csv")}
    assert len(planted["rate_leakage"]) == 4  # three months of seats, one of mailings
    for row in planted["rate_leakage"]:
        leak = lines[evidence(row, "invoice")[0]][0]
        above = Decimal(leak["unit_price"]) - agreed[leak["item"]]
        assert gross([row]) == Decimal(leak["qty"]) * above > 0
    over = lines[evidence(planted["billed_over_delivered"][0], "invoice")[0]][0]
    assert gross(planted["billed_over_delivered"]) == Decimal(over["net_amount"]) - Decimal(over["served_amount"])
    assert Decimal(over["net_amount"]) > Decimal("1.005") * Decimal(over["served_amount"]) + 1
    twice = evidence(planted["paid_twice"][0], "invoice")[0]
    paid = [Decimal(row["amount"]) for row in read("exports/payables/payments_*.csv") if row["invoice_id"] == twice]
    assert sum(paid) - Decimal(invoices[twice]["gross_amount"]) == gross(planted["paid_twice"])
    late = [row for row in lines[evidence(planted["late_fee"][0], "invoice")[0]] if row["line_kind"] == "late_fee"]
    assert gross(planted["late_fee"]) == Decimal(late[0]["net_amount"]) == Decimal("17.00")  # 85.00 at scale 0.2
    missed = invoices[evidence(planted["missed_discount"][0], "invoice")[0]]
    waited = date.fromisoformat(missed["paid_on"]) - date.fromisoformat(missed["invoice_date"])
    assert 10 < waited.days <= 30
    assert abs(gross(planted["missed_discount"]) - Decimal(missed["net_amount"]) * Decimal("0.02")) < Decimal("0.01")
    stale = evidence(planted["stale_commitment"][0], "purchase_order")[0]
    ordered = [row for row in read("exports/procurement/purchase_order_lines_*.csv") if row["po_id"] == stale]
    assert gross(planted["stale_commitment"]) == sum(Decimal(row["net_amount"]) for row in ordered)
    assert not [row for rows in lines.values() for row in rows if row["po_id"] == stale]


def test_the_campaign_that_went_on_after_its_end(planted: dict[str, Rows], read: Read) -> None:
    row = planted["spend_after_end"][0]
    campaign = evidence(row, "campaign")[0]
    ended = [item for item in read("exports/masterdata/campaigns_*.csv") if item["campaign_id"] == campaign][-1]
    assert (ended["status"], ended["end_date"]) == ("ended", "2026-02-10")
    spend = [item for item in read("truth/platform_spend.csv") if item["campaign_id"] == campaign]
    after = [Decimal(item["spend"]) for item in spend if item["date_day"] > ended["end_date"]]
    assert len(after) == 9
    assert gross([row]) == sum(after)


def test_spend_meets_budgets_but_for_what_is_planted(read: Read) -> None:
    budgeted = {(row["department_id"], row["channel"]) for row in read("exports/planning/budget_lines_2026-01-01.csv")}
    spent = {(row["department_id"], row["channel"]) for row in read("truth/campaigns.csv")}
    assert spent <= budgeted
    assert not {channel for _, channel in budgeted} & {"affiliates"}  # unbudgeted, though it is billed every month
    zero = [row for row in read("exports/planning/budget_lines_2026-01-01.csv") if Decimal(row["amount"]) == 0]
    assert {(row["department_id"], row["channel"]) for row in zero} == {("D130", "display")}
    versions = {row["version_id"]: row["effective_from"] for row in read("exports/planning/budget_versions_*.csv")}
    assert versions == {"FY2026-original": "", "FY2026-revised": "2026-03-01"}


def test_a_bad_rate_of_the_bank_is_told_from_an_ordinary_one(
    planted: dict[str, Rows], read: Read, sample: SampleSummary
) -> None:
    lines = {line.entry_id: line for line in read_ledger(sample.folder)}
    per_euro = {row["Date"]: Decimal(row["USD"]) for row in read("exports/ecb/eurofxref_*.csv")}
    days = {row["payment_id"]: row["paid_on"] for row in read("exports/payables/payments_*.csv")}
    for name, low, high in (("", "0.017", "0.019"), ("innocent ", "0.002", "0.004")):
        for row in planted[f"{name}fx_above_benchmark"]:
            line = lines[evidence(row, "ledger_entry")[0]]
            day = next(day for key, day in days.items() if key.startswith("PAY-A-013-") and line.month in day)
            at_spot = -line.amount / per_euro[day]
            assert abs(gross([row]) - (-line.home - at_spot)) < Decimal("0.02")
            assert Decimal(low) < gross([row]) / at_spot < Decimal(high)


def test_a_campaign_above_its_monthly_limit_is_credited_on_the_bill_of_the_month(read: Read) -> None:
    (campaign,) = (row for row in read("exports/masterdata/campaigns_*.csv") if row["name"] == "UK_SHP_All")
    served: dict[str, Decimal] = defaultdict(Decimal)
    for row in read("truth/platform_spend.csv"):
        if row["campaign_id"] == campaign["campaign_id"]:
            served[row["date_day"][:7]] += Decimal(row["final_spend"])
    credits = {
        row["service_month"][:7]: Decimal(row["amount"])
        for row in read("exports/billing/platform_invoices_*.csv")
        if (row["line_kind"], row["campaign_id"]) == ("overdelivery_credit", campaign["campaign_id"])
    }
    above = {month: cents - Decimal("30.4") * Decimal(campaign["daily_budget"]) for month, cents in served.items()}
    billed = {month: -credit for month, credit in credits.items()}
    assert billed
    assert billed == {month: over for month, over in above.items() if over > max(served[month] / 200, 1)
                      and month < "2026-03"}  # fmt: skip
