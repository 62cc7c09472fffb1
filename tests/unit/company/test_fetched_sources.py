"""`[sources.<name>]` of a kind that is fetched: what may be stated, and that a secret is never shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outlay.company import Company, CompanyError, read_company
from outlay.sources import open_fetched, open_source

SOURCE = """
[company]
name = "Nordlys"
currency = "EUR"

[sources.ads]
kind = "google_ads"
entity = "platform_spend"
accounts = "412-884-9021"
start = 2026-01-01
base_url = "http://127.0.0.1:8123/google_ads/"
credentials = { developer_token = "T", client_id = "I", client_secret = "S", refresh_token = "R" }
options = { login_customer_id = "1234567890" }
"""


def company(folder: Path, text: str) -> Company:
    (folder / "company.toml").write_text(text, encoding="utf-8")
    return read_company(folder)


def test_what_is_stated_is_read(tmp_path: Path) -> None:
    section = company(tmp_path, SOURCE).sources["ads"]
    assert section.credentials["developer_token"] == "T"
    assert section.base_url == "http://127.0.0.1:8123/google_ads"
    assert str(section.start) == "2026-01-01"
    assert section.restatement_days is None
    assert section.options == {"login_customer_id": "1234567890"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"T"', '"ya29.s3cret-value"', "credentials.developer_token: state the NAME of an environment variable"),
        ('"http://127', '"http://me:s3cret@127', "sources.ads.base_url: expected an address"),
        ('kind = "google_ads"', 'kind = "google_ad"', None),
    ],
)
def test_a_mistake_never_shows_a_secret(tmp_path: Path, old: str, new: str, told: str | None) -> None:
    def opened() -> None:
        described = company(tmp_path, SOURCE.replace(old, new))
        open_source(described.sources["ads"], described, tmp_path)

    with pytest.raises(CompanyError) as error:
        opened()
    assert "s3cret" not in str(error.value)
    assert (told or "no source of kind 'google_ad'; expected files or one of ecb, google_ads") in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('entity = "platform_spend"', 'entity = "vendors"', "google_ads does not deliver vendors; expected"),
        ('developer_token = "T", ', "", "credentials.developer_token: missing; state the name of"),
        ("client_id =", "client_ids =", "credentials.client_ids: unknown key; did you mean client_id?"),
        ("login_customer_id =", "login_id =", "options.login_id: unknown key"),
        ("start = 2026-01-01\n", "", "sources.ads.start: missing; state the first day to fetch"),
    ],
)  # fmt: skip
def test_what_the_kind_does_not_know_or_lacks_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    described = company(tmp_path, SOURCE.replace(old, new))
    source = open_fetched(described.sources["ads"], described, tmp_path / "landing")
    with pytest.raises(CompanyError) as error:
        source.refresh(date(2026, 1, 1))
    assert told in str(error.value)
    assert "company.toml" in str(error.value)
