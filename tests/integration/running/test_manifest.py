"""The parsed project is current until a file says something else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.runs import ROOT

pytestmark = pytest.mark.slow
ASK = "from orchestration import dbt; print(dbt.manifest_is_current())"


def python(project: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(project)}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=True, timeout=200
    )
    return done.stdout.strip()


def test_a_file_that_was_only_touched_is_read_once_more_and_no_oftener(tmp_path: Path) -> None:
    for folder in ("orchestration", "outlay", "dbt_project", "models"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("target", "__pycache__"))
    assert python(tmp_path, "-c", ASK) == "False"
    python(tmp_path, "-m", "orchestration.dbt")
    assert python(tmp_path, "-c", ASK) == "True"
    later = time.time_ns()
    os.utime(tmp_path / "dbt_project" / "profiles.yml", ns=(later, later))
    assert python(tmp_path, "-c", ASK) == "False"
    python(tmp_path, "-m", "orchestration.dbt")
    assert python(tmp_path, "-c", ASK) == "True"
