"""Owner and editors push by hand: an address or pasted text becomes the post exactly as it will be, then a card with
Publish and Discard.  The card's buttons carry a draft's opaque id; rights are looked up at every press."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.articles.read import read_one
from bot.chat import roles, sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.editors import cards
from bot.chat.editors.given import Given, given_by, is_push
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, WRITTEN
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Article, Channel, Post, PostState
from bot.posts import preview as composing
from bot.store import articles, channels, drafts, people, posts, status
from bot.store.drafts import Draft
from bot.store.status import Counts

logger = logging.getLogger(__name__)


def handlers(context: Context, look: Callable[[], None]) -> list[BaseHandler[Any, Any, Any]]:
    """`look` is told when a card waits for its post."""
    admin = Admin(context, look)
    return [
        CommandHandler("push", admin.push, NEW),
        CommandHandler("status", admin.status, NEW),
        MessageHandler(WRITTEN & ~filters.COMMAND & _Pushed(), admin.push),
        CallbackQueryHandler(admin.press, pressed(f"(?:(?:pub|discard):{ID}|to:{ID}:[0-9]{{1,15}})")),
    ]


class _Pushed(filters.MessageFilter):
    """An address alone or a pasted article; a reader's is answered politely."""

    def filter(self, message: Any) -> bool:
        return bool(message.text) and is_push(message.text)


