"""Owner and editors push by hand: an address or pasted text becomes the post exactly as it will be, then a card with
Publish and Discard.  The card's buttons carry a draft's opaque id; rights are looked up at every press."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Final

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
    User,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from bot.articles.read import read_one
from bot.chat import roles, sharing, words
from bot.chat.context import Context
from bot.chat.words import escape
from bot.errors import SharewireError
from bot.model import Article, Channel, Post, PostState
from bot.posts import preview as composing
from bot.store import articles, channels, drafts, people, posts, status
from bot.store.drafts import Draft

logger = logging.getLogger(__name__)

PASTED: Final = 300  # characters: longer text in a private chat is an article, shorter a search
FOLLOWED: Final = 15.0  # seconds in which the card waits to tell the post's address
_STEP: Final = 0.3
_ADDRESS: Final = re.compile(r"https?://\S+")
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def is_push(text: str) -> bool:
    """Whether a private message of an editor is something to push: an address alone, or an article's text."""
    text = text.strip()
    return bool(_ADDRESS.fullmatch(text)) or (len(text) > PASTED and "\n" in text)


class Admin:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def push(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/push ADDRESS, /push TEXT, or either alone."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        if not await roles.may_publish(self._context, user):
            await message.reply_html(words.ONLY_EDITORS)
            return
        given = re.sub(r"^/push(@\w+)?\s*", "", message.text or "").strip()
        if not given:
            await message.reply_html(words.WHAT_TO_PUSH)
            return
        await self._prepare(message, user, given)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:pub:DRAFT or v1:discard:DRAFT or v1:to:DRAFT:CHANNEL"""
        press = update.callback_query
        if press is None:
            return
        parts = (press.data or "").split(":")
        if not await roles.may_publish(self._context, press.from_user):
            logger.warning("press refused", extra={"action": "press_refused", "user": press.from_user.id})
            await press.answer(words.ONLY_EDITORS, show_alert=True)
            return
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, parts[2], bot_id=self._context.bot_id)
        if draft is None:
            await press.answer(words.DRAFT_GONE, show_alert=True)
        elif draft.state != "open":
            await press.answer(await self._taken(draft), show_alert=True)
        elif parts[1] == "discard":
            await self._discard(press, draft)
        elif parts[1] == "to":
            await self._choose(press, draft, parts[3] if len(parts) > 3 else "")
        else:
            await self._publish(press, draft)

    async def status(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        if not await roles.may_publish(self._context, user):
            await message.reply_html(words.ONLY_EDITORS)
            return
        async with self._context.db.read() as tx:
            counts = await status.count(tx, bot_id=self._context.bot_id)
        await message.reply_html(
            words.STATUS.format(
                sources=counts.sources,
                failing=counts.failing,
                articles=counts.articles,
                channels=counts.channels,
                paused=counts.paused,
                sent=counts.posts.get(PostState.SENT, 0),
                waiting=counts.posts.get(PostState.QUEUED, 0) + counts.posts.get(PostState.SENDING, 0),
                looked=counts.posts.get(PostState.UNKNOWN, 0) + counts.posts.get(PostState.HELD, 0),
            )
        )

    async def _prepare(self, message: Message, user: User, given: str) -> None:
        context = self._context
        async with context.db.read() as tx:
            listed = await channels.every(tx, bot_id=context.bot_id)
        if not listed:
            await message.reply_html(words.NO_CHANNEL)
            return
        await message.get_bot().send_chat_action(message.chat_id, ChatAction.TYPING)
        address = given if _ADDRESS.fullmatch(given) else None
        try:
            article = await read_one(
                context.db,
                context.web,
                url=address,
                text=None if address else given,
                now=context.now(),
                parser=context.parser,
            )
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(error.problem))
            return
        channel = listed[0]
        async with context.db.write() as tx:
            draft = await drafts.add(
                tx,
                bot_id=context.bot_id,
                user_id=user.id,
                article_id=article.id,
                channel_id=channel.id,
                now=context.now(),
                options={},
            )
        await self._show(message, article, channel, draft, listed)

    async def _show(
        self, message: Message, article: Article, channel: Channel, draft: Draft, listed: tuple[Channel, ...]
    ) -> None:
        """The post as it will be, then the card."""
        context = self._context
        made = await composing.preview(context.db, context.press, article.id, channel.id)
        await sharing.send(context, made.requests, chat_id=message.chat_id)
        facts = sharing.message_facts(made)
        already = await self._already(article, channel)
        if already is not None:
            facts += "\n" + words.ALREADY.format(channel=escape(_title(channel)), link=already.remote_url or "")
        await message.reply_html(
            words.PREVIEW.format(channel=escape(_title(channel)), facts=facts),
            reply_markup=_card_keyboard(draft, channel, listed),
            link_preview_options=_NO_PREVIEW,
        )

    async def _already(self, article: Article, channel: Channel) -> Post | None:
        async with self._context.db.read() as tx:
            return await posts.carrying(tx, article.id, channel.id)

    async def _choose(self, press: CallbackQuery, draft: Draft, channel_id: str) -> None:
        async with self._context.db.read() as tx:
            listed = await channels.every(tx, bot_id=self._context.bot_id)
        channel = next((c for c in listed if str(c.id) == channel_id), None)
        if channel is None or not isinstance(press.message, Message):
            await press.answer(words.OLD_BUTTON, show_alert=True)
            return
        async with self._context.db.write() as tx:
            changed = await drafts.change(
                tx, draft, now=self._context.now(), user_id=press.from_user.id, channel_id=channel.id
            )
        if changed is None or changed.article_id is None:
            await press.answer(words.DRAFT_GONE, show_alert=True)
            return
        await press.answer()
        async with self._context.db.read() as tx:
            article = await articles.get(tx, changed.article_id)
        if article is not None:
            await self._show(press.message, article, channel, changed, listed)

    async def _discard(self, press: CallbackQuery, draft: Draft) -> None:
        async with self._context.db.write() as tx:
            await drafts.move(tx, draft, to="discarded", user_id=press.from_user.id, now=self._context.now())
        await press.answer()
        await _edit(press, words.DISCARDED)

    async def _publish(self, press: CallbackQuery, draft: Draft) -> None:
        context = self._context
        async with context.db.write() as tx:
            mine = await drafts.move(tx, draft, to="published", user_id=press.from_user.id, now=context.now())
            channel = await channels.get(tx, draft.channel_id) if draft.channel_id else None
        if not mine or channel is None or draft.article_id is None:
            await press.answer(words.DRAFT_GONE, show_alert=True)
            return
        pushed = await composing.push(
            context.db, context.press, draft.article_id, channel.id, by=press.from_user.id, now=context.now()
        )
        await press.answer()
        title = escape(_title(channel))
        if pushed.already is not None:
            await _edit(press, words.ALREADY.format(channel=title, link=pushed.already.remote_url or ""))
            return
        context.wake("deliver")
        await _edit(press, words.QUEUED.format(channel=title))
        assert pushed.post_id is not None
        await self._follow(press, pushed.post_id, channel)

    async def _follow(self, press: CallbackQuery, post_id: int, channel: Channel) -> None:
        """Tell on the card how it went, for a while; the outbox does not need us."""
        title = escape(_title(channel))
        for _ in range(int(FOLLOWED / _STEP)):
            await asyncio.sleep(_STEP)
            async with self._context.db.read() as tx:
                post = await posts.get(tx, post_id)
            if post is None or post.state in {PostState.QUEUED, PostState.SENDING}:
                continue
            if post.state is PostState.SENT:
                name = escape(press.from_user.full_name)
                text = words.PUBLISHED.format(channel=title, name=name, link=post.remote_url or "")
                await _edit(press, text, url=post.remote_url)
            else:
                await _edit(press, words.REFUSED.format(channel=title, problem=escape(post.problem or "")))
            return
        await _edit(press, words.WAITING.format(channel=title))

    async def _taken(self, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            who = draft.changed_by or 0
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=who)
        return words.TAKEN.format(name=person.name if person else "Somebody", what=draft.state)


def _card_keyboard(draft: Draft, chosen: Channel, listed: tuple[Channel, ...]) -> InlineKeyboardMarkup:
    rows = [
        [
            InlineKeyboardButton(
                words.BUTTON_PUBLISH, callback_data=f"v1:pub:{draft.id}", api_kwargs={"style": "success"}
            ),
            InlineKeyboardButton(
                words.BUTTON_DISCARD, callback_data=f"v1:discard:{draft.id}", api_kwargs={"style": "danger"}
            ),
        ]
    ]
    others = [c for c in listed if c.id != chosen.id][:6]
    rows += [
        [
            InlineKeyboardButton(f"To {_title(c)}"[:40], callback_data=f"v1:to:{draft.id}:{c.id}")
            for c in others[i : i + 2]
        ]
        for i in range(0, len(others), 2)
    ]
    return InlineKeyboardMarkup(rows)


def _title(channel: Channel) -> str:
    return channel.title or channel.name


async def _edit(press: CallbackQuery, html: str, *, url: str | None = None) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(words.BUTTON_OPEN, url=url)]]) if url else None
    try:
        await press.edit_message_text(
            html, parse_mode=ParseMode.HTML, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
        )
    except BadRequest as error:
        if "not modified" not in error.message:
            raise
