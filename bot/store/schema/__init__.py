"""The tables: what is remembered.  The migrations make them; a test holds both in step on both databases.

Rows that touch Telegram carry `bot_id`, since ids of readers, messages and files are unique only per bot.  Every row
that leads to a message has a unique key that names the decision, so that a repeat is harmless.
"""

from bot.store.schema.alerts import alert_searches, alert_terms, alerts
from bot.store.schema.base import metadata
from bot.store.schema.content import (
    article_keys,
    article_versions,
    articles,
    entries,
    listings,
    media,
    related_links,
    sources,
    websub,
)
from bot.store.schema.outbox import bots, channels, decisions, deliveries, leases, notices, pauses, pins, posts, rules
from bot.store.schema.people import claim_codes, drafts, facts, people, queries, updates
from bot.store.schema.readers import alert_finds, alert_looks, digests, reader_digests, saved
from bot.store.schema.record import audience, audit, button_links, button_presses, reactions, sightings

__all__ = [
    "alert_finds",
    "alert_looks",
    "alert_searches",
    "alert_terms",
    "alerts",
    "article_keys",
    "article_versions",
    "articles",
    "audience",
    "audit",
    "bots",
    "button_links",
    "button_presses",
    "channels",
    "claim_codes",
    "decisions",
    "deliveries",
    "digests",
    "drafts",
    "entries",
    "facts",
    "leases",
    "listings",
    "media",
    "metadata",
    "notices",
    "pauses",
    "people",
    "pins",
    "posts",
    "queries",
    "reactions",
    "reader_digests",
    "related_links",
    "rules",
    "saved",
    "sightings",
    "sources",
    "updates",
    "websub",
]
