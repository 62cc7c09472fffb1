"""Fills the templates: one page from one published version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from outlay.page.numbers import reason_text
from outlay.page.panels.bridge import ask_bridge, bridge_panel
from outlay.page.panels.figures import tiles
from outlay.page.panels.headline import headline
from outlay.page.panels.history import accuracy_panel, restatements_panel
from outlay.page.panels.pacing import pacing_panel
from outlay.page.panels.panel import Panel
from outlay.page.panels.recommendations import recommendations_panel
from outlay.page.panels.roi import roi_panel
from outlay.page.panels.savings import savings_panel
from outlay.page.panels.trust import failing_rows, trust
from outlay.page.panels.variance import TOTAL, ask_variance, variance_panel
from outlay.page.reading import Reader
from outlay.page.scope import Scope

TEMPLATES = Path(__file__).with_name("templates")
_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Standing:
    """What stands against a newer version. `run`: its key, None where no gate was reached.

    `verdicts`: the failed ones, as `Verdict.as_json` gives them; `problems`: what else stopped it, in words.
    """

    run: str | None
    verdicts: Sequence[Mapping[str, Any]]
    problems: Sequence[str] = ()


@dataclass(frozen=True)
class Band:
    """Panels side by side. `shape`: solo, half or split."""

    shape: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Place:
    """Where a page lies: `root` leads from it to the pages of its version; `chooser`: where its form asks, if at all.

    `inline_style`: the page brings its style along, so that it can be sent alone.
    """

    root: str = ""
    chooser: str = ""
    inline_style: bool = False


@dataclass(frozen=True)
class Edition:
    """Of which version a page speaks: its name and number, and when it was published, in words."""

    version: str
    sequence: int
    published: str


def render_page(reader: Reader, scope: Scope, edition: Edition, place: Place, standing: Standing | None = None) -> str:
    """The report of one period and department, HTML. Raises PageError where the file breaks the marts' contract."""
    variance = ask_variance(reader, scope)
    forecast = reader.ask("forecast", **scope.values)
    bridge = ask_bridge(reader, scope)
    shown_tiles, tile_answers = tiles(reader, scope, variance, forecast)
    badges, trust_panel = trust(reader, scope, bridge, edition.published)
    bands = [
        *_bands("split", variance_panel(reader, scope, variance), pacing_panel(reader, scope, variance, forecast)),
        *_bands("whole", roi_panel(reader, scope)),
        *_bands("whole", bridge_panel(reader, scope, bridge)),
        *_bands("whole", recommendations_panel(reader, scope)),
        *_bands("whole", savings_panel(reader, scope)),
        *_bands("half", accuracy_panel(reader, scope), restatements_panel(reader, scope, edition.sequence)),
        *_bands("whole", trust_panel),
    ]
    total = variance.get(TOTAL) or {}
    return render(
        "index.html.j2",
        edition,
        place,
        vendor_names(reader),
        title=f"{scope.company.name}: marketing and finance, {scope.period_id}",
        headline=headline(scope, variance),
        scope=scope,
        company=scope.company,
        badges=badges,
        tiles=shown_tiles,
        tile_answers=tile_answers,
        bands=bands,
        budget_version=total.get("versions") or "none",
        chooser=place.chooser,
        standing=standing and replace(standing, verdicts=failing_rows(standing.verdicts)),
    )


def _bands(shape: str, *panels: Panel) -> list[Band]:
    """Side by side where both have something to show, or neither; else one below the other, so that none gapes."""
    if len({bool(panel.empty) for panel in panels}) == 1:
        return [Band("solo" if len(panels) == 1 else shape, panels)]
    return [Band("solo", [panel]) for panel in panels]


def vendor_names(reader: Reader) -> dict[str, str]:
    """Vendor -> name."""
    return {row["vendor_id"]: row["name"] or row["vendor_id"] for row in reader.ask("vendor_names")}


def render(template: str, edition: Edition, place: Place, vendors: Mapping[str, str], **view: Any) -> str:
    """A template with what every page has."""

    def vendor_link(vendor_id: str) -> Markup:
        if vendor_id not in vendors:
            return escape(reason_text(vendor_id).strip("()"))
        target = f"{place.root}vendors/{file_name(vendor_id)}"
        return Markup('<a href="{}"><bdi>{}</bdi></a>').format(target, vendors[vendor_id])

    links = {name: f"{place.root}{name}.html" for name in ("index", "roi", "campaigns", "vendors")}
    text: str = (
        environment()
        .get_template(template)
        .render(
            **view,
            style=Markup(style()) if place.inline_style else "",
            inline_style=place.inline_style,
            root=place.root,
            links=links,
            vendor_link=vendor_link,
            version=edition.version,
            published=edition.published,
        )
    )
    return text


def file_name(identifier: str) -> str:
    """The name of an id's page: the id itself where it is plain, else what is plain of it and a hash of all of it."""
    if _SAFE_NAME.fullmatch(identifier):
        return f"{identifier}.html"
    plain = re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")[:30]
    digest = hashlib.sha256(identifier.encode()).hexdigest()[:10]
    return f"{plain}-{digest}.html" if plain else f"{digest}.html"


@cache
def style() -> str:
    """The style sheet of all pages."""
    return (TEMPLATES / "page.css").read_text(encoding="utf-8").strip()


@cache
def environment() -> Environment:
    """Templates: everything is escaped, and a name that is not given is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
