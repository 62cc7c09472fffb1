"""The text of each column of a row: its cells trimmed, mapped, and emptied where they say that there is nothing."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.company import SourceSection
from outlay.sources.files.mapping import Binding, Bound
from outlay.sources.quoting import literal, literals

# In these a lone dash is what someone called the thing, not a missing value.
_FREE_TEXTS = {"name", "campaign_name", "memo", "description", "item"}


@dataclass(frozen=True)
class CellTexts:
    """SQL over the cells c0, c1, … of one bound table. `outer_blanks`: what may stand around a value."""

    section: SourceSection
    binding: Binding
    width: int
    outer_blanks: str

    def trimmed(self) -> str:
        """SQL: the cells without outer blanks, NULL where nothing is left."""
        cells = (f"c{at}" for at in range(self.width))
        if not self.outer_blanks:
            return ", ".join(cells)
        if self.outer_blanks == " ":
            return ", ".join(f"nullif(trim({cell}), '') as {cell}" for cell in cells)
        # Trimming a set of characters is slow; most cells need none.
        blanks = literal(self.outer_blanks)
        needed = literal(f"^[{self.outer_blanks}]|[{self.outer_blanks}]$")
        trimmed = "case when regexp_matches({0}, {1}) then trim({0}, {2}) else {0} end"
        return ", ".join(f"nullif({trimmed.format(cell, needed, blanks)}, '') as {cell}" for cell in cells)

    def mapped(self) -> str:
        """SQL: each column's text as `t_<column>` (the credit of a debit/credit pair as `k_<column>`)."""
        parts = []
        for bound in self.binding.columns:
            if bound.is_debit_credit:
                parts.append(f"{self._text(bound, bound.debit)} as t_{bound.column.name}")
                parts.append(f"{self._text(bound, bound.credit)} as k_{bound.column.name}")
            else:
                parts.append(f"{self._origin(bound)} as t_{bound.column.name}")
        return ", ".join(parts)

    def _origin(self, bound: Bound) -> str:
        if bound.constant is not None:
            constant = bound.rule.values.get(bound.constant, bound.constant)
            return literal(constant) if constant else "null::varchar"
        if bound.template:
            pieces = {"file": "_file", "row": "cast(_row as varchar)"}
            cell = self._emptied
            texts = (
                literal(part.text) if part.kind == "text" else pieces.get(part.kind) or cell(bound, part.position)
                for part in bound.template
            )
            return self._defaulted(bound, f"({' || '.join(texts)})")
        return self._text(bound, bound.cell)

    def _text(self, bound: Bound, position: int | None) -> str:
        if position is None:
            return "null::varchar"
        if not bound.rule.values:
            return self._defaulted(bound, self._emptied(bound, position))
        whens = " ".join(f"when {literal(was)} then {literal(now)}" for was, now in bound.rule.values.items())
        mapped = f"case coalesce(c{position}, '') {whens} else {self._emptied(bound, position)} end"
        return self._defaulted(bound, f"nullif({mapped}, '')")

    def _emptied(self, bound: Bound, position: int) -> str:
        """SQL: the cell, NULL where it holds one of the declared null values."""
        nulls = [value for value in self.section.null_values if value]
        if bound.column.name in _FREE_TEXTS:
            nulls = [value for value in nulls if value != "-"]
        cell = f"c{position}"
        return f"case when {cell} in ({literals(nulls)}) then null else {cell} end" if nulls else cell

    def _defaulted(self, bound: Bound, text: str) -> str:
        return text if bound.rule.default is None else f"coalesce({text}, {literal(bound.rule.default)})"


def json_names(headings: tuple[str, ...]) -> list[str]:
    """Names for the cells of a quarantined row: the headings, blank and repeated ones made distinct."""
    names: list[str] = []
    for at, heading in enumerate(headings, start=1):
        plain = heading.strip() or f"column {at}"
        names.append(plain if plain not in names else f"{plain} ({at})")
    return names
