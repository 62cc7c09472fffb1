"""Two channels of known curves, tested at two levels, and customers who come back after seven weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.attribution.small_company import conversion, touch
from tests.support.landing import Rows

FIRST_MONDAY, WEEKS = date(2025, 9, 1), 24
LAST_DAY = FIRST_MONDAY + timedelta(7 * WEEKS - 1)
AS_OF = LAST_DAY + timedelta(2)  # two days of a week that is not whole
BASELINE = 500.0
# channel -> (most that a week can bring, weekly spend that brings half of it, usual weekly spend)
TRUTH = {"search": (2000.0, 400.0, 280.0), "video": (600.0, 600.0, 630.0)}
CAMPAIGNS = {"search": "s1", "video": "v1"}


def brings(channel: str, spend: float) -> float:
    most, half, _ = TRUTH[channel]
    return most * spend / (half + spend)


def weekly_spend(channel: str, week: int) -> Decimal:
    """Varies by a third, the two channels at different paces; whole euros a day."""
    usual = TRUTH[channel][2]
    step = (week * (3 if channel == "search" else 5)) % 7 - 3
    return 7 * Decimal(round(usual * (1 + step / 9) / 7))


def _spend() -> Iterator[dict[str, Any]]:
    for channel, campaign in CAMPAIGNS.items():
        for day in range((AS_OF - FIRST_MONDAY).days + 1):
            week = day // 7
            spend = weekly_spend(channel, week)
            yield {
                "platform": "ads", "account_id": "a1", "campaign_id": campaign, "currency": "EUR",
                "date_day": (FIRST_MONDAY + timedelta(day)).isoformat(), "spend": str(spend / 7),
                "conversions_value": f"{1.4 * brings(channel, float(spend)) / 7:.2f}",
            }  # fmt: skip


def _purchases() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Five a week; each customer buys in one week and again seven weeks later. Search wins three, video two."""
    for week in range(WEEKS):
        revenue = BASELINE + sum(brings(channel, float(weekly_spend(channel, week))) for channel in TRUTH)
        monday = FIRST_MONDAY + timedelta(7 * week)
        for number in range(5):
            user = f"u{week}_{number}" if week % 14 < 7 else f"u{week - 7}_{number}"
            channel = "search" if number < 3 else "video"
            at = f"{monday + timedelta(number)} 10:00:00"
            yield (
                touch(f"t{week}_{number}", user, at, channel, campaign_id=CAMPAIGNS[channel]),
                conversion(f"c{week}_{number}", user, f"{monday + timedelta(number)} 12:00:00", f"{revenue / 5:.2f}"),
            )


def _tests() -> Iterator[dict[str, Any]]:
    """Each channel was raised by half and by as much again, for two weeks, measured to within 3 %."""
    for channel, (_, _, usual) in TRUTH.items():
        for number, share in ((1, 0.5), (2, 1.0)):
            start = FIRST_MONDAY + timedelta(7 * (4 * number))
            during = sum(float(weekly_spend(channel, 4 * number + week)) for week in range(2)) / 2
            change = share * usual
            lift = 2 * (brings(channel, during) - brings(channel, max(during - change, 0.0)))
            yield {
                "test_id": f"{channel}_{number}", "channel": channel, "currency": "EUR", "outcome_kind": "revenue",
                "start_date": start.isoformat(), "end_date": (start + timedelta(13)).isoformat(),
                "spend_delta": f"{2 * change:.2f}", "outcome_delta": f"{lift:.2f}",
                "standard_error": f"{0.03 * lift:.2f}",
            }  # fmt: skip


def company() -> Rows:
    touches, conversions = zip(*_purchases(), strict=True)
    return {
        "vendors": [{"vendor_id": "V1", "name": "Ads", "platform_account_ids": "a1"}],
        "departments": [{"department_id": "D1", "name": "One", "valid_from": "2023-01-01"}],
        "campaigns": [
            {"platform": "ads", "campaign_id": campaign, "name": campaign, "channel": channel, "department_id": "D1"}
            for channel, campaign in CAMPAIGNS.items()
        ],
        "platform_spend": list(_spend()),
        "touchpoints": touches,
        "conversions": conversions,
        "lift_tests": list(_tests()),
    }
