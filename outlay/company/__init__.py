"""Reads and checks a company folder's `company.toml`: everything `outlay` knows about one company.

A mistake is reported with the file, the key, what stands there and what was expected, all mistakes at once.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from outlay.company.columns import ColumnRule, Unpivot
from outlay.company.explain import explain
from outlay.company.limits import ChannelLimit, GroupLimit, LimitsSection
from outlay.company.model import Company
from outlay.company.sections import (
    ATTRIBUTION_MODELS,
    AccountRule,
    AttributionSection,
    CompanySection,
    FiscalCalendarSection,
    MatchRule,
)
from outlay.company.sources import SourceSection

__all__ = [
    "ATTRIBUTION_MODELS",
    "FILE_NAME",
    "AccountRule",
    "AttributionSection",
    "ChannelLimit",
    "ColumnRule",
    "Company",
    "CompanyError",
    "CompanySection",
    "FiscalCalendarSection",
    "GroupLimit",
    "LimitsSection",
    "MatchRule",
    "SourceSection",
    "Unpivot",
    "read_company",
]

FILE_NAME = "company.toml"


class CompanyError(Exception):
    """The company folder cannot be used; the message names file, key, what was found and what was expected."""


def read_company(folder: Path | str) -> Company:
    """The company described by `folder/company.toml`.

    Raises CompanyError naming file, key, found and expected.
    """
    folder = Path(folder).resolve()
    path = folder / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CompanyError(
            f"{path}: no such file. A company folder holds a {FILE_NAME}; `outlay sample --out DIR` writes one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CompanyError(f"{path}: not valid TOML: {error}") from None
    if "folder" in document:
        raise CompanyError(f"{path}: folder: not a key of {FILE_NAME}; the folder is where the file lies")
    try:
        return Company.model_validate({**document, "folder": folder})
    except ValidationError as error:
        raise CompanyError("\n".join(explain(path, problem) for problem in error.errors())) from None
