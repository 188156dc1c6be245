"""Readers' alerts, filed under their rarest word."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, JsonText, Words

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alert_searches",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("query", JsonText(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_searches")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_searches_key")),
    )
    op.create_table(
        "alert_terms",
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["alert_searches.id"], name=op.f("fk_alert_terms_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term", "search_id", name=op.f("pk_alert_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alert_terms_search", "alert_terms", ["search_id"])
    op.create_table(
        "alerts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="on", nullable=False),
        sa.Column("muted_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["alert_searches.id"], name=op.f("fk_alerts_search_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("bot_id", "user_id", "search_id", name=op.f("uq_alerts_bot_id_user_id_search_id")),
    )
    op.create_index("ix_alerts_search", "alerts", ["search_id", "id"])
