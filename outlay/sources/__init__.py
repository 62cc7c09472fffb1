"""Where data comes from: one module an outside system, each behind the `Source` protocol of `outlay.sources.base`."""

from __future__ import annotations

from datetime import date

from outlay.company import Company, CompanyError, SourceSection
from outlay.sources.base import Mark, Offer, Parsed, Problem, Source
from outlay.sources.files import FileSource

__all__ = ["Mark", "Offer", "Parsed", "Problem", "Source", "open_source"]


def open_source(section: SourceSection, company: Company, as_of: date) -> Source:
    """The source that `[sources.<name>]` describes, ready to be asked what it offers.

    `as_of` is the day of the run; sources that ask an outside system need it for their window, files do not.
    Raises CompanyError when no source of that kind exists.
    """
    if section.kind == "files":
        return FileSource(section, company)
    raise CompanyError(
        f"{company.folder / 'company.toml'}: sources.{section.name}.kind: no source of kind {section.kind!r}; "
        "expected files"
    )
