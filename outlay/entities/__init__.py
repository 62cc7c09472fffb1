"""The canonical entities: what a company delivers, column by column.

Every source, whatever its own words, is parsed into one of these shapes; dbt reads them as its sources.
"""

from outlay.entities.declared import DECLARED
from outlay.entities.model import LINEAGE_COLUMNS, Column, Entity

__all__ = ["ENTITIES", "LINEAGE_COLUMNS", "Column", "Entity"]

ENTITIES: dict[str, Entity] = {entity.name: entity for entity in DECLARED}
