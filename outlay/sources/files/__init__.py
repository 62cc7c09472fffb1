"""Files that a company drops into its folder: exports of any shape, mapped by company.toml."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import duckdb

from outlay.company import Company, SourceSection
from outlay.durable import copy_of, sha256_of
from outlay.entities import ENTITIES, Entity
from outlay.sources.base import Mark, Offer, Parsed, settings_fingerprint
from outlay.sources.files.discover import find
from outlay.sources.files.parse import FileParser

# Raised when the parser reads the same bytes differently: everything landed is then parsed anew.
PARSER_VERSION = 3
# What does not change how a file's rows are read.
_NOT_PARSING = {"name", "glob", "optional", "restatement_days", "accept", "start", "base_url", "credentials", "options"}


class FileSource:
    """The files of one `[sources.<name>]` table of kind `files`."""

    def __init__(self, section: SourceSection, company: Company) -> None:
        self.section = section
        self.company = company
        self._paths: dict[Offer, Path] = {}

    @property
    def name(self) -> str:
        return self.section.name

    @property
    def entity(self) -> Entity:
        return ENTITIES[self.section.entity]

    @cached_property
    def settings(self) -> str:
        """Fingerprint of the mapping, the company's time zone and the parser itself."""
        return settings_fingerprint(self.section, self.company, _NOT_PARSING, parser=PARSER_VERSION)

    def offers(self) -> list[Offer]:
        self._paths = find(self.company.folder, self.section.glob or "")
        return list(self._paths)

    def sha256(self, offer: Offer) -> str:
        return sha256_of(self._paths[offer])

    def keep(self, offer: Offer, target: Path) -> str:
        return copy_of(self._paths[offer], target)

    def parse(
        self, deliveries: Iterator[tuple[Mark, Path]], connection: duckdb.DuckDBPyConnection, work: Path
    ) -> list[Parsed]:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            return FileParser(self.section, self.company, connection, Path(folder)).parse(deliveries)
