"""Readers' digests: the news of the day, or of what a reader named, at their times; one message that grows if wanted.

An edition is written down as posts with the time of the next one, so that a crash sends none twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Final

from bot.chat.context import Context
from bot.chat.readers import person as reader
from bot.chat.words import alerts as words
from bot.chat.words import readers
from bot.model import Article, Lane, Person, PostKind, UnknownPolicy
from bot.posts import digest, edition, timetable
from bot.posts.edition import Edition, Grouping, Part
from bot.posts.timetable import Timetable
from bot.store import alerts, digests, people, posts
from bot.store.alerts import Texts
from bot.store.database import Tx
from bot.store.digests import ReaderDigest
from bot.store.posts import NewPost
from bot.wording import words_for

PEOPLE: Final = 200
NEWS: Final = 20
"""Stories of an edition about everything."""
LOOKED_AT: Final = 200
"""The newest articles, among which those about a reader's own words are looked for."""
GRACE: Final = timedelta(hours=2)
GROWS_EVERY: Final = timedelta(minutes=10)


class Briefs:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def once(self, now: datetime) -> int:
        """Readers whose digest was due."""
        context = self._context
        async with context.db.read() as tx:
            due = await digests.due_readers(tx, bot_id=context.bot_id, now=now, limit=PEOPLE)
            known = await people.get_many(tx, [one.user_id for one in due], bot_id=context.bot_id)
        texts = Texts()
        for one in due:
            await (self._grow if one.live else self._send)(one, known.get(one.user_id), texts, now)
        if due:
            context.wake("deliver")
        return len(due)

    async def _send(self, wish: ReaderDigest, person: Person | None, texts: Texts, now: datetime) -> None:
        """The edition that is due, unless its time is long past; then the time of the next."""
        times, zone = times_of(wish), reader.zone_of(person) if person else None
        slot = times.last(now, zone, within=GRACE) if times and zone else None
        parts: tuple[Part, ...] = ()
        if person is not None and person.blocked_at is None and slot is not None:
            since = wish.last_at or now - timedelta(days=1)
            parts = await self._written(wish, person, texts, since=since, slot=slot, now=now)
        async with self._context.db.write() as tx:
            for place, part in enumerate(parts):
                assert person is not None and slot is not None
                await posts.add_post(tx, _post(part, person, f"{slot:%Y-%m-%dT%H:%M}:{place + 1}", now), now=now)
            last = now if parts else wish.last_at
            await digests.put_reader(tx, replace(wish, last_at=last, next_at=_next(times, zone, now)))

    async def _grow(self, wish: ReaderDigest, person: Person | None, texts: Texts, now: datetime) -> None:
        """The message of the last time, with what came since then."""
        times, zone = times_of(wish), reader.zone_of(person) if person else None
        slot = times.last(now, zone, within=digest.LIVES) if times and zone else None
        coming = _next(times, zone, now)
        new: NewPost | None = None
        if person is not None and person.blocked_at is None and slot is not None:
            for part in (await self._written(wish, person, texts, since=slot, slot=slot, now=now))[:1]:
                new = _post(part, person, f"{slot:%Y-%m-%dT%H:%M}:live", now)
        async with self._context.db.write() as tx:
            if new is not None:
                post = await posts.by_key(tx, bot_id=new.bot_id, once_key=new.once_key)
                changes = await posts.changes_of(tx, post.id) if post else ()
                if digest.seen(post, changes) != new.visible_text:
                    await digest.grow(tx, new, post, len(changes), now=now)
            look = min(coming, now + GROWS_EVERY) if coming else None
            await digests.put_reader(tx, replace(wish, last_at=slot or wish.last_at, next_at=look))

    async def _written(
        self, wish: ReaderDigest, person: Person, texts: Texts, *, since: datetime, slot: datetime, now: datetime
    ) -> tuple[Part, ...]:
        async with self._context.db.read() as tx:
            stories, sections = await chosen(tx, wish, person, texts, since=since, now=now)
        if not stories:
            return ()
        title = digest.heading(slot, person.language, live=wish.live)
        top = edition.MAX_STORIES if wish.live else 10
        shape = Edition(name="reader", period="", title=title, top=top, grouping=Grouping.TAG)
        return edition.write(self._context.press, reader.as_channel(person), stories, shape, sections=sections)


async def chosen(
    tx: Tx, wish: ReaderDigest, person: Person, texts: Texts, *, since: datetime, now: datetime
) -> tuple[tuple[Article, ...], Mapping[int, str]]:
    """The stories of an edition, and what each is about where the reader named it.  About everything: in their language
    where there is any, else of all."""
    asked = wish.about
    if wish.followed:
        mine = await alerts.of_person(tx, bot_id=wish.bot_id, user_id=wish.user_id)
        asked = tuple(alert.text for alert in mine)
    if not asked and not wish.followed:
        own = await digests.news(tx, since=since, language=person.language, limit=NEWS)
        return own or await digests.news(tx, since=since, language=None, limit=NEWS), {}
    wishes = {text: found for text in asked if (found := alerts.wish_of(text, now=now)) is not None}
    news = await digests.news(tx, since=since, language=None, limit=LOOKED_AT)
    await texts.read(tx, news)
    named = {story.id: name for story in news if (name := texts.first(story, wishes)) is not None}
    return tuple(story for story in news if story.id in named)[: edition.MAX_STORIES], named if len(wishes) > 1 else {}


def times_of(wish: ReaderDigest) -> Timetable | None:
    return timetable.read(list(wish.at))


def for_reader(part: Part, person: Person, key: str, kind: PostKind, now: datetime) -> NewPost:
    """A message that was written as a digest is, for one reader."""
    speech = words_for(person.language)
    label, data = (
        (words.BUTTON_LIST, "v1:alerts:0") if kind is PostKind.ALERT else (readers.BUTTON_SETTINGS, "v1:set:digest")
    )
    keyboard = {"inline_keyboard": [[{"text": speech.say(label), "callback_data": data}]]}
    shown = [replace(r, params={**r.params, "reply_markup": keyboard}) for r in (part.request, part.plain)]
    return NewPost(
        bot_id=person.bot_id,
        once_key=key,
        kind=kind,
        lane=Lane.ALERT,
        chat_id=person.user_id,
        requests=tuple(shown),
        visible_text=part.visible_text,
        template="digest",
        due_at=now,
        unknown_policy=UnknownPolicy.RESEND,
    )


def _post(part: Part, person: Person, period: str, now: datetime) -> NewPost:
    return for_reader(part, person, f"digest:reader:{person.user_id}:{period}", PostKind.DIGEST, now)


def _next(times: Timetable | None, zone: tzinfo | None, now: datetime) -> datetime | None:
    return times.next(now, zone) if times and zone else None
