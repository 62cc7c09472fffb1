"""Pages by the hundred: each query is asked once for all of them, and told on each page as asked for that one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from outlay.page.reading import Answer, Condition, Reader

LIST_LENGTH = 150


@dataclass(frozen=True)
class Batch:
    """An answer about everyone, by the id in one column. The SQL has the token `$of_one` behind that column."""

    everyone: Answer
    groups: dict[str, list[dict[str, Any]]]
    reader: Reader
    values: dict[str, Any]

    def of(self, identifier: str) -> Answer:
        """The part of one, with the SQL that asks for that part alone."""
        one = Condition("= '" + identifier.replace("'", "''") + "'")
        sql, _ = self.reader.text(self.everyone.name, **{**self.values, "of_one": one})
        return replace(self.everyone, sql=sql, rows=self.groups.get(identifier, []))


def ask_all(reader: Reader, query: str, column: str, values: dict[str, Any]) -> Batch:
    """The rows of everyone at once."""
    everyone = reader.ask(query, **values, of_one=Condition("is not null"))
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in everyone:
        groups[row[column]].append(row)
    return Batch(everyone, dict(groups), reader, values)


def pieces(rows: Sequence[dict[str, Any]], stem: str) -> list[tuple[str, Sequence[dict[str, Any]]]]:
    """File name and rows of each page of a long list: `stem.html`, `stem-2.html` ..."""
    parts = [rows[start : start + LIST_LENGTH] for start in range(0, len(rows), LIST_LENGTH)] or [rows]
    return [(f"{stem}.html" if index == 0 else f"{stem}-{index + 1}.html", part) for index, part in enumerate(parts)]
