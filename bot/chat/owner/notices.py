"""Notices for those who run the bot: one message for each trouble, edited in place when it changes, closed when it is
over, with buttons for what a person can do about it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.channels import catchup, queue
from bot.chat import roles, sharing
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.owner import source_cards
from bot.chat.pressing import pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, editors, owner, withdrawals
from bot.errors import SharewireError
from bot.model import Channel, Json, Role
from bot.posts.withdrawal import withdraw
from bot.store import audit, channels, people, posts, revisits
from bot.store import notices as store_notices
from bot.store.database import Tx
from bot.store.notices import Notice
from bot.wording import Words, words_for

logger = logging.getLogger(__name__)

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_SEEN: Final = (((owner.BUTTON_SEEN, "seen"),),)
_BUTTONS: Final[Mapping[str, tuple[tuple[tuple[str, str], ...], ...]]] = {  # what it is about -> rows (label, action)
    "post-held": (((owner.BUTTON_THERE, "there"), (owner.BUTTON_AGAIN, "again"), (owner.BUTTON_DROP, "drop")),),
    "post-refused": (((owner.BUTTON_RETRY, "retry"), (owner.BUTTON_DROP, "drop")),),
    "big-change": (((owner.BUTTON_CHANGE, "again"), (owner.BUTTON_LEAVE, "drop")),),
    "channel-paused": (((owner.BUTTON_CHECK, "check"),),),
    "catch-up": (
        ((owner.BUTTON_NONE, "none"), (owner.BUTTON_NEWEST, "newest")),
        ((owner.BUTTON_DIGEST, "digest"), (owner.BUTTON_ALL, "all")),
    ),
    "page-missing": (((editors.BUTTON_RETRACT, "ask"), (withdrawals.BUTTON_NO, "keep")),),
    "pages-missing": _SEEN,
    "left-out": _SEEN,
    "dropped": _SEEN,
    "unremembered": _SEEN,
    "strangers": _SEEN,
    "conflict": _SEEN,
    "flood": _SEEN,
    "telegram-away": _SEEN,
    "database-stuck": _SEEN,
    **source_cards.BUTTONS,
}
_FOR_EDITORS: Final = frozenset({"big-change"})
"""What those are asked too who may publish in the channel it is about."""
_SURE: Final = ((editors.BUTTON_RETRACT_IT, "retract"), (editors.BUTTON_BACK_TO_CARD, "back"))
"""The second question: what was seen by many is not taken back by one slip."""
_ABOUT_ROWS: Final = frozenset({"there", "again", "retry", "drop", "check", "retract", "keep"})
"""Actions on the post, channel or article whose number is in the notice's key."""


def notice_html(words: Words, notice: Notice) -> str:
    """What happened, one cause, what to do, what happens meanwhile; struck off when it is over."""
    problem = notice.problem
    title = sharing.told(words, problem.title)
    if notice.closed_at is not None:
        return words.say(owner.NOTICE_OVER, title=escape(title))
    if notice.key.startswith(("channel-paused:", "dropped:")) and problem.where and problem.where not in title:
        title = f"{problem.where}: {title}"
    lines = [f"<b>{escape(title)}</b>", *(escape(sharing.told(words, text)) for text in (problem.cause, problem.fix))]
    if problem.meanwhile:
        lines.append(f"<i>{escape(sharing.told(words, problem.meanwhile))}</i>")
    times = words.count(owner.NOTICE_TIMES, notice.count) if notice.count > 1 else ""
    return words.lines("\n".join([*lines, f"<code>{problem.code}</code>{times}"]))


def notice_keyboard(words: Words, notice: Notice) -> InlineKeyboardMarkup | None:
    kind = str(notice.options.get("kind") or notice.key.partition(":")[0])
    if notice.closed_at is not None or kind not in _BUTTONS:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(words.say(label), callback_data=f"v1:notice:{act}:{notice.id}") for label, act in row]
            for row in _BUTTONS[kind]
        ]
    )


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CallbackQueryHandler(Notices(context).press, pressed("notice:[a-z]{1,8}:[0-9]{1,15}"))]


