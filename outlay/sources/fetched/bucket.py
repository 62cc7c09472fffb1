"""Keeps a credential's requests below the platform's rate, however many sources use it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class TokenBucket:
    """`capacity` requests at once, then `rate` a second."""

    rate: float
    capacity: float = 1.0
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _filled: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = self.capacity
        self._filled = self.clock()

    def take(self) -> float:
        """Takes a token, if need be one that is not there yet; returns the seconds to wait for it."""
        now = self.clock()
        self._tokens = min(self.capacity, self._tokens + (now - self._filled) * self.rate)
        self._filled = now
        self._tokens -= 1
        return max(-self._tokens / self.rate, 0.0)


_shared: dict[str, TokenBucket] = {}


def shared_bucket(fingerprint: str, rate: float, capacity: float = 1.0) -> TokenBucket:
    """The bucket of a credential: the same for every source of this process with the same `fingerprint`."""
    return _shared.setdefault(fingerprint, TokenBucket(rate, capacity))
