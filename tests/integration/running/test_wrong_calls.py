"""A call that cannot be followed is told in a line that names what is wrong, with exit code 2, before anything runs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.runs import outlay


@pytest.fixture
def company(tmp_path: Path) -> Path:
    told = '[company]\nname = "X"\ncurrency = "EUR"\ntime_zone = "UTC"\n'
    told += '[sources.gl]\nkind = "files"\nentity = "ledger_entries"\nglob = "gl.csv"\n'
    (tmp_path / "company.toml").write_text(told)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--date", "2026-03-01", "--from", "2026-02-01"], "either --date or --from"),
        (["run", "--from", "2026-02-01"], "belong together"),
        (["run", "--from", "2026-02-02", "--to", "2026-02-01"], "2026-02-02 lies after --to 2026-02-01"),
        (["run", "--date", "2999-01-01"], "2999-01-01 cannot be run: days from "),
        (["publish"], "nothing is built in "),
        (["publish", "--to", "x"], "--to goes with --rollback"),
    ],
)
def test_of_a_company(company: Path, arguments: list[str], told: str) -> None:
    done = outlay(*arguments, company=company, data=company / "data")
    assert done.exit_code == 2
    assert told in " ".join(done.errors.replace("│", " ").split())
    assert "Traceback" not in done.output


@pytest.mark.parametrize("command", ["run", "check", "status", "publish"])
def test_without_a_folder(tmp_path: Path, command: str) -> None:
    done = outlay(command, company=tmp_path / "nope", data=tmp_path / "data")
    assert done.exit_code == 2
    assert "there is no folder" in done.errors
    assert not (tmp_path / "data").exists()


def test_with_a_file_for_a_folder(company: Path) -> None:
    done = outlay("status", company=company / "company.toml")
    assert done.exit_code == 2
    assert "is a file" in " ".join(done.errors.split())


def test_to_a_server_that_is_not_there(tmp_path: Path) -> None:
    rows = tmp_path / "spend.csv"
    rows.write_text("external_id,date_day,department_id,amount,currency\nE1,2026-03-01,MKT,10.00,EUR\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = outlay("spend", rows, "--url", address, "--key", "k")
    assert done.exit_code == 1  # the call was right
    assert address in done.errors
    assert "Traceback" not in done.output
