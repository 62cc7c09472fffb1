"""`/_control`: what a test outside the server's process needs - the state, and scripting faults and changes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.fakes.faults import Fault, FaultPlan

if TYPE_CHECKING:
    from tests.fakes.data import World


def routes(world: World) -> list[Route]:
    """GET the state; POST one change, or a list of them:

    {"fault": {"kind": "meta_ads", "name": "throttle", "at": 2}}      {"random": {"seed": 7, "rate": 0.1}}
    {"restate": {"platform", "campaign_id", "day", "spend"}}          {"empty_day": {"platform", "account", "day"}}
    {"remove_campaign": {"platform", "campaign_id", "keep_spend"}}    {"switch": {"tiktok_page_size": 5}}
    {"permit": {"platform", "account", "permitted"}}                  {"clear_faults": {}}   {"forget_requests": {}}
    """

    async def state(request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "accounts": {
                    kind: {account.id: asdict(account) for account in accounts.values()}
                    for kind, accounts in world.accounts.items()
                },
                "rows": {entity: len(rows) for entity, rows in world.tables.items()},
                "spend": {kind: str(world.total(kind)) for kind in world.accounts},
                "faults": [asdict(fault) for fault in world.faults.scripted()],
                "fired": {f"{kind}.{name}": count for (kind, name), count in sorted(world.faults.fired.items())},
                "switches": world.switches,
                "requests": [asdict(one) for one in world.requests],
            }
        )

    async def change(request: Request) -> JSONResponse:
        wanted = await request.json()
        try:
            for one in wanted if isinstance(wanted, list) else [wanted]:
                for name, values in one.items():
                    _apply(world, name, dict(values))
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"done": True})

    return [Route("/_control", state, methods=["GET"]), Route("/_control", change, methods=["POST"])]


def _apply(world: World, name: str, values: dict[str, Any]) -> None:
    if "day" in values:
        values["day"] = date.fromisoformat(values["day"])
    if name == "fault":
        world.faults.add(Fault(**values))
    elif name == "random":
        world.faults.plan = FaultPlan.random(**values)
    elif name == "clear_faults":
        world.faults.clear()
    elif name == "forget_requests":
        world.requests.clear()
    elif name == "permit":
        world.accounts[values["platform"]][values["account"]].permitted = bool(values["permitted"])
    elif name == "switch":
        unknown = sorted(set(values) - set(world.switches))
        if unknown:
            raise ValueError(f"no switch is called {', '.join(unknown)}; there are {', '.join(sorted(world.switches))}")
        world.switches.update(values)
    elif name in ("restate", "empty_day", "remove_campaign"):
        getattr(world, name)(**values)
    else:
        raise ValueError(f"nothing is called {name!r} here")
