"""What may go wrong at a platform, scripted by a test or drawn from a seed. Each platform says it in its own way."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

# A retry heals these.
TRANSIENT = ("throttle", "server_error", "cut_stream", "expired_token", "html_error_page", "slow_job")
# These change what the rows say; a platform that answers so says nothing of it.
ROWS = ("repeated_row", "new_field", "missing_field", "retyped_field", "silent_truncation", "lost_row")
# These stay until somebody acts, or until the fault's `times` are over.
STANDING = ("developer_quota", "wrong_secret", "job_fails_at_100", "too_much_data", "expired_page_token")
NAMES = (*TRANSIENT, *ROWS, *STANDING)
# A plan shows these wherever a platform is asked, not only at the steps where a scripted one shows by default.
_WIRE = ("throttle", "server_error", "cut_stream", "expired_token", "html_error_page")
# Of the standing faults a plan draws, it shows one in so many: each of them ends a run.
_STANDING_SHARE = 5


@dataclass(frozen=True)
class Fault:
    """`name` happens at the `at`-th matching request, and at the following ones: `times` in all, None for ever.

    A request matches by `kind` (the platform), `step` (what it asks for; None: where the platform would show it) and
    `account` (None: any). Requests are counted from when the fault was scripted, repeated ones too. `wait` is the
    delay in seconds that the platform states; of a slow job, how many polls find it running. `detail` chooses between
    a platform's ways of showing it.
    """

    kind: str
    name: str
    at: int = 1
    times: int | None = 1
    wait: float | None = None
    step: str | None = None
    account: str | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"no fault is called {self.name!r}; there are {', '.join(NAMES)}")


@dataclass(frozen=True)
class FaultPlan:
    """Faults drawn from a seed: whether a request fails depends on what it asks and how often it was asked before,

    not on the order in which threads ask. A request fails at most `limit` times in a transient way. `never`: platform,
    step and name of faults that are not drawn.
    """

    seed: int
    rate: float
    names: tuple[str, ...]
    limit: int = 2
    never: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def random(
        cls,
        seed: int,
        rate: float,
        names: tuple[str, ...] | None = None,
        limit: int = 2,
        never: Iterable[tuple[str, str, str]] = (),
    ) -> FaultPlan:
        """Every fault but `lost_row` where `names` states none: that one shows only where something is counted."""
        return cls(seed, rate, names or tuple(name for name in NAMES if name != "lost_row"), limit, frozenset(never))

    def draw(self, kind: str, step: str, asked: str, nth: int, possible: tuple[str, ...]) -> Fault | None:
        """The fault of the `nth` time that `asked` is asked of `step`, out of those `possible` there."""
        chances = [name for name in self.names if name in possible and (kind, step, name) not in self.never]
        chance, choice, detail, stands = _draws(f"{self.seed}|{kind}|{step}|{asked}|{nth}")
        if not chances or chance >= self.rate:
            return None
        name = chances[int(choice * len(chances))]
        if (name in TRANSIENT and nth > self.limit) or (name in STANDING and stands * _STANDING_SHARE >= 1):
            return None
        details = {"html_error_page": ("502", "200"), "cut_stream": ("chunked", "length", "silent")}.get(name, ("",))
        return Fault(kind, name, detail=details[int(detail * len(details))])


def _draws(text: str) -> list[float]:
    digest = hashlib.sha256(text.encode()).digest()
    return [int.from_bytes(digest[start : start + 8]) / 2**64 for start in (0, 8, 16, 24)]


@dataclass
class Faults:
    """The faults of one world. `fired` counts by (kind, name) what was really shown."""

    plan: FaultPlan | None = None
    fired: Counter[tuple[str, str]] = field(default_factory=Counter)
    _scripted: list[tuple[Fault, list[int]]] = field(default_factory=list)
    _asked: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, *faults: Fault) -> None:
        """Scripts faults. Where two match one request, the one scripted first is shown."""
        with self._lock:
            self._scripted += [(fault, [0]) for fault in faults]

    def clear(self) -> None:
        """Nothing goes wrong any more; what `fired` tells stays."""
        with self._lock:
            self._scripted.clear()
            self._asked.clear()
            self.plan = None

    def scripted(self) -> list[Fault]:
        return [fault for fault, _ in self._scripted]

    def take(
        self, kind: str, step: str, account: str | None, asked: str, steps: Mapping[str, tuple[str, ...]]
    ) -> Fault | None:
        """What goes wrong with this request, if anything. `steps`: where the platform shows a fault, by its name."""
        with self._lock:
            fault = self._next_scripted(kind, step, account, steps) or self._drawn(kind, step, asked, steps)
            if fault is not None:
                self.fired[kind, fault.name] += 1
            return fault

    def _next_scripted(
        self, kind: str, step: str, account: str | None, steps: Mapping[str, tuple[str, ...]]
    ) -> Fault | None:
        shown = None
        for fault, counted in self._scripted:
            wanted = (fault.step,) if fault.step else steps.get(fault.name, ())
            if fault.kind != kind or step not in wanted or fault.account not in (None, account):
                continue
            counted[0] += 1
            past = counted[0] - fault.at
            if shown is None and past >= 0 and (fault.times is None or past < fault.times):
                shown = replace(fault, step=step)
        return shown

    def _drawn(self, kind: str, step: str, asked: str, steps: Mapping[str, tuple[str, ...]]) -> Fault | None:
        if self.plan is None:
            return None
        self._asked[kind, step, asked] += 1
        anywhere = _WIRE if step != "token" else ()
        possible = tuple(name for name, where in steps.items() if step in where or name in anywhere)
        return self.plan.draw(kind, step, asked, self._asked[kind, step, asked], possible)
