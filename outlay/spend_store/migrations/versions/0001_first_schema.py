"""Recorded expenditures, the answers of keys, the audit log, the API's keys.

Rows of the first three are never changed or removed: triggers refuse it whoever asks.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_UNCHANGING = ("spend_records", "idempotency_keys", "audit_entries")
_CORRECTS = "corrects_spend_id is not null"
# SQLite numbers rows by INTEGER PRIMARY KEY only.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(names: str, *, nullable: bool = False) -> Iterator[sa.Column[str]]:
    return (sa.Column(name, sa.Text(), nullable=nullable) for name in names.split())


def _index(name: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    """An index of the few records it is about: every other one costs no page of it."""
    condition = sa.text(where)
    op.create_index(name, "spend_records", columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "spend_records",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=True),
        *_texts("spend_id kind client submitted_at spend_date"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        *_texts("currency net_or_gross"),
        sa.Column("tax_minor", sa.BigInteger(), nullable=True),
        *_texts("vendor_id department_id campaign_id channel spend_category account_id", nullable=True),
        *_texts("contract_id po_id invoice_number service_start service_end", nullable=True),
        *_texts("payment_state evidence_url description", nullable=True),
        *_texts("department_source channel_source category_source"),
        sa.Column("corrects_spend_id", sa.Text(), sa.ForeignKey("spend_records.spend_id"), nullable=True),
        *_texts("correlation_id"),
        *_texts("reason", nullable=True),
        sa.UniqueConstraint("spend_id", name="spend_records_once"),
        sa.CheckConstraint("kind in ('expenditure', 'reversal')", name="spend_records_kind"),
        sa.CheckConstraint("kind = 'expenditure' or corrects_spend_id is not null", name="spend_records_reversal"),
        sa.CheckConstraint("(kind = 'expenditure') = (amount_minor > 0)", name="spend_records_sign"),
        sa.CheckConstraint("net_or_gross in ('net', 'gross')", name="spend_records_basis"),
    )
    op.create_index("spend_records_by_day", "spend_records", ["spend_date"])
    _index("spend_records_by_contract", ["contract_id"], where="contract_id is not null")
    # A record is taken back once and replaced once.
    _index("spend_records_corrected_once", ["corrects_spend_id", "kind"], where=_CORRECTS, unique=True)
    _index("spend_records_by_correlation", ["correlation_id"], where=_CORRECTS)
    op.create_table(
        "idempotency_keys",
        *_texts("client operation idempotency_key request"),
        sa.Column("status", sa.Integer(), nullable=False),
        *_texts("body at"),
        sa.PrimaryKeyConstraint("client", "operation", "idempotency_key"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        *_texts("at client key_id action subject idempotency_key body_sha256 result previous_hash hash"),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.Text(), primary_key=True),
        *_texts("client secret_sha256 scopes created_at"),
        *_texts("expires_at revoked_at replaces_key_id", nullable=True),
    )
    _forbid_changes()


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _UNCHANGING:
            for event in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_no_{event} before {event} on {table} "
                    f"begin select raise(abort, 'rows of {table} never change'); end"
                )
        return
    op.execute(
        "create function rows_never_change() returns trigger language plpgsql as "
        "$$ begin raise exception 'rows of % never change', tg_table_name; end $$"
    )
    for table in _UNCHANGING:
        op.execute(
            f"create trigger {table}_no_change before update or delete or truncate on {table} "
            "for each statement execute function rows_never_change()"
        )


def downgrade() -> None:
    """There is no way back: it would forget what was booked. Restore a back-up instead."""
    raise NotImplementedError("the first schema is never taken away; restore a back-up instead")
