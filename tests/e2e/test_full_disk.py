"""A run on a disk that fills up says so, harms no reader, and goes on once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import DAYS, Place, day
from tests.support.runs import status

# Runs the whole pipeline twice.
pytestmark = pytest.mark.slow

_LEFT = 3 * 1024**2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1g", "outlay-test", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False) if os.getuid() == 0 else None
    if mounted is None or mounted.returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_in_words(ran_at_once: Place, small_disk: Path) -> None:
    place = ran_at_once.copied_to(small_disk)
    served = status(place.data)["published"]
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - _LEFT)

    refused = place.run(day(DAYS), "--full-refresh")
    assert refused.exit_code == 1
    assert f"{place.data}: its disk has " in refused.errors
    assert "Traceback" not in refused.output, refused.output
    assert status(place.data)["published"] == served

    ballast.unlink()
    again = place.run(day(DAYS), "--full-refresh")
    assert again.exit_code == 0, again.output
