"""Removal effects of an absorbing Markov chain, exact: one factorisation answers for every member.

Without member m a journey that reaches m is lost. With N = (I - Q)^-1 the expected visits to the transient states and
f the chance of converting from each (Kemeny and Snell, Finite Markov Chains, 1960, chapter III), a journey from s that
never visits the set S of m's states converts with f_s - N[s,S] N[S,S]^-1 f[S]: the chance to convert, less the chance
to do so after a first visit to S. The removal effect is what is lost, as a share of f_s (Anderl et al., Int. J. of
Research in Marketing 33, 2016). In a chain of order k a state is the last k members, and those that end in m are m's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import inv

from outlay.decisions.attribution.shares import Floats, shares_of, summed

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"

_MOST_STATES = 6_000  # a factor of 288 MB


@dataclass(frozen=True)
class _Chain:
    """Transitions t lead from transient state `source[t]` to `target[t]`; a target of -1 is lost, -2 a conversion.

    `probability` and `source_count` (of all transitions from the same state) have the shape (transitions,), `member`
    (states,): the position in `members` of each state's newest member, -1 for the start, which is state 0.
    """

    members: list[str]
    member: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    probability: Floats
    source_count: Floats


def markov(transitions: pd.DataFrame, *, order: int = 1, errors: bool = True) -> pd.DataFrame:
    """Removal effects from counted transitions of all journeys, those that did not convert included.

    `transitions` has `from_1 … from_k` (k the order; the newest last, START where a journey had not yet begun), `to` (a
    member, CONVERSION or NULL) and `transitions` (how many, positive). Repeats of a member are transitions like others.

    Answers by member, in order of name: `effect` (the removal effect, a share of the conversions, 0 to 1),
    `share` (the effects divided by their sum) and `standard_error` of the share: counts from a state taken as
    multinomial, by the delta method; NaN without `errors`.

    Raises ValueError for missing columns, counts that are not positive, states that lead nowhere, and too many states.
    """
    chain = _chain(transitions, order)
    states = len(chain.member)
    system = np.eye(states)
    inner = chain.target >= 0
    np.subtract.at(system, (chain.source[inner], chain.target[inner]), chain.probability[inner])
    converting = summed(chain.source, chain.probability * (chain.target == -2), states)
    visits = inv(system, overwrite_a=True, check_finite=False)
    converts = visits @ converting
    parts = [_removed(visits, converts, np.flatnonzero(chain.member == m)) for m in range(len(chain.members))]
    effects = np.array([lost for lost, _, _ in parts])
    standard_error = np.full(len(effects), np.nan)
    if errors:
        standard_error = _errors(chain, visits, converts, effects, parts)
    return pd.DataFrame(
        {
            "member": chain.members,
            "effect": effects,
            "share": shares_of(effects),
            "standard_error": standard_error,
        }
    )


def _removed(visits: Floats, converts: Floats, own: NDArray[np.int64]) -> tuple[float, Floats, Floats]:
    """Without the states `own`: the share of conversions lost, and the visits and chances left, shape (states,)."""
    if not converts[0]:
        return 0.0, visits[0], converts
    block = visits[np.ix_(own, own)]
    first_visits = np.linalg.solve(block.T, visits[0, own])
    lost = float(first_visits @ converts[own] / converts[0])
    reach = np.linalg.solve(block, converts[own])
    return lost, visits[0] - first_visits @ visits[own], converts - visits[:, own] @ reach


def _errors(
    chain: _Chain, visits: Floats, converts: Floats, effects: Floats, parts: list[tuple[float, Floats, Floats]]
) -> Floats:
    """Standard errors of the shares, shape (members,).

    The chance to convert changes with a transition's probability by (visits to its source) x (chance to convert from
    its target); without m the same holds with what removing m leaves.
    """
    if not converts[0]:
        return np.zeros(len(effects))
    whole = visits[0, chain.source] * _after(chain, converts)

    def gradient(lost: float, without: Floats, chance: Floats) -> Floats:
        result: Floats = ((1 - lost) * whole - without[chain.source] * _after(chain, chance)) / converts[0]
        return result

    total = np.zeros_like(whole)
    for part in parts:
        total += gradient(*part)
    result = np.zeros(len(effects))
    for place, (part, share) in enumerate(zip(parts, shares_of(effects), strict=True)):
        step = (gradient(*part) - share * total) / effects.sum()  # the quotient rule
        mean = summed(chain.source, chain.probability * step, len(chain.member))[chain.source]
        result[place] = np.sqrt((chain.probability / chain.source_count * (step - mean) ** 2).sum())
    return result


def _after(chain: _Chain, converts: Floats) -> Floats:
    """The chance to convert once each transition is made, shape (transitions,)."""
    result: Floats = np.where(chain.target >= 0, converts[chain.target], (chain.target == -2).astype(float))
    return result


def _chain(transitions: pd.DataFrame, order: int) -> _Chain:
    history = [f"from_{place}" for place in range(1, order + 1)]
    missing = [name for name in (*history, "to", "transitions") if name not in transitions]
    if missing:
        raise ValueError(f"transitions of order {order} lack {', '.join(missing)}")
    counts = transitions["transitions"].to_numpy(dtype=float)
    if not (counts > 0).all():
        raise ValueError("transitions are counted from 1 on")
    before = list(zip(*(transitions[name].astype(str) for name in history), strict=True))
    onward = transitions["to"].astype(str).tolist()
    start = (START,) * order
    if start not in before:
        raise ValueError("no journey starts")
    names = [start, *sorted(set(before) - {start})]
    if len(names) > _MOST_STATES:
        raise ValueError(f"{len(names)} states of order {order}: no more than {_MOST_STATES} can be solved exactly")
    number = {name: place for place, name in enumerate(names)}
    ends = {NULL: -1, CONVERSION: -2}
    target = [
        ends[to] if to in ends else number.get((*state[1:], to), -3) for state, to in zip(before, onward, strict=True)
    ]
    if -3 in target:
        stuck = target.index(-3)
        raise ValueError(f"nothing leads on from {' > '.join((*before[stuck][1:], onward[stuck]))}")
    members = sorted({name[-1] for name in names[1:]})
    position = {name: place for place, name in enumerate(members)}
    source = np.array([number[name] for name in before], dtype=np.int64)
    source_count = summed(source, counts, len(names))[source]
    return _Chain(
        members,
        np.array([-1, *(position[name[-1]] for name in names[1:])], dtype=np.int64),
        source,
        np.array(target, dtype=np.int64),
        counts / source_count,
        source_count,
    )
