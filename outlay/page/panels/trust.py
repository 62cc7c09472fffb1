"""Why to believe it: gates, ledger tie, freshness; and what stands against it, with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outlay.page.numbers import COUNT, ONE, figure, label, show
from outlay.page.panels.bridge import GAP, UNEXPLAINED
from outlay.page.panels.panel import Panel, Sentence
from outlay.page.reading import Answer, Reader
from outlay.page.scope import Scope, day_text

_SUITES = {"landed": "Sources as delivered", "marts": "Published tables", "dbt": "Rules of the build"}


_SHOWN_ROWS = 5


@dataclass(frozen=True)
class Badge:
    """One statement at the top. `tone`: good, warn or bad; `anchor`: where its evidence stands."""

    tone: str
    mark: str
    text: Sentence
    anchor: str


def trust(reader: Reader, scope: Scope, bridge: Answer, published: str) -> tuple[list[Badge], Panel]:
    """The badges, and the panel with their evidence."""
    gates, warnings = reader.ask("gates"), reader.ask("warnings")
    quarantine, fresh = reader.ask("quarantine"), reader.ask("freshness", **scope.values)
    badges = [_gates(gates), _tie(scope, bridge), _freshness(scope, published)]
    held = sum(row["row_count"] for row in quarantine)
    if held:
        badges.append(Badge("warn", "!", [f"{show(held, COUNT)} {'row' if held == 1 else 'rows'} set aside"], "trust"))
    panel = Panel(
        name="trust",
        title=["What stands behind these figures"],
        subtitle="A version is published only when every gate let exactly these figures through.",
        answers=[gates, warnings, quarantine, fresh],
        view={
            "missing": {answer.name: answer.missing for answer in (gates, quarantine, fresh) if answer.missing},
            "gates": [
                {
                    "key": gates.key_of(row),
                    "name": _SUITES.get(row["suite"], label(row["suite"])),
                    **{
                        name: figure(gates, row, f"{name}_count", COUNT)
                        for name in ("check", "passed", "warned", "failed")
                    },
                }
                for row in gates
            ],
            "warnings": [{**row, "name": label(row["check"])} for row in warnings],
            "quarantine": [
                {
                    "key": quarantine.key_of(row),
                    "source": row["source"],
                    "rows": figure(quarantine, row, "row_count", COUNT),
                    "reason": row["example_reason"],
                    "more": row["reason_count"] - 1,
                }
                for row in quarantine
            ],
            "fresh": [
                {
                    "key": fresh.key_of(row),
                    "name": label(row["origin"] or "unknown"),
                    "last": day_text(row["last_day"]),
                    "is_late": (scope.as_of - row["last_day"]).days > 3,
                    "rows": figure(fresh, row, "row_count", COUNT),
                }
                for row in fresh
            ],
        },
    )
    return badges, panel


def _gates(gates: Answer) -> Badge:
    if not gates:
        return Badge("warn", "!", ["no gate verdicts in this version"], "trust")
    counts = {name: sum(row[f"{name}_count"] for row in gates) for name in ("check", "passed", "warned", "failed")}
    text = f"{show(counts['passed'], COUNT)} of {show(counts['check'], COUNT)} gate checks passed"
    if counts["failed"]:
        return Badge("bad", "✗", [text, f", {counts['failed']} failed"], "trust")
    if counts["warned"]:
        return Badge("warn", "!", [text, f", {counts['warned']} warned"], "trust")
    return Badge("good", "✓", [text], "trust")


def _tie(scope: Scope, bridge: Answer) -> Badge:
    gap, rest = bridge.get(GAP), bridge.get(UNEXPLAINED)
    if gap is None or rest is None:
        return Badge("warn", "!", ["nothing to tie to the ledger"], "bridge")
    if gap["amount"]:
        told: Sentence = ["off the ledger by ", figure(bridge, gap, "amount", ONE), f" {scope.company.currency}"]
        return Badge("bad", "✗", told, "bridge")
    if rest["amount"]:
        amount = figure(bridge, rest, "amount", ONE)
        return Badge("warn", "!", ["ties to the ledger, ", amount, f" {scope.company.currency} unexplained"], "bridge")
    return Badge("good", "✓", ["ties to the ledger to the cent"], "bridge")


def _freshness(scope: Scope, published: str) -> Badge:
    return Badge("good", "✓", [f"data to {day_text(scope.as_of)}, published {published}"], "trust")


def failing_rows(verdicts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Failed verdicts of the last run, each with the rows it names."""
    return [
        {
            "check": label(verdict["check_name"]),
            "subject": verdict["subject"],
            "observed": verdict["observed"],
            "expected": verdict["expected"],
            "rows": [_told(row, verdict["observed"]) for row in _rows(verdict)[:_SHOWN_ROWS]],
            "more": max(0, len(_rows(verdict)) - _SHOWN_ROWS),
        }
        for verdict in verdicts
    ]


def _rows(verdict: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = verdict.get("failing_rows", ())
    return rows


def _told(row: Mapping[str, Any], observed: str) -> str:
    """The keys of a row and why it fails, unless the verdict says just that."""
    return ", ".join(f"{name} {value}" for name, value in row.items() if value != observed)
