"""The ledgers' and the shop's entries of the kit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tests.fakes.data import Row, World
from tests.fakes.platforms.books import home
from tests.fakes.platforms.quickbooks_report import TYPES
from tests.fakes.small_books import ACCOUNTS, small_books
from tests.unit.sources.conformance.kit import Case

NO_RENEWAL = ("throttle", "server_error", "cut_stream", "html_error_page")
CREDENTIALS = {
    "netsuite": ("consumer_key", "consumer_secret", "token_id", "token_secret"),
    "quickbooks": ("client_id", "client_secret", "refresh_token"),
    "xero": ("client_id", "client_secret", "refresh_token"),
    "shopify": ("access_token",),
}


def case(kind: str, entity: str, value: str, **more: object) -> Case:
    """An entity of a ledger or shop. The token of two of them is not renewed: it is refused or it holds."""
    renewed = {} if kind in ("quickbooks", "xero") else {"transient": NO_RENEWAL}
    return Case(
        kind,
        entity,
        (ACCOUNTS[kind],),
        value,
        credentials=CREDENTIALS[kind],
        world=small_books,
        **{**renewed, **more},  # type: ignore[arg-type]
    )


def change_lines(world: World) -> None:
    """The bill of 30 January was 10.00 less, before tax; the journal stays in balance."""
    for row in world.tables["ledger_entries"]:
        if row["entry_id"] in ("J1-1", "J1-3"):
            change = Decimal("-10.00") if row["entry_id"] == "J1-1" else Decimal("10.00")
            row["amount"], row["amount_home"] = row["amount"] + change, row["amount_home"] + change


def empty_day(world: World) -> None:
    """Both documents of 1 February are gone."""
    rows = world.tables["ledger_entries"]
    rows[:] = [row for row in rows if row["journal_id"] not in ("J3", "J4")]


def reverse_bill(world: World) -> None:
    """An edit in Xero: the bill's journal is reversed and posted anew, both dated as the bill."""
    rows = world.tables["ledger_entries"]
    old = [row for row in rows if row["journal_id"] == "J1"]
    for journal, sign in (("J7", -1), ("J8", 1)):
        for number, row in enumerate(old, 1):
            amount = sign * row["amount"]
            rows.append(
                row | {"entry_id": f"{journal}-{number}", "journal_id": journal, "amount": amount,
                       "amount_home": amount}
            )  # fmt: skip


def _quickbooks_ledger(world: World) -> Iterator[Row]:
    """Lines by transaction and account, in home currency."""
    for row in world.tables["ledger_entries"]:
        kind = TYPES[row["doc_type"]].lower().replace(" ", "_")
        yield row | {"entry_id": f"{kind}-{row['journal_id']}-{row['account_id']}-1", "amount": home(row)}


def _quickbooks_bills(world: World) -> Iterator[Row]:
    """A voided bill keeps its record with amounts of zero."""
    for row in world.tables["vendor_invoices"]:
        kind = "VendorCredit" if row["net_amount"] < 0 else "Bill"
        net = Decimal(0) if row["status"] == "voided" else row["net_amount"]
        yield row | {"invoice_id": f"{kind}-{row['invoice_id']}", "net_amount": net}


def _quickbooks_lines(world: World) -> Iterator[Row]:
    names = [row["invoice_id"] for row in world.tables["vendor_invoices"]]
    ids = dict(zip(names, _quickbooks_bills(world), strict=True))
    for row in world.tables["vendor_invoice_lines"]:
        bill = ids[row["invoice_id"]]
        yield row | {
            "invoice_id": bill["invoice_id"],
            "net_amount": row["net_amount"] if bill["net_amount"] else Decimal(0),
        }


def _in_home_currency(world: World) -> Iterator[Row]:
    for row in world.tables["ledger_entries"]:
        yield row | {"amount": home(row)}


BOOKS_CASES = [
    case("netsuite", "ledger_entries", "amount", restate=change_lines, empty=empty_day),
    case("netsuite", "accounts", "name", drift=("new_field", "missing_field", "retyped_field")),
    case("netsuite", "vendors", "name"),
    case(
        "quickbooks", "ledger_entries", "amount", expected=_quickbooks_ledger, step="report", restate=change_lines,
        empty=empty_day, small_pages={"quickbooks_cell_limit": 90},
    ),
    case("quickbooks", "vendor_invoices", "net_amount", expected=_quickbooks_bills),
    case("quickbooks", "vendor_invoice_lines", "net_amount", expected=_quickbooks_lines, drift=()),
    case("quickbooks", "accounts", "name"),
    case("quickbooks", "vendors", "name"),
    case(
        "xero", "ledger_entries", "amount", expected=_in_home_currency, restate=reverse_bill,
        small_pages={"xero_journal_page": 2, "xero_page_size": 1},
    ),
    case("xero", "vendor_invoices", "net_amount", small_pages={"xero_page_size": 1}),
    case("xero", "vendor_invoice_lines", "net_amount", small_pages={"xero_page_size": 1}, drift=()),
    case("xero", "accounts", "name"),
    case("xero", "vendors", "name", small_pages={"xero_page_size": 1}),
    case("shopify", "conversions", "revenue", options={"page_size": 2}, small_pages={"shopify_most_points": 12}),
    case("shopify", "refunds", "amount", options={"page_size": 1}, small_pages={"shopify_most_points": 12}),
]  # fmt: skip
