"""A client that asks a function instead of a network, and notes its waits instead of sleeping."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from outlay.sources.fetched.answer import Chain
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.secrets import Secrets

BASE = "https://ads.example.com/v1"
TOKEN = "s3cret-tok/en+value"


class Asking:
    """`client` asks `answers` one by one; `asked` are the requests that came, `waits` the seconds slept."""

    def __init__(self, tmp_path: Path, answers: list[Any], **given: Any) -> None:
        self.asked: list[httpx.Request] = []
        self.waits: list[float] = []
        self.answers: Iterator[Any] = iter(answers)
        self.secrets = Secrets("tested", {"token": "TESTED_TOKEN"}, {"TESTED_TOKEN": TOKEN})
        self.client = Client(
            BASE,
            source="tested",
            secrets=self.secrets,
            sleep=self.waits.append,
            chain=Chain(given.pop("budget_seconds", 900.0), tmp_path),
            clock=lambda: 0.0,
            transport=httpx.MockTransport(self._answer),
            **given,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer: Callable[[httpx.Request], httpx.Response] | httpx.Response | Exception = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def ok(document: Any = None) -> httpx.Response:
    return httpx.Response(200, json={} if document is None else document)
