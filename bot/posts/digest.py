"""Digests of channels: when an edition is due, and what goes into it.

By the clock (the store's `digests`, at times in the channel's zone), and for what came too late to be a post of its
own: a channel's `digest` option, or with none an hour after the first of it was folded.  A live digest is one message
from each of its times to the next, edited as articles come.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.errors import StoreError
from bot.model import Article, Channel, Decision, Lane, Post, PostKind, PostState, Request, Stage
from bot.posts import characters, hours, quarantine, timetable
from bot.posts.edition import MAX_STORIES, SHOWN, Edition, Grouping, Part, write
from bot.posts.order import chat_of, zone_of
from bot.posts.press import Press
from bot.posts.requests import edit_params
from bot.posts.words import EVENING, MIDDAY, MORNING, OTHER_NEWS, SO_FAR
from bot.store import articles, decisions, digests, posts
from bot.store.database import Database, Tx
from bot.store.digests import Digest
from bot.store.posts import WAITING, NewPost
from bot.wording import words_for

logger = logging.getLogger(__name__)

__all__ = ["MAX_STORIES", "TOO_LATE", "Edition", "Part", "due_edition", "heading", "once", "preview", "write"]

WAITS = timedelta(hours=1)
GRACE = timedelta(hours=2)
"""A digest whose time passed while nothing ran is still made so much later."""
LIVES = timedelta(days=8)
"""A live digest goes on for so long after its time, if no other time comes."""
TOO_LATE = "SW-T420"
"""The sender's reason for a post whose turn came after it was fresh."""
CHOSEN_LASTS = timedelta(days=30)
CHOSEN = "SW-T443"
"""After the bot was away a person chose a digest: it is made at once, and holds also what is old by now."""


def due_edition(channel: Channel, folded: Sequence[datetime], *, now: datetime) -> Edition | None:
    """The edition of what was folded whose time has come; `folded`: when each waiting article was folded."""
    zone = zone_of(channel.timezone)
    wish = channel.options.get("digest")
    if isinstance(wish, Mapping):
        times = timetable.read(wish.get("at"))
        slot = times.last(now, zone, within=GRACE) if times else None
        if slot is None or not folded:
            return None
        top = wish.get("top")
        title = characters.one_line(str(wish.get("title") or "")) or _other_news(channel)
        return Edition(
            name="digest",
            period=_period(slot),
            title=title,
            top=top if isinstance(top, int) and top > 0 else SHOWN,
        )
    if not folded or now - min(folded) < WAITS or _is_quiet(channel, now, zone):
        return None
    return Edition(name="folded", period=f"{min(folded):%Y-%m-%dT%H:%M:%S}", title=_other_news(channel))


def _is_quiet(channel: Channel, now: datetime, zone: tzinfo) -> bool:
    return hours.is_quiet(hours.quiet_of(hours.effective(channel.options, now, zone)), now, zone)


def planned_edition(digest: Digest, channel: Channel, *, now: datetime) -> tuple[Edition, datetime] | None:
    """The edition of a digest whose time has come, and that time; None between its times."""
    zone = zone_of(channel.timezone)
    times = timetable.read(list(digest.at))
    slot = times.last(now, zone, within=LIVES if digest.live else GRACE) if times else None
    if slot is None or (not digest.live and slot <= (digest.last_at or digest.created_at or slot - GRACE)):
        return None
    edition = Edition(
        name=digest.name,
        period=_period(slot),
        title=characters.one_line(digest.title or "") or heading(slot, channel.language, live=digest.live),
        top=digest.top,
        grouping=Grouping(digest.grouping),
    )
    return edition, slot


def heading(slot: datetime, language: str | None, *, live: bool = False) -> str:
    """ "Morning brief": by the hour of the day."""
    words = words_for(language)
    if live:
        return words.say(SO_FAR)
    return words.say(MORNING if slot.hour < 11 else MIDDAY if slot.hour < 16 else EVENING)


async def once(db: Database, press: Press, channels: Sequence[Channel], *, now: datetime) -> int:
    """Make the digests that are due; articles that went into one."""
    open_ = {channel.id: channel for channel in channels if channel.paused_at is None}
    async with db.read() as tx:
        planned = await digests.every(tx)
    made = 0
    for digest in planned:
        channel = open_.get(digest.channel_id)
        if channel is not None:
            made += await (_live if digest.live else _planned)(db, press, digest, channel, now)
    by_the_clock = {digest.channel_id for digest in planned if not digest.live}
    waiting = [channel for channel in open_.values() if channel.id not in by_the_clock]
    return made + sum([await _make(db, press, channel, now) for channel in waiting])


async def preview(db: Database, press: Press, digest: Digest, channel: Channel, *, now: datetime) -> tuple[Part, ...]:
    """The messages that an edition would have now; nothing is written down."""
    since = digest.last_at or now - timedelta(days=1)
    async with db.read() as tx:
        material = await _material(tx, digest, channel, since, now)
    planned = planned_edition(replace(digest, live=True), channel, now=now)
    shown = Edition(name=digest.name, period="preview", title=heading(now, channel.language))
    edition = replace(planned[0], title=digest.title or shown.title) if planned else shown
    return write(press, channel, material.articles, edition) if material.articles else ()


