"""A second process, for work that would otherwise wait for Python's lock: dbt, Great Expectations, their imports.

It starts with the run and imports while this process reads definitions and lands files; then the gates and the build
are called there, one at a time, and this process waits for each. What is reported there is reported here.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.util import Finalize
from typing import Any, ParamSpec, TypeVar

from orchestration.progress import listening, report
from outlay.garbage import made_to_last

P = ParamSpec("P")
R = TypeVar("R")

_CONTEXT = multiprocessing.get_context("spawn")  # a fork would take over locks and connections of other threads
_IMPORTED_FIRST = ("great_expectations", "dbt.cli.main", "dbt.adapters.duckdb")
_ENDING_SECONDS = 5.0

_TOLD, _RETURNED, _RAISED = "told", "returned", "raised"


class SecondProcessError(Exception):
    """The second process ended before it answered."""


class SecondProcess:
    """One process beside this one, which runs what it is sent in the order in which it is sent."""

    def __init__(self) -> None:
        self._connection, other_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(other_end,), daemon=True)
        self._process.start()
        other_end.close()
        self._unanswered = 0

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def begin(self, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Send a call whose answer nobody needs: what fails in it fails again, and is heard, where it is needed."""
        self._send((dict(os.environ), function, args, kwargs))

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function` returns or raises there. Function, arguments and result travel as pickles.

        SecondProcessError: the process ended, by the system's lack of memory, say, or because somebody ended it.
        """
        self._send((dict(os.environ), function, args, kwargs))
        try:
            kind, content = self._last_answer()
        except BaseException:
            self.close()  # interrupted: nobody waits for the answer any more, and a next run must not either
            raise
        if kind == _RAISED:
            error, told = content
            raise error from SecondProcessError(told)
        returned: R = content
        return returned

    def _last_answer(self) -> tuple[str, Any]:
        while True:
            kind, content = self._receive()
            if kind == _TOLD:
                report(*content)
                continue
            self._unanswered -= 1
            if not self._unanswered:
                return kind, content

    def close(self) -> None:
        """Let the process end; whatever it is still doing is cut off, and a next run does it again."""
        self._connection.close()
        if not self._unanswered:
            self._process.join(_ENDING_SECONDS)
        self._process.kill()
        self._process.join()

    def _send(self, message: Any) -> None:
        try:
            self._connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            raise self._ended() from None
        self._unanswered += 1

    def _receive(self) -> tuple[str, Any]:
        try:
            kind, content = self._connection.recv()
        except (EOFError, ConnectionResetError):
            raise self._ended() from None
        return kind, content

    def _ended(self) -> SecondProcessError:
        self._process.join(_ENDING_SECONDS)
        code = self._process.exitcode
        cause = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        hint = "; the system may have run out of memory" if code == -signal.SIGKILL else ""
        return SecondProcessError(f"the process that gates and builds ended with {cause}{hint}. Run again.")


_second: SecondProcess | None = None


def second_process() -> SecondProcess:
    """The one beside this process; started when there is none (any more)."""
    global _second
    if _second is None or not _second.is_alive:
        _second = SecondProcess()
        # Before processes that are left over are ended by force, also in a process that was itself started by another.
        Finalize(_second, _second.close, exitpriority=1)
    return _second


def _serve(connection: Connection) -> None:
    """The second process: answer one call after the other until the first process goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the first decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # ignored by whom started this: its end would wait for us for ever
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with made_to_last():
        for module in _IMPORTED_FIRST:
            importlib.import_module(module)
    one_at_a_time = threading.Lock()  # dbt reports from several threads

    def tell(*told: Any) -> None:
        with one_at_a_time:
            connection.send((_TOLD, told))

    with suppress(EOFError, BrokenPipeError), listening(tell):
        while True:
            environment, function, args, kwargs = connection.recv()
            os.environ.clear()
            os.environ.update(environment)
            connection.send(_answer(function, args, kwargs))


def _answer(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, Any]:
    try:
        return _RETURNED, function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - it is raised again where the call was made
        return _RAISED, (error, traceback.format_exc())


def _end_with_parent() -> None:
    """A run that was killed leaves nobody behind who writes into the warehouse."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
