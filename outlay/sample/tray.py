"""The tray of outgoing deliveries: rows of the smaller systems, each with the day on which it is handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from outlay.entities import ENTITIES
from outlay.sample.files import Exports

Row = dict[str, object]
_PLACES = {
    "platform_invoices": "billing",
    "campaigns": "masterdata",
    "vendors": "masterdata",
    "departments": "masterdata",
    "accounts": "ledger",
    "fiscal_periods": "ledger",
    "vendor_invoices": "payables",
    "vendor_invoice_lines": "payables",
    "payments": "payables",
    "contracts": "procurement",
    "contract_rates": "procurement",
    "purchase_orders": "procurement",
    "purchase_order_lines": "procurement",
    "receipts": "procurement",
    "budget_versions": "planning",
    "budget_lines": "planning",
    "budget_profiles": "planning",
    "planned_flights": "planning",
    "savings_baselines": "procurement",
    "savings_agreements": "procurement",
    "fx_rates": "treasury",
    "fx_locks": "treasury",
    "lift_tests": "experiments",
}
_PROVENANCE = ("source_system", "source_id", "source_updated_at")


class Tray:
    """Rows by delivery day and entity. A row put in for a day already handed over goes out with the next day."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        self._done = 0

    def put(self, ordinal: int, entity: str, row: Mapping[str, object]) -> None:
        """Hand over `row` of `entity` on a day."""
        self._rows[max(ordinal, self._done + 1)][entity].append(dict(row))

    def hand_over(self, exports: Exports, ordinal: int) -> None:
        """Write the day's rows: one canonical CSV an entity."""
        due = self._rows.pop(ordinal, {})
        self._done = ordinal
        for entity, rows in sorted(due.items()):
            header = [name for name in ENTITIES[entity].column_names if name not in _PROVENANCE]
            name = _PLACES[entity]
            day = exports.delivery_name(name, entity, ordinal, ".csv")
            exports.table(day, header, rows)
