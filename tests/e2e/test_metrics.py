"""What MetricFlow says of a company, beside the marts it is made of."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import Place
from tests.support.runs import ROOT

pytestmark = pytest.mark.slow
pytest.importorskip("dbt_metricflow", reason="the extra `metrics` brings MetricFlow")
PROJECT = ROOT / "dbt_project"
_BY_MONTH = """
    select spent.month, spent.amount, earned.margin, earned.conversions
    from (
        select cast(date_trunc('month', date_day) as date) as month, sum(amount) as amount
        from marts.spend_daily where channel = 'paid_social' group by all
    ) as spent
    inner join (
        select cast(date_trunc('month', date_day) as date) as month, sum(margin_amount) as margin,
            sum(conversions) as conversions
        from marts.attributed_revenue_daily where channel = 'paid_social' and model = 'linear' group by all
    ) as earned using (month)"""


def test_metrics_are_those_of_the_marts(ran_at_once: Place, tmp_path: Path) -> None:
    warehouse, metrics = tmp_path / "warehouse.duckdb", tmp_path / "metrics"
    shutil.copy(ran_at_once.data / "warehouse" / "warehouse.duckdb", warehouse)
    shutil.copytree(PROJECT / "metrics", metrics, ignore=shutil.ignore_patterns("target", "logs"))
    environment = {
        **os.environ, "OUTLAY_METRICS": "on", "OUTLAY_METRICS_MODEL": "linear", "OUTLAY_WAREHOUSE": str(warehouse),
        "DBT_PROFILES_DIR": str(PROJECT),
    }  # fmt: skip
    tools = Path(sys.executable).parent
    build = [str(tools / "dbt"), "run", "--quiet", "--project-dir", str(PROJECT), "--select", "metric_days",
             "--target-path", str(metrics / "target"), "--log-path", str(tmp_path / "logs"),
             "--vars", f"{{landing: '{ran_at_once.data / 'landing'}'}}"]  # fmt: skip
    subprocess.run(build, cwd=tmp_path, env=environment, check=True)
    query = [str(tools / "mf"), "query", "--metrics", "spend,roi,cpa", "--group-by", "metric_time__month,channel",
             "--where", "{{ Entity('channel') }} = 'paid_social'", "--csv", str(tmp_path / "told.csv")]  # fmt: skip
    subprocess.run(query, cwd=metrics, env=environment, check=True, capture_output=True)
    with (tmp_path / "told.csv").open(encoding="utf-8") as lines:
        told = {datetime.fromisoformat(row["metric_time__month"]).date(): row for row in csv.DictReader(lines)}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        expected: list[tuple[date, ...]] = connection.execute(_BY_MONTH).fetchall()
    assert expected
    for month, amount, margin, conversions in expected:
        row = told[month]
        assert float(row["spend"]) == pytest.approx(float(amount))
        assert float(row["roi"]) == pytest.approx(float((margin - amount) / amount))
        assert float(row["cpa"]) == pytest.approx(float(amount / conversions))
