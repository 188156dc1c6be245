"""STAGE telling: readers are told what their alerts found, and get the news of the day.

An article that was read finds its alerts by the store's index; each reader gets a post in the outbox, written down
with how far the telling came, so that a crash tells nobody twice and forgets nobody.  What is not told at once (hourly,
daily, quiet hours) waits and goes out gathered in one message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from bot.chat import sharing
from bot.chat.card import cut, plain
from bot.chat.context import Context
from bot.chat.readers import person as reader
from bot.chat.readers.briefs import Briefs, for_reader
from bot.chat.readers.results import quoted
from bot.chat.readers.returning import welcome_back
from bot.chat.words import alerts as words
from bot.chat.words import readers
from bot.model import AlertKind, Article, Lane, Person, PostKind, Request, UnknownPolicy
from bot.posts import edition
from bot.posts.edition import Edition, Part
from bot.store import alerts, articles, finds, people, posts
from bot.store.database import Tx
from bot.store.finds import Find, Look
from bot.store.posts import NewPost
from bot.wording import Words, words_for

CHUNK: Final = 1_000
"""Readers told in one transaction: it lasts milliseconds, whatever the number of readers."""
ARTICLES, PEOPLE = 20, 200
TIDIED_EVERY: Final = timedelta(hours=1)


class Telling:
    def __init__(self, context: Context, *, chunk: int = CHUNK) -> None:
        self._context = context
        self._chunk = chunk
        self._briefs = Briefs(context)
        self._tidied: datetime | None = None

    async def once(self, now: datetime) -> int:
        """Posts written down, and articles looked at."""
        async with self._context.db.read() as tx:
            looks = await finds.to_look(tx, now=now, limit=ARTICLES)
        handled = 0
        for look in looks:
            handled += 1 + await self._tell(look, now)
        handled += await welcome_back(self._context, now) + await self._gather(now) + await self._briefs.once(now)
        self._tidied = self._tidied or now
        if now - self._tidied > TIDIED_EVERY:
            self._tidied = now
            async with self._context.db.write() as tx:
                await finds.forget_old(tx, now=now)
        return handled

    # ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _tell(self, look: Look, now: datetime) -> int:
        """One article to one chunk of its readers."""
        context = self._context
        async with context.db.read() as tx:
            article = await articles.get(tx, look.article_id)
            if article is not None and article.state != "ready":  # withdrawn meanwhile
                article = None
            found = await alerts.matching(tx, article, now=now, after=look.after, most=self._chunk) if article else ()
            known = await _people(tx, found)
        told = [] if article is None else _chosen(found, known, article)
        made = [
            self._at_once(article, alert, person, now) for alert, person in told if article and _now(alert, person, now)
        ]
        later = [
            _find(article, alert, person, now) for alert, person in told if article and not _now(alert, person, now)
        ]
        async with context.db.write() as tx:
            for post in made:
                await posts.add_post(tx, post, now=now)
            await finds.add(tx, later, now=now)
            up_to = found[-1].id if found else look.after
            await finds.looked(tx, look.article_id, up_to=up_to, done=len(found) < self._chunk, now=now)
        if made:
            context.wake("deliver")
        return len(made) + len(later)

    def _at_once(self, article: Article, alert: alerts.Hit, person: Person, now: datetime) -> NewPost:
        request, bare = alert_requests(self._context, article, alert, person)
        return NewPost(
            bot_id=alert.bot_id,
            once_key=f"alert:{article.id}:{person.user_id}",
            kind=PostKind.ALERT,
            lane=Lane.ALERT,
            chat_id=person.user_id,
            requests=(request, bare),
            visible_text=bare.params["text"],
            article_id=article.id,
            revision=article.revision,
            template="alert",
            due_at=now,
            unknown_policy=UnknownPolicy.RESEND,
        )

    async def _gather(self, now: datetime) -> int:
        context = self._context
        async with context.db.read() as tx:
            ids, found = await finds.due(tx, bot_id=context.bot_id, now=now, limit=PEOPLE)
            known = await people.get_many(tx, ids, bot_id=context.bot_id)
            listed = {a.id: a for a in await articles.get_many(tx, list({find.article_id for find in found}))}
        for user_id in ids:
            mine = [find for find in found if find.user_id == user_id]
            await self._gathered(known.get(user_id), mine, listed, now)
        if ids:
            context.wake("deliver")
        return len(ids)

    async def _gathered(
        self, person: Person | None, mine: Sequence[Find], listed: Mapping[int, Article], now: datetime
    ) -> None:
        """One message of all that was found for one reader."""
        user_id = mine[0].user_id
        async with self._context.db.read() as tx:
            told = {i for i in (f.article_id for f in mine) if await _told_at_once(tx, mine[0], i)}
        stories = [listed[f.article_id] for f in mine if f.article_id in listed and f.article_id not in told]
        stories = [story for story in stories if story.state == "ready" and story.title]
        parts: tuple[Part, ...] = ()
        if person is not None and person.blocked_at is None and stories:
            by_alert = {find.article_id: find.words for find in mine if find.article_id not in told}
            asked = set(by_alert.values())
            head = _gathered_head(words_for(person.language), len(stories), asked)
            wish = Edition(name="alerts", period="", title=head, top=edition.MAX_STORIES)
            sections = by_alert if len(asked) > 1 else {}
            parts = edition.write(self._context.press, reader.as_channel(person), stories, wish, sections=sections)
        async with self._context.db.write() as tx:
            for part in parts:
                assert person is not None
                key = f"alerts:{user_id}:{part.articles[0]}"
                await posts.add_post(tx, for_reader(part, person, key, PostKind.ALERT, now), now=now)
            ids = [find.article_id for find in mine]
            await finds.told(tx, bot_id=mine[0].bot_id, user_id=user_id, article_ids=ids, now=now)


def alert_requests(context: Context, article: Article, alert: alerts.Hit, person: Person) -> tuple[Request, Request]:
    """The share post under a line that says which alert it answers; and the same without any markup."""
    speech = words_for(person.language)
    request = sharing.reader_request(context, article, reader.as_channel(person))
    head = speech.say(words.FOR_ALERT, words=escape(quoted(speech, cut(alert.text, 60))))
    rows = list((request.params.get("reply_markup") or {}).get("inline_keyboard", []))
    rows.append(
        [
            {"text": speech.say(words.BUTTON_MUTE_HOUR), "callback_data": f"v1:mute:{alert.id}:hour"},
            {"text": speech.say(words.BUTTON_STOP), "callback_data": f"v1:stop:{alert.id}"},
            {"text": speech.say(readers.BUTTON_SAVE), "callback_data": f"v1:save:{article.id}"},
        ]
    )
    params: dict[str, Any] = {**request.params, "chat_id": person.user_id, "reply_markup": {"inline_keyboard": rows}}
    bare = {name: value for name, value in params.items() if name != "parse_mode"}
    title = cut(article.title or "", 300)
    link = article.canonical_url or article.url or ""
    made = replace(request, params={**params, "text": f"<i>{head}</i>\n{params['text']}"})
    return made, replace(request, params={**bare, "text": f"{plain(head)}\n{title}\n{link}".strip()}, why="plain")


def _gathered_head(speech: Words, count: int, asked: Set[str]) -> str:
    """How many there are; and for which alert, where they are all for one."""
    if len(asked) == 1:
        return speech.count(words.GATHERED_ONE, count, words=cut(next(iter(asked)), 60))
    return speech.count(words.GATHERED, count)


def _chosen(
    found: Sequence[alerts.Hit], known: Mapping[tuple[int, int], Person], article: Article
) -> list[tuple[alerts.Hit, Person]]:
    """One alert for each reader, the quickest; none that was added after the article was read."""
    best: dict[tuple[int, int], alerts.Hit] = {}
    order = list(AlertKind)
    for alert in found:
        if article.read_at is not None and alert.created_at > article.read_at:
            continue
        key = (alert.bot_id, alert.user_id)
        if key in known and (key not in best or order.index(alert.kind) < order.index(best[key].kind)):
            best[key] = alert
    return [(alert, known[key]) for key, alert in best.items()]


def _now(alert: alerts.Hit, person: Person, now: datetime) -> bool:
    return reader.tell_at(person, alert.kind, now) <= now


def _find(article: Article, alert: alerts.Hit, person: Person, now: datetime) -> Find:
    return Find(
        bot_id=alert.bot_id,
        user_id=person.user_id,
        article_id=article.id,
        words=alert.text,
        due_at=reader.tell_at(person, alert.kind, now),
    )


async def _people(tx: Tx, found: Sequence[alerts.Hit]) -> dict[tuple[int, int], Person]:
    known: dict[tuple[int, int], Person] = {}
    for bot_id in {alert.bot_id for alert in found}:
        ids = {alert.user_id for alert in found if alert.bot_id == bot_id}
        known |= {(bot_id, i): person for i, person in (await people.get_many(tx, ids, bot_id=bot_id)).items()}
    return known


async def _told_at_once(tx: Tx, find: Find, article_id: int) -> bool:
    key = f"alert:{article_id}:{find.user_id}"
    return await posts.by_key(tx, bot_id=find.bot_id, once_key=key) is not None
