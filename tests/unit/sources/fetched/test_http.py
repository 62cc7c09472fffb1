"""The client: what it asks again, how long it waits, what it says when it gives up, and what it never gives away."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from outlay.sources.fetched.auth import BearerToken, ClientCredentials, HeaderToken, OAuth2Refresh, Together
from outlay.sources.fetched.bucket import TokenBucket, shared_bucket
from outlay.sources.fetched.classify import forbidden, json_verdict, throttled, too_much
from outlay.sources.fetched.errors import AccessError, FetchError, QuotaError, SecretError, TooMuchDataError
from tests.unit.sources.fetched.asking import TOKEN, Asking, ok


def test_an_answer_is_kept_on_disk_as_it_came(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [httpx.Response(200, json={"spend": 1.10})])
    answer = asking.client.get("insights", params={"limit": 5})
    assert str(asking.asked[0].url) == "https://ads.example.com/v1/insights?limit=5"
    assert answer.bytes() == b'{"spend":1.1}'
    assert answer.body.parent == tmp_path
    assert str(answer.json()["spend"]) == "1.1"
    page = answer.page("insights", "report")
    assert (page.request, page.role, page.body) == ("insights", "report", answer.body)


def test_a_raw_query_is_not_encoded_again(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [ok()])
    query = "dateRange=(start:(year:2026,month:9,day:1))&accounts=List(urn%3Ali%3AsponsoredAccount%3A1)"
    asking.client.get("adAnalytics", raw_query=query)
    assert asking.asked[0].url.raw_path == b"/v1/adAnalytics?" + query.encode()


def test_the_servers_delay_wins(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [httpx.Response(429, headers={"Retry-After": "7"}), ok()])
    asking.client.get("x")
    assert asking.waits == [7.0]


def test_a_delay_as_a_date_is_counted_from_the_servers_own_clock(tmp_path: Path) -> None:
    headers = {"Date": "Sun, 22 Nov 2026 10:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 10:00:42 GMT"}
    asking = Asking(tmp_path, [httpx.Response(429, headers=headers), ok()])
    asking.client.get("x")
    assert asking.waits == [42.0]


def test_without_a_delay_the_waits_grow_and_are_the_same_every_time(tmp_path: Path) -> None:
    waits = []
    for _ in range(2):
        asking = Asking(tmp_path, [httpx.Response(503)] * 4 + [ok()])
        asking.client.get("x")
        waits.append(asking.waits)
    assert waits[0] == waits[1]
    for wait, longest in zip(waits[0], (1, 2, 4, 8), strict=True):
        assert longest / 2 <= wait <= longest


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
        httpx.ReadTimeout("timed out"),
        httpx.Response(200, text="<html>Bad Gateway</html>"),
        httpx.Response(200, content=b'{"data": [{"spend": "1'),
        httpx.Response(500),
    ],
)
def test_passing_failures_are_asked_again(tmp_path: Path, failure: object) -> None:
    asking = Asking(tmp_path, [failure, ok([1])])
    assert asking.client.get("x").json() == [1]
    assert len(asking.waits) == 1
    assert len(list(tmp_path.iterdir())) == 1, "the bad answer is gone"


def test_a_failure_that_stays_is_told_in_one_line(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [httpx.Response(503, text="down\nfor\nmaintenance")] * 8)
    with pytest.raises(FetchError) as error:
        asking.client.get("x")
    assert (
        str(error.value) == "tested: GET /v1/x: HTTP 503: down for maintenance. Asked 8 times in vain; run again later"
    )


def test_a_delay_beyond_the_budget_fails_at_once(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [httpx.Response(429, headers={"Retry-After": "66975"})])
    with pytest.raises(QuotaError, match="retry after 66975 s") as error:
        asking.client.get("x")
    assert error.value.retry_after == 66975
    assert asking.waits == []


def test_all_requests_of_a_slice_share_the_budget(tmp_path: Path) -> None:
    late = httpx.Response(429, headers={"Retry-After": "40"})
    asking = Asking(tmp_path, [late, ok(), late, ok(), late], budget_seconds=100)
    asking.client.get("x")
    asking.client.get("x")
    with pytest.raises(QuotaError, match="may wait 20 s more"):
        asking.client.get("x")
    asking.client.chain.begin(tmp_path)
    assert asking.client.chain.left == 100


def test_a_quota_of_the_credential_is_not_waited_for(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [ok()], classify=lambda head: throttled("token used up", 3, "credential"))
    with pytest.raises(QuotaError, match="retry after 3 s"):
        asking.client.get("x")
    assert asking.waits == []


def test_verdicts_become_errors_that_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TooMuchDataError):
        Asking(tmp_path, [ok()], classify=lambda head: too_much("ask for less")).client.get("x")
    with pytest.raises(AccessError, match=r"check accounts under \[sources.tested\]"):
        Asking(tmp_path, [ok()], classify=lambda head: forbidden("no")).client.get("x")
    with pytest.raises(FetchError, match="Asking again will not help"):
        Asking(tmp_path, [httpx.Response(400, text="bad")]).client.get("x")
    with pytest.raises(FetchError, match="HTTP 302"):
        Asking(tmp_path, [httpx.Response(302, headers={"Location": "https://evil.example"})]).client.get("x")


def test_a_page_elsewhere_is_not_followed(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [ok()], auth=BearerToken(TOKEN))
    with pytest.raises(FetchError, match=r"points to https://evil.example, not to ads.example.com"):
        asking.client.get("https://evil.example/v1/next")
    assert asking.asked == []
    asking.client.get("https://ads.example.com/v1/next?after=abc")
    assert str(asking.asked[0].url) == "https://ads.example.com/v1/next?after=abc"


def test_a_download_carries_no_credential(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [httpx.Response(200, content=b"PK", headers={"Content-Type": "application/zip"})],
                    auth=BearerToken(TOKEN))  # fmt: skip
    answer = asking.client.download("https://files.example.net/report?sig=1")
    assert "authorization" not in asking.asked[0].headers
    assert answer.body.suffix == ".zip"


def test_errors_hold_no_secret_however_it_is_written(tmp_path: Path) -> None:
    from urllib.parse import quote

    told = f"token {TOKEN} or {quote(TOKEN, safe='')} is wrong"
    asking = Asking(tmp_path, [httpx.Response(400, text=told)], auth=BearerToken(TOKEN))
    with pytest.raises(FetchError) as error:
        asking.client.get("x", params={"access_token": TOKEN})
    assert "s3cret" not in str(error.value)
    assert "token *** or *** is wrong" in str(error.value)


def test_an_expired_token_is_renewed_once(tmp_path: Path) -> None:
    auth = Together(
        (OAuth2Refresh("https://id.example/token", "me", "mine", refresh_token="r"), HeaderToken("dev", "d"))
    )
    first, second = ok({"access_token": "first-token"}), ok({"access_token": "second-token"})
    asking = Asking(tmp_path, [first, httpx.Response(401), second, ok([1])], auth=auth)
    assert asking.client.get("x").json() == [1]
    used = [request.headers.get("authorization") for request in asking.asked]
    assert used == [None, "Bearer first-token", None, "Bearer second-token"]
    assert asking.asked[0].content == b"grant_type=refresh_token&refresh_token=r&client_id=me&client_secret=mine"
    assert asking.asked[1].headers["dev"] == "d"
    assert asking.secrets.scrub("first-token second-token") == "*** ***"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"[1]"], "no token stays on disk"


def test_a_token_refused_twice_is_about_the_credential(tmp_path: Path) -> None:
    auth = ClientCredentials("https://id.example/token", "me", "mine", basic=True, scope="read")
    refused = httpx.Response(401)
    answers = [ok({"access_token": "aaaa"}), refused, ok({"access_token": "bbbb"}), refused]
    asking = Asking(tmp_path, answers, auth=auth)
    with pytest.raises(SecretError, match="renew it and set TESTED_TOKEN"):
        asking.client.get("x")
    assert asking.asked[0].headers["authorization"].startswith("Basic ")
    assert b"scope=read" in asking.asked[0].content


def test_a_refused_refresh_token_names_the_variables(tmp_path: Path) -> None:
    auth = OAuth2Refresh("https://id.example/token", "me", "mine", refresh_token=TOKEN)
    refusal = httpx.Response(400, json={"error": "invalid_grant", "error_description": f"bad {TOKEN}"})
    with pytest.raises(SecretError, match=r"invalid_grant: bad \*\*\*.* set TESTED_TOKEN"):
        Asking(tmp_path, [refusal], auth=auth).client.get("x")


def test_a_replaced_refresh_token_is_used_from_then_on(tmp_path: Path) -> None:
    auth = OAuth2Refresh("https://id.example/token", "me", "mine", refresh_token="old1")
    answers = [
        ok({"access_token": "aaaa", "refresh_token": "new2"}),
        httpx.Response(401),
        ok({"access_token": "bbbb"}),
        ok(),
    ]
    asking = Asking(tmp_path, answers, auth=auth)
    asking.client.get("x")
    assert b"refresh_token=new2" in asking.asked[2].content


def test_a_large_answer_is_judged_by_its_ends(tmp_path: Path) -> None:
    whole = b'[{"a": "' + b"x" * 2_000_000 + b'"}]'
    asking = Asking(tmp_path, [httpx.Response(200, content=whole[:-1]), httpx.Response(200, content=whole)])
    assert asking.client.get("x").bytes() == whole
    assert len(asking.waits) == 1


def test_a_bucket_spreads_the_requests_of_a_credential(tmp_path: Path) -> None:
    now = [0.0]
    bucket = TokenBucket(2.0, 2.0, clock=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [0.0, 0.0, 0.5, 1.0]
    now[0] = 10.0
    assert bucket.take() == 0.0
    assert shared_bucket("abc", 1.0) is shared_bucket("abc", 1.0)
    asking = Asking(tmp_path, [ok(), ok()], bucket=TokenBucket(1.0, 1.0, clock=lambda: 0.0), classify=json_verdict)
    asking.client.get("x")
    asking.client.get("x")
    assert asking.waits == [1.0]


def test_waiting_for_a_report_is_on_the_budget(tmp_path: Path) -> None:
    asking = Asking(tmp_path, [], budget_seconds=25)
    asking.client.pause(10, "the report")
    asking.client.pause(10, "the report")
    with pytest.raises(FetchError, match="tested: the report was not ready within 25 s; run again later"):
        asking.client.pause(10, "the report")
    assert asking.waits == [10, 10]
