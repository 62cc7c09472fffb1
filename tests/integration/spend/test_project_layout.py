"""The dbt project as the rest of the house relies on it: its paths, its sources, its macros."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from dbt.contracts.graph.manifest import Manifest

from outlay.entities import ENTITIES, LINEAGE_COLUMNS
from tests.support.dbt_runs import PROJECT, parsed_manifest

MODELS = PROJECT.parent / "models"


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return Manifest.from_msgpack(parsed_manifest())


def test_models_lie_one_step_outside_the_project(manifest: Manifest) -> None:
    # dbt tolerates one `..` in model-paths; with more it writes outside its target folder.
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["model-paths"] == ["../models", "metrics/models"]
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    assert models
    assert all(node.original_file_path.startswith("../models/") for node in models)


def test_building_writes_into_its_target_folder_only(small_company: Path) -> None:
    assert {path.name for path in small_company.iterdir()} == {"landing", "target", "warehouse.duckdb"}
    assert not list(MODELS.rglob("compiled"))


def test_the_landing_sources_are_the_entities(manifest: Manifest) -> None:
    declared = {
        source.name: {name: column.data_type for name, column in source.columns.items()}
        for source in manifest.sources.values()
        if source.source_name == "landing"
    }
    partition = {"source": "varchar", "account": "varchar"}
    expected = {}
    for name, entity in ENTITIES.items():
        columns = {column.name: column.storage_type for column in entity.columns} | LINEAGE_COLUMNS
        days = {"day": "date"} if entity.is_dated else {}
        expected[name] = {key: kind.lower() for key, kind in columns.items()} | partition | days
    assert declared == expected


def test_the_dated_entities_of_sql_are_those_of_python() -> None:
    macro = (PROJECT / "macros" / "landed.sql").read_text(encoding="utf-8")
    listed = re.search(r"dated_entities\(\).*?return\(\[(.*?)\]\)", macro, re.DOTALL)
    assert listed
    assert set(re.findall(r"'(\w+)'", listed[1])) == {name for name, entity in ENTITIES.items() if entity.is_dated}


def test_every_mart_states_grain_owner_types_and_an_enforced_contract(manifest: Manifest) -> None:
    marts = [node for node in manifest.nodes.values() if node.resource_type == "model" and node.schema == "marts"]
    assert marts
    for mart in marts:
        assert mart.contract.enforced, mart.name
        assert mart.description.startswith("One row a"), mart.name
        assert all(column.data_type and column.description for column in mart.columns.values()), mart.name
        assert "owner" in mart.meta, mart.name


def test_no_model_reaches_past_its_station(manifest: Manifest) -> None:
    # Only staging reads the landing zone; marts read what is prepared, not what was delivered.
    for node in manifest.nodes.values():
        if node.resource_type != "model" or node.schema == "staging":
            continue
        landed = [name for name in node.depends_on.nodes if name.startswith("source.outlay.landing.")]
        assert not landed, f"{node.name} reads {', '.join(landed)}; only models/staging may"


def test_sql_files_fit_a_reader() -> None:
    long = {path.name: n for path in MODELS.rglob("*.sql") if (n := path.read_text("utf-8").count("\n")) > 120}
    assert not long, long
