"""Small companies for the page: tables as the contract declares them, filled by a few rows that add up by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from outlay.company import Company, read_company
from outlay.publishing import PublishedVersion, export_candidate, publish
from outlay.quality import VerdictStore

Tables = dict[str, list[dict[str, Any]]]

MARTS = Path(__file__).parents[2] / "models" / "marts"
AS_OF = date(2026, 2, 14)
NOW = datetime(2026, 2, 15, 6, 4, tzinfo=UTC)
COMPANY = """
[company]
name = "Small & Sons"
currency = "EUR"
time_zone = "Europe/Berlin"
attribution_model = "linear"

[sources.ads]
kind = "files"
entity = "platform_spend"
glob = "ads/*.csv"
"""
# Made by publishing and by the gates, not by a model.
_MADE = {
    "quality_verdicts": dict.fromkeys(
        ("suite", "check", "subject", "verdict", "observed", "expected", "fingerprint"), "varchar"
    ),
}


@cache
def contract() -> dict[str, dict[str, str]]:
    """Table -> column -> type, as the YAML beside the marts' SQL says."""
    found = dict(_MADE)
    for path in sorted(MARTS.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    found.pop("restatements", None)
    return found


def publish_company(data: Path, tables: Tables, *, without: Sequence[str] = (), at: datetime = NOW) -> PublishedVersion:
    """Publishes the rows given, every other column NULL and every other table empty; `without`: tables left out."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "warehouse.duckdb"
        declared = {name: columns for name, columns in contract().items() if name not in without}
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("create schema marts")
            for name, columns in declared.items():
                shape = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
                connection.execute(f"create table marts.{name} ({shape})")
                for row in tables.get(name, []):
                    names = ", ".join(f'"{column}"' for column in row)
                    marks = ", ".join("?" * len(row))
                    connection.execute(f"insert into marts.{name} ({names}) values ({marks})", list(row.values()))
        candidate = export_candidate(
            warehouse, data / "published", dict.fromkeys(declared, ()), as_of=AS_OF, inputs_fingerprint="none"
        )
        store = VerdictStore(data / "verdicts")
        return publish(candidate, store, published=data / "published", published_at=at, requirements=[])


def company_of(folder: Path, text: str = COMPANY) -> Company:
    """The company folder, written and read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "company.toml").write_text(text, encoding="utf-8")
    return read_company(folder)


# Per channel: budget of the quarter, budget to date, actual to date, forecast, margin credited, revenue, its claim.
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "paid_search": ("9000.00", "4500.00", "5000.00", "9800.00", "7500.00", "15000.00", "4.2"),
    "paid_social": ("6000.00", "3000.00", "2400.00", "5400.00", "1800.00", "4000.00", "3.5"),
    "unallocated": ("3000.00", "1500.00", "1500.00", "3000.00", "0.00", "0.00", ""),
}


