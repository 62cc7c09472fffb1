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

from outlay.spend_store.sessions import connect
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
        trace = tmp_path / "trace.txt"
        tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-tt", "-e", "trace=fsync,fdatasync", "-o", trace, "-p", str(server.process.pid)],
            stderr=subprocess.PIPE,
        )
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
        groups = _groups(server.store_url)
    syncs = len(re.findall(r"(?:fsync|fdatasync)\(\d+<[^>]*spend\.sqlite-wal>", trace.read_text()))
    print(f"\n{writers} writers: {POSTS} acknowledged in {groups} groups, {syncs} syncs of the log")
    assert statuses == [201] * POSTS
    assert syncs >= groups
    if writers == 1:
        assert syncs >= POSTS


def _groups(url: str) -> int:
    """At least so many commits there were: a group's audit rows were written with one commit."""
    session = connect(url)
    found: int = session.execute("select count(*) from audit_entries where action = 'spend.create'")[0][0]
    session.close()
    return -(-found // 4)
