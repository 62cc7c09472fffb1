"""The platforms' monthly bills.

Billed = finally served, less the platform's own credits, plus its duties. Gaps that are planted are told to the truth.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from outlay.sample.days import day_of, month_first, month_last, month_name, month_number, next_business_day
from outlay.sample.desk import Desk
from outlay.sample.files import money
from outlay.sample.payables import Invoice, InvoiceLine
from outlay.sample.plan import CHANNEL_INDEX, CHANNELS, CREDITED, PLATFORMS, UNCREDITED, Campaign, Platform
from outlay.sample.truth import Anomaly, Bill, Gap
from outlay.sample.vendors import VENDORS

_PREFIX = {"google_ads": "GGL", "meta_ads": "FBADS", "linkedin_ads": "LNKD", "tiktok_ads": "TT", "microsoft_ads": "MSA"}
_BY_CAMPAIGN = ("google_ads", "microsoft_ads")  # the others bill an account in one sum
_OVERDELIVERY, _INVALID, _DUTY = 0.025, 0.006, 0.05
_LATE_DAYS = 24  # one bill in three of TikTok comes that long after the month
_KEYED_WRONG = 27.0  # at scale 1


@dataclass(frozen=True)
class _Item:
    """One line of a platform's bill."""

    kind: str
    cents: int
    served: int | None = None
    campaign: Campaign | None = None
    original_month: int | None = None


def bill_platforms(desk: Desk, month: int, index: int) -> dict[str, int]:
    """Hand out every account's bill for a month that has ended. Returns net media billed by platform, in its cents."""
    media: dict[str, int] = defaultdict(int)
    for platform in PLATFORMS:
        for position, account in enumerate(platform.accounts):
            served = _served(desk, month, account)
            if served:
                items = _items(desk, platform, position, month, index, served)
                _hand_out(desk, platform, account, month, index, items, served)
                media[platform.name] += sum(item.cents for item in items if item.kind != "regulatory_fee")
    return media


def _served(desk: Desk, month: int, account: str) -> dict[int, int]:
    """Finally served cents by campaign of an account in a month."""
    totals: dict[int, int] = {}
    for ordinal in range(max(month_first(month), desk.plan.start), month_last(month) + 1):
        final = desk.demand.final_cents(ordinal)
        for campaign in desk.plan.campaigns:
            if campaign.account == account and final[campaign.number]:
                totals[campaign.number] = totals.get(campaign.number, 0) + int(final[campaign.number])
    return totals


def _items(
    desk: Desk, platform: Platform, position: int, month: int, index: int, served: dict[int, int]
) -> list[_Item]:
    campaigns = desk.plan.campaigns
    if platform.name in _BY_CAMPAIGN:
        items = [_Item("media", cents, cents, campaigns[number]) for number, cents in served.items()]
    else:
        items = [_Item("media", sum(served.values()), sum(served.values()))]
    if platform.name != "google_ads":
        return items
    above = {campaigns[number].name: _above_limit(desk, campaigns[number], cents) for number, cents in served.items()}
    credited = next((item for item in campaigns if item.name == CREDITED), None)
    if credited and above.get(CREDITED):
        items.append(_Item("overdelivery_credit", -above[CREDITED], None, credited))
    if above.get(UNCREDITED):
        _tell_missing_credit(desk, platform, position, month, above[UNCREDITED])
    free = [number for number in served if campaigns[number].name not in (UNCREDITED, CREDITED)]
    if index % 3 == 0 and free:
        largest = max(free, key=lambda number: (served[number], -number))
        credit = -round(served[largest] * _OVERDELIVERY)
        items.append(_Item("overdelivery_credit", credit, None, campaigns[largest]))
    if index > 0 and position == 0:
        before = sum(_served(desk, month - 1, platform.accounts[0]).values())
        items.append(_Item("invalid_activity_credit", -round(before * _INVALID), None, None, month - 1))
    austrian = sum(cents for number, cents in served.items() if campaigns[number].country == "AT")
    if austrian:
        items.append(_Item("regulatory_fee", round(austrian * _DUTY)))
    return items


def _above_limit(desk: Desk, campaign: Campaign, served: int) -> int:
    """Cents served above a month's 30.4 daily budgets; 0 where they are no more than what is tolerated."""
    excess = served - desk.plan.daily_budget(campaign) * 304 // 10
    return excess if excess > max(served * 0.005, 100) else 0


def _tell_missing_credit(desk: Desk, platform: Platform, position: int, month: int, cents: int) -> None:
    """Nobody can say that the credit is missing before the second bill after the month's has come."""
    campaign = next(item for item in desk.plan.campaigns if item.name == UNCREDITED)
    bill = invoice_number(platform, platform.accounts[position], month)
    desk.truth.anomalies.append(
        Anomaly(
            next_business_day(month_first(month + 3) + 4), "missing_platform_credit", "cash_recovery", cents,
            platform.currency, (("campaign", campaign.campaign_id), ("invoice", f"P-{bill}")),
            f"served above 30.4 daily budgets in {month_name(month)}, no credit on the two bills after",
        )
    )  # fmt: skip


