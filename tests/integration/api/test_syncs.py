"""An acknowledgement comes after a sync that covers it: counted by strace, not believed."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.api_server import SPEND, api_server

POSTS = 200


@pytest.mark.slow
@pytest.mark.parametrize("writers", [1, 4])
def test_every_acknowledged_group_was_synced(tmp_path: Path, writers: int) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")
    with api_server(tmp_path) as server:
        key = server.make_key("spend:write")
        assert server.process is not None
        trace, watched = tmp_path / "trace.txt", "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
        command = ["strace", "-f", "-y", "-s", "16", "-e", watched, "-o", trace, "-p", str(server.process.pid)]
        tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        if tracer.poll() is not None:
            pytest.skip("strace may not trace here")
        with (
            ThreadPoolExecutor(writers) as pool,
            server.client(key, limits=httpx.Limits(max_connections=writers)) as api,
        ):
            statuses = list(
                pool.map(
                    lambda n: api.post("/spend", json=SPEND, headers={"Idempotency-Key": f"s{n}"}).status_code,
                    range(POSTS),
                )
            )
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)
    events = _events(trace.read_text())
    syncs = events.count("S")
    print(f"\n{writers} writers: {POSTS} acknowledged, {syncs} syncs of the log: {POSTS / syncs:.2f} a sync")
    assert statuses == [201] * POSTS
    assert events.count("A") == POSTS
    # A writer waits for its answer: after one sync each of them may hear one, and the next only after the next sync.
    answered = [len(part) for part in events.split("S")]
    assert answered[0] == 0
    assert max(answered) <= writers


def _events(trace: str) -> str:
    """S where a sync of the log has returned, A where an acknowledgement leaves, in the order of their happening."""
    events = []
    for line in trace.splitlines():
        if re.search(r"sync\(\d+<[^>]*-wal>\)\s+= 0", line) or re.search(r"<\.\.\. f(data)?sync resumed>.*= 0", line):
            events.append("S")
        elif "HTTP/1.1 201" in line:
            events.append("A")
    return "".join(events)
