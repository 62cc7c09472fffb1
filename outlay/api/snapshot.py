"""One published version in memory. Made once when the pointer moves, never changed: a request reads one of them only.

Small tables are rows; those with a row for each campaign, period and model stay columnar, with an index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outlay.company import Company
from outlay.publishing.versions import PublishedVersion

Row = Mapping[str, Any]
# Everything the API reads. A version made before a table existed lacks it, and answers say so.
SMALL = [
    "budget_variances",
    "budget_rollups",
    "variance_drivers",
    "commitments",
    "contract_commitments",
    "reconciliations",
    "reconciliation_summaries",
    "savings_opportunities",
    "savings_targets",
    "vendor_scorecards",
    "campaigns",
    "channels",
    "vendors",
    "departments",
    "fiscal_periods",
    "spend_forecasts",
    "forecast_accuracy",
    "response_curves",
    "allocation_recommendations",
    "customer_lifetime_values",
    "recorded_spend",
]
_FINALITY = """
    select periods.period_id, spend.department_id, spend.channel, spend.finality, sum(spend.amount) as amount
    from read_parquet(?) as spend
    inner join read_parquet(?) as periods on spend.date_day between periods.start_date and periods.end_date
    where spend.date_day <= ?
    group by all
    order by all
"""
_PACE = """
    select * from read_parquet(?)
    where date_day <= ?
    qualify date_day = max(date_day) over (partition by period_id)
    order by period_id, department_id, channel
"""
_VENDOR_CATEGORY = """
    select vendor_id, min(spend_category) as spend_category
    from read_parquet(?)
    where spend_category not in ('unmapped', 'all')
    group by vendor_id
    having count(distinct spend_category) = 1
