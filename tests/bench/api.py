"""The finance API against an empty endpoint of the same framework, turn and turn about: throughput, and p99.

Goals: GET of a budget or a campaign at least 0.5 of the empty endpoint's throughput, p99 at most 3 times; POST of an
expenditure at least 0.30 and 5 times. An acknowledged POST has waited for the disk, so a few callers in turn
measure the disk, and many at once what a group of them costs: POST is measured with several numbers of callers.
Medians of ROUNDS rounds; absolute figures are this machine's only.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request  # at the top, or its annotation is taken for a query parameter

from tests.support.api_server import PREFIX, SPEND, api_server
from tests.support.servers import free_port

ROUNDS, SECONDS = 12, 1.5
READERS, RECORDERS = 8, (8, 16, 32)  # connections
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Load:
    """What is asked of which server, by how many at once; `request` makes each request anew."""

    name: str
    port: int
    request: Callable[[], bytes]
    connections: int


@dataclass(frozen=True)
class Figures:
    """Of one round: answers a second, and the 99th percentile in milliseconds."""

    rate: float
    p99: float


def measure(rounds: int = ROUNDS, seconds: float = SECONDS) -> None:
    """Print the ratios, and the figures that they come from."""
    with tempfile.TemporaryDirectory() as folder, api_server(Path(folder)) as server, empty_server() as empty_port:
        head = f"Host: x\r\nAuthorization: Bearer {server.make_key()}\r\n"
        pairs = [
            (
                Load("budget", server.port, lambda: _get(f"{PREFIX}/budget/2026-03", head), READERS),
                Load("empty GET", empty_port, lambda: _get("/empty", head), READERS),
                (0.5, 3),
            ),
            (
                Load("roi", server.port, lambda: _get(f"{PREFIX}/roi/c-1?period=2026-03", head), READERS),
                Load("empty GET", empty_port, lambda: _get("/empty", head), READERS),
                (0.5, 3),
            ),
            *(
                (
                    Load("spend", server.port, lambda: _post(f"{PREFIX}/spend", head), connections),
                    Load("empty POST", empty_port, lambda: _post("/empty", head), connections),
                    (0.30, 5),
                )
                for connections in RECORDERS
            ),
        ]
        for ours, empty, goals in pairs:
            found = [asyncio.run(_turn(ours, empty, turn, seconds)) for turn in range(rounds + 1)][1:]  # one to warm up
            print(_told(ours, empty, found, goals))


async def _turn(ours: Load, empty: Load, turn: int, seconds: float) -> tuple[Figures, Figures]:
    """Both, close after each other, first the one and then the other."""
    if turn % 2:
        mine = await _round(ours, seconds)
        return mine, await _round(empty, seconds)
    other = await _round(empty, seconds)
    return await _round(ours, seconds), other


def _told(ours: Load, empty: Load, found: list[tuple[Figures, Figures]], goals: tuple[float, float]) -> str:
    rate = statistics.median(mine.rate / other.rate for mine, other in found)
    p99 = statistics.median(mine.p99 / other.p99 for mine, other in found)
    absolute = ", ".join(
        f"{load.name} {statistics.median(pair[place].rate for pair in found):,.0f}/s p99 "
        f"{statistics.median(pair[place].p99 for pair in found):.1f} ms"
        for place, load in enumerate((ours, empty))
    )
    return (
        f"api: {ours.name}: {rate:.2f} of {empty.name} (goal {goals[0]}), p99 {p99:.1f} x (goal {goals[1]}); "
        f"{ours.connections} connections, {len(found)} rounds: {absolute}"
    )


async def _round(load: Load, seconds: float) -> Figures:
    """As many requests as the keep-alive connections can make one after the other."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", load.port, limit=1 << 20)
        while (started := time.perf_counter()) < end:
            writer.write(load.request())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            if head[9:12] not in (b"200", b"201"):
                raise RuntimeError(f"{load.name}: {head.decode()}")
            times.append(time.perf_counter() - started)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(load.connections)))
    return Figures(len(times) / (time.perf_counter() - began), statistics.quantiles(times, n=100)[98] * 1000)


def _get(path: str, head: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()


def _post(path: str, head: str) -> bytes:
    body = json.dumps(SPEND)
    return (
        f"POST {path} HTTP/1.1\r\n{head}Content-Type: application/json\r\nIdempotency-Key: bench-{next(_numbers)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


@contextmanager
def empty_server() -> Iterator[int]:
    """An application of the same framework that does nothing, served by the same server; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.api", str(port)], env={**os.environ})
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    import httpx

    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            httpx.get(f"http://127.0.0.1:{port}/empty", timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the empty server did not start")


def serve_nothing(port: int) -> None:
    """Runs the empty application."""
    import uvicorn
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/empty")
    async def empty() -> dict[str, str]:
        return {}

    @app.post("/empty")
    async def empty_post(request: Request) -> dict[str, str]:
        await request.body()
        return {}

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    serve_nothing(int(sys.argv[1]))