class Notices:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def once(self, now: datetime) -> int:
        """Show what is new or has changed to every owner, and what others may decide to them too; how many there
        were."""
        context = self._context
        async with context.db.read() as tx:
            waiting = await store_notices.to_show(tx, bot_id=context.bot_id)
            owners = await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER) if waiting else ()
            also = {notice.id: await self._deciders(tx, notice) for notice in waiting}
        told: dict[int | str, Words] = dict.fromkeys(context.owner_ids, words_for(None))
        told |= {person.user_id: words_for(person.language) for person in owners}
        if not told:  # nobody to tell yet: the notices wait
            return 0
        for notice in waiting:
            chats = {**also[notice.id], **told}
            try:
                messages = {str(chat): await self._show(chat, words, notice) for chat, words in chats.items()}
            except TelegramError as error:  # out of reach: it is shown when Telegram answers again
                logger.warning("notice not shown", extra={"action": "notice_failed", "error": type(error).__name__})
                return 0
            async with context.db.write() as tx:
                await store_notices.shown(tx, notice_id=notice.id, messages=messages, now=now)
        return len(waiting)

    async def _deciders(self, tx: Tx, notice: Notice) -> dict[int | str, Words]:
        """Those who may answer it besides the owners; when it is over, also whoever was asked and may no longer."""
        if notice.key.partition(":")[0] not in _FOR_EDITORS:
            return {}
        gone = notice.messages if notice.closed_at is not None else ()
        asked = {int(chat) if chat.removeprefix("-").isdecimal() else chat: words_for(None) for chat in gone}
        for channel in await self._channels_of(tx, notice):
            if channel is not None:
                asked |= dict(await roles.deciders(tx, self._context, channel))
        return asked

    async def _channels_of(self, tx: Tx, notice: Notice) -> Sequence[Channel | None]:
        """The channels that a notice is about; None among them = something that belongs to no single one."""
        kind, _, number = notice.key.partition(":")
        if kind in ("post-held", "post-refused", "big-change"):
            post = await posts.get(tx, int(number))
            ids = [post.channel_id if post is not None else None]
        elif kind == "page-missing":
            ids = [post.channel_id for post in await posts.of_article(tx, int(number))]
        else:
            ids = [int(number) if kind in ("channel-paused", "dropped") else None]
        return [await channels.get(tx, one) if one is not None else None for one in ids]

    async def _show(self, chat: int | str, words: Words, notice: Notice) -> Json:
        """The message id of the notice in this chat, or None where it may not be shown.  Raises TelegramError."""
        bot = self._context.telegram.bot
        known = notice.messages.get(str(chat))
        if known and await self._edit(chat, int(known), words, notice):
            return known
        html, keyboard = notice_html(words, notice), notice_keyboard(words, notice)
        try:
            if notice.closed_at is not None:  # over before anybody saw it
                return None
            sent = await bot.send_message(
                chat, html, parse_mode=ParseMode.HTML, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
            )
            return sent.message_id
        except (BadRequest, Forbidden) as error:
            logger.info("notice not shown", extra={"action": "notice_failed", "chat": chat, "error": error.message})
            return None

    async def _edit(self, chat: int | str, message_id: int, words: Words, notice: Notice) -> bool:
        """False = the message is gone: a person deleted it.  Raises TelegramError."""
        try:
            await self._context.telegram.bot.edit_message_text(
                notice_html(words, notice), chat, message_id, parse_mode=ParseMode.HTML,
                reply_markup=notice_keyboard(words, notice), link_preview_options=_NO_PREVIEW,
            )  # fmt: skip
        except (BadRequest, Forbidden) as error:
            return "not modified" in error.message.lower()
        return True

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:notice:ACTION:NOTICE"""
        who, press = await editor_at(self._context, update), update.callback_query
        if who is None or press is None:
            return
        action, notice_id = (press.data or "").split(":")[2:]
        async with self._context.db.read() as tx:
            notice = await store_notices.get(tx, notice_id=int(notice_id))
            about = await self._channels_of(tx, notice) if notice is not None else ()
        if not all(who.may_publish_in(channel.name if channel is not None else "") for channel in about):
            await refuse(press, who.say(common.ONLY_EDITORS))
            return
        if notice is None or notice.bot_id != self._context.bot_id or notice.closed_at is not None:
            await press.answer(who.say(owner.NOTICE_DONE), show_alert=True)
            return
        if action in ("ask", "back"):
            await press.answer()
            await self._turn(press, who, notice, sure=action == "ask")
            return
        try:
            told = await self._act(who, action, notice)
        except SharewireError as error:
            await press.answer(sharing.problem_line(who.words, error.problem.title, error.problem.fix), show_alert=True)
            return
        await press.answer(told)
        self._context.wake("deliver")
        self._context.wake("notices")

    async def _turn(self, press: CallbackQuery, who: Visitor, notice: Notice, *, sure: bool) -> None:
        """The pressed copy of the card asks once more, or has its own buttons back."""
        keyboard = notice_keyboard(who.words, notice)
        if sure:
            row = [
                InlineKeyboardButton(who.say(label), callback_data=f"v1:notice:{act}:{notice.id}")
                for label, act in _SURE
            ]
            keyboard = InlineKeyboardMarkup([row])
        with suppress(BadRequest):  # pressed twice: it is as asked already
            await press.edit_message_reply_markup(keyboard)

    async def _act(self, who: Visitor, action: str, notice: Notice) -> str:
        context, now = self._context, self._context.now()
        if action in source_cards.ACTIONS:
            return await source_cards.act(context, who, action, notice)
        number = int(notice.key.partition(":")[2] or 0) if action in _ABOUT_ROWS else 0
        match action:
            case "none" | "newest" | "digest" | "all":
                choice = catchup.Choice(action)
                count = await catchup.answer(context.db, bot_id=context.bot_id, choice=choice, now=now)
                context.wake("compose")
                return who.count(owner.CATCHING_UP, count)
            case "seen":
                async with context.db.write() as tx:
                    await store_notices.close(tx, bot_id=context.bot_id, key=notice.key, now=now)
            case "there" | "again":
                await queue.resolve(context.db, number, queue.Answer(action), now=now)
                await self._note(who, number, "post-resolved")
            case "retry":
                await queue.retry(context.db, number, now=now)
            case "drop":
                await queue.drop(context.db, number, now=now)
                await self._note(who, number, "post-cancelled")
            case "retract":
                return await self._retract(who, number, notice)
            case "keep":
                await self._settle(number, notice, now)
            case "check":
                async with context.db.read() as tx:
                    channel = await channels.get(tx, number)
                if channel is not None:
                    waiting = await queue.check_channel(context.db, context.telegram, channel, now=now)
                    return who.count(owner.CHANNEL_WORKS, waiting, channel=channel.title or channel.name)
        return who.say(owner.NOTED)

    async def _note(self, who: Visitor, post_id: int, what: str) -> None:
        async with self._context.db.write() as tx:
            await audit.write_posts(tx, [post_id], what=what, now=self._context.now(), by=who.person.user_id)

    async def _retract(self, who: Visitor, article_id: int, notice: Notice) -> str:
        """Wherever the article was posted."""
        context, now = self._context, self._context.now()
        await withdraw(context.db, context.press, article_id, now=now, by=who.person.user_id)
        await self._settle(article_id, notice, now)
        return who.say(owner.NOTED)

    async def _settle(self, article_id: int, notice: Notice, now: datetime) -> None:
        """A person decided about a missing page: nobody looks at it or asks again."""
        async with self._context.db.write() as tx:
            known = await revisits.found(tx, article_id) or {}
            await revisits.put(tx, article_id, {**known, "kept": True}, now=now)
            await store_notices.close(tx, bot_id=notice.bot_id, key=notice.key, now=now)
