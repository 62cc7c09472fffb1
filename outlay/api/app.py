"""The application: routes, errors, documentation, and the door before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from limits import parse
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from outlay.api.app_json import dumps
from outlay.api.bodies.common import ProblemBody
from outlay.api.bodies.spend import Correction, NewBatch, NewSpend, Void
from outlay.api.callers import Callers, IdentityProvider
from outlay.api.door import OPEN_PATHS, Door, Limits
from outlay.api.house import House, utc_now
from outlay.api.problems import CONTENT_TYPE, Problem, not_found
from outlay.api.routes import reads, report, service, spend
from outlay.api.versions import Versions
from outlay.company import Company, read_company
from outlay.settings import DataFolder
from outlay.spend_store import SpendStore

RATE = "100/second"
_SCHEME = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `outlay keys create`, or a token of the configured identity provider.",
    }
}


@dataclass(frozen=True)
class ApiSettings:
    """What the API serves. `rate`: requests a key may make, such as `100/second` or `600/minute`; None: no limit."""

    company_folder: Path
    data: DataFolder
    store_url: str
    rate: str | None = RATE
    seconds: float = 30.0
    provider: IdentityProvider | None = None


def create_app(settings: ApiSettings) -> ASGIApp:
    """The ASGI application; its start-up opens the store. Raises CompanyError for an unusable company folder."""
    read_company(settings.company_folder)

    def company() -> Company:
        return read_company(settings.company_folder)

    versions = Versions(settings.data.published, company)

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        store = SpendStore(settings.store_url)
        callers = Callers(store, utc_now, settings.provider)
        house = House(settings.data, company, store, versions, callers, settings.data.lineage)
        app.state.house = house
        reading = asyncio.create_task(callers.keep_reading())
        await callers.ready.wait()
        await house.snapshot_or_none()
        try:
            yield
        finally:
            reading.cancel()
            store.close()

    app = documented_app(opened)
    limits = Limits(parse(settings.rate) if settings.rate else None, settings.seconds)
    return Door(app, lambda: app.state.house.callers, versions, limits)


def documented_app(lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    """The routes with their documentation; without a lifespan only good for the latter."""
    app = FastAPI(
        title="outlay finance API", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    # Not include_router: that looks every request up twice.
    for router in (spend.router, reads.router, report.router, service.router, service.health):
        app.router.routes.extend(router.routes)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.openapi = cache(lambda: _openapi(app))  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return Response(dumps(app.openapi()), media_type="application/json")

    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary="Budget, recorded spend and return on campaigns, from what the gates let through.",
        description=(
            "Amounts and ratios are decimal strings, exact to the cent. A figure that is not known is null, with its "
            "reason under `reasons`. Every error is a problem document (RFC 9457)."
        ),
        routes=app.routes,
    )
    shapes: list[Any] = [(model, "validation") for model in (NewSpend, NewBatch, Void, Correction, ProblemBody)]
    _, definitions = models_json_schema(shapes, ref_template="#/components/schemas/{model}")
    components = document.setdefault("components", {})
    components["schemas"] = {
        name: schema
        for name, schema in {**components.get("schemas", {}), **definitions["$defs"]}.items()
        if name not in ("HTTPValidationError", "ValidationError")
    }
    components["securitySchemes"] = _SCHEME
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if path in OPEN_PATHS else [{"key": []}]
            if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
    return document


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    body = error.body(request.url.path, request.scope["outlay.request_id"])
    return Response(body, error.status, error.headers, media_type=CONTENT_TYPE)


async def _http(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = {"Allow": ", ".join(_methods(request))}
        problem = Problem(405, "method-not-allowed", "the address takes other methods", headers=allowed)
    elif error.status_code == 404:
        problem = not_found("no such address")
    else:
        problem = Problem(error.status_code, "refused", str(error.detail), headers=error.headers)
    return await _problem(request, problem)


def _methods(request: Request) -> list[str]:
    """Every method that the address takes, of all routes there: the framework names those of the first one."""
    methods: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)


async def _invalid(request: Request, error: Exception) -> Response:
    """A path or query that is not as documented; bodies are checked by the routes."""
    assert isinstance(error, RequestValidationError)
    found = [(".".join(str(part) for part in one["loc"][1:]), str(one["msg"])) for one in error.errors()]
    detail = f"{found[0][0]}: {found[0][1]}"
    return await _problem(request, Problem(400, "bad-request", detail, errors=found))


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    Problem: _problem,
    HTTPException: _http,
    RequestValidationError: _invalid,
}
