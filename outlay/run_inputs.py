"""What a run hands to SQL beside the landed data: settings, classification rules, the fiscal calendar, the window.

All of it is small; each table is one Parquet file in `landing/run/`, so that the same SQL runs on any engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from outlay.company import Company, MatchRule
from outlay.fiscal import fiscal_periods, period_aliases
from outlay.trade_days import trade_days

_SHARE = pa.decimal128(9, 6)
SCHEMAS: dict[str, pa.Schema] = {
    "company_settings": pa.schema(
        [
            ("as_of", pa.date32()),
            ("company_name", pa.string()),
            ("home_currency", pa.string()),
            ("time_zone", pa.string()),
            ("default_gross_margin", _SHARE),
            ("fx_max_age_days", pa.int32()),
            ("click_window_days", pa.int32()),
            ("view_window_days", pa.int32()),
            ("since_last_conversion", pa.bool_()),
            ("exclude_direct", pa.bool_()),
            ("half_life_hours", pa.int32()),
            ("fit_days", pa.int32()),
            ("position_first", _SHARE),
            ("position_middle", _SHARE),
            ("position_last", _SHARE),
            ("headline_model", pa.string()),
            ("vendor_upkeep", pa.decimal128(18, 2)),
            ("tail_vendors", pa.int32()),
        ]
    ),
    "match_rules": pa.schema(
        [("target", pa.string()), ("value", pa.string()), ("rule_no", pa.int32())]
        + [(f"{field}_pattern", pa.string()) for field in ("platform", "campaign", "account", "vendor", "label")]
    ),
    "account_rules": pa.schema(
        [
            ("rule_no", pa.int32()),
            ("account_pattern", pa.string()),
            ("is_marketing", pa.bool_()),
            ("spend_category", pa.string()),
            ("channel", pa.string()),
            ("department_id", pa.string()),
        ]
    ),
    "spend_limits": pa.schema(
        [
            ("channel", pa.string()),
            ("group_name", pa.string()),
            ("minimum_amount", pa.decimal128(18, 2)),
            ("maximum_amount", pa.decimal128(18, 2)),
            ("largest_change", _SHARE),
        ]
    ),
    "fiscal_calendar": pa.schema(
        [
            ("period_id", pa.string()),
            ("period_kind", pa.string()),
            ("fiscal_year", pa.int32()),
            ("period_no", pa.int32()),
            ("quarter_no", pa.int32()),
            ("quarter_id", pa.string()),
            ("year_id", pa.string()),
            ("start_date", pa.date32()),
            ("end_date", pa.date32()),
            ("days", pa.int32()),
            ("comparable_prior_period_id", pa.string()),
        ]
    ),
    "period_aliases": pa.schema([("alias", pa.string()), ("start_date", pa.date32()), ("end_date", pa.date32())]),
    "changed_days": pa.schema([("entity", pa.string()), ("date_day", pa.date32())]),
    "landed_partitions": pa.schema(
        [
            ("source", pa.string()),
            ("entity", pa.string()),
            ("account", pa.string()),
            ("day", pa.date32()),
            ("rows", pa.int64()),
            ("control_total", pa.decimal128(18, 4)),
            ("fingerprint", pa.string()),
        ]
    ),
    "quality_verdicts": pa.schema(
        [
            (name, pa.string())
            for name in ("suite", "check_name", "subject", "verdict", "observed", "expected", "fingerprint")
        ]
    ),
    "quarantined_rows": pa.schema(
        [
            ("source", pa.string()),
            ("file", pa.string()),
            ("row_number", pa.int64()),
            ("reason", pa.string()),
            ("raw", pa.string()),
        ]
    ),
    "trade_days": pa.schema([("date_day", pa.date32()), ("event", pa.string())]),
}


def write_table(run_folder: Path, name: str, rows: Iterable[dict[str, Any]]) -> Path:
    """One run input as `run_folder/<name>.parquet`, replaced in one move. Missing keys are NULL."""
    run_folder.mkdir(parents=True, exist_ok=True)
    schema = SCHEMAS[name]
    table = pa.Table.from_pylist([{field: row.get(field) for field in schema.names} for row in rows], schema=schema)
    path = run_folder / f"{name}.parquet"
    temporary = path.with_suffix(".partial")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)
    return path


def write_company_inputs(company: Company, run_folder: Path, *, as_of: date, first_day: date | None = None) -> None:
    """Settings, rules and calendar of `company` for a run as of `as_of`.

    The calendar reaches from the year before `first_day` (the first landed day, if any) to two years after `as_of`.
    """
    write_table(run_folder, "company_settings", [_settings(company, as_of)])
    write_table(run_folder, "match_rules", _match_rules(company))
    write_table(run_folder, "account_rules", _account_rules(company))
    write_table(run_folder, "spend_limits", _spend_limits(company))
    first = min(first_day or as_of, as_of)
    periods = fiscal_periods(company.fiscal_calendar, date(first.year - 1, 1, 1), date(as_of.year + 2, 12, 31))
    write_table(run_folder, "fiscal_calendar", [{**vars(period), "days": period.days} for period in periods])
    aliases = period_aliases(periods)
    write_table(
        run_folder,
        "period_aliases",
        [{"alias": name, "start_date": start, "end_date": end} for name, (start, end) in sorted(aliases.items())],
    )
    last = max(period.end_date for period in periods)
    days = trade_days(min(period.start_date for period in periods), last, company.company.country)
    write_table(run_folder, "trade_days", [{"date_day": day, "event": event} for day, event in days])


def _settings(company: Company, as_of: date) -> dict[str, Any]:
    first, middle, last = company.attribution.position_weights
    attribution = company.attribution
    return {
        "as_of": as_of,
        "company_name": company.company.name,
        "home_currency": company.company.currency,
        "time_zone": company.company.time_zone,
        "default_gross_margin": _six_places(company.company.default_gross_margin),
        "fx_max_age_days": company.company.fx_max_age_days,
        "click_window_days": attribution.click_window_days,
        "view_window_days": attribution.view_window_days,
        "since_last_conversion": attribution.since_last_conversion,
        "exclude_direct": attribution.exclude_direct,
        "half_life_hours": attribution.half_life_hours,
        "fit_days": attribution.fit_days,
        "position_first": _six_places(first),
        "position_middle": _six_places(middle),
        "position_last": _six_places(last),
        "headline_model": company.headline_model,
        "vendor_upkeep": company.savings.vendor_upkeep,
        "tail_vendors": company.savings.tail_vendors,
    }


def _six_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.000001"))


def like_pattern(pattern: str) -> str:
    """A `*` pattern of company.toml as a lower-case SQL LIKE pattern whose escape character is `!`."""
    escaped = pattern.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return escaped.replace("*", "%")


def _match_rules(company: Company) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for target, section in (("channel", company.channels), ("department", company.departments)):
        number = 0
        for value, rules in section.items():
            for rule in rules:
                number += 1
                rows.extend({"target": target, "value": value, "rule_no": number, **row} for row in _combined(rule))
    return rows


def _combined(rule: MatchRule) -> list[dict[str, str | None]]:
    """One row per combination of the rule's alternatives; a field that is not stated matches anything."""
    fields: dict[str, Sequence[str]] = {
        "platform_pattern": rule.platforms,
        "campaign_pattern": rule.campaigns,
        "account_pattern": rule.accounts,
        "vendor_pattern": rule.vendors,
        "label_pattern": rule.labels,
    }
    if not any(fields.values()):
        return []
    alternatives: list[list[str | None]] = [
        [like_pattern(item) for item in items] or [None] for items in fields.values()
    ]
    return [dict(zip(fields, row, strict=True)) for row in itertools.product(*alternatives)]


def _account_rules(company: Company) -> list[dict[str, Any]]:
    return [
        {
            "rule_no": number,
            "account_pattern": like_pattern(pattern),
            "is_marketing": rule.is_marketing,
            "spend_category": rule.spend_category,
            "channel": rule.channel,
            "department_id": rule.department,
        }
        for number, (pattern, rule) in enumerate(company.accounts.items(), 1)
    ]


def _spend_limits(company: Company) -> list[dict[str, Any]]:
    """One row a channel's limits, and one a channel of a group; one without a channel is for all others."""
    limits = company.limits
    everywhere = [] if limits.largest_change is None else [{"largest_change": _six_places(limits.largest_change)}]
    channels = [
        {"channel": channel, "minimum_amount": own.minimum, "maximum_amount": own.maximum}
        | {"largest_change": _six_places(own.largest_change)}
        for channel, own in limits.channels.items()
    ]
    groups = [
        {"channel": channel, "group_name": name, "minimum_amount": group.minimum, "maximum_amount": group.maximum}
        for name, group in limits.groups.items()
        for channel in group.channels
    ]
    return [*everywhere, *channels, *groups]
