"""Companies put together by chance: other calendars, zones, windows and currencies, sources that are not there.

Nobody works out their figures by hand; what is asserted holds for every company.
"""

from __future__ import annotations

import random
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from outlay.sample import write_sample
from tests.support.runs import outlay, status

# With nothing of them in the company, everything else still has to come out.
OPTIONAL = (
    ("purchase_orders", "purchase_order_lines", "receipts"), ("contract_rates",), ("payments",), ("lift_tests",),
    ("planned_flights",), ("budget_profiles",), ("savings_baselines", "savings_agreements"), ("web_identities",),
    ("web_refunds",), ("treasury_rates", "treasury_locks"), ("fiscal_periods",), ("platform_invoices",),
    ("vendor_invoices", "vendor_invoice_lines", "payments"), ("departments",), ("campaigns",),
    ("budget_versions", "budget_lines", "budget_profiles"), ("web_touchpoints",), ("ledger", "accounts"),
    ("web_conversions", "web_refunds"), ("tiktok_ads", "linkedin_ads"),
)  # fmt: skip
FISCAL = (
    'pattern = "calendar"\nfirst_month = 4', 'pattern = "calendar"\nfirst_month = 11',
    'pattern = "445"\nfirst_day = 2026-02-01', 'pattern = "13x4"\nfirst_day = 2025-12-29',
    'pattern = "544"\nfirst_day = 2025-07-05', 'pattern = "calendar"\nfirst_month = 1',
)  # fmt: skip
ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia", "Europe/Berlin", "UTC", "Australia/Lord_Howe")
HEADLINES = ("first_touch", "last_non_direct", "time_decay", "markov_1", "shapley", "data_driven_calibrated")


def odd_company(folder: Path, seed: int) -> date:
    """A sample company of chance's making in `folder`; its last day."""
    chance = random.Random(seed)
    days, start = chance.choice([1, 9, 35, 70]), date(2026, 1, 1) + timedelta(days=chance.randrange(-200, 200))
    write_sample(folder, days=days, scale=chance.choice([0.3, 0.6]), seed=seed, start=start)
    text = (folder / "company.toml").read_text(encoding="utf-8")
    text = text.replace('currency = "EUR"', f'currency = "{chance.choice(["EUR", "USD", "GBP"])}"', 1)
    text = text.replace('time_zone = "Europe/Berlin"', f'time_zone = "{chance.choice(ZONES)}"', 1)
    text = text.replace('pattern = "calendar"\nfirst_month = 1', chance.choice(FISCAL), 1)
    text = text.replace("click_window_days = 30", f"click_window_days = {chance.choice([0, 1, 7, 90])}", 1)
    text = text.replace("half_life_hours = 168", f"half_life_hours = {chance.choice([1, 24, 1000])}", 1)
    text = text.replace('headline = "data_driven"', f'headline = "{chance.choice(HEADLINES)}"', 1)
    text = text.replace("[attribution]\n", f"[attribution]\nexclude_direct = {chance.choice(['true', 'false'])}\n", 1)
    if chance.random() < 0.3:
        text = text.replace("default_gross_margin = 0.46\n", "", 1)
    for names in chance.sample(OPTIONAL, chance.choice([0, 1, 3, 5])):
        for name in names:
            text = re.sub(rf"(?m)^\[sources\.{name}(\.columns)?\]\n(?:(?!^\[|^# ---).*\n)*", "", text)
    (folder / "company.toml").write_text(text, encoding="utf-8")
    # Budgets are approved in euros before the first day: books in another currency need a rate by then.
    first, *_ = sorted((folder / "exports" / "ecb").iterdir())
    heading, row, *_ = first.read_text(encoding="utf-8").splitlines()
    rates = row.partition(",")[2]
    lines = [f"{start - timedelta(days=ago)},{rates}" for ago in range(10, 500)]
    (first.parent / "eurofxref_1999-12-31.csv").write_text("\n".join([heading, *lines, ""]), encoding="utf-8")
    return start + timedelta(days=days - 1)


