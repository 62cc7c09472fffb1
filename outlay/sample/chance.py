"""Where every random number of the sample comes from: one generator a stream and day, so that a longer run only adds.

A generator is made from (seed, stream, number) and nothing else. What a day draws therefore never depends on how many
days are simulated.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """The independent sources of chance; a number once given is never reused."""

    CAMPAIGNS = 1
    MONTHS = 2
    SPEND = 3
    RESTATEMENTS = 4
    DELIVERY = 5
    JOURNEYS = 6
    OUTCOMES = 7
    RATES = 8
    DOCUMENTS = 9
    OFFICE = 10
    LIFT_TESTS = 11
    REPEATS = 12
    BUDGETS = 13


def generator(seed: int, stream: Stream, number: int) -> np.random.Generator:
    """The generator of one stream and one day or month (`number`, not negative)."""
    return np.random.default_rng([seed, int(stream), number])
