"""Agreement with the strongest installable peer on the same million touches; needs an index to install it from."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from outlay.decisions.attribution import markov
from tests.bench.attribution_figures import open_tables
from tests.support.runs import ROOT

PEER = "marketing-attribution-models==2.1.1"
TOUCHES = 1_000_000
_STEPS = """
    select journey_id || case when is_converted then '-bought' else '-met' end as journey, touched_at, channel,
        is_converted and lead(1) over (partition by journey_id, is_converted order by touched_at, touch_id) is null
            as is_conversion
    from intermediate.int_journey_touches_listed
    order by touched_at, touch_id"""
# Shares before they are rounded, and credits as published.
_WEIGHED = """
    select weights.model, paths.channel, sum(weights.weight / weights.total_weight) as figure
    from intermediate.int_touches_weighted as weights
    inner join intermediate.int_touches_pathed as paths using (conversion_id, touch_number)
    where paths.touch_id is not null group by all"""
_PUBLISHED = (
    "select model, channel, sum(credit) as figure from marts.touch_credits where touch_id is not null group by all"
)
_MOVES = """
    select newer_member as from_1, next_member as "to", sum(journeys) as transitions
    from intermediate.int_journeys_counted where statistic = 'channel' group by all order by all"""


def measure(touches: int = TOUCHES) -> None:
    """Print the largest difference of each model, in conversions by channel; of Markov, of removal effects."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = folder / "peer" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", PEER, "pyarrow"], check=True)
        prepare = [sys.executable, "-m", "tests.bench.attribution_company", str(folder), str(touches)]
        subprocess.run(prepare, cwd=ROOT, check=True)
        with open_tables(folder, "file") as connection:
            steps, answer = folder / "steps.parquet", folder / "answer.json"
            connection.execute(f"copy ({_STEPS}) to '{steps}' (format parquet)")
            subprocess.run([str(python), str(ROOT / "tests/bench/peer_models.py"), str(steps), str(answer)], check=True)
            _compare(connection, json.loads(answer.read_text(encoding="utf-8")))


def _compare(connection: duckdb.DuckDBPyConnection, peer: dict[str, dict[str, float]]) -> None:
    effects = peer.pop("markov_1")
    found = markov(connection.execute(_MOVES).df(), order=1).set_index("member")["effect"]
    off = max(abs(found[channel] - effect) for channel, effect in effects.items())
    for kind, query in (("shares", _WEIGHED), ("published credits", _PUBLISHED)):
        ours = connection.execute(query).df().set_index(["model", "channel"])["figure"].astype(float)
        for model, figures in peer.items():
            apart = max(abs(ours.get((model, channel), 0.0) - figure) for channel, figure in figures.items())
            print(f"peers: {model:15} {kind}: {apart:.1e} conversions apart at most, of {sum(figures.values()):,.0f}")
    print(f"peers: markov_1 removal effects: {off:.1e} apart at most")
