"""The accruals that stand in the ledger between a month's end and the bills for it."""

from __future__ import annotations

from collections import defaultdict

from outlay.sample.days import month_first, month_last, month_name
from outlay.sample.desk import Desk
from outlay.sample.ledger import Journal, Posting
from outlay.sample.plan import CHANNEL_INDEX, CHANNELS, PLATFORMS, Platform
from outlay.sample.vendors import VENDORS


def accrue_month(desk: Desk, month: int) -> None:
    """On the last day: book what was delivered so far and not billed, and take it back on the first of the next."""
    begin, last = max(month_first(month), desk.plan.start), month_last(month)
    for platform in PLATFORMS:
        postings = _postings(desk, platform, begin, last)
        if not postings:
            continue
        journal = desk.ledger.post(
            Journal(
                doc_type="accrual",
                posted=last,
                postings=postings,
                memo=f"Rückstellung {VENDORS[platform.vendor_id].name} {month_name(month)}",
                currency=platform.currency,
                rate=desk.rates.to_home(platform.currency, last),
                service=(begin, last),
                vendor_id=platform.vendor_id,
            )
        )
        desk.ledger.reverse(journal, "accrual_reversal", last + 1)


def _postings(desk: Desk, platform: Platform, begin: int, last: int) -> tuple[Posting, ...]:
    """Delivered cents by department and channel, against the accrued cost; nothing where nothing was delivered."""
    groups: dict[tuple[str, str], int] = defaultdict(int)
    for campaign in desk.plan.of_platform(platform.name):
        cents = sum(int(desk.reports.delivered[day][campaign.number]) for day in range(begin, last + 1))
        groups[campaign.department_id, campaign.channel] += cents
    expenses = []
    for (department, name), cents in sorted(groups.items()):
        if cents:
            channel = CHANNELS[CHANNEL_INDEX[name]]
            expenses.append(Posting(channel.account, cents, department, "", channel.label))
    total = sum(posting.cents for posting in expenses)
    return (*expenses, Posting("3070", -total)) if expenses else ()
