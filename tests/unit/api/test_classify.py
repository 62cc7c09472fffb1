"""The company's rules on recorded spend, in the order of the SQL that classifies it later."""

from __future__ import annotations

from typing import Any

import pytest

from outlay.api.classify import classify
from outlay.api.snapshot import Snapshot

BASE = {"vendor_id": "v-unknown", "currency": "EUR"}


@pytest.mark.parametrize(
    ("stated", "channel", "department"),
    [
        ({}, ("unmapped", "unmapped"), ("unmapped", "unmapped")),
        ({"campaign_id": "soc-2", "channel": "SEA"}, ("social", "campaign"), ("D12", "campaign")),
        ({"channel": "SEA"}, ("search", "renamed"), ("unmapped", "unmapped")),
        ({"channel": "sea", "vendor_id": "v-social"}, ("search", "renamed"), ("D12", "rule")),
        ({"channel": "radio"}, ("radio", "given"), ("unmapped", "unmapped")),
        ({"campaign_id": "soc-new"}, ("social", "rule"), ("unmapped", "unmapped")),
        ({"vendor_id": "v-search"}, ("search", "rule"), ("unmapped", "unmapped")),
        ({"account_id": "4655", "vendor_id": "v-social"}, ("unmapped", "unmapped"), ("D11", "account")),
        ({"account_id": "4655", "department_id": "D1"}, ("unmapped", "unmapped"), ("D1", "given")),
    ],
)
def test_the_first_that_knows_decides(
    snapshot: Snapshot, stated: dict[str, Any], channel: tuple[str, str], department: tuple[str, str]
) -> None:
    found = classify(BASE | stated, snapshot.company, snapshot)
    assert (found.channel.value, found.channel.source) == channel
    assert (found.department.value, found.department.source) == department


def test_a_category_is_stated_or_the_accounts_or_the_vendors_usual_one(snapshot: Snapshot) -> None:
    def category(**stated: str) -> tuple[str, str]:
        found = classify(BASE | stated, snapshot.company, snapshot).category
        return (found.value, found.source)

    assert category(spend_category="events", account_id="4655") == ("events", "given")
    assert category(account_id="4655", vendor_id="v-search") == ("agency_fee", "account")
    assert category(vendor_id="v-search") == ("media", "vendor")
    assert category() == ("unmapped", "unmapped")


def test_what_is_not_published_is_told_and_taken_all_the_same(snapshot: Snapshot) -> None:
    notes = classify(BASE | {"currency": "CHF", "contract_id": "k9"}, snapshot.company, snapshot).notes
    assert [note.split()[0] for note in notes] == ["vendor_id", "contract_id", "no"]
    assert "without an exchange rate" in notes[2]
    assert classify(BASE, snapshot.company, None).notes[0].startswith("nothing is published yet")
