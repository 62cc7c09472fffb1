"""The simulation: one day after another, each day's deliveries written before the next begins."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from outlay.sample.accruals import accrue_month
from outlay.sample.billing import bill_platforms, tell_deep_restatement
from outlay.sample.budgets import budget_day
from outlay.sample.company_file import company_text
from outlay.sample.days import day_of, month_last, month_number
from outlay.sample.demand import Demand
from outlay.sample.desk import Desk
from outlay.sample.endings import tell_endings
from outlay.sample.files import Exports
from outlay.sample.fx import Rates
from outlay.sample.ledger import Ledger, write_ledger_file
from outlay.sample.office import keep_books
from outlay.sample.orders import order_first_day
from outlay.sample.payables import Payables
from outlay.sample.plan import make_plan
from outlay.sample.planning import plan_day, plan_first_day
from outlay.sample.platform_files import write_platform_files
from outlay.sample.platforms import PlatformReports
from outlay.sample.projects import Projects
from outlay.sample.running_costs import RunningCosts
from outlay.sample.services import Services
from outlay.sample.tray import Tray
from outlay.sample.truth import Truth
from outlay.sample.truth_tables import write_truth
from outlay.sample.vendors import put_master_data
from outlay.sample.web import WebStream, write_web_files

MARKER = "truth/sample.json"
Progress = Callable[[int, int, str], None]


class SampleError(Exception):
    """The sample cannot be written; the message says where and what to do."""


@dataclass(frozen=True)
class SampleSummary:
    """What was written. Revenue in euros of the conversions that were paid in euros."""

    folder: Path
    first_day: date
    last_day: date
    scale: float
    seed: int
    files: int
    campaigns: int
    touchpoints: int
    conversions: int
    refunds: int

    def __str__(self) -> str:
        return (
            f"{self.folder}: {self.first_day} to {self.last_day}, {self.touchpoints:,} touchpoints, "
            f"{self.conversions:,} conversions, {self.refunds:,} refunds, {self.campaigns} campaigns, "
            f"{self.files:,} files"
        )


def write_sample(
    out: Path,
    *,
    days: int = 90,
    scale: float = 1.0,
    seed: int = 7,
    start: date = date(2026, 1, 1),
    progress: Progress | None = None,
) -> SampleSummary:
    """Write the sample company into folder `out`: `company.toml`, `exports/` and `truth/`.

    `scale` 1 is about 100,000 touchpoints in 90 days; media spend grows with it. With the same seed, scale and start a
    longer run writes the same exports byte for byte and more of them; `truth/` is as of the last day.
    `progress(done, total, what)` is called after every day.
    Raises SampleError where `out` holds another company, or an argument is out of range.
    """
    if days < 1 or scale <= 0 or seed < 0:
        raise SampleError(f"days={days}, scale={scale}, seed={seed}: expected days >= 1, scale > 0, seed >= 0")
    _clear(out)
    exports = Exports(out)
    # Stands from the beginning, so that a sample that was interrupted is known as one.
    exports.write(MARKER, "{}\n")
    exports.write("company.toml", company_text())
    simulation = _Simulation(exports, seed, scale, start.toordinal())
    for done in range(days):
        simulation.day(start.toordinal() + done)
        if progress:
            progress(done + 1, days, day_of(start.toordinal() + done).isoformat())
    return simulation.finish(start.toordinal() + days - 1)


def _clear(out: Path) -> None:
    """Make room for the sample. What another sample left is removed; anything else is left alone."""
    if (out / MARKER).exists():
        shutil.rmtree(out / "exports", ignore_errors=True)
        shutil.rmtree(out / "truth", ignore_errors=True)
        return
    taken = [name for name in ("exports", "truth") if (out / name).exists() and any((out / name).iterdir())]
    company = out / "company.toml"
    if company.exists() and company.read_text(encoding="utf-8") != company_text():
        taken.insert(0, "company.toml")
    if taken:
        raise SampleError(
            f"{out}: holds {', '.join(taken)} that no sample wrote (there is no {MARKER}); choose an empty folder"
        )


class _Simulation:
    """All the moving parts, and the order in which a day passes."""

    def __init__(self, exports: Exports, seed: int, scale: float, start: int) -> None:
        plan = make_plan(seed, scale, start)
        demand, rates = Demand(plan), Rates(seed, start)
        tray, ledger, truth = Tray(), Ledger(), Truth(plan)
        self.exports, self.seed = exports, seed
        self.desk = Desk(
            plan, demand, PlatformReports(demand), rates, tray, ledger, Payables(tray, ledger, rates, truth), truth
        )
        self.running_costs, self.projects = RunningCosts(self.desk), Projects(self.desk)
        self.services = Services(self.desk)
        self.web = WebStream(demand)
        self.first_month = month_number(start)
        rates.write_history(exports, start)
        put_master_data(tray, plan)
        plan_first_day(self.desk)
        order_first_day(self.desk)

    def day(self, ordinal: int) -> None:
        """Everything that is delivered on one day."""
        desk, exports = self.desk, self.exports
        month = month_number(ordinal)
        index = month - self.first_month
        desk.rates.advance(ordinal)
        desk.rates.write_day(exports, ordinal)
        told = desk.reports.deliver(ordinal)
        write_platform_files(exports, ordinal, told)
        web = self.web.deliver(ordinal)
        write_web_files(exports, desk.plan, ordinal, web)
        desk.truth.web_day(exports, ordinal, web)
        desk.truth.restated_day(exports, ordinal, told, web)
        if ordinal == desk.plan.start or day_of(ordinal).day == 1:
            self.running_costs.month(month, index)
            self.projects.month(month, index)
        plan_day(desk, ordinal)
        budget_day(desk, ordinal)
        in_euros = web.conversions[web.conversions["currency"] == 0]
        keep_books(desk, ordinal, int(in_euros["cents"].sum()))
        if ordinal == month_last(month):
            accrue_month(desk, month)
            self.services.month(month, index, bill_platforms(desk, month, index))
        tell_deep_restatement(desk, ordinal)
        desk.payables.work(ordinal)
        journals = desk.ledger.take(ordinal)
        write_ledger_file(exports, ordinal, journals)
        desk.truth.ledger_day(journals)
        desk.tray.hand_over(exports, ordinal)

    def finish(self, last: int) -> SampleSummary:
        """Write the truth as of the last day and sum up."""
        plan, days = self.desk.plan, self.desk.truth.days
        tell_endings(self.desk, last)
        totals = {name: sum(day[name] for day in days.values()) for name in ("touchpoints", "conversions", "refunds")}
        summary = SampleSummary(
            self.exports.folder, day_of(plan.start), day_of(last), plan.scale, self.seed, self.exports.count,
            len(plan.campaigns), totals["touchpoints"], totals["conversions"], totals["refunds"],
        )  # fmt: skip
        facts = {key: value for key, value in asdict(summary).items() if key not in ("folder", "files")}
        write_truth(self.exports, self.desk.truth, self.desk.reports, last, facts)
        return summary
