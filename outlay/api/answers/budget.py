"""`GET /budget/{period}`: one period of one budget version, down the department tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outlay.api.answers.figures import (
    FORECAST,
    NO_FORECAST,
    explained,
    finality_figures,
    pace_figures,
    row_reasons,
    variance_figures,
)
from outlay.api.answers.periods import find_period, served
from outlay.api.answers.reconciliation import bridge
from outlay.api.problems import not_found
from outlay.api.snapshot import Row, Snapshot, total

UNALLOCATED = "unallocated"
_NOT_IN_FORCE = "pace follows the budget version in force; ask for that one"


@dataclass(frozen=True)
class Asked:
    """The period and the filters of a request. `version` None: the version in force."""

    period: str
    department: str | None = None
    channel: str | None = None
    version: str | None = None
    ledger_only: bool = False


def budget_answer(snapshot: Snapshot, asked: Asked) -> dict[str, Any]:
    """The answer's document. Raises Problem (404) for a period, version, department or channel that is not there."""
    period = find_period(snapshot, asked.period)
    selection = _Selection(snapshot, period["period_id"], asked)
    rows = selection.rows
    whole = selection.departments()
    return {
        **served(snapshot),
        "period": _period(snapshot, period),
        "budget_version": selection.version,
        "budget_versions": selection.versions,
        "rate_set": "budget",
        "basis": "ledger" if asked.ledger_only else "service",
        "basis_difference": {name: total(rows, name) for name in ("manual_amount", "accrued_amount")},
        "department": asked.department,
        "channel": asked.channel,
        "totals": variance_figures(rows, ledger_only=asked.ledger_only),
        **selection.beside(None),
        "departments": whole,
        "categories": selection.members(rows, "spend_category"),
        "channels": selection.members(rows, "channel"),
        "unbudgeted": _unbudgeted(rows),
        "prior_period": _prior(snapshot, period, selection),
        "forecast_quality": _forecast_quality(snapshot, asked),
        "reconciliation": bridge(snapshot, period["start_date"], period["end_date"]),
        "reasons": _reasons(snapshot, rows),
    }


def _reasons(snapshot: Snapshot, rows: Sequence[Row]) -> dict[str, str]:
    """What is missing in the whole answer."""
    reasons = {name: NO_FORECAST for name in FORECAST if any(row[name] is None for row in rows)}
    if not snapshot.rows("forecast_accuracy"):
        reasons["forecast_quality"] = "this version has no scored forecasts"
    return reasons


