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


NAMED = "from orchestration import dbt; print({node['database'] for node in dbt.read_manifest()['nodes'].values()})"


def python(project: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(project)}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=True, timeout=200
    )
    return done.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("orchestration", "outlay", "dbt_project", "models"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("target", "__pycache__"))
    return tmp_path


def test_a_file_that_was_only_touched_is_read_once_more_and_no_oftener(project: Path) -> None:
    assert python(project, "-c", ASK) == "False"
    python(project, "-m", "orchestration.dbt")
    assert python(project, "-c", ASK) == "True"
    later = time.time_ns()
    os.utime(project / "dbt_project" / "profiles.yml", ns=(later, later))
    assert python(project, "-c", ASK) == "False"
    python(project, "-m", "orchestration.dbt")
    assert python(project, "-c", ASK) == "True"


def test_dbt_called_by_hand_on_another_database_does_not_change_what_runs_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python(project, "-m", "orchestration.dbt")
    monkeypatch.setenv("OUTLAY_WAREHOUSE", str(project / "mine.duckdb"))
    monkeypatch.setenv("OUTLAY_METRICS", "on")
    folders = ("--project-dir", "dbt_project", "--profiles-dir", "dbt_project")
    python(project, "-m", "dbt.cli.main", "--quiet", "parse", *folders)
    assert python(project, "-c", NAMED) == "{'warehouse'}"
    python(project, "-m", "orchestration.dbt")
    assert python(project, "-c", NAMED) == "{'warehouse'}"
