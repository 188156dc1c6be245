"""Which article is which: clean addresses, and the keys by which an article is known again.  Pure; the watching and the
reading stage both need it, so it stands beside `language`."""

from bot.identity.address import canonical, clean, is_bare, key
from bot.identity.domains import plain_host, registrable_domain
from bot.identity.keys import alike, entry_key, guid_key, keys, text_key, url_key
from bot.identity.wrappers import unwrapped

__all__ = [
    "alike",
    "canonical",
    "clean",
    "entry_key",
    "guid_key",
    "is_bare",
    "key",
    "keys",
    "plain_host",
    "registrable_domain",
    "text_key",
    "unwrapped",
    "url_key",
]
