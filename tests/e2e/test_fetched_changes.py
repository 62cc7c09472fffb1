"""What becomes of a fetched company's marts when the platforms change their minds, or do not, between two runs."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from outlay.sample import write_sample
from tests.e2e.conftest import START, Place, day
from tests.e2e.fetched import files_of, like_files, tables, typed
from tests.fakes.data import World
from tests.fakes.fetched_company import DATABASE
from tests.fakes.server import FakeServer
from tests.support.leaks import secrets_in
from tests.support.runs import status

# Each runs the whole pipeline, the first of them three times.
pytestmark = pytest.mark.slow

DAYS, SCALE = 20, 0.3
AS_OF = day(DAYS)
CENT = Decimal("0.01")
# Accounts in the company's own currency, so that a figure is what the platform says.
META, TIKTOK, MICROSOFT = "1048826390417755", "7219043355821801473", "180442917"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(World()) as running:
        yield running


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Twenty days of the sample company, delivered as files and run at once."""
    folder = tmp_path_factory.mktemp("delivered")
    write_sample(folder / "company", days=DAYS, scale=SCALE, start=START)
    place = Place(folder / "company", folder / "data")
    return replace(place, outcome=place.run(AS_OF))


@pytest.fixture(scope="module")
def fetched(delivered: Place, server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The same company without a file."""
    place = like_files(delivered, server, tmp_path_factory.mktemp("fetched"))
    server.world.switches["fresh_ids"] = True
    return replace(place, outcome=place.run(AS_OF))


@pytest.fixture
def world(server: FakeServer, fetched: Place) -> Iterator[World]:
    """What the platforms say, to change: as before once the test is over."""
    before, server.world = server.world, server.world.copied()
    yield server.world
    server.world = before


@pytest.fixture
def place(fetched: Place, tmp_path: Path) -> Iterator[Place]:
    """The company to go on with; it is put back afterwards, for a warehouse that was moved is built anew."""
    fetched.copied_to(tmp_path)
    yield fetched
    for folder in (fetched.company, fetched.data):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / folder.name, folder)


def test_fetched_and_delivered_publish_the_same_bytes(fetched: Place, delivered: Place) -> None:
    """All but what speaks of deliveries: verdicts on partitions of sources, rows that files held and nobody could use.

    No version came before, so that both have an empty history in `restatements`.
    """
    for place in (delivered, fetched):
        assert place.outcome is not None
        assert place.outcome.exit_code == 0, place.outcome.output
    of_files, of_platforms = tables(delivered), tables(fetched)
    assert of_platforms.keys() == of_files.keys()
    differing = {name for name in of_files if of_platforms[name] != of_files[name]}
    assert differing == {"quality_verdicts", "quarantined_rows"}
    assert secrets_in(fetched.data, [*(fetched.environment or {}).values(), "canary"]) == []


def test_answers_that_differ_only_in_their_ids_rebuild_no_day(place: Place, world: World, tmp_path: Path) -> None:
    before, landed, served = tables(place), typed(place), status(place.data)["published"]
    answers = files_of(place.data / "landing" / "fetched", "*.zip")
    again = place.run(AS_OF)
    assert again.exit_code == 0, again.output
    assert f"{AS_OF}: no day changed" in again.output
    assert pq.read_table(place.data / "landing" / "run" / "changed_days.parquet").num_rows == 0
    assert tables(place) == before
    assert status(place.data)["published"]["version"] == served["version"]

    anew = changed(answers, files_of(place.data / "landing" / "fetched", "*.zip"))
    assert {name.partition("/")[0] for name in anew} == {"google_ads", "tiktok_ads", "orders", "refunds"}
    # Such answers are landed once more: the same rows in the same files, of a later delivery.
    for name in changed(landed, typed(place)):
        was, now = (folder / "landing" / "typed" / name for folder in (tmp_path / "data", place.data))
        rows = "select * exclude (delivery_no) from '{}'"
        assert duckdb.sql(rows.format(was)).fetchall() == duckdb.sql(rows.format(now)).fetchall()
        assert re.search("/source=(google_ads|tiktok_ads|orders|refunds)/", name), name


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """What is not the same any more; nothing may have come or gone."""
    assert after.keys() == before.keys()
    return {name for name in before if after[name] != before[name]}


def test_a_restated_day_an_emptied_day_and_removed_campaigns(place: Place, world: World) -> None:
    spent = costs(world)
    restated, gone = sorted(campaigns_of(world, TIKTOK))[:2]
    kept = min(campaigns_of(world, META))
    cost_on_day_six = campaigns_of(world, MICROSOFT, day(6))
    world.restate("tiktok_ads", restated, day(5), "777.77")
    world.empty_day("microsoft_ads", MICROSOFT, day(6))
    world.remove_campaign("meta_ads", kept)
    world.remove_campaign("tiktok_ads", gone, keep_spend=False)
    with closing(sqlite3.connect(place.company / DATABASE)) as database, database:
        updated = database.execute("update campaigns set status = 'removed' where campaign_id in (?, ?)", (kept, gone))
        assert updated.rowcount == 2
    about_kept = f"select channel, status from '{{t}}/campaigns.parquet' where campaign_id = '{kept}'"
    ((channel, _),) = published(place, about_kept)

    again = place.run(AS_OF)
    assert again.exit_code == 0, again.output
    expected = costs(world)
    found = published(
        place,
        "select date_day, campaign_id, sum(amount) from '{t}/spend_daily.parquet' "
        "where origin = 'platform' and currency = 'EUR' group by all having sum(amount) <> 0",
    )
    assert {(on, campaign): amount for on, campaign, amount in found} == expected
    # In the company's list the campaign is known still, although no report names it: so is where its cost belongs.
    assert published(place, about_kept) == [(channel, "removed")]

    # What the platforms said of a campaign's day before and say now, wherever that is not the same.
    changes = {
        key: (spent.get(key), expected.get(key))
        for key in spent.keys() | expected.keys()
        if spent.get(key) != expected.get(key)
    }
    assert changes[day(5), restated] == (spent[day(5), restated], Decimal("777.77"))
    assert {on for on, campaign in changes if campaign == gone} == {on for on, campaign in spent if campaign == gone}
    emptied = {campaign for on, campaign in changes if on == day(6) and campaign != gone}
    assert emptied == cost_on_day_six
    told = published(place, "select table_name, key, column_name, was, is_now, cause from '{t}/restatements.parquet'")
    assert sorted(told) == sorted(
        ("spend_daily", f"date_day={on}|campaign_id={campaign}", "amount", was, now, cause(now))
        for (on, campaign), (was, now) in changes.items()
    )
    dates = "select distinct first_published_at, restated_at from '{t}/restatements.parquet'"
    assert published(place, dates) == [(AS_OF, AS_OF)]


def cause(now: Decimal | None) -> str:
    return "withdrawn: platform_spend" if now is None else "restated: platform_spend"


def costs(world: World) -> dict[tuple[date, str], Decimal]:
    """By day and campaign what the platforms say of accounts in euros, days without cost left out."""
    return {
        (row["date_day"], row["campaign_id"]): row["spend"].quantize(CENT)
        for row in world.tables["platform_spend"]
        if row["currency"] == "EUR" and row["spend"] and row["date_day"] <= AS_OF
    }


def campaigns_of(world: World, account: str, on: date | None = None) -> set[str]:
    """The campaigns that cost something in an account."""
    return {
        row["campaign_id"]
        for row in world.tables["platform_spend"]
        if row["account_id"] == account and row["spend"] and on in (None, row["date_day"])
    }


def published(place: Place, sql: str) -> list[tuple]:
    """SQL over the published tables, `{t}` standing for the folder of their files."""
    return duckdb.sql(sql.format(t=place.parquet())).fetchall()
