"""Readers' standing searches, and the index by which an article finds them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, String, Table, UniqueConstraint, true

from bot.store.columns import Instant, JsonText, Words
from bot.store.schema.base import bot_id, metadata, refer_to, row_id

alert_searches = Table(  # what is looked for; people who ask for the same share one row
    "alert_searches",
    metadata,
    row_id(),
    Column("key", String(64), nullable=False, unique=True),  # hash of the canonical query
    Column("query", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
)

alert_terms = Table(  # each search stands under the forms of its rarest word alone, or under its source or site
    "alert_terms",
    metadata,
    Column("term", String(120), nullable=False),
    refer_to("alert_searches.id", name="search_id"),
    Column("words", Words, nullable=False, server_default=""),  # that an article must have, with spaces between
    Column("more", Boolean, nullable=False, server_default=true()),  # whether the search says more than these
    PrimaryKeyConstraint("term", "search_id", name="pk_alert_terms"),
    Index("ix_alert_terms_search", "search_id"),
    sqlite_with_rowid=False,
)

alerts = Table(
    "alerts",
    metadata,
    row_id(),
    bot_id(),
    Column("user_id", BigInteger, nullable=False),
    refer_to("alert_searches.id", name="search_id"),
    Column("text", Words, nullable=False),  # as the person typed it
    Column("kind", String(8), nullable=False),  # instant, hourly, daily
    Column("state", String(8), nullable=False, server_default="on"),  # on, stopped
    Column("muted_until", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("bot_id", "user_id", "search_id"),
    Index("ix_alerts_search", "search_id", "id"),
)
