"""Listings: the further sources of an article; an index by a source's address."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "listings",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("listed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_listings_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_listings_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "source_id", name=op.f("pk_listings")),
    )
    op.create_index("ix_listings_source", "listings", ["source_id"])
    op.create_index("ix_sources_url", "sources", ["url"], postgresql_using="hash")
