"""What readers keep and are sent: saved articles, what their alerts found, digests."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, false

from bot.store.columns import Instant, JsonText, Words
from bot.store.schema.base import bot_id, metadata, refer_to, row_id

saved = Table(  # articles that a reader put aside
    "saved",
    metadata,
    bot_id(primary=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    refer_to("articles.id", name="article_id", primary=True),
    Column("saved_at", Instant, nullable=False),
    Index("ix_saved_order", "bot_id", "user_id", "saved_at"),
)

alert_looks = Table(  # articles whose alerts were looked for, and up to which reader they were told
    "alert_looks",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    Column("told_up_to", BigInteger, nullable=False, server_default="0"),
    Column("looked_at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_alert_looks_looked", "looked_at"),
)

alert_finds = Table(  # what an alert found and its reader is told later, gathered with others
    "alert_finds",
    metadata,
    bot_id(primary=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    refer_to("articles.id", name="article_id", primary=True),
    Column("words", Words, nullable=False),  # of the alert
    Column("found_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("told_at", Instant),
    Index("ix_alert_finds_due", "told_at", "due_at"),
)

digests = Table(  # several articles in one post, for a channel, at its times
    "digests",
    metadata,
    row_id(),
    bot_id(),
    Column("name", String(80), nullable=False, unique=True),
    refer_to("channels.id", name="channel_id"),
    Column("owner", String(8), nullable=False, server_default="chat"),
    Column("title", Words),
    Column("at", JsonText, nullable=False),
    Column("top", Integer, nullable=False, server_default="7"),
    Column("grouping", String(8), nullable=False, server_default="none"),
    Column("takes", String(8), nullable=False, server_default="all"),
    Column("live", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("last_at", Instant),  # the time of its last edition
    Index("ix_digests_channel", "channel_id"),
)

reader_digests = Table(  # when a reader gets the news of the day
    "reader_digests",
    metadata,
    bot_id(primary=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", JsonText, nullable=False),
    Column("last_at", Instant),
    Column("next_at", Instant),
    Column("options", JsonText),  # about, live: see bot.store.digests.ReaderDigest
    Index("ix_reader_digests_next", "next_at"),
)
