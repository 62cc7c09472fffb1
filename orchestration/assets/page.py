"""Station 6: the report page of the version that is served, beside its data."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.publishing import GROUP, PUBLISHED
from orchestration.context import company, data_folder
from orchestration.progress import report
from outlay.page import INDEX, PAGE, write_pages
from outlay.publishing import VersionDamagedError, current


@dg.asset(
    key=dg.AssetKey([GROUP, "page"]),
    group_name=GROUP,
    deps=[PUBLISHED],
    description="The report for people: one page, and one for each campaign and vendor. HTML and SVG, no scripts.",
    owners=["team:data"],
    kinds={"html"},
)
def page() -> dg.MaterializeResult:
    """Write the pages of exactly the version that readers see now into its folder."""
    report("writing the page")
    data = data_folder()
    version = current(data.published)
    if version is None:
        raise VersionDamagedError(f"{data.published}: nothing is published, so there is nothing to report on")
    written = write_pages(version, version.folder / PAGE, company())
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(version.folder / PAGE / INDEX),
            "pages": len(written),
            "bytes": sum(path.stat().st_size for path in written),
        }
    )
