"""Sightings: messages in our channels that Telegram told us of."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, JsonText

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "sightings",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", JsonText(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", "message_id", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_seen", "sightings", ["seen_at"])
