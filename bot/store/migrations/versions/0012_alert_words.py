"""Alerts: each search's words beside the term that finds it, so that most need no second look."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import JsonText, Words

revision = "0012"
down_revision = "0011"

_PIECE = 2_000


def upgrade() -> None:
    op.add_column("alert_terms", sa.Column("words", Words(), nullable=False, server_default=""))
    op.add_column("alert_terms", sa.Column("more", sa.Boolean(), nullable=False, server_default=sa.true()))
    searches = sa.table("alert_searches", sa.column("id", sa.BigInteger), sa.column("query", JsonText))
    terms = sa.table("alert_terms", sa.column("search_id"), sa.column("words"), sa.column("more", sa.Boolean))
    put = sa.update(terms).where(terms.c.search_id == sa.bindparam("search"))
    put = put.values(words=sa.bindparam("said"), more=sa.bindparam("rest"))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(searches).where(searches.c.id > last).order_by(searches.c.id).limit(_PIECE)
    ).all():
        connection.execute(put, [_words(row.id, row.query) for row in rows])
        last = rows[-1].id


def _words(search_id: int, query: dict[str, list[str]]) -> dict[str, object]:
    said = dict.fromkeys([*query.get("words", ()), *(word for phrase in query.get("phrases", ()) for word in phrase)])
    return {"search": search_id, "said": " ".join(said), "rest": query.keys() != {"words"}}
