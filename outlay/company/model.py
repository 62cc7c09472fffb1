"""A company as company.toml describes it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo, field_validator

from outlay.company.limits import LimitsSection
from outlay.company.sections import (
    AccountRule,
    AttributionSection,
    CompanySection,
    FiscalCalendarSection,
    Rules,
    SavingsSection,
)
from outlay.company.sources import SourceSection
from outlay.company.values import Section


class Company(Section):
    """A company, read from its folder. Build it with `read_company`."""

    folder: Path
    company: CompanySection
    fiscal_calendar: FiscalCalendarSection = FiscalCalendarSection()
    attribution: AttributionSection = AttributionSection()
    savings: SavingsSection = SavingsSection()
    sources: dict[str, SourceSection]
    channels: dict[str, Rules] = {}
    departments: dict[str, Rules] = {}
    accounts: dict[str, AccountRule] = {}
    limits: LimitsSection = LimitsSection()  # after channels, whose names it checks

    @field_validator("sources", mode="before")
    @classmethod
    def _named_sources(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not value:
            raise ValueError("at least one [sources.<name>] table is needed")
        for name in value:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"source name {name!r}: use lower-case letters, digits and _, a letter first")
        return {name: {"name": name, **table} if isinstance(table, dict) else table for name, table in value.items()}

    @field_validator("limits")
    @classmethod
    def _limits_name_channels(cls, value: LimitsSection, info: ValidationInfo) -> LimitsSection:
        value.check_names(info.data.get("channels", {}))
        return value

    @property
    def headline_model(self) -> str:
        """The model whose figures stand in front: `[company] attribution_model`, else `[attribution] headline`."""
        return str(self.company.attribution_model or self.attribution.headline)
