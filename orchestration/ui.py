"""`make ui`: the Dagster UI on one company, with that company's instance and a manifest parsed beforehand."""

from __future__ import annotations

import os
import sys

from orchestration import dbt
from orchestration.instance import prepare_home
from outlay.settings import PROJECT_ROOT, Settings


def main() -> None:
    """Replace this process by `dagster dev`; arguments are passed on (`--port 3001`)."""
    settings = Settings()
    if not dbt.manifest_is_current():
        dbt.parse_manifest()
    os.environ["DAGSTER_HOME"] = str(prepare_home(settings.data_folder))
    os.environ["OUTLAY_COMPANY"] = str(settings.company_folder)
    os.environ["OUTLAY_DATA"] = str(settings.data_folder.root)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.chdir(PROJECT_ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", *sys.argv[1:]])


if __name__ == "__main__":
    main()
