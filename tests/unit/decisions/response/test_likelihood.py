"""The derivatives that every fit steps by, against differences of the loss."""

from __future__ import annotations

import numpy as np

from outlay.decisions.response.evidence import collect
from outlay.decisions.response.likelihood import OWN, Noise, summed_loss
from tests.support.markets import Scenario, market


def test_slopes_are_differences() -> None:
    of = market(3, Scenario(channels=3, tests="two_level_all"))
    evidence, _ = collect(of.weekly, of.outcomes, of.tests)
    assert evidence is not None
    rng = np.random.default_rng(0)
    baseline = rng.normal(size=(104, 4))
    size = 3 * OWN + 2 + 4
    prior, noise = (np.zeros(size), np.eye(size)), Noise(0.1, np.full(3, 0.2))
    theta = 0.3 * rng.normal(size=size)
    here = summed_loss(evidence, baseline, prior, theta, noise)
    for place in range(size):
        step = 1e-5 * (np.arange(size) == place)
        apart = summed_loss(evidence, baseline, prior, theta + step, noise).loss
        apart -= summed_loss(evidence, baseline, prior, theta - step, noise).loss
        # The slope is that of half the loss.
        np.testing.assert_allclose(here.slope[place], apart / 4e-5, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(here.information, here.information.T)
    assert (np.linalg.eigvalsh(here.information) > 0).all()
