"""Counting: buttons that lead through our own short address, so that presses can be counted; off unless asked for.

What is handed on by a reader (the address inside a WhatsApp or Telegram share, the copied link) is always the
article's own: it must not depend on our machine.  Telegram's share window and "Save" open inside Telegram and stay
direct; a copied link opens nothing that could be counted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from bot.model import Article, Channel
from bot.store.buttons import ButtonLink

PATH: Final = "/r/"
SIZE: Final = 16
"""Characters of an id: 96 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """`site`: our public address; `key`: makes ids that nobody can guess, the same at every time and on every machine,
    so that what is previewed is what is sent."""

    site: str
    key: bytes

    def link(self, article: Article, channel: Channel, button: str, url: str) -> ButtonLink:
        named = "\n".join([str(channel.bot_id), str(channel.id), str(article.id), button, url])
        digest = hmac.digest(self.key, named.encode("utf-8", "replace"), hashlib.sha256)
        opaque = base64.urlsafe_b64encode(digest)[:SIZE].decode()
        return ButtonLink(
            id=opaque,
            bot_id=channel.bot_id,
            channel_id=channel.id,
            article_id=article.id,
            button=button[:SIZE],
            url=url,
        )

    def address(self, link: ButtonLink) -> str:
        return f"{self.site.rstrip('/')}{PATH}{link.id}"


def counts(article: Article, channel: Channel) -> bool:
    """Posts of channels are counted, what one reader is shown is not."""
    return article.id > 0 and channel.id > 0
