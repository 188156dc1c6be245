"""Approval: a post that waits for an editor is shown to the editors' chat, or to each editor, with Approve, Edit and
Reject.  Who is first decides; every copy of the card then says who it was.  After the channel's `approve_after` a post
that nobody refused goes out by itself.

A card is a draft row of state "approval" that carries its post; its copies are in `options.cards`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.chat import roles, sharing
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import control, staging
from bot.chat.pressing import ID, NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, editors
from bot.model import Channel, Json, Post, PostState
from bot.posts import hours
from bot.posts import preview as composing
from bot.posts.order import zone_of
from bot.store import audit, channels, drafts, people, posts
from bot.store.drafts import Draft
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)

WAITS: Final = "approval"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CallbackQueryHandler(Approvals(context).press, pressed(f"(?:ok|no|redo):{ID}"))]


_ENDED: Final = {"approved": editors.APPROVED, "rejected": editors.REJECTED}
"""What a card says in the end, by its draft's state."""


class Approvals:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def once(self, now: datetime) -> int:
        """Show what is new, let go what nobody refused in time, close what was decided elsewhere; cards handled."""
        context = self._context
        async with context.db.read() as tx:
            waiting = await posts.in_state(tx, (PostState.DRAFT,), bot_id=context.bot_id)
            shown = await drafts.in_state(tx, WAITS, bot_id=context.bot_id)
        known = {draft.post_id for draft in shown}
        fresh = [post for post in waiting if post.id not in known and post.article_id is not None]
        for post in fresh:
            await self._show(post, now)
        for draft in shown:
            await self._look_after(draft, now)
        return len(fresh)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:ok:DRAFT, v1:no:DRAFT or v1:redo:DRAFT"""
        who, query = await editor_at(self._context, update), update.callback_query
        if who is None or query is None:
            return
        verb, draft_id = (query.data or "").split(":")[1:]
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, draft_id, bot_id=self._context.bot_id)
            channel = await channels.get(tx, draft.channel_id or 0) if draft is not None else None
        if draft is None or draft.post_id is None or channel is None or place_of(query) is None:
            await answer(query, who.say(editors.DRAFT_GONE))
        elif not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
        elif draft.state in ("approved", "rejected") and draft.changed_by == who.person.user_id:
            await self._finish(query, who, draft)  # a crash may have come between deciding and doing
        elif draft.state != WAITS:
            await self._tell_late(query, who, draft)
        elif verb == "redo":
            await self._edit(query, who, draft)
        else:
            await self._decide(query, who, draft, yes=verb == "ok")

    async def _decide(self, query: CallbackQuery, who: Visitor, draft: Draft, *, yes: bool) -> None:
        """One of two editors who press at once decides; the other is told who did."""
        context, by, now = self._context, who.person.user_id, self._context.now()
        async with context.db.write() as tx:
            mine = await drafts.move(tx, draft, to="approved" if yes else "rejected", user_id=by, now=now)
            now_so = await drafts.get(tx, draft.id, bot_id=context.bot_id) or draft
        if not mine:
            await self._tell_late(query, who, now_so)
            return
        await self._finish(query, who, now_so)

    async def _finish(self, query: CallbackQuery, who: Visitor, draft: Draft) -> None:
        """Do what was decided; once."""
        context, yes = self._context, draft.state == "approved"
        async with context.db.read() as tx:
            post = await posts.get(tx, draft.post_id or 0)
        if post is None or post.state is not PostState.DRAFT:
            await answer(query, await self._taken(who, draft))
            return
        now, by = context.now(), who.person.user_id
        if yes:
            done = await composing.approve(context.db, context.press, post.id, now=now, by=by)
        else:
            done = await composing.reject(context.db, post.id, now=now, by=by)
        if done:
            async with context.db.write() as tx:
                what = "post-approved" if yes else "post-rejected"
                await audit.write_posts(tx, [post.id], what=what, now=now, by=by)
        await answer(query)
        context.wake("deliver")
        name = who.person.name or who.say(common.SOMEBODY)
        await self._close(draft, editors.APPROVED if yes else editors.REJECTED, name, pressed_at=place_of(query))

    async def _edit(self, query: CallbackQuery, who: Visitor, draft: Draft) -> None:
        """A control card of the same article: what is published there is this post, in the editor's words."""
        context, place = self._context, place_of(query)
        assert place is not None
        await answer(query)
        async with context.db.write() as tx:
            own = await drafts.add(
                tx, bot_id=context.bot_id, user_id=who.person.user_id, article_id=draft.article_id or 0,
                channel_id=draft.channel_id, now=context.now(), options={},
            )  # fmt: skip
        await staging.show(context, who, own, place[0])

    async def _show(self, post: Post, now: datetime) -> None:
        context = self._context
        async with context.db.write() as tx:
            channel = await channels.get(tx, post.channel_id or 0)
            readers = await roles.deciders(tx, context, channel) if channel is not None else ()
            if channel is None or not readers:
                return
            draft = await drafts.add(
                tx, bot_id=context.bot_id, user_id=0, article_id=post.article_id or 0, channel_id=channel.id,
                now=now, options={}, state=WAITS, post_id=post.id,
            )  # fmt: skip
        for chat_id, words in readers:
            card = await self._card(post, channel, draft, chat_id, words, now)
            if card is None:
                continue
            async with context.db.write() as tx:
                now_so = await drafts.keep_card(tx, draft.id, card, bot_id=context.bot_id)
            if now_so is not None and now_so.state in _ENDED:  # the first editor was faster than the last card
                await self._close(now_so, _ENDED[now_so.state], await self._decider(now_so))

    async def _card(
        self, post: Post, channel: Channel, draft: Draft, chat_id: int | str, words: Words, now: datetime
    ) -> list[Json] | None:
        """Chat and message of the card; None where it could not be shown."""
        try:
            await sharing.send(self._context, post.requests, chat_id=chat_id)
            after = _after(channel, now)
            html = words.say(editors.APPROVE, channel=control.title_of(channel))
            if after is not None:
                html += "\n" + words.say(editors.APPROVE_BY_ITSELF, span=words.ago(after.total_seconds()))
            sent = await self._context.telegram.bot.send_message(
                chat_id, html, parse_mode=ParseMode.HTML, reply_markup=_keyboard(words, draft.id),
                link_preview_options=NO_PREVIEW,
            )  # fmt: skip
        except TelegramError as error:  # somebody who blocked the bot does not keep the others from deciding
            logger.info("approval not shown", extra={"action": "approval_failed", "error": type(error).__name__})
            return None
        return [sent.chat.id, sent.message_id]

    async def _look_after(self, draft: Draft, now: datetime) -> None:
        """What was decided elsewhere is closed; what nobody refused in time goes out."""
        context = self._context
        async with context.db.read() as tx:
            post = await posts.get(tx, draft.post_id or 0)
            channel = await channels.get(tx, draft.channel_id or 0)
        if post is None or channel is None or post.state is not PostState.DRAFT:
            name = await self._publisher(post)
            english = editors.REJECTED if post is None or post.state is PostState.CANCELLED else editors.APPROVED
            await self._settle(draft, "approved" if english is editors.APPROVED else "rejected", english, name, now)
            return
        after = _after(channel, now)
        is_over = after is not None and post.created_at is not None and now - post.created_at >= after
        if is_over and await composing.approve(context.db, context.press, post.id, now=now):
            context.wake("deliver")
            await self._settle(draft, "approved", editors.APPROVED_BY_ITSELF, "", now)

    async def _settle(self, draft: Draft, state: str, english: str, name: str, now: datetime) -> None:
        async with self._context.db.write() as tx:
            mine = await drafts.move(tx, draft, to=state, user_id=0, now=now)
        if mine:
            await self._close(draft, english, name)

    async def _close(self, draft: Draft, english: str, name: str, *, pressed_at: tuple[int, int] | None = None) -> None:
        """Every copy of the card says what was decided, and by whom; the pressed one even before copies are noted."""
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, draft.channel_id or 0)
            known = await drafts.get(tx, draft.id, bot_id=self._context.bot_id) or draft
        cards = known.options.get("cards")
        listed = [(int(chat_id), int(number)) for chat_id, number in cards] if isinstance(cards, list) else []
        for chat_id, message_id in dict.fromkeys([*listed, *([pressed_at] if pressed_at else [])]):
            async with self._context.db.read() as tx:
                person = await people.get(tx, bot_id=self._context.bot_id, user_id=chat_id)
            words = words_for(person.language if person else channel.language if channel else None)
            shown = escape(name) if name else words.say(common.SOMEBODY)
            html = words.say(english, channel=control.title_of(channel) if channel else "", name=shown)
            try:
                await edit(self._context.telegram.bot, (chat_id, message_id), html)
            except TelegramError as error:
                logger.info("approval not closed", extra={"action": "approval_failed", "error": type(error).__name__})

    async def _publisher(self, post: Post | None) -> str:
        if post is None or post.created_by is None:
            return ""
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=post.created_by)
        return (person.name if person else None) or ""

    async def _tell_late(self, query: CallbackQuery, who: Visitor, draft: Draft) -> None:
        """Who pressed second hears who was first, and the card that was pressed says so too."""
        await answer(query, await self._taken(who, draft))
        if draft.state in _ENDED:
            await self._close(draft, _ENDED[draft.state], await self._decider(draft), pressed_at=place_of(query))

    async def _decider(self, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=draft.changed_by or 0)
        return (person.name if person else None) or ""

    async def _taken(self, who: Visitor, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=draft.changed_by or 0)
        name = person.name if person and person.name else who.say(common.SOMEBODY)
        english = editors.TAKEN_APPROVED if draft.state == "approved" else editors.TAKEN_REJECTED
        return who.say(english, name=name[:60])


def _keyboard(words: Words, draft_id: str) -> InlineKeyboardMarkup:
    yes = InlineKeyboardButton(
        words.say(editors.BUTTON_APPROVE), callback_data=f"v1:ok:{draft_id}", api_kwargs={"style": "success"}
    )
    more = InlineKeyboardButton(words.say(editors.BUTTON_CHANGE), callback_data=f"v1:redo:{draft_id}")
    no = InlineKeyboardButton(
        words.say(editors.BUTTON_REJECT), callback_data=f"v1:no:{draft_id}", api_kwargs={"style": "danger"}
    )
    return InlineKeyboardMarkup([[yes, more, no]])


def _after(channel: Channel, now: datetime) -> timedelta | None:
    """When a post that nobody refused goes out, as it is set at this moment; None = it waits."""
    return hours.duration(hours.effective(channel.options, now, zone_of(channel.timezone)).get("approve_after"))
