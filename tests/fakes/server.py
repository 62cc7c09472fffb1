"""The server process' inside: one application for all platforms, in a thread of its own, on loopback."""

from __future__ import annotations

import socket
import traceback
from threading import Thread
from types import TracebackType

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from tests.fakes import control, platforms
from tests.fakes.data import World


def application(world: World) -> Starlette:
    """Every platform of `world`, and the control endpoint."""
    return Starlette(routes=[*control.routes(world), *platforms.mounts(world)])


class FakeServer:
    """Serves a world while it is open, and another one once `world` is set.

    with FakeServer(World.small()) as server:
        httpx.post(server.url("google_ads") + "/token", data=...)
    """

    def __init__(self, world: World, port: int = 0) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(128)
        self.port: int = self._socket.getsockname()[1]
        self.world = world
        config = uvicorn.Config(
            self._serve, interface="asgi3", http="httptools", ws="none", lifespan="off", log_level="critical",
            access_log=False, timeout_graceful_shutdown=0,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    @property
    def world(self) -> World:
        return self._world

    @world.setter
    def world(self, world: World) -> None:
        self._world = world
        self._application = application(world)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except Exception:  # a mistake in the fake must be seen in the test's output, not only as a 500
            traceback.print_exc()
            raise

    def url(self, kind: str) -> str:
        """The `base_url` of a platform."""
        return f"http://127.0.0.1:{self.port}/{kind}"

    def __enter__(self) -> FakeServer:
        # Whoever calls before the thread runs waits in the socket's queue.
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def wait(self) -> None:
        """Until the server ends."""
        self._thread.join()
