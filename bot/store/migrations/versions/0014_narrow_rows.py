"""The index's rows on PostgreSQL: texts and words stand apart from what most questions read of a row.

A longer question looks at tens of thousands of rows for their headlines alone.  Rows written from now on are a seventh
as long; older ones stay as they are until their articles change.
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_texts SET (toast_tuple_target = 128)")
        op.execute("ALTER TABLE search_texts ALTER COLUMN title SET STORAGE MAIN")  # not apart
