"""The only door to the internet for sources, pages and pictures.

`Web.fetch` gets one address safely (never a private one, never too much, never too long) and answers with a `Page`, or
raises `errors.FetchError` with a sentence for people.  Rules of addresses are in `addresses`, of headers in `headers`,
of sizes in `bodies`; the sentences are in `failures`; `client` only joins them to aiohttp.
"""

from bot.web.client import Web
from bot.web.page import Page

__all__ = ["Page", "Web"]
