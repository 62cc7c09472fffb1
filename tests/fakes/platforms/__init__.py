"""One module a platform, each with `routes(world) -> list[Route]`; whichever are there are mounted."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute, Mount

if TYPE_CHECKING:
    from tests.fakes.data import World

NAMES = (
    "google_ads", "meta_ads", "linkedin_ads", "tiktok_ads", "microsoft_ads", "ecb",
    "quickbooks", "xero", "netsuite", "shopify",
)  # fmt: skip


def present() -> list[str]:
    """The platforms there is a module for."""
    return [name for name in NAMES if importlib.util.find_spec(f"{__name__}.{name}") is not None]


def mounts(world: World) -> list[BaseRoute]:
    """Every platform under a path of its own: `/google_ads/...`."""
    return [
        Mount(f"/{name}", routes=importlib.import_module(f"{__name__}.{name}").routes(world), name=name)
        for name in present()
    ]
