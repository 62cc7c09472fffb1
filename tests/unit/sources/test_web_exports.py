# ruff: noqa: DTZ001 - landed instants are UTC and bear no offset
"""Touchpoints from what web analytics export: GA4 events as JSON lines or Parquet, Snowplow's enriched events."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.unit.landing.drop_box import DropBox, drop_box

# 2026-03-01 00:00:00 UTC is day 20,513 since 1970.
MIDNIGHT = 20_513 * 86_400

GA4 = """
glob = "drop/events*"
time_zone = "UTC"
[sources.src.only_rows]
event_name = ["session_start"]
[sources.src.columns]
touch_id = { template = "{user_pseudo_id}.{event_timestamp}" }
user_id = ["user_id", "user_pseudo_id"]
touched_at = { from = "event_timestamp", date_format = "epoch_us" }
channel = { from = "traffic_source.medium", values = { cpc = "paid_search", "(none)" = "direct" } }
campaign_id = "event_params.campaign_id"
platform = "traffic_source.source"
interaction = { constant = "visit" }
"""

SNOWPLOW = """
glob = "drop/*.parquet"
time_zone = "UTC"
[sources.src.only_rows]
event = ["page_view"]
[sources.src.columns]
touch_id = "event_id"
user_id = "domain_userid"
touched_at = "derived_tstamp"
channel = { from = "mkt_medium", values = { cpc = "paid_search" }, default = "direct" }
campaign_id = "mkt_campaign"
platform = "mkt_source"
interaction = { constant = "visit" }
"""


def ga4_event(user: str, seconds: int, micros: int, medium: str, name: str = "session_start", **params: object) -> dict:  # type: ignore[type-arg]
    """One event as BigQuery writes it: 64-bit numbers are text, parameters a list of named values."""
    return {
        "event_date": "20260301",
        "event_timestamp": str((MIDNIGHT + seconds) * 1_000_000 + micros),
        "event_name": name,
        "event_params": [
            {"key": key, "value": {"int_value": str(value)} if isinstance(value, int) else {"string_value": value}}
            for key, value in params.items()
        ],
        "user_pseudo_id": user,
        "geo": {"country": "Germany", "city": "Köln"},
        "traffic_source": {"name": "x", "medium": medium, "source": "google" if medium == "cpc" else "(direct)"},
    }


EVENTS = [
    ga4_event("100.1", 36_000, 123_456, "cpc", campaign_id="c1", ga_session_id=7),
    ga4_event("100.1", 36_001, 0, "cpc", name="page_view", campaign_id="c1"),
    ga4_event("100.2", 86_399, 999_999, "(none)", ga_session_id=8),
]
# 36,000 s after midnight is ten o'clock; the last microsecond of the day stays on it.
TOUCHES = [
    ("100.1", datetime(2026, 3, 1, 10, 0, 0, 123456), "paid_search", "c1", "google"),
    ("100.2", datetime(2026, 3, 1, 23, 59, 59, 999999), "direct", None, "(direct)"),
]


def touches(box: DropBox) -> list[tuple[object, ...]]:
    report = box.land()
    assert (box.quarantined(), box.checks("failed")) == ([], [])
    assert report.rows_filtered == 1
    return box.rows("user_id, touched_at, channel, campaign_id, platform", order="touched_at")


def test_ga4_events_as_json_lines(tmp_path: Path) -> None:
    box = drop_box(tmp_path, GA4, entity="touchpoints")
    box.put("events.ndjson", "\n".join(json.dumps(event, ensure_ascii=False) for event in EVENTS))
    assert touches(box) == TOUCHES
    assert box.rows("touch_id", order="touched_at")[0] == (f"100.1.{MIDNIGHT * 10**6 + 36_000 * 10**6 + 123_456}",)


def test_ga4_events_as_parquet_give_the_same_touches(tmp_path: Path) -> None:
    lines = tmp_path / "events.ndjson"
    lines.write_text("\n".join(json.dumps(event, ensure_ascii=False) for event in EVENTS), encoding="utf-8")
    box = drop_box(tmp_path, GA4, entity="touchpoints")
    (box.folder / "drop").mkdir()
    named = "struct(key varchar, value struct(string_value varchar, int_value bigint, double_value double))[]"
    duckdb.sql(
        f"copy (select * replace (event_timestamp::bigint as event_timestamp, event_params::{named} as event_params) "
        f"from read_json('{lines}')) to '{box.folder}/drop/events.parquet'"
    )
    assert touches(box) == TOUCHES


def test_geography_and_parameters_are_headings_by_their_path(tmp_path: Path) -> None:
    source = GA4 + 'cost = { from = "event_params.cost", default = "0" }\nsource_system = "geo.country"\n'
    box = drop_box(tmp_path, source, entity="touchpoints")
    box.put("events.ndjson", json.dumps(ga4_event("1.1", 5, 0, "cpc", campaign_id="c1", cost="0.35")))
    box.land()
    assert box.rows("cost, source_system") == [(Decimal("0.3500"), "Germany")]


@pytest.mark.parametrize(
    ("unit", "count"),
    [("epoch_s", MIDNIGHT + 60), ("epoch_ms", (MIDNIGHT + 60) * 1_000), ("epoch_us", (MIDNIGHT + 60) * 1_000_000)],
)
def test_an_instant_may_be_a_count_since_1970(tmp_path: Path, unit: str, count: int) -> None:
    box = drop_box(tmp_path, f'timestamp_format = "{unit}"\ntime_zone = "Europe/Berlin"', entity="touchpoints")
    box.put("events.csv", f"touch_id,user_id,touched_at,channel\nt1,u1,{count},email\nt2,u1,{count}x,email\n")
    box.land()
    assert box.rows("touched_at") == [(datetime(2026, 3, 1, 0, 1),)]
    assert box.quarantined("reason") == [(f'touched_at is "{count}x"; expected a time written {unit}',)]


def test_snowplow_events_in_parquet(tmp_path: Path) -> None:
    box = drop_box(tmp_path, SNOWPLOW, entity="touchpoints", company='time_zone = "Europe/Berlin"')
    (box.folder / "drop").mkdir()
    start = datetime(2026, 3, 1, 22, 30)
    rows = [
        ("e1", "page_view", "u1", start, "google", "cpc", "spring"),
        ("e2", "page_ping", "u1", start, "google", "cpc", "spring"),
        ("e3", "page_view", "u2", start + timedelta(hours=1), None, None, None),
    ]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            "create table events (event_id varchar, event varchar, domain_userid varchar, derived_tstamp timestamptz, "
            "mkt_source varchar, mkt_medium varchar, mkt_campaign varchar)"
        )
        connection.executemany("insert into events values (?, ?, ?, ?, ?, ?, ?)", rows)
        # What Snowplow attaches to an event stands beside it as lists of records.
        connection.execute(
            "copy (select *, [{'id': 'p', 'url': event_id}] as contexts_web_page_1 from events) "
            f"to '{box.folder}/drop/run.parquet'"
        )
    assert touches(box) == [
        ("u1", datetime(2026, 3, 1, 22, 30), "paid_search", "spring", "google"),
        ("u2", datetime(2026, 3, 1, 23, 30), "direct", None, None),
    ]
    # 22:30 in UTC is 23:30 in Berlin, an hour later is the next day there.
    assert [str(part.day) for part in box.partitions()] == ["2026-03-01", "2026-03-02"]
