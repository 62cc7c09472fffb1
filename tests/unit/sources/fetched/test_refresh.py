"""Which slices are due, and how they are kept."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.sources.fetched.protocol import Account, RawPage, Slice
from outlay.sources.fetched.refresh import Asked, due, slices
from outlay.sources.fetched.spool import Spool, read_facts

DAY = date.fromisoformat


def names_due(as_of: str, held: dict[str, tuple[str, str]], *, restatement_days: int = 3, **asked: object) -> list[str]:
    """What is due of an account that starts on 15 December 2025: `2026-01 01..09` and so on."""
    spans = {f"a/{name}": (DAY(first), DAY(last)) for name, (first, last) in held.items()}
    doubted = asked.pop("doubted", set())
    question = Asked(DAY(as_of), restatement_days, **asked)  # type: ignore[arg-type]
    found = []
    for part in slices("a", "month", DAY("2025-12-15"), DAY(as_of)):
        wanted = due(part, spans, doubted, question)  # type: ignore[arg-type]
        if wanted:
            found.append(f"{wanted.name[2:]} {wanted.first_day:%d}..{wanted.last_day:%d}")
    return found


HELD = {"2025-12": ("2025-12-15", "2025-12-31"), "2026-01": ("2026-01-01", "2026-01-31"),
        "2026-02": ("2026-02-01", "2026-02-10")}  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "held", "asked", "expected"),
    [
        ("2026-02-11", {}, {}, ["2025-12 15..31", "2026-01 01..31", "2026-02 01..11"]),
        ("2026-02-11", HELD, {}, ["2026-02 01..11"]),
        ("2026-02-10", HELD, {}, ["2026-02 01..10"]),  # the window meets it
        ("2026-02-10", HELD, {"restatement_days": 0}, []),
        ("2026-02-10", HELD, {"restatement_days": 11}, ["2026-01 01..31", "2026-02 01..10"]),
        ("2026-02-10", HELD, {"restatement_days": 10}, ["2026-02 01..10"]),
        ("2026-02-05", HELD, {}, ["2026-02 01..10"]),  # never shorter than what is held
        ("2026-02-10", HELD, {"from_day": date(2026, 1, 31)}, ["2026-01 01..31", "2026-02 01..10"]),
        ("2026-02-10", HELD, {"restatement_days": 11, "from_day": DAY("2026-02-09")},
         ["2026-01 01..31", "2026-02 01..10"]),
        ("2026-02-10", HELD, {"full": True}, ["2025-12 15..31", "2026-01 01..31", "2026-02 01..10"]),
        ("2026-02-10", HELD, {"restatement_days": 0, "doubted": {"a/2025-12"}}, ["2025-12 15..31"]),
        # The company's start moved to an earlier day.
        ("2026-02-10", HELD | {"2025-12": ("2025-12-20", "2025-12-31")}, {}, ["2025-12 15..31", "2026-02 01..10"]),
        # A month that was still going on when it was last fetched.
        ("2026-03-20", HELD, {}, ["2026-02 01..28", "2026-03 01..20"]),
        ("2025-12-14", {}, {}, []),
    ],
)  # fmt: skip
def test_what_is_due(
    as_of: str, held: dict[str, tuple[str, str]], asked: dict[str, object], expected: list[str]
) -> None:
    assert names_due(as_of, held, **asked) == expected  # type: ignore[arg-type]


def test_a_snapshot_is_one_slice() -> None:
    assert list(slices("a/b", "all", DAY("2026-01-01"), DAY("2026-02-10"))) == [
        Slice("a/b", "a/b/all", DAY("2026-01-01"), DAY("2026-02-10"))
    ]


def swap(spool: Spool, name: str, content: str, **given: object) -> bool:
    with spool.work() as work:
        body = work / "answer-00001.json"
        body.write_text(content, encoding="utf-8")
        control = given.get("control")
        account = Account("412", "Shop", "EUR", "Europe/Berlin")
        pages = [RawPage("SELECT 1", body), RawPage("names", body, "names")]
        return spool.swap_in(name, account, (DAY("2026-01-01"), DAY("2026-01-31")), 3, pages, control, work)  # type: ignore[arg-type]


def test_a_slice_is_one_zip_of_the_answers_and_what_they_are(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    control = {DAY("2026-01-02"): Decimal("1.50"), DAY("2026-01-01"): Decimal("0")}
    assert swap(spool, "412/2026-01", "[1]", control=control)
    with zipfile.ZipFile(tmp_path / "spool" / "412" / "2026-01.zip") as archive:
        assert archive.namelist() == ["0001-rows.json", "0002-names.json", "fetched.json"]
        assert archive.read("0001-rows.json") == b"[1]"
        facts = read_facts(archive)
    assert (facts.first_day, facts.last_day, facts.version) == (DAY("2026-01-01"), DAY("2026-01-31"), 3)
    assert facts.control == control
    assert [page.role for page in facts.pages] == ["rows", "names"]
    assert facts.account.time_zone == "Europe/Berlin"
    assert [offer.name for offer in spool.offers()] == ["412/2026-01"]


def test_equal_answers_leave_the_zip_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    swap(spool, "412/2026-01", "[1]")
    before = spool.path("412/2026-01").stat().st_mtime_ns
    assert not swap(spool, "412/2026-01", "[1]")
    assert spool.path("412/2026-01").stat().st_mtime_ns == before
    assert swap(spool, "412/2026-01", "[2]")


@pytest.mark.parametrize("account", ["a/b", "..", ".work", "Müller & Söhne", "a:b?c"])
def test_an_account_of_any_name_stays_in_the_folder(tmp_path: Path, account: str) -> None:
    spool = Spool(tmp_path / "spool")
    swap(spool, f"{account}/2026-01", "[1]")
    assert [offer.name for offer in spool.offers()] == [f"{account}/2026-01"]
    assert [path.name for path in tmp_path.iterdir()] == ["spool"]


def test_what_is_held_and_doubted_is_remembered(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    part = Slice("412", "412/2026-01", DAY("2026-01-01"), DAY("2026-01-09"))
    spool.hold(part)
    assert spool.held() == {}, "nothing is held without its zip"
    swap(spool, "412/2026-01", "[1]")
    assert Spool(tmp_path / "spool").held() == {"412/2026-01": (part.first_day, part.last_day)}
    spool.judge("412/2026-01", is_good=False)
    assert Spool(tmp_path / "spool").doubted() == {"412/2026-01"}
    spool.judge("412/2026-01", is_good=True)
    assert spool.doubted() == set()
