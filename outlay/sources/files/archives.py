"""Opens what a file is wrapped in: gzip and zip, streamed to the work folder, broken ones told from whole ones."""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_CHUNK = 1 << 18
_DIGITS = re.compile(r"([0-9]+)")
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
# Office files are zip archives themselves.
_OFFICE = {".xlsx", ".xlsm", ".xlsb", ".ods"}


class UnreadableError(Exception):
    """The bytes are not what they claim to be. `blocks`: something known to belong to the books is missing."""

    def __init__(self, message: str, *, blocks: bool = False) -> None:
        super().__init__(message)
        self.blocks = blocks


@dataclass(frozen=True)
class Member:
    """One table's bytes. `name` has the archive's name before a colon; `extension` is that of the innermost file.

    `garbage` counts the bytes behind the end of a gzip stream.
    """

    name: str
    path: Path
    extension: str
    garbage: int = 0


def unwrap(path: Path, name: str, work: Path) -> Iterator[Member]:
    """The tables inside `path`, in natural order of their names. Raises UnreadableError on a broken archive."""
    with path.open("rb") as file:
        magic = file.read(4)
    extension = PurePosixPath(name).suffix.lower()
    if magic[:2] == _GZIP:
        inner = work / f"{path.name}.plain"
        garbage = _gunzip(path, inner)
        for member in unwrap(inner, name.removesuffix(PurePosixPath(name).suffix if extension == ".gz" else ""), work):
            shown = member.name if ":" in member.name else name
            yield Member(shown, member.path, member.extension, member.garbage + garbage)
    elif extension == ".gz" and magic:
        raise UnreadableError("is not gzip data although its name ends in .gz")
    elif magic == _ZIP and extension not in _OFFICE:
        yield from _unzip(path, name, work)
    elif extension == ".zip" and magic:
        raise UnreadableError("is not a zip archive although its name ends in .zip")
    else:
        yield Member(name, path, extension)


def _gunzip(path: Path, target: Path) -> int:
    """Writes the plain bytes to `target`; the number of bytes that follow the last gzip member and belong to none."""
    with path.open("rb") as source, target.open("wb") as plain:
        inflate, inside = zlib.decompressobj(wbits=31), False
        chunk = source.read(_CHUNK)
        while chunk:
            try:
                plain.write(inflate.decompress(chunk))
            except zlib.error as error:
                raise UnreadableError(f"holds broken gzip data ({error})", blocks=True) from None
            if not inflate.eof:
                chunk, inside = source.read(_CHUNK), True
                continue
            # Another member may follow; zero bytes are padding to a block.
            chunk = (inflate.unused_data + source.read(_CHUNK)).lstrip(b"\0")
            if chunk and not chunk.startswith(_GZIP):
                return len(chunk) + sum(len(rest) for rest in iter(lambda: source.read(_CHUNK), b""))
            inflate, inside = zlib.decompressobj(wbits=31), False
    if inside:
        raise UnreadableError("is cut off: its gzip data ends before its end mark", blocks=True)
    return 0


def _unzip(path: Path, name: str, work: Path) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            for number, entry in enumerate(sorted(archive.namelist(), key=natural_key)):
                if entry.endswith("/") or "__MACOSX/" in entry or PurePosixPath(entry).name.startswith("."):
                    continue
                inner = work / f"{path.name}.{number}"
                with archive.open(entry) as source, inner.open("wb") as plain:
                    shutil.copyfileobj(source, plain, _CHUNK)
                yield from unwrap(inner, f"{name}:{entry}", work)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise UnreadableError(f"is not a readable zip archive ({error})") from None


def natural_key(text: str) -> list[str | int]:
    """Sorts `part-10` behind `part-9`: runs of digits compare as numbers. Text and numbers take turns, text first."""
    runs: list[str | int] = [*_DIGITS.split(text)]
    runs[1::2] = map(int, runs[1::2])
    return runs
