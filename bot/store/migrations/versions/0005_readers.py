"""What readers keep and are sent: saved articles, finds of alerts, digests."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, JsonText, Words

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _person() -> list[sa.Column[int]]:
    return [
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
    ]


def _article(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_article_id")
    return sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_index("ix_articles_read", "articles", ["read_at"])
    op.create_table(
        "saved",
        *_person(),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        _article("saved"),
        sa.PrimaryKeyConstraint("bot_id", "user_id", "article_id", name=op.f("pk_saved")),
    )
    op.create_index("ix_saved_order", "saved", ["bot_id", "user_id", "saved_at"])
    op.create_table(
        "alert_looks",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("told_up_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        _article("alert_looks"),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_alert_looks")),
    )
    op.create_index("ix_alert_looks_looked", "alert_looks", ["looked_at"])
    op.create_table(
        "alert_finds",
        *_person(),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        _article("alert_finds"),
        sa.PrimaryKeyConstraint("bot_id", "user_id", "article_id", name=op.f("pk_alert_finds")),
    )
    op.create_index("ix_alert_finds_due", "alert_finds", ["told_at", "due_at"])
    op.create_table(
        "digests",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=8), server_default="chat", nullable=False),
        sa.Column("title", Words(), nullable=True),
        sa.Column("at", JsonText(), nullable=False),
        sa.Column("top", sa.Integer(), server_default="7", nullable=False),
        sa.Column("grouping", sa.String(length=8), server_default="none", nullable=False),
        sa.Column("takes", sa.String(length=8), server_default="all", nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_digests_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("name", name=op.f("uq_digests_name")),
    )
    op.create_index("ix_digests_channel", "digests", ["channel_id"])
    op.create_table(
        "reader_digests",
        *_person(),
        sa.Column("at", JsonText(), nullable=False),
        sa.Column("last_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "user_id", name=op.f("pk_reader_digests")),
    )
    op.create_index("ix_reader_digests_next", "reader_digests", ["next_at"])
