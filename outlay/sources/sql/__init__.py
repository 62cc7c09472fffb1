"""Any table or query of PostgreSQL, MySQL (MariaDB) or SQLite as a source of any entity.

    [sources.ledger]
    kind = "sql"
    entity = "ledger_entries"
    start = 2026-01-01
    credentials = { url = "LEDGER_DATABASE_URL" }     # postgresql://reader:…@host:5432/erp
    options = { table = "finance.journal_lines", cursor = "updated_at" }
    [sources.ledger.columns]
    posting_date = "booked_on"
    amount = { debit = "debit", credit = "credit" }

`options.query` instead of `options.table` states a SELECT. Columns are mapped as those of files are; a column that is
not mentioned has its canonical name in the database.

Everything is read in one read-only transaction that sees one state of the database. Months are read whole, by the
entity's day; entities without a day are read whole. A cursor (the time or number of a row's last change) never
shortens what is read: it tells which months beyond the restatement window have changed. Transactions become visible in
another order than their times say, so a mark that moves with the latest change would miss those that commit late.
MySQL's MyISAM tables know no transactions: for them the state is that of each query.
"""

from __future__ import annotations

import re

from outlay.company import Company, CompanyError, SourceSection
from outlay.entities import ENTITIES as _ENTITIES
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.sql.binding import unreadable_rules
from outlay.sources.sql.connector import SqlConnector
from outlay.sources.sql.database import Database, Wanted

__all__ = ["CREDENTIALS", "ENTITIES", "OPTIONS", "SqlConnector", "connect"]

CREDENTIALS: dict[str, str] = {"url": "the address of the database, postgresql://user:password@host:5432/database"}
OPTIONS: dict[str, str] = {
    "table": "the table or view to read, with its schema before a dot where it needs one",
    "query": "a SELECT instead of a table",
    "cursor": "the column that changes whenever a row changes: a time or a rising number",
}
ENTITIES: tuple[str, ...] = tuple(_ENTITIES)


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> SqlConnector:
    """The connector that `section` describes; opens nothing yet. Raises CompanyError."""
    where = f"{company.folder / 'company.toml'}: sources.{section.name}"
    options = {name: value for name, value in section.options.items() if value != ""}
    for name, value in options.items():
        if not isinstance(value, str):
            raise CompanyError(f"{where}.options.{name}: expected text, {OPTIONS[name]} (found {value!r})")
    if ("table" in options) == ("query" in options):
        raise CompanyError(f"{where}.options: state either table or query, what the rows are read from")
    if section.accounts:
        raise CompanyError(f"{where}.accounts: a database is read as one; say which rows are meant in options.query")
    if unreadable := unreadable_rules(section):
        raise CompanyError(f"{where}.{unreadable[0]}: kind sql does not read this; say it in options.query")
    if _ENTITIES[section.entity].is_dated and section.start is None:
        raise CompanyError(f"{where}.start: missing; state the first day to fetch")
    wanted = Wanted(str(options.get("table", "")), str(options.get("query", "")).strip().rstrip(";"))
    if wanted.table and not re.fullmatch(r"[^.\x00]+(\.[^.\x00]+){0,2}", wanted.table):
        raise CompanyError(f"{where}.options.table: {wanted.table!r} is no name of a table; read it by options.query")
    cursor = str(options["cursor"]) if "cursor" in options else None
    database = Database(section.name, factory.secrets, company.folder, factory.sleep)
    connector = SqlConnector(section, company, database, wanted, cursor, factory.chain)
    factory.closing.append(connector.close)
    return connector
