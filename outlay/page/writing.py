"""Writes the pages of a published version into a folder: the report, the weeks, each campaign and each vendor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from outlay.company import Company as CompanyFile
from outlay.durable import swap_in
from outlay.page.details.campaigns import campaign_pages
from outlay.page.details.vendors import vendor_pages
from outlay.page.details.weeks import weeks_page
from outlay.page.reading import Reader, opened
from outlay.page.rendering import Edition, Place, Standing, render_page, style
from outlay.page.scope import Company, day_text, find_scope
from outlay.publishing import PublishedVersion

PAGE = "page"
INDEX = "index.html"
STYLE = "outlay.css"


def write_pages(
    version: PublishedVersion, folder: Path, company: CompanyFile, standing: Standing | None = None
) -> list[Path]:
    """The files written, in a fixed order: equal versions give equal bytes.

    `standing`: what a later run failed at, which the report then says first. Raises PageError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with opened(version.database) as reader:
        for name, text in pages(reader, version, company, standing):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            swap_in(path, text.encode())
            written.append(path)
    return written


def pages(
    reader: Reader, version: PublishedVersion, company: CompanyFile, standing: Standing | None
) -> Iterator[tuple[str, str]]:
    """Name and text of each file."""
    scope = find_scope(reader, page_company(company), version.content.last_day)
    edition = edition_of(version)
    yield STYLE, style() + "\n"
    yield "roi.html", weeks_page(reader, scope, edition)
    yield from campaign_pages(reader, scope, edition)
    yield from vendor_pages(reader, scope, edition)
    # Last: whoever finds the report finds what it links to.
    yield INDEX, render_page(reader, scope, edition, Place(inline_style=True), standing)


def render_report(
    version: PublishedVersion,
    company: CompanyFile,
    *,
    period: str | None = None,
    department: str | None = None,
    standing: Standing | None = None,
) -> str:
    """The report of any period and department as the API serves it at `/report`, with a form to choose another.

    None: the current quarter, all departments. Raises UnknownScopeError and PageError.
    """
    with opened(version.database) as reader:
        last_day = version.content.last_day
        scope = find_scope(reader, page_company(company), last_day, period=period, department=department)
        place = Place(root="report/", chooser="report", inline_style=True)
        return render_page(reader, scope, edition_of(version), place, standing)


def page_company(company: CompanyFile) -> Company:
    """What the page has to know of company.toml."""
    return Company(company.company.name, company.company.currency, company.headline_model)


def edition_of(version: PublishedVersion) -> Edition:
    """The version in words."""
    at: datetime = version.published_at.astimezone(UTC)
    return Edition(version.version, version.sequence, f"{day_text(at.date())}, {at:%H:%M} UTC")
