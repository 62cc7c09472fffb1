"""Attribution of 1 and 10 million touches, relative to a floor: reading the touches and numbering them per person."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from tests.support.runs import ROOT

SIZES = (1_000_000, 10_000_000)


def measure(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the ratios of each size. Preparation and measurement are processes of their own: so is peak memory."""
    for touches in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for module, *place in (("company",), ("figures", "file"), ("figures", "memory")):
                command = [sys.executable, "-m", f"tests.bench.attribution_{module}", folder, str(touches), *place]
                subprocess.run(command, cwd=ROOT, check=True)
