"""The press: what turning an article into a message needs besides the article and the channel.

One value made at start and handed to composing, previews and the command line, so that all of them render alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.model import Article, ArticleState, Channel, Extraction, Json, Media, Request
from bot.posts import message
from bot.posts.context import Extras
from bot.posts.counting import Counter
from bot.posts.message import Message
from bot.posts.order import Order
from bot.posts.rendering import Renderer
from bot.store.rules import SourceFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """`counter`: counts presses of buttons, if that is asked for; `username`: the bot's, for "Save" links."""

    renderer: Renderer
    counter: Counter | None = None
    username: str | None = None

    def order(self, article: Article, channel: Channel, source: SourceFacts | None = None) -> Order:
        """The order with everything at its default for this channel."""
        return Order(
            article=article,
            channel=channel,
            media=media_of(channel, source),
            rhash=source.rhash if source else None,
            counter=self.counter,
            username=self.username,
        )

    def write(self, order: Order) -> Message:
        return message.write(order, self.renderer)

    def edit(self, order: Order, sent: Request) -> Message:
        return message.edit(order, self.renderer, sent)


def media_of(channel: Channel, source: SourceFacts | None) -> Media:
    """The source's wish; a channel that copies its pictures copies them from every source."""
    if channel.options.get("media") == Media.COPY:
        return Media.COPY
    return source.media if source else Media.LINK


def render(
    press: Press,
    article: Article,
    channel: Channel,
    *,
    source: SourceFacts | None = None,
    template: str | None = None,
    silent: bool = False,
    note: str | None = None,
) -> list[dict[str, Json]]:
    """The Bot API request that a push would make: `[{"method", "params"}]`, without its fallbacks.

    For something that is not stored see `as_article`; without a channel of one's own, `EXAMPLE` stands in."""
    order = replace(press.order(article, channel, source), template=template, silent=silent, extras=Extras(note=note))
    first = press.write(order).requests[0]
    return [{"method": first.method, "params": dict(first.params)}]


def as_article(extraction: Extraction, *, url: str | None = None) -> Article:
    """What was read off a page or a pasted text, as an article that is not stored (id 0)."""
    same = ("title", "standfirst", "authors", "published", "modified", "site_name", "language", "image", "images")
    more = ("videos", "text", "related", "tags", "summary", "shortlink", "alternates", "canonical_url")
    words = len((extraction.text or "").split())
    return Article(
        id=0,
        source_id=None,
        state=ArticleState.READY,
        url=url or extraction.canonical_url,
        minutes=max(1, round(words / WORDS_A_MINUTE)) if words else None,
        **{name: getattr(extraction, name) for name in (*same, *more)},
    )


WORDS_A_MINUTE = 220
EXAMPLE = Channel(id=0, bot_id=0, name="example", address="@example", title="Example")
"""A channel with everything at its default."""
