"""Who comes back after they had blocked the bot: one message of what their alerts would have found, not one for each.

`people.meet` writes down that somebody returned; this looks now and then, so that a restart in between loses nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.chat.context import Context
from bot.chat.readers import person as reader
from bot.chat.readers.briefs import for_reader
from bot.chat.words import alerts as words
from bot.model import Article, Person, PostKind
from bot.posts import edition
from bot.posts.edition import Edition
from bot.store import alerts, digests, people, posts
from bot.store.alerts import Texts
from bot.store.people import Returned
from bot.wording import words_for

LOOKS_BACK: Final = timedelta(days=7)
LOOKED_AT: Final = 300
AT_ONCE: Final = 20


async def welcome_back(context: Context, now: datetime) -> int:
    """How many people were told."""
    async with context.db.read() as tx:
        back = await people.returned(tx, bot_id=context.bot_id, limit=AT_ONCE)
    for one in back:
        await _tell(context, one, now)
    if back:
        context.wake("deliver")
    return len(back)


async def _tell(context: Context, back: Returned, now: datetime) -> None:
    since = max(back.since, now - LOOKS_BACK)
    async with context.db.read() as tx:
        person = await people.get(tx, bot_id=context.bot_id, user_id=back.user_id)
        mine = await alerts.of_person(tx, bot_id=context.bot_id, user_id=back.user_id)
        wishes = {alert.text: wish for alert in mine if (wish := alerts.wish_of(alert.text, now=now)) is not None}
        news = await digests.news(tx, since=since, language=None, limit=LOOKED_AT) if wishes else ()
        texts = Texts()
        await texts.read(tx, news)
    named = {story.id: name for story in news if (name := texts.first(story, wishes)) is not None}
    missed = [story for story in news if story.id in named]
    sections = named if len(set(named.values())) > 1 else {}
    async with context.db.write() as tx:
        await people.welcomed(tx, bot_id=context.bot_id, user_id=back.user_id)
        if person is None or person.blocked_at is not None or not missed:
            return
        for part in _parts(context, person, missed, sections):
            key = f"away:{back.user_id}:{back.since:%Y-%m-%dT%H:%M:%S}"
            await posts.add_post(tx, for_reader(part, person, key, PostKind.ALERT, now), now=now)


def _parts(
    context: Context, person: Person, missed: Sequence[Article], sections: dict[int, str]
) -> tuple[edition.Part, ...]:
    """One message: how many there were, and the newest of them."""
    head = words_for(person.language).count(words.WHILE_AWAY, len(missed))
    shape = Edition(name="away", period="", title=head, top=10)
    newest = list(missed[:10])
    return edition.write(context.press, reader.as_channel(person), newest, shape, sections=sections)[:1]
