"""Invitations: a link that works once and gives one role, for all channels or for one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes, filters

from bot.chat import roles
from bot.chat.card import Card, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at
from bot.chat.owner.menus import sync_menu
from bot.chat.owner.people import ROLE_WORDS, name_of
from bot.chat.pressing import answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import people
from bot.model import Channel, Role
from bot.store import audit, channels, staff
from bot.store import people as persons

VALID: Final = timedelta(hours=24)
_ROLE: Final = "(?:owner|editor|viewer)"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Inviting(context)
    return [
        CommandHandler("start", handle.accept, PRIVATE & filters.Regex(r"^/start inv_")),
        CallbackQueryHandler(handle.which_role, pressed("invite")),
        CallbackQueryHandler(handle.which_channels, pressed(f"invite:{_ROLE}")),
        CallbackQueryHandler(handle.make, pressed(f"invite:{_ROLE}:[0-9]{{1,15}}")),
    ]


class Inviting:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def which_role(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:invite"""
        who = await owner_at(self._context, update)
        if who is None:
            return
        row = [
            InlineKeyboardButton(who.say(text), callback_data=f"v1:invite:{role.value}")
            for role, text in reversed(ROLE_WORDS.items())
        ]
        back = [InlineKeyboardButton(who.say(people.BUTTON_BACK), callback_data="v1:people")]
        await self._turn_into(update, Card(html=who.say(people.WHICH_ROLE), keyboard=InlineKeyboardMarkup([row, back])))

    async def which_channels(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:invite:ROLE"""
        who = await owner_at(self._context, update)
        if who is None or update.callback_query is None:
            return
        role = Role((update.callback_query.data or "").split(":")[2])
        async with self._context.db.read() as tx:
            every = await channels.every(tx, bot_id=self._context.bot_id)
        if role is Role.OWNER or len(every) < 2:
            await self._turn_into(update, await self._invite(who, role, None))
            return
        rows = [[InlineKeyboardButton(who.say(people.BUTTON_EVERY_CHANNEL), callback_data=f"v1:invite:{role.value}:0")]]
        rows += [
            [InlineKeyboardButton((one.title or one.name)[:40], callback_data=f"v1:invite:{role.value}:{one.id}")]
            for one in every[:40]
        ]
        await self._turn_into(update, Card(html=who.say(people.WHICH_CHANNELS), keyboard=InlineKeyboardMarkup(rows)))

    async def make(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:invite:ROLE:CHANNEL (0 = all)"""
        who = await owner_at(self._context, update)
        if who is None or update.callback_query is None:
            return
        role, number = (update.callback_query.data or "").split(":")[2:]
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, int(number)) if number != "0" else None
        if channel is not None and channel.bot_id != self._context.bot_id:
            channel = None
        await self._turn_into(update, await self._invite(who, Role(role), channel))

    async def _invite(self, who: Visitor, role: Role, channel: Channel | None) -> Card:
        context, code = self._context, secrets.token_hex(8)
        options = {"role": role.value, "channels": [channel.name] if channel else [], "by": who.person.user_id}
        about = f"{role.value} ({channel.title or channel.name})" if channel else role.value
        async with context.db.write() as tx:
            await persons.add_code(
                tx, code, bot_id=context.bot_id, purpose="invite", now=context.now(), valid=VALID, options=options
            )
            await audit.write(
                tx, bot_id=context.bot_id, what="person-invited", about=about, now=context.now(), person=who.person
            )
        link = f"https://t.me/{context.username}?start=inv_{code}"
        said = {"role": who.say(ROLE_WORDS[role]), "link": link}
        if channel is None:
            return Card(html=who.say(people.INVITATION, **said))
        name = isolate(escape(channel.title or channel.name))
        return Card(html=who.say(people.INVITATION_CHANNELS, channels=name, **said))

    async def accept(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/start inv_CODE"""
        context, message, user = self._context, update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(context, user)
        if who.person.role in ROLE_WORDS:
            await message.reply_html(who.say(people.HAS_ROLE, role=who.say(ROLE_WORDS[who.person.role])))
            return
        found = await self._join(who, (message.text or "").partition("inv_")[2].strip())
        if found is None:
            await message.reply_html(who.say(people.BAD_INVITATION))
            return
        role, inviter = found
        await message.reply_html(
            who.say(people.WELCOME, name=isolate(escape(name_of(who.person))), role=who.say(ROLE_WORDS[role]))
        )
        who = await roles.visit(context, user)
        await sync_menu(context, who.person)
        await self._tell(inviter, who, role)

    async def _join(self, who: Visitor, code: str) -> tuple[Role, int] | None:
        context, now, user_id = self._context, self._context.now(), who.person.user_id
        async with context.db.write() as tx:
            used = await persons.use_code(tx, code, bot_id=context.bot_id, purpose="invite", user_id=user_id, now=now)
            if used is None:
                return None
            role = Role(str(used.options["role"]))
            await staff.appoint(
                tx, bot_id=context.bot_id, user_id=user_id, role=role, channels=used.options["channels"], now=now
            )
            await audit.write(
                tx, bot_id=context.bot_id, what="person-joined", about=role.value, now=now, person=who.person
            )
        return role, int(used.options["by"])

    async def _tell(self, inviter: int, joined: Visitor, role: Role) -> None:
        async with self._context.db.read() as tx:
            asked = await persons.get(tx, bot_id=self._context.bot_id, user_id=inviter)
        who = roles.visitor_of(asked)
        if who is None:
            return
        name = isolate(escape(name_of(joined.person)))
        html = who.say(people.JOINED, name=name, role=who.say(ROLE_WORDS[role]))
        try:
            await self._context.telegram.bot.send_message(inviter, html, parse_mode=ParseMode.HTML)
        except (BadRequest, Forbidden):  # they have stopped the bot; /people shows it all the same
            return

    async def _turn_into(self, update: Update, card: Card) -> None:
        press = update.callback_query
        if press is None:
            return
        await answer(press)
        place = place_of(press)
        if place is not None:
            await edit(self._context.telegram.bot, place, card.html, card.keyboard)
