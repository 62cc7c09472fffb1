"""Decides what of a source's offers is to be parsed: new names, new bytes under an old name, refused ones once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from outlay.landing.folders import quarantine_file, raw_file
from outlay.landing.manifest import Delivery, Manifest
from outlay.landing.model import LandingReport
from outlay.sources.base import Offer, Problem, Severity, Source


@dataclass
class OfferBook:
    """The offers of one run of one source, set against its manifest.

    `obsolete` collects files of the landing zone that go once the manifest is written.
    """

    source: Source
    manifest: Manifest
    report: LandingReport
    landing: Path
    obsolete: list[Path] = field(default_factory=list)
    ended: list[tuple[str, int]] = field(default_factory=list)
    _pending: dict[str, Delivery] = field(default_factory=dict)

    def forget_refused(self, offers: list[Offer]) -> None:
        """A refused file that was taken away is mended."""
        offered = {offer.name for offer in offers}
        refused = [one for one in self.manifest.deliveries if one.state == "refused"]
        self._drop(one for one in refused if one.file not in offered)
        kept = {name: of for name, of in self.manifest.duplicates.items() if name in offered}
        self.manifest.duplicates = kept

    def wanted(self, offer: Offer, *, look_again: bool = False) -> Iterator[Delivery]:
        """The delivery to parse for `offer`, or nothing where its rows stand (`look_again`: reads its bytes)."""
        try:
            sha256 = self._sha256(offer, look_again)
            before = self.manifest.of_file(offer.name)
            self._drop(one for one in before if one.state == "refused" and one.sha256 != sha256)
            known = self.manifest.known(offer.name, sha256)
            if known is not None and known.state == "landed":
                self.report.files_unchanged += 1
            elif not self._is_duplicate(offer, sha256):
                yield from [known] if known is not None else self._new(offer, sha256)
        except OSError as error:
            self._say(offer, f"cannot be read: {error}", "failed")

    def waiting_duplicates(self, offers: list[Offer]) -> Iterator[Offer]:
        """Offers whose bytes stood under another name that holds other bytes by now."""
        self._pending.clear()
        landed = {one.sha256 for one in self.manifest.landed()}
        for offer in offers:
            if offer.name in self.manifest.duplicates and self.manifest.stats[offer.name][2] not in landed:
                yield offer

    def _sha256(self, offer: Offer, look_again: bool) -> str:
        stat = self.manifest.stats.get(offer.name)
        if stat and stat[:2] == [offer.size, offer.stamp] and not look_again:
            return str(stat[2])
        sha256 = self.source.sha256(offer)
        self.manifest.stats[offer.name] = [offer.size, offer.stamp, sha256]
        return sha256

    def _is_duplicate(self, offer: Offer, sha256: str) -> bool:
        """The same bytes stand, or are about to, under another name: they count once.

        Whatever this name held before is then gone.
        """
        twin = next((one for one in self.manifest.landed() if one.sha256 == sha256), self._pending.get(sha256))
        if twin is None or twin.file == offer.name:
            self.manifest.duplicates.pop(offer.name, None)
            return False
        if offer.name not in self.manifest.duplicates:
            self.report.files_repeated += 1
        self.manifest.duplicates[offer.name] = twin.file
        self.ended.append((offer.name, twin.delivery_no))
        return True

    def _new(self, offer: Offer, sha256: str) -> Iterator[Delivery]:
        raw = raw_file(self.landing, self.source.name, sha256, offer.name)
        if not raw.exists() and self.source.keep(offer, raw) != sha256:
            raw.unlink()
            del self.manifest.stats[offer.name]
            self._say(offer, "changed while it was read; the next run takes it up", "warned")
            return
        delivery = Delivery(offer.name, sha256, self.manifest.next_delivery_no, self.source.settings, state="refused")
        self.manifest.next_delivery_no += 1
        self.manifest.add(delivery)
        self._pending[sha256] = delivery
        yield delivery

    def _drop(self, mended: Iterable[Delivery]) -> None:
        """Forgets refused deliveries that are no longer offered as they were."""
        for delivery in mended:
            self.manifest.forget(delivery)
            self.obsolete.append(quarantine_file(self.landing, self.source.name, delivery.delivery_no))

    def _say(self, offer: Offer, what: str, severity: Severity) -> None:
        problem = Problem(self.source.name, "file_readable", offer.name, f"{offer.name} {what}", severity)
        self.manifest.problems.append(asdict(problem))
