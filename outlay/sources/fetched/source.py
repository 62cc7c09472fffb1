"""A connector as landing sees it: `refresh` fetches what is due into the spool, landing takes it from there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb

from outlay.company import Company, CompanyError, SourceSection
from outlay.durable import copy_of, sha256_of
from outlay.entities import ENTITIES, Entity
from outlay.sources.base import Mark, Offer, Parsed, settings_fingerprint
from outlay.sources.fetched.errors import FetchError, QuotaError, SchemaError, TooMuchDataError
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.parse import FetchedParser
from outlay.sources.fetched.protocol import Account, Connector, Slice, Watching
from outlay.sources.fetched.refresh import Asked, RefreshReport, due, slices
from outlay.sources.fetched.registry import connect
from outlay.sources.fetched.secrets import Secrets
from outlay.sources.fetched.spool import Spool

# Raised when any fetched source is parsed differently: everything landed is then parsed anew.
PARSER_VERSION = 1
# The account of a source that has none of its own.
ONLY_ACCOUNT = "all"
# Snapshots may leave `start` out.
_LONG_AGO = date(2000, 1, 1)
# What does not change how an answer's rows are read.
_NOT_PARSING = {"name", "accounts", "start", "base_url", "credentials", "optional", "restatement_days", "accept"}

# Called as progress(source, done, of) before each slice is fetched and once at the end.
Progress = Callable[[str, int, int], None]


class FetchedSource:
    """One `[sources.<name>]` table of a kind that is fetched. `spool` is the source's folder under landing/fetched."""

    def __init__(
        self, section: SourceSection, company: Company, spool: Path, factory: ClientFactory | None = None
    ) -> None:
        self.section = section
        self.company = company
        self.spool = Spool(spool)
        self.factory = factory or ClientFactory(section, Secrets(section.name, section.credentials))
        self._paths: dict[Offer, Path] = {}

    @cached_property
    def connector(self) -> Connector:
        """Raises CompanyError where company.toml does not suit the kind."""
        return connect(self.section, self.company, self.factory)

    # -- as landing asks -----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.section.name

    @property
    def entity(self) -> Entity:
        return ENTITIES[self.section.entity]

    @cached_property
    def settings(self) -> str:
        """Fingerprint of the options, the company's time zone, the connector and the parser itself."""
        versions = {"connector": self.connector.version, "parser": PARSER_VERSION}
        return settings_fingerprint(self.section, self.company, _NOT_PARSING, **versions)

    def offers(self) -> list[Offer]:
        self._paths = self.spool.offers()
        return list(self._paths)

    def sha256(self, offer: Offer) -> str:
        return sha256_of(self._paths[offer])

    def keep(self, offer: Offer, target: Path) -> str:
        return copy_of(self._paths[offer], target)

    def parse(
        self, deliveries: Iterator[tuple[Mark, Path]], connection: duckdb.DuckDBPyConnection, work: Path
    ) -> list[Parsed]:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            parser = FetchedParser(self.section, self.company, self.connector, connection, Path(folder))
            batch = parser.parse(deliveries)
        for parsed in batch:
            self.spool.judge(parsed.mark.name, is_good=parsed.complete)
        return batch

    # -- asking the platform -------------------------------------------------------------------------------------

    @property
    def accounts(self) -> list[str]:
        return self.section.accounts or [ONLY_ACCOUNT]

    @property
    def restatement_days(self) -> int:
        """Days back, the run's own included, that are fetched again at every run."""
        stated = self.section.restatement_days
        return self.connector.restatement_days if stated is None else stated

    def probe(self) -> list[Account]:
        """What the platform says of every account. Raises FetchError for the first that cannot be asked."""
        with self._told(self.accounts[0]):
            self.factory.secrets.check()
        with tempfile.TemporaryDirectory(prefix="outlay-") as folder:
            self.factory.chain.begin(Path(folder))
            found = []
            for account in self.accounts:
                with self._told(account):
                    found.append(self.connector.describe(account))
        return found

    def refresh(
        self, as_of: date, *, from_day: date | None = None, full: bool = False, progress: Progress | None = None
    ) -> RefreshReport:
        """Fetches every slice that is due on `as_of`; a slice is replaced when all its answers are there.

        Raises FetchError, one line, where a platform gives no complete answer: that slice and those behind it stay as
        they were. Raises CompanyError where company.toml does not suit the kind.
        """
        report = RefreshReport(self.name)
        progress = progress or (lambda source, done, of: None)
        described: dict[str, Account] = {}
        try:
            wanted = self._due(Asked(as_of, self.restatement_days, from_day, full), described, report)
            for done, part in enumerate(wanted):
                progress(self.name, done, len(wanted))
                with self._told(part.account, part.name), self.spool.work() as work:
                    self._fetch(part, described, work, report)
        finally:
            self.factory.close()
        progress(self.name, len(wanted), len(wanted))
        return report

    def _due(self, asked: Asked, described: dict[str, Account], report: RefreshReport) -> list[Slice]:
        held, doubted = self.spool.held(), self.spool.doubted()
        found: list[Slice] = []
        for account in self.accounts:
            kept = []
            for part in slices(account, self.connector.slicing, self._start(), asked.as_of):
                wanted = due(part, held, doubted, asked)
                if wanted is None:
                    kept.append(Slice(account, part.name, *held[part.name]))
                else:
                    found.append(wanted)
            changed = self._changed(account, kept, described)
            report.kept += [part.name for part in kept if part not in changed]
            found += changed
        return found

    def _changed(self, account: str, kept: list[Slice], described: dict[str, Account]) -> list[Slice]:
        """Which of the slices that are not due the platform itself says have changed since they were fetched."""
        if not kept or not isinstance(self.connector, Watching):
            return []
        with self._told(account):
            now = self.connector.states(self._described(account, described), kept)
        then = self.spool.states()
        return [part for part in kept if part.name in now and now[part.name] != then.get(part.name)]

    def _described(self, account: str, described: dict[str, Account]) -> Account:
        if account not in described:
            self.factory.secrets.check()
            described[account] = self.connector.describe(account)
        return described[account]

    def _start(self) -> date:
        if self.section.start is None and self.connector.slicing == "month":
            raise CompanyError(
                f"{self.company.folder / 'company.toml'}: sources.{self.name}.start: missing; state the first day to "
                "fetch, such as 2026-01-01"
            )
        return self.section.start or _LONG_AGO

    def _fetch(self, part: Slice, described: dict[str, Account], work: Path, report: RefreshReport) -> None:
        connector, chain = self.connector, self.factory.chain
        chain.begin(work)
        account = self._described(part.account, described)
        pages = list(connector.fetch(account, part.first_day, part.last_day))
        control = connector.control_total(account, part.first_day, part.last_day)
        days = (part.first_day, part.last_day) if connector.slicing == "month" else None
        is_new = self.spool.swap_in(part.name, account, days, connector.version, pages, control, work)
        state = connector.states(account, [part]).get(part.name) if isinstance(connector, Watching) else None
        self.spool.hold(part, state)
        report.fetched.append(part.name)
        report.pages += len(pages)
        if is_new:
            report.changed.append(part.name)

    def _told(self, account: str, part: str = "") -> _Telling:
        about = part if part.startswith(account) else account
        return _Telling(self.name, about if about != ONLY_ACCOUNT else "", self.factory.secrets)


class _Telling:
    """Errors that leave this block are FetchErrors of one line that name source and account, and no secret."""

    def __init__(self, source: str, about: str, secrets: Secrets) -> None:
        self.source = source
        self.about = about
        self.secrets = secrets

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, QuotaError):
            raise QuotaError(self._line(error), error.retry_after) from None
        if isinstance(error, FetchError):
            raise type(error)(self._line(error)) from None
        if isinstance(error, TooMuchDataError):
            raise FetchError(
                f"{self._line(error)}. The platform answers for no smaller piece either: ask it to raise its limit"
            ) from None
        if isinstance(error, SchemaError):
            raise FetchError(f"{self._line(error)}. The platform has changed its answer: adapt the connector") from None

    def _line(self, error: BaseException) -> str:
        text = " ".join(str(error).removeprefix(f"{self.source}: ").split())
        about = f"{self.source}: {self.about}" if self.about else self.source
        return self.secrets.scrub(f"{about}: {text}")