# ── what goes in ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`folded`: decisions of those articles that were not posted by themselves."""

    articles: tuple[Article, ...]
    folded: Mapping[int, Decision]


async def _material(tx: Tx, digest: Digest, channel: Channel, since: datetime, now: datetime) -> Material:
    folded = {decision.article_id: decision for decision in await _waiting(tx, channel, now)}
    carried = await digests.carried(tx, channel.id, since=since) if digest.takes == "all" else ()
    ids = list(dict.fromkeys([*carried, *folded]))
    return Material(articles=tuple(a for a in await articles.get_many(tx, ids) if a.title), folded=folded)


async def _waiting(tx: Tx, channel: Channel, now: datetime) -> list[Decision]:
    """What was folded when it was decided, and what the sender folded later, in the order of deciding."""
    waiting = list(await decisions.folded(tx, channel.id))
    chosen = await posts.late_folded(tx, channel.id, code=CHOSEN, since=now - CHOSEN_LASTS)
    for late in (*chosen, *await posts.late_folded(tx, channel.id, code=TOO_LATE, since=now - channel.max_age)):
        if late.article_id is None:
            continue
        known = {decision.channel_id: decision for decision in await decisions.of_article(tx, late.article_id)}
        decision = known.get(channel.id)
        if decision is not None and decision.post_id == late.id:
            at = now - WAITS if late.problem_code == CHOSEN else decision.decided_at
            waiting.append(replace(decision, stage=Stage.PACE, reason=late.problem or decision.reason, decided_at=at))
    return waiting


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _make(db: Database, press: Press, channel: Channel, now: datetime) -> int:
    """What was folded, for a channel without digests of its own."""
    async with db.read() as tx:
        waiting = await _waiting(tx, channel, now)
        edition = due_edition(channel, [decision.decided_at or now for decision in waiting], now=now)
        if edition is None:
            return 0
        found = await articles.get_many(tx, [decision.article_id for decision in waiting])
    folded = {decision.article_id: decision for decision in waiting}
    async with _guarded(db, _key(edition, channel), channel, folded, now) as may_make:
        if may_make:
            parts = write(press, channel, found, edition)
            async with db.write() as tx:
                await _add(tx, channel, edition, parts, folded, now)
                await quarantine.made(tx, _key(edition, channel), now=now)
    return len(found) if may_make else 0


def _key(edition: Edition, channel: Channel) -> str:
    return f"{edition.name}:{channel.id}:{edition.period}"


@asynccontextmanager
async def _guarded(
    db: Database, key: str, channel: Channel, folded: Mapping[int, Decision], now: datetime, *, of: str = ""
) -> AsyncIterator[bool]:
    """Whether to make an edition.  One that ends the program, or that a bug of ours trips over, keeps the others from
    nothing: after three times it is left out."""
    may_make = await quarantine.may_make(db, key, now=now, of=of)
    if may_make is None:
        async with db.write() as tx:
            await quarantine.leave_edition_out(tx, key, channel, folded.values(), now=now)
    try:
        yield bool(may_make)
    except (StoreError, OSError, asyncio.CancelledError):  # no fault of the edition
        with suppress(StoreError, OSError):
            async with db.write() as tx:
                await quarantine.made(tx, key, now=now)
        raise
    except Exception:
        logger.exception("digest not made", extra={"action": "digest_failed", "digest": key})


async def _planned(db: Database, press: Press, digest: Digest, channel: Channel, now: datetime) -> int:
    """An edition by the clock; one that has nothing to say is passed over."""
    planned = planned_edition(digest, channel, now=now)
    if planned is None:
        return 0
    edition, slot = planned
    since = max(digest.last_at or slot - timedelta(days=1), slot - LIVES)
    async with db.read() as tx:
        material = await _material(tx, digest, channel, since, now)
    key = _key(edition, channel)
    if not material.articles:
        async with db.write() as tx:
            await digests.mark(tx, digest.id, at=slot)
        return 0
    async with _guarded(db, key, channel, material.folded, now) as may_make:
        if may_make:
            parts = write(press, channel, material.articles, edition)
            async with db.write() as tx:
                await _add(tx, channel, edition, parts, material.folded, now)
                await digests.mark(tx, digest.id, at=slot)
                await quarantine.made(tx, key, now=now)
    return len(material.articles) if may_make else 0


async def _add(
    tx: Tx,
    channel: Channel,
    edition: Edition,
    parts: Sequence[Part],
    folded: Mapping[int, Decision],
    now: datetime,
) -> None:
    for place, part in enumerate(parts):
        post_id = await posts.add_post(tx, _new_post(channel, edition, part, place, now), now=now)
        if post_id is not None:
            await _decide(tx, part, folded, post_id, now)


