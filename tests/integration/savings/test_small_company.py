"""What each detector claims of the small company, worked out by hand from the documents in small_company.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.dbt_runs import build, compiled

Query = Callable[[str], list[dict[str, Any]]]

CLAIMS = {  # claim -> class, gross, claimable
    "exact_duplicate_invoice:E2": ("cash_recovery", "109.50", "109.50"),  # 100.00 and half of 19.00 tax
    "exact_duplicate_invoice:E3": ("avoidance", "100.00", "100.00"),  # not paid
    "exact_duplicate_invoice:M3": ("avoidance", "530.00", "530.00"),
    "near_duplicate_invoice:N2": ("avoidance", "50.00", "50.00"),
    "near_duplicate_invoice:N4": ("avoidance", "60.01", "60.01"),
    "near_duplicate_invoice:N6": ("avoidance", "70.00", "70.00"),
    "near_duplicate_invoice:S9": ("avoidance", "99.00", "99.00"),
    "near_duplicate_invoice:T2": ("avoidance", "12.00", "12.00"),
    "cross_vendor_duplicate:C2": ("avoidance", "180.00", "180.00"),  # 200.00 less 20.00 credited
    "paid_twice:P2": ("cash_recovery", "130.00", "130.00"),
    "unused_credit:P3": ("cash_recovery", "15.00", "15.00"),
    "billed_over_delivered:M1/1": ("cash_recovery", "30.00", "30.00"),
    "billed_over_delivered:M3/1": ("cash_recovery", "30.00", "0.00"),
    "rate_leakage:M1/1": ("cash_recovery", "106.00", "100.00"),  # 106 x 1.00, of which 500 / 530 survived
    "rate_leakage:M3/1": ("cash_recovery", "106.00", "0.00"),
    "grossed_up_commission:A1/2": ("cash_recovery", "264.71", "264.71"),  # 1,764.71 - 3 % of 50,000.00
    "uplift_above_cap:U3/1": ("cash_recovery", "21.60", "21.60"),  # 2 x (120.00 - 1.05 x 104.00)
    "uplift_above_cap:U4/1": ("cash_recovery", "32.40", "32.40"),
    "uncontracted_buying:O1/1": ("run_rate", "100.00", "100.00"),  # 10 x (100.00 - 90.00)
    "uncontracted_buying:O2/1": ("run_rate", "25.00", "25.00"),
    "fx_above_benchmark:L2": ("run_rate", "5.00", "5.00"),
    "missed_rebate:R1/1": ("cash_recovery", "25.00", "25.00"),  # 2 % of 1,500.00 less 5.00 credited
    "missed_rebate:R2/1": ("cash_recovery", "16.00", "16.00"),  # R3 is not due yet
    "missed_discount:D1/1": ("run_rate", "6.00", "6.00"),
    "late_fee:X1/2": ("run_rate", "11.90", "11.90"),
    "unreclaimed_tax:X1/1": ("cash_recovery", "19.00", "19.00"),
    "spend_after_end:google_ads/c1": ("run_rate", "15.00", "15.00"),
    "missing_platform_credit:google_ads/c2/2024-01-01": ("cash_recovery", "30.00", "30.00"),  # 334.00 - 30.4 x 10.00
    "stale_commitment:O-1/1": ("release", "700.00", "700.00"),
    # 97.00 x 18 / 547.00 are 3.19 conversions due; the last 30 days cost 8.00. Of m3 2.6 were due.
    "spend_without_result:meta_ads/m2": ("reallocation", "8.00", "8.00"),
    "renewal_window:K16/2024-10-08": ("avoidance", "3600.00", "3600.00"),  # 600.00 in 2 months
    "renewal_window:K13/2024-10-08": ("avoidance", "1584.00", "1584.00"),  # 4 x 99.00 in 3 months, 12 of them
}


def test_each_detector_claims_what_the_documents_say_and_nothing_else(query: Query) -> None:
    found = query("select claim_id, class, gross_amount, claimable_amount from marts.savings_opportunities")
    claims = {row["claim_id"]: (row["class"], str(row["gross_amount"]), str(row["claimable_amount"])) for row in found}
    assert claims == CLAIMS


def test_a_claim_cites_its_evidence_as_json(query: Query) -> None:
    found = query("select claim_id, detector, evidence, explanation from marts.savings_opportunities")
    evidence = {row["claim_id"]: [(item["type"], item["id"]) for item in json.loads(row["evidence"])] for row in found}
    assert evidence["exact_duplicate_invoice:E3"] == [("invoice", "E1"), ("invoice", "E3")]
    assert evidence["cross_vendor_duplicate:C2"] == [("invoice", "C1"), ("invoice", "C2"), ("vendor", "V6")]
    assert evidence["paid_twice:P2"] == [("invoice", "P2"), ("payment", "Y4"), ("payment", "Y5")]
    assert all(evidence.values())
    assert all(row["explanation"] and row["claim_id"].startswith(row["detector"] + ":") for row in found)


def test_what_other_claims_hold_is_overlap(query: Query) -> None:
    found = query(
        "select claim_id, overlap_amount, status from marts.savings_opportunities where overlap_amount <> 0 order by 1"
    )
    assert [(row["claim_id"], str(row["overlap_amount"]), row["status"]) for row in found] == [
        ("billed_over_delivered:M3/1", "30.00", "covered"),
        ("rate_leakage:M1/1", "6.00", "identified"),
        ("rate_leakage:M3/1", "106.00", "covered"),
    ]


def test_a_day_that_was_invoiced_is_claimed_on_its_invoice_line(query: Query) -> None:
    found = query("select purse, purse_amount from intermediate.int_claims_capped where detector = 'spend_after_end'")
    assert [tuple(row.values()) for row in found] == [("invoice_line:G5/1", Decimal("115.00"))]


def test_run_rates_are_spread_over_the_months_observed(query: Query) -> None:
    # Bills of September, December and January to June: 8 months. 6.00 / 8 = 0.75 a month, 9.00 a year.
    found = query(
        "select * from marts.savings_opportunities where claim_id in ('missed_discount:D1/1', 'paid_twice:P2')"
    )
    amounts = {
        row["detector"]: (row["one_off_amount"], row["monthly_amount"], row["annualised_amount"]) for row in found
    }
    assert amounts == {
        "missed_discount": (0, Decimal("0.75"), Decimal("9.00")),
        "paid_twice": (Decimal("130.00"), 0, 0),
    }


def test_what_is_agreed_and_realised_stands_beside_what_is_identified(query: Query) -> None:
    found = query("select * from marts.savings_stages where stage <> 'identified' or agreed_on is not null")
    stages = {
        row["claim_id"]: (row["stage"], *(row[f"{name}_amount"] for name in ("identified", "agreed", "realised")))
        for row in found
    }
    assert {name: [str(item) for item in row] for name, row in stages.items()} == {
        "paid_twice:P2": ["realised", "130.00", "130.00", "130.00"],
        "grossed_up_commission:A1/2": ["agreed", "264.71", "50.00", "20.00"],
        # 5 hours at 95.00 that cost 100.00 before; 100.00 in 8 months are 150.00 a year.
        "uncontracted_buying:O1/1": ["agreed", "150.00", "1200.00", "25.00"],
        "late_fee:X1/2": ["agreed", "17.85", "90.00", "None"],
        "paid_twice:GONE": ["agreed", "10.00", "10.00", "0.00"],
        "stale_commitment:O-1/1": ["agreed", "700.00", "700.00", "None"],
    }
    reasons = {row["claim_id"]: row["realised_reason"] for row in found if row["realised_amount"] is None}
    assert reasons == {
        "late_fee:X1/2": "not bought by the piece: no price to compare",
        "stale_commitment:O-1/1": "release is no saving",
    }
    (repriced,) = (row for row in found if row["claim_id"] == "uncontracted_buying:O1/1")
    assert repriced["realised_annualised_amount"] == Decimal("100.00")  # 25.00 in April to June


def test_the_target_is_a_tenth_of_what_was_signed(query: Query) -> None:
    (target,) = query("select * from marts.savings_targets")
    names = ("baseline", "target", "agreed_one_off", "agreed_annual", "realised_one_off", "realised_run_rate")
    assert [str(target[f"{name}_amount"]) for name in names] == [
        "10000.00", "1000.00", "190.00", "1290.00", "150.00", "25.00",
    ]  # fmt: skip
    assert (target["realised_amount"], target["realised_share"]) == (Decimal("175.00"), Decimal("0.017500"))
    assert target["baseline_reason"] is None
    sums = query(
        """
        select sum(claimable_amount) filter (class = 'cash_recovery') as once, sum(annualised_amount) as yearly
        from marts.savings_opportunities
        """
    )
    # And 10.00 of a claim that is no longer found.
    assert target["identified_one_off_amount"] == sums[0]["once"] + 10
    assert target["identified_annual_amount"] == sums[0]["yearly"]


def test_every_detector_says_whether_it_could_look(query: Query) -> None:
    found = {row["detector"]: row for row in query("select * from marts.savings_detectors")}
    assert len(found) == 24
    assert {name: row["missing_input"] for name, row in found.items() if row["status"] == "not_run"} == {
        "out_of_market": "no input gives countries served, and the countries wanted",
        "idle_subscription": "no input gives seats used and seats paid, and what each tool is for",
        "below_margin_spend": "not delivered: lift_tests",
    }
    assert (found["paid_twice"]["claim_count"], found["paid_twice"]["claimable_amount"]) == (1, Decimal("130.00"))
    assert found["tail_vendor"]["claim_count"] == 0


def test_a_vendors_scorecard(query: Query) -> None:
    (card,) = query("select * from marts.vendor_scorecards where vendor_id = 'V8'")
    # (2 x 106 x 4.00) of (2 x 106 x 5.00) kept; one bill of three without a claim; 300.00 of 700.00 received twice.
    assert (card["price_adherence"], card["price_adherence_score"]) == (Decimal("0.800000"), 0)
    assert (card["invoice_accuracy"], card["invoice_accuracy_score"]) == (Decimal("0.333333"), 0)
    assert (card["delivery_vs_plan"], card["delivery_vs_plan_score"]) == (Decimal("0.428571"), 0)
    # Nothing renews itself; no cap on uplifts.
    assert card["terms_and_risk"] == Decimal("0.500000")
    assert card["metrics_without_data"] == "cost_effectiveness, reconciliation, credit_recovery"
    assert (card["score"], card["grade"]) == (None, "not rated")
    assert card["leakage_amount"] == Decimal("130.00")  # 30.00 and 100.00; the duplicate was not paid

    (card,) = query("select * from marts.vendor_scorecards where vendor_id = 'V10'")
    # 2 of 4 bills: 0; terms 100; weighed 15 : 5.
    assert (card["score"], card["grade"], card["coverage"]) == (Decimal("25.00"), "D", Decimal("0.200000"))


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("INV-00417", "INV417"),
        ("re 2024/0012", "RE20240012"),
        ("a00b007", "A0B7"),
        ("A/00", "A0"),
        ("--", None),
    ],
)
def test_numbers_are_normalised(raw: str, normal: str | None, numbers: Callable[[str], str | None]) -> None:
    assert numbers(raw) == normal


@pytest.fixture(scope="module")
def numbers(built: Path) -> Callable[[str], str | None]:
    sql = compiled(
        "select {{ normalised_number('raw') }} from (select 'RAW' as raw)", built / "landing", built / "w2" / "x.duckdb"
    )

    def normalise(raw: str) -> str | None:
        (found,) = duckdb.execute(sql.replace("'RAW'", f"'{raw}'")).fetchone() or (None,)
        return found

    return normalise


def test_the_unit_tests_beside_the_models_pass(built: Path) -> None:
    selection = ("--select", "intermediate.savings,test_type:unit")
    result = build(built / "landing", built / "warehouse.duckdb", *selection, command="test")
    assert [str(node.status) for node in result.result or ()] == ["pass"] * 10
