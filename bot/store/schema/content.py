"""What is watched and read: sources, what they listed, articles and all that belongs to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, false, text, true

from bot.store.columns import Instant, JsonText, Seconds, Words
from bot.store.schema.base import metadata, refer_to, row_id

sources = Table(
    "sources",
    metadata,
    row_id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("url", Words, nullable=False),
    Column("title", Words),
    Column("homepage", Words),
    Column("language", String(16)),
    Column("owner", String(8), nullable=False, server_default="chat"),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("media", String(8), nullable=False, server_default="link"),
    Column("tags", JsonText),
    Column("backfill", Integer, nullable=False, server_default="0"),
    Column("every", Seconds),
    Column("options", JsonText),
    Column("created_at", Instant, nullable=False),
    # what the last check left behind
    Column("checked_at", Instant),
    Column("next_check_at", Instant),
    Column("claimed_until", Instant),  # lease of the check under way
    Column("baseline_at", Instant),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_hash", String(64)),
    Column("ttl", Seconds),
    Column("rhythm", JsonText),  # how often it brings something: gap, newest, skip_hours, skip_days
    Column("hub", Words),
    Column("topic", Words),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("failing_since", Instant),
    Column("problem", JsonText),  # errors.Problem as JSON
    Column("moved_to", Words),
    Column("kills", Integer, nullable=False, server_default="0"),  # times its document cost us a parser
    Index("ix_sources_due", "next_check_at", sqlite_where=text("enabled"), postgresql_where=text("enabled")),
    Index("ix_sources_url", "url", postgresql_using="hash"),
)

entries = Table(  # what a source listed: a hash per item, so that only what changed is looked at again
    "entries",
    metadata,
    refer_to("sources.id", name="source_id", primary=True),
    Column("entry_key", String(64), primary_key=True),  # hash of the item's identity within its source
    Column("entry_hash", String(64), nullable=False),  # hash of the item's content
    refer_to("articles.id", name="article_id", nullable=True, ondelete="SET NULL"),
    Column("seen_at", Instant, nullable=False),
)

websub = Table(
    "websub",
    metadata,
    refer_to("sources.id", name="source_id", primary=True),
    Column("hub", Words, nullable=False),
    Column("topic", Words, nullable=False),
    Column("token", String(64), nullable=False, unique=True),  # in the callback's address
    Column("secret", String(128), nullable=False),
    Column("state", String(16), nullable=False),  # asked, verified, refused
    Column("expires_at", Instant),
    Column("asked_at", Instant, nullable=False),
)

# ── read ─────────────────────────────────────────────────────────────────────────────────────────────────────────

articles = Table(
    "articles",
    metadata,
    row_id(),
    refer_to("sources.id", name="source_id", nullable=True, ondelete="SET NULL"),
    Column("state", String(8), nullable=False),
    Column("baseline", Boolean, nullable=False, server_default=false()),
    Column("url", Words),
    Column("canonical_url", Words),
    Column("title", Words),
    Column("standfirst", Words),
    Column("authors", JsonText),
    Column("published", Instant),
    Column("modified", Instant),
    Column("site_name", Words),
    Column("language", String(16)),
    Column("text", Words),
    Column("tags", JsonText),
    Column("summary", JsonText),  # list of sentences
    Column("summary_how", Words),
    Column("shortlink", Words),
    Column("alternates", JsonText),
    Column("minutes", Integer),
    Column("story_id", BigInteger),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("content_hash", String(64)),  # of what people see
    Column("fingerprint", JsonText),  # for likeness
    Column("entry", JsonText),  # the item as found, until read
    Column("found_at", Instant, nullable=False),
    Column("read_at", Instant),
    Column("read_after", Instant),  # not before; None = nothing to read
    Column("claimed_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", JsonText),
    Column("decided_revision", Integer),  # the revision compose has looked at last
    Index("ix_articles_to_read", "state", "baseline", "read_after"),
    Index("ix_articles_published", "published"),
    Index("ix_articles_read", "read_at"),
    Index("ix_articles_source", "source_id", "found_at"),
    Index("ix_articles_story", "story_id"),
    Index("ix_articles_to_compose", "state", "baseline", "decided_revision"),
)

article_keys = Table(  # any identifier that leads to the article; kept for ever
    "article_keys",
    metadata,
    Column("key", String(200), primary_key=True),
    refer_to("articles.id", name="article_id"),
    Index("ix_article_keys_article", "article_id"),
)

listings = Table(  # the further sources of an article; a row of its first one only where that differs from the article
    "listings",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    refer_to("sources.id", name="source_id", primary=True),
    Column("baseline", Boolean, nullable=False),  # the source listed it when it was new itself
    Column("listed_at", Instant, nullable=False),
    Index("ix_listings_source", "source_id"),
)

media = Table(
    "media",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),  # lead, image, video
    Column("url", Words),
    Column("player", Words),
    Column("caption", Words),
    Column("credit", Words),
    Column("title", Words),
    Column("thumbnail", Words),
    Column("mime", Words),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration", Integer),
    Column("size", BigInteger),
)

related_links = Table(
    "related_links",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    Column("position", Integer, primary_key=True),
    Column("title", Words, nullable=False),
    Column("url", Words),
)

article_versions = Table(  # what people saw before a change
    "article_versions",
    metadata,
    refer_to("articles.id", name="article_id", primary=True),
    Column("revision", Integer, primary_key=True),
    Column("seen", JsonText, nullable=False),  # title, standfirst, summary, text
    Column("replaced_at", Instant, nullable=False),
)
