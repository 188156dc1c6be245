"""Posts by the address at which they stand."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("ix_posts_link", "posts", ["remote_url"], postgresql_using="hash")