def small_company() -> Tables:
    """Half of a quarter. Total: budget 18,000.00, to date 9,000.00, actual 8,900.00, forecast 18,200.00."""
    zero, one = Decimal("0.00"), Decimal(1)
    tables: Tables = {
        "fiscal_periods": [
            _period("2026-01", "period", date(2026, 1, 1), date(2026, 1, 31), "closed"),
            _period("2026-02", "period", date(2026, 2, 1), date(2026, 2, 28), "open"),
            _period("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31), "open"),
            _period("2026", "year", date(2026, 1, 1), date(2026, 12, 31), "open"),
        ],
        "departments": [
            {"department_id": "D1", "name": "Marketing", "valid_from": date(2020, 1, 1)},
            {"department_id": "D11", "name": "Performance", "parent_id": "D1", "valid_from": date(2020, 1, 1)},
        ],
        "channels": [{"channel": name, "name": name} for name in CHANNELS],
        "vendors": [vendor("V1", "Search Ltd"), vendor("V2", "Print & Co")],
        "campaigns": [campaign("c-1", "Spring")],
        "budget_rollups": [
            {"period_id": period, "version_id": "plan-1", "department_id": "D1"} for period in ("2026-Q1", "2026-02")
        ]
        + [{"period_id": "2026-Q1", "version_id": "plan-1", "department_id": "D11", "parent_department_id": "D1"}],
        "spend_daily": [
            {"date_day": AS_OF - timedelta(days=day), "campaign_id": "c-1", "platform": "google_ads",
             "origin": "platform", "vendor_id": "V1", "amount": Decimal("100.00")}
            for day in range(3)
        ],
        "forecast_accuracy": [
            {"as_of": AS_OF, "period_id": "2026-01", "department_id": "(all)", "channel": "(all)", "level": "total",
             "days_known": days, "scored_periods": 1, "wape": Decimal(error), "bias": Decimal(error),
             "baseline_wape": Decimal("0.150000"), "coverage": one}
            for days, error in ((0, "0.200000"), (10, "0.080000"))
        ],
        "spend_forecasts": [
            {"as_of": AS_OF, "period_id": "2026-Q1", "department_id": "(all)", "channel": "(all)", "level": "total",
             "forecast_amount": Decimal("18200.00"), "low": Decimal("17100.00"), "high": Decimal("19600.00"),
             "days_known": 45}
        ],
        "reconciliation_summaries": [
            {"vendor_id": "V1", "service_month": date(2026, 1, 1), "served_amount": Decimal("4000.00"),
             "billed_amount": Decimal("4012.00"), "ledger_amount": Decimal("4010.50"), "cause_amount": Decimal("10.50"),
             "unexplained_amount": Decimal("-1.50"), "explained_pct": Decimal("0.999626"), "open_item_count": 1}
        ],
        "reconciliations": [
            {"item_id": cause, "vendor_id": "V1", "service_month": date(2026, 1, 1), "cause": cause,
             "amount": Decimal(amount), "status": status}
            for cause, amount, status in (("fee", "12.00", "resolved"), ("unexplained", "-1.50", "open"))
        ],
        "allocation_recommendations": [
            {"objective": "most_outcome", "channel": channel, "current_amount": Decimal(now),
             "recommended_amount": Decimal(then), "expected_outcome": Decimal("9800.00"), "low": Decimal("9100.00"),
             "high": Decimal("10400.00"), "chance_worse": Decimal("0.120000"), "action": "shift",
             "reason": "backed by data", "plan_action": "shift", "plan_gain": Decimal("640.00"),
             "plan_gain_low": Decimal("-90.00"), "plan_gain_high": Decimal("1370.00"), "plan_saving": zero,
             "plan_untested_saving": Decimal("110.00")}
            for channel, now, then in (("paid_search", "5000.00", "6200.00"), ("paid_social", "2400.00", "1200.00"))
        ],
        "savings_opportunities": [
            {"claim_id": "late_fee:1", "detector": "late_fee", "class": "cash_recovery", "vendor_id": "V2",
             "gross_amount": Decimal("80.00"), "claimable_amount": Decimal("75.00"), "overlap_amount": Decimal("5.00"),
             "counts_as_saving": True, "evidence": '[{"type": "invoice", "id": "R-1"}]',
             "explanation": "Charged for paying late", "status": "identified"}
        ],
        "savings_targets": [
            {"baseline_id": "2025", "start_date": date(2025, 1, 1), "end_date": date(2025, 12, 31),
             "signed_on": date(2026, 1, 5), "baseline_amount": Decimal("120000.00"),
             "target_share": Decimal("0.100000"), "target_amount": Decimal("12000.00"),
             "identified_one_off_amount": Decimal("75.00"), "identified_annual_amount": Decimal("2400.00"),
             "agreed_one_off_amount": zero, "agreed_annual_amount": Decimal("1800.00"),
             "realised_amount": Decimal("600.00"), "realised_share": Decimal("0.005000")}
        ],
        "vendor_scorecards": [
            {"vendor_id": "V1", "name": "Search Ltd", "invoice_accuracy_score": Decimal("90.00"),
             "score": Decimal("88.00"), "grade": "A", "leakage_amount": zero, "claim_count": 0}
        ],
        "quality_verdicts": [
            {"suite": "landed", "check": check, "subject": "ads", "verdict": verdict, "observed": "3 rows"}
            for check, verdict in (("rows", "passed"), ("volume", "warned"))
        ],
        "quarantined_rows": [
            {"source": "ads", "file": "ads.csv", "row_number": 7, "reason": "spend is not a number"}
        ],
        "variance_drivers": [
            {"period_id": "2026-Q1", "version_id": "plan-1", "department_id": "D1", "channel": "paid_search",
             "basis": "to_date", "driver": driver, "amount": Decimal(amount)}
            for driver, amount in (("volume", "-340.00"), ("price", "240.00"), ("mix", "0.00"))
        ],
    }  # fmt: skip
    for name, rows in _by_channel().items():
        tables.setdefault(name, []).extend(rows)
    return tables


def _by_channel() -> Tables:
    found: Tables = {
        name: [] for name in ("budget_variances", "budget_consumption_daily", "channel_roi", "campaign_roi")
    }
    for channel, texts in CHANNELS.items():
        budget, to_date, actual, forecast, margin, revenue = map(Decimal, texts[:6])
        claim = Decimal(texts[6]) if texts[6] else None
        found["budget_variances"].append(
            {"period_id": "2026-Q1", "period_kind": "quarter", "version_id": "plan-1", "department_id": "D1",
             "channel": channel, "spend_category": "media", "budget_amount": budget, "budget_to_date_amount": to_date,
             "actual_amount": actual, "committed_amount": 0, "available_amount": budget - actual,
             "variance_amount": actual - to_date, "variance_pct": (actual - to_date) / to_date,
             "budget_status": "budgeted", "forecast_amount": forecast, "is_in_force": True}
        )  # fmt: skip
        for day in range(1, 46):
            found["budget_consumption_daily"].append(
                {"date_day": date(2026, 1, 1) + timedelta(days=day - 1), "period_id": "2026-Q1", "department_id": "D1",
                 "channel": channel, "version_id": "plan-1", "budget_amount": budget,
                 "budget_to_date_amount": to_date * day / 45, "actual_to_date_amount": actual * day / 45,
                 "pace": actual / to_date, "required_daily_amount": (budget - actual) / 45,
                 "projected_amount": actual * 2}
            )  # fmt: skip
        returns = {
            "model": "linear", "cost_amount": actual, "cost_finality": "accrued", "revenue_amount": revenue,
            "margin_amount": margin, "profit_amount": margin - actual, "roi": margin / actual - 1,
            "roas": revenue / actual, "platform_roas": claim, "marginal_roi": Decimal("0.100000"),
            "roi_low": margin / actual - Decimal("1.2"), "roi_high": margin / actual - Decimal("0.8"),
            "conversions": 100, "new_customers": 80, "platform_roas_reason": None if claim else "no_platform_report",
        }  # fmt: skip
        for kind, period in (("quarter", "2026-Q1"), ("week", "2026-W05"), ("week", "2026-W06")):
            found["channel_roi"].append({"period_kind": kind, "period_id": period, "channel": channel, **returns})
    for kind, period in (("quarter", "2026-Q1"), ("week", "2026-W06")):
        found["campaign_roi"].append({"period_kind": kind, "period_id": period, "campaign_id": "c-1", **returns})
    return found


def _period(name: str, kind: str, first: date, last: date, status: str) -> dict[str, Any]:
    return {
        "period_id": name, "period_kind": kind, "fiscal_year": 2026, "year_id": "2026", "start_date": first,
        "end_date": last, "day_count": (last - first).days + 1, "status": status,
    }  # fmt: skip


def vendor(vendor_id: str, name: str) -> dict[str, Any]:
    return {"vendor_id": vendor_id, "name": name, "surviving_vendor_id": vendor_id, "country": "DE",
            "is_listed": True, "is_placeholder": False}  # fmt: skip


def campaign(campaign_id: str, name: str, channel: str = "paid_search") -> dict[str, Any]:
    return {"campaign_id": campaign_id, "platform": "google_ads", "name": name, "channel": channel,
            "department_id": "D1", "is_placeholder": False}  # fmt: skip
