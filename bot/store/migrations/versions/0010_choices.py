"""Choices: what a reader wants to read in their digest, and whether it is one message that grows."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import JsonText

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("reader_digests", sa.Column("options", JsonText(), nullable=True))
