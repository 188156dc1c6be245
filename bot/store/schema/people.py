"""People who have met the bot, and what their buttons refer to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from bot.store.columns import Instant, JsonText, Words
from bot.store.schema.base import bot_id, metadata, refer_to

people = Table(
    "people",
    metadata,
    bot_id(primary=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(8), nullable=False, server_default="reader"),
    Column("name", Words),
    Column("language", String(16)),
    Column("started_at", Instant),
    Column("seen_at", Instant),
    Column("blocked_at", Instant),
    Column("options", JsonText),
)

claim_codes = Table(  # one-time codes: the owner's claim, invitations, /connect
    "claim_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    bot_id(),
    Column("purpose", String(16), nullable=False),
    Column("options", JsonText),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", BigInteger),
)

drafts = Table(  # what a person is about to push; buttons carry the opaque id
    "drafts",
    metadata,
    Column("id", String(24), primary_key=True),
    bot_id(),
    Column("user_id", BigInteger, nullable=False),
    refer_to("articles.id", name="article_id", nullable=True),
    refer_to("channels.id", name="channel_id", nullable=True),
    refer_to("posts.id", name="post_id", nullable=True, ondelete="SET NULL"),
    Column("state", String(12), nullable=False),  # see bot.store.drafts
    Column("options", JsonText),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", BigInteger),
)

queries = Table(  # a reader's search, so that paging survives restarts
    "queries",
    metadata,
    Column("id", String(24), primary_key=True),
    bot_id(),
    Column("user_id", BigInteger, nullable=False),
    Column("words", Words, nullable=False),
    Column("options", JsonText),
    Column("created_at", Instant, nullable=False),
    Index("ix_queries_created", "created_at"),
)

updates = Table(  # the inbox: written down before Telegram is told that we have it
    "updates",
    metadata,
    bot_id(primary=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("received_at", Instant, nullable=False),
    Column("body", JsonText),  # kept until handled
    Column("handled_at", Instant),
    Index("ix_updates_received", "received_at"),
)

facts = Table(  # small things to remember by name: menu hashes, the last run, …
    "facts",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("value", JsonText, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
