"""The platforms' files, read without the pipeline, hold what the truth says was delivered; each in its own words."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from outlay.sample import SampleSummary
from tests.unit.sample.reading import Rows

Key = tuple[str, str]  # campaign, day


def amount(text: str) -> Decimal:
    return Decimal(0) if text == "--" else Decimal(text.replace(",", ""))


def google(folder: Path) -> Iterator[tuple[Key, Decimal]]:
    for path in sorted(folder.glob("exports/google_ads/*.csv")):
        title, dates, *rest = path.read_text(encoding="utf-8").splitlines()
        assert title == "Campaign report"
        assert dates.startswith('"')
        rows = list(csv.DictReader(rest))
        plain = [row for row in rows if not row["Campaign status"].startswith("Total")]
        totals = [amount(row["Cost"]) for row in rows if row["Campaign status"].startswith("Total")]
        assert totals == [sum(amount(row["Cost"]) for row in plain)] * 2
        for row in plain:
            yield (row["Campaign ID"], row["Day"]), amount(row["Cost"])


def meta(folder: Path) -> Iterator[tuple[Key, Decimal]]:
    for path in sorted(folder.glob("exports/meta_ads/*.csv.gz")):
        rows = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
        total = rows.pop()
        assert total["Campaign name"] == ""
        assert Decimal(total["Amount spent (EUR)"]) == sum(Decimal(row["Amount spent (EUR)"]) for row in rows)
        for row in rows:
            assert row["Reporting starts"] == row["Reporting ends"]
            yield (row["Campaign ID"], row["Reporting starts"]), Decimal(row["Amount spent (EUR)"])


def linkedin(folder: Path) -> Iterator[tuple[Key, Decimal]]:
    for path in sorted(folder.glob("exports/linkedin_ads/*.csv")):
        assert path.read_bytes()[:2] == b"\xff\xfe"
        lines = path.read_bytes().decode("utf-16").splitlines()
        for row in csv.DictReader(lines[5:], delimiter="\t"):
            day = datetime.strptime(row["Start Date (in UTC)"], "%m/%d/%Y").date()  # noqa: DTZ007
            assert row["Currency"] == "USD"
            yield (row["Campaign ID"], day.isoformat()), amount(row["Total Spent"])


def tiktok(folder: Path) -> Iterator[tuple[Key, Decimal]]:
    for path in sorted(folder.glob("exports/tiktok_ads/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            assert all(isinstance(value, str) for value in row.values())
            yield (row["campaign_id"], row["stat_time_day"][:10]), Decimal(row["spend"])


def microsoft(folder: Path) -> Iterator[tuple[Key, Decimal]]:
    for path in sorted(folder.glob("exports/microsoft_ads/*.zip")):
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.namelist()
            lines = archive.read(member).decode("utf-8-sig").splitlines()
        assert lines[-1].startswith('"©')
        for row in csv.DictReader(lines[9:-2]):
            month, day, year = map(int, row["TimePeriod"].split("/"))
            yield (f"{row['CampaignId']}/{row['DeviceType']}", f"{year}-{month:02d}-{day:02d}"), Decimal(row["Spend"])


def test_the_files_hold_what_the_truth_says(sample: SampleSummary, read: Callable[[str], Rows]) -> None:
    told = {
        (row["campaign_id"], row["date_day"]): (row["platform"], Decimal(row["spend"]))
        for row in read("truth/platform_spend.csv")
    }
    readers = {"google_ads": google, "meta_ads": meta, "linkedin_ads": linkedin, "tiktok_ads": tiktok}
    for platform, reader in readers.items():
        last = dict(reader(sample.folder))  # the later delivery wins
        assert last == {key: spend for key, (name, spend) in told.items() if name == platform}
    devices: dict[Key, Decimal] = {}
    for (name, day), spend in dict(microsoft(sample.folder)).items():
        key = (name.split("/")[0], day)
        devices[key] = devices.get(key, Decimal(0)) + spend
    assert devices == {key: spend for key, (name, spend) in told.items() if name == "microsoft_ads"}


def test_days_are_restated_within_the_window_and_one_long_after(sample: SampleSummary) -> None:
    ages: dict[int, int] = {}
    for path in sorted(sample.folder.glob("exports/meta_ads/*.csv.gz")):
        delivered = datetime.fromisoformat(path.name[9:19])
        for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())):
            if row["Campaign name"]:
                age = (delivered - datetime.fromisoformat(row["Reporting starts"])).days
                ages[age] = ages.get(age, 0) + 1
    assert set(ages) == {0, 1, 2, 3, 20}
    assert ages[0] > ages[1] > ages[2] > ages[3] > 0
    assert ages[20] == 1


def test_restated_spend_is_final_four_days_later(read: Callable[[str], Rows]) -> None:
    rows = read("truth/platform_spend.csv")
    open_days = {row["date_day"] for row in rows if row["spend"] != row["final_spend"]}
    assert open_days <= {"2026-03-29", "2026-03-30", "2026-03-31"}
    assert open_days


def test_platforms_claim_more_conversions_than_they_cause(sample: SampleSummary, read: Callable[[str], Rows]) -> None:
    campaigns = {row["campaign_id"] for row in read("truth/campaigns.csv") if row["platform"] == "tiktok_ads"}
    caused = sum(row["campaign_id"] in campaigns for row in read("truth/causes/*.csv"))
    claimed: dict[Key, int] = {}
    for path in sorted(sample.folder.glob("exports/tiktok_ads/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            claimed[row["campaign_id"], row["stat_time_day"]] = int(row["conversion"].replace("-", "0"))
    assert sum(claimed.values()) > 1.5 * caused > 15


def test_every_restated_amount_is_told_to_the_truth(sample: SampleSummary, read: Callable[[str], Rows]) -> None:
    spend: dict[str, Decimal] = {}
    changes: list[tuple[str, Decimal, Decimal]] = []
    for (campaign, day), amount_told in tiktok(sample.folder):
        key = f"tiktok_ads/7219043355821801473/{campaign}/{day}"
        if spend.get(key, amount_told) != amount_told:
            changes.append((key, spend[key], amount_told))
        spend[key] = amount_told
    told = [
        (row["key"], Decimal(row["was"]), Decimal(row["is_now"]))
        for row in read("truth/restated/*.csv")
        if row["key"].startswith("tiktok_ads/")
    ]
    assert sorted(changes) == sorted(told)
    assert len(told) > 50
