"""Great Expectations, the only place that knows it: rules in, findings out.

It is imported when the first frame is validated, never before: the import alone costs four seconds. It validates
pandas frames in an ephemeral context: no network, no Data Docs (they print raw values), no progress bars.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from outlay.quality.rules import Rule
from outlay.quality.verdicts import plain

if TYPE_CHECKING:
    import pandas as pd

ROW_COUNT = "row_count"


@dataclass(frozen=True)
class Frame:
    """Rows to validate. `index` names the columns that identify a row in a finding.

    Decimal columns stand as whole numbers of their last place, `scales` says how many places: exact, and no float.
    """

    data: pd.DataFrame
    index: tuple[str, ...]
    scales: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What one expectation said. `failing` holds the index values of every row that broke it."""

    check: str
    rule: Rule | None
    outcome: str  # passed, failed or error: an expectation that raised has judged nothing
    observed: str
    expected: str
    failing: list[dict[str, Any]] = field(default_factory=list)


class Validator:
    """Validates frames in one ephemeral context. Not thread-safe."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        # The second has a level of its own.
        for name in ("great_expectations", "great_expectations.data_context.types.base"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self._suite = gx.ExpectationSuite
        self._known: Any = gx.expectations
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        # One asset for every frame: registering another would write the whole configuration anew each time.
        asset = self._context.data_sources.add_pandas("outlay").add_dataframe_asset("frame")
        self._definition = asset.add_batch_definition_whole_dataframe("frame")
        self._numbers = itertools.count(1)

    def validate(self, frame: Frame, rules: Sequence[Rule], *, rows: tuple[int, int | None]) -> list[Finding]:
        """Check `frame` against a row count within `rows` (inclusive) and against every rule, in that order."""
        batch = self._definition.get_batch({"dataframe": frame.data})
        expectations = [self._row_count(rows), *(self._expectation(rule, frame.scales) for rule in rules)]
        suite = self._suite(name=f"suite_{next(self._numbers)}", expectations=expectations)
        result: Any = batch.validate(
            suite,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": list(frame.index)},
        )
        by_check = {item.expectation_config.meta["check"]: item for item in result.results}
        low, high = rows
        span = str(low) if low == high else f"{low} rows or more" if high is None else f"{low} to {high} rows"
        findings = [_finding(ROW_COUNT, None, span, by_check.get(ROW_COUNT), frame.index)]
        findings += [_finding(rule.name, rule, rule.expected, by_check.get(rule.name), frame.index) for rule in rules]
        return findings

    def _row_count(self, rows: tuple[int, int | None]) -> Any:
        return self._known.ExpectTableRowCountToBeBetween(
            min_value=rows[0], max_value=rows[1], meta={"check": ROW_COUNT}
        )

    def _expectation(self, rule: Rule, scales: dict[str, int]) -> Any:
        """The expectation that means what `rule` says. GX, too, leaves NULL alone everywhere but in not_null."""
        known = self._known
        meta = {"check": rule.name}
        if rule.kind == "not_null":
            return known.ExpectColumnValuesToNotBeNull(column=rule.columns[0], meta=meta)
        if rule.kind == "in_set":
            return known.ExpectColumnValuesToBeInSet(column=rule.columns[0], value_set=list(rule.values), meta=meta)
        if rule.kind == "matches":
            whole = f"^(?:{rule.values[0]})$"
            return known.ExpectColumnValuesToMatchRegex(column=rule.columns[0], regex=whole, meta=meta)
        if rule.kind == "ordered":
            first, second = rule.columns
            return known.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=second, column_B=first, or_equal=True, ignore_row_if="either_value_is_missing", meta=meta
            )
        if rule.kind == "unique" and len(rule.columns) == 1:
            return known.ExpectColumnValuesToBeUnique(column=rule.columns[0], meta=meta)
        if rule.kind == "unique":
            return known.ExpectCompoundColumnsToBeUnique(
                column_list=list(rule.columns), ignore_row_if="never", meta=meta
            )
        factor = 10 ** scales.get(rule.columns[0], 0)
        bounds = [None if bound is None else int(bound * factor) for bound in (rule.low, rule.high)]
        return known.ExpectColumnValuesToBeBetween(
            column=rule.columns[0], min_value=bounds[0], max_value=bounds[1], meta=meta
        )


def _finding(check: str, rule: Rule | None, expected: str, item: Any, index: tuple[str, ...]) -> Finding:
    """One GX result as a finding; an absent or raised one is an error."""
    message = "Great Expectations gave no result" if item is None else _exception(item.exception_info)
    if message is not None:
        return Finding(check, rule, "error", message, expected)
    result = item.result
    if rule is None:
        observed = f"{plain(result.get('observed_value'))} rows"
        return Finding(check, rule, "passed" if item.success else "failed", observed, expected)
    failing = [{name: plain(row.get(name)) for name in index} for row in result.get("unexpected_index_list") or []]
    observed = f"{plain(result.get('unexpected_count', 0))} of {plain(result.get('element_count', 0))} rows break it"
    return Finding(check, rule, "passed" if item.success else "failed", observed, expected, failing)


def _exception(info: Any) -> str | None:
    """The message of an expectation that raised. GX nests it per metric or gives it flat; None when none raised."""
    details = [info] if "raised_exception" in info else list(info.values())
    for detail in details:
        if detail.get("raised_exception"):
            return f"the check could not run: {detail.get('exception_message')}"
    return None


def frame_from(connection: duckdb.DuckDBPyConnection, query: str, parameters: object, index: Sequence[str]) -> Frame:
    """The rows of `query` as a Frame: decimals as whole numbers of their last place, whole numbers nullable."""
    import pandas as pd

    described = connection.execute(f"describe {query}", parameters).fetchall()
    scales = {name: _scale(kind) for name, kind, *_ in described if kind.startswith("DECIMAL")}
    columns = ", ".join(
        f'cast(cast("{name}" as decimal(38, {places})) * {10**places} as bigint) as "{name}"'
        if (places := scales.get(name, 0))
        else f'"{name}"'
        for name, *_ in described
    )
    table = connection.execute(f"select {columns} from ({query})", parameters).to_arrow_table()
    data = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}.get)
    return Frame(data, tuple(index), scales)


def _scale(kind: str) -> int:
    return int(kind.rstrip(")").rpartition(",")[2])
