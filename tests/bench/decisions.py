"""Allocation and lifetime value against planted truth: how much of the possible gain, how often wrong, how fast."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.runs import ROOT

# The matrices are small: a second thread only waits, and is counted as time used.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measure() -> None:
    """Print every figure; some minutes."""
    environment = {**os.environ, **ONE_THREAD}
    for module in ("tests.bench.allocation_figures", "tests.bench.lifetime_figures"):
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=environment, check=True)
