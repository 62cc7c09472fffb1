"""The one HTTP client of all connectors: streams answers to disk, classifies them, waits and asks again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import httpx
import tenacity

from outlay.sources.fetched.answer import Answer, Chain
from outlay.sources.fetched.asks import ATTEMPTS, USER_AGENT, AgainError, Ask, certificates, verdict_of, wait_before
from outlay.sources.fetched.auth import Auth
from outlay.sources.fetched.bucket import TokenBucket
from outlay.sources.fetched.classify import (
    HEAD_BYTES,
    TAIL_BYTES,
    Classifier,
    Head,
    Verdict,
    json_verdict,
    permanent,
    status_verdict,
    token_verdict,
    transient,
)
from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.refusals import gave_up, refusal
from outlay.sources.fetched.secrets import Secrets


class Client:
    """Asks one platform. Every error is one line that names the source and says what to do, without any secret."""

    def __init__(
        self,
        base_url: str,
        *,
        source: str,
        classify: Classifier = json_verdict,
        secrets: Secrets | None = None,
        auth: Auth | None = None,
        bucket: TokenBucket | None = None,
        budget_seconds: float = 900.0,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Random | None = None,
        chain: Chain | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = httpx.URL(base_url.rstrip("/"))
        self.source = source
        self.classify = classify
        self.secrets = secrets if secrets is not None else Secrets(source, {})
        self.auth = auth
        self.bucket = bucket
        self.chain = chain if chain is not None else Chain(budget_seconds)
        self._sleep = sleep
        self._clock = clock
        self._random = random or Random(source)
        self._timeout = timeout
        self._transport = transport
        self._opened: httpx.Client | None = None

    @property
    def _http(self) -> httpx.Client:
        if self._opened is None:
            self._opened = httpx.Client(
                timeout=self._timeout,
                headers={"User-Agent": USER_AGENT},
                verify=certificates(),
                transport=self._transport,
            )
        return self._opened

    def close(self) -> None:
        """Ends the connections; the next request opens new ones."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- asking --------------------------------------------------------------------------------------------------

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        raw_query: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET. `raw_query` is appended as it is, not encoded again; `path` may be a whole address on the same host."""
        return self._answer(Ask("GET", self._url(path, params, raw_query), headers or {}, self.classify))

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | bytes | str | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST with a JSON body, or with `data`: a form, or a body as it is."""
        content: dict[str, Any] = {}
        if json is not None:
            content = {"json": json}
        elif data is not None:
            content = {"data": data} if isinstance(data, Mapping) else {"content": data}
        return self._answer(Ask("POST", self._url(path, params, None), headers or {}, self.classify, content=content))

    def download(self, url: str, *, classify: Classifier = status_verdict) -> Answer:
        """A file that the platform laid out elsewhere: asked without any credential."""
        return self._answer(Ask("GET", httpx.URL(url), {}, classify, authorised=False))

    def pause(self, seconds: float, what: str) -> None:
        """Waits before asking once more whether `what` (a report) is ready. Raises FetchError when time is up."""
        if seconds > self.chain.left:
            raise FetchError(
                f"{self.source}: {what} was not ready within {self.chain.budget_seconds:.0f} s; run again later"
            )
        self._wait(seconds)

    def _url(self, path: str, params: Mapping[str, Any] | None, raw_query: str | None) -> httpx.URL:
        if "://" in path:
            url = httpx.URL(path)
            base = self.base_url
            if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
                raise FetchError(
                    f"{self.source}: the platform points to {url.scheme}://{url.host}, not to {base.host}: "
                    "not followed, the credential belongs to the one only"
                )
        else:
            url = httpx.URL(f"{self.base_url}/{path.lstrip('/')}")
        if raw_query is not None:
            return httpx.URL(f"{url}{'&' if url.query else '?'}{raw_query}")
        return url.copy_merge_params(dict(params)) if params else url

    # -- again and again -----------------------------------------------------------------------------------------

    def _answer(self, ask: Ask) -> Answer:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(AgainError),
            wait=self._wait_before,
            stop=self._is_over,
            sleep=self._wait,
            reraise=True,
        )
        try:
            return retrying(self._attempt, ask)
        except AgainError as last:
            raise gave_up(self.source, self.secrets, ask.shown, last.verdict, ask.attempts, self.chain.left) from None

    def _wait_before(self, state: tenacity.RetryCallState) -> float:
        return wait_before(verdict_of(state), state.attempt_number, self._random)

    def _is_over(self, state: tenacity.RetryCallState) -> bool:
        verdict = verdict_of(state)
        if verdict.scope == "credential" or state.upcoming_sleep > self.chain.left:
            return True
        return verdict.kind == "transient" and state.attempt_number >= ATTEMPTS

    def _wait(self, seconds: float) -> None:
        self.chain.spent += seconds
        self._sleep(seconds)

    def _attempt(self, ask: Ask) -> Answer:
        ask.attempts += 1
        started = self._clock()
        answer, verdict = self._send(ask)
        if verdict.kind == "ok" and answer is not None:
            return answer
        if verdict.kind == "unauthorized" and ask.authorised and self._renew(ask):
            return self._attempt(ask)
        if verdict.kind in ("throttled", "transient"):
            self.chain.spent += max(self._clock() - started, 0.0)
            raise AgainError(verdict)
        raise refusal(self.source, self.secrets, ask.shown, verdict)

    def _renew(self, ask: Ask) -> bool:
        """An expired token is renewed once a request; a second refusal is about the credential."""
        if ask.renewed or self.auth is None:
            return False
        ask.renewed = True
        return self.auth.refresh()

    def _send(self, ask: Ask) -> tuple[Answer | None, Verdict]:
        if self.bucket is not None and (delay := self.bucket.take()):
            self._sleep(delay)
        headers = dict(ask.headers)
        if ask.authorised and self.auth is not None:
            headers |= self.auth.headers(ask.method, str(ask.url), self._ask_token)
        request = self._http.build_request(ask.method, ask.url, headers=headers, **ask.content)
        try:
            response = self._http.send(request, stream=True, follow_redirects=not ask.authorised)
            try:
                return self._received(ask, response)
            finally:
                response.close()
        except (httpx.TransportError, httpx.DecodingError) as error:
            return None, transient(f"{type(error).__name__}: {error}")
        except httpx.TooManyRedirects as error:
            return None, permanent(f"{error}")

    def _received(self, ask: Ask, response: httpx.Response) -> tuple[Answer, Verdict]:
        """Streams the body to its file."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        path = self.chain.next_file(headers.get("content-type", ""))
        head, size, tail = bytearray(), 0, b""
        with path.open("wb") as file:
            for chunk in response.iter_bytes():
                file.write(chunk)
                size += len(chunk)
                if len(head) < HEAD_BYTES:
                    head += chunk[: HEAD_BYTES - len(head)]
                tail = (tail + chunk[-TAIL_BYTES:])[-TAIL_BYTES:]
        seen = Head(response.status_code, headers, bytes(head), size <= HEAD_BYTES, tail)
        verdict = ask.classify(seen)
        if verdict.kind != "ok":
            path.unlink()
        return Answer(response.status_code, headers, path, f"{self.source}: {ask.shown}"), verdict

    # -- tokens --------------------------------------------------------------------------------------------------

    def _ask_token(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
        ask = Ask("POST", httpx.URL(url), headers, token_verdict, authorised=False, content={"data": dict(form)})
        answer = self._answer(ask)
        document = answer.json()
        answer.body.unlink()  # holds a token
        for name in ("access_token", "refresh_token"):
            if isinstance(document.get(name), str):
                self.secrets.learn(document[name])
        return dict(document)
