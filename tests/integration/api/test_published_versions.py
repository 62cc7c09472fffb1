"""Publishing while others read: no request fails, none mixes two versions, the next one sees the new figures."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.support.api_marts import NOW, publish_marts
from tests.support.api_server import ApiServer, api_server

PUBLISHES, READERS = 20, 8


def change(number: int) -> str:
    """Version `number` says so in three tables: a budget, a cost and a claim."""
    return (
        f"update marts.budget_variances set budget_amount = {number} where department_id = 'D12'; "
        f"update marts.campaign_roi set cost_amount = {number}; "
        f"update marts.savings_opportunities set gross_amount = {number} where claim_id = 'c1'"
    )


def reader(
    server: ApiServer, key: str, stop: threading.Event, seen: list[tuple[str, str, Decimal]], errors: list[str]
) -> None:
    with server.client(key) as client:
        while not stop.is_set():
            for path in ("/budget/2026-03", "/roi/c-1?period=2026-03", "/savings"):
                try:
                    answer = client.get(path)
                except httpx.TransportError as error:
                    errors.append(repr(error))
                    continue
                if answer.status_code != 200:
                    errors.append(answer.text)
                    continue
                body = answer.json()
                if path.startswith("/budget"):
                    figure = next(one for one in body["departments"][0]["departments"] if one["department_id"] == "D12")
                    value = figure["figures"]["budget_amount"]
                    assert body["totals"]["budget_amount"] == str(Decimal("1100.10") + Decimal(value))
                elif path.startswith("/roi"):
                    value = body["models"][0]["cost_amount"]
                    assert {one["cost_amount"] for one in (*body["models"], *body["weeks"])} == {value}
                else:
                    value = next(one["gross_amount"] for one in body["claims"] if one["claim_id"] == "c1")
                seen.append((answer.headers["x-outlay-version"], body["version"], Decimal(value)))


@pytest.mark.slow
def test_twenty_publications_under_eight_readers(tmp_path: Path) -> None:
    with api_server(tmp_path) as server:
        key, stop = server.make_key(), threading.Event()
        versions = {publish_marts(server.data, change(1), at=NOW + timedelta(minutes=1)).version: Decimal(1)}
        seen: list[tuple[str, str, Decimal]] = []
        errors: list[str] = []
        threads = [threading.Thread(target=reader, args=(server, key, stop, seen, errors)) for _ in range(READERS)]
        with server.client(key) as client:
            client.get("/budget/2026-03")
            for thread in threads:
                thread.start()
            for number in range(2, PUBLISHES + 2):
                version = publish_marts(server.data, change(number), at=NOW + timedelta(minutes=number))
                versions[version.version] = Decimal(number)
                assert client.get("/savings").json()["version"] == version.version
            stop.set()
            for thread in threads:
                thread.join()
    mixed = [one for one in seen if one[0] != one[1] or versions[one[1]] != one[2]]
    print(
        f"\n{PUBLISHES} publications, {READERS} readers, {len(seen)} answers: {len(errors)} errors, {len(mixed)} mixed"
    )
    assert errors == []
    assert mixed == []
    assert len(Counter(version for _, version, _ in seen)) > PUBLISHES / 2


def test_a_damaged_version_is_refused_and_the_one_before_it_served(tmp_path: Path) -> None:
    with api_server(tmp_path) as server, server.client(server.make_key()) as client:
        good = client.get("/budget/2026-03").json()["version"]
        bad = publish_marts(server.data, change(5), at=NOW + timedelta(minutes=1))
        parquet = bad.parquet / "budget_variances.parquet"
        # The server has not been asked since: it finds the version damaged.
        parquet.write_bytes(parquet.read_bytes()[:-50])
        answer = client.get("/budget/2026-03")
        assert (answer.status_code, answer.json()["version"]) == (200, good)
        assert "budget_variances.parquet" in client.get("/status").json()["problems"][0]


def test_without_anything_published_spend_is_recorded_all_the_same(tmp_path: Path) -> None:
    with api_server(tmp_path) as server:
        server.stop()
        (server.data / "published" / "current.json").unlink()
        server.start()
        with server.client(server.make_key()) as client:
            assert client.get("/budget/current").status_code == 503
            assert httpx.get(f"{server.url}/readyz").status_code == 503
            body = {"vendor_id": "v-search", "amount": "1.00", "currency": "EUR", "spend_date": "2026-03-14"}
            assert client.put("/spend/early", json=body).status_code == 201
