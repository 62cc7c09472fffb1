"""Answers of every connector with as many rows as asked for, in pages as large as it gets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.bench import ad_answers
from tests.bench.ad_answers import DAYS, FIRST, Pages, as_json, cut, zipped

_DEPARTMENTS = ("Brand", "Performance", "Partnerships", "Events")


def _postings(rows: int) -> Iterator[tuple[int, int, date, str]]:
    """Journal, line, day and amount: two lines a journal, in balance."""
    random = Random(7)
    for journal in range(rows // 2):
        day, cents = FIRST + timedelta(days=journal % DAYS), random.randrange(1, 10**6)
        for line, sign in enumerate(("", "-"), 1):
            yield journal, line, day, f"{sign}{cents // 100}.{cents % 100:02d}"


def _netsuite(rows: int) -> Pages:
    found = (
        {
            "links": [],
            "entry_id": f"{journal}-{line}",
            "journal_id": str(journal),
            "posting_date": day.isoformat(),
            "account_id": str(4600 + journal % 40),
            "amount": amount.replace("0.", ".") if amount.startswith(("0.", "-0.")) else amount,
            "currency": "EUR",
            "amount_home": amount,
            "fx_rate": "1",
            "department_id": str(journal % 4),
            "vendor_id": str(journal % 90),
            "doc_type": "VendBill",
            "doc_id": f"GGL-{journal}",
            "memo": f"Bill {journal}",
        }
        for journal, line, day, amount in _postings(rows)
    )
    for page in cut(found, 1000):
        yield "rows", ".json", as_json({"links": [], "count": len(page), "hasMore": True, "items": page, "offset": 0})


def _quickbooks(rows: int) -> Pages:
    """Reports below the limit of cells, one after the other, of sixty accounts each."""
    columns = (
        "tx_date", "txn_type", "doc_num", "vend_name", "memo", "klass_name", "dept_name", "account_num", "debt_amt",
        "credit_amt",
    )  # fmt: skip
    head = {"Column": [{"ColTitle": key, "MetaData": [{"Name": "ColKey", "Value": key}]} for key in columns]}
    for page in cut(_postings(rows), 30_000):
        sections = []
        for account in range(60):
            data = [{"type": "Data", "ColData": _cells(one, account)} for one in page if one[0] % 60 == account]
            title = [{"value": f"Account {account}", "id": f"id-{account}"}]
            sections.append({"type": "Section", "Header": {"ColData": title}, "Rows": {"Row": data}})
        yield "rows", ".json", as_json({"Header": {"Currency": "EUR"}, "Columns": head, "Rows": {"Row": sections}})


def _cells(posting: tuple[int, int, date, str], account: int) -> list[dict[str, str]]:
    journal, _, day, amount = posting
    sides = ("", amount[1:]) if amount.startswith("-") else (amount, "")
    return [
        {"value": day.isoformat()}, {"value": "Bill", "id": str(journal)}, {"value": f"GGL-{journal}"},
        {"value": "Google Ireland", "id": str(journal % 90)}, {"value": f"Bill {journal}"},
        {"value": _DEPARTMENTS[journal % 4], "id": str(journal % 4)}, {"value": ""}, {"value": str(4600 + account)},
        {"value": sides[0]}, {"value": sides[1]},
    ]  # fmt: skip


def _xero(rows: int) -> Pages:
    """Journals of two lines."""
    found: list[dict[str, Any]] = []
    for journal, line, day, amount in _postings(rows):
        if line == 1:
            moment = f"/Date({(day - date(1970, 1, 1)).days * 86_400_000}+0000)/"
            found.append(
                {"JournalID": f"j{journal}", "JournalDate": moment, "JournalNumber": journal, "CreatedDateUTC": moment,
                 "Reference": "", "SourceID": f"s{journal}", "SourceType": "ACCPAY", "JournalLines": []}
            )  # fmt: skip
        found[-1]["JournalLines"].append(
            {
                "JournalLineID": f"j{journal}-{line}", "AccountID": f"a{journal % 40}", "AccountName": "Advertising",
                "AccountCode": str(4600 + journal % 40), "AccountType": "EXPENSE", "Description": f"Bill {journal}",
                "NetAmount": float(amount), "GrossAmount": float(amount), "TaxAmount": 0.0, "TaxType": "INPUT",
                "TaxName": "19 %",
                "TrackingCategories": [{"Name": "Department", "Option": _DEPARTMENTS[journal % 4]}],
            }
        )  # fmt: skip
    for page in cut(iter(found), 100):
        yield "rows", ".json", as_json({"Id": "bench", "Status": "OK", "Journals": page})


def _shopify(rows: int) -> Pages:
    random = Random(7)
    for page in cut((_order(random, number) for number in range(rows)), 50):
        orders = {"nodes": page, "pageInfo": {"hasNextPage": True, "endCursor": "x"}}
        yield (
            "rows",
            ".json",
            as_json({"data": {"orders": orders}, "extensions": {"cost": {"requestedQueryCost": 402}}}),
        )


def _order(random: Random, number: int) -> dict[str, Any]:
    total = f"{random.randrange(1, 10**5) / 100:.2f}"
    money = {whose: {"amount": total, "currencyCode": "EUR"} for whose in ("shopMoney", "presentmentMoney")}
    moment = f"{FIRST + timedelta(days=number % DAYS)}T{number % 24:02d}:{number % 60:02d}:{number % 59:02d}Z"
    return {
        "id": f"gid://shopify/Order/{number}", "name": f"#{number}", "processedAt": moment, "updatedAt": moment,
        "test": False, "displayFinancialStatus": "PAID",
        "customer": {"id": f"gid://shopify/Customer/{number % 9000}"},
        "customerJourneySummary": {"customerOrderIndex": 1 + number % 3},
        "customAttributes": [{"key": "visitor_id", "value": f"v-{number}"}],
        "totalPriceSet": money, "totalTaxSet": money,
    }  # fmt: skip


def _ecb(rows: int) -> Pages:
    random = Random(7)
    codes = "USD JPY BGN CZK DKK GBP HUF PLN RON SEK CHF ISK NOK TRY AUD BRL CAD CNY HKD IDR ILS INR KRW MXN MYR NZD "
    currencies = (codes + "PHP SGD THB ZAR").split()
    lines = [",".join(["Date", *currencies, "HRK", ""])]
    for number in range(rows // len(currencies)):
        rates = (f"{random.randrange(1, 10**6) / 10**4}" for _ in currencies)
        lines.append(",".join([str(FIRST - timedelta(days=number)), *rates, "N/A", ""]))
    yield "history", ".zip", zipped("eurofxref-hist.csv", "\n".join(lines) + "\n")


def _sql(rows: int) -> Pages:
    columns = (
        ("entry_id", "text", "varchar"), ("journal_id", "integer", "int8"), ("posting_date", "date", "date"),
        ("account_id", "text", "varchar"), ("amount", "decimal", "numeric"), ("currency", "text", "bpchar"),
        ("department_id", "integer", "int8"), ("vendor_id", "integer", "int8"), ("doc_type", "text", "varchar"),
        ("doc_id", "text", "varchar"), ("memo", "text", "varchar"), ("source_updated_at", "aware", "timestamptz"),
    )  # fmt: skip
    lines = [json.dumps({"columns": columns})]
    for journal, line, day, amount in _postings(rows):
        changed = f"{day}T10:{journal % 60:02d}:00+00:00"
        row = [f"{journal}-{line}", journal, day.isoformat(), str(4600 + journal % 40), amount, "EUR", journal % 4,
               journal % 90, "bill", f"GGL-{journal}", f"Bill {journal}", changed]  # fmt: skip
        lines.append(json.dumps(row, separators=(",", ":")))
    yield "rows", ".jsonl", ("\n".join(lines) + "\n").encode()


ANSWERS: dict[str, Callable[[int], Pages]] = {
    "google_ads": ad_answers.google,
    "meta_ads": ad_answers.meta,
    "linkedin_ads": ad_answers.linkedin,
    "tiktok_ads": ad_answers.tiktok,
    "microsoft_ads": ad_answers.microsoft,
    "netsuite": _netsuite,
    "quickbooks": _quickbooks,
    "xero": _xero,
    "shopify": _shopify,
    "ecb": _ecb,
    "sql": _sql,
}
