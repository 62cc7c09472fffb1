"""What `/lineage`, `/status`, `/audit` and the health checks answer."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field

from outlay.api.bodies.common import Cursor, Told


class ColumnLineage(Told):
    """A column and the columns it is made from, as `table.column`."""

    column: str
    description: str | None
    made_from: list[str]


class LineageAnswer(Told):
    """Where every column of a table comes from, one step back."""

    table: str
    description: str | None
    columns: list[ColumnLineage]
    tables: Annotated[list[str], Field(description="The tables that are read.")]


class Verdicts(Told):
    """Verdicts of the last run by outcome."""

    passed: int
    warned: int
    failed: int
    run: str | None


class StatusAnswer(Told):
    """What is served and how fresh it is."""

    version: str | None
    as_of: datetime.date | None
    last_day: datetime.date | None
    published_at: datetime.datetime | None
    age_days: Annotated[int | None, Field(description="Days from as_of to today, company time.")]
    rows: dict[str, int]
    verdicts: Verdicts
    quarantined: int
    problems: list[str]
    recorded_spend: Annotated[int, Field(description="Records in the spend store.")]
    audit_entries: int


class Health(Told):
    """Whether the process answers, or can do its work."""

    status: str
    problems: list[str]


class AuditEntry(Told):
    """One row of the audit log."""

    sequence: int
    at: str
    client: str
    key_id: str
    action: str
    subject: str
    idempotency_key: str
    body_sha256: str
    result: str
    previous_hash: str
    hash: str


class AuditPage(Told):
    """A page of the audit log, the last written first."""

    entries: list[AuditEntry]
    next_cursor: Cursor
