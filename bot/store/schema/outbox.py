"""What goes out: channels, rules, decisions, posts, deliveries, and what the sender must not forget."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, UniqueConstraint, false, true

from bot.store.columns import Instant, JsonText, Seconds, Words
from bot.store.schema.base import bot_id, metadata, refer_to, row_id

bots = Table(
    "bots",
    metadata,
    bot_id(primary=True),
    Column("username", String(64)),
    Column("name", Words),
    Column("met_at", Instant, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    row_id(),
    bot_id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("network", String(16), nullable=False, server_default="telegram"),
    Column("address", Words, nullable=False),
    Column("chat_id", BigInteger),
    Column("title", Words),
    Column("username", String(64)),
    Column("owner", String(8), nullable=False, server_default="chat"),
    Column("language", String(16)),
    Column("timezone", String(64), nullable=False, server_default="UTC"),
    Column("template", String(80), nullable=False, server_default="share"),
    Column("actions", String(8), nullable=False, server_default="auto"),
    Column("preview", String(16), nullable=False, server_default="large-above"),
    Column("linked_chat_id", BigInteger),
    Column("protected", Boolean, nullable=False, server_default=false()),
    Column("approve", Boolean, nullable=False, server_default=false()),
    Column("fresh_for", Seconds, nullable=False, server_default="10800"),
    Column("max_age", Seconds, nullable=False, server_default="172800"),
    Column("options", JsonText),
    Column("paused_at", Instant),
    Column("pause_reason", JsonText),  # errors.Problem as JSON
    Column("created_at", Instant, nullable=False),
    Column("checked_at", Instant),  # rights last looked at
    UniqueConstraint("bot_id", "network", "address"),
)

rules = Table(
    "rules",
    metadata,
    row_id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("owner", String(8), nullable=False, server_default="chat"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("drop", Boolean, nullable=False, server_default=false()),
    Column("channels", JsonText),
    Column("match", JsonText),
    Column("options", JsonText),
)

decisions = Table(  # why each article did or did not go to each channel
    "decisions",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    refer_to("channels.id", name="channel_id", primary=True),
    Column("posted", Boolean, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("reason", Words, nullable=False),
    Column("passed", JsonText),
    Column("evidence", JsonText),
    refer_to("posts.id", name="post_id", nullable=True, ondelete="SET NULL"),
    Column("decided_at", Instant, nullable=False),
    Index("ix_decisions_channel", "channel_id", "decided_at"),
)

# ── deliver ──────────────────────────────────────────────────────────────────────────────────────────────────────

posts = Table(
    "posts",
    metadata,
    row_id(),
    bot_id(),
    Column("once_key", String(200), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("lane", Integer, nullable=False),
    refer_to("channels.id", name="channel_id", nullable=True),
    Column("chat_id", Words, nullable=False),  # a number or @username, as text
    Column("thread_id", BigInteger),
    refer_to("articles.id", name="article_id", nullable=True, ondelete="SET NULL"),
    refer_to("posts.id", name="target_post_id", nullable=True, ondelete="SET NULL"),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("requests", JsonText, nullable=False),  # the composed one and its ordered fallbacks
    Column("request_index", Integer, nullable=False, server_default="0"),
    Column("visible_text", Words, nullable=False),
    Column("weight", Integer, nullable=False, server_default="1"),
    Column("template", String(80)),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Column("unknown_policy", String(12), nullable=False, server_default="reconcile"),
    Column("due_at", Instant),
    Column("fresh_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_epoch", BigInteger),
    Column("unknown_at", Instant),  # since when its outcome is unknown
    Column("sent_at", Instant),
    Column("remote_id", Words),
    Column("remote_ids", JsonText),
    Column("remote_url", Words),
    Column("problem", JsonText),  # errors.Problem as JSON
    Column("out_of_order", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("bot_id", "once_key"),
    Index("ix_posts_due", "bot_id", "state", "lane", "due_at", "id"),
    Index("ix_posts_chat", "bot_id", "chat_id", "state"),
    Index("ix_posts_article", "article_id", "channel_id"),
    Index("ix_posts_target", "target_post_id"),
    Index("ix_posts_sent", "sent_at"),
    Index("ix_posts_link", "remote_url", postgresql_using="hash"),  # another network's address may be of any length
)

pins = Table(  # breaking posts that stand pinned for a while
    "pins",
    metadata,
    refer_to("posts.id", name="post_id", primary=True),
    bot_id(),
    refer_to("channels.id", name="channel_id"),
    Column("lasts", Seconds, nullable=False),  # from when it was sent
    Column("pinned_at", Instant),
    Column("over_at", Instant),
    Index("ix_pins_open", "bot_id", "over_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    row_id(),
    bot_id(),
    refer_to("posts.id", name="post_id"),
    Column("attempt", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("request_index", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(20)),
    Column("status", Integer),
    Column("error", Words),
    Column("retry_after", Float),
    Column("remote_id", Words),
    Column("remote_url", Words),
    Column("last_known_id", BigInteger),  # highest message id known in the chat before the call
    UniqueConstraint("post_id", "attempt"),
    Index("ix_deliveries_open", "bot_id", "outcome"),
)

pauses = Table(  # flood pauses that survive a restart; chat_id "" = the whole bot
    "pauses",
    metadata,
    bot_id(primary=True),
    Column("chat_id", String(64), primary_key=True),
    Column("until", Instant, nullable=False),
    Column("reason", Words, nullable=False),
)

leases = Table(  # one sender per bot at a time (PostgreSQL); the epoch fences every claim and mark
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", Words, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("taken_at", Instant, nullable=False),
)

notices = Table(  # cards for admins: one message each, edited in place
    "notices",
    metadata,
    row_id(),
    bot_id(),
    Column("key", String(120), nullable=False),  # what it is about, e.g. "channel-paused:7"
    Column("problem", JsonText, nullable=False),
    Column("count", Integer, nullable=False, server_default="1"),
    Column("raised_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("shown_at", Instant),
    Column("closed_at", Instant),
    Column("messages", JsonText),  # chat id -> message id
    Column("options", JsonText),
    UniqueConstraint("bot_id", "key"),
)
