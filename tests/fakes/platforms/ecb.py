"""The European Central Bank's reference rates: the day, the last 90 days and all history, as XML and as zipped CSV."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.answers import Json, spoilt
from tests.fakes.desk import Asked, Desk

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "ecb"
_FAULTS = (
    "throttle", "server_error", "cut_stream", "html_error_page", "repeated_row", "lost_row", "new_field",
    "missing_field", "retyped_field",
)  # fmt: skip
STEPS = dict.fromkeys(_FAULTS, ("rows",))
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
    'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n\t<gesmes:subject>Reference rates</gesmes:subject>\n'
    "\t<gesmes:Sender>\n\t\t<gesmes:name>European Central Bank</gesmes:name>\n\t</gesmes:Sender>\n\t<Cube>\n"
)
# The field that the faults of a row touch.
_CURRENCY = "USD"


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=REFUSALS, steps=STEPS)
    made = []
    for root in ("/stats/eurofxref", ""):
        made += [
            desk.route(f"{root}/eurofxref-daily.xml", lambda asked: _xml(_found(asked, 0)), "rows"),
            desk.route(f"{root}/eurofxref-hist-90d.xml", lambda asked: _xml(_found(asked, 90)), "rows"),
            desk.route(f"{root}/eurofxref-hist.xml", lambda asked: _xml(_found(asked, None)), "rows"),
            desk.route(f"{root}/eurofxref.zip", lambda asked: _csv(asked, 0, "eurofxref.csv"), "rows"),
            desk.route(f"{root}/eurofxref-hist.zip", lambda asked: _csv(asked, None, "eurofxref-hist.csv"), "rows"),
        ]
    return made


def _throttled(asked: Asked) -> Response:
    wait = asked.fault.wait if asked.fault and asked.fault.wait is not None else 0
    return PlainTextResponse("Too Many Requests", 429, headers={"Retry-After": f"{wait:g}"})


REFUSALS = {"throttle": _throttled, "server_error": lambda asked: PlainTextResponse("Service Unavailable", 503)}


def _found(asked: Asked, back: int | None) -> list[Json]:
    """The days, newest first: {"Date": ..., "USD": "1.0931", ...}. `back`: days of history, None for all there are."""
    days: dict[date, Json] = {}
    for row in asked.world.tables.get("fx_rates", []):
        if row["from_currency"] == "EUR" and (row.get("rate_type") or "spot") == "spot":
            days.setdefault(row["date_day"], {})[row["to_currency"]] = _rate(row["rate"])
    newest = max(days, default=date.min)
    first = date.min if back is None or not days else newest - timedelta(days=back)
    found = [{"Date": day.isoformat()} | days[day] for day in sorted(days, reverse=True) if day >= first]
    return spoilt(found, asked.fault, field=(_CURRENCY,), retyped=_with_comma)


def _with_comma(value: Any) -> Any:
    return str(value).replace(".", ",")


def _rate(rate: Decimal) -> str:
    """At least four places, as the bank writes them, and no digit lost."""
    plain = f"{rate.normalize():f}"
    places = len(plain.partition(".")[2])
    return plain if places >= 4 else f"{rate:.4f}"


def _xml(found: list[Json]) -> Response:
    lines = []
    for day in found:
        lines.append(f"\t\t<Cube time={quoteattr(day['Date'])}>\n")
        for currency, rate in day.items():
            if currency != "Date":
                lines.append(f"\t\t\t<Cube currency={quoteattr(currency)} rate={quoteattr(str(rate))}/>\n")
        lines.append("\t\t</Cube>\n")
    return Response(f"{_HEAD}{''.join(lines)}\t</Cube>\n</gesmes:Envelope>\n", media_type="text/xml")


def _csv(asked: Asked, back: int | None, name: str) -> Response:
    """Every line ends in a comma; a currency that is not listed on a day is N/A."""
    found = _found(asked, back)
    headings = list(dict.fromkeys(column for day in found for column in day)) or ["Date"]
    lines = [headings, *([str(day.get(column, "N/A")) for column in headings] for day in found)]
    end = "," if asked.world.switches["ecb_trailing_comma"] else ""
    text = "".join(",".join(line) + end + "\n" for line in lines)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return Response(target.getvalue(), media_type="application/zip")
