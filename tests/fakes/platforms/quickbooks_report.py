"""The General Ledger report: sections within sections, balances brought forward, columns in the order asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json
from tests.fakes.faults import Fault
from tests.fakes.platforms.books import ZERO, Row, figure, grouped, home, is_posted, rows

if TYPE_CHECKING:
    from tests.fakes.data import World

TYPES = {
    "bill": "Bill", "bill_credit": "Vendor Credit", "payment": "Bill Payment (Check)", "expense": "Expense",
    "expense_refund": "Credit Card Credit", "journal": "Journal Entry", "transfer": "Transfer",
    "fx_reval": "Currency Revaluation",
}  # fmt: skip
_TITLES = {"tx_date": "Datum", "txn_type": "Transaktionsart", "debt_amt": "Soll", "credit_amt": "Haben"}
_HOME = ("debt_home_amt", "credit_home_amt", "currency", "exch_rate")


def report(world: World, asked: dict[str, str], currency: str, fault: Fault | None) -> Json:
    """The report as JSON; in place of its last rows a sentence, where it has more cells than an answer holds."""
    first, last = date.fromisoformat(asked["start_date"]), date.fromisoformat(asked["end_date"])
    is_multi = bool(world.switches["quickbooks_multicurrency"])
    columns = [key for key in asked["columns"].split(",") if is_multi or key not in _HOME]
    name = fault.name if fault else ""
    if name == "missing_field":
        columns = [key for key in columns if key not in ("debt_amt", "debt_home_amt")]
    if name == "new_field":
        columns.append("newlyAddedFigure")
    posted = [row for row in rows(world, "ledger_entries") if is_posted(row) and row["posting_date"] <= last]
    sections = _sections(world, posted, first, columns, is_multi)
    _spoil(sections, name)
    if _cells(sections, len(columns)) > world.switches["quickbooks_cell_limit"]:
        text = "Unable to display more data. Please reduce the date range."
        sections = [{"ColData": [{"value": text}], "type": "Data"}]
    return {
        "Header": {
            "ReportName": "GeneralLedger", "ReportBasis": asked.get("accounting_method", "Accrual"),
            "StartPeriod": first.isoformat(), "EndPeriod": last.isoformat(), "Currency": currency,
            "Option": [{"Name": "NoReportData", "Value": "false" if sections else "true"}],
        },
        "Columns": {
            "Column": [
                {"ColTitle": _TITLES.get(key, key), "ColType": key,
                 "MetaData": [{"Name": "ColKey", "Value": key}]}
                for key in columns
            ]
        },
        "Rows": {"Row": sections} if sections else {},
    }  # fmt: skip


def _sections(world: World, posted: list[Row], first: date, columns: list[str], is_multi: bool) -> list[Json]:
    """One section an account, in a section of the parent account where the world has one for it."""
    names = {row["account_id"]: row["name"] for row in rows(world, "accounts")}
    parents: dict[str, str] = world.switches["quickbooks_parents"]
    found: list[Json] = []
    inside: dict[str, Json] = {}
    for account, lines in sorted(grouped(posted, "account_id").items()):
        section = _section(world, account, names.get(account, account), lines, first, columns, is_multi)
        parent = parents.get(account)
        if parent is None:
            found.append(section)
            continue
        if parent not in inside:
            inside[parent] = {
                "type": "Section", "Header": {"ColData": _header(parent, names.get(parent, parent), columns)},
                "Rows": {"Row": []}, "Summary": {"ColData": []},
            }  # fmt: skip
            found.append(inside[parent])
        inside[parent]["Rows"]["Row"].append(section)
        inside[parent]["Summary"]["ColData"] = []  # "Total for ... with sub-accounts" without figures
    return found


def _header(account: str, name: str, columns: list[str]) -> list[Json]:
    return [{"value": name, "id": f"id-{account}"}, *({"value": ""} for _ in columns[1:])]


def _section(
    world: World, account: str, name: str, lines: list[Row], first: date, columns: list[str], is_multi: bool
) -> Json:
    """A balance brought forward, the postings, the total; only the total where there is neither."""
    inner = [row for row in lines if row["posting_date"] >= first]
    before = sum((home(row) for row in lines if row["posting_date"] < first), ZERO)
    data = [{"type": "Data", "ColData": [_cell(world, row, key, is_multi) for key in columns]} for row in inner]
    if before:
        brought = [{"value": "Anfangssaldo"} if key == "tx_date" else {"value": ""} for key in columns]
        data.insert(0, {"type": "Data", "ColData": brought})
    totals = {key: sum((cell(row) or ZERO for row in inner), ZERO) for key, cell in _SIDES.items()}
    summary = [
        {"value": f"Summe {name}"} if key == "tx_date"
        else {"value": figure(totals[key]) if key in totals and inner and _is_filled(key, is_multi) else ""}
        for key in columns
    ]  # fmt: skip
    section: Json = {"type": "Section", "Summary": {"ColData": summary}}
    if data:
        section |= {"Header": {"ColData": _header(account, name, columns)}, "Rows": {"Row": data}}
    return section


def _debit(row: Row) -> Decimal | None:
    return home(row) if home(row) >= 0 else None


def _credit(row: Row) -> Decimal | None:
    return -home(row) if home(row) < 0 else None


_SIDES: dict[str, Callable[[Row], Decimal | None]] = {
    "debt_amt": _debit, "credit_amt": _credit, "debt_home_amt": _debit, "credit_home_amt": _credit,
}  # fmt: skip


def _is_filled(key: str, is_multi: bool) -> bool:
    """In a company with several currencies the plain amounts are in the document's currency: not summed."""
    return not is_multi or key in _HOME


