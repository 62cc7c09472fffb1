"""Published figures that changed: what they were, what they are, and since when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.publishing import restatements
from tests.unit.publishing.marts import KEYS, export, publish_now, rows_of

FIGURES = ("spend_daily", "attributed_revenue_daily", "budget_variances", "fiscal_periods")
COMPARED = {name: KEYS[name] for name in FIGURES}
FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def restated(folder: Path, *changes: str, **more: Any) -> list[dict[str, Any]]:
    """The restatements of a publication of the marts as changed."""
    version = publish_now(folder, *changes, keys=COMPARED, **more)
    return [dict(row) for row in rows_of(version.parquet, "restatements")]


def test_the_first_version_restates_nothing(tmp_path: Path) -> None:
    assert restated(tmp_path, as_of=FIRST) == []


def test_a_changed_figure_says_what_it_was_and_is_and_why(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    change = "update marts.spend_daily set amount = 12.34 where amount = 10.00"
    assert restated(tmp_path, change, as_of=SECOND, changed_days={date(2026, 3, 1): ["platform_spend"]}) == [
        {
            "table_name": "spend_daily",
            "key": "date_day=2026-03-01|campaign_id=c1",
            "column_name": "amount",
            "was": Decimal("10.00"),
            "is_now": Decimal("12.34"),
            "cause": "restated: platform_spend",
            "first_published_at": FIRST,
            "restated_at": SECOND,
            "version_no": 2,
        }
    ]


def test_causes_that_the_figures_themselves_tell(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    rows = restated(
        tmp_path,
        "update marts.spend_daily set amount = 11, finality = 'invoiced' where amount = 10.00",
        "delete from marts.spend_daily where campaign_id = 'c2'",
        "insert into marts.spend_daily select date_day, origin, 'c3', channel, vendor_id, department_id, currency, 1, "
        "finality from marts.spend_daily limit 1",
        as_of=SECOND,
    )
    assert [(row["key"].split("=")[-1], row["was"], row["is_now"], row["cause"]) for row in rows] == [
        ("c1", Decimal("10.00"), Decimal("11.00"), "finality platform_only to invoiced"),
        ("c3", None, Decimal("1.00"), "late"),
        ("c2", Decimal("5.50"), None, "withdrawn"),
    ]


def test_days_that_were_not_published_before_and_new_models_are_no_restatements(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    new_day = "insert into marts.spend_daily select '2026-03-03', * exclude (date_day) from marts.spend_daily limit 1"
    new_model = (
        "insert into marts.attributed_revenue_daily "
        "select date_day, campaign_id, channel, 'shapley', conversions, revenue_amount, refunded_amount "
        "from marts.attributed_revenue_daily where model = 'linear'"
    )
    assert restated(tmp_path, new_day, new_model, as_of=SECOND) == []


def test_revenue_is_compared_by_day_channel_and_model(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    refund = "update marts.attributed_revenue_daily set refunded_amount = 9 where channel = 'unattributed'"
    rows = restated(tmp_path, refund, as_of=SECOND)
    assert [(row["key"], row["column_name"], row["was"], row["is_now"]) for row in rows] == [
        (f"date_day=2026-03-02|channel=unattributed|model={model}", "refunded_amount", Decimal(8), Decimal(9))
        for model in ("last_touch", "linear")
    ]


def test_what_a_fitted_model_says_of_a_period_stands_once_it_has_ended(tmp_path: Path) -> None:
    fitted = "update marts.attributed_revenue_daily set model = 'shapley' where model = 'linear'"
    moved = (
        "update marts.attributed_revenue_daily set revenue_amount = 1.00 where model = 'shapley' and channel = 'search'"
    )
    publish_now(tmp_path, fitted, keys=COMPARED, as_of=FIRST)
    assert restated(tmp_path, fitted, moved, as_of=SECOND) == []

    ended = "update marts.fiscal_periods set end_date = date '2026-03-02' where period_id = '2026-03'"
    publish_now(tmp_path, fitted, ended, keys=COMPARED, as_of=SECOND)
    rows = restated(tmp_path, fitted, moved, ended, as_of=THIRD)
    assert [(row["key"], row["was"], row["is_now"]) for row in rows] == [
        ("date_day=2026-03-02|channel=search|model=shapley", Decimal("50.00"), Decimal("1.00"))
    ]


def test_only_closed_periods_have_a_published_actual(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    rows = restated(tmp_path, "update marts.budget_variances set actual_amount = actual_amount + 1", as_of=SECOND)
    assert [(row["key"].split("|")[1], row["was"], row["is_now"]) for row in rows] == [
        ("period_id=2026-02", Decimal("40.00"), Decimal("41.00"))
    ]
    assert rows[0]["first_published_at"] == FIRST


def test_the_history_is_carried_on_and_the_first_publication_remembered(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    restated(tmp_path, "update marts.spend_daily set amount = 11 where amount = 10.00", as_of=SECOND)
    rows = restated(tmp_path, "update marts.spend_daily set amount = 12 where amount = 10.00", as_of=THIRD)
    assert [(r["was"], r["is_now"], r["first_published_at"], r["restated_at"]) for r in rows] == [
        (Decimal(10), Decimal(11), FIRST, SECOND),
        (Decimal(11), Decimal(12), FIRST, THIRD),
    ]


def test_a_run_for_an_earlier_day_does_not_withdraw_the_days_after_it(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    rows = restated(tmp_path, "delete from marts.spend_daily where date_day = '2026-03-02'", as_of=date(2026, 3, 1))
    assert [row for row in rows if row["table_name"] == "spend_daily"] == []


def test_very_many_changes_are_told_by_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restatements, "MAX_CHANGES", 1)
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    rows = restated(tmp_path, "update marts.spend_daily set amount = amount + 1", as_of=SECOND)
    assert [(row["key"], row["was"], row["is_now"], row["cause"]) for row in rows] == [
        ("day=2026-03-01", Decimal("10.00"), Decimal("11.00"), "many: 1 figures of this day"),
        ("day=2026-03-02", Decimal("25.50"), Decimal("27.50"), "many: 2 figures of this day"),
    ]


def test_they_do_not_count_in_the_fingerprint(tmp_path: Path) -> None:
    publish_now(tmp_path, keys=COMPARED, as_of=FIRST)
    change = "update marts.spend_daily set amount = 12.34 where amount = 10.00"
    restating = publish_now(tmp_path, change, keys=COMPARED, as_of=SECOND)
    fresh = export(tmp_path / "fresh", change, keys=COMPARED, as_of=SECOND)
    assert restating.tables["restatements"].rows == 1
    assert fresh.tables["restatements"].rows == 0
    assert restating.fingerprint == fresh.fingerprint
