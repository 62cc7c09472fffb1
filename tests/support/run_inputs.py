"""The tables of landing/run that SQL reads, as a company that states nothing but its currency would have them."""

from __future__ import annotations

from datetime import date
from typing import Any

from outlay.company import FiscalCalendarSection
from outlay.fiscal import fiscal_periods, period_aliases

_DEFAULTS: dict[str, Any] = {
    "company_name": "Test company",
    "home_currency": "EUR",
    "default_gross_margin": None,
    "fx_max_age_days": 7,
    "click_window_days": 30,
    "view_window_days": 1,
    "since_last_conversion": False,
    "exclude_direct": False,
    "half_life_hours": 168,
    "fit_days": 90,
    "position_first": "0.4",
    "position_middle": "0.2",
    "position_last": "0.4",
    "headline_model": "last_touch",
    "vendor_upkeep": None,
    "tail_vendors": 5,
}


def company_settings(**given: Any) -> dict[str, Any]:
    """The one row of company_settings; KeyError names a setting that does not exist."""
    unknown = set(given) - set(_DEFAULTS) - {"as_of", "time_zone"}
    if unknown:
        raise KeyError(f"no company setting or run table is called {', '.join(sorted(unknown))}")
    return _DEFAULTS | given


def calendar_tables(as_of: date, calendar: FiscalCalendarSection | None = None) -> dict[str, list[dict[str, Any]]]:
    """fiscal_calendar and period_aliases from the year before `as_of` to the year after; civil months by default."""
    first, last = date(as_of.year - 1, 1, 1), date(as_of.year + 1, 12, 31)
    periods = fiscal_periods(calendar or FiscalCalendarSection(), first, last)
    aliases = [
        {"alias": name, "start_date": start, "end_date": end}
        for name, (start, end) in sorted(period_aliases(periods).items())
    ]
    return {"fiscal_calendar": [{**vars(period), "days": period.days} for period in periods], "period_aliases": aliases}
