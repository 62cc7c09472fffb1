"""The report page: what a published version says, for people. HTML and SVG without scripts; computes no figure."""

from __future__ import annotations

from outlay.page.reading import PageError
from outlay.page.rendering import Standing
from outlay.page.rendering import style as page_style
from outlay.page.scope import UnknownScopeError
from outlay.page.writing import INDEX, PAGE, render_report, write_pages

__all__ = [
    "INDEX",
    "PAGE",
    "PageError",
    "Standing",
    "UnknownScopeError",
    "page_style",
    "render_report",
    "write_pages",
]