def _hand_out(
    desk: Desk, platform: Platform, account: str, month: int, index: int, items: list[_Item], served: dict[int, int]
) -> None:
    vendor = VENDORS[platform.vendor_id]
    number = invoice_number(platform, account, month)
    late = platform.name == "tiktok_ads" and index % 3 == 1
    dated = month_first(month + 1) + 3
    received = next_business_day(dated + (_LATE_DAYS - 4 if late else 1))
    posted = next_business_day(received + 1)
    invoice = Invoice(
        invoice_id=f"P-{number}", vendor=vendor, number=number, dated=dated, received=received, posted=posted,
        service=(max(month_first(month), desk.plan.start), month_last(month)),
        lines=_lines(desk, platform, items, served, coded_wrong=platform.name == "meta_ads" and index % 3 == 1),
        pay_on=dated + vendor.terms_days,
        keyed_wrong_by=desk.plan.cents(_KEYED_WRONG) if platform.name == "microsoft_ads" and index % 3 == 0 else 0,
    )  # fmt: skip
    desk.payables.book(invoice)
    for item in items:
        _platform_row(desk, platform, account, month, received, number, dated, item)
        parts = {item.campaign.campaign_id if item.campaign else item.kind: item.cents}
        if item.kind == "media" and item.campaign is None:
            parts = {desk.plan.campaigns[at].campaign_id: cents for at, cents in served.items()}
        for member, cents in parts.items():
            desk.truth.bills.append(
                Bill(
                    received,
                    posted,
                    month,
                    platform.vendor_id,
                    account,
                    member,
                    f"P-{number}",
                    cents,
                    platform.currency,
                )
            )
    _tell_gaps(desk, platform, month, invoice, items)


def invoice_number(platform: Platform, account: str, month: int) -> str:
    """The number on a platform's bill."""
    return f"{_PREFIX[platform.name]}-{month_name(month).replace('-', '')}-{account[-4:]}"


def _lines(
    desk: Desk, platform: Platform, items: list[_Item], served: dict[int, int], coded_wrong: bool
) -> list[InvoiceLine]:
    """The bill as accounts payable enters it: by campaign where the platform tells, else by department and channel."""
    lines = [_campaign_line(item) for item in items if item.campaign]
    if platform.name not in _BY_CAMPAIGN:
        groups: dict[tuple[str, str], int] = defaultdict(int)
        for number, cents in served.items():
            campaign = desk.plan.campaigns[number]
            groups[campaign.department_id, campaign.channel] += cents
        for place, ((department, channel), cents) in enumerate(sorted(groups.items())):
            known = CHANNELS[CHANNEL_INDEX[channel]]
            lines.append(
                InvoiceLine(
                    cents, known.account, department, item="media", description=f"Advertising {known.label}",
                    line_kind="media", channel=known.label, served_cents=cents,
                    posted_account="4920" if coded_wrong and place == len(groups) - 1 else "",
                )
            )  # fmt: skip
    for item in items:
        if item.kind == "invalid_activity_credit":
            lines.append(InvoiceLine(item.cents, "4600", "D111", item="credit", line_kind=item.kind))
        elif item.kind == "regulatory_fee":
            lines.append(InvoiceLine(item.cents, "4680", "D110", item="duty AT", line_kind=item.kind))
    return lines


def _campaign_line(item: _Item) -> InvoiceLine:
    campaign = item.campaign
    if campaign is None:
        raise ValueError(f"{item.kind} names no campaign")
    channel = CHANNELS[CHANNEL_INDEX[campaign.channel]]
    return InvoiceLine(
        item.cents, channel.account, campaign.department_id, item="media", description=campaign.name,
        line_kind=item.kind, campaign_id=campaign.campaign_id, channel=channel.label, served_cents=item.served,
    )  # fmt: skip


def _platform_row(
    desk: Desk, platform: Platform, account: str, month: int, received: int, number: str, dated: int, item: _Item
) -> None:
    original = item.original_month
    desk.tray.put(
        received,
        "platform_invoices",
        {
            "invoice_id": f"B-{number}",
            "account_id": account,
            "service_month": day_of(month_first(month)).isoformat(),
            "line_kind": item.kind,
            "amount": money(item.cents),
            "currency": platform.currency,
            "invoice_number": number,
            "invoice_date": day_of(dated).isoformat(),
            "served_amount": "" if item.served is None else money(item.served),
            "campaign_id": item.campaign.campaign_id if item.campaign else "",
            "original_invoice_id": "" if original is None else f"B-{invoice_number(platform, account, original)}",
            "original_service_month": "" if original is None else day_of(month_first(original)).isoformat(),
        },
    )


def _tell_gaps(desk: Desk, platform: Platform, month: int, invoice: Invoice, items: list[_Item]) -> None:
    def tell(cause: str, cents: int, note: str) -> None:
        desk.truth.gaps.append(
            Gap(invoice.posted, platform.vendor_id, month, cause, cents, platform.currency,
                f"B-{invoice.number}", invoice.number, note)
        )  # fmt: skip

    for item in items:
        if item.kind.endswith("_credit"):
            about = "" if item.original_month is None else f" for {month_name(item.original_month)}"
            tell("platform_credit", item.cents, item.kind + about)
        elif item.kind == "regulatory_fee":
            tell("fee", item.cents, "duty on advertising shown in Austria, billed outside the subtotal")
    for line in invoice.lines:
        if line.posted_account:
            tell("coding", -line.cents, f"posted to account {line.posted_account} instead of {line.account}")
    if invoice.keyed_wrong_by:
        tell("unexplained", -invoice.keyed_wrong_by, "keyed in with two digits swapped")


def tell_deep_restatement(desk: Desk, ordinal: int) -> None:
    """A day taken back after it was billed leaves the bill above what is now said to have been served."""
    told = desk.reports.deep_restatement(ordinal)
    if told is None:
        return
    campaign, day, before, after = told
    month = month_number(day)
    number = invoice_number(campaign.platform, campaign.account, month)
    note = f"{campaign.name} on {day_of(day)} restated on {day_of(ordinal)} from {money(before)} to {money(after)}"
    desk.truth.gaps.append(
        Gap(ordinal, campaign.platform.vendor_id, month, "restatement", before - after, campaign.platform.currency,
            f"B-{number}", number, note)
    )  # fmt: skip
