"""What recommendations may propose: `[limits]` of company.toml."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field, model_validator

from outlay.company.values import Amount, Fraction, Names, Section


class _Range(Section):
    """Least and most a week, in home currency."""

    minimum: Amount | None = None
    maximum: Amount | None = None

    @model_validator(mode="after")
    def _minimum_is_not_above_maximum(self) -> _Range:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}")
        return self


class ChannelLimit(_Range):
    """`[limits.channels.<channel>]`: its weekly spend, and how far that may move at once."""

    largest_change: Fraction | None = Field(default=None, ge=0)  # of today's spend


class GroupLimit(_Range):
    """`[limits.groups.<name>]`: what channels may spend together in a week."""

    channels: Names = Field(min_length=1)

    @model_validator(mode="after")
    def _limits_something(self) -> GroupLimit:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a group needs minimum, maximum or both")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("a channel is in a group once")
        return self


class LimitsSection(Section):
    """`[limits]`: per channel and per group; `largest_change` (of today's spend) rules where a channel states none."""

    largest_change: Fraction | None = Field(default=None, ge=0)
    channels: dict[str, ChannelLimit] = {}
    groups: dict[str, GroupLimit] = {}

    @model_validator(mode="after")
    def _groups_leave_room_for_their_channels(self) -> LimitsSection:
        for name, group in self.groups.items():
            own = [self.channels.get(channel, ChannelLimit()) for channel in group.channels]
            least = sum((one.minimum for one in own if one.minimum is not None), Decimal(0))
            if group.maximum is not None and least > group.maximum:
                raise ValueError(f"groups.{name}: its channels' minimums sum to {least}, above maximum {group.maximum}")
            most = [one.maximum for one in own if one.maximum is not None]
            if group.minimum is not None and len(most) == len(own) and sum(most) < group.minimum:
                raise ValueError(
                    f"groups.{name}: its channels' maximums sum to {sum(most)}, below minimum {group.minimum}"
                )
        return self

    def check_names(self, channels: Iterable[str]) -> None:
        """Raise ValueError for a channel that is not among those of `[channels]` but nearly: a slip of the pen.

        Channels may come from the data alone, so a name that resembles none is taken as it is.
        """
        known = list(channels)
        for name in [*self.channels, *(channel for group in self.groups.values() for channel in group.channels)]:
            near = [] if name in known else difflib.get_close_matches(name, known, n=1)
            if near:
                raise ValueError(f"no channel is called {name!r}; did you mean {near[0]}?")
