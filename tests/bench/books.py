"""Budget control of a large company: one year, 2,000 campaigns, a million ledger lines; seconds and peak memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from outlay.entities import ENTITIES
from tests.bench.landed_queries import land
from tests.support.dbt_runs import build
from tests.support.landing import write_landing, write_run_inputs
from tests.support.runs import ROOT

CAMPAIGNS, LEDGER_LINES = 2_000, 1_000_000
SECONDS, GIGABYTES = 60, 4
MARTS = (
    *("budget_consumption_daily", "budget_variances", "budget_rollups", "variance_drivers", "commitments"),
    *("contract_commitments", "reconciliations", "reconciliation_summaries", "savings_opportunities"),
    "vendor_scorecards",
)
# 200 vendors, of which the first ten are platforms; 40 departments; amounts and gaps by arithmetic, no chance in them.
_DAY = "date '2025-01-01' + cast({n} % 365 as integer)"
ROWS: dict[str, str] = {
    "accounts": """
        select '6' || lpad(n::varchar, 3, '0') as account_id, 'Account ' || n as name, 'expense' as class,
            n < 16 as is_marketing, ['media', 'fees', 'production', 'software'][n % 4 + 1] as spend_category
        from range(20) as t(n)""",
    "departments": """
        select 'd' || n as department_id, 'Department ' || n as name, case when n > 0 then 'd' || (n - 1) // 4 end as
            parent_id
        from range(40) as t(n)""",
    "vendors": """
        select 'v' || n as vendor_id, 'Vendor ' || n as name, 'EUR' as currency, 'DE' || (100000 + n) as tax_id,
            case when n < 10 then 'acc' || n end as platform_account_ids
        from range(200) as t(n)""",
    "budget_versions": """
        select 'b25' as version_id, 'original' as kind, 2025 as fiscal_year, 'approved' as status,
            date '2024-12-01' as approved_on, 'EUR' as currency""",
    "budget_lines": """
        select 'b25' as version_id, strftime(date '2025-01-01' + to_months(m::integer), '%Y-%m') as period_id,
            50000 + 137 * d + 11 * c as amount, 'd' || d as department_id, 'channel ' || c as channel
        from range(12) as t(m), range(40) as u(d), range(8) as v(c)""",
    "campaigns": """
        select 'google_ads' as platform, 'c' || n as campaign_id, 'Campaign ' || n as name,
            'channel ' || n % 8 as channel, 'd' || n % 40 as department_id,
            date '2025-01-01' as start_date, date '2025-12-31' as end_date
        from range({campaigns}) as t(n)""",
    "platform_spend": """
        select 'google_ads' as platform, 'acc' || c % 10 as account_id, 'c' || c as campaign_id,
            date '2025-01-01' + d::integer as date_day, (1000 + (c * 37 + d * 13) % 9000) / 100.0 as spend,
            'EUR' as currency, 1000 as impressions, 50 as clicks
        from range({campaigns}) as t(c), range(365) as u(d)""",
    "ledger_entries": f"""
        select 'e' || n as entry_id, 'j' || n // 4 as journal_id, {_DAY.format(n="n")} as posting_date,
            '6' || lpad((n % 20)::varchar, 3, '0') as account_id, (500 + n * 7919 % 30000) / 100.0 as amount,
            'EUR' as currency, 'd' || n % 40 as department_id, 'v' || (10 + n * 31 % 190) as vendor_id,
            'i' || n // 10 as doc_id, 'posted' as status,
            case when n % 50 = 0 then date_trunc('month', {_DAY.format(n="n")}) end as service_start,
            case when n % 50 = 0 then last_day({_DAY.format(n="n")}) end as service_end
        from range({{lines}}) as t(n)""",
    "vendor_invoices": f"""
        select 'i' || n as invoice_id, 'v' || (10 + n * 31 % 190) as vendor_id,
            'R-' || (700000 + n * 3) as invoice_number,
            {_DAY.format(n="n")} as invoice_date, 'EUR' as currency,
            (900 + n * 7919 % 90000) / 100.0 as net_amount, (900 + n * 7919 % 90000) / 100.0 as gross_amount,
            'open' as status
        from range({{lines}} // 10) as t(n)""",
    "vendor_invoice_lines": """
        select 'i' || n as invoice_id, 1 as line_no, (900 + n * 7919 % 90000) / 100.0 as net_amount,
            'Service ' || n % 100 as description
        from range({lines} // 10) as t(n)""",
    "purchase_orders": f"""
        select 'o' || n as po_id, 'PO-' || n as po_number, 'v' || (10 + n % 190) as vendor_id, 'open' as status,
            'EUR' as currency, {_DAY.format(n="n")} as approved_on
        from range({{lines}} // 200) as t(n)""",
    "purchase_order_lines": """
        select 'o' || n as po_id, 1 as line_no, 1000 + n % 977 as net_amount, 'd' || n % 40 as department_id,
            'channel ' || n % 8 as channel
        from range({lines} // 200) as t(n)""",
}


def measure(campaigns: int = CAMPAIGNS, lines: int = LEDGER_LINES) -> None:
    """Print what the marts of budget control cost to build; whatever they read is built before and not counted."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.books", folder, str(campaigns), str(lines)]
        subprocess.run(command, cwd=ROOT, check=True)


def main(folder: Path, campaigns: int, lines: int) -> None:
    """Write the company, build everything, print the seconds."""
    landing = folder / "landing"
    write_landing(landing, {}, as_of="2025-12-31")
    with duckdb.connect() as connection:
        for name, query in ROWS.items():
            land(connection, landing, ENTITIES[name], query.format(campaigns=campaigns, lines=lines))
    days = [{"entity": name, "date_day": f"2025-{month:02}-01"} for name in ROWS for month in range(1, 13)]
    write_run_inputs(landing, {}, as_of="2025-12-31", changed_days=days)
    started = time.perf_counter()
    chosen = [
        "--indirect-selection",
        "buildable",
        "--exclude-resource-type",
        "unit_test",
        "--select",
        *(f"+{mart}" for mart in MARTS),
    ]
    done = build(landing, folder / "warehouse" / "warehouse.duckdb", *chosen)
    seconds = time.perf_counter() - started
    nodes = sorted(done.result, key=lambda node: -node.execution_time)
    slowest = ", ".join(f"{node.node.name} {node.execution_time:.1f}" for node in nodes[:8])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(f"books: {campaigns:,} campaigns, {lines:,} ledger lines: {seconds:.0f} s with their tests (goal {SECONDS})")
    print(f"books: peak memory {peak:.2f} GB (goal {GIGABYTES}); slowest: {slowest}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
