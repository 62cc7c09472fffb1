"""Killed at any step, readers still open a whole version, and the next run goes on as if nothing had happened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from outlay.publishing import PublishedVersion, current
from outlay.quality import VerdictStore
from tests.unit.publishing.marts import ONLY_SPEND, export, let_through, publish_now, spend_of

CENT = "update marts.spend_daily set amount = amount + 0.01 where campaign_id = 'c2'"

# Publishes in forked children, each of which dies, without any clean-up, before another step that changes the disk.
KILLER = """
import os, shutil
from pathlib import Path
from outlay.publishing import publish, read_candidate
from outlay.quality import VerdictStore
from tests.unit.publishing.marts import NOW

root = Path({root!r})

def dying_before(number):
    steps = iter(range(1, 1_000_000))
    for name in ("fsync", "replace", "rename", "rmdir", "unlink", "mkdir"):
        def step(*args, _call=getattr(os, name), **more):
            if next(steps) == number:
                os._exit(9)
            return _call(*args, **more)
        setattr(os, name, step)

number = 0
while True:
    number += 1
    folder = root / f"killed_{{number}}"
    shutil.copytree(root / "before", folder)
    candidate = read_candidate(folder / "published" / "versions" / {candidate!r})
    store = VerdictStore(folder / "verdicts")
    child = os.fork()
    if child == 0:
        dying_before(number)
        publish(candidate, store, published=folder / "published", published_at=NOW, keep=1)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
print(number)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Data folders whose second publication was killed before its first, second, third ... step; the last was not."""
    root = tmp_path_factory.mktemp("crashes")
    (root / "before").mkdir()
    for number in range(3):
        publish_now(root / "before", *[CENT] * (5 - number), keys=ONLY_SPEND)
    publish_now(root / "before", keys=ONLY_SPEND)
    candidate = export(root / "before", CENT, keys=ONLY_SPEND)
    let_through(VerdictStore(root / "before" / "verdicts"), candidate)
    script = KILLER.format(root=str(root), candidate=candidate.folder.name)
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    return [root / f"killed_{number}" for number in range(1, int(done.stdout) + 1)]


def served(folder: Path) -> PublishedVersion:
    version = current(folder / "published")
    assert version is not None
    return version


def test_every_step_was_tried_and_the_pointer_moved_in_one_of_them(killed: list[Path]) -> None:
    sequences = [served(folder).sequence for folder in killed]
    assert len(killed) > 10
    assert sequences == sorted(sequences)
    assert set(sequences) == {4, 5}


def test_whatever_was_killed_readers_open_a_whole_version(killed: list[Path]) -> None:
    seen = {4: [("c1", "30.00"), ("c2", "5.50")], 5: [("c1", "30.00"), ("c2", "5.51")]}
    for folder in killed:
        version = served(folder)
        assert version.refused == ()
        assert spend_of(version.database) == seen[version.sequence], folder


def test_the_next_run_publishes_and_leaves_no_leftovers(killed: list[Path]) -> None:
    for folder in killed[::8]:
        version = publish_now(folder, CENT, CENT, keys=ONLY_SPEND)
        assert spend_of(version.database) == [("c1", "30.00"), ("c2", "5.52")]
        names = [path.name for path in (folder / "published" / "versions").iterdir()]
        assert not [name for name in names if name.endswith((".partial", ".deleting"))]
        assert len(names) <= 5


def test_an_export_that_is_killed_midway_shows_nothing_to_readers(tmp_path: Path) -> None:
    before = publish_now(tmp_path)
    script = f"""
import os
from pathlib import Path
from outlay.publishing import export
from tests.unit.publishing.marts import export as write
done = []
def dying(*args, _entry=export._entry):
    done.append(args)
    return os._exit(9) if len(done) > 2 else _entry(*args)
export._entry = dying
write(Path({str(tmp_path)!r}), {CENT!r})
"""
    killed = subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[3])
    assert killed.returncode == 9
    assert any(name.endswith(".partial") for name in os.listdir(before.folder.parent))  # noqa: PTH208
    assert served(tmp_path).version == before.version
    assert publish_now(tmp_path, CENT).sequence == 2