# What must answer with no row, `{t}` being the folder of the published files.
BROKEN = {
    "a conversion is credited once, with all its revenue": """
        with credited as (
            select conversion_id, model, sum(credit) as credit, sum(revenue_amount) as revenue_amount
            from '{t}/touch_credits.parquet' group by all
        )
        select conversion_id from credited
        group by conversion_id having count(*) <> 11 or min(credit) <> 1 or max(credit) <> 1
            or min(revenue_amount) <> max(revenue_amount)
    """,
    "credits by day are the credits of touches": """
        select date_day, model, sum(revenue_amount) from '{t}/touch_credits.parquet' group by all
        except
        select date_day, model, sum(revenue_amount) from '{t}/attributed_revenue_daily.parquet' group by all
    """,
    "every kind of period holds the same money, by campaign and by channel": """
        with levels as (
            select 'campaign' as level, period_kind, model, cost_amount, revenue_amount, profit_amount, conversions
            from '{t}/campaign_roi.parquet'
            union all
            select 'channel', period_kind, model, cost_amount, revenue_amount, profit_amount, conversions
            from '{t}/channel_roi.parquet'
        ),
        summed as (
            select model, level, period_kind, sum(revenue_amount) as revenue, sum(conversions) as conversions,
                case when count(cost_amount) = count(*) then sum(cost_amount) end as cost
            from levels group by all
        )
        select model from summed group by model
        having count(distinct revenue) > 1 or count(distinct conversions) > 1 or count(distinct cost) > 1
    """,
    "a period's actuals are what its parts are": """
        select * from '{t}/budget_variances.parquet'
        where actual_amount <> ledger_amount + manual_amount + accrued_amount
            or abs(impact) <> abs(variance_amount)
    """,
    "quarters and years hold what their periods hold": """
        with summed as (
            select version_id, period_kind, sum(budget_amount) as budget, sum(actual_amount) as actual
            from '{t}/budget_variances.parquet' where is_in_force group by all
        )
        select 1 from summed group by version_id having count(distinct actual) > 1
    """,
    "drivers add up to the variance": """
        with driven as (
            select period_id, period_kind, version_id, department_id, channel, basis, sum(amount) as amount
            from '{t}/variance_drivers.parquet' group by all
        ),
        varied as (
            select period_id, period_kind, version_id, department_id, channel, sum(variance_amount) as amount
            from '{t}/budget_variances.parquet' group by all
        )
        select * from driven inner join varied using (period_id, period_kind, version_id, department_id, channel)
        where basis = 'budget' and driven.amount <> varied.amount
    """,
    "what platforms and the ledger differ by is explained or said to be unexplained": """
        with items as (
            select vendor_id, service_month, sum(amount) as amount
            from '{t}/reconciliations.parquet' group by all
        )
        select * from '{t}/reconciliation_summaries.parquet' as whole left join items using (vendor_id, service_month)
        where whole.cause_amount <> coalesce(items.amount, 0)
    """,
    "no claim is larger than what it was found in": """
        select * from '{t}/savings_opportunities.parquet'
        where claimable_amount > gross_amount or claimable_amount < 0
    """,
}


def unexplained(folder: Path) -> list[str]:
    """Columns that are NULL in a row whose `<column>_reason` is, too, or the other way round; and what is no number."""
    found = []
    for file in sorted(folder.glob("*.parquet")):
        columns = {row[0]: row[1] for row in duckdb.sql(f"describe from '{file}'").fetchall()}
        for name, kind in columns.items():
            wrong = []
            if f"{name}_reason" in columns:
                wrong.append(f"({name} is null) <> ({name}_reason is not null)")
            if kind == "DOUBLE":
                wrong.append(f"not isfinite({name})")
            for one in wrong:
                (count,) = duckdb.sql(f"select count(*) from '{file}' where {one}").fetchone()
                if count:
                    found.append(f"{file.stem}: {count} rows where {one}")
    return found


@pytest.mark.scale
@pytest.mark.parametrize("seed", range(12))
def test_what_holds_for_every_company_holds_for_one_of_chances_making(tmp_path: Path, seed: int) -> None:
    company, data = tmp_path / "company", tmp_path / "data"
    last = odd_company(company, seed)
    ran = outlay("run", "--date", last.isoformat(), company=company, data=data)
    assert ran.exit_code == 0, ran.output
    assert "Traceback" not in ran.output
    parquet = Path(status(data)["published"]["parquet"])
    broken = {what: rows for what, sql in BROKEN.items() if (rows := duckdb.sql(sql.format(t=parquet)).fetchmany(3))}
    assert not broken
    assert not unexplained(parquet)
    shutil.rmtree(tmp_path)
