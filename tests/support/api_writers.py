"""Writers that never give up: they keep a key before they send it, and send it again until they hear an answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from random import Random

import httpx

from outlay.spend_store.queries import Row
from outlay.spend_store.sessions import connect
from tests.support.api_server import PREFIX, SPEND, ApiServer


@dataclass
class Writer:
    """One client. `sent` is what it ever tried, by key; `heard` what it was told, by key: the record's id."""

    name: str
    url: str
    token: str
    random: Random
    sent: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)
    replayed: int = 0
    wrong: list[str] = field(default_factory=list)

    def write(self, until: threading.Event) -> None:
        """Sends again what was not answered, then new records, until told to stop; a dead server is no reason to."""
        with httpx.Client(base_url=self.url + PREFIX, headers={"Authorization": f"Bearer {self.token}"}) as client:
            waiting = [key for key in self.sent if key not in self.heard]
            while not until.is_set():
                key = waiting.pop() if waiting else self._new()
                try:
                    self._send(client, key)
                except httpx.TransportError:
                    return

    def finish(self) -> None:
        """Hears the answer to everything that was sent."""
        with httpx.Client(base_url=self.url + PREFIX, headers={"Authorization": f"Bearer {self.token}"}) as client:
            for key in [key for key in self.sent if key not in self.heard]:
                self._send(client, key)

    def _new(self) -> str:
        key = f"{self.name}-{len(self.sent)}"
        self.sent[key] = f"{self.random.randrange(1, 100_000) / 100:.2f}"
        return key

    def _send(self, client: httpx.Client, key: str) -> None:
        answer = client.post(
            "/spend", json={**SPEND, "amount": self.sent[key], "po_id": key}, headers={"Idempotency-Key": key}
        )
        if answer.status_code == 503:
            return
        if answer.status_code != 201:
            self.wrong.append(answer.text)
            return
        self.heard[key] = answer.json()["record"]["spend_id"]
        self.replayed += "idempotent-replayed" in answer.headers


@dataclass(frozen=True)
class Tally:
    """What became of all that was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int
    changed: int
    replayed: int


def kill_under_writers(server: ApiServer, kills: int, seed: int, writers: int = 4) -> Tally:
    """Kills the server `kills` times at random moments while `writers` write, then counts what the store holds."""
    random = Random(seed)
    token = server.make_key("spend:write")
    clients = [Writer(f"w{number}", server.url, token, Random(seed + number)) for number in range(writers)]
    for _ in range(kills):
        stop = threading.Event()
        threads = [threading.Thread(target=client.write, args=(stop,)) for client in clients]
        for thread in threads:
            thread.start()
        stop.wait(random.uniform(0.02, 0.6))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
    for client in clients:
        client.finish()
    return _tally(server, clients)


def _tally(server: ApiServer, clients: list[Writer]) -> Tally:
    session = connect(server.store_url)
    rows: list[Row] = session.execute("select po_id, spend_id, amount_minor from spend_records")
    session.close()
    assert not [told for client in clients for told in client.wrong]
    booked: dict[str, list[tuple[str, int]]] = {}
    for key, spend_id, amount in rows:
        booked.setdefault(key, []).append((spend_id, amount))
    heard = {key: spend_id for client in clients for key, spend_id in client.heard.items()}
    sent = {key: round(float(amount) * 100) for client in clients for key, amount in client.sent.items()}
    return Tally(
        acknowledged=len(heard),
        lost=sum(spend_id not in [one for one, _ in booked.get(key, [])] for key, spend_id in heard.items()),
        doubled=sum(len(found) > 1 for found in booked.values()),
        changed=sum(found[0][1] != sent[key] for key, found in booked.items()),
        replayed=sum(client.replayed for client in clients),
    )
