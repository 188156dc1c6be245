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

button_links = Table(  # where a counted button of a channel's posts leads; the opaque id is what stands in the button
    "button_links",
    metadata,
    Column("id", String(16), primary_key=True),
    bot_id(),
    refer_to("channels.id", name="channel_id"),
    refer_to("articles.id", name="article_id"),
    Column("button", String(16), nullable=False),  # read, whatsapp, x, …
    Column("url", Words, nullable=False),
    Index("ix_button_links_article", "article_id", "channel_id"),
)

button_presses = Table(  # how often, by day; nothing of who
    "button_presses",
    metadata,
    refer_to("posts.id", name="post_id", primary=True),
    Column("button", String(16), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # since 1970, in UTC
    Column("count", Integer, nullable=False),
)

audience = Table(  # subscribers over time (getChatMemberCount)
    "audience",
    metadata,
    refer_to("channels.id", name="channel_id", primary=True),
    Column("at", Instant, primary_key=True),
    Column("members", Integer, nullable=False),
)
