"""`outlay check` of a company that delivers no file: everything is asked for its accounts, nothing is landed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.landing import land
from outlay.sample import write_sample
from tests.e2e.conftest import Place, day
from tests.e2e.fetched import like_files
from tests.fakes.data import AD_PLATFORMS, World
from tests.fakes.fetched_company import BOOKS, DATABASE, VARIABLE
from tests.fakes.server import FakeServer

# Sources with accounts and secrets on a platform; in so few days nobody sends anything back.
ASKED = {*AD_PLATFORMS, *BOOKS} - {"refunds"}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer(World()) as running:
        yield running


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A few days of the sample company, landed from files."""
    folder = tmp_path_factory.mktemp("delivered")
    write_sample(folder / "company", days=4, scale=0.05)
    company = read_company(folder / "company")
    for source in company.sources.values():
        land(source, company, folder / "data" / "landing", as_of=day(4))
    return Place(folder / "company", folder / "data")


@pytest.fixture
def place(delivered: Place, server: FakeServer, tmp_path: Path) -> Place:
    """The company fetched, of each test's own to change, with what the platforms say."""
    return like_files(delivered, server, tmp_path)


def failures(place: Place) -> dict[str, list[str]]:
    """What `outlay check` says would not work, by source."""
    told = place.outlay("check")
    assert "Traceback" not in told.output
    found: dict[str, list[str]] = {}
    source = ""
    for line in told.output.splitlines():
        if named := re.match(r"  (\w+): \w+: ", line):
            source = named[1]
        elif line.startswith("    failed: "):
            found.setdefault(source, []).append(line.removeprefix("    failed: "))
    assert told.exit_code == (1 if found else 0), told.output
    assert "canary" not in told.output
    return found


def test_check_passes_where_everything_answers(place: Place) -> None:
    assert failures(place) == {}


def test_check_names_every_missing_secret(place: Place) -> None:
    found = failures(replace(place, environment=None))
    assert found.keys() >= ASKED
    assert "ecb" not in found  # asked without any
    for source, lines in found.items():
        (line,) = lines
        kind = BOOKS[source][0] if source in BOOKS else source
        variable = f"{kind.upper()}_" if source in ASKED else VARIABLE
        assert re.match(rf"{source}: .*the environment variable {variable}\w* ?is not set", line), line


def test_check_names_every_wrong_secret(place: Place) -> None:
    wrong = {name: f"canary-wrong-{number}" for number, name in enumerate(place.environment or {})}
    wrong[VARIABLE] = "sqlite://reader:canary-wrong@/elsewhere.db"
    found = failures(replace(place, environment=wrong))
    assert found.keys() >= ASKED
    for source, lines in found.items():
        (line,) = lines
        if source in ASKED:
            kind = BOOKS[source][0] if source in BOOKS else source
            assert re.match(rf"{source}: .* refuses the credential: renew it and set .*{kind.upper()}_", line), line
        else:
            assert re.match(rf"{source}: SQLite .*check the path of the address in {VARIABLE}", line), line


def test_check_names_every_unknown_account(place: Place) -> None:
    company = place.company / "company.toml"
    text = re.sub(r'accounts = \["[^]]*\]', 'accounts = ["999-999-9999"]', company.read_text(encoding="utf-8"))
    company.write_text(text, encoding="utf-8")
    with closing(sqlite3.connect(place.company / DATABASE)) as database:
        database.execute("alter table contracts rename to agreements")
    found = failures(place)
    assert found.keys() == ASKED | {"contracts"}
    for source, lines in found.items():
        (line,) = lines
        said = "no such table: contracts; check table or query" if source == "contracts" else "check accounts under"
        assert re.match(rf"{source}: .*{said}", line), line


def test_check_names_every_account_that_may_not_be_read_any_more(place: Place, server: FakeServer) -> None:
    for accounts in server.world.accounts.values():
        for account in accounts.values():
            account.permitted = False
    found = failures(place)
    assert found.keys() == ASKED
    for source, lines in found.items():
        (line,) = lines
        assert re.match(rf"{source}: .*the credential may not read it", line), line
