"""A company that delivers no file: everything is asked over the network, and a user starts the run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.conftest import DAYS, Place, day
from tests.e2e.fetched import like_files, tables, typed
from tests.fakes.data import World
from tests.fakes.fetched_company import DATABASE
from tests.fakes.server import FakeServer
from tests.support.leaks import secrets_in
from tests.support.runs import status


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(World()) as running:
        yield running


@pytest.fixture(scope="module")
def ran(ran_at_once: Place, server: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The company of `ran_at_once`, fetched and run over all its days at once."""
    place = like_files(ran_at_once, server, tmp_path_factory.mktemp("fetched"))
    return replace(place, outcome=place.run(day(DAYS)))


@pytest.fixture
def place(ran: Place, server: FakeServer, tmp_path: Path) -> Iterator[Place]:
    """A copy to change; what the platforms say and permit is as before once the test is over."""
    before, server.world = server.world, server.world.copied()
    yield ran.copied_to(tmp_path)
    server.world = before


def test_no_source_is_a_file(ran: Place) -> None:
    toml = (ran.company / "company.toml").read_text(encoding="utf-8")
    assert '"files"' not in toml
    assert "canary" not in toml
    assert {path.name for path in ran.company.iterdir()} == {"company.toml", DATABASE}


def test_fetched_and_delivered_publish_the_same_bytes(ran: Place, ran_at_once: Place) -> None:
    """All but `quality_verdicts`: verdicts are on partitions, which bear the names of sources and accounts."""
    assert ran.outcome is not None
    assert ran.outcome.exit_code == 0, ran.outcome.output
    delivered, fetched = tables(ran_at_once), tables(ran)
    assert fetched.keys() == delivered.keys()
    assert {name for name in delivered if fetched[name] != delivered[name]} == {"quality_verdicts"}
    assert status(ran.data)["verdicts"]["failed"] == status(ran.data)["verdicts"]["warned"] == 0


def test_no_secret_is_in_anything_that_a_run_leaves(ran: Place) -> None:
    assert ran.outcome is not None
    assert "canary" not in ran.outcome.output
    secrets = [*(ran.environment or {}).values(), "canary"]
    assert secrets_in(ran.data, secrets) == []
    assert secrets_in(ran.company, secrets) == []


def refuse(place: Place, world: World, why: str) -> tuple[Place, str]:
    """The place as it is once that has happened, and a pattern for the one line that says so."""
    environment = dict(place.environment or {})
    if why == "missing secret":
        del environment["GOOGLE_ADS_REFRESH_TOKEN"]
        said = "google_ads: .*the environment variable GOOGLE_ADS_REFRESH_TOKEN is not set"
    elif why == "wrong secret":
        environment["SHOPIFY_ACCESS_TOKEN"] = "canary-wrong"
        said = "orders: .*refuses the credential: renew it and set SHOPIFY_ACCESS_TOKEN"
    elif why == "unknown account":
        company = place.company / "company.toml"
        text = company.read_text(encoding="utf-8").replace("731-550-1846", "731-550-9999")
        company.write_text(text, encoding="utf-8")
        said = r"google_ads: 731-550-9999.*check accounts under \[sources.google_ads\]"
    else:
        world.accounts["google_ads"]["731-550-1846"].permitted = False
        said = r"google_ads: 731-550-1846.*check accounts under \[sources.google_ads\] and the permission"
    return replace(place, environment=environment), said


@pytest.mark.slow
@pytest.mark.parametrize("why", ["missing secret", "wrong secret", "unknown account", "revoked permission"])
def test_a_run_that_cannot_fetch_says_why_and_replaces_nothing(place: Place, server: FakeServer, why: str) -> None:
    world, published, landed = server.world, tables(place), typed(place)
    served = status(place.data)["published"]
    if why == "wrong secret":
        world.tables["conversions"][0]["revenue"] += 100
    else:  # the account that still answers has other figures now: they wait for the one that does not
        restated = world.spend("google_ads", "412-884-9021", day(3), day(3))[0]
        world.restate("google_ads", restated["campaign_id"], day(3), restated["spend"] + 100)
    broken, said = refuse(place, world, why)

    told = broken.run(day(DAYS))
    assert told.exit_code == 1
    reason, outcome = told.errors.strip().splitlines()
    assert re.match(said, reason), reason
    assert outcome == f"{day(DAYS)}: not published; readers keep version {served['version']}."
    assert "Traceback" not in told.output
    assert status(place.data)["published"] == served
    assert tables(place) == published
    assert typed(place) == landed
    assert "canary" not in told.output
    assert secrets_in(place.data, [*(broken.environment or {}).values(), "canary"]) == []
