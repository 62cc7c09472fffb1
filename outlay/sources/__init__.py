"""Where data comes from: one module an outside system, each behind the `Source` protocol of `outlay.sources.base`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from outlay.company import Company, CompanyError, SourceSection
from outlay.sources.base import Mark, Offer, Parsed, Problem, Source
from outlay.sources.fetched.refresh import RefreshReport
from outlay.sources.fetched.registry import KINDS, is_fetched
from outlay.sources.files import FileSource

if TYPE_CHECKING:
    from outlay.sources.fetched.source import FetchedSource, Progress

__all__ = ["Mark", "Offer", "Parsed", "Problem", "Source", "is_fetched", "open_fetched", "open_source", "refresh"]


def open_source(section: SourceSection, company: Company, landing: Path) -> Source:
    """The source that `[sources.<name>]` describes, ready to be asked what it offers.

    Raises CompanyError when no source of that kind exists.
    """
    if section.kind == "files":
        return FileSource(section, company)
    if is_fetched(section.kind):
        return open_fetched(section, company, landing)
    raise CompanyError(
        f"{company.folder / 'company.toml'}: sources.{section.name}.kind: no source of kind {section.kind!r}; "
        f"expected files or one of {', '.join(sorted(KINDS))}"
    )


def open_fetched(section: SourceSection, company: Company, landing: Path) -> FetchedSource:
    """A source that is asked over the network; what was fetched waits in `landing`/fetched."""
    # Half a second of imports that a company of files does without.
    from outlay.sources.fetched.source import FetchedSource

    return FetchedSource(section, company, landing / "fetched" / section.name)


def refresh(
    section: SourceSection,
    company: Company,
    landing: Path,
    *,
    as_of: date,
    from_day: date | None = None,
    full: bool = False,
    progress: Progress | None = None,
) -> RefreshReport | None:
    """Fetches what is due of a source that is fetched, so that `land` finds it; None for files.

    Raises FetchError, one line that says what to do; nothing is replaced then.
    """
    if not is_fetched(section.kind):
        return None
    source = open_fetched(section, company, landing)
    return source.refresh(as_of, from_day=from_day, full=full, progress=progress)