class Admin:
    """Handlers for the owner and editors; `look` is told when a card waits for its post."""

    def __init__(self, context: Context, look: Callable[[], None]) -> None:
        self._context = context
        self._look = look

    async def push(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/push ADDRESS, /push TEXT, or either alone."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        if not who.may_publish:
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return
        given = given_by(message.text or "")
        if not given:
            await message.reply_html(who.say(editors.WHAT_TO_PUSH), link_preview_options=NO_PREVIEW)
            return
        await self._prepare(message, who, given)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:pub:DRAFT or v1:discard:DRAFT or v1:to:DRAFT:CHANNEL"""
        press = update.callback_query
        if press is None:
            return
        act, draft_id, *more = (press.data or "").split(":")[1:]
        who = await roles.visit(self._context, press.from_user)
        if not who.may_publish:
            logger.warning("press refused", extra={"action": "press_refused", "user": press.from_user.id})
            await answer(press, who.say(common.ONLY_EDITORS))
            return
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, draft_id, bot_id=self._context.bot_id)
        if draft is None or press.message is None:  # our cards are never sent through inline mode
            await answer(press, who.say(editors.DRAFT_GONE))
        elif _is_resumed(draft, press.from_user):
            await self._write_down(press, who, draft)
        elif draft.state != "open":
            await answer(press, await self._taken(who, draft))
        elif act == "discard":
            await self._discard(press, who, draft)
        elif act == "to":
            await self._choose(press, who, draft, more[0] if more else "")
        else:
            await self._publish(press, who, draft)

    async def status(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        if not who.may_publish:
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return
        async with self._context.db.read() as tx:
            counts = await status.count(tx, bot_id=self._context.bot_id)
        await message.reply_html(_status(who, counts))

    # ── from what was given to the card ──────────────────────────────────────────────────────────────────────────

    async def _prepare(self, message: Message, who: Visitor, given: Given) -> None:
        context = self._context
        async with context.db.read() as tx:
            listed = await channels.every(tx, bot_id=context.bot_id)
        if not listed:
            await message.reply_html(who.say(editors.NO_CHANNEL))
            return
        await _typing(message)
        try:
            article = await read_one(
                context.db, context.web, url=given.address, text=given.text, now=context.now(), parser=context.parser
            )
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(error.problem), link_preview_options=NO_PREVIEW)
            return
        channel = cards.suggested(listed, article.language)
        async with context.db.write() as tx:
            draft = await drafts.add(
                tx,
                bot_id=context.bot_id,
                user_id=who.person.user_id,
                article_id=article.id,
                channel_id=channel.id,
                now=context.now(),
                options={},
            )
        await self._show(message, who, article, channel, draft, listed)

    async def _show(
        self,
        message: Message,
        who: Visitor,
        article: Article,
        channel: Channel,
        draft: Draft,
        listed: tuple[Channel, ...],
    ) -> None:
        """The post as it will be, then the card."""
        context = self._context
        made = await composing.preview(context.db, context.press, article.id, channel.id)
        shown = await sharing.send(context, made.requests, chat_id=message.chat.id)
        facts = sharing.message_facts(who.words, made) if shown else who.say(editors.NOT_SHOWN)
        async with context.db.read() as tx:
            already = await posts.carrying(tx, article.id, channel.id)
            name = await cards.publisher(tx, who.words, already) if already else ""
        posted = already is not None and already.state is not PostState.DRAFT
        html = who.say(editors.PREVIEW, channel=cards.title_of(channel), facts=facts)
        if already is not None and posted:
            html = _already_card(who, already, channel, name).html
        keyboard = cards.preview_keyboard(who.words, draft, channel, listed, posted=posted)
        await message.reply_html(html, reply_markup=keyboard, link_preview_options=NO_PREVIEW, do_quote=False)

    async def _choose(self, press: CallbackQuery, who: Visitor, draft: Draft, channel_id: str) -> None:
        context = self._context
        async with context.db.read() as tx:
            listed = await channels.every(tx, bot_id=context.bot_id)
            article = await articles.get(tx, draft.article_id) if draft.article_id else None
        channel = next((c for c in listed if str(c.id) == channel_id), None)
        if channel is None or article is None or not isinstance(press.message, Message):
            await answer(press, who.say(common.OLD_BUTTON))
            return
        async with context.db.write() as tx:
            user_id = press.from_user.id
            changed = await drafts.change(tx, draft, now=context.now(), user_id=user_id, channel_id=channel.id)
        if changed is None:
            await answer(press, who.say(editors.DRAFT_GONE))
            return
        await answer(press)
        await self._say(press, who.say(editors.CHOSEN, channel=cards.title_of(channel)))
        await self._show(press.message, who, article, channel, changed, listed)

    # ── from the card to the outbox ──────────────────────────────────────────────────────────────────────────────

    async def _discard(self, press: CallbackQuery, who: Visitor, draft: Draft) -> None:
        if await self._move(press, who, draft, "discarded"):
            await answer(press)
            await self._say(press, who.say(editors.DISCARDED))

    async def _publish(self, press: CallbackQuery, who: Visitor, draft: Draft) -> None:
        if await self._move(press, who, draft, "publishing"):
            await self._write_down(press, who, draft)

    async def _move(self, press: CallbackQuery, who: Visitor, draft: Draft, to: str) -> bool:
        """Take the draft; who comes second is told who was first."""
        context = self._context
        async with context.db.write() as tx:
            mine = await drafts.move(tx, draft, to=to, user_id=press.from_user.id, now=context.now())
            now_so = await drafts.get(tx, draft.id, bot_id=context.bot_id)
        if not mine:
            await answer(press, await self._taken(who, now_so or draft))
        return mine

    async def _write_down(self, press: CallbackQuery, who: Visitor, draft: Draft) -> None:
        """Repeated after a crash: the outbox takes a post of this article for this channel once."""
        context = self._context
        assert draft.article_id is not None and draft.channel_id is not None
        try:
            pushed = await composing.push(
                context.db, context.press, draft.article_id, draft.channel_id, by=press.from_user.id, now=context.now()
            )
        except SharewireError as error:
            await answer(press)
            await self._say(press, sharing.problem_html(error.problem))
            return
        await answer(press)
        if pushed.already is not None and pushed.already.state is PostState.SENT:
            await self._settle(press, who, draft, pushed.already)
            return
        post = pushed.post_id or (pushed.already.id if pushed.already else None)
        await self._follow(press, who, draft, post)

    async def _follow(self, press: CallbackQuery, who: Visitor, draft: Draft, post_id: int | None) -> None:
        """Leave the card to `Cards`: the outbox does not need us."""
        context, place = self._context, place_of(press)
        assert place is not None
        async with context.db.write() as tx:
            channel = await channels.get(tx, draft.channel_id or 0)
            taken = await drafts.get(tx, draft.id, bot_id=context.bot_id)
            if taken is not None:
                options = {**taken.options, "card": list(place)}
                user_id = press.from_user.id
                await drafts.change(tx, taken, now=context.now(), user_id=user_id, post_id=post_id, options=options)
        context.wake("deliver")
        await self._say(press, who.say(editors.QUEUED, channel=cards.title_of(channel) if channel else ""))
        self._look()

    async def _settle(self, press: CallbackQuery, who: Visitor, draft: Draft, post: Post) -> None:
        """It stands there already: say so, and send nothing."""
        context = self._context
        async with context.db.write() as tx:
            taken = await drafts.get(tx, draft.id, bot_id=context.bot_id)
            if taken is not None:
                await drafts.move(tx, taken, to="published", user_id=press.from_user.id, now=context.now())
            channel = await channels.get(tx, draft.channel_id or 0)
            name = await cards.publisher(tx, who.words, post)
        if channel is not None and (place := place_of(press)) is not None:
            card = _already_card(who, post, channel, name)
            await edit(press.get_bot(), place, card.html, card.keyboard)

    async def _taken(self, who: Visitor, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=draft.changed_by or 0)
        name = person.name if person and person.name else who.say(common.SOMEBODY)
        return who.say(editors.TAKEN, name=name[:60], what=who.say(editors.DONE.get(draft.state, draft.state)))

    async def _say(self, press: CallbackQuery, html: str) -> None:
        place = place_of(press)
        if place is not None:
            await edit(press.get_bot(), place, html)


def _is_resumed(draft: Draft, user: User) -> bool:
    """The press that a crash interrupted between taking the draft and writing down its post."""
    return draft.state == "publishing" and draft.post_id is None and draft.changed_by == user.id


def _already_card(who: Visitor, post: Post, channel: Channel, name: str) -> Card:
    on_its_way = post.state is not PostState.SENT
    return cards.published_card(
        who.words,
        editors.ALREADY_QUEUED if on_its_way else editors.ALREADY,
        post,
        channel=cards.title_of(channel),
        name=name,
    )


def _status(who: Visitor, counts: Counts) -> str:
    """How things are; what is fine is not mentioned."""
    posts_by = counts.posts
    waiting = posts_by.get(PostState.QUEUED, 0) + posts_by.get(PostState.SENDING, 0)
    look = posts_by.get(PostState.UNKNOWN, 0) + posts_by.get(PostState.HELD, 0)
    sent = posts_by.get(PostState.SENT, 0)

    def if_any(texts: tuple[str, str], count: int) -> str:
        return who.count(texts, count) if count else ""

    lines = [
        f"<b>{who.say(editors.STATUS)}</b>",
        who.say(editors.STATUS_SOURCES, count=f"{counts.sources:,}") + if_any(editors.STATUS_FAILING, counts.failing),
        who.say(editors.STATUS_ARTICLES, count=f"{counts.articles:,}"),
        who.say(editors.STATUS_CHANNELS, count=f"{counts.channels:,}") + if_any(editors.STATUS_PAUSED, counts.paused),
        who.say(editors.STATUS_POSTS, sent=f"{sent:,}", waiting=f"{waiting:,}") + if_any(editors.STATUS_LOOK, look),
    ]
    return "\n".join(lines)


async def _typing(message: Message) -> None:
    try:
        await message.reply_chat_action(ChatAction.TYPING)
    except TelegramError as error:  # a courtesy, no more
        logger.info("no typing shown", extra={"action": "typing_failed", "error": type(error).__name__})
