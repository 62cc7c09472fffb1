"""What a run announces before it touches the landing zone, so that the next one can make good if it is cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from outlay.durable import swap_in
from outlay.landing.folders import intent_file, quarantine_file
from outlay.landing.manifest import Manifest
from outlay.landing.model import Place
from outlay.landing.partitions import PartitionWriter


@dataclass
class Intent:
    """The partitions and the deliveries that a run of one source is about to rewrite."""

    landing: Path
    source: str
    places: set[Place] = field(default_factory=set)
    deliveries: set[int] = field(default_factory=set)

    def announce(self, places: set[Place], deliveries: set[int]) -> None:
        """Adds to what is announced, on disk, before the first byte of it is touched."""
        self.places |= places
        self.deliveries |= deliveries
        listed = sorted([account, day.isoformat() if day else ""] for account, day in self.places)
        document = {"places": listed, "deliveries": sorted(self.deliveries)}
        swap_in(intent_file(self.landing, self.source), json.dumps(document).encode(), sync=True)

    def done(self) -> None:
        intent_file(self.landing, self.source).unlink(missing_ok=True)


def recover(landing: Path, manifest: Manifest, writer: Callable[[], PartitionWriter]) -> Intent:
    """Undoes what an unfinished run left: its partitions are rewritten from what the manifest vouches for.

    The deliveries in the returned intent were being parsed anew; they must be again.
    """
    intent = Intent(landing, manifest.source)
    path = intent_file(landing, manifest.source)
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        intent.places = {(account, date.fromisoformat(day) if day else None) for account, day in stored["places"]}
        intent.deliveries = set(stored["deliveries"])
        writer().rewrite(intent.places, [one.delivery_no for one in manifest.landed()], always=True)
    known = {one.delivery_no for one in manifest.deliveries if one.state != "superseded"}
    for file in quarantine_file(landing, manifest.source, 0).parent.glob("*.parquet"):
        if int(file.stem) not in known:
            file.unlink()
    return intent
