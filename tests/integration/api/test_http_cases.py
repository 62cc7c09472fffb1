"""What must hold from outside: every case books exactly what it should, and says why when it does not."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from outlay.client import ApiError, FinanceClient
from tests.support.api_server import SPEND, ApiServer

PROBLEM = "application/problem+json"


def post(api: httpx.Client, body: object, key: str, path: str = "/spend") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.post(path, content=content, headers={"Idempotency-Key": key, "Content-Type": "application/json"})


def count(api: httpx.Client) -> int:
    found: int = api.get("/status").json()["recorded_spend"]
    return found


def test_the_same_key_and_body_are_answered_the_same_and_booked_once(api: httpx.Client) -> None:
    before = count(api)
    first = post(api, SPEND, "twice")
    again = post(api, {**SPEND, "amount": 12.5}, "twice")  # the same amount in another spelling

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert count(api) == before + 1


def test_the_same_key_with_another_body_is_refused_and_names_the_field(api: httpx.Client) -> None:
    post(api, SPEND, "other")
    before = count(api)
    refused = post(api, {**SPEND, "amount": "12.51"}, "other")

    assert refused.status_code == 422
    assert refused.headers["content-type"] == PROBLEM
    assert refused.json()["errors"][0]["field"] == "amount"
    assert count(api) == before


def test_fifty_at_once_under_one_key_book_one_row(server: ApiServer, api: httpx.Client, key: str) -> None:
    before = count(api)
    with ThreadPoolExecutor(50) as pool, server.client(key, limits=httpx.Limits(max_connections=50)) as client:
        answers = list(pool.map(lambda _: post(client, SPEND, "fifty"), range(50)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert count(api) == before + 1


@pytest.mark.parametrize("text", ["", "k" * 256, "with space", "with\ttab", "ü"])
def test_a_key_that_is_none_is_refused(api: httpx.Client, text: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"idempotency-key", text.encode("latin-1"))]
    answer = api.post("/spend", content=json.dumps(SPEND).encode(), headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM


def test_a_key_with_control_characters_or_without_one_is_refused(
    server: ApiServer, api: httpx.Client, key: str
) -> None:
    assert api.post("/spend", json=SPEND).status_code == 400
    body = json.dumps(SPEND).encode()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            b"POST /api/v1/integrations/finance/spend HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.encode()
            + b"\r\nContent-Type: application/json\r\nIdempotency-Key: a\x01b\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )  # fmt: skip
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 400")
    assert PROBLEM.encode() in answer


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps(SPEND).replace('"12.50"', "NaN").encode(), 400),
        (json.dumps(SPEND).replace('"12.50"', "Infinity").encode(), 400),
        (json.dumps(SPEND).replace('"12.50"', "-Infinity").encode(), 400),
        (json.dumps(SPEND).replace('"12.50"', "1e308").encode(), 422),
        ({**SPEND, "amount": "NaN"}, 422),
        ({**SPEND, "amount": "1e308"}, 422),
        ({**SPEND, "amount": "-12.50"}, 422),
        ({**SPEND, "amount": -12.5}, 422),
        ({**SPEND, "amount": "0.00"}, 422),
        ({**SPEND, "amount": "12.505"}, 422),
        ({**SPEND, "amount": "1.234,56"}, 422),
        ({**SPEND, "amount": True}, 422),
        ({**SPEND, "amount": "10.5", "currency": "JPY"}, 422),
        ({**SPEND, "currency": "XYZ"}, 422),
        ({**SPEND, "surprise": 1}, 422),
        ({**SPEND, "spend_date": "2026-02-29"}, 422),
        ({**SPEND, "spend_date": "2026-3-1"}, 422),
        ({**SPEND, "spend_date": "1999-01-01"}, 422),
        ({**SPEND, "spend_date": 20260301}, 422),
        ({**SPEND, "service_start": "2026-03-14", "service_end": "2026-03-13"}, 422),
        ({**SPEND, "net_or_gross": "gross", "tax_amount": "12.50"}, 422),
        ({**SPEND, "description": "a\u0000b"}, 422),
        (b'{"amount": "1", "amount": "2"}', 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b'{"vendor_id": "\\ud800"}', 422),
        (b"", 400),
        ([SPEND], 422),
        (json.dumps({name: value for name, value in SPEND.items() if name != "vendor_id"}).encode(), 422),
    ],
)
def test_what_is_no_record_books_nothing(api: httpx.Client, body: object, status: int) -> None:
    before = count(api)
    answer = post(api, body, "never-stored")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert count(api) == before


def test_a_body_of_ten_megabytes_is_too_large_however_it_is_sent(api: httpx.Client) -> None:
    body = json.dumps({**SPEND, "description": "x" * 10_000_000}).encode()
    for path in ("/spend", "/spend-batches"):
        announced = post(api, body, "large", path)
        assert (announced.status_code, announced.headers["content-type"]) == (413, PROBLEM)

    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    headers = {"Idempotency-Key": "large", "Content-Type": "application/json"}
    streamed = api.post("/spend", content=pieces, headers=headers)
    assert (streamed.status_code, streamed.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"]
)
def test_another_content_type_is_refused(api: httpx.Client, kind: str) -> None:
    headers = {"Idempotency-Key": "kind", "Content-Type": kind}
    assert api.post("/spend", content=json.dumps(SPEND).encode(), headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("period", "status"),
    [
        ("2026-13", 400),
        ("2026-00", 400),
        ("٢٠٢٦", 400),
        ("%2e%2e", 400),
        ("..%2f..%2fetc%2fpasswd", 404),
        ("%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404),
        ("2026-Q5", 400),
        ("2026-P14", 400),
        ("1999", 404),
        ("2026-03%00", 400),
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(server: ApiServer, key: str, period: str, status: int) -> None:
    path = f"/api/v1/integrations/finance/budget/{period}".encode()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            b"GET "
            + path
            + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
            + key.encode()
            + b"\r\n\r\n"
        )
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    assert int(answer.split()[1]) in {400, 404} if status == 400 else int(answer.split()[1]) == status
    assert PROBLEM.encode() in answer


def test_wrong_methods_and_addresses_are_problems(api: httpx.Client) -> None:
    gone = api.delete("/spend")
    assert (gone.status_code, gone.headers["allow"], gone.headers["content-type"]) == (405, "GET, POST", PROBLEM)
    assert api.get("/nowhere").json()["type"] == "urn:outlay:problem:not-found"
    assert api.get("/budget/2026-03?chanel=x").status_code == 400
    assert api.get("/roi?limit=0").status_code == 400


def test_answers_have_an_entity_tag_and_secure_headers(api: httpx.Client) -> None:
    first = api.get("/budget/2026-03")
    assert first.headers["x-outlay-version"] == first.json()["version"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["cache-control"] == "private, no-cache"
    again = api.get("/budget/2026-03", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/budget/2026-03", headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_void_takes_back_once_and_a_correction_replaces(api: httpx.Client) -> None:
    spend_id = post(api, {**SPEND, "contract_id": "k1"}, "to-void").json()["record"]["spend_id"]
    voided = post(api, {"reason": "duplicate"}, "void-1", f"/spend/{spend_id}/void")
    assert voided.status_code == 201
    assert voided.json()["reversal"]["amount"] == "-12.50"
    assert post(api, {"reason": "duplicate"}, "void-1", f"/spend/{spend_id}/void").content == voided.content
    assert post(api, {"reason": "duplicate"}, "void-2", f"/spend/{spend_id}/void").status_code == 409
    assert post(api, {"reason": "duplicate"}, "void-3", "/spend/unknown/void").status_code == 404
    found = api.get(f"/spend/{spend_id}").json()
    assert (found["record"]["state"], len(found["history"])) == ("voided", 2)

    wrong = post(api, SPEND, "to-correct").json()["record"]["spend_id"]
    body = {"reason": "wrong_amount", "record": {**SPEND, "amount": "11.00"}}
    corrected = post(api, body, "correct-1", f"/spend/{wrong}/corrections").json()
    assert (corrected["reversal"]["amount"], corrected["record"]["amount"]) == ("-12.50", "11.00")
    states = [one["state"] for one in api.get(f"/spend/{wrong}").json()["history"]]
    assert sorted(states) == ["posted", "voided", "voided"]


def test_a_contract_tells_what_is_left(api: httpx.Client) -> None:
    # 600.00 under the cap. What is recorded comes off (100.00 net of 119.00 gross, then 50.00), but not what the ledger
    # reports by now: its bill has used up the contract already.
    api.put("/spend/billed", json={**SPEND, "contract_id": "k1", "amount": "77.00"})
    gross = {**SPEND, "contract_id": "k1", "amount": "119.00", "net_or_gross": "gross", "tax_amount": "19.00"}
    first = post(api, gross, "contract-1").json()["contract"]
    second = post(api, {**SPEND, "contract_id": "k1", "amount": "50.00"}, "contract-2").json()["contract"]
    assert (first["recorded_amount"], first["remaining_amount"]) == ("100.00", "500.0000")
    assert (second["recorded_amount"], second["remaining_amount"]) == ("150.00", "450.0000")
    foreign = post(api, {**SPEND, "contract_id": "k1", "currency": "USD"}, "contract-3").json()["contract"]
    assert (foreign["records_in_other_currencies"], foreign["remaining_amount"]) == (1, "450.0000")
    without_cap = post(api, {**SPEND, "contract_id": "k2", "currency": "USD"}, "contract-4").json()["contract"]
    assert without_cap["remaining_amount"] is None
    assert without_cap["reasons"]["remaining_amount"] == "the contract states none"


def test_pages_of_records_hold_while_others_are_recorded(api: httpx.Client) -> None:
    ids = [post(api, {**SPEND, "po_id": "paged"}, f"page-{n}").json()["record"]["spend_id"] for n in range(5)]
    first = api.get("/spend", params={"po_id": "paged", "limit": 2}).json()
    post(api, {**SPEND, "po_id": "paged"}, "page-late")
    seen = [one["spend_id"] for one in first["records"]]
    cursor = first["next_cursor"]
    while cursor:
        page = api.get("/spend", params={"po_id": "paged", "limit": 2, "cursor": cursor}).json()
        seen += [one["spend_id"] for one in page["records"]]
        cursor = page["next_cursor"]
    assert seen == ids[::-1]
    assert api.get("/spend", params={"po_id": "else", "cursor": first["next_cursor"]}).status_code == 404


def test_a_batch_is_booked_whole_or_not_at_all_and_tells_its_progress(
    server: ApiServer, api: httpx.Client, key: str
) -> None:
    before = count(api)
    wrong = {"records": [SPEND] * 120 + [{**SPEND, "spend_date": "1999-01-01"}]}
    refused = post(api, wrong, "batch-wrong", "/spend-batches")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "records.120.spend_date")
    assert post(api, {"records": [SPEND] * 1001}, "batch-many", "/spend-batches").status_code == 422
    assert count(api) == before

    told: list[tuple[int, int]] = []
    with FinanceClient(server.url, key) as client:
        done = client.record_batch([SPEND] * 1000, idempotency_key="batch", progress=lambda *at: told.append(at))
        assert client.record_batch([SPEND] * 1000, idempotency_key="batch") == done
        with pytest.raises(ApiError, match="422"):
            client.record_batch([SPEND] * 999, idempotency_key="batch")
    assert done.count == 1000
    assert told[0] == (50, 1000)
    assert told[-1] == (1000, 1000)
    assert count(api) == before + 1000


def test_an_id_of_the_callers_own_is_a_key(api: httpx.Client) -> None:
    first = api.put("/spend/my-1", json=SPEND)
    assert (first.status_code, first.json()["record"]["spend_id"]) == (201, "my-1")
    assert api.put("/spend/my-1", json=SPEND).content == first.content
    assert api.put("/spend/my-1", json={**SPEND, "currency": "USD"}).json()["errors"][0]["field"] == "currency"
    taken = post(api, SPEND, "not-mine").json()["record"]["spend_id"]
    assert api.put(f"/spend/{taken}", json=SPEND).status_code == 409


def test_zero_spend_has_no_return_but_a_reason(api: httpx.Client) -> None:
    month = api.get("/roi/soc-2", params={"period": "2026-03"}).json()["models"][0]
    assert (month["cost_amount"], month["roi"], month["reasons"]["roi"]) == ("0.00", None, "no cost in the period")
    listed = api.get("/roi", params={"period": "2026-03", "sort": "-roi"}).json()["campaigns"]
    assert [one["campaign"]["campaign_id"] for one in listed] == ["c-1", "soc-2"]
