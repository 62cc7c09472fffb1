"""Google's campaigns are as many as Google counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outlay.company import read_company
from outlay.sources import open_fetched
from outlay.sources.fetched.errors import FetchError
from tests.fakes.company import fetched_source
from tests.fakes.faults import Fault
from tests.fakes.fixtures import fake, fake_process, fake_secrets
from tests.fakes.server import FakeServer

__all__ = ["fake", "fake_process", "fake_secrets"]
KIND = "google_ads"


@pytest.mark.usefixtures("fake_secrets")
@pytest.mark.parametrize("entity", ["campaigns", "platform_invoices"])
def test_fewer_campaigns_than_google_counts_are_refused(fake: FakeServer, tmp_path: Path, entity: str) -> None:
    text = '[company]\nname = "A"\ncurrency = "EUR"\n\n' + fetched_source(fake, KIND, entity, "google")
    (tmp_path / "company.toml").write_text(text, encoding="utf-8")
    company = read_company(tmp_path)
    # The count is the first request, the list the second.
    fake.world.faults.add(Fault(KIND, "lost_row", step="campaigns", at=2))
    with pytest.raises(FetchError, match="Google counts 2 campaigns and gave 1; run again later"):
        open_fetched(company.sources["google"], company, tmp_path / "landing").refresh(date(2026, 2, 4))
