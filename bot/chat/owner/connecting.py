"""A channel is added without a number typed: picked from a button, forwarded, named by a code written in it, or when
somebody made the bot its administrator.  All four end in one place: look, try silently, remember, tell."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from html import escape
from typing import Any, Final

from telegram import (
    ChatAdministratorRights,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    MessageOriginChannel,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.channels import connect
from bot.channels.connect import Connection, Proof
from bot.chat import roles, sharing
from bot.chat.card import Card, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.readers.searching import Searching
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, PRIVATE
from bot.chat.words import setup
from bot.errors import SharewireError
from bot.model import Channel, Role
from bot.store import audit, channels, facts, people
from bot.store.database import Tx

logger = logging.getLogger(__name__)

CHANNEL, GROUP = 1, 2  # of the keyboard's buttons
CODE_VALID: Final = timedelta(minutes=10)
CARD_VALID: Final = timedelta(days=30)
CHOOSING: Final = timedelta(minutes=10)
"""While somebody picks a channel, the promotion that comes with it is no news."""
_WRITTEN: Final = filters.UpdateType.CHANNEL_POST | (NEW & filters.ChatType.GROUPS)
_CODE: Final = r"^/connect(?:@\w+)?\s+([A-Za-z0-9]{6,24})\s*$"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Connecting(context)
    forwarded = PRIVATE & filters.FORWARDED & _FromChannel()
    return [
        MessageHandler(_WRITTEN & filters.Regex(_CODE), handle.code),
        CommandHandler(["connect", "addchannel"], handle.ask, PRIVATE),
        MessageHandler(PRIVATE & filters.StatusUpdate.CHAT_SHARED, handle.picked),
        MessageHandler(forwarded, handle.forwarded),
        CallbackQueryHandler(handle.ask_again, pressed("connect")),
        CallbackQueryHandler(handle.use_or_leave, pressed("chan:(?:use|leave):[A-Za-z0-9]{6,24}")),
        _Promoted(handle.promoted, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


class _FromChannel(filters.MessageFilter):
    """A post that somebody forwards out of a channel."""

    def filter(self, message: Message) -> bool:
        return isinstance(message.forward_origin, MessageOriginChannel)


class _Promoted(ChatMemberHandler[Any, Any]):
    """The bot's own standing in a channel or group, when it becomes administrator (of one that we post to already, see
    standing.py)."""

    def check_update(self, update: object) -> bool:
        if not super().check_update(update) or not isinstance(update, Update):
            return False
        change = update.my_chat_member
        return change is not None and change.chat.type != ChatType.PRIVATE and _became_admin(change)


def _became_admin(change: ChatMemberUpdated) -> bool:
    before, after = change.old_chat_member.status, change.new_chat_member.status
    return after == ChatMemberStatus.ADMINISTRATOR != before


class Connecting:
    """Handlers for the owner."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/connect"""
        who = await owner_at(self._context, update)
        if who is not None:
            await offer(self._context, who)

    async def ask_again(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:connect"""
        who = await owner_at(self._context, update)
        if who is None or update.callback_query is None:
            return
        await answer(update.callback_query)
        await offer(self._context, who)

    async def picked(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """They tapped Choose a channel: Telegram has made the bot its administrator already."""
        message = update.effective_message
        who = await owner_at(self._context, update)
        if who is None or message is None or message.chat_shared is None:
            return
        await message.reply_html(who.say(setup.LOOKING), reply_markup=ReplyKeyboardRemove())
        await self._connect(message, who, str(message.chat_shared.chat_id))
        async with self._context.db.write() as tx:
            await facts.forget(tx, _choosing(self._context, who.person.user_id))

    async def forwarded(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Any post of the channel, forwarded to the bot; whoever is no owner looks for its article."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or not isinstance(message.forward_origin, MessageOriginChannel):
            return
        who = await roles.visit(self._context, user)
        if who.person.role is not Role.OWNER:
            await Searching(self._context).forwarded(message, who)
            return
        await self._connect(message, who, str(message.forward_origin.chat.id))

    async def code(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/connect CODE`, written in the channel itself.  The channel keeps nothing of it."""
        message = update.effective_message
        if message is None or not context.matches:
            return
        asked = await self._owner_of(context.matches[0][1], message.chat.id)
        if asked is None:
            return
        await self._remove(message)
        card = await self._card(asked, str(message.chat.id))
        await self._context.telegram.bot.send_message(
            asked.person.user_id, card.html, parse_mode=ParseMode.HTML, reply_markup=card.keyboard,
            link_preview_options=NO_PREVIEW,
        )  # fmt: skip

    async def promoted(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody made the bot an administrator: the owners are asked what to do with it."""
        change = update.my_chat_member
        if change is None:
            return
        context = self._context
        async with context.db.write() as tx:
            known = await channels.find(tx, str(change.chat.id), bot_id=context.bot_id)
            owners = await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER)
            choosing = await facts.get(tx, _choosing(context, change.from_user.id))
        if known is None and not (choosing and context.now().timestamp() - float(choosing) < CHOOSING.total_seconds()):
            for person in owners:
                await self._ask_owner(roles.visitor(person), change)

    async def use_or_leave(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:chan:use:CODE or v1:chan:leave:CODE"""
        press = update.callback_query
        who = await owner_at(self._context, update)
        if who is None or press is None:
            return
        act, code = (press.data or "").split(":")[2:]
        chat = await self._spend(code, who.person.user_id)
        place = place_of(press)
        if chat is None or place is None:
            await answer(press, who.say(setup.ANSWERED))
            return
        await answer(press)
        bot = self._context.telegram.bot
        if act == "use":
            card = await self._card(who, chat)
            await edit(bot, place, card.html, card.keyboard)
            return
        title = (await self._leave(chat)) or chat
        await edit(bot, place, who.say(setup.LEFT, channel=escape(title)))

    # ── what all ways end in ─────────────────────────────────────────────────────────────────────────────────────

    async def _connect(self, message: Message, who: Visitor, address: str) -> None:
        card = await self._card(who, address)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def _card(self, who: Visitor, address: str) -> Card:
        context = self._context
        try:
            found = await connect.connect(context.telegram, address)
            proof = await connect.prove(
                context.telegram,
                found,
                words=who.say(setup.TEST_MESSAGE),
                audit_chat=context.audit_chat or who.person.user_id,
            )
        except SharewireError as error:
            return Card(html=sharing.problem_html(who.words, error.problem))
        async with context.db.write() as tx:
            channel, is_new = await remember(tx, context, who, found)
        context.wake("deliver")
        return connected_card(who, channel, found, proof, is_new=is_new)

    async def _owner_of(self, code: str, chat_id: int) -> Visitor | None:
        context = self._context
        async with context.db.write() as tx:
            used = await people.use_code(
                tx, code, bot_id=context.bot_id, purpose="connect", user_id=chat_id, now=context.now()
            )
            person = await people.get(tx, bot_id=context.bot_id, user_id=int(used.options["user"])) if used else None
        return roles.visitor(person) if person is not None and person.role is Role.OWNER else None

    async def _remove(self, message: Message) -> None:
        try:
            await message.delete()
        except TelegramError as error:  # no right to: the code is spent, so it harms nobody
            logger.info("code not removed", extra={"action": "connect", "error": error.message})

    async def _ask_owner(self, who: Visitor, change: ChatMemberUpdated) -> None:
        context, code = self._context, _new_code()
        async with context.db.write() as tx:
            await people.add_code(
                tx, code, bot_id=context.bot_id, purpose="promoted", now=context.now(), valid=CARD_VALID,
                options={"chat": change.chat.id},
            )  # fmt: skip
        title = isolate(escape(change.chat.title or ""))
        html = who.say(setup.ASKED, channel=title, name=isolate(escape(change.from_user.full_name)))
        row = [
            InlineKeyboardButton(who.say(setup.BUTTON_USE), callback_data=f"v1:chan:use:{code}"),
            InlineKeyboardButton(who.say(setup.BUTTON_LEAVE), callback_data=f"v1:chan:leave:{code}"),
        ]
        try:
            await context.telegram.bot.send_message(
                who.person.user_id, html, parse_mode=ParseMode.HTML, reply_markup=InlineKeyboardMarkup([row])
            )
        except (BadRequest, Forbidden) as error:  # this owner has stopped the bot
            logger.info("owner not asked", extra={"action": "connect", "error": error.message})

    async def _spend(self, code: str, user_id: int) -> str | None:
        context = self._context
        async with context.db.write() as tx:
            used = await people.use_code(
                tx, code, bot_id=context.bot_id, purpose="promoted", user_id=user_id, now=context.now()
            )
        return str(used.options["chat"]) if used else None

    async def _leave(self, chat: str) -> str | None:
        """The chat's title; None where the bot is no longer in it."""
        try:
            told = await self._context.telegram.call("getChat", {"chat_id": int(chat)})
            await self._context.telegram.call("leaveChat", {"chat_id": int(chat)})
        except (BadRequest, Forbidden):
            return None
        return str(told.get("title") or "") or None


async def offer(context: Context, who: Visitor) -> bool:
    """The button that picks a channel and gives the rights in one go, and the two other ways in words.  False where
    they have not opened the bot."""
    code, now = _new_code(), context.now()
    async with context.db.write() as tx:
        await people.add_code(
            tx, code, bot_id=context.bot_id, purpose="connect", now=now, valid=CODE_VALID,
            options={"user": who.person.user_id},
        )  # fmt: skip
        await facts.put(tx, _choosing(context, who.person.user_id), now.timestamp(), now=now)
    html, bot = who.say(setup.CHOOSE, code=code), context.telegram.bot
    try:
        await bot.send_message(who.person.user_id, html, parse_mode=ParseMode.HTML, reply_markup=chooser(who))
    except (BadRequest, Forbidden) as error:
        logger.info("channel not asked for", extra={"action": "connect", "error": error.message})
        return False
    return True


async def was_offered(context: Context, user_id: int) -> bool:
    """Whether the button was shown a moment ago."""
    async with context.db.read() as tx:
        at = await facts.get(tx, _choosing(context, user_id))
    return isinstance(at, int | float) and context.now().timestamp() - at < 60


def chooser(who: Visitor) -> ReplyKeyboardMarkup:
    """Both rights have to be named, or clients show no channel at all (tdlib/td#2572); a person who makes somebody
    administrator needs the rights they give, and the right to promote."""
    posting = {"can_post_messages": True, "can_edit_messages": True}
    channel = KeyboardButtonRequestChat(
        request_id=CHANNEL,
        chat_is_channel=True,
        user_administrator_rights=_rights(can_promote_members=True, can_invite_users=True, **posting),
        bot_administrator_rights=_rights(**posting),
        request_title=True,
        request_username=True,
    )
    group = KeyboardButtonRequestChat(
        request_id=GROUP, chat_is_channel=False, bot_is_member=True, request_title=True, request_username=True
    )
    buttons = [
        [KeyboardButton(who.say(setup.BUTTON_CHOOSE_CHANNEL), request_chat=channel)],
        [KeyboardButton(who.say(setup.BUTTON_CHOOSE_GROUP), request_chat=group)],
    ]
    return ReplyKeyboardMarkup(buttons, resize_keyboard=True, one_time_keyboard=True)


def _rights(**given: bool) -> ChatAdministratorRights:
    rights: dict[str, Any] = dict.fromkeys(ChatAdministratorRights.no_rights().to_dict(), False)
    rights |= {"can_delete_messages": True, **given}
    return ChatAdministratorRights(**rights)


async def remember(tx: Tx, context: Context, who: Visitor, found: Connection) -> tuple[Channel, bool]:
    """The stored channel, and whether it is new.  What a person or the file decided about a known one stays."""
    now = context.now()
    known = await channels.find(tx, str(found.chat_id), bot_id=context.bot_id)
    if known is None and found.username:
        known = await channels.find(tx, f"@{found.username}", bot_id=context.bot_id)
    if known is not None:
        await channels.resume(tx, known.id)
        told = {"title": found.title, "username": found.username, "chat_id": found.chat_id}
        await channels.change(
            tx, known.id, checked_at=now, linked_chat_id=found.linked_chat_id, protected=found.protected, **told
        )
        return await channels.get(tx, known.id) or known, False
    name = await channels.free_name(tx, found.username or found.title or "")
    wish = found.as_channel(bot_id=context.bot_id, name=name, timezone=context.zone, language=who.words.language)
    channel = await channels.put(tx, wish, now=now)
    await audit.write(
        tx, bot_id=context.bot_id, what="channel-added", about=found.title or name, now=now, person=who.person
    )
    return channel, True


def connected_card(who: Visitor, channel: Channel, found: Connection, proof: Proof, *, is_new: bool) -> Card:
    title = isolate(escape(channel.title or channel.name))
    lines = [who.say(setup.CONNECTED if is_new else setup.CONNECTED_ALREADY, channel=title)]
    if found.kind != "channel":
        lines.append(who.say(setup.CAN_WRITE))
    elif not found.missing:
        lines.append(who.say(setup.CAN_ALL))
    if "can_edit_messages" in found.missing:
        lines.append(who.say(setup.MISSING_EDIT))
    if "can_delete_messages" in found.missing:
        lines.append(who.say(setup.MISSING_DELETE))
    if found.linked_chat_id is not None and found.kind == "channel":
        lines.append(who.say(setup.COMMENTS))
    lines.append(who.say(setup.TESTED if proof.removed else setup.TEST_LEFT))
    if proof.audit is False:
        lines.append(who.say(setup.NO_LOOK))
    lines.append(who.say(setup.ZONE, zone=escape(channel.timezone)))
    lines.append(who.say(setup.NEXT_SOURCE))
    return Card(html="\n".join(lines))


def _choosing(context: Context, user_id: int) -> str:
    return f"choosing:{context.bot_id}:{user_id}"


def _new_code() -> str:
    return secrets.token_hex(6)
