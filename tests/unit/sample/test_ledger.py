"""Journals balance, reversals mirror, and what the ledger holds follows from what was served and billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest

from outlay.sample import SampleSummary
from outlay.sample.ledger import Journal, Ledger, Posting
from tests.unit.sample.reading import Line, Rows, last_state, read_ledger

Read = Callable[[str], Rows]
PLATFORMS = {"V001", "V002", "V003", "V004", "V005"}
MARKETING = {"4600", "4610", "4620", "4630", "4640", "4650", "4655", "4660", "4670", "4680", "4700"}


@pytest.fixture(scope="module")
def lines(sample: SampleSummary) -> list[Line]:
    return read_ledger(sample.folder)


def test_every_journal_balances_in_its_currency_and_in_euros(lines: list[Line]) -> None:
    balance: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in last_state(lines):
        balance[line.journal_id][0] += line.amount
        balance[line.journal_id][1] += line.home
    assert len(balance) > 200
    assert {name for name, sums in balance.items() if any(sums)} == set()


def test_home_amounts_follow_the_stated_rate(lines: list[Line]) -> None:
    foreign = [line for line in lines if line.currency != "EUR" and line.kind in ("bill", "accrual")]
    assert {line.currency for line in foreign} == {"USD", "GBP"}
    assert all(abs(line.home - line.amount * line.rate) < Decimal("0.06") for line in foreign)


def test_accruals_are_taken_back_on_the_first_of_the_month_at_their_own_rate(lines: list[Line]) -> None:
    accrued: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.kind in ("accrual", "accrual_reversal") and line.account != "3070":
            accrued[line.reverses or line.journal_id] += line.home
    january = {line.journal_id for line in lines if line.kind == "accrual" and line.month == "2026-01"}
    march = {line.journal_id for line in lines if line.kind == "accrual" and line.month == "2026-03"}
    assert len(january) == len(march) == 5
    assert all(accrued[journal] == 0 for journal in january)
    assert all(accrued[journal] > 0 for journal in march)  # nobody has billed March yet


def test_drafts_and_voided_bills_do_not_count(lines: list[Line]) -> None:
    states = defaultdict(list)
    for line in lines:
        if line.status not in states[line.entry_id]:
            states[line.entry_id].append(line.status)
    seen = {tuple(told) for told in states.values()}
    assert seen == {("posted",), ("draft",), ("draft", "posted"), ("posted", "voided")}


def test_the_truth_about_accounts_is_what_the_ledger_holds(lines: list[Line], read: Read) -> None:
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in last_state(lines):
        if line.status == "posted":
            held[line.month, line.account] += line.home
    told = {
        (row["posting_month"], row["account_id"]): Decimal(row["amount_home"])
        for row in read("truth/ledger_accounts.csv")
    }
    assert {key: value for key, value in told.items() if value} == {key: value for key, value in held.items() if value}


def test_served_plus_every_cause_is_what_stands_in_the_ledger(lines: list[Line], read: Read) -> None:
    served: dict[tuple[str, str], Decimal] = {}
    for row in read("truth/vendor_months.csv"):
        if row["billed_amount"]:
            served[row["vendor_id"], row["service_month"]] = Decimal(row["served_amount"])
    assert len(served) == 10  # five platforms, January and February
    posted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in last_state(lines):
        if line.vendor in PLATFORMS and line.kind == "bill" and line.account in MARKETING and line.status == "posted":
            posted[line.vendor, line.service_month] += line.amount
    causes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in read("truth/reconciliation_gaps.csv"):
        causes[row["vendor_id"], row["service_month"][:7]] += Decimal(row["amount"])
    assert {key: amount + causes[key] for key, amount in served.items()} == dict(posted)
    assert {row["cause"] for row in read("truth/reconciliation_gaps.csv")} == {
        "platform_credit", "fee", "unexplained", "coding", "restatement",
    }  # fmt: skip


def test_platform_bills_agree_with_payables_and_ledger(lines: list[Line], read: Read) -> None:
    by_platform: dict[str, Decimal] = defaultdict(Decimal)
    for row in read("exports/billing/platform_invoices_*.csv"):
        by_platform[row["invoice_number"]] += Decimal(row["amount"])
    headers = {row["invoice_number"]: row for row in read("exports/payables/vendor_invoices_*.csv")}
    detail: dict[str, Decimal] = defaultdict(Decimal)
    for row in read("exports/payables/vendor_invoice_lines_*.csv"):
        detail[row["invoice_id"]] += Decimal(row["net_amount"])
    payable: dict[str, Decimal] = defaultdict(Decimal)
    for line in last_state(lines):
        if line.account == "1600" and line.kind == "bill":
            payable[line.document] -= line.amount
    assert len(by_platform) == 12  # six accounts, two months
    for number, amount in by_platform.items():
        assert Decimal(headers[number]["net_amount"]) == amount == detail[headers[number]["invoice_id"]]
        keyed_wrong = Decimal("5.40") if number.startswith("MSA-202601") else Decimal(0)  # 27.00 at scale 0.2
        assert payable[number] == amount - keyed_wrong


def test_an_invoice_posts_its_net_and_the_tax_nobody_gives_back(lines: list[Line], read: Read) -> None:
    cost: dict[str, Decimal] = defaultdict(Decimal)
    for line in last_state(lines):
        if line.vendor == "V012" and line.account in MARKETING:
            cost[line.document] += line.amount
    fair = next(row for row in read("exports/payables/vendor_invoices_*.csv") if row["vendor_id"] == "V012")
    # 1,040.00 stand + 128.00 catering, of which 19 % tax on the catering alone stays a cost.
    assert Decimal(fair["net_amount"]) == Decimal("1168.00")
    assert cost[fair["invoice_number"]] == Decimal("1168.00") + Decimal("24.32")


def test_a_journal_that_does_not_balance_is_refused() -> None:
    with pytest.raises(ValueError, match="does not balance"):
        Ledger().post(Journal("journal", 739_000, (Posting("4640", 100), Posting("1600", -99)), "wrong"))