async def _decide(tx: Tx, part: Part, folded: Mapping[int, Decision], post_id: int, now: datetime) -> None:
    """What was folded has its post now."""
    for article_id in part.articles:
        if article_id in folded:
            await decisions.put(tx, replace(folded[article_id], posted=True, decided_at=now), post_id=post_id)


async def _live(db: Database, press: Press, digest: Digest, channel: Channel, now: datetime) -> int:
    """One message from a time to the next: begun with the first article, changed with each that comes."""
    planned = planned_edition(digest, channel, now=now)
    if planned is None:
        return 0
    edition, slot = planned
    key = f"digest:{edition.name}:{channel.id}:{edition.period}"
    async with db.read() as tx:
        post = await posts.by_key(tx, bot_id=channel.bot_id, once_key=key)
        material = await _material(tx, digest, channel, slot, now)
        held = await _held(tx, post, material) if post else ()
        changes = await posts.changes_of(tx, post.id) if post else ()
    stories = sorted({a.id: a for a in (*material.articles, *held)}.values(), key=lambda a: -a.id)[:MAX_STORIES]
    if not stories:
        return 0
    made, of = 0, " ".join(f"{story.id}.{story.revision}" for story in stories)
    async with _guarded(db, _key(edition, channel), channel, {}, now, of=of) as may_make:
        if may_make:
            part = write(press, channel, stories, edition)[0]
            new = _new_post(channel, edition, part, 0, now)
            is_new = part.visible_text != seen(post, changes)
            made = await _grow(db, new, part, post, changes, material, now) if is_new else 0
            await quarantine.made_well(db, _key(edition, channel), now=now, of=of)
    return made


async def _grow(
    db: Database,
    new: NewPost,
    part: Part,
    post: Post | None,
    changes: Sequence[Post],
    material: Material,
    now: datetime,
) -> int:
    async with db.write() as tx:
        post_id = await grow(tx, new, post, len(changes), now=now)
        if post_id is not None:
            await _decide(tx, part, material.folded, post_id, now)
    return 1 if post_id is not None else 0


async def _held(tx: Tx, post: Post, material: Material) -> tuple[Article, ...]:
    """Articles that only this message carries."""
    known = {article.id for article in material.articles}
    return await articles.get_many(tx, [i for i in await digests.carried_by(tx, post.id) if i not in known])


def seen(post: Post | None, changes: Sequence[Post]) -> str | None:
    """What people read in the message now, or will when its edits are through."""
    if post is None:
        return None
    open_ = [c for c in changes if c.state not in (PostState.CANCELLED, PostState.REFUSED)]
    return (open_[-1] if open_ else post).visible_text


async def grow(tx: Tx, new: NewPost, post: Post | None, number: int, *, now: datetime) -> int | None:
    """Write down `new`, or change the message that `post` made into it; `number`: changes made so far.  The id of the
    message's post; None where it cannot be changed any more."""
    if post is None:
        return await posts.add_post(tx, new, now=now)
    if post.state in WAITING:
        changed = await posts.change_queued(
            tx, post.id, requests=new.requests, visible_text=new.visible_text, revision=0
        )
        return post.id if changed else None
    if post.state is not PostState.SENT:
        return None
    for earlier in await posts.changes_of(tx, post.id):
        if earlier.kind is PostKind.RETRACT:
            return None
        await posts.cancel(tx, earlier.id)
    await posts.add_post(tx, _edit(post, new, number, now), now=now)
    return post.id


def _edit(post: Post, new: NewPost, number: int, now: datetime) -> NewPost:
    shown = new.requests[0].params
    params = edit_params(post.requests[0], shown["text"], post.chat_id)
    params["link_preview_options"] = {"is_disabled": True}
    if "reply_markup" in shown:
        params["reply_markup"] = shown["reply_markup"]
    return NewPost(
        bot_id=post.bot_id,
        once_key=f"edit:{post.id}:{number + 1}",
        kind=PostKind.EDIT,
        lane=Lane.CORRECTION,
        chat_id=post.chat_id,
        requests=(Request(method="editMessageText", params=params),),
        visible_text=new.visible_text,
        channel_id=post.channel_id,
        target_post_id=post.id,
        template="digest",
        silent=True,
        due_at=now,
    )


def _new_post(channel: Channel, edition: Edition, part: Part, place: int, now: datetime) -> NewPost:
    suffix = f":{place + 1}" if place else ""
    return NewPost(
        bot_id=channel.bot_id,
        once_key=f"digest:{edition.name}:{channel.id}:{edition.period}{suffix}",
        kind=PostKind.DIGEST,
        lane=Lane.CHANNEL,
        chat_id=chat_of(channel),
        requests=(part.request, part.plain),
        visible_text=part.visible_text,
        channel_id=channel.id,
        template="digest",
        due_at=now,
    )


def _period(slot: datetime) -> str:
    return f"{slot:%Y-%m-%dT%H:%M}"


def _other_news(channel: Channel) -> str:
    return words_for(channel.language).say(OTHER_NEWS)
