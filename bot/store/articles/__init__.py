"""Articles: found, read, looked for.  `add_found` is where watching hands over, `to_compose` where reading does."""

from bot.store.articles.find import by_keys, get, get_many, keys_of, latest, of_story
from bot.store.articles.found import (
    Added,
    Claimed,
    add_found,
    add_pushed,
    claim_found,
    fail,
    give_keys,
    merge,
    next_reading,
    read_again,
    skip,
)
from bot.store.articles.ready import (
    Stored,
    Version,
    content_hash,
    mark_decided,
    set_story,
    store_ready,
    to_compose,
    versions,
)

__all__ = [
    "Added",
    "Claimed",
    "Stored",
    "Version",
    "add_found",
    "add_pushed",
    "by_keys",
    "claim_found",
    "content_hash",
    "fail",
    "get",
    "get_many",
    "give_keys",
    "keys_of",
    "latest",
    "mark_decided",
    "merge",
    "next_reading",
    "of_story",
    "read_again",
    "set_story",
    "skip",
    "store_ready",
    "to_compose",
    "versions",
]
