"""What a run says to people elsewhere: which gate failed on which rows, which budgets need a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from orchestration.context import settings
from outlay.company import Company
from outlay.settings import DataFolder
from outlay.status import last_verdicts, read_status
from outlay.story import alerts

TIMEOUT_SECONDS = 10.0
ROWS_TOLD = 3


def failure_message(name: str, what: str, failures: list[str], data: DataFolder) -> str:
    """A failed run in words: what failed, the checks with their rows, and what is still served."""
    lines = [f"outlay: {name}, {what}: not published", *failures[:3]]
    for verdict in last_verdicts(data):
        if verdict["verdict"] in ("failed", "error"):
            lines.append(f"{verdict['subject']}: {verdict['check_name']}: {verdict['observed']}")
            lines += [f"    {_row(row)}" for row in verdict.get("failing_rows", [])[:ROWS_TOLD]]
    version = read_status(data)["published"]["version"]
    lines.append(f"readers keep version {version}" if version else "nothing is published yet")
    return "\n".join(dict.fromkeys(lines))


def tell_alerts(of: Company, data: DataFolder) -> str | None:
    """Tells the webhook which budgets need a person since the last known day; returns why it could not be told."""
    published = read_status(data)["published"]
    if settings().webhook_url is None or not published["version"]:
        return None
    as_of = date.fromisoformat(published["as_of"])
    told = alerts(Path(published["database"]), as_of=as_of, currency=of.company.currency, only_new=True)
    if not told:
        return None
    return tell_webhook("\n".join([f"outlay: {of.company.name}, {as_of}: budgets that need a person", *told]))


def tell_webhook(message: str) -> str | None:
    """Posts `{"text": message}`, as Slack and those like it take it, if OUTLAY_WEBHOOK_URL is set.

    Returns why it could not be told, without the address, which is a secret; a run never fails of it.
    """
    if settings().webhook_url is None:
        return None
    import httpx

    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=2), timeout=TIMEOUT_SECONDS) as client:
            answer = client.post(settings().webhook_url.get_secret_value(), json={"text": message})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"the webhook could not be told: {type(error).__name__}"
    return None if answer.is_success else f"the webhook could not be told: it answers {answer.status_code}"


def _row(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
