"""Pins: breaking posts that stand pinned for a while.  An index for posts by the time that they were sent."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, Seconds

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "pins",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("lasts", Seconds(), nullable=False),
        sa.Column("pinned_at", Instant(), nullable=True),
        sa.Column("over_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_pins_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_pins_channel_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_pins")),
    )
    op.create_index("ix_pins_open", "pins", ["bot_id", "over_at"])
    op.create_index("ix_posts_sent", "posts", ["sent_at"])
