"""What a real run publishes, as the finance API answers it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from outlay.api.answers.recommendations import recommendations_answer
from outlay.api.answers.roi import campaign_answer
from outlay.api.app_json import dumps
from outlay.api.bodies.recommendations import RecommendationsAnswer
from outlay.api.bodies.roi import RoiAnswer
from outlay.api.snapshot import Snapshot, load
from outlay.company import read_company
from outlay.publishing import last_good
from tests.e2e.conftest import Place


@pytest.fixture(scope="module")
def snapshot(ran_at_once: Place) -> Snapshot:
    version = last_good(ran_at_once.data / "published")
    assert version is not None
    return load(version, read_company(ran_at_once.company))


def test_recommendations_are_those_of_the_mart_and_keep_the_budget(ran_at_once: Place, snapshot: Snapshot) -> None:
    told = RecommendationsAnswer.model_validate_json(dumps(recommendations_answer(snapshot)))
    assert told.reasons == {}
    assert {one.objective for one in told.plans} == {"most_outcome", "least_cost"}
    found = duckdb.sql(
        f"select objective, sum(current_amount), sum(recommended_amount), count(*) "
        f"from '{ran_at_once.parquet()}/allocation_recommendations.parquet' group by objective"
    ).fetchall()
    for objective, current, recommended, count in found:
        own = [one for one in told.recommendations if one.objective == objective]
        assert len(own) == count > 0
        assert sum(one.recommended_amount or Decimal(0) for one in own) == recommended
        assert (recommended == current) or objective == "least_cost"
        assert all(one.reasons.get(name) for one in own for name in ("low", "high") if getattr(one, name) is None)


def test_every_campaign_is_answered_with_its_lifetime_values(ran_at_once: Place, snapshot: Snapshot) -> None:
    found = duckdb.sql(
        f"select campaign_id, count(*), sum(customers) "
        f"from '{ran_at_once.parquet()}/customer_lifetime_values.parquet' group by campaign_id"
    ).fetchall()
    valued = {campaign: (count, customers) for campaign, count, customers in found}
    campaigns = {row["campaign_id"] for row in snapshot.rows("campaigns")}
    assert len(campaigns & set(valued)) > 5
    for campaign in sorted(campaigns):
        told = RoiAnswer.model_validate_json(dumps(campaign_answer(snapshot, campaign, "2026-01")))
        count, customers = valued.get(campaign, (0, None))
        assert len(told.lifetime_values) == count
        if count:
            assert sum(one.customers or Decimal(0) for one in told.lifetime_values) == customers
        for one in told.lifetime_values:
            assert {name for name, value in one.model_dump().items() if value is None} == set(one.reasons)
        assert told.as_of == date(2026, 1, 12)
