"""The process beside a run: what it answers and reports, and that neither of the two outlives the other unheard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.dbt import DbtError
from orchestration.progress import listening, report
from orchestration.second_process import SecondProcess, SecondProcessError, second_process
from tests.support.runs import ROOT


def pid_and(value: str) -> tuple[int, str]:
    return os.getpid(), value


def said(name: str) -> str | None:
    return os.environ.get(name)


def told() -> int:
    for step in (1, 2, 3):
        report("a long thing", step, 3)
    return 3


def refused() -> None:
    raise DbtError("no such model")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def process() -> Iterator[SecondProcess]:
    started = SecondProcess()
    yield started
    started.close()


def test_a_call_runs_in_one_other_process(process: SecondProcess) -> None:
    pid, value = process.call(pid_and, "given")
    assert (pid != os.getpid(), value) == (True, "given")
    assert process.call(pid_and, "again") == (pid, "again")


def test_what_is_reported_there_is_heard_here(process: SecondProcess) -> None:
    heard: list[tuple[str, int, int]] = []
    with listening(lambda *what: heard.append(what)):
        assert process.call(told) == 3
    assert heard == [("a long thing", 1, 3), ("a long thing", 2, 3), ("a long thing", 3, 3)]


def test_what_is_raised_there_is_raised_here_with_the_place_where_it_was(process: SecondProcess) -> None:
    with pytest.raises(DbtError, match=r"^no such model$") as caught:
        process.call(refused)
    assert "in refused" in str(caught.value.__cause__)


def test_what_was_only_begun_is_not_heard_and_does_not_stand_in_for_an_answer(process: SecondProcess) -> None:
    process.begin(refused)
    process.begin(pid_and, "nobody waits for this")
    assert process.call(pid_and, "this")[1] == "this"


def test_the_environment_is_the_callers_at_the_call(process: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTLAY_COMPANY", "/first")
    assert process.call(said, "OUTLAY_COMPANY") == "/first"
    monkeypatch.setenv("OUTLAY_COMPANY", "/second")
    assert process.call(said, "OUTLAY_COMPANY") == "/second"
    monkeypatch.delenv("OUTLAY_COMPANY")
    assert process.call(said, "OUTLAY_COMPANY") is None


def test_a_process_that_is_killed_says_so_and_another_takes_its_place() -> None:
    first = second_process()
    assert second_process() is first
    with pytest.raises(SecondProcessError, match=r"ended with signal 9; the system may have run out of memory"):
        first.call(killed)
    another = second_process()
    assert another is not first
    assert another.call(pid_and, "works")[1] == "works"
    another.close()


def test_an_interrupted_call_leaves_nobody_at_work() -> None:
    process = SecondProcess()

    def interrupt(*_what: object) -> None:
        raise KeyboardInterrupt

    with listening(interrupt), pytest.raises(KeyboardInterrupt):
        process.call(told)
    assert not process.is_alive


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)"])
def test_nobody_works_on_when_the_first_process_has_gone(tmp_path: Path, end: str) -> None:
    script = (
        "import os, signal, sys, time\n"
        "from orchestration.second_process import second_process\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"  # as a scheduler may hand it down
        "    print(second_process().call(os.getpid), flush=True)\n"
        "    second_process().begin(time.sleep, 600)\n"
        f"    {end}\n"
    )
    (tmp_path / "first.py").write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = subprocess.Popen(
        [sys.executable, str(tmp_path / "first.py")], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    assert first.wait(60) in (0, -signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(pid)
    first.stdout.close()


def test_the_end_is_without_a_word(tmp_path: Path) -> None:
    script = (
        "from orchestration import dbt\n"
        "from orchestration.second_process import second_process\n"
        "if __name__ == '__main__':\n"
        "    second_process().call(dbt.prepare_build)\n"
    )
    (tmp_path / "first.py").write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(tmp_path / "first.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("", "")


def _is_running(pid: int) -> bool:
    """Whether somebody works under this number; a process that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
