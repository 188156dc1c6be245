"""Flash: one line of breaking news, posted at once; the article that later tells it becomes that post.

The flash is a post without an article.  When an article that the rules send to the same channel says what the flash
said, the flash is edited into its share post, in silence; no second post is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot import language as languages
from bot.errors import Problem, UsageError, phrase
from bot.model import Article, ArticleState, Channel, Lane, Post, PostKind
from bot.posts import characters
from bot.posts.context import Extras
from bot.posts.developments import pinned_for
from bot.posts.message import Message
from bot.posts.order import chat_of
from bot.posts.press import Press
from bot.store import channels, posts
from bot.store.database import Database
from bot.store.posts import NewPost

TEMPLATE: Final = "flash"
LONGEST: Final = 300  # characters
LASTS: Final = timedelta(hours=6)
"""For so long an article may become the flash."""
SHARE: Final = 0.6
"""Of the flash's own words, how many an article's headline and summary must hold."""
FEWEST: Final = 2  # words in common


@dataclass(frozen=True, slots=True, kw_only=True)
class Flash:
    """One line for one channel, as it will be."""

    channel: Channel
    words: str
    message: Message


def compose_flash(press: Press, channel: Channel, words: str, *, now: datetime) -> Flash:
    """Raises UsageError: no words, or more than one line holds."""
    line = characters.one_line(words)
    if not line or characters.length(line) > LONGEST:
        raise UsageError(_bad(line))
    article = Article(
        id=0, source_id=None, state=ArticleState.READY, url=None, title=line, language=channel.language, found_at=now
    )
    order = replace(press.order(article, channel), template=TEMPLATE, extras=Extras(breaking=True))
    return Flash(channel=channel, words=line, message=press.write(order))


async def publish_flash(
    db: Database, press: Press, channel_id: int, words: str, *, once_key: str, now: datetime, by: int | None = None
) -> int | None:
    """Write it down, due now, before everything but corrections; None when this very flash was written down before.

    once_key   names the decision: the same press of the same button twice makes one post

    Raises UsageError as `compose_flash` does."""
    async with db.read() as tx:
        channel = await channels.get(tx, channel_id)
    if channel is None:
        raise UsageError(_bad(""))
    flash = compose_flash(press, channel, words, now=now)
    new = NewPost(
        bot_id=channel.bot_id,
        once_key=f"flash:{once_key}:{channel.id}",
        kind=PostKind.FLASH,
        lane=Lane.BREAKING,
        chat_id=chat_of(channel),
        requests=flash.message.requests,
        visible_text=flash.message.visible_text,
        channel_id=channel.id,
        template=TEMPLATE,
        due_at=now,
        pin_for=pinned_for(channel),
        created_by=by,
    )
    async with db.write() as tx:
        return await posts.add_post(tx, new, now=now)


def told_by(article: Article, waiting: Sequence[Post]) -> Post | None:
    """The flash that this article tells, the newest first."""
    head = set(languages.words(" ".join(filter(None, (article.title, article.standfirst, *article.summary)))))
    for post in reversed(waiting):
        said = _content(post.visible_text, article.language)
        common = said & head
        if len(common) >= FEWEST and len(common) >= SHARE * len(said):
            return post
    return None


def _content(text: str, language: str | None) -> set[str]:
    """A flash's words without the label above it and without short ones, which tell little."""
    _, _, line = text.partition("\n")
    words = set(languages.words((line or text).split("\n")[0]))
    return {word for word in words if len(word) > 3 or not word.isascii() or word.isdecimal()} or words


def _bad(line: str) -> Problem:
    return Problem(
        code="SW-P45",
        title=phrase("This is no flash."),
        cause=phrase("It has {length} characters; at most {most} are wanted.", length=len(line), most=LONGEST)
        if line
        else phrase("It has no words."),
        fix=phrase("Example: /flash Ferry service suspended after a collision"),
        meanwhile=phrase("Nothing was sent."),
    )
