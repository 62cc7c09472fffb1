"""To which channel, department and category an expenditure belongs, by the company's rules.

The order is that of the SQL that classifies recorded spend (`int_postings_classified`): the campaign's own, then a
rule that renames the caller's word, then the word itself, the account's, any other rule. The category, about which the
SQL has no rules, is the caller's, the account's, or the one that the vendor's published spend has throughout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from outlay.api.snapshot import Snapshot
from outlay.company import Company, MatchRule

UNMAPPED = "unmapped"
# All that an answer depends on.
_DECIDING = (
    *("vendor_id", "campaign_id", "account_id", "department_id", "channel", "spend_category", "contract_id"),
    "currency",
)
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Verdict:
    """A value and what said so: given, campaign, renamed, account, rule, vendor or unmapped."""

    value: str
    source: str


@dataclass(frozen=True)
class Classified:
    """The three answers, and what the published tables do not know of the expenditure."""

    channel: Verdict
    department: Verdict
    category: Verdict
    notes: tuple[str, ...]


def classify(stated: Mapping[str, Any], company: Company, snapshot: Snapshot | None) -> Classified:
    """`stated` has the fields of a NewSpend; those it leaves out are absent or None."""
    if snapshot is None:
        return _classified(stated, company, None)
    asked = tuple(stated.get(name) for name in _DECIDING)
    found: Classified | None = snapshot.classified.get(asked)
    if found is None:
        if len(snapshot.classified) >= _REMEMBERED:
            snapshot.classified.clear()
        found = snapshot.classified[asked] = _classified(stated, company, snapshot)
    return found


def _classified(stated: Mapping[str, Any], company: Company, snapshot: Snapshot | None) -> Classified:
    campaign = snapshot.campaigns.get(stated.get("campaign_id") or "") if snapshot else None
    vendor = snapshot.vendors.get(stated["vendor_id"]) if snapshot else None
    subject = {
        "platforms": [campaign["platform"]] if campaign else [],
        "campaigns": [stated["campaign_id"]] if stated.get("campaign_id") else [],
        "accounts": [stated["account_id"]] if stated.get("account_id") else [],
        "vendors": [stated["vendor_id"], *([vendor["name"]] if vendor else [])],
    }
    channel = _first(
        (_known(campaign, "channel"), "campaign"),
        *_by_rules(company.channels, subject, stated.get("channel"), _of_account(company, stated, "channel")),
    )
    department = _first(
        (_known(campaign, "department_id"), "campaign"),
        *_by_rules(
            company.departments, subject, stated.get("department_id"), _of_account(company, stated, "department")
        ),
    )
    category = _first(
        (stated.get("spend_category"), "given"),
        (_of_account(company, stated, "spend_category"), "account"),
        (snapshot.vendor_categories.get(stated["vendor_id"]) if snapshot else None, "vendor"),
    )
    return Classified(channel, department, category, tuple(_notes(stated, snapshot)))


def _first(*candidates: tuple[str | None, str]) -> Verdict:
    return next((Verdict(value, source) for value, source in candidates if value), Verdict(UNMAPPED, UNMAPPED))


def _known(campaign: Mapping[str, Any] | None, column: str) -> str | None:
    value = campaign[column] if campaign else None
    return None if value == UNMAPPED else value


def _by_rules(
    rules: Mapping[str, Sequence[MatchRule]],
    subject: Mapping[str, Sequence[str]],
    label: str | None,
    of_account: str | None,
) -> list[tuple[str | None, str]]:
    asked = {**subject, "labels": [label] if label else []}
    return [
        (_ruled(rules, asked, lambda rule: bool(rule.labels)), "renamed"),
        (label, "given"),
        (of_account, "account"),
        (_ruled(rules, asked, lambda rule: not rule.labels), "rule"),
    ]


def _ruled(
    rules: Mapping[str, Sequence[MatchRule]], asked: Mapping[str, Sequence[str]], is_meant: Callable[[MatchRule], bool]
) -> str | None:
    """The first value of which a rule matches; a rule that states nothing matches nothing."""
    for value, alternatives in rules.items():
        if any(is_meant(rule) and _matches(rule, asked) for rule in alternatives):
            return value
    return None


def _matches(rule: MatchRule, asked: Mapping[str, Sequence[str]]) -> bool:
    stated = {name: patterns for name in asked if (patterns := getattr(rule, name))}
    return bool(stated) and all(
        any(_pattern(pattern).fullmatch(value.lower()) for pattern in patterns for value in asked[name])
        for name, patterns in stated.items()
    )


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    """`*` stands for any text, everything else for itself, whatever its case."""
    return re.compile(".*".join(re.escape(part) for part in pattern.lower().split("*")), re.DOTALL)


def _of_account(company: Company, stated: Mapping[str, Any], field: str) -> str | None:
    account = stated.get("account_id")
    if not account:
        return None
    for pattern, rule in company.accounts.items():
        value: str | None = getattr(rule, field)
        if value and _pattern(pattern).fullmatch(account.lower()):
            return value
    return None


def _notes(stated: Mapping[str, Any], snapshot: Snapshot | None) -> list[str]:
    if snapshot is None:
        return ["nothing is published yet: vendor, campaign, department and contract are taken as they are stated"]
    known: dict[str, Container[str]] = {
        "vendor_id": snapshot.vendors,
        "campaign_id": snapshot.campaigns,
        "department_id": snapshot.department_names,
        "contract_id": snapshot.contracts,
    }
    notes = [
        f"{field} {stated[field]} is not in the published tables; it counts under that name all the same"
        for field, names in known.items()
        if stated.get(field) and stated[field] not in names
    ]
    if stated["currency"] not in snapshot.currencies:
        notes.append(
            f"no published amount is in {stated['currency']}: without an exchange rate of the spend date the next run "
            "stops and names this record"
        )
    return notes
