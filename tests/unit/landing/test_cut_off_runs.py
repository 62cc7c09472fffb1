"""A run that is killed at any point leaves a landing zone that the next run makes equal to a clean one's."""

from __future__ import annotations

from pathlib import Path

import pytest

from outlay.durable import swap_in
from outlay.landing import manifest, partitions, prepare_landing, run
from tests.unit.landing.drop_box import DropBox, drop_box, spend_file, spend_row
from tests.unit.landing.test_redelivery import fingerprints


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing is tidied up by a handler for errors."""


def first_delivery(box: DropBox) -> None:
    box.put("a.csv", spend_file(*(spend_row(day=f"2026-03-{day:02d}", spend="1.00") for day in range(1, 6))))


def second_delivery(box: DropBox) -> None:
    rows = [spend_row(day=f"2026-03-{day:02d}", spend="2.00") for day in range(1, 5)]
    box.put("a.csv", spend_file(*rows, spend_row("c2", spend="bad")))
    box.put("b.csv", spend_file(*(spend_row("c9", day=f"2026-03-{day:02d}", spend="5.00") for day in range(3, 8))))


def kill_after(monkeypatch: pytest.MonkeyPatch, module: object, name: str, calls: int) -> None:
    """Lets `calls` calls of a function through and dies at the next."""
    original = getattr(module, name)
    done = 0

    def dying(*arguments: object, **named: object) -> object:
        nonlocal done
        if done == calls:
            raise Killed
        done += 1
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, dying)


@pytest.mark.parametrize(
    ("module", "name", "calls"),
    [
        (partitions, "swap_in", 0),
        (partitions, "swap_in", 3),
        (partitions, "swap_in", 6),
        (manifest, "swap_in", 0),
        (run, "write_delivery_quarantine", 1),
    ],
)
def test_the_next_run_gives_what_an_uninterrupted_one_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, calls: int
) -> None:
    clean, cut = drop_box(tmp_path / "clean"), drop_box(tmp_path / "cut")
    for box in (clean, cut):
        first_delivery(box)
        box.land()
        second_delivery(box)
    clean.land()
    with monkeypatch.context() as patch:
        kill_after(patch, module, name, calls)
        with pytest.raises(Killed):
            cut.land()
    report = cut.land()
    assert fingerprints(cut) == fingerprints(clean)
    assert (cut.total(), cut.partitions()) == (clean.total(), clean.partitions())
    assert report.files_read == 2


def test_what_a_killed_run_wrote_is_undone_when_its_file_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = drop_box(tmp_path)
    first_delivery(box)
    box.land()
    before = fingerprints(box)
    box.put("b.csv", spend_file(spend_row("c9", spend="bad"), spend_row("c9", spend="5.00")))
    with monkeypatch.context() as patch:
        kill_after(patch, manifest, "swap_in", 0)
        with pytest.raises(Killed):
            box.land()
    assert fingerprints(box) != before
    box.remove("b.csv")
    box.land()
    kept = {name: print_ for name, print_ in fingerprints(box).items() if not name.startswith("raw/")}
    assert kept == {name: print_ for name, print_ in before.items() if not name.startswith("raw/")}


def test_a_mapping_that_is_taken_back_after_a_kill_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = drop_box(tmp_path)
    first_delivery(box)
    box.land()
    before = fingerprints(box)
    drop_box(tmp_path, "columns = { spend = { from = 'spend', negate = false, divide_by = 10 } }")
    with monkeypatch.context() as patch:
        kill_after(patch, partitions, "swap_in", 2)
        with pytest.raises(Killed):
            box.land()
    drop_box(tmp_path)
    box.land()
    assert fingerprints(box) == before


def test_a_file_is_never_half_written(tmp_path: Path) -> None:
    path = tmp_path / "x" / "part.parquet"
    swap_in(path, b"old")
    swap_in(path, b"new")
    assert (path.read_bytes(), [one.name for one in path.parent.iterdir()]) == (b"new", ["part.parquet"])


def test_every_entity_has_its_columns_before_anything_is_delivered(tmp_path: Path) -> None:
    prepare_landing(tmp_path)
    files = sorted(path.parts[-4:-1] for path in (tmp_path / "typed" / "touchpoints").rglob("part.parquet"))
    assert files == [("source=_none", "account=_none", "day=1970-01-01")]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    prepare_landing(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")} == before
