"""Where the next unit of money should go, and what today's outcome could cost, with the chance of being wrong."""

from outlay.decisions.allocation.deciding import (
    HOLD,
    LEAST_COST,
    MOST_OUTCOME,
    SHIFT,
    TEST_NEXT,
    Allocation,
    least_cost,
    most_outcome,
)
from outlay.decisions.allocation.limits import plan_limits

__all__ = [
    "HOLD",
    "LEAST_COST",
    "MOST_OUTCOME",
    "SHIFT",
    "TEST_NEXT",
    "Allocation",
    "least_cost",
    "most_outcome",
    "plan_limits",
]
