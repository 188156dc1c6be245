"""Buttons: where counted ones lead, and how often they were pressed."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Words

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "button_links",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("button", sa.String(length=16), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_button_links_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_button_links_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_button_links")),
    )
    op.create_index("ix_button_links_article", "button_links", ["article_id", "channel_id"])
    op.create_table(
        "button_presses",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("button", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_button_presses_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "button", "day", name=op.f("pk_button_presses")),
    )
