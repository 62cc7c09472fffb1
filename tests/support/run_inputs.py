"""The tables of landing/run that SQL reads, with the columns and defaults of a company that states nothing."""

from __future__ import annotations

import calendar
from typing import Any

_SETTINGS: dict[str, tuple[str, Any]] = {
    "as_of": ("DATE", None),
    "company_name": ("VARCHAR", "Test company"),
    "home_currency": ("VARCHAR", "EUR"),
    "time_zone": ("VARCHAR", "UTC"),
    "default_gross_margin": ("DECIMAL(9,6)", None),
    "fx_max_age_days": ("INTEGER", 7),
    "click_window_days": ("INTEGER", 30),
    "view_window_days": ("INTEGER", 1),
    "since_last_conversion": ("BOOLEAN", False),
    "exclude_direct": ("BOOLEAN", False),
    "half_life_hours": ("INTEGER", 168),
    "position_first": ("DECIMAL(9,6)", "0.4"),
    "position_middle": ("DECIMAL(9,6)", "0.2"),
    "position_last": ("DECIMAL(9,6)", "0.4"),
    "headline_model": ("VARCHAR", "last_touch"),
}


def _columns(spec: str) -> dict[str, str]:
    kinds = {"": "VARCHAR", "date": "DATE", "int": "INTEGER", "big": "BIGINT", "bool": "BOOLEAN", "money": "DECIMAL(18,4)"}
    return {name: kinds[kind] for name, _, kind in (item.partition(":") for item in spec.split())}


class _RunTables(dict[str, dict[str, str]]):
    """Run table -> column -> type."""

    def settings(self, **given: Any) -> dict[str, Any]:
        """The one row of company_settings; KeyError names a setting that does not exist."""
        unknown = set(given) - set(_SETTINGS)
        if unknown:
            raise KeyError(f"no company setting or run table {', '.join(sorted(unknown))}")
        return {name: default for name, (_, default) in _SETTINGS.items()} | given


RUN_TABLES = _RunTables(
    company_settings={name: kind for name, (kind, _) in _SETTINGS.items()},
    match_rules=_columns(
        "target value rule_no:int platform_pattern campaign_pattern account_pattern vendor_pattern label_pattern"
    ),
    account_rules=_columns("rule_no:int account_pattern is_marketing:bool spend_category channel department_id"),
    fiscal_calendar=_columns(
        "period_id period_kind fiscal_year:int period_no:int quarter_no:int quarter_id year_id start_date:date "
        "end_date:date days:int comparable_prior_period_id"
    ),
    period_aliases=_columns("alias start_date:date end_date:date"),
    changed_days=_columns("entity date_day:date"),
    landed_partitions=_columns("source entity account day:date rows:big control_total:money fingerprint"),
    quarantined_rows=_columns("source file row_number:big reason raw"),
    quality_verdicts=_columns("suite check_name verdict observed expected fingerprint subject"),
)


def _span(year: int, first_month: int, months: int) -> dict[str, Any]:
    last_month = first_month + months - 1
    last_day = calendar.monthrange(year, last_month)[1]
    days = sum(calendar.monthrange(year, month)[1] for month in range(first_month, last_month + 1))
    return {"start_date": f"{year}-{first_month:02}-01", "end_date": f"{year}-{last_month:02}-{last_day}", "days": days}


def calendar_months(first_year: int, last_year: int) -> list[dict[str, Any]]:
    """A fiscal calendar equal to the civil one: its months, quarters and years."""
    rows: list[dict[str, Any]] = []
    for year in range(first_year, last_year + 1):
        shared = {"fiscal_year": year, "year_id": str(year)}
        prior = str(year - 1)
        rows.append({**shared, "period_id": str(year), "period_kind": "year", "comparable_prior_period_id": prior}
                    | _span(year, 1, 12))
        for quarter in range(1, 5):
            ids = {"quarter_no": quarter, "quarter_id": f"{year}-Q{quarter}", **shared}
            prior = f"{year - 1}-Q{quarter}"
            rows.append({**ids, "period_id": f"{year}-Q{quarter}", "period_kind": "quarter",
                         "comparable_prior_period_id": prior} | _span(year, quarter * 3 - 2, 3))
            for month in range(quarter * 3 - 2, quarter * 3 + 1):
                rows.append({**ids, "period_id": f"{year}-{month:02}", "period_kind": "period", "period_no": month,
                             "comparable_prior_period_id": f"{year - 1}-{month:02}"} | _span(year, month, 1))
    return rows


def month_aliases(first_year: int, last_year: int) -> list[dict[str, Any]]:
    """The names a budget line may use: `2026-03`, `2026-P03`, `2026-Q1`, `2026`."""
    aliases = []
    for row in calendar_months(first_year, last_year):
        names = [row["period_id"]]
        if row["period_kind"] == "period":
            names.append(f"{row['fiscal_year']}-P{row['period_no']:02}")
        aliases += [{"alias": name, "start_date": row["start_date"], "end_date": row["end_date"]} for name in names]
    return aliases
