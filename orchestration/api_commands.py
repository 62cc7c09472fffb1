"""`outlay serve` and `outlay spend`: the finance API, and a file of expenditures sent to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration import store_commands
from orchestration.command_line import (
    FAILED,
    CompanyOption,
    DataOption,
    console,
    errors,
    located,
    make_or_migrate,
    refuse,
)
from outlay.company import CompanyError
from outlay.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the verbs to the `outlay` command."""
    app.command()(serve)
    app.command()(spend)
    app.add_typer(store_commands.keys_app, name="keys")
    app.add_typer(store_commands.store_app, name="store")


def serve(
    company: CompanyOption = None,
    data: DataOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; beyond this machine only with TLS or a proxy.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.", exists=True)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.", exists=True)] = None,
    rate_limit: Annotated[str, typer.Option(help="Requests a key may make: 100/second, 600/minute, none.")] = (
        "100/second"
    ),
    request_seconds: Annotated[float, typer.Option(min=0.1, help="Time for one request.")] = 30.0,
) -> None:
    """Serve the finance API: budget, recorded spend, return on campaigns."""
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("--tls-cert and --tls-key belong together")
    from outlay.api.app import ApiSettings, create_app
    from outlay.api.callers import IdentityProvider
    from outlay.api.routes.documented import PREFIX
    from outlay.api.server import Address, server_of
    from outlay.spend_store import StoreError
    from outlay.spend_store.schema import schema_version

    settings = located(company, data)
    oidc = (settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url)
    if any(oidc) and not all(oidc):
        raise typer.BadParameter("OUTLAY_OIDC_ISSUER, _AUDIENCE and _JWKS_URL belong together")
    try:
        rate = None if rate_limit == "none" else rate_limit
        provider = IdentityProvider(*map(str, oidc)) if all(oidc) else None
        url = settings.spend_store_url
        if schema_version(url) is None:
            make_or_migrate(url)
        app = create_app(
            ApiSettings(settings.company_folder, settings.data_folder, url, rate, request_seconds, provider)
        )
    except (CompanyError, StoreError, ValueError) as error:
        refuse(error)
    _bring_lineage_up_to_date(settings)
    scheme = "https" if tls_cert else "http"
    console.print(f"serving {scheme}://{host}:{port}{PREFIX} (OpenAPI: /openapi.json)", markup=False)
    server = server_of(app, Address(host, port, tls_cert, tls_key))
    server.run()
    raise typer.Exit(0 if server.started else FAILED)


def _bring_lineage_up_to_date(settings: Settings) -> None:
    """In a process of its own: some seconds of work, once after the SQL has changed, that no request should feel."""
    if (settings.data_folder.warehouse.parent / "dbt" / "compiled").is_dir():
        subprocess.Popen([sys.executable, "-m", "orchestration.lineage"], stdin=subprocess.DEVNULL)


def spend(
    file: Annotated[Path, typer.Argument(help="CSV, or JSON lines (.jsonl), with the fields of POST /spend.")],
    url: Annotated[str, typer.Option(help="Where the API is.", envvar="OUTLAY_API_URL")] = "http://127.0.0.1:8000",
    key: Annotated[str, typer.Option(help="A key with spend:write.", envvar="OUTLAY_API_KEY", show_default=False)] = "",
    batch_size: Annotated[int, typer.Option(min=1, max=1000)] = 1000,
) -> None:
    """Record a file of expenditures, a batch at a time; sent again, the same file books nothing twice."""
    from orchestration.screen import progress_bar
    from outlay.client import ApiError, FinanceClient, UnreachableError, batches_of, read_records

    if not key:
        raise typer.BadParameter("no key: state --key or OUTLAY_API_KEY")
    try:
        records = read_records(file)
    except (OSError, ValueError) as error:
        refuse(error)
    recorded = 0
    with FinanceClient(url, key) as client, progress_bar(console, "recording") as tell:
        for idempotency_key, batch in batches_of(records, batch_size):
            try:
                client.record_batch(
                    batch,
                    idempotency_key=idempotency_key,
                    progress=lambda done, _of, before=recorded: tell("records", before + done, len(records)),
                )
            except (ApiError, UnreachableError) as error:
                errors.print(f"{error} ({recorded} records before it are recorded)", style="red", markup=False)
                raise typer.Exit(FAILED) from None
            recorded += len(batch)
    console.print(f"{recorded} records", markup=False)
