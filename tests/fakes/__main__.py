"""`python -m tests.fakes`: the fake platforms in a process of their own, until it is interrupted."""

from __future__ import annotations

import argparse
import shlex
import signal
from pathlib import Path

from tests.fakes.data import World
from tests.fakes.platforms import present
from tests.fakes.server import FakeServer


def main() -> int:
    """Prints each platform's base_url and the environment variables to export, then serves."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--landing", type=Path, help="landing folder of a run from files (default: a small company)")
    parser.add_argument("--port", type=int, default=8123, help="port on 127.0.0.1; 0 takes any that is free")
    parser.add_argument("--company", type=Path, help="write a company folder here that fetches from this server")
    parser.add_argument("--like", type=Path, help="with --company: the company folder whose files stay its sources")
    chosen = parser.parse_args()
    world = World.from_landing(chosen.landing) if chosen.landing else World.small()
    with FakeServer(world, chosen.port) as server:
        for kind in present():
            print(f"# {kind}: base_url = {server.url(kind)}")
        for name, value in world.environment().items():
            print(f"export {name}={shlex.quote(value)}")
        if chosen.company:
            from tests.fakes.company import write_company

            write_company(chosen.company, server, like=chosen.like)
            print(f"# company folder: {chosen.company}")
        print("# serving; end with Ctrl-C", flush=True)
        try:
            # A shell that starts this in the background leaves the interrupt ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            server.wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
