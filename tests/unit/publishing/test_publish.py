"""Publishing: what readers see, when they see something else, and what they never see."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from outlay.publishing import (
    PublishBlocked,
    VersionDamagedError,
    current,
    list_versions,
    publish,
    rollback,
    status,
)
from outlay.quality import Verdict, VerdictStore
from outlay.quality.mart_suite import marts_version
from tests.unit.publishing.marts import AS_OF, NOW, ONLY_SPEND, export, let_through, publish_now, spend_of

CENT = "update marts.spend_daily set amount = amount + 0.01 where campaign_id = 'c2'"


def served(folder: Path) -> str:
    version = current(folder / "published")
    assert version is not None
    return version.version


def test_nothing_is_published_without_verdicts_for_exactly_this_data(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    store = VerdictStore(tmp_path / "verdicts")
    let_through(store, export(tmp_path / "other", CENT, inputs="inputs-2"))
    with pytest.raises(PublishBlocked) as blocked:
        publish(candidate, store, published=tmp_path / "published", published_at=NOW)
    assert [blocker.suite for blocker in blocked.value.blockers] == ["landed", "marts"]
    assert "no verdict on the landed inputs" in str(blocked.value)
    assert current(tmp_path / "published") is None


def test_a_failed_verdict_blocks_names_the_rows_and_leaves_the_old_version_served(tmp_path: Path) -> None:
    before = publish_now(tmp_path)
    candidate = export(tmp_path, CENT)
    store = VerdictStore(tmp_path / "verdicts")
    let_through(store, candidate)
    rows = ({"date_day": "2026-03-02", "campaign_id": "c2", "reason": "amount is filled"},)
    store.record("run", [Verdict("marts", "not_null:amount", "spend_daily", "failed", "1 of 3 rows break it",
                                 "amount is filled", candidate.fingerprint, marts_version(), rows)])  # fmt: skip
    with pytest.raises(PublishBlocked, match=r"not_null:amount on spend_daily.*campaign_id=c2"):
        publish(candidate, store, published=tmp_path / "published", published_at=NOW)
    assert served(tmp_path) == before.version


def test_a_warned_verdict_publishes(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    store = VerdictStore(tmp_path / "verdicts")
    let_through(store, candidate, "warned")
    version = publish(candidate, store, published=tmp_path / "published", published_at=NOW)
    assert spend_of(version.database) == [("c1", "30.00"), ("c2", "5.50")]
    assert version.published_at == NOW
    pointer = json.loads((tmp_path / "published" / "current.json").read_text())
    assert tmp_path / "published" / pointer["database"] == version.database


def test_the_same_figures_again_are_no_new_version(tmp_path: Path) -> None:
    first = publish_now(tmp_path)
    again = publish_now(tmp_path, at=NOW + timedelta(days=1))
    assert again.is_unchanged
    assert (again.version, again.published_at) == (first.version, NOW)
    assert [path.name for path in (tmp_path / "published" / "versions").iterdir()] == [first.version]
    assert not publish_now(tmp_path, as_of=AS_OF + timedelta(days=1)).is_unchanged


def test_the_last_five_versions_are_kept_and_rollback_goes_back_one(tmp_path: Path) -> None:
    published = [publish_now(tmp_path, *[CENT] * number, keys=ONLY_SPEND) for number in range(7)]
    assert [v.version for v in list_versions(tmp_path / "published")] == [v.version for v in published[2:]]
    assert rollback(tmp_path / "published", moved_at=NOW).version == published[5].version
    assert rollback(tmp_path / "published", moved_at=NOW).version == published[4].version
    assert served(tmp_path) == published[4].version
    assert spend_of(current(tmp_path / "published").database)[1] == ("c2", "5.54")  # type: ignore[union-attr]
    assert rollback(tmp_path / "published", published[6].version, moved_at=NOW).sequence == 7
    with pytest.raises(VersionDamagedError, match="kept are"):
        rollback(tmp_path / "published", "2026-01-01-000001-abcdefabcdef", moved_at=NOW)


def test_after_a_rollback_the_next_version_follows_and_nothing_young_is_deleted(tmp_path: Path) -> None:
    published = [publish_now(tmp_path, *[CENT] * number, keys=ONLY_SPEND) for number in range(5)]
    rollback(tmp_path / "published", published[0].version, moved_at=NOW)
    sixth = publish_now(tmp_path, *[CENT] * 9, keys=ONLY_SPEND)
    assert sixth.sequence == 6
    assert len(list_versions(tmp_path / "published")) == 6
    assert rollback(tmp_path / "published", moved_at=NOW).version == published[4].version


def test_there_is_nothing_to_roll_back_to_at_first(tmp_path: Path) -> None:
    with pytest.raises(VersionDamagedError, match="nothing was published"):
        rollback(tmp_path / "published", moved_at=NOW)
    publish_now(tmp_path)
    with pytest.raises(VersionDamagedError, match="no earlier version"):
        rollback(tmp_path / "published", moved_at=NOW)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two publications, to be copied by whoever damages it."""
    folder = tmp_path_factory.mktemp("two_versions")
    publish_now(folder, keys=ONLY_SPEND)
    publish_now(folder, CENT, keys=ONLY_SPEND)
    return folder


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["bit flip", "truncated", "missing"])
@pytest.mark.parametrize("file", ["outlay.duckdb", "parquet/spend_daily.parquet", "manifest.json", "sealed.json"])
def test_a_damaged_version_is_refused_and_the_one_before_served(
    two_versions: Path, tmp_path: Path, damage: object, file: str
) -> None:
    shutil.copytree(two_versions, tmp_path, dirs_exist_ok=True)
    good, bad = list_versions(tmp_path / "published")
    damage(bad.folder / file)  # type: ignore[operator]
    version = current(tmp_path / "published")
    assert version is not None
    assert version.version == good.version
    assert bad.version in version.refused[0]
    assert version.refused[0].endswith(f"serving {good.version} instead")
    assert status(tmp_path)["published"]["version"] == good.version
    assert publish_now(tmp_path, CENT, keys=ONLY_SPEND).sequence == 3, "the same figures again repair it"
    assert current(tmp_path / "published").refused == ()  # type: ignore[union-attr]


