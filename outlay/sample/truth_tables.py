"""The tables under `truth/`, as of the last simulated day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from outlay.sample.days import day_of, month_first, month_name, month_number
from outlay.sample.demand import CAPACITY, Demand
from outlay.sample.files import Exports, money
from outlay.sample.plan import CHANNELS, PLATFORMS, Plan
from outlay.sample.platforms import PlatformReports
from outlay.sample.truth import Anomaly, Bill, Gap, Truth

Row = dict[str, object]


def write_truth(
    exports: Exports, truth: Truth, reports: PlatformReports, last: int, summary: Mapping[str, object]
) -> None:
    """Write every table but the causes, which are written day by day."""
    timing = [_unposted(bill, last) for bill in truth.bills if bill.received <= last < bill.posted]
    gaps = [gap for gap in truth.gaps if gap.visible <= last]
    bills = [bill for bill in truth.bills if bill.received <= last]
    _table(exports, "anomalies", (_anomaly(item) for item in truth.anomalies if item.visible <= last))
    _table(exports, "reconciliation_gaps", (_gap(gap) for gap in [*gaps, *timing]))
    _table(exports, "platform_bills", (_bill(bill) for bill in bills))
    _table(exports, "campaigns", _campaigns(truth.plan))
    _table(exports, "response_curves", _curves(reports.demand))
    _table(exports, "platform_spend", _spend(reports))
    _table(exports, "campaign_costs", _costs(reports, bills, last))
    _table(exports, "daily_totals", _daily(truth, reports))
    _table(exports, "ledger_accounts", _accounts(truth))
    _table(exports, "vendor_months", _vendor_months(truth, reports, bills))
    exports.write("truth/sample.json", json.dumps(dict(summary), indent=2, default=str) + "\n")


def _table(exports: Exports, name: str, rows: Iterable[Row]) -> None:
    """One table; where nothing happened yet, an empty file."""
    listed = list(rows)
    if listed:
        exports.table(f"truth/{name}.csv", list(listed[0]), listed)
    else:
        exports.write(f"truth/{name}.csv", "")


def _anomaly(item: Anomaly) -> Row:
    return {
        "detector": item.detector,
        "class": item.kind,
        "innocent": str(item.innocent).lower(),
        "visible_on": day_of(item.visible),
        "gross_amount": money(item.cents),
        "currency": item.currency,
        "evidence": json.dumps([{"type": kind, "id": name} for kind, name in item.evidence]),
        "note": item.note,
    }


def _gap(gap: Gap) -> Row:
    return {
        "vendor_id": gap.vendor_id,
        "service_month": day_of(month_first(gap.month)),
        "cause": gap.cause,
        "visible_on": day_of(gap.visible),
        "amount": money(gap.cents),
        "currency": gap.currency,
        "left_doc_id": gap.left,
        "right_doc_id": gap.right,
        "note": gap.note,
    }


def _unposted(bill: Bill, last: int) -> Gap:
    note = f"billed; posted on {day_of(bill.posted)}"
    return Gap(last, bill.vendor_id, bill.month, "timing", -bill.cents, bill.currency, bill.invoice_id, "", note)


def _bill(bill: Bill) -> Row:
    return {
        "service_month": month_name(bill.month),
        "vendor_id": bill.vendor_id,
        "account_id": bill.account,
        "campaign_id": bill.campaign_id,
        "invoice_id": bill.invoice_id,
        "received_on": day_of(bill.received),
        "posted_on": day_of(bill.posted),
        "amount": money(bill.cents),
        "currency": bill.currency,
    }


def _campaigns(plan: Plan) -> Iterable[Row]:
    for item in plan.campaigns:
        yield {
            "campaign_id": item.campaign_id,
            "name": item.name,
            "platform": item.platform.name,
            "account_id": item.account,
            "channel": item.channel,
            "department_id": item.department_id,
            "channel_share": f"{item.share:.6f}",
            "quality": f"{item.quality:.6f}",
            "flighted": str(item.flighted).lower(),
        }


def _curves(demand: Demand) -> Iterable[Row]:
    """Touches a day = top × spend^slope / (half^slope + spend^slope), spend in euros a day; each causes `hazard`."""
    scale = demand.plan.scale
    for channel in CHANNELS:
        half = channel.half_ratio * channel.daily_spend
        ratio = channel.half_ratio**channel.slope
        top = channel.daily_touches * (1 + ratio) if channel.daily_spend else channel.daily_touches
        yield {
            "channel": channel.name,
            "form": "hill" if channel.daily_spend else "constant_with_season",
            "top_touches_per_day": f"{top * scale:.6f}",
            "half_spend_per_day": f"{half * scale:.6f}",
            "slope": channel.slope,
            "ordinary_spend_per_day": f"{channel.daily_spend * scale:.6f}",
            "hazard_per_touch": channel.hazard,
            "view_share": channel.view_share,
            "adstock": 0,
            "journey_capacity": CAPACITY,
        }


def _spend(reports: PlatformReports) -> Iterable[Row]:
    """Spend by campaign and day: what the deliveries so far say, and what they will say in the end."""
    plan = reports.demand.plan
    for ordinal in sorted(reports.delivered):
        final = reports.final[ordinal]
        for item in plan.campaigns:
            if reports.delivered[ordinal][item.number]:
                yield {
                    "platform": item.platform.name,
                    "account_id": item.account,
                    "campaign_id": item.campaign_id,
                    "date_day": day_of(ordinal),
                    "spend": money(int(reports.delivered[ordinal][item.number])),
                    "final_spend": money(int(final[item.number])),
                    "currency": item.platform.currency,
                }


def _costs(reports: PlatformReports, bills: list[Bill], last: int) -> Iterable[Row]:
    """Each campaign's month: served as delivered and in the end, and billed where an invoice has come."""
    billed: dict[tuple[int, str], int] = defaultdict(int)
    for bill in bills:
        billed[bill.month, bill.campaign_id] += bill.cents
    months = sorted({month_number(ordinal) for ordinal in reports.delivered})
    for month in months:
        days = [ordinal for ordinal in reports.delivered if month_number(ordinal) == month]
        for item in reports.demand.plan.campaigns:
            served = sum(int(reports.delivered[day][item.number]) for day in days)
            final = sum(int(reports.final[day][item.number]) for day in days)
            if not served:
                continue
            yield {
                "service_month": month_name(month),
                "platform": item.platform.name,
                "campaign_id": item.campaign_id,
                "channel": item.channel,
                "department_id": item.department_id,
                "currency": item.platform.currency,
                "served_amount": money(served),
                "final_served_amount": money(final),
                "billed_amount": money(billed[month, item.campaign_id]) if (month, item.campaign_id) in billed else "",
            }


