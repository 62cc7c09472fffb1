"""Every documented operation under generated requests, good and bad: all checks of schemathesis on a real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.api_server import ROOT, api_server


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with api_server(tmp_path) as server:
        key = server.make_key()
        command = "from schemathesis.cli import schemathesis; schemathesis()"
        arguments = ["run", f"{server.url}/openapi.json", "-H", f"Authorization: Bearer {key}", "--checks", "all"]
        arguments += ["--max-examples", "25", "--seed", "1", "--no-color"]
        done = subprocess.run(
            [sys.executable, "-c", command, *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    print(done.stdout[-600:])
    assert done.returncode == 0, done.stdout[-8000:]
    assert " passed" in done.stdout