"""


@dataclass(frozen=True)
class Cached:
    """An answer of this version: whoever asks the same is told the same bytes."""

    scope: str
    version: str
    etag: str
    body: bytes


@dataclass(frozen=True)
class Snapshot:
    """The tables of one version by name, and the company as its company.toml described it when this was read."""

    version: PublishedVersion
    company: Company
    tables: Mapping[str, list[dict[str, Any]]]
    roi: RoiTable
    paces: Mapping[str, list[dict[str, Any]]]  # period -> rows of its last day up to as_of
    finality: Mapping[str, list[dict[str, Any]]]  # period -> amounts by department, channel and finality
    vendor_categories: Mapping[str, str]
    spend_currencies: frozenset[str]
    answers: dict[tuple[str, str], Cached] = field(default_factory=dict)
    classified: dict[Any, Any] = field(default_factory=dict)  # what outlay.api.classify found out before

    @property
    def name(self) -> str:
        return self.version.version

    @property
    def as_of(self) -> date:
        return self.version.as_of

    @property
    def published_at(self) -> datetime:
        return self.version.published_at

    @property
    def currency(self) -> str:
        return self.company.company.currency

    def has(self, table: str) -> bool:
        return table in self.version.tables

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a small table; none where the version lacks it."""
        return self.tables.get(table, [])

    @cached_property
    def periods(self) -> dict[str, dict[str, Any]]:
        return {row["period_id"]: row for row in self.rows("fiscal_periods")}

    @cached_property
    def calendar(self) -> tuple[str, str] | None:
        """First and last day of the published fiscal calendar, ISO."""
        days = [(row["start_date"].isoformat(), row["end_date"].isoformat()) for row in self.rows("fiscal_periods")]
        return (min(first for first, _ in days), max(last for _, last in days)) if days else None

    @cached_property
    def variances(self) -> dict[str, list[dict[str, Any]]]:
        return _grouped(self.rows("budget_variances"), "period_id")

    @cached_property
    def drivers(self) -> dict[str, list[dict[str, Any]]]:
        return _grouped(self.rows("variance_drivers"), "period_id")

    @cached_property
    def parents(self) -> dict[str, dict[str, str | None]]:
        """period -> department -> the one above it, in the tree in force at the period's end."""
        found: dict[str, dict[str, str | None]] = defaultdict(dict)
        for row in self.rows("budget_rollups"):
            found[row["period_id"]][row["department_id"]] = row["parent_department_id"]
        return found

    @cached_property
    def department_names(self) -> dict[str, str]:
        ordered = sorted(self.rows("departments"), key=lambda row: row["valid_from"])
        return {row["department_id"]: row["name"] for row in ordered}

    @cached_property
    def vendors(self) -> dict[str, dict[str, Any]]:
        return {row["vendor_id"]: row for row in self.rows("vendors")}

    @cached_property
    def campaigns(self) -> dict[str, dict[str, Any]]:
        """By id; where two platforms use one id, the first platform's, as the SQL takes it."""
        ordered = sorted(self.rows("campaigns"), key=lambda row: row["platform"] or "", reverse=True)
        return {row["campaign_id"]: row for row in ordered}

    @cached_property
    def contracts(self) -> dict[str, dict[str, Any]]:
        return {row["contract_id"]: row for row in self.rows("contract_commitments")}

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Currencies that published amounts, vendors or contracts are in."""
        tables = ("vendors", "contract_commitments", "commitments")
        named = {row["currency"] for table in tables for row in self.rows(table) if row["currency"]}
        return frozenset({self.currency, *self.spend_currencies, *named})

    @cached_property
    def in_ledger(self) -> frozenset[str]:
        """Recorded expenditures that a ledger line has reported since."""
        return frozenset(row["spend_id"] for row in self.rows("recorded_spend") if row["is_in_ledger"])

    def warm(self) -> Snapshot:
        """Makes every index now, so that no request has to."""
        for name, member in vars(type(self)).items():
            if isinstance(member, cached_property):
                getattr(self, name)
        return self


class RoiTable:
    """`campaign_roi`, columnar: rows of a campaign, and rows of a period and model."""

    def __init__(self, table: pa.Table | None) -> None:
        self._table = table
        self._by_campaign: dict[str, list[int]] = defaultdict(list)
        self._by_period: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        if table is None:
            return
        columns = [table.column(name).to_pylist() for name in ("campaign_id", "period_kind", "period_id", "model")]
        for index, (campaign, kind, period, model) in enumerate(zip(*columns, strict=True)):
            self._by_campaign[campaign].append(index)
            self._by_period[kind, period, model].append(index)

    def of_campaign(self, campaign_id: str) -> list[dict[str, Any]]:
        return self._taken(self._by_campaign.get(campaign_id, []))

    def of_period(self, kind: str, period_id: str, model: str) -> list[dict[str, Any]]:
        return self._taken(self._by_period.get((kind, period_id, model), []))

    def campaigns(self) -> Iterator[str]:
        return iter(self._by_campaign)

    def periods(self) -> set[tuple[str, str]]:
        return {(kind, period) for kind, period, _ in self._by_period}

    @property
    def models(self) -> list[str]:
        return sorted({model for _, _, model in self._by_period})

    def _taken(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        if self._table is None or not indices:
            return []
        rows: list[dict[str, Any]] = self._table.take(pa.array(indices)).to_pylist()
        return rows


def load(version: PublishedVersion, company: Company) -> Snapshot:
    """Reads the version's files by their own, versioned names. Raises OSError or an Arrow error where one is gone."""
    tables = {name: _read(version, name).to_pylist() for name in SMALL if name in version.tables}
    roi = _read(version, "campaign_roi") if "campaign_roi" in version.tables else None
    files = {name: str(version.parquet / f"{name}.parquet") for name in version.tables}
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")

        def query(sql: str, names: Sequence[str], *parameters: Any) -> list[dict[str, Any]]:
            if not all(name in files for name in names):
                return []
            found: list[dict[str, Any]] = (
                connection.execute(sql, [*(files[name] for name in names), *parameters]).to_arrow_table().to_pylist()
            )
            return found

        paces = query(_PACE, ["budget_consumption_daily"], version.as_of)
        finality = query(_FINALITY, ["spend_daily", "fiscal_periods"], version.as_of)
        categories = query(_VENDOR_CATEGORY, ["spend_daily"])
        currencies = query("select distinct currency from read_parquet(?)", ["spend_daily"])
    return Snapshot(
        version=version,
        company=company,
        tables=tables,
        roi=RoiTable(roi),
        paces=_grouped(paces, "period_id"),
        finality=_grouped(finality, "period_id"),
        vendor_categories={row["vendor_id"]: row["spend_category"] for row in categories},
        spend_currencies=frozenset(row["currency"] for row in currencies),
    ).warm()


def _read(version: PublishedVersion, name: str) -> pa.Table:
    table = pq.read_table(version.parquet / f"{name}.parquet", memory_map=False, use_threads=False)
    # Dictionary-encoded texts take a fraction of the memory of repeated ones.
    return table if table.num_rows < 50_000 else _encoded(table)


def _encoded(table: pa.Table) -> pa.Table:
    columns = [
        pc.dictionary_encode(column) if pa.types.is_string(column.type) else column for column in table.itercolumns()
    ]
    return pa.table(columns, names=table.column_names)


def _grouped(rows: Sequence[dict[str, Any]], column: str) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return dict(groups)


def total(rows: Sequence[Row], column: str) -> Decimal | None:
    """The sum of a column; None as soon as one row does not know it."""
    values = [row[column] for row in rows]
    return None if any(value is None for value in values) else sum(values, Decimal("0.00"))