def _daily(truth: Truth, reports: PlatformReports) -> Iterable[Row]:
    names = ["touchpoints", "late_touchpoints", "repeated_touchpoints", "conversions", "refunds"]
    amounts = [f"{kind}_{currency}" for kind in ("revenue", "refunded") for currency in ("EUR", "GBP", "USD")]
    for ordinal in sorted(reports.delivered):
        counted = truth.days[ordinal]
        spend = {
            f"spend_{platform.name}": money(
                sum(
                    int(reports.delivered[ordinal][item.number])
                    for item in reports.demand.plan.of_platform(platform.name)
                )
            )
            for platform in PLATFORMS
        }
        yield {
            "date_day": day_of(ordinal),
            **{name: counted[name] for name in names},
            **{name: money(counted[name]) for name in amounts},
            **spend,
        }


def _accounts(truth: Truth) -> Iterable[Row]:
    for (month, account), cents in sorted(truth.account_months.items()):
        yield {"posting_month": month_name(month), "account_id": account, "amount_home": money(cents)}


def _vendor_months(truth: Truth, reports: PlatformReports, bills: list[Bill]) -> Iterable[Row]:
    """Platforms only: served, billed, and posted to marketing accounts as bills, by service month."""
    for platform in PLATFORMS:
        numbers = [item.number for item in reports.demand.plan.of_platform(platform.name)]
        for month in sorted({month_number(ordinal) for ordinal in reports.delivered}):
            days = [ordinal for ordinal in reports.delivered if month_number(ordinal) == month]
            mine = [bill.cents for bill in bills if (bill.vendor_id, bill.month) == (platform.vendor_id, month)]
            posted = truth.vendor_months.get((platform.vendor_id, month), [0, 0])
            yield {
                "vendor_id": platform.vendor_id,
                "service_month": month_name(month),
                "currency": platform.currency,
                "served_amount": money(sum(int(reports.delivered[day][numbers].sum()) for day in days)),
                "billed_amount": money(sum(mine)) if mine else "",
                "posted_amount": money(posted[0]),
                "posted_amount_home": money(posted[1]),
            }
