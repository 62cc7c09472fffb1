"""A longer run only adds files; the same arguments give the same bytes; nothing of another company is overwritten."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.entities import ENTITIES
from outlay.sample import SampleError, SampleSummary, write_sample
from outlay.sample.company_file import company_text
from outlay.sample.days import TIME_ZONE
from outlay.sample.plan import CHANNELS, DEPARTMENTS, PLATFORMS

ROOT = Path(__file__).parents[3]


def fingerprints(folder: Path, below: str = "exports") -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / below).rglob("*"))
        if path.is_file()
    }


def test_a_longer_run_only_adds_files(tmp_path: Path) -> None:
    # 33 days cross a month's end, so accruals, bills and reversals are in both.
    write_sample(tmp_path / "short", days=33, scale=0.05)
    write_sample(tmp_path / "long", days=41, scale=0.05)
    short, long = fingerprints(tmp_path / "short"), fingerprints(tmp_path / "long")
    assert {name: long.get(name) for name in short} == short
    last = (date(2026, 1, 1) + timedelta(days=32)).isoformat()
    assert all(name.rsplit("_", 1)[1][:10] > last for name in long.keys() - short.keys())
    assert len(long) > len(short)


def test_the_same_arguments_give_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        write_sample(tmp_path / name, days=3, scale=0.05, seed=seed)
    one, two, three = (
        {**fingerprints(tmp_path / name), **fingerprints(tmp_path / name, "truth")} for name in ("one", "two", "three")
    )
    assert one == two
    assert one["exports/google_ads/google_ads_2026-01-01.csv"] != three["exports/google_ads/google_ads_2026-01-01.csv"]
    assert one["exports/web/touchpoints_2026-01-02.csv.gz"] != three["exports/web/touchpoints_2026-01-02.csv.gz"]


def test_company_toml_is_the_tracked_one_and_says_nothing_of_size_seed_or_length(tmp_path: Path) -> None:
    write_sample(tmp_path / "other", days=2, scale=0.05, seed=99, start=date(2027, 3, 5))
    written = (tmp_path / "other/company.toml").read_bytes()
    assert written == (ROOT / "data/sample/company.toml").read_bytes()
    assert written == (ROOT / "outlay/sample/company.toml").read_bytes() == company_text().encode()


def test_company_toml_is_accepted_and_every_source_has_its_files(sample: SampleSummary) -> None:
    company = read_company(sample.folder)
    assert company.company.time_zone == TIME_ZONE
    for name, source in company.sources.items():
        assert list(sample.folder.glob(source.glob or "")), f"{name}: no file matches {source.glob}"
    delivered = {source.entity for source in company.sources.values()}
    assert ENTITIES.keys() - delivered == {"manual_spend"}  # recorded through the API, never exported
    globs = [set(sample.folder.glob(source.glob or "")) for source in company.sources.values()]
    assert len(set().union(*globs)) == sum(map(len, globs)) == len(fingerprints(sample.folder))


def test_company_toml_speaks_of_the_channels_departments_and_platforms_that_are_simulated() -> None:
    company = read_company(ROOT / "data/sample")
    assert set(company.channels) == {channel.name for channel in CHANNELS}
    labels = {label for rules in company.channels.values() for rule in rules for label in rule.labels}
    assert labels >= {channel.label for channel in CHANNELS}
    assert set(company.departments) <= {department for department, _, _ in DEPARTMENTS}
    for platform in PLATFORMS:
        assert tuple(company.sources[platform.name].accounts) == platform.accounts


def test_every_platform_and_the_ledger_deliver_every_day(sample: SampleSummary) -> None:
    for folder, stem in (
        ("google_ads", "google_ads"),
        ("meta_ads", "meta_ads"),
        ("linkedin_ads", "linkedin_ads"),
        ("tiktok_ads", "tiktok_ads"),
        ("microsoft_ads", "microsoft_ads"),
        ("ledger", "gl_journal"),
        ("web", "touchpoints"),
        ("web", "conversions"),
    ):
        assert len(list((sample.folder / "exports" / folder).glob(f"{stem}_*"))) == 90


def test_a_sample_replaces_a_sample(tmp_path: Path) -> None:
    write_sample(tmp_path, days=5, scale=0.05)
    write_sample(tmp_path, days=2, scale=0.05)
    assert len(list((tmp_path / "exports/google_ads").iterdir())) == 2


@pytest.mark.parametrize("name", ["company.toml", "exports/bank/statement.csv"])
def test_another_companys_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("theirs")
    with pytest.raises(SampleError, match="choose an empty folder"):
        write_sample(tmp_path, days=1, scale=0.05)
    assert (tmp_path / name).read_text() == "theirs"


@pytest.mark.parametrize("wrong", [{"days": 0}, {"scale": 0.0}, {"seed": -1}])
def test_impossible_arguments_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(SampleError, match="expected days >= 1, scale > 0, seed >= 0"):
        write_sample(tmp_path, **wrong)  # type: ignore[arg-type]


def test_progress_is_told_after_every_day(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    write_sample(tmp_path, days=3, scale=0.05, progress=lambda done, total, what: told.append((done, total, what)))
    assert told == [(1, 3, "2026-01-01"), (2, 3, "2026-01-02"), (3, 3, "2026-01-03")]