def test_without_any_good_version_it_says_so_and_the_next_run_repairs_it(tmp_path: Path) -> None:
    flip(publish_now(tmp_path).database)
    with pytest.raises(VersionDamagedError, match="no good version is left"):
        current(tmp_path / "published")
    assert status(tmp_path)["published"] is None
    assert publish_now(tmp_path).sequence == 2


def test_a_damaged_pointer_serves_the_newest_good_version(tmp_path: Path) -> None:
    version = publish_now(tmp_path)
    (tmp_path / "published" / "current.json").write_text("{")
    found = current(tmp_path / "published")
    assert found is not None
    assert found.version == version.version
    assert "current.json" in found.refused[0]


def test_a_candidate_changed_after_its_verdict_is_not_published(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    store = VerdictStore(tmp_path / "verdicts")
    let_through(store, candidate)
    flip(candidate.database)
    with pytest.raises(VersionDamagedError, match=r"outlay\.duckdb"):
        publish(candidate, store, published=tmp_path / "published", published_at=NOW)
    assert current(tmp_path / "published") is None


def test_a_reader_holds_its_file_through_twenty_publications(tmp_path: Path) -> None:
    reader = duckdb.connect(str(publish_now(tmp_path, keys=ONLY_SPEND).database), read_only=True)
    total = "select sum(amount)::varchar from marts.spend_daily"
    for number in range(1, 21):
        version = publish_now(tmp_path, *[CENT] * number, keys=ONLY_SPEND)
        assert reader.execute(total).fetchone() == ("35.50",)
        with duckdb.connect(str(version.database), read_only=True) as newcomer:
            assert newcomer.execute(total).fetchone() == (f"{35.50 + number / 100:.2f}",)
    reader.close()


def test_status_tells_what_stands_on_disk(tmp_path: Path) -> None:
    assert status(tmp_path)["published"] is None
    version = publish_now(tmp_path)
    told = status(tmp_path)
    assert told["published"]["version"] == version.version
    assert Path(told["published"]["database"]).is_absolute()
    assert told["published"]["published_at"] == "2026-03-31T06:00:00+00:00"
    assert told["verdicts"] == {"passed": 2, "failed": 0, "warned": 0, "run": "run"}
    assert (told["quarantined"], told["last_day"]) == (1, date(2026, 3, 2).isoformat())
