"""Where fetched answers wait for landing: one zip a slice, swapped in whole once the fetch is complete."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from outlay.durable import swap_in
from outlay.sources.base import Offer
from outlay.sources.fetched.protocol import Account, RawPage, Slice

FACTS = "fetched.json"
FORMAT = 1
_HELD, _DOUBTED = "held.json", "doubted.json"
_WORK = ".work"
# The same answers give the same bytes, whenever they were fetched.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """A member of the zip: what was asked, and what for."""

    member: str
    request: str
    role: str


@dataclass(frozen=True)
class Facts:
    """What a zip says of itself. `control`: the platform's own sum by day, None where it has none.

    Days are None where the slice is everything there is: the same answers a day later are the same delivery.
    """

    account: Account
    first_day: date | None
    last_day: date | None
    version: int
    pages: Sequence[Page]
    control: Mapping[date, Decimal] | None

    def as_json(self) -> bytes:
        document: dict[str, Any] = {
            "format": FORMAT,
            "account": asdict(self.account),
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "connector_version": self.version,
            "pages": [asdict(page) for page in self.pages],
            "control": None
            if self.control is None
            else {day.isoformat(): str(total) for day, total in sorted(self.control.items())},
        }
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read_facts(archive: zipfile.ZipFile) -> Facts:
    """What the zip says of itself. Raises KeyError, ValueError, zipfile.BadZipFile when it is none of ours."""
    document = json.loads(archive.read(FACTS))
    if document["format"] != FORMAT:
        raise ValueError(f"{FACTS} is of format {document['format']}, expected {FORMAT}")
    control = document["control"]
    return Facts(
        Account(**document["account"]),
        date.fromisoformat(document["first_day"]) if document["first_day"] else None,
        date.fromisoformat(document["last_day"]) if document["last_day"] else None,
        document["connector_version"],
        [Page(**page) for page in document["pages"]],
        None if control is None else {date.fromisoformat(day): Decimal(total) for day, total in control.items()},
    )


class Spool:
    """The slices of one source. `held` knows how far each was fetched, `doubted` which were refused when landed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The zip of a slice called `<account>/<name>`; the account may hold any character."""
        account, _, rest = name.rpartition("/")
        # A name that begins with a dot is hidden, or leads out of the folder.
        return self.folder / re.sub(r"^\.", "%2E", quote(account, safe=" ")) / f"{rest}.zip"

    def offers(self) -> dict[Offer, Path]:
        """Every slice that was fetched, by account and time."""
        found = {}
        for path in sorted(self.folder.glob("*/*.zip")):
            if path.name.startswith("."):
                continue
            state = path.stat()
            found[Offer(f"{unquote(path.parent.name)}/{path.stem}", state.st_size, state.st_mtime_ns)] = path
        return found

    @contextmanager
    def work(self) -> Iterator[Path]:
        """An empty folder for answers that are not complete yet; gone afterwards."""
        folder = self.folder / _WORK
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def swap_in(self, name: str, account: Account, days: tuple[date, date] | None, version: int,
                pages: Sequence[RawPage], control: Mapping[date, Decimal] | None, work: Path) -> bool:  # fmt: skip
        """Makes the pages the slice's content; False where that is what it held already."""
        members = [
            Page(f"{number:04d}-{page.role}{page.body.suffix or '.bin'}", page.request, page.role)
            for number, page in enumerate(pages, start=1)
        ]
        first, last = days or (None, None)
        part = work / "slice.zip"
        with zipfile.ZipFile(part, "w") as archive:
            for member, page in zip(members, pages, strict=True):
                with archive.open(_entry(member.member), "w", force_zip64=True) as entry, page.body.open("rb") as body:
                    shutil.copyfileobj(body, entry, 1 << 20)
            archive.writestr(_entry(FACTS), Facts(account, first, last, version, members, control).as_json())
        target = self.path(name)
        if target.exists() and _same(part, target):
            part.unlink()
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
        return True

    # -- how far -------------------------------------------------------------------------------------------------

    def held(self) -> dict[str, tuple[date, date]]:
        """Slice -> first and last day that its zip was fetched for."""
        stated = self._read(_HELD)
        days = {name: (date.fromisoformat(days[0]), date.fromisoformat(days[1])) for name, days in stated.items()}
        return {name: span for name, span in days.items() if self.path(name).exists()}

    def states(self) -> dict[str, str]:
        """Slice -> how it stood when it was fetched, where its connector tells."""
        return {name: rest[0] for name, (_, _, *rest) in self._read(_HELD).items() if rest}

    def hold(self, part: Slice, state: str | None = None) -> None:
        """The slice is fetched. Written after its zip: a cut-off run fetches it once more."""
        stated = self._read(_HELD)
        days = [part.first_day.isoformat(), part.last_day.isoformat()]
        stated[part.name] = days if state is None else [*days, state]
        self._write(_HELD, stated)

    def doubted(self) -> set[str]:
        """Slices whose rows were refused: they are fetched anew, however old."""
        return set(self._read(_DOUBTED))

    def judge(self, name: str, *, is_good: bool) -> None:
        """Remembers whether the rows of a slice could be used."""
        stated = self._read(_DOUBTED)
        if (name in stated) != is_good:
            return
        if is_good:
            del stated[name]
        else:
            stated[name] = True
        self._write(_DOUBTED, stated)

    def _read(self, file: str) -> dict[str, Any]:
        path = self.folder / file
        stated: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return stated

    def _write(self, file: str, stated: Mapping[str, Any]) -> None:
        swap_in(self.folder / file, json.dumps(stated, ensure_ascii=False, indent=1, sort_keys=True).encode())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(1 << 20):
            if chunk != second.read(1 << 20):
                return False
    return True
