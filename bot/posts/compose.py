"""STAGE compose: read articles → decisions and posts.

For each article that nobody has looked at in its present revision: which channels, when and how (routing), the message
with its fallbacks, all written down in one transaction; and for what was posted before, what its change means.
Looking and writing are two short transactions with the thinking between them: `once_key` makes a race harmless.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import StoreError, phrase
from bot.model import Article, BigChanges, Channel, Decision, Lane, Post, PostKind, Rule, Stage
from bot.posts import amendment, developments, digest, fate, flash, quarantine, retelling, revision, routing
from bot.posts.adoption import Adopted, adopt, apply, write_adopted
from bot.posts.context import Extras
from bot.posts.order import chat_of
from bot.posts.press import Press
from bot.posts.revision import Posted, Rewritten
from bot.posts.routing import STORY_LASTS, Facts, Origin, Told, Verdict
from bot.store import articles, channels, decisions, gaps, notices, posts, rules, sightings
from bot.store.articles import Version
from bot.store.database import Database, Tx
from bot.store.posts import NewPost, StoryPost, Taken
from bot.store.rules import SourceFacts

logger = logging.getLogger(__name__)

BATCH = 50
PACE_LOOKS_BACK = timedelta(days=1)
_ASKED_AGAIN = (Stage.SOURCE, Stage.READ, Stage.RULE, Stage.LANGUAGE)
"""Refusals that a changed article may overcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What deciding about any article needs."""

    channels: tuple[Channel, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known about one article."""

    article: Article
    origins: tuple[Origin, ...] = ()  # the sources that list it, the first one first
    decided: Mapping[int, Decision]
    posted: tuple[Post, ...] = ()
    changes: Mapping[int, tuple[Post, ...]]
    versions: tuple[Version, ...] = ()
    story: tuple[Article, ...] = ()
    told: tuple[StoryPost, ...] = ()
    retold: frozenset[tuple[int, int]] = frozenset()  # (article, channel) left out there because the story was told
    taken: Mapping[int, Taken]
    flashes: tuple[Post, ...] = ()  # one-line posts that no article has told yet

    def source_for(self, channel_id: int) -> SourceFacts | None:
        """The source through which the article came to a channel; the first one where that is not known."""
        decision = self.decided.get(channel_id)
        name = decision.evidence.get("through") if decision else None
        sources = [origin.source for origin in self.origins]
        return next((source for source in sources if source.name == name), sources[0] if sources else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be written down about one article."""

    decided: tuple[tuple[Decision, NewPost | None], ...] = ()
    revised: tuple[Rewritten | NewPost, ...] = ()
    replies: tuple[NewPost, ...] = ()
    adopted: tuple[Adopted, ...] = ()


async def once(db: Database, press: Press, *, now: datetime, limit: int = BATCH) -> int:
    """Decide about what waits, then make the digests that are due; rows handled."""
    async with db.read() as tx:
        waiting = await articles.to_compose(tx, limit=limit)
        desk = Desk(channels=await channels.every(tx), rules=await rules.every(tx))
        tried = await quarantine.tried(tx) if waiting else {}
    order = quarantine.in_order(waiting, tried, now)
    for article in order.hopeless:
        await quarantine.give_up(db, article, desk.channels, quarantine.left_out(article), now=now)
    for turn in order.turns:
        await quarantine.begin(db, turn, tried, now=now)
        await _take_turn(db, press, turn, desk, now)
    handled = len(order.hopeless) + sum(len(turn) for turn in order.turns)
    return handled + await digest.once(db, press, desk.channels, now=now)


async def _take_turn(db: Database, press: Press, turn: Sequence[Article], desk: Desk, now: datetime) -> None:
    try:
        for article in turn:
            try:
                await compose(db, press, article, desk, now=now)
            except (StoreError, OSError):
                raise
            except Exception:  # one article that trips over a bug of ours must not keep the others back
                logger.exception("article not composed", extra={"action": "compose_failed", "article": article.id})
                why = phrase("It could not be composed; the log has the details.")
                await quarantine.give_up(db, article, desk.channels, why, now=now)
    except BaseException:  # told: nobody is suspected
        with suppress(Exception):
            async with db.write() as tx:
                for article in turn:
                    await quarantine.end(tx, article.id)
        raise


async def compose(db: Database, press: Press, article: Article, desk: Desk, *, now: datetime) -> None:
    """One article: look, think, write down."""
    async with db.read() as tx:
        case = await _look(tx, article, desk, now)
        told_posts = await _told_cases(tx, case, desk)
    plan = think(press, case, desk, now=now)
    async with db.write() as tx:
        await _write(tx, case, _retelling(press, plan, case, told_posts, now), now)


def think(press: Press, case: Case, desk: Desk, *, now: datetime) -> Plan:
    """Pure: what to write down about one article."""
    carried = {post.channel_id: post for post in reversed(case.posted)}
    decided: list[tuple[Decision, NewPost | None]] = []
    adopted: list[Adopted] = []
    for channel in desk.channels:
        before = case.decided.get(channel.id)
        if channel.id in carried and before is not None:
            continue
        if before is not None and (before.posted or before.stage not in _ASKED_AGAIN):
            continue
        verdict = _verdict(case, channel, desk.rules, carried.get(channel.id), now)
        goes = verdict.decision.posted or verdict.fold
        told = flash.told_by(case.article, [one for one in case.flashes if one.channel_id == channel.id])
        if goes and told is not None:
            adopted.append(adopt(press, verdict.decision, told, case.article, channel, verdict.source, now=now))
            continue
        post = _new_post(press, case, channel, verdict, now) if verdict.makes_post else None
        decided.append((verdict.decision, post))
    by_id = {channel.id: channel for channel in desk.channels}
    known = [(post, by_id[post.channel_id]) for post in case.posted if post.channel_id in by_id]
    older = [_posted(case, post, channel) for post, channel in known if post.revision < case.article.revision]
    changes = [(posted, change) for posted in older if (change := revision.revise(press, posted, now=now)) is not None]
    return Plan(
        decided=tuple(decided),
        revised=tuple(change for _, change in changes),
        replies=_told_changes(press, changes, now),
        adopted=tuple(adopted),
    )


def _told_changes(
    press: Press, changes: Sequence[tuple[Posted, Rewritten | NewPost]], now: datetime
) -> tuple[NewPost, ...]:
    """Answers below posts that changed much, where that is wanted."""
    loud = [posted for posted, change in changes if isinstance(change, NewPost) and posted.wish is BigChanges.REPLY]
    told = [retelling.tell_change(press, posted, now) for posted in loud]
    return tuple(answer for answer in told if answer is not None)


async def explain(db: Database, article_id: int, *, now: datetime) -> tuple[Decision, ...]:
    """A decision for every channel: those written down, and for the others what would be decided now."""
    async with db.read() as tx:
        article = await articles.get(tx, article_id)
        if article is None:
            return ()
        desk = Desk(channels=await channels.every(tx), rules=await rules.every(tx))
        case = await _look(tx, article, desk, now)
        ended = {id: await posts.get(tx, decision.post_id or 0) for id, decision in case.decided.items()}
        away = {id: await gaps.opened(tx, bot_id=id) is not None for id in {one.bot_id for one in desk.channels}}
    carried = {post.channel_id: post for post in case.posted}

    def decision_of(channel: Channel) -> Decision:
        known, post = case.decided.get(channel.id), ended.get(channel.id)
        if known is None:
            return _verdict(case, channel, desk.rules, carried.get(channel.id), now).decision
        folded = post is not None and post.problem_code in (digest.TOO_LATE, digest.CHOSEN)
        return fate.as_it_stands(known, post, channel, now=now, folded=folded, gap=away[channel.bot_id])

    return tuple(decision_of(channel) for channel in desk.channels)


# ── look ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _look(tx: Tx, article: Article, desk: Desk, now: datetime) -> Case:
    ids = [channel.id for channel in desk.channels]
    listings = await articles.sources_of(tx, article.id)
    sources = await rules.sources_by_id(tx, [listing.source_id for listing in listings])
    carrying = await posts.of_article(tx, article.id)
    alive = tuple(post for post in carrying if post.kind in (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST))
    story = () if article.story_id is None else await articles.of_story(tx, article.story_id)
    others = [other.id for other in story if other.id != article.id]
    told = () if article.story_id is None else await posts.of_stories(tx, [article.story_id], since=now - STORY_LASTS)
    return Case(
        article=article,
        origins=tuple(Origin(source=sources[one.source_id], baseline=one.baseline) for one in listings),
        decided={decision.channel_id: decision for decision in await decisions.of_article(tx, article.id)},
        posted=alive,
        changes={post.id: await posts.changes_of(tx, post.id) for post in alive},
        versions=await articles.versions(tx, article.id) if alive else (),
        story=story,
        told=told,
        retold=frozenset(await decisions.retold(tx, others)),
        taken=await posts.taken_times(tx, ids, since=now - PACE_LOOKS_BACK),
        flashes=await posts.flashes(tx, ids, since=now - flash.LASTS),
    )


async def _told_cases(tx: Tx, case: Case, desk: Desk) -> Mapping[int, Posted]:
    """Posts of the same story by other sources, ready to get an "Also" line: post id → what is known of it."""
    by_id = {channel.id: channel for channel in desk.channels}
    found: dict[int, Posted] = {}
    for told in case.told:
        if told.article_id == case.article.id or told.channel_id not in by_id:
            continue
        first, post = await articles.get(tx, told.article_id), await posts.get(tx, told.post_id)
        if first is None or post is None:
            continue
        sources = await rules.sources_by_id(tx, [first.source_id] if first.source_id else [])
        decided = {decision.channel_id: decision for decision in await decisions.of_article(tx, first.id)}
        later = _retold(case, told.channel_id, case.article)
        known = Posted(
            post=post,
            article=first,
            channel=by_id[told.channel_id],
            source=sources.get(first.source_id or 0),
            changes=await posts.changes_of(tx, post.id),
            versions=await articles.versions(tx, first.id),
            also=retelling.also_of(by_id[told.channel_id], first, later),
            known=developments.so_far(first, later) if told.breaking else (),
            comments=await _comments_of(tx, post, by_id[told.channel_id]),
        )
        found[post.id] = _with_extras(known, decided.get(told.channel_id))
    return found


async def _comments_of(tx: Tx, post: Post, channel: Channel) -> tuple[int, int] | None:
    if channel.linked_chat_id is None or channel.chat_id is None or not (post.remote_id or "").isdecimal():
        return None
    number = int(post.remote_id or 0)
    found = await sightings.copy_of(tx, bot_id=channel.bot_id, chat_id=channel.chat_id, message_id=number)
    return found if found is not None and found[0] == channel.linked_chat_id else None


# ── think ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _verdict(case: Case, channel: Channel, asked: Sequence[Rule], post: Post | None, now: datetime) -> Verdict:
    taken = case.taken.get(channel.id, Taken())
    others = [told for told in case.told if told.channel_id == channel.id and told.article_id != case.article.id]
    told = min(others, key=lambda told: not told.breaking, default=None)
    facts = Facts(
        posted=post.id if post else None,
        told=_told(told) if told else None,
        taken=taken.times,
        last=taken.last,
    )
    return routing.decide_for_all(case.article, case.origins, channel, asked, facts, now=now)


def _told(told: StoryPost) -> Told:
    source = told.site_name or "another source"
    return Told(post_id=told.post_id, article_id=told.article_id, source=source, breaking=told.breaking)


def _new_post(press: Press, case: Case, channel: Channel, verdict: Verdict, now: datetime) -> NewPost:
    order = replace(
        press.order(case.article, channel, verdict.source),
        template=verdict.template,
        silent=verdict.silent,
        thread_id=verdict.thread_id,
        extras=Extras(breaking=verdict.breaking),
    )
    made = press.write(order)
    return NewPost(
        bot_id=channel.bot_id,
        once_key=share_key(case.article.id, channel.id, verdict.thread_id),
        kind=PostKind.SHARE,
        lane=verdict.lane,
        state=verdict.state,
        chat_id=chat_of(channel),
        requests=made.requests,
        visible_text=made.visible_text,
        channel_id=channel.id,
        thread_id=verdict.thread_id,
        article_id=case.article.id,
        revision=case.article.revision,
        weight=made.weight,
        template=made.template,
        silent=verdict.silent,
        due_at=verdict.due_at,
        pin_for=verdict.pin,
        fresh_until=max(verdict.due_at, now) + channel.fresh_for if verdict.due_at else None,
        problem=made.problem,
        links=made.links,
    )


def share_key(article_id: int, channel_id: int, thread_id: int | None) -> str:
    return f"share:{article_id}:{channel_id}:{thread_id or 0}"


def _posted(case: Case, post: Post, channel: Channel) -> Posted:
    later = _retold(case, channel.id)
    known = Posted(
        post=post,
        article=case.article,
        channel=channel,
        source=case.source_for(channel.id),
        changes=case.changes.get(post.id, ()),
        versions=case.versions,
        also=retelling.also_of(channel, case.article, later),
        known=developments.so_far(case.article, later) if post.lane is Lane.BREAKING else (),
    )
    return _with_extras(known, case.decided.get(channel.id))


def _with_extras(posted: Posted, decision: Decision | None) -> Posted:
    """What the editor or the rule had added when it was posted."""
    evidence = decision.evidence if decision else {}

    def words(name: str) -> str | None:
        value = evidence.get(name)
        return value if isinstance(value, str) else None

    return replace(
        posted,
        note=words("note"),
        wording=words("wording"),
        picture=words("picture"),
        big_changes=words(amendment.OPTION),
        breaking=bool(evidence.get("breaking")),
    )


def _retold(case: Case, channel_id: int, *more: Article) -> tuple[Article, ...]:
    """The articles of the story that a channel did not get because it had one of them."""
    return (*(other for other in case.story if (other.id, channel_id) in case.retold), *more)


def _retelling(press: Press, plan: Plan, case: Case, told: Mapping[int, Posted], now: datetime) -> Plan:
    """The plan with what becomes of earlier posts of the story: an "Also" line, or a reply."""
    newly = _newly_told(plan, told)
    changes = [revision.revise(press, posted, now=now) for posted in newly]
    answered = [posted for posted in newly if not posted.known]  # breaking news is told in one place
    replies = [
        retelling.reply_to(press, posted, case.article, case.source_for(posted.channel.id), now) for posted in answered
    ]
    return replace(
        plan,
        revised=(*plan.revised, *(change for change in changes if change is not None)),
        replies=(*plan.replies, *(reply for reply in replies if reply is not None)),
    )


def _newly_told(plan: Plan, told: Mapping[int, Posted]) -> list[Posted]:
    """Posts that get an "Also" line because this article was not posted again."""
    wanted = {decision.evidence.get("post") for decision, _ in plan.decided if decision.stage is Stage.STORY}
    return [posted for post_id, posted in told.items() if post_id in wanted]


# ── write ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _write(tx: Tx, case: Case, plan: Plan, now: datetime) -> None:
    article = case.article
    for decision, new in plan.decided:
        post_id = await posts.add_post(tx, new, now=now) if new is not None else None
        if new is not None and post_id is None:
            continue  # another process has decided the same, or the post exists since a push
        if new is not None and new.problem is not None and new.channel_id is not None:
            key = f"template:{new.channel_id}"  # one message, however many posts it touches
            await notices.tell(tx, bot_id=new.bot_id, key=key, problem=new.problem, now=now)
        await decisions.put(tx, decision, post_id=post_id)
    for one in plan.adopted:
        await write_adopted(tx, one, article, now)
    for reply in plan.replies:
        await posts.add_post(tx, reply, now=now)
    for change in plan.revised:
        await apply(tx, change, article.revision, now)
    await articles.mark_decided(tx, article.id, article.revision, sources=len(case.origins))
    await quarantine.end(tx, article.id)
