"""Staging: a draft shown as the post that it will be, with its control card below; what was shown before goes away."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.editors import control, drafting
from bot.chat.editors.control import Scene, Similar
from bot.chat.pressing import NO_PREVIEW, edit
from bot.chat.roles import Visitor
from bot.chat.words import common
from bot.model import Article, Channel, Json, Post
from bot.posts import flash
from bot.posts import preview as composing
from bot.store import articles, buttons, channels, drafts, people, posts
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.wording import Words

logger = logging.getLogger(__name__)

_SIMILAR_FOR = timedelta(days=2)
_DAY = timedelta(days=1)


async def scene_of(context: Context, words: Words, draft: Draft) -> Scene | None:
    """None when the article or the channel is no longer there."""
    now = context.now()
    async with context.db.read() as tx:
        listed = await channels.every(tx, bot_id=context.bot_id)
        channel = next((one for one in listed if one.id == draft.channel_id), None)
        article = await articles.get(tx, draft.article_id) if draft.article_id else None
        if channel is None or article is None:
            return None
        already = await posts.carrying(tx, article.id, channel.id)
        taken = await posts.taken_times(tx, [channel.id], since=now - _DAY)
        similar = await _similar(tx, draft, channel, article.story_id, now=now) if article.story_id else None
        similar = similar or await _flashed(tx, article, channel, now)
        name = await publisher(tx, words, already) if already else ""
    return Scene(
        draft=draft,
        article=article,
        channel=channel,
        listed=listed,
        already=already,
        publisher=name,
        similar=similar,
        taken=taken[channel.id].times,
    )


async def _similar(tx: Tx, draft: Draft, channel: Channel, story_id: int, *, now: datetime) -> Similar | None:
    told = await posts.of_stories(tx, [story_id], since=now - _SIMILAR_FOR)
    for one in told:
        if one.channel_id != channel.id or one.article_id == draft.article_id:
            continue
        other, post = await articles.get(tx, one.article_id), await posts.get(tx, one.post_id)
        if other is not None and post is not None:
            title = other.title or one.site_name or ""
            return Similar(title=title, url=post.remote_url, at=post.sent_at or post.created_at)
    return None


async def _flashed(tx: Tx, article: Article, channel: Channel, now: datetime) -> Similar | None:
    """A flash of this channel that the article tells: pushed by hand it would be told a second time."""
    told = flash.told_by(article, await posts.flashes(tx, [channel.id], since=now - flash.LASTS))
    if told is None:
        return None
    words = told.visible_text.strip().rpartition("\n")[2]
    return Similar(title=words, url=told.remote_url, at=told.sent_at or told.created_at)


async def publisher(tx: Tx, words: Words, post: Post) -> str:
    """Who published a post, for HTML: a name, or that it went out by a rule."""
    from html import escape

    if post.created_by is None:
        return words.say(common.BY_RULE)
    person = await people.get(tx, bot_id=post.bot_id, user_id=post.created_by)
    return escape(person.name if person and person.name else words.say(common.SOMEBODY))


async def show(context: Context, who: Visitor, draft: Draft, chat_id: int, *, first: str = "") -> bool:
    """The post as it will be, then the card; False when the draft was taken meanwhile or its article is gone."""
    scene = await scene_of(context, who.words, draft)
    if scene is None:
        return False
    wish = drafting.wish_of(draft.options)
    made = await composing.preview(context.db, context.press, scene.article.id, scene.channel.id, wish=wish)
    async with context.db.write() as tx:
        await buttons.put(tx, made.links)  # an editor tries them before anybody else
    shown = await sharing.send(context, made.requests, chat_id=chat_id)
    card = control.main_card(who.words, scene, made if shown else None, context.now(), first=first)
    sent = await context.telegram.bot.send_message(
        chat_id, card.html, parse_mode=ParseMode.HTML, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW
    )
    before = _messages_of(draft)
    ids: list[Json] = [int(one) for one in shown.remote_ids] if shown else []
    options = {**draft.options, "card": [chat_id, sent.message_id], "shown": [chat_id, ids]}
    async with context.db.write() as tx:
        kept = await drafts.change(tx, draft, now=context.now(), user_id=who.person.user_id, options=options)
    await clear(context, before)
    return kept is not None


async def redraw(context: Context, who: Visitor, draft: Draft, *, first: str = "") -> None:
    """The card once more in its place; the post above it looks the same."""
    scene, place = await scene_of(context, who.words, draft), drafting.place_of_card(draft)
    if scene is None or place is None:
        return
    wish = drafting.wish_of(draft.options)
    made = await composing.preview(context.db, context.press, scene.article.id, scene.channel.id, wish=wish)
    await put(context, place, control.main_card(who.words, scene, made, context.now(), first=first))


async def put(context: Context, place: tuple[int, int], card: Card) -> None:
    await edit(context.telegram.bot, place, card.html, card.keyboard)


async def clear(context: Context, messages: dict[int, list[int]]) -> None:
    """Take away what a newer preview replaces; what cannot go stays."""
    for chat_id, ids in messages.items():
        try:
            await context.telegram.bot.delete_messages(chat_id, ids)
        except TelegramError as error:
            logger.info("old preview stays", extra={"action": "preview_kept", "error": type(error).__name__})


def _messages_of(draft: Draft) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    shown, place = draft.options.get("shown"), drafting.place_of_card(draft)
    if isinstance(shown, list) and len(shown) == 2 and shown[1]:
        found.setdefault(int(shown[0]), []).extend(int(one) for one in shown[1])
    if place is not None:
        found.setdefault(place[0], []).append(place[1])
    return found
