"""The Dagster instance of one company: runs started here show in its UI, one at a time, nothing sent anywhere."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from outlay.settings import DataFolder

INSTANCE_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
freshness:
  enabled: true
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: false
event_log_storage:
  module: orchestration.event_log
  class: PooledSqliteEventLogStorage
  config:
    base_dir:
      env: DAGSTER_HOME
"""


def open_instance(data: DataFolder) -> dg.DagsterInstance:
    """The instance under `data`, made on first use."""
    home = prepare_home(data)
    # Hundreds of partitions are logged on a first run; written one by one they cost more than the data.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "200")
    os.environ["DAGSTER_HOME"] = str(home)
    return dg.DagsterInstance.get()


def prepare_home(data: DataFolder) -> Path:
    home = data.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(INSTANCE_YAML, encoding="utf-8")
    return home
