"""The finance API against an empty endpoint of the same framework, turn and turn about: throughput, and p99.

Goals: GET of a budget or a campaign at least 0.5 of the empty endpoint's throughput, p99 at most 3 times; POST of an
expenditure at least 0.30 and 5 times. Medians of ROUNDS rounds; absolute figures are this machine's only.
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
CONNECTIONS = 8
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Load:
    """What is asked of which server; `request` makes each request anew."""

    name: str
    port: int
    request: Callable[[], bytes]


@dataclass(frozen=True)
class Figures:
    """Of one round: answers a second, and the 99th percentile in milliseconds."""

    rate: float
    p99: float


def measure(rounds: int = ROUNDS, seconds: float = SECONDS, connections: int = CONNECTIONS) -> None:
    """Print the ratios, and the figures that they come from."""
    with tempfile.TemporaryDirectory() as folder, api_server(Path(folder)) as server, empty_server() as empty_port:
        head = f"Host: x\r\nAuthorization: Bearer {server.make_key()}\r\n"
        loads = [
            Load("empty GET", empty_port, lambda: _get("/empty", head)),
            Load("budget", server.port, lambda: _get(f"{PREFIX}/budget/2026-03", head)),
            Load("roi", server.port, lambda: _get(f"{PREFIX}/roi/c-1?period=2026-03", head)),
            Load("empty POST", empty_port, lambda: _post("/empty", head)),
            Load("spend", server.port, lambda: _post(f"{PREFIX}/spend", head)),
        ]
        found: dict[str, list[Figures]] = {load.name: [] for load in loads}
        for turn in range(rounds + 1):
            for load in loads if turn % 2 else reversed(loads):
                figures = asyncio.run(_round(load, seconds, connections))
                if turn:  # the first round warms up
                    found[load.name].append(figures)
    for name, base, rate_goal, p99_goal in (
        ("budget", "empty GET", 0.5, 3),
        ("roi", "empty GET", 0.5, 3),
        ("spend", "empty POST", 0.30, 5),
    ):
        pairs = list(zip(found[name], found[base], strict=True))
        rate = statistics.median(mine.rate / other.rate for mine, other in pairs)
        p99 = statistics.median(mine.p99 / other.p99 for mine, other in pairs)
        absolute = ", ".join(
            f"{one} {statistics.median(each.rate for each in found[one]):,.0f}/s p99 "
            f"{statistics.median(each.p99 for each in found[one]):.1f} ms"
            for one in (name, base)
        )
        print(
            f"api: {name}: {rate:.2f} of {base} (goal {rate_goal}), p99 {p99:.1f} x (goal {p99_goal}); "
            f"{connections} connections, {rounds} rounds: {absolute}"
        )


async def _round(load: Load, seconds: float, connections: int) -> Figures:
    """As many requests as `connections` keep-alive connections can make one after the other."""
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
    await asyncio.gather(*(ask() for _ in range(connections)))
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
