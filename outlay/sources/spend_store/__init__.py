"""What the API recorded, as a source of the next run: every record of the spend store becomes a `manual_spend` row.

Nobody has to state it: a company whose data folder holds a store, or for which OUTLAY_SPEND_STORE names one, has this
source under the name `recorded_spend`. company.toml may state it to name another store:

    [sources.recorded_spend]
    kind = "spend_store"
    entity = "manual_spend"
    credentials = { url = "SPEND_STORE_URL" }       # postgresql://..., or options = { file = "/path/spend.sqlite" }
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from outlay.company import Company, CompanyError, SourceSection
from outlay.settings import DataFolder

if TYPE_CHECKING:  # a company without a store need not import what reads one
    from outlay.sources.fetched.factory import ClientFactory
    from outlay.sources.spend_store.connector import RecordedSpend

KIND = "spend_store"
NAME = "recorded_spend"
ENTITIES = ("manual_spend",)
CREDENTIALS = {"url": "optional: the address of a PostgreSQL store, postgresql://user:password@host/database"}
OPTIONS = {"file": "the SQLite file of the store, where it is not on a PostgreSQL server"}


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> RecordedSpend:
    """The connector that `section` describes; opens nothing yet. Raises CompanyError."""
    from outlay.sources.fetched.secrets import reveal
    from outlay.sources.spend_store.connector import RecordedSpend
    from outlay.spend_store.sessions import SQLITE

    file = section.options.get("file")
    if (file is None) == ("url" not in section.credentials):
        where = f"{company.folder / 'company.toml'}: sources.{section.name}"
        raise CompanyError(f"{where}: state either credentials.url or options.file, which store it is")

    def url() -> str:
        return f"{SQLITE}{company.folder / str(file)}" if file is not None else reveal(factory.secrets["url"])

    connector = RecordedSpend(section.name, url, factory.chain)
    factory.closing.append(connector.close)
    return connector


def with_recorded_spend(company: Company, data: DataFolder, *, has_server: bool) -> Company:
    """`company` with its spend store among the sources, where it has one that company.toml does not state.

    `has_server`: the environment variable OUTLAY_SPEND_STORE names a store.
    """
    is_stated = NAME in company.sources or any(one.kind == KIND for one in company.sources.values())
    if is_stated or not (has_server or data.spend_store.is_file()):
        return company
    section = SourceSection(
        name=NAME,
        kind=KIND,
        entity="manual_spend",
        optional=True,
        credentials={"url": "OUTLAY_SPEND_STORE"} if has_server else {},
        options={} if has_server else {"file": str(data.spend_store)},
    )
    return company.model_copy(update={"sources": {**company.sources, NAME: section}})
