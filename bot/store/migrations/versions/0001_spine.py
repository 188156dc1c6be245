"""The spine: sources, articles, channels, rules, decisions, posts, deliveries, people."""

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, JsonText, Seconds, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "bots",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("name", Words(), nullable=True),
        sa.Column("met_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_bots")),
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("network", sa.String(length=16), server_default="telegram", nullable=False),
        sa.Column("address", Words(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("title", Words(), nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=8), server_default="chat", nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("timezone", sa.String(length=64), server_default="UTC", nullable=False),
        sa.Column("template", sa.String(length=80), server_default="share", nullable=False),
        sa.Column("actions", sa.String(length=8), server_default="auto", nullable=False),
        sa.Column("preview", sa.String(length=16), server_default="large-above", nullable=False),
        sa.Column("linked_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("protected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("approve", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fresh_for", Seconds(), server_default="10800", nullable=False),
        sa.Column("max_age", Seconds(), server_default="172800", nullable=False),
        sa.Column("options", JsonText(), nullable=True),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("pause_reason", JsonText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("bot_id", "network", "address", name=op.f("uq_channels_bot_id_network_address")),
        sa.UniqueConstraint("name", name=op.f("uq_channels_name")),
    )
    op.create_table(
        "claim_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("options", JsonText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_claim_codes")),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", JsonText(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", Words(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("problem", JsonText(), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("messages", JsonText(), nullable=True),
        sa.Column("options", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("bot_id", "key", name=op.f("uq_notices_bot_id_key")),
    )
    op.create_table(
        "pauses",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", name=op.f("pk_pauses")),
    )
    op.create_table(
        "people",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=8), server_default="reader", nullable=False),
        sa.Column("name", Words(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("blocked_at", Instant(), nullable=True),
        sa.Column("options", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "user_id", name=op.f("pk_people")),
    )
    op.create_table(
        "queries",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.Column("options", JsonText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queries")),
    )
    op.create_index("ix_queries_created", "queries", ["created_at"], unique=False)
    op.create_table(
        "rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=8), server_default="chat", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("drop", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("channels", JsonText(), nullable=True),
        sa.Column("match", JsonText(), nullable=True),
        sa.Column("options", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_rules_name")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("title", Words(), nullable=True),
        sa.Column("homepage", Words(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("owner", sa.String(length=8), server_default="chat", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("media", sa.String(length=8), server_default="link", nullable=False),
        sa.Column("tags", JsonText(), nullable=True),
        sa.Column("backfill", sa.Integer(), server_default="0", nullable=False),
        sa.Column("every", Seconds(), nullable=True),
        sa.Column("options", JsonText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.Column("next_check_at", Instant(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("baseline_at", Instant(), nullable=True),
        sa.Column("etag", Words(), nullable=True),
        sa.Column("last_modified", Words(), nullable=True),
        sa.Column("body_hash", sa.String(length=64), nullable=True),
        sa.Column("ttl", Seconds(), nullable=True),
        sa.Column("rhythm", JsonText(), nullable=True),
        sa.Column("hub", Words(), nullable=True),
        sa.Column("topic", Words(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("problem", JsonText(), nullable=True),
        sa.Column("moved_to", Words(), nullable=True),
        sa.Column("kills", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )
    op.create_index(
        "ix_sources_due",
        "sources",
        ["next_check_at"],
        unique=False,
        sqlite_where=sa.text("enabled"),
        postgresql_where=sa.text("enabled"),
    )
    op.create_table(
        "updates",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("body", JsonText(), nullable=True),
        sa.Column("handled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name=op.f("pk_updates")),
    )
    op.create_index("ix_updates_received", "updates", ["received_at"], unique=False)
    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("baseline", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("url", Words(), nullable=True),
        sa.Column("canonical_url", Words(), nullable=True),
        sa.Column("title", Words(), nullable=True),
        sa.Column("standfirst", Words(), nullable=True),
        sa.Column("authors", JsonText(), nullable=True),
        sa.Column("published", Instant(), nullable=True),
        sa.Column("modified", Instant(), nullable=True),
        sa.Column("site_name", Words(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("text", Words(), nullable=True),
        sa.Column("tags", JsonText(), nullable=True),
        sa.Column("summary", JsonText(), nullable=True),
        sa.Column("summary_how", Words(), nullable=True),
        sa.Column("shortlink", Words(), nullable=True),
        sa.Column("alternates", JsonText(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("fingerprint", JsonText(), nullable=True),
        sa.Column("entry", JsonText(), nullable=True),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("read_after", Instant(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", JsonText(), nullable=True),
        sa.Column("decided_revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_articles_source_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index("ix_articles_published", "articles", ["published"], unique=False)
    op.create_index("ix_articles_source", "articles", ["source_id", "found_at"], unique=False)
    op.create_index("ix_articles_story", "articles", ["story_id"], unique=False)
    op.create_index("ix_articles_to_compose", "articles", ["state", "baseline", "decided_revision"], unique=False)
    op.create_index("ix_articles_to_read", "articles", ["state", "baseline", "read_after"], unique=False)
    op.create_table(
        "websub",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("hub", Words(), nullable=False),
        sa.Column("topic", Words(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_websub_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_websub")),
        sa.UniqueConstraint("token", name=op.f("uq_websub_token")),
    )
    op.create_table(
        "article_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_keys_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_article_keys")),
    )
    op.create_index("ix_article_keys_article", "article_keys", ["article_id"], unique=False)
    op.create_table(
        "article_versions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seen", JsonText(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_versions_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_versions")),
    )
    op.create_table(
        "entries",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_key", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_entries_article_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_entries_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "entry_key", name=op.f("pk_entries")),
    )
    op.create_table(
        "media",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("url", Words(), nullable=True),
        sa.Column("player", Words(), nullable=True),
        sa.Column("caption", Words(), nullable=True),
        sa.Column("credit", Words(), nullable=True),
        sa.Column("title", Words(), nullable=True),
        sa.Column("thumbnail", Words(), nullable=True),
        sa.Column("mime", Words(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_media_article_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_media")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("once_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", Words(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("target_post_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("requests", JsonText(), nullable=False),
        sa.Column("request_index", sa.Integer(), server_default="0", nullable=False),
        sa.Column("visible_text", Words(), nullable=False),
        sa.Column("weight", sa.Integer(), server_default="1", nullable=False),
        sa.Column("template", sa.String(length=80), nullable=True),
        sa.Column("silent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("unknown_policy", sa.String(length=12), server_default="reconcile", nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("fresh_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_epoch", sa.BigInteger(), nullable=True),
        sa.Column("unknown_at", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("remote_id", Words(), nullable=True),
        sa.Column("remote_ids", JsonText(), nullable=True),
        sa.Column("remote_url", Words(), nullable=True),
        sa.Column("problem", JsonText(), nullable=True),
        sa.Column("out_of_order", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_posts_article_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_posts_channel_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["target_post_id"], ["posts.id"], name=op.f("fk_posts_target_post_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("bot_id", "once_key", name=op.f("uq_posts_bot_id_once_key")),
    )
    op.create_index("ix_posts_article", "posts", ["article_id", "channel_id"], unique=False)
    op.create_index("ix_posts_chat", "posts", ["bot_id", "chat_id", "state"], unique=False)
    op.create_index("ix_posts_due", "posts", ["bot_id", "state", "lane", "due_at", "id"], unique=False)
    op.create_index("ix_posts_target", "posts", ["target_post_id"], unique=False)
    op.create_table(
        "related_links",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("url", Words(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_related_links_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_related_links")),
    )
    op.create_table(
        "decisions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("passed", JsonText(), nullable=True),
        sa.Column("evidence", JsonText(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_decisions_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_decisions_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_decisions_post_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("article_id", "channel_id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_channel", "decisions", ["channel_id", "decided_at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("request_index", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", Words(), nullable=True),
        sa.Column("retry_after", sa.Float(), nullable=True),
        sa.Column("remote_id", Words(), nullable=True),
        sa.Column("remote_url", Words(), nullable=True),
        sa.Column("last_known_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_deliveries_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("post_id", "attempt", name=op.f("uq_deliveries_post_id_attempt")),
    )
    op.create_index("ix_deliveries_open", "deliveries", ["bot_id", "outcome"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("options", JsonText(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_drafts_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_drafts_channel_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_drafts_post_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
