"""Where a company and its data live. The only reader of environment variables; every path it gives is absolute."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class DataFolder:
    """The rooms of one company's data folder. Nothing else decides where a file lies."""

    root: Path

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def run_inputs(self) -> Path:
        return self.landing / "run"

    @property
    def forecasts(self) -> Path:
        return self.landing / "forecasts"

    @property
    def warehouse(self) -> Path:
        # The stem is baked into the parsed dbt manifest, hence one file name for every company.
        return self.root / "warehouse" / "warehouse.duckdb"

    @property
    def built(self) -> Path:
        return self.root / "warehouse" / "built.json"

    @property
    def dbt_tests(self) -> Path:
        return self.root / "warehouse" / "tests.json"

    @property
    def built_from(self) -> Path:
        return self.root / "warehouse" / "built_from"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def verdicts(self) -> Path:
        return self.root / "verdicts"

    @property
    def spend_store(self) -> Path:
        return self.root / "spend_store" / "spend.sqlite"

    @property
    def lineage(self) -> Path:
        return self.root / "warehouse" / "lineage.json"

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def lock(self) -> Path:
        return self.root / "run.lock"


class Settings(BaseSettings):
    """`OUTLAY_COMPANY`: the company folder. `OUTLAY_DATA`: where landing, warehouse and published live.

    `OUTLAY_SPEND_STORE`: the PostgreSQL address of the spend store, where it is not the SQLite file beside the data.
    `OUTLAY_WEBHOOK_URL`: where a failed run is told, as Slack takes it.
    `OUTLAY_OIDC_ISSUER`, `_AUDIENCE`, `_JWKS_URL`: the identity provider whose bearer tokens the API takes.
    """

    model_config = SettingsConfigDict(env_prefix="OUTLAY_", extra="ignore")

    company: Path = PROJECT_ROOT / "data" / "sample"
    data: Path | None = None
    spend_store: SecretStr | None = None  # an address may hold a password
    webhook_url: SecretStr | None = None  # who knows it may post
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks_url: str | None = None

    @cached_property
    def company_folder(self) -> Path:
        return self.company.expanduser().resolve()

    @cached_property
    def data_folder(self) -> DataFolder:
        """`OUTLAY_DATA`, else the project's `data/<name of the company folder>`."""
        chosen = self.data or PROJECT_ROOT / "data" / self.company_folder.name
        return DataFolder(chosen.expanduser().resolve())

    @property
    def spend_store_url(self) -> str:
        """Where recorded expenditures are kept: `OUTLAY_SPEND_STORE`, else a SQLite file beside the company's data."""
        if self.spend_store is not None:
            return self.spend_store.get_secret_value()
        return f"sqlite:///{self.data_folder.spend_store}"
