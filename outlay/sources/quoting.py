"""Small helpers to write SQL for DuckDB."""

from __future__ import annotations

from collections.abc import Iterable

# What exports leave around a value.
BLANKS = " \t\r\n\u00a0\u202f\u2009\u200b\ufeff"


def literal(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    return ", ".join(literal(text) for text in texts)


def name(identifier: str) -> str:
    """`identifier` quoted, so that any heading or column name can stand in SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def like_any(expression: str, patterns: Iterable[str]) -> str:
    """Whether a text matches one of the patterns, case-insensitively; `*` stands for any text."""
    tests = []
    for pattern in patterns:
        escaped = pattern.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_").replace("*", "%")
        tests.append(f"lower({expression}) like {literal(escaped)} escape '!'")
    return "(" + " or ".join(tests) + ")" if tests else "false"