class _Selection:
    """The leaf rows of one period and version that the filters leave, and what stands beside them."""

    def __init__(self, snapshot: Snapshot, period_id: str, asked: Asked) -> None:
        self.snapshot = snapshot
        self.asked = asked
        self.parents = snapshot.parents.get(period_id, {})
        of_period = snapshot.variances.get(period_id, [])
        self.versions = sorted({row["version_id"] for row in of_period})
        if not of_period:
            raise not_found(f"no budget and no spend is published for {period_id}")
        self.version = asked.version or _in_force(of_period, self.versions)
        if self.version not in self.versions:
            raise not_found(f"{period_id} has no budget version {self.version}; it has {', '.join(self.versions)}")
        self.rows = self.kept(row for row in of_period if row["version_id"] == self.version)
        self.is_in_force = any(row["is_in_force"] for row in self.rows) or self.version == "(none)"
        if not self.rows:
            told = {"department": asked.department, "channel": asked.channel}
            named = ", ".join(f"{name} {value}" for name, value in told.items() if value)
            raise not_found(f"{period_id} has nothing for {named}")
        self.paces = self.kept(snapshot.paces.get(period_id, []))
        self.finality = self.kept(snapshot.finality.get(period_id, []))
        self.drivers = self.kept(
            row
            for row in snapshot.drivers.get(period_id, [])
            if row["version_id"] == self.version and row["basis"] == "to_date"
        )

    def kept(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows that the filters for channel and department leave; a department takes all below it along."""
        channel, department = self.asked.channel, self.asked.department
        return [
            row
            for row in rows
            if (channel is None or row["channel"] == channel)
            and (department is None or department in self.line(row["department_id"]))
        ]

    def line(self, department_id: str) -> list[str]:
        """The department and those above it."""
        found = [department_id]
        while (above := self.parents.get(found[-1])) is not None and above not in found:
            found.append(above)
        return found

    def departments(self) -> list[dict[str, Any]]:
        """The tree over the rows: what is asked for on top, else those without a parent."""
        below: dict[str | None, list[str]] = defaultdict(list)
        for name in sorted({name for row in self.rows for name in self.line(row["department_id"])}):
            below[self.parents.get(name)].append(name)
        tops = [self.asked.department] if self.asked.department else below[None]
        return [self._department(name, below) for name in tops]

    def _department(self, name: str, below: Mapping[str | None, Sequence[str]]) -> dict[str, Any]:
        children = [self._department(child, below) for child in below.get(name, [])]
        if children:
            own = [row for row in self.rows if row["department_id"] == name]
            children.append(self._node(UNALLOCATED, own, name, whole=False) | {"departments": []})
        rows = [row for row in self.rows if name in self.line(row["department_id"])]
        return self._node(name, rows, name, whole=True) | {"departments": children}

    def _node(self, name: str, rows: Sequence[Row], department: str, *, whole: bool) -> dict[str, Any]:
        return {
            "department_id": name,
            "name": self.snapshot.department_names.get(name, name),
            "figures": variance_figures(rows, ledger_only=self.asked.ledger_only),
            **self.beside(department, whole=whole),
            "categories": self.members(rows, "spend_category"),
            "channels": self.members(rows, "channel"),
        }

    def beside(self, department: str | None, *, whole: bool = True) -> dict[str, Any]:
        """Pace, finality and drivers of a department, of its own rows only unless `whole`; of everything for None."""

        def of(rows: Sequence[Row]) -> list[Row]:
            if department is None:
                return list(rows)
            return [
                row
                for row in rows
                if row["department_id"] == department or (whole and department in self.line(row["department_id"]))
            ]

        amounts: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
        for row in of(self.drivers):
            amounts[row["driver"]] += row["amount"]
        return {
            "pace": pace_figures(of(self.paces), why_not=None if self.is_in_force else _NOT_IN_FORCE),
            "finality": finality_figures(of(self.finality)),
            "drivers": [{"driver": driver, "amount": amount} for driver, amount in sorted(amounts.items())],
        }

    def members(self, rows: Sequence[Row], column: str) -> list[dict[str, Any]]:
        """The rows by category or channel."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row[column]].append(row)
        return [
            {"name": name, "figures": variance_figures(group, ledger_only=self.asked.ledger_only)}
            for name, group in sorted(groups.items())
        ]


def _in_force(rows: Sequence[Row], versions: Sequence[str]) -> str:
    """The version in force on the run's date; for years without one the last that planned them."""
    in_force = {row["version_id"] for row in rows if row["is_in_force"]}
    return max(in_force) if in_force else max(versions)


def _period(snapshot: Snapshot, period: Row) -> dict[str, Any]:
    names = ("period_id", "period_kind", "fiscal_year", "start_date", "end_date", "status")
    return {**{name: period[name] for name in names}, "calendar": snapshot.company.fiscal_calendar.pattern}


def _unbudgeted(rows: Sequence[Row]) -> dict[str, Any]:
    found = [row for row in rows if row["budget_status"] == "unbudgeted"]
    figures = {name: total(found, name) for name in ("actual_amount", "committed_amount")}
    reason = next((row["committed_reason"] for row in found if row.get("committed_reason")), None)
    return explained({**figures, "member_count": len(found)}, {"committed_amount": reason})


def _prior(snapshot: Snapshot, period: Row, selection: _Selection) -> dict[str, Any]:
    """The same filters, a year before, by the version in force then."""
    name = period["comparable_prior_period_id"]
    rows = snapshot.variances.get(name, [])
    figures: dict[str, Any] = {"budget_amount": None, "actual_amount": None}
    if rows:
        version = _in_force(rows, sorted({row["version_id"] for row in rows}))
        kept = selection.kept(row for row in rows if row["version_id"] == version)
        figures = {column: total(kept, column) for column in figures}
    why = "nothing is published for that period"
    return {"period_id": name, **explained(figures, dict.fromkeys(figures, why))}


def _forecast_quality(snapshot: Snapshot, asked: Asked) -> dict[str, Any] | None:
    """The newest score of the whole, or of the department or channel asked for."""
    rows = [
        row
        for row in snapshot.rows("forecast_accuracy")
        if (asked.department is None or row.get("department_id") == asked.department)
        and (asked.channel is None or row.get("channel") == asked.channel)
    ]
    if not rows:
        return None
    latest = max(rows, key=lambda row: (row["period_id"], str(row.get("as_of"))))
    figures = {name: latest.get(name) for name in ("wape", "bias", "coverage", "baseline_wape")}
    return {"period_id": latest["period_id"], **explained(figures, row_reasons(latest))}
