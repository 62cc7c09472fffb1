"""The report page: what a published version says, for people. HTML and SVG without scripts; computes no figure."""

from __future__ import annotations

from outlay.page.reading import PageError
from outlay.page.rendering import Standing, render_page
from outlay.page.scope import UnknownScopeError
from outlay.page.writing import PAGE, write_pages

__all__ = ["PAGE", "PageError", "Standing", "UnknownScopeError", "render_page", "write_pages"]
