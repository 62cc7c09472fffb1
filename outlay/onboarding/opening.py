"""The first bytes of a file, whatever it is wrapped in, and the last of a large plain one."""

from __future__ import annotations

import codecs
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from outlay.sources.files.archives import UnreadableError, natural_key
from outlay.sources.files.read import form_of

# So many bytes of text are looked at in a file; of a larger one, its last bytes too.
HEAD, TAIL = 4 << 20, 1 << 16
_LINE_ENDS = {codecs.BOM_UTF16_LE: b"\n\0", codecs.BOM_UTF16_BE: b"\0\n"}


def unwrapped(path: Path, file: str, work: Path) -> Iterator[tuple[str, Path, bool]]:
    """(extension, the first bytes as a file, whether that is all) of the file or of each member of the archive."""
    extension = PurePosixPath(file).suffix.lower()
    with path.open("rb") as opened:
        magic = opened.read(4)
    try:
        if magic[:2] == b"\x1f\x8b":
            inner = PurePosixPath(file).stem if extension == ".gz" else PurePosixPath(file).name
            with gzip.open(path) as plain:
                yield _head(plain, PurePosixPath(inner).suffix.lower(), work / f"{len(list(work.iterdir()))}.plain")
        elif magic == b"PK\x03\x04" and form_of(extension) != "excel":
            with zipfile.ZipFile(path) as archive:
                for entry in sorted(archive.namelist(), key=natural_key):
                    name = PurePosixPath(entry)
                    if entry.endswith("/") or "__MACOSX/" in entry or name.name.startswith("."):
                        continue
                    with archive.open(entry) as plain:
                        yield _head(plain, name.suffix.lower(), work / f"{len(list(work.iterdir()))}.plain")
        elif form_of(extension) in ("excel", "parquet"):
            yield extension, path, True
        else:
            with path.open("rb") as plain:
                yield _head(plain, extension, work / f"{len(list(work.iterdir()))}.plain", path.stat().st_size)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise UnreadableError(f"is not a readable archive ({error})") from None


def _head(plain: IO[bytes] | gzip.GzipFile, extension: str, target: Path, size: int = 0) -> tuple[str, Path, bool]:
    """Copies the first bytes, up to a line's end; of a plain file (`size` known) its last lines too."""
    with target.open("wb") as out:
        if form_of(extension) in ("excel", "parquet"):  # these cannot be cut
            shutil.copyfileobj(plain, out)
            return extension, target, True
        content = plain.read(HEAD + 1)
        if len(content) <= HEAD:
            out.write(content)
            return extension, target, True
        line_end = _LINE_ENDS.get(content[:2], b"\n")
        out.write(content[: content.rfind(line_end, 0, HEAD) + len(line_end)])
        if size > HEAD + TAIL and content[:2] not in _LINE_ENDS:
            plain.seek(size - TAIL)
            rest = plain.read(TAIL)
            out.write(rest[rest.find(b"\n") + 1 :])
    return extension, target, False
