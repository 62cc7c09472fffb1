"""A list of all campaigns, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outlay.page.details.batch import ask_all, pieces
from outlay.page.geometry import sparkline
from outlay.page.numbers import PERCENT, TIMES_2, Scale, channel_name, figure, label, whole_scale
from outlay.page.reading import Answer, Reader
from outlay.page.rendering import Edition, Place, file_name, render
from outlay.page.scope import Scope, day_text

MOST_PERIODS = 13  # of a kind: a year and the same month of the year before


def campaign_pages(reader: Reader, scope: Scope, edition: Edition) -> Iterator[tuple[str, str]]:
    """File name and text of each page."""
    campaigns = reader.ask("campaign_list", **scope.values)
    parts = pieces(campaigns.rows, "campaigns")
    money = whole_scale([row[name] for row in campaigns for name in ("cost_amount", "revenue_amount")])
    for name, rows in parts:
        yield (
            name,
            render(
                "campaigns.html.j2",
                edition,
                Place(),
                {},
                title=f"{scope.company.name}: campaigns",
                scope=scope,
                campaigns=campaigns,
                lines=[_line(campaigns, row, money) for row in rows],
                unit=f"{scope.company.currency} {money.mark}".strip(),
                parts=[part for part, _ in parts],
                this=name,
            ),
        )
    periods = ask_all(reader, "campaign_periods", "campaign_id", {**scope.values, "most_periods": MOST_PERIODS})
    for row in campaigns:
        yield f"campaigns/{file_name(row['campaign_id'])}", _page(scope, edition, row, periods.of(row["campaign_id"]))


def _line(campaigns: Answer, row: dict[str, Any], money: Scale) -> dict[str, Any]:
    why = "nothing in this period"
    return {
        "key": campaigns.key_of(row),
        "file": file_name(row["campaign_id"]),
        "name": row["name"] or row["campaign_id"],
        "channel": channel_name(row["channel"] or "unmapped"),
        "cost": figure(campaigns, row, "cost_amount", money, reason=why),
        "revenue": figure(campaigns, row, "revenue_amount", money, reason=why),
        "roi": figure(campaigns, row, "roi", PERCENT, signed=True, over_is_bad=False, reason=row["roi_reason"] or why),
        "roas": figure(campaigns, row, "roas", TIMES_2, reason=row["roas_reason"] or why),
        "claim": figure(campaigns, row, "platform_roas", TIMES_2, reason=row["platform_roas_reason"] or why),
    }


def _page(scope: Scope, edition: Edition, campaign: dict[str, Any], periods: Answer) -> str:
    money = whole_scale([row[name] for row in periods for name in ("cost_amount", "revenue_amount")])
    ours = [row for row in periods if row["model"] == scope.company.model]
    weeks = [row for row in ours if row["period_kind"] == "week"]
    chosen = (scope.values["roi_kind"], scope.period_id)
    models = [row for row in periods if (row["period_kind"], row["period_id"]) == chosen]
    return render(
        "campaign.html.j2",
        edition,
        Place(root="../"),
        {},
        title=f"{campaign['name'] or campaign['campaign_id']}: campaign",
        scope=scope,
        campaign=campaign,
        channel=channel_name(campaign["channel"] or "unmapped"),
        dates=tuple(day_text(day) if day else "" for day in (campaign["start_date"], campaign["end_date"])),
        unit=f"{scope.company.currency} {money.mark}".strip(),
        model=label(scope.company.model).lower(),
        periods=periods,
        tables=[
            (
                f"By period, at most the last {MOST_PERIODS} of a kind",
                "period_id",
                [_period(periods, row, money) for row in ours if row["period_kind"] != "week"],
            ),
            ("By week", "period_id", [_period(periods, row, money) for row in weeks]),
            (f"By attribution model, {scope.period_id}", "model", [_period(periods, row, money) for row in models]),
        ],
        points=sparkline([float(row["roi"]) for row in weeks if row["roi"] is not None]),
    )


def _period(periods: Answer, row: dict[str, Any], money: Scale) -> dict[str, Any]:
    return {
        "key": periods.key_of(row),
        "period_id": row["period_id"],
        "model": label(row["model"]),
        "cost": figure(periods, row, "cost_amount", money),
        "finality": label(row["cost_finality"] or ""),
        "revenue": figure(periods, row, "revenue_amount", money),
        "profit": figure(periods, row, "profit_amount", money, signed=True, over_is_bad=False,
                         reason=row["margin_reason"]),
        "roi": figure(periods, row, "roi", PERCENT, signed=True, over_is_bad=False),
        "roas": figure(periods, row, "roas", TIMES_2),
        "claim": figure(periods, row, "platform_roas", TIMES_2),
        "cpa": figure(periods, row, "cpa", TIMES_2),
    }  # fmt: skip
