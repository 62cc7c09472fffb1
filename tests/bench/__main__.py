"""`make bench`: what a day costs. Ratios and medians of one run on one machine; absolute times are only its own.

make bench                     every measurement
python -m tests.bench history  one of them
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import api, attribution, books, decisions, forecasting, history, parsing, peers, stations

MEASUREMENTS: dict[str, Callable[[], None]] = {
    "api": api.measure,
    "attribution": attribution.measure,
    "books": books.measure,
    "decisions": decisions.measure,
    "forecasting": forecasting.measure,
    "history": history.measure,
    "parsing": parsing.measure,
    "peers": peers.measure,
    "stations": stations.measure,
}


def main(names: list[str]) -> int:
    """Measure what is named, everything by default."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(f"no measurement called {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
        return 2
    for name in names or MEASUREMENTS:
        MEASUREMENTS[name]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
