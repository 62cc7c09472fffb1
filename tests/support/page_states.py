"""Every state that the page must bear, as a published version each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from outlay.page import Standing
from outlay.publishing import PublishedVersion
from outlay.quality import Verdict
from tests.support.page_marts import Tables, campaign, contract, publish_company, small_company, vendor

SCRIPT = "<script>alert('pwned')</script>\"'&"
LONG = "Frühjahrskampagne_" + "x" * 182
ARABIC = "حملة الربيع ١٤٤٧"
_MONEY = ("budget_amount", "budget_to_date_amount")


@dataclass(frozen=True)
class State:
    """What is different from the small company."""

    tables: Callable[[], Tables] = small_company
    without: tuple[str, ...] = ()
    standing: Standing | None = None

    def publish(self, data: Path) -> PublishedVersion:
        return publish_company(data, self.tables(), without=self.without)


def _no_budget() -> Tables:
    tables = small_company()
    for row in tables["budget_variances"] + tables["budget_consumption_daily"]:
        row.update(dict.fromkeys(_MONEY, Decimal("0.00")))
    for row in tables["budget_variances"]:
        row.update(version_id="(none)", budget_status="unbudgeted", variance_amount=row["actual_amount"],
                   variance_pct=None, variance_pct_reason="no budget to date")  # fmt: skip
    tables["variance_drivers"] = []
    return tables


def _no_ledger() -> Tables:
    tables = small_company()
    for name in ("reconciliations", "reconciliation_summaries", "savings_opportunities", "vendor_scorecards"):
        tables[name] = []
    for row in tables["channel_roi"]:
        row["cost_finality"] = "platform_only"
    return tables


def _no_touchpoints() -> Tables:
    tables = small_company()
    for name in ("channel_roi", "campaign_roi", "allocation_recommendations"):
        tables[name] = []
    return tables


def _one_day() -> Tables:
    tables = small_company()
    tables["spend_daily"] = tables["spend_daily"][:1]
    tables["budget_consumption_daily"] = [row for row in tables["budget_consumption_daily"] if row["date_day"].day == 1
                                          and row["date_day"].month == 1]  # fmt: skip
    for name in ("spend_forecasts", "forecast_accuracy", "reconciliations", "reconciliation_summaries"):
        tables[name] = []
    for row in tables["budget_variances"]:
        row.update(forecast_amount=None, forecast_reason="none was made")
    tables["channel_roi"] = [row for row in tables["channel_roi"] if row["period_kind"] == "quarter"]
    return tables


def _names() -> Tables:
    tables = small_company()
    tables["campaigns"] += [campaign(SCRIPT, SCRIPT), campaign("c-long", LONG), campaign("c-rtl", ARABIC)]
    tables["vendors"] += [vendor("V-long", LONG + " & Partner GmbH"), vendor("V-rtl", ARABIC), vendor("V<b>", SCRIPT)]
    renamed = {"paid_search": LONG, "paid_social": ARABIC, "unallocated": SCRIPT}
    for name in ("budget_variances", "budget_consumption_daily", "channel_roi", "allocation_recommendations"):
        for row in tables[name]:
            row["channel"] = renamed[row["channel"]]
    summary = tables["reconciliation_summaries"][0]
    tables["reconciliation_summaries"] += [{**summary, "vendor_id": one} for one in ("V-long", "V-rtl", "V<b>")]
    tables["savings_opportunities"][0].update(vendor_id="V-long", explanation=SCRIPT)
    tables["departments"][1]["name"] = LONG
    return tables


def _negative() -> Tables:
    """A month of credits: one channel got money back, one stood still."""
    tables = small_company()
    changes = {"paid_search": Decimal("-700.00"), "paid_social": Decimal("0.00")}
    for row in tables["budget_variances"] + tables["budget_consumption_daily"] + tables["channel_roi"]:
        amount = changes.get(row["channel"])
        if amount is None:
            continue
        for column in ("actual_amount", "actual_to_date_amount", "cost_amount"):
            if column in row:
                row[column] = amount
        if "variance_amount" in row:
            row["variance_amount"] = amount - row["budget_to_date_amount"]
        if "roi" in row and not amount:
            row.update(roi=None, roi_reason="zero_cost", roas=None, roas_reason="zero_cost")
    return tables


def _many() -> Tables:
    tables = small_company()
    returns = tables["campaign_roi"][0]
    for number in range(500):
        tables["campaigns"].append(campaign(f"m-{number:03}", f"Campaign {number} of many, search, Germany, summer"))
        tables["campaign_roi"].append({**returns, "campaign_id": f"m-{number:03}"})
    return tables


def _channels() -> Tables:
    """Forty channels more, each of which spent less than the three that the figures of the company are about."""
    tables = small_company()
    for name in ("budget_variances", "budget_consumption_daily", "channel_roi"):
        likes = [row for row in tables[name] if row["channel"] == "paid_search"]
        for number in range(40):
            for row in likes:
                less = {
                    column: value / 100 if column.endswith("_amount") and isinstance(value, Decimal) else value
                    for column, value in row.items()
                }
                tables[name].append({**less, "channel": f"channel_{number:02}"})
    return tables


FAILED = Verdict(
    suite="landed", check_name="rows.between:spend", subject="google_ads/412/2026-02-15", verdict="failed",
    observed="1 row below 0", expected="spend between 0 and 1,000,000", fingerprint="f", suite_version="1",
    failing_rows=({"file": "google/2026-02-15.csv", "row_number": 7, "spend": "-12.00"},),
)  # fmt: skip
STANDING = Standing("2026-02-15", [FAILED.as_json()])
KEPT = {"fiscal_periods", "spend_daily", "vendors", "campaigns"}

STATES: Mapping[str, State] = {
    "whole": State(),
    "no_budget": State(_no_budget),
    "no_ledger": State(_no_ledger),
    "no_touchpoints": State(_no_touchpoints),
    "one_day": State(_one_day),
    "gate_failed": State(standing=STANDING),
    "names": State(_names),
    "negative": State(_negative),
    "many": State(_many),
    "channels": State(_channels),
    "old_version": State(without=tuple(sorted(set(contract()) - KEPT))),
    "nothing": State(lambda: {"fiscal_periods": small_company()["fiscal_periods"]}),
}
