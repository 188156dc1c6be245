"""What was done by whom, and how posts fared with their readers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from bot.store.columns import Instant, JsonText, Words
from bot.store.schema.base import bot_id, metadata, refer_to, row_id

audit = Table(  # who did what, when, about what; never changed, never removed
    "audit",
    metadata,
    row_id(),
    bot_id(),
    Column("at", Instant, nullable=False),
    Column("user_id", BigInteger),  # None: the command line or the file
    Column("who", Words, nullable=False),  # their name at that time
    Column("what", String(40), nullable=False),  # a verb: person-removed, channel-added
    Column("about", Words, nullable=False),
    Column("options", JsonText),
    Index("ix_audit_at", "bot_id", "at"),
)

reactions = Table(  # Telegram's own count, as last told (message_reaction_count)
    "reactions",
    metadata,
    bot_id(primary=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("counts", JsonText, nullable=False),  # emoji -> number
    Column("total", Integer, nullable=False),
    Column("told_at", Instant, nullable=False),
)

sightings = Table(  # messages in our channels that Telegram told us of; body: a copy's parts, None: a person's post
    "sightings",
    metadata,
    bot_id(primary=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", JsonText),
    Column("seen_at", Instant, nullable=False),
    Index("ix_sightings_seen", "seen_at"),
)

audience = Table(  # subscribers over time (getChatMemberCount)
    "audience",
    metadata,
    refer_to("channels.id", name="channel_id", primary=True),
    Column("at", Instant, primary_key=True),
    Column("members", Integer, nullable=False),
)