def _cell(world: World, row: Row, key: str, is_multi: bool) -> Json:
    if key == "txn_type":
        kind = row.get("doc_type") or "journal"
        return {"value": TYPES.get(kind, kind.replace("_", " ").title()), "id": row["journal_id"]}
    if key == "vend_name":
        names = {one["vendor_id"]: one["name"] for one in rows(world, "vendors")}
        vendor = row.get("vendor_id")
        return {"value": names.get(vendor, vendor), "id": vendor} if vendor else {"value": ""}
    if key in ("debt_amt", "credit_amt") and is_multi:
        if not world.switches["quickbooks_document_amounts"]:
            return {"value": ""}
        sign = 1 if key == "debt_amt" else -1
        return {"value": figure(sign * row["amount"]) if sign * row["amount"] > 0 else ""}
    if key in _SIDES:
        return {"value": figure(_SIDES[key](row)) or ""}
    plain = {
        "tx_date": row["posting_date"].isoformat(), "doc_num": row.get("doc_id"), "memo": row.get("memo"),
        "klass_name": row.get("department_id"), "dept_name": row.get("channel"), "account_num": row["account_id"],
        "currency": row["currency"], "exch_rate": figure(row.get("fx_rate") or 1),
    }  # fmt: skip
    return {"value": plain.get(key) or ""}


def _rows_of(sections: list[Json]) -> list[list[Json]]:
    """The lists that hold postings."""
    found = []
    for section in sections:
        inner = section.get("Rows", {}).get("Row", [])
        if any(row.get("type") == "Section" for row in inner):
            found += _rows_of(inner)
        elif inner:
            found.append(inner)
    return found


def _cells(sections: list[Json], width: int) -> int:
    return sum(len(inner) for inner in _rows_of(sections)) * width


def _spoil(sections: list[Json], name: str) -> None:
    lists = _rows_of(sections)
    if not lists:
        return
    postings = lists[-1]
    if name == "lost_row":
        postings.pop()
    elif name == "retyped_field":
        for cell in postings[-1]["ColData"]:
            if str(cell["value"]).replace(".", "").isdigit() and "." in str(cell["value"]):
                cell["value"] = float(cell["value"])
