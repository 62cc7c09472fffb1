"""ROI, savings, vendors, recommendations and pages, against figures added up by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from outlay.api.answers.cursors import page_of
from outlay.api.answers.recommendations import recommendations_answer
from outlay.api.answers.roi import Listing, campaign_answer, listing_answer
from outlay.api.answers.vendors import Claims, savings_answer, vendor_answer
from outlay.api.app_json import dumps
from outlay.api.bodies.recommendations import RecommendationsAnswer
from outlay.api.bodies.roi import RoiAnswer, RoiPage
from outlay.api.bodies.vendors import SavingsAnswer, VendorAnswer
from outlay.api.problems import Problem
from outlay.api.snapshot import Snapshot


def test_a_campaign_stands_under_every_model(snapshot: Snapshot) -> None:
    told = RoiAnswer.model_validate_json(dumps(campaign_answer(snapshot, "c-1", "2026-03")))
    assert {one.model: one.profit_amount for one in told.models} == {
        "linear": Decimal("99.96"),
        "last_touch": Decimal("-0.04"),
    }
    assert [(one.period_id, one.model) for one in told.weeks] == [("2026-W10", "linear")]
    assert told.models[0].reasons["ltv"] == "lifetime values are not modelled yet"
    assert told.reasons["lifetime_values"] == "this version has no customer_lifetime_values"
    assert all(one.model_dump()[name] is not None for one in told.models for name in ("cost_amount", "roi"))


def test_every_null_has_a_reason(snapshot: Snapshot) -> None:
    for model in campaign_answer(snapshot, "soc-2", "2026-03")["models"]:
        assert {name for name, value in model.items() if value is None} == set(model["reasons"])
    assert model["reasons"]["roi"] == "no cost in the period"


def test_campaigns_are_sorted_with_unknowns_last(snapshot: Snapshot) -> None:
    def ids(sort: str) -> list[str]:
        told = RoiPage.model_validate_json(dumps(listing_answer(snapshot, Listing("2026-03", sort=sort))))
        return [one.campaign.campaign_id for one in told.campaigns]

    assert ids("-cost_amount") == ["c-1", "soc-2"]
    assert ids("cost_amount") == ["soc-2", "c-1"]
    assert ids("roi") == ids("-roi") == ["c-1", "soc-2"]
    only = listing_answer(snapshot, Listing("2026-03", channel="social"))
    assert [one["campaign"]["name"] for one in only["campaigns"]] == ["Two"]
    with pytest.raises(Problem) as missing:
        listing_answer(snapshot, Listing("2026-03", model="guess"))
    assert missing.value.status == 404


def test_savings_add_up_and_only_two_classes_count(snapshot: Snapshot) -> None:
    told = SavingsAnswer.model_validate_json(dumps(savings_answer(snapshot, Claims())))
    assert [one.claim_id for one in told.claims] == ["c2", "c1", "c3"]
    assert (told.totals.claimable_amount, told.savings.claimable_amount) == (Decimal("130.00"), Decimal("40.00"))
    assert (told.savings.unpriced_count, told.claims[2].reasons["claimable_amount"]) == (1, "no rate")
    assert told.claims[1].evidence == [{"type": "invoice", "id": "b1"}]
    (target,) = told.targets
    assert (target.target_amount, target.realised_amount, target.realised_share) == (900, 90, Decimal("0.01"))
    assert savings_answer(snapshot, Claims(claim_class="avoidance"))["claim_count"] == 1


def test_a_merged_vendor_shows_what_its_survivor_has(snapshot: Snapshot) -> None:
    told = VendorAnswer.model_validate_json(dumps(vendor_answer(snapshot, "v-old")))
    assert told.scorecard is not None
    assert (told.scorecard.grade, len(told.scorecard.metrics), len(told.contracts)) == ("B", 8, 2)
    assert [one.claim_id for one in told.savings] == ["c1"]
    assert [str(one.open_amount) for one in told.orders] == ["60.0000"]


def test_what_is_not_published_yet_says_so(snapshot: Snapshot) -> None:
    told = RecommendationsAnswer.model_validate_json(dumps(recommendations_answer(snapshot)))
    assert told.recommendations == []
    assert told.reasons["recommendations"] == "this version has no allocation_recommendations"


def test_pages_cover_a_list_once_and_refuse_each_others_cursors() -> None:
    items, seen, cursor = list(range(23)), [], None
    while True:
        page, cursor = page_of(items, 5, cursor, "mine")
        seen += page
        if cursor is None:
            break
    assert seen == items
    _, cursor = page_of(items, 5, None, "mine")
    for wrong in (cursor, "AAAA", "W10", "e30", "x" * 100):
        with pytest.raises(Problem) as refused:
            page_of(items, 5, wrong, "other")
        assert refused.value.status == 404
