"""Whether what was delivered is to be believed: a file with far fewer rows than usual, a source with none at all."""

from __future__ import annotations

from statistics import median

from outlay.company import SourceSection
from outlay.landing.manifest import Delivery, Manifest
from outlay.sources.base import Problem

# A tenth of what was expected, or less, is refused.
_FRACTION = 10
# Fewer rows than these say nothing by falling.
_FEW_ROWS = 10
# So many deliveries make a habit; so many days at most makes a file one day's (a day of UTC is two days elsewhere).
_HABIT = 7
_ONE_DAYS_FILE = 2


def fallen_row_count(section: SourceSection, manifest: Manifest, delivery: Delivery, is_dated: bool) -> Problem | None:
    """The reason to refuse `delivery` for its row count, None when it is plausible or accepted in company.toml."""
    if any(len(prefix) >= 8 and delivery.sha256.startswith(prefix) for prefix in section.accept):
        return None
    before = manifest.standing_of(delivery.file)
    if before is not None:
        expected, what = before.rows_read, "the version of it that is landed"
    else:
        expected, what = _usual_rows(manifest, delivery) if is_dated else 0, "the files before it usually"
    if expected < _FEW_ROWS or delivery.rows_read * _FRACTION > expected:
        return None
    message = (
        f"{delivery.file} holds {delivery.rows_read:,} rows where {what} held {expected:,}. Nothing of it was loaded. "
        "If it was cut short, deliver it again; if it is right, state accept = "
        f'["{delivery.sha256[:12]}"] under [sources.{section.name}].'
    )
    return Problem(section.name, "row_count", delivery.file, message, "failed", delivery.sha256)


def _usual_rows(manifest: Manifest, delivery: Delivery) -> int:
    """The median row count of the last deliveries, where each is a file of one day; else 0."""
    last = [one for one in manifest.landed() if one.rows_read][-_HABIT:]
    if len(last) < _HABIT or max(one.days for one in [*last, delivery]) > _ONE_DAYS_FILE:
        return 0
    return int(median(one.rows_read for one in last))


def nothing_to_show(section: SourceSection, manifest: Manifest, offered: int) -> Problem | None:
    """A source without a single row blocks publishing, unless it is declared optional or fails for a reason already."""
    if section.optional or any(one.rows_landed for one in manifest.landed()):
        return None
    if any(one.fails for one in manifest.deliveries):
        return None
    origin = f"files of {section.glob}" if section.glob else "answers fetched"
    if offered:
        message = f"no rows: none of the {offered} {origin} holds a row that can be used"
    elif section.glob:
        message = f"no rows: no file matches {section.glob}. State optional = true if that is in order."
    else:
        message = "no rows: nothing was fetched yet. State optional = true if that is in order."
    return Problem(section.name, "no_rows", None, message, "failed")
