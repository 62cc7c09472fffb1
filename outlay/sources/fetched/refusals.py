"""What a person is told when a platform gives no answer: one line with source, what happened, what to do."""

from __future__ import annotations

from outlay.sources.fetched.classify import Verdict
from outlay.sources.fetched.errors import AccessError, FetchError, QuotaError, SecretError, TooMuchDataError
from outlay.sources.fetched.secrets import Secrets


def refusal(source: str, secrets: Secrets, asked: str, verdict: Verdict) -> Exception:
    """The error for an answer that will not be another by asking again."""
    why = _why(source, secrets, asked, verdict)
    if verdict.kind == "too_much":
        return TooMuchDataError(why)
    if verdict.kind == "unauthorized":
        variables = ", ".join(secrets.variables()) or "its credentials"
        return SecretError(f"{why}. The platform refuses the credential: renew it and set {variables}")
    if verdict.kind == "forbidden":
        return AccessError(
            f"{why}. No such account, or the credential may not read it: check accounts under [sources.{source}] and "
            "the permission on the platform"
        )
    return FetchError(
        f"{why}. Asking again will not help: check [sources.{source}] in company.toml; else the platform has changed "
        "what it answers"
    )


def gave_up(
    source: str, secrets: Secrets, asked: str, verdict: Verdict, attempts: int, seconds_left: float
) -> FetchError:
    """The error for a throttle or a passing failure that outlasts the time there is."""
    why = _why(source, secrets, asked, verdict)
    if verdict.kind == "throttled":
        after = "in an hour" if verdict.wait is None else f"after {verdict.wait:.0f} s"
        return QuotaError(
            f"{why}. The quota is used up and the run may wait {seconds_left:.0f} s more: retry {after}", verdict.wait
        )
    times = "once" if attempts == 1 else f"{attempts} times"
    return FetchError(f"{why}. Asked {times} in vain; run again later")


def _why(source: str, secrets: Secrets, asked: str, verdict: Verdict) -> str:
    return secrets.scrub(" ".join(f"{source}: {asked}: {verdict.why}".split())).rstrip(".")
