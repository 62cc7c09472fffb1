"""What a canonical table is: columns with types, a grain, and the day that partitions it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

# Column type -> the DuckDB type of the landed Parquet. Money is in major units of the row's currency.
STORAGE_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "currency": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",  # always UTC
    "money": "DECIMAL(18,4)",
    "rate": "DECIMAL(18,8)",
    "number": "DECIMAL(18,6)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "list": "VARCHAR",  # items separated by |
}

# Columns that landing adds to every typed row, after the canonical ones.
LINEAGE_COLUMNS: dict[str, str] = {
    "source_file": "VARCHAR",  # the delivered file, relative to the company folder
    "source_row": "BIGINT",  # its record number, the heading's record not counted
    "delivery_no": "BIGINT",  # rises with every delivery of the source: the later delivery wins
    "row_key": "VARCHAR",  # the declared row key, where a source is finer than the entity's grain; else NULL
}


@dataclass(frozen=True)
class Column:
    """One canonical column. `type` is a key of STORAGE_TYPES; `choices` limits a text to a closed set."""

    name: str
    type: str
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def storage_type(self) -> str:
        return STORAGE_TYPES[self.type]


@dataclass(frozen=True)
class Entity:
    """One canonical table: its grain (`key`), its columns, and the column whose day partitions it (None: a snapshot).

    `amount` names the money column whose sum is the control total of a landed partition.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    day_column: str | None = None
    account_column: str | None = None
    amount: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.day_column is not None

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the entity has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(self.column_names)}")


def _columns(spec: str) -> tuple[Column, ...]:
    """Columns from a compact declaration: `name:type`, `!` after a name that is required, `(a|b)` for choices."""
    columns = []
    for item in spec.split():
        name, _, type_and_choices = item.partition(":")
        type_name, _, choices = type_and_choices.partition("(")
        columns.append(
            Column(
                name=name.rstrip("!"),
                type=type_name or "text",
                required=name.endswith("!"),
                choices=tuple(choices.rstrip(")").split("|")) if choices else (),
            )
        )
    known = {column.name for column in columns}
    provenance = (
        Column("source_system", "text"),
        Column("source_id", "text"),
        Column("source_updated_at", "timestamp"),
    )
    return (*columns, *(column for column in provenance if column.name not in known))


def entity(
    name: str,
    key: str,
    spec: str,
    *,
    day: str | None = None,
    account: str | None = None,
    amount: str | None = None,
) -> Entity:
    """An entity declared in few words: `key` and the columns of `spec` as `_columns` reads them."""
    return Entity(name, _columns(spec), tuple(key.split()), day, account, amount)
