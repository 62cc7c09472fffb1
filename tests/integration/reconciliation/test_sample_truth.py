"""What the sample company planted between its platforms and its ledger is found, to the cent, and nothing beside it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from tests.integration.reconciliation.sample_books import Books, money, reconciled

Key = tuple[str, str, str, str, str]
UNBILLED = ("not_billed", "accrual", "ledger_rate")  # nobody has billed it yet, or exchange: not planted, but true
QUARTER_CAUSES = {"platform_credit", "fee", "unexplained", "coding", "restatement"}


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """A small company on 7 February 2026: January is billed and posted."""
    return reconciled(tmp_path_factory.mktemp("january"), seed=7, days=38, scale=0.05)


# 24 March: TikTok's bill for February has come and is posted the day after; 31 March and 30 April: all is posted.
@pytest.fixture(scope="module", params=[(7, 83), (23, 90), (11, 120)], ids=lambda value: f"seed{value[0]}-{value[1]}d")
def quarter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Books:
    seed, days = request.param
    return reconciled(tmp_path_factory.mktemp("quarter"), seed=seed, days=days)


def planted(books: Books) -> dict[Key, Decimal]:
    """Amounts by vendor, month, cause and both documents, in document currency."""
    gaps: dict[Key, Decimal] = defaultdict(Decimal)
    for row in books.truth("reconciliation_gaps"):
        key = row["vendor_id"], row["service_month"], row["cause"], row["left_doc_id"], row["right_doc_id"]
        gaps[key] += money(row["amount"])
    return dict(gaps)


def found(books: Books) -> dict[Key, Decimal]:
    """The same of the mart."""
    rows = books.query(f"select * from marts.reconciliations where rule not in {UNBILLED}")
    items: dict[Key, Decimal] = defaultdict(Decimal)
    for row in rows:
        key = row["vendor_id"], str(row["service_month"]), row["cause"], row["left_doc_id"], row["right_doc_id"] or ""
        items[key] += row["amount_doc"]
    return dict(items)


def check_months(books: Books) -> None:
    """Served, billed and posted are what the sample knows of them; what is unexplained is what was planted so."""
    unexplained: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in books.truth("reconciliation_gaps"):
        if row["cause"] == "unexplained":
            assert row["currency"] == "EUR"
            unexplained[row["vendor_id"], row["service_month"][:7]] += money(row["amount"])
    rows = books.query(
        "select *, (select coalesce(sum(amount), 0) from intermediate.int_reconciliation_postings as postings "
        "where postings.vendor_id = summaries.vendor_id and postings.service_month = summaries.service_month "
        "and postings.is_accrual) as accrued from marts.reconciliation_summaries as summaries"
    )
    summaries = {(row["vendor_id"], f"{row['service_month']:%Y-%m}"): row for row in rows}
    truth = {(row["vendor_id"], row["service_month"]): row for row in books.truth("vendor_months")}
    assert set(summaries) == set(truth)
    for key, known in truth.items():
        ours = summaries[key]
        assert ours["ledger_amount"] - ours["accrued"] == money(known["posted_amount_home"]), key
        assert ours["served_amount"] + ours["cause_amount"] == ours["ledger_amount"], key
        assert (ours["billed_amount"] is None) == (known["billed_amount"] == ""), key
        if known["currency"] == "EUR":
            assert ours["served_amount"] == money(known["served_amount"]), key
            assert (ours["billed_amount"] or 0) == money(known["billed_amount"]), key
        assert ours["unexplained_amount"] == unexplained[key], key
        share = abs(unexplained[key]) / max(abs(ours["served_amount"]), abs(ours["ledger_amount"]))
        assert ours["explained_pct"] == 1 - share.quantize(Decimal("0.000001"), ROUND_HALF_EVEN), key


def test_january_is_explained_to_the_cent(january: Books) -> None:
    # 27.00 at scale 1 is keyed wrong at Microsoft: 1.35 here. Two accounts of Google: a credit and a duty each.
    gaps = planted(january)
    assert found(january) == gaps
    assert sorted(cause for _, _, cause, _, _ in gaps) == ["fee", "fee", "platform_credit", "platform_credit",
                                                           "unexplained"]  # fmt: skip
    assert [amount for (_, _, cause, _, _), amount in gaps.items() if cause == "unexplained"] == [Decimal("-1.35")]
    check_months(january)


def test_exchange_stands_only_where_dollars_are_billed(january: Books) -> None:
    rows = january.query("select * from marts.reconciliations where cause in ('fx', 'rounding')")
    assert [(row["vendor_id"], str(row["service_month"]), row["cause"]) for row in rows] == [
        ("V003", "2026-01-01", "fx")
    ]
    assert rows[0]["left_doc_id"] == "B-LNKD-202601-2745"
    assert rows[0]["right_doc_id"] == "LNKD-202601-2745"


@pytest.mark.slow
def test_every_planted_gap_is_found_with_both_documents_and_no_other(quarter: Books) -> None:
    gaps = planted(quarter)
    assert found(quarter) == gaps
    assert {cause for _, _, cause, _, _ in gaps} - {"timing"} == QUARTER_CAUSES
    check_months(quarter)


@pytest.mark.slow
def test_no_posting_settles_two_claims_and_none_is_left_over(quarter: Books) -> None:
    rows = quarter.query(
        "select postings.entry_id, count(tied.entry_id) as times "
        "from intermediate.int_reconciliation_postings as postings "
        "left join intermediate.int_postings_tied as tied using (entry_id, service_month) "
        "where not postings.is_accrual group by postings.entry_id, postings.service_month having times <> 1"
    )
    assert rows == []


@pytest.mark.slow
def test_what_nobody_billed_is_timing_until_its_accrual_covers_it(quarter: Books) -> None:
    # On a month's last day the accrual stands for all that was delivered, and only exchange is left.
    last = quarter.query("select max(date_day) as day from staging.stg_ads__platform_spend")[0]["day"]
    ended = (last + timedelta(days=1)).day == 1
    rows = quarter.query("select * from marts.reconciliations where rule = 'not_billed'")
    assert {row["cause"] for row in rows} == (set() if ended else {"timing"})
    assert len(rows) == (0 if ended else 5)
