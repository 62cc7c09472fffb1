"""How far the figures can be trusted over time: forecast accuracy, and what changed since it was first published."""

from __future__ import annotations

from outlay.page.geometry import axis_of
from outlay.page.numbers import COUNT, ONE, PERCENT_1, figure, label, shared_reason
from outlay.page.panels.panel import Panel, Sentence, nothing
from outlay.page.reading import Answer, Reader, Row
from outlay.page.scope import Scope, day_text


def accuracy_panel(reader: Reader, scope: Scope) -> Panel:
    """Error of the company's forecast by how many days of the period were known."""
    scores = reader.ask("accuracy", **scope.values)
    if not scores:
        why = "No period has ended since the first forecast, so none can be scored yet."
        return nothing("accuracy", "The forecast has not been scored yet", [scores], why)
    across = axis_of(
        [float(row[name]) for row in scores for name in ("wape", "baseline_wape") if row[name] is not None]
    )
    coverages = [figure(scores, row, "coverage", PERCENT_1) for row in scores]
    lines = [
        {
            "key": scores.key_of(row),
            "days": figure(scores, row, "days_known", COUNT),
            "wape": figure(scores, row, "wape", PERCENT_1),
            "baseline": figure(scores, row, "baseline_wape", PERCENT_1, reason=row["wape_reason"]),
            "bias": figure(scores, row, "bias", PERCENT_1, signed=True, reason=row["wape_reason"]),
            "coverage": coverage,
            "bar": across.bar(0, float(row["wape"] or 0)),
            "mark": across.at(float(row["baseline_wape"] or 0)),
            "is_better": row["wape"] is not None
            and row["baseline_wape"] is not None
            and row["wape"] <= row["baseline_wape"],
        }
        for row, coverage in zip(scores, coverages, strict=True)
    ]
    periods = scores.first()["scored_periods"]
    return Panel(
        name="accuracy",
        title=_accuracy_title(scores),
        subtitle=f"Mean absolute error of the company's total as a share of the actual, {periods} "
        f"{'period' if periods == 1 else 'periods'} scored. Bar = ours, tick = plain run rate.",
        answers=[scores],
        view={"lines": lines, "no_coverage": shared_reason(coverages)},
    )


def _accuracy_title(scores: Answer) -> Sentence:
    known = [row for row in scores if row["wape"] is not None]
    if not known:
        return ["The forecast cannot be scored: nothing was spent"]
    last = known[-1]
    days = figure(scores, last, "days_known", COUNT)
    better = sum(1 for row in known if row["baseline_wape"] is not None and row["wape"] <= row["baseline_wape"])
    end = f"; better than a plain run rate at {better} of {len(known)} points"
    return ["With ", days, " days known the forecast errs by ", figure(scores, last, "wape", PERCENT_1), end]


def restatements_panel(reader: Reader, scope: Scope, sequence: int) -> Panel:
    """Published figures that were told differently before, the largest change first. `sequence`: this version's."""
    found = reader.ask("restatements", **scope.values)
    if not found:
        why = "No figure that was published before reads differently now."
        return nothing("restatements", "Nothing published has changed", [found], why)
    first = found.first()
    return Panel(
        name="restatements",
        title=_restated(found, first, is_new=first["version_no"] == sequence),
        subtitle=f"Amounts in {scope.company.currency} unless the column says otherwise; the largest changes.",
        answers=[found],
        view={
            "lines": [
                {
                    "key": found.key_of(row),
                    "table": row["table_name"],
                    "row": row["key"],
                    "column": row["column_name"],
                    "was": figure(found, row, "was", ONE, reason="did not exist"),
                    "is_now": figure(found, row, "is_now", ONE, reason="gone"),
                    "change": figure(found, row, "change_amount", ONE, signed=True, reason="no comparison"),
                    "cause": label(row["cause"] or "unknown"),
                    "first": day_text(row["first_published_at"]),
                }
                for row in found
            ]
        },
    )


def _restated(found: Answer, first: Row, *, is_new: bool) -> Sentence:
    count = figure(found, first, "restated_count", COUNT)
    noun = "figure was" if count.value == 1 else "figures were"
    if is_new:
        return [count, f" published {noun} restated by this publication"]
    told = f" {noun} restated on {day_text(first['restated_at'])}"
    return ["Nothing changed with this publication; ", count, told]
