"""Writing deliveries: amounts as text, CSV as bytes, gzip and zip whose bytes do not depend on the clock."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from outlay.sample.days import day_of

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def money(cents: int) -> str:
    """`-1234` as `-12.34`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def money_with_commas(cents: int) -> str:
    """`123456` as `1,234.56`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def german_money(cents: int) -> str:
    """`123456` as `1.234,56`."""
    return money_with_commas(cents).translate(str.maketrans(",.", ".,"))


def csv_text(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ",", quote_all: bool = False
) -> str:
    """Lines of CSV, ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def gzipped(data: bytes, level: int = 6) -> bytes:
    """gzip without a file name or time in its header."""
    return gzip.compress(data, compresslevel=level, mtime=0)


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP archive of one file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        entry = zipfile.ZipInfo(name, _ZIP_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        target.writestr(entry, data)
    return archive.getvalue()


class Exports:
    """The company folder being written. Counts the files it writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self._made: set[Path] = set()

    def write(self, name: str, data: bytes | str) -> Path:
        """Write one file below the folder; `name` uses `/`."""
        path = self.folder / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        self.count += 1
        return path

    def delivery(self, folder: str, stem: str, ordinal: int, suffix: str, data: bytes | str) -> Path:
        """Write a delivery of one day: `exports/<folder>/<stem>_<day><suffix>`. Names sort in order of delivery."""
        return self.write(self.delivery_name(folder, stem, ordinal, suffix), data)

    @staticmethod
    def delivery_name(folder: str, stem: str, ordinal: int, suffix: str) -> str:
        """The name under which a day's delivery is written."""
        return f"exports/{folder}/{stem}_{day_of(ordinal).isoformat()}{suffix}"

    def table(self, name: str, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Path:
        """Write rows as CSV under the given headings; a heading that a row does not state is empty."""
        return self.write(name, csv_text(header, ([row.get(column, "") for column in header] for row in rows)))
