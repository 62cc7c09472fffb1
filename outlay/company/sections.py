"""What company.toml says of the company itself: its calendar, its attribution, how things are told apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from outlay.company.values import Amount, Currency, Fraction, Names, Section, TimeZone

RULE_MODELS = ("first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay")
FITTED_MODELS = ("markov_1", "markov_2", "shapley", "data_driven", "data_driven_calibrated")
ATTRIBUTION_MODELS = (*RULE_MODELS, *FITTED_MODELS)


class CompanySection(Section):
    """`[company]`: who it is, its home currency and its organisation's day."""

    name: str
    currency: Currency
    time_zone: TimeZone = "UTC"
    attribution_model: Literal[ATTRIBUTION_MODELS] | None = None  # type: ignore[valid-type]
    default_gross_margin: Fraction | None = Field(default=None, ge=0, le=1)
    fx_max_age_days: int = Field(default=7, ge=0)
    country: str | None = None


class FiscalCalendarSection(Section):
    """`[fiscal_calendar]`: how the company cuts its year."""

    pattern: Literal["calendar", "445", "454", "544", "13x4"] = "calendar"
    first_month: int = Field(default=1, ge=1, le=12)
    first_day: date | None = None
    fiscal_year_named_by: Literal["end", "start"] = "end"

    @model_validator(mode="after")
    def _week_patterns_need_a_first_day(self) -> FiscalCalendarSection:
        if self.pattern != "calendar" and self.first_day is None:
            raise ValueError(f"pattern {self.pattern!r} needs first_day, the first day of any fiscal year")
        return self


class AttributionSection(Section):
    """`[attribution]`: look-back windows and weights, with the declared defaults."""

    click_window_days: int = Field(default=30, ge=0)
    view_window_days: int = Field(default=1, ge=0)
    since_last_conversion: bool = False
    exclude_direct: bool = False
    half_life_hours: int = Field(default=168, gt=0)
    position_weights: tuple[Fraction, Fraction, Fraction] = (Decimal("0.4"), Decimal("0.2"), Decimal("0.4"))
    fit_days: int = Field(default=90, gt=0)
    headline: Literal[ATTRIBUTION_MODELS] = "data_driven"  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> AttributionSection:
        if sum(self.position_weights) != 1:
            raise ValueError(f"position_weights sum to {sum(self.position_weights)}, expected 1")
        return self


class SavingsSection(Section):
    """`[savings]`: what no export says of cost. Without `vendor_upkeep` vendors too many are counted, not priced."""

    vendor_upkeep: Amount | None = None  # a vendor and year, home currency
    tail_vendors: int = Field(default=5, ge=1)  # so many small vendors of one category are enough


class MatchRule(Section):
    """What makes something belong to a channel or a department: every stated field must match one of its patterns.

    Patterns are case-insensitive; `*` stands for any text.
    """

    platforms: Names = []
    campaigns: Names = []  # campaign id or name
    accounts: Names = []  # ledger account
    vendors: Names = []  # vendor id or name
    labels: Names = []  # what the source itself calls the channel or department


class AccountRule(Section):
    """What a ledger account means to marketing; the table's key is a pattern of account ids."""

    is_marketing: bool | None = None
    spend_category: str | None = None
    channel: str | None = None
    department: str | None = None


Rules = Annotated[list[MatchRule], BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)]
