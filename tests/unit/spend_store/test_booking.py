"""Booked once, told the same for ever, all or nothing, never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from outlay.spend_store import Booking, KeyReusedError, Ledger, Order, RefusedError, SpendRecord, SpendStore, migrate
from outlay.spend_store.audit import verify_chain
from outlay.spend_store.queries import Wanted, family, find, listed, recorded_on_contract
from outlay.spend_store.sessions import DUPLICATE, connect
from outlay.spend_store.writer import Plain, Transaction

AT = "2026-03-14T09:00:00.000000+00:00"


def record(spend_id: str, amount: int = 1250, **more: object) -> SpendRecord:
    given: dict[str, object] = dict.fromkeys(SpendRecord._fields)
    given |= {
        "spend_id": spend_id,
        "kind": "expenditure",
        "client": "c",
        "submitted_at": AT,
        "spend_date": "2026-03-14",
    }
    given |= {"amount_minor": amount, "currency": "EUR", "net_or_gross": "net", "correlation_id": spend_id}
    given |= dict.fromkeys(("department_source", "channel_source", "category_source"), "given")
    return SpendRecord(**(given | more))  # type: ignore[arg-type]


def order(key: str, request: str = '{"amount":1250}', client: str = "c", operation: str = "spend.create") -> Order:
    return Order(client, "k1", operation, key, request, AT, "0" * 64)


def booking(*records: SpendRecord) -> object:
    return lambda ledger: Booking(records, 201, records[0].spend_id.encode())


def test_a_key_books_once_and_is_answered_the_same(store: SpendStore) -> None:
    first = store.book_now(order("a"), booking(record("s1")))
    again = store.book_now(order("a"), booking(record("s2")))
    assert (first.body, first.replayed, again.body, again.replayed) == (b"s1", False, b"s1", True)
    assert store.read_now(lambda session: find(session, "s2")) is None


def test_another_request_under_the_key_is_refused_by_its_first_difference(store: SpendStore) -> None:
    store.book_now(order("a", '{"amount":1250,"records":[{"vendor_id":"v"},{"vendor_id":"w"}]}'), booking(record("s1")))
    for request, field in (
        ('{"amount":1251,"records":[{"vendor_id":"v"},{"vendor_id":"w"}]}', "amount"),
        ('{"amount":1250,"records":[{"vendor_id":"v"},{"vendor_id":"x"}]}', "records.1.vendor_id"),
        ('{"amount":1250,"records":[{"vendor_id":"v"}]}', "records.1"),
        ('{"amount":1250}', "records"),
    ):
        with pytest.raises(KeyReusedError) as refused:
            store.book_now(order("a", request), booking(record("s2")))
        assert refused.value.field == field


def test_keys_are_those_of_a_client_and_an_operation(store: SpendStore) -> None:
    for number, (client, operation) in enumerate([("c", "x"), ("d", "x"), ("c", "y")]):
        answer = store.book_now(order("same", client=client, operation=operation), booking(record(f"s{number}")))
        assert not answer.replayed


def test_many_at_once_are_booked_in_order_and_each_once(store: SpendStore) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: store.book_now(order(f"k{n % 50}"), booking(record(f"s{n}"))), range(400)))
    assert sum(not answer.replayed for answer in answers) == 50
    assert len(store.read_now(lambda session: listed(session, Wanted(limit=500)))) == 50
    entries, problem = store.read_now(verify_chain)
    assert (entries, problem) == (50, None)


def test_a_job_that_fails_takes_nobody_with_it(store: SpendStore) -> None:
    def broken(ledger: Ledger) -> Booking:
        raise ZeroDivisionError

    def refusing(ledger: Ledger) -> Booking:
        raise RefusedError("no")

    def doubled(ledger: Ledger) -> Booking:
        return Booking((record("fresh"), record("s0")), 201, b"")

    store.book_now(order("first"), booking(record("s0")))
    jobs = [booking(record("s1")), broken, refusing, doubled, booking(record("s2"))]
    with ThreadPoolExecutor(5) as pool:
        futures = [pool.submit(store.book_now, order(f"k{n}"), job) for n, job in enumerate(jobs)]
    errors = [type(future.exception()) for future in futures]
    assert errors[0] is errors[4] is type(None)
    assert (errors[1], errors[2]) == (ZeroDivisionError, RefusedError)
    assert issubclass(errors[3], DUPLICATE)
    ids = {one.record.spend_id for one in store.read_now(lambda session: listed(session, Wanted()))}
    assert ids == {"s0", "s1", "s2"}
    # A refused call has used no key.
    assert not store.book_now(order("k2"), booking(record("s3"))).replayed


@pytest.mark.parametrize("table", ["spend_records", "idempotency_keys", "audit_entries"])
@pytest.mark.parametrize("change", ["update {} set {} = {}", "delete from {}"])
def test_rows_never_change(store: SpendStore, url: str, table: str, change: str) -> None:
    store.book_now(order("a"), booking(record("s1")))
    column = "client"
    session = connect(url)
    with pytest.raises(Exception, match="never change"):
        session.execute(change.format(table, column, column))
    session.close()


def test_a_changed_audit_row_breaks_the_chain(store: SpendStore, url: str) -> None:
    for number in range(3):
        store.book_now(order(f"k{number}"), booking(record(f"s{number}")))
    session = connect(url)
    off = (
        "drop trigger audit_entries_no_update"
        if url.startswith("sqlite")
        else "alter table audit_entries disable trigger all"
    )
    session.execute(off)
    session.execute("update audit_entries set subject = 'other' where sequence = 2")
    assert verify_chain(session) == (1, "audit row 2 is not what was written")
    session.close()


def test_a_record_is_reversed_once(store: SpendStore) -> None:
    store.book_now(order("a"), booking(record("s1", contract_id="k1")))
    opposite = {"kind": "reversal", "corrects_spend_id": "s1", "correlation_id": "s1", "contract_id": "k1"}
    assert store.read_now(lambda session: recorded_on_contract(session, "k1")) == [("s1", "EUR", 1250)]
    store.book_now(order("b"), booking(record("r1", -1250, **opposite)))
    with pytest.raises(DUPLICATE):
        store.book_now(order("c"), booking(record("r2", -1250, **opposite)))
    stored = store.read_now(lambda session: find(session, "s1"))
    assert stored is not None
    assert (stored.state, stored.reversed_by) == ("voided", "r1")
    assert [one.record.spend_id for one in store.read_now(lambda session: family(session, "s1"))] == ["r1", "s1"]
    assert store.read_now(lambda session: recorded_on_contract(session, "k1")) == []
    assert [
        one.record.spend_id for one in store.read_now(lambda session: listed(session, Wanted(state="posted")))
    ] == []


def test_what_is_not_committed_is_nowhere(url: str) -> None:
    store = SpendStore(url)

    def run(transaction: Transaction) -> None:
        transaction.write(order("a"), [record("s1")], 201, b"")
        transaction.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.writer.submit(Plain(run)).result()
    store.close()
    session = connect(url)
    assert session.execute("select count(*) from spend_records") == [(0,)]
    session.close()
    assert migrate(url) == "0001"


def test_a_lost_connection_is_opened_again(url: str) -> None:
    store = SpendStore(url)
    session = store.writer._session
    assert session is not None
    session.close()
    with pytest.raises(Exception, match=r"did not answer|closed"):
        store.book_now(order("a"), booking(record("s1")))
    assert not store.book_now(order("a"), booking(record("s1"))).replayed
    store.close()
