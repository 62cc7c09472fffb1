"""The kinds of sources that are fetched, and how one is opened. A day's run imports only the kinds that it uses."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, cast

from outlay.company import Company, CompanyError, SourceSection
from outlay.sources.fetched.protocol import Connector

if TYPE_CHECKING:  # a company of files never opens a connection, and need not import what it takes
    from outlay.sources.fetched.factory import ClientFactory

# kind -> module:function. Beside the function the module states
#   CREDENTIALS: dict[str, str]  what each credential is; one whose text begins with "optional" may be left out
#   OPTIONS: dict[str, str]      what each key of `options` means
#   ENTITIES: tuple[str, ...]    what it can deliver
KINDS: dict[str, str] = {
    "ecb": "outlay.sources.ecb:connect",
    "google_ads": "outlay.sources.google_ads:connect",
    "linkedin_ads": "outlay.sources.linkedin_ads:connect",
    "meta_ads": "outlay.sources.meta_ads:connect",
    "microsoft_ads": "outlay.sources.microsoft_ads:connect",
    "netsuite": "outlay.sources.netsuite:connect",
    "quickbooks": "outlay.sources.quickbooks:connect",
    "shopify": "outlay.sources.shopify:connect",
    "spend_store": "outlay.sources.spend_store:connect",
    "sql": "outlay.sources.sql:connect",
    "tiktok_ads": "outlay.sources.tiktok_ads:connect",
    "xero": "outlay.sources.xero:connect",
}
_OPTIONAL = "optional"

Connect = Callable[[SourceSection, Company, "ClientFactory"], Connector]


def is_fetched(kind: str) -> bool:
    """Whether sources of this kind are asked over the network."""
    return kind in KINDS


def connect(section: SourceSection, company: Company, factory: ClientFactory) -> Connector:
    """The connector that `section` describes; asks nothing yet.

    Raises CompanyError where company.toml states what the kind does not know, or leaves out what it needs.
    """
    path, _, function = KINDS[section.kind].partition(":")
    module = importlib.import_module(path)
    _check(section, company, module)
    return cast(Connect, getattr(module, function))(section, company, factory)


def _check(section: SourceSection, company: Company, module: ModuleType) -> None:
    where = f"{company.folder / 'company.toml'}: sources.{section.name}"
    if section.entity not in module.ENTITIES:
        raise CompanyError(
            f"{where}.entity: {section.kind} does not deliver {section.entity}; expected {', '.join(module.ENTITIES)}"
        )
    _check_names(f"{where}.credentials", section.credentials, module.CREDENTIALS)
    _check_names(f"{where}.options", section.options, module.OPTIONS)
    for name, meaning in module.CREDENTIALS.items():
        if name not in section.credentials and not meaning.startswith(_OPTIONAL):
            raise CompanyError(
                f"{where}.credentials.{name}: missing; state the name of the environment variable that holds {meaning}"
            )


def _check_names(where: str, stated: Iterable[str], known: Iterable[str]) -> None:
    for name in stated:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"accepted here: {', '.join(known) or 'none'}"
            raise CompanyError(f"{where}.{name}: unknown key; {hint}")
