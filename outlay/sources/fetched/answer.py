"""An answer of a platform: its status, its headers, and a file with its body."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.protocol import RawPage

# What the body of an answer is called where it is kept.
_SUFFIXES = {
    "application/json": ".json",
    "text/csv": ".csv",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/xml": ".xml",
    "text/xml": ".xml",
}


@dataclass
class Chain:
    """What all requests for one slice share: the seconds they may wait together, and the folder of their answers.

    Only failed attempts and waits count; an answer that takes long to arrive is not held against the budget.
    """

    budget_seconds: float = 900.0
    folder: Path | None = None
    spent: float = 0.0
    answers: int = 0
    _own: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def left(self) -> float:
        return max(self.budget_seconds - self.spent, 0.0)

    def begin(self, folder: Path) -> None:
        """Starts anew: the whole budget again, answers to `folder`."""
        self.spent, self.answers, self.folder = 0.0, 0, folder

    def next_file(self, content_type: str) -> Path:
        """Where the body of the next answer goes."""
        if self.folder is None:
            self._own = tempfile.TemporaryDirectory(prefix="outlay-")
            self.folder = Path(self._own.name)
        self.answers += 1
        media = content_type.partition(";")[0].strip().lower()
        return self.folder / f"answer-{self.answers:05d}{_SUFFIXES.get(media, '.bin')}"


@dataclass(frozen=True)
class Answer:
    """`headers` by lower-case name; `body` is the file that holds the bytes, decoded from their transfer encoding."""

    status: int
    headers: Mapping[str, str]
    body: Path
    asked: str  # method and path, for people

    def bytes(self) -> bytes:
        """The whole body. For answers known to be small."""
        return self.body.read_bytes()

    def json(self) -> Any:
        """The whole body read as JSON, fractions as Decimal. Raises FetchError when it is none."""
        try:
            return json.loads(self.bytes(), parse_float=Decimal)
        except ValueError as error:
            raise FetchError(f"{self.asked}: the answer is not JSON ({error}); run again later") from None

    def page(self, request: str, role: str = "rows") -> RawPage:
        """The answer as a page of a delivery. `request` says for people what was asked, without secrets."""
        return RawPage(request, self.body, role)
