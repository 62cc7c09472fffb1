"""Where bars, lines and bands stand: plain arithmetic from numbers to percentages of a drawing's width and height.

All drawings are laid out in percent, so that they fill any box while their text keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: left edge and width, in percent; `is_cut` where the number lies beyond the drawing."""

    x: float
    width: float
    is_cut: bool = False

    @property
    def end(self) -> float:
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Axis:
    """A straight scale from `low` to `high`, drawn from 0 to 100 percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where `value` stands, kept inside the drawing."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    def bar(self, start: float, end: float) -> Bar:
        """From one value to another, whichever is larger."""
        left, right = self.at(min(start, end)), self.at(max(start, end))
        is_cut = min(start, end) < self.low - 1e-9 or max(start, end) > self.high + 1e-9
        return Bar(left, round(right - left, 2), is_cut)

    @property
    def zero(self) -> float:
        return self.at(0.0)


def axis_of(values: Sequence[float], *, margin: float = 0.0, limit: float | None = None) -> Axis:
    """An axis that holds zero and all values, with a margin (a share of the span) for what is not zero.

    `limit`: nothing beyond it, up or down, is drawn to scale.
    """
    low, high = min([0.0, *values]), max([0.0, *values])
    if limit is not None:
        low, high = max(low, -limit), min(high, limit)
    span = (high - low) or 1.0
    return Axis(low - margin * span if low < 0 else low, high + margin * span if high > 0 or low == high else high)


def line(xs: Sequence[float], ys: Sequence[float], across: Axis, up: Axis) -> str:
    """The points of a polyline in a drawing of 100 by 100 whose y grows downwards."""
    return " ".join(f"{across.at(x):g},{100 - up.at(y):g}" for x, y in zip(xs, ys, strict=True))


def sparkline(values: Sequence[float]) -> str:
    """The points of a line through all values, in a drawing of 100 by 100; empty for fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    up = Axis(low - (high - low) * 0.1, high + (high - low) * 0.1) if high > low else Axis(low - 1, low + 1)
    return line(range(len(values)), values, Axis(0, len(values) - 1), up)


def ticks(high: float) -> list[float]:
    """Round numbers from 0 up to `high`: three to six of them."""
    if high <= 0:
        return [0.0]
    raw = high / 4
    power = 10.0 ** (len(str(int(raw))) - 1) if raw >= 1 else 1.0
    step = next((n * power for n in (1, 2, 5, 10) if n * power >= raw), 10 * power)
    return [step * n for n in range(int(high / step) + 1)]


def apart(positions: Sequence[float], gap: float) -> list[float]:
    """The positions pushed downwards until no two stand closer than `gap`, and back up where that leaves the drawing;
    their order is kept."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    placed = list(positions)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    if order and placed[order[-1]] > 100:
        placed[order[-1]] = 100.0
        for after, before in pairwise(reversed(order)):
            placed[before] = min(placed[before], placed[after] - gap)
    return [round(position, 2) for position in placed]
