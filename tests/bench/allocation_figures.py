"""Simulated markets, decided blind and judged by their planted curves. Started by `decisions`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from outlay.decisions.allocation import HOLD, SHIFT, least_cost, most_outcome
from outlay.decisions.response import fit_response
from tests.support.market_bounds import informed
from tests.support.markets import ASSUMED, Market, Scenario, market

MARKETS = 200
FIRST_SEED = 20_000  # of markets on which nothing was tuned
CHANGING_BIAS = (0.15, 0.2)
SCENARIOS = {
    "four largest tested at two levels": Scenario(tests="two_level_largest"),
    "the same, curves of the assumed family": Scenario(tests="two_level_largest", families=ASSUMED, delayed=False),
    "the same, bias changes with spend": Scenario(tests="two_level_largest", bias_slope=CHANGING_BIAS),
    "all tested at two levels, bias changes": Scenario(tests="two_level_all", bias_slope=CHANGING_BIAS),
    "four largest tested at one level": Scenario(tests="dark_largest"),
    "four largest at two levels, mix further apart": Scenario(tests="two_level_largest", apart=0.73),
    "four largest at two levels, mix far apart": Scenario(tests="two_level_largest", apart=1.0),
    "no tests, bias changes": Scenario(tests="none", bias_slope=CHANGING_BIAS),
    "today's mix is the best": Scenario(tests="two_level_all", apart=0.0),
}


def judged(of: Market) -> dict[str, float]:
    """The decisions for a market, and what they truly bring, as shares of today's outcome or cost."""
    response = fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))
    plan = pd.DataFrame(
        {
            "channel": of.channels,
            "current": of.today,
            "minimum": of.scenario.low * of.today,
            "maximum": of.scenario.high * of.today,
            "largest_change": 10.0,
        }
    )
    today = of.outcome(of.today).sum()
    most, least = most_outcome(response, plan), least_cost(response, plan)
    gains = [of.outcome(plan.channels["recommended_amount"].to_numpy()).sum() / today - 1 for plan in (most, least)]
    return {
        "possible": of.outcome(of.best(of.today.sum())).sum() / today - 1,
        "informed": of.outcome(informed(of, of.today.sum())).sum() / today - 1,
        "learning": of.outcome(informed(of, of.today.sum(), learning=True)).sum() / today - 1,
        "gain": gains[0],
        "covered": float(most.gain_low / today <= gains[0] <= most.gain_high / today),
        "hold": float(most.action == HOLD),
        "printed": float(least.action == SHIFT),
        "saving": least.saving / least.cost,
        "left": gains[1],
        "untested": least.untested_saving / least.cost,
    }


def main(markets: int = MARKETS, first: int = FIRST_SEED) -> int:
    """Print every scenario on so many markets from that seed on, then the time of 50 channels."""
    print(f"allocation: markets of seeds {first} to {first + markets - 1}")
    for name, scenario in SCENARIOS.items():
        rows = pd.DataFrame([judged(market(seed, scenario)) for seed in range(first, first + markets)])
        possible = rows["possible"].sum()
        share = "nothing to gain"
        if scenario.apart:
            share = f"{rows['gain'].sum() / possible:.3f} of the oracle's gain"
            share += f" (the data allow {rows['informed'].sum() / possible:.3f} to one who is told all but the levels, "
            share += f"{rows['learning'].sum() / possible:.3f} to one who is told the shapes)"
        print(
            f"allocation: {name}: {share} (median market {(rows['gain'] / rows['possible']).median():.3f}; "
            f"possible {rows['possible'].mean():.1%}); "
            f"worse than today in {(rows['gain'] < 0).sum()} of {markets}, "
            f"by {abs(min(rows['gain'].min(), 0.0)):.2%} at most; "
            f"hold in {rows['hold'].mean():.0%}; "
            f"80 % interval holds the truth in {rows['covered'].mean():.0%}; "
            f"savings printed in {rows['printed'].mean():.0%}, median {rows['saving'].median():.1%} "
            f"(to be tested {rows['untested'].median():.1%}), short by over 1 % in {(rows['left'] < -0.01).mean():.1%}",
            flush=True,
        )
    _time(50)
    return 0


def _time(channels: int) -> None:
    of = market(1, replace(Scenario(tests="two_level_largest"), channels=channels))
    plan = pd.DataFrame({"channel": of.channels, "current": of.today})
    started = time.process_time()
    response = fit_response(of.weekly, of.outcomes, of.tests, rng=np.random.default_rng(0))
    fitted = time.process_time()
    most_outcome(response, plan)
    least_cost(response, plan)
    done = time.process_time()
    print(
        f"allocation: {channels} channels fitted in {fitted - started:.2f}, "
        f"both questions answered in {done - fitted:.2f} CPU s"
    )


if __name__ == "__main__":
    raise SystemExit(main(*(int(argument) for argument in sys.argv[1:])))
