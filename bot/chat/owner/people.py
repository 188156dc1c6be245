"""/people: who runs the bot; invitations by one-time link, roles, and removing somebody with all that is theirs."""

from __future__ import annotations

import logging
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat.card import Card, cut, isolate
from bot.chat.context import Context
from bot.chat.door import owner_at
from bot.chat.owner.menus import sync_menu
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import common, people
from bot.errors import Problem, phrase
from bot.model import Person, Role
from bot.store import audit, channels, posts, staff
from bot.store import people as persons
from bot.store.staff import WaitingPost

logger = logging.getLogger(__name__)

ROLE_WORDS = {Role.OWNER: people.OWNER, Role.EDITOR: people.EDITOR, Role.VIEWER: people.VIEWER}
_REMOVE = {"keep": people.BUTTON_REMOVE_KEEP, "mine": people.BUTTON_REMOVE_MINE, "cancel": people.BUTTON_REMOVE_CANCEL}
_SHOWN = 5
_NUMBER = "[0-9]{1,20}"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = People(context)
    return [
        CommandHandler("people", handle.show, PRIVATE),
        CallbackQueryHandler(handle.show_again, pressed("people")),
        CallbackQueryHandler(handle.see, pressed(f"person:see:{_NUMBER}")),
        CallbackQueryHandler(handle.change, pressed(f"person:(?:owner|editor|viewer):{_NUMBER}")),
        CallbackQueryHandler(handle.sure, pressed(f"person:sure:{_NUMBER}")),
        CallbackQueryHandler(handle.remove, pressed(f"person:(?:keep|mine|cancel):{_NUMBER}")),
    ]


class People:
    """Handlers for owners."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def show(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who = await owner_at(self._context, update)
        if who is not None and update.effective_message is not None:
            card = await self._list(who)
            await update.effective_message.reply_html(
                card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW
            )

    async def show_again(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:people"""
        who = await owner_at(self._context, update)
        if who is not None:
            await self._turn_into(update, await self._list(who))

    async def see(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:person:see:USER"""
        who, person = await self._about(update)
        if who is not None and person is not None:
            await self._turn_into(update, person_card(who, person))

    async def change(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:person:ROLE:USER"""
        context = self._context
        who, person = await self._about(update)
        if who is None or person is None:
            return
        role = Role((update.callback_query.data or "").split(":")[2]) if update.callback_query else person.role
        refusal = await self._refusal(who, person) if role is not Role.OWNER else None
        if refusal is not None:
            await self._turn_into(update, None, refusal)
            return
        only = () if role is Role.OWNER else None
        about = f"{name_of(person)}, {role.value}"
        async with context.db.write() as tx:
            await staff.appoint(
                tx, bot_id=context.bot_id, user_id=person.user_id, role=role, channels=only, now=context.now()
            )
            await audit.write(
                tx, bot_id=context.bot_id, what="role-changed", about=about, now=context.now(), person=who.person
            )
            person = await persons.get(tx, bot_id=context.bot_id, user_id=person.user_id) or person
        await sync_menu(context, person)
        told = who.say(people.ROLE_CHANGED, name=name_of(person), role=who.say(ROLE_WORDS[role]))
        await self._turn_into(update, person_card(who, person), told)

    async def sure(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:person:sure:USER: what removing means, and what is to become of their posts."""
        who, person = await self._about(update)
        if who is None or person is None:
            return
        refusal = await self._refusal(who, person)
        if refusal is not None:
            await self._turn_into(update, None, refusal)
            return
        async with self._context.db.read() as tx:
            waiting = await staff.waiting_of(tx, bot_id=self._context.bot_id, user_id=person.user_id)
        await self._turn_into(update, sure_card(who, person, waiting))

    async def remove(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:person:keep|mine|cancel:USER"""
        context = self._context
        who, person = await self._about(update)
        if who is None or person is None:
            return
        refusal = await self._refusal(who, person)
        if refusal is not None:
            await self._turn_into(update, None, refusal)
            return
        what = (update.callback_query.data or "").split(":")[2] if update.callback_query else "keep"
        await self._end(who, person, what)
        still = await self._still_admin(person)
        await sync_menu(context, Person(bot_id=person.bot_id, user_id=person.user_id))
        myself = person.user_id == who.person.user_id
        html = who.say(people.REMOVED_YOU if myself else people.REMOVED, name=isolate(escape(name_of(person))))
        if still:
            names = ", ".join(isolate(escape(title)) for title in still)
            html += f"\n\n{who.say(people.STILL_ADMIN, channels=names)}"
        back = [] if myself else [[InlineKeyboardButton(who.say(people.BUTTON_BACK), callback_data="v1:people")]]
        await self._turn_into(update, Card(html=html, keyboard=InlineKeyboardMarkup(back) if back else None))

    async def _end(self, who: Visitor, person: Person, what: str) -> None:
        context, now = self._context, self._context.now()
        async with context.db.write() as tx:
            waiting = await staff.waiting_of(tx, bot_id=context.bot_id, user_id=person.user_id)
            if what == "mine":
                await staff.hand_over(tx, [post.id for post in waiting], to=who.person.user_id)
            for post in waiting if what == "cancel" else ():
                await posts.cancel(tx, post.id, problem=_cancelled(who, person))
            await staff.end(tx, bot_id=context.bot_id, user_id=person.user_id, now=now)
            await audit.write(
                tx, bot_id=context.bot_id, what="person-removed", about=name_of(person), now=now, person=who.person,
                options={"posts": what, "count": len(waiting)},
            )  # fmt: skip

    async def _still_admin(self, person: Person) -> list[str]:
        """Titles of our channels in which Telegram says they are an administrator: only its owner can end that."""
        async with self._context.db.read() as tx:
            every = await channels.every(tx, bot_id=self._context.bot_id)
        found = []
        for channel in every:
            asked = {"chat_id": channel.chat_id or channel.address, "user_id": person.user_id}
            try:
                member = await self._context.telegram.call("getChatMember", asked)
            except TelegramError as error:  # not in this channel, or Telegram is away: nothing to warn of
                logger.info("member not seen", extra={"action": "people", "error": error.message})
                continue
            if member.get("status") in ("administrator", "creator"):
                found.append(channel.title or channel.name)
        return found

    async def _refusal(self, who: Visitor, person: Person) -> str | None:
        """Why an owner's role cannot end now."""
        if person.user_id in self._context.owner_ids:
            return who.say(people.FROM_SETTINGS)
        if person.role is not Role.OWNER:
            return None
        async with self._context.db.read() as tx:
            owners = await persons.with_role(tx, bot_id=self._context.bot_id, role=Role.OWNER)
        return who.say(people.LAST_OWNER) if len(owners) < 2 else None

    async def _about(self, update: Update) -> tuple[Visitor | None, Person | None]:
        who = await owner_at(self._context, update)
        press = update.callback_query
        if who is None or press is None:
            return None, None
        number = int((press.data or "").rpartition(":")[2])
        async with self._context.db.read() as tx:
            person = await persons.get(tx, bot_id=self._context.bot_id, user_id=number)
        if person is None or person.role not in ROLE_WORDS:
            await answer(press, who.say(people.PERSON_GONE))
            return who, None
        return who, person

    async def _list(self, who: Visitor) -> Card:
        async with self._context.db.read() as tx:
            found = await staff.everybody(tx, bot_id=self._context.bot_id)
        lines = [who.say(people.PEOPLE), *(_line(who, person) for person in found)]
        rows = [
            [InlineKeyboardButton(cut(name_of(person), 40), callback_data=f"v1:person:see:{person.user_id}")]
            for person in found[:40]
        ]
        rows.append([InlineKeyboardButton(who.say(people.BUTTON_INVITE), callback_data="v1:invite")])
        return Card(html="\n".join(lines)[:4000], keyboard=InlineKeyboardMarkup(rows))

    async def _turn_into(self, update: Update, card: Card | None, told: str | None = None) -> None:
        press = update.callback_query
        if press is None:
            return
        await answer(press, told[:200] if told else None)
        place = place_of(press)
        if card is not None and place is not None:
            await edit(self._context.telegram.bot, place, card.html, card.keyboard)


def person_card(who: Visitor, person: Person) -> Card:
    only = ", ".join(person.channels) or who.say(people.ALL_CHANNELS)
    html = who.say(
        people.PERSON,
        name=isolate(escape(name_of(person))),
        role=who.say(ROLE_WORDS[person.role]),
        channels=isolate(escape(only)),
    )

    def data(act: str) -> str:
        return f"v1:person:{act}:{person.user_id}"

    others = [role for role in ROLE_WORDS if role is not person.role]
    rows = [
        [
            InlineKeyboardButton(
                who.say(people.BUTTON_MAKE, role=who.say(ROLE_WORDS[role])), callback_data=data(role.value)
            )
            for role in others
        ],
        [InlineKeyboardButton(who.say(people.BUTTON_REMOVE), callback_data=data("sure"))],
        [InlineKeyboardButton(who.say(people.BUTTON_BACK), callback_data="v1:people")],
    ]
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def sure_card(who: Visitor, person: Person, waiting: tuple[WaitingPost, ...]) -> Card:
    lines = [who.say(people.SURE, name=isolate(escape(name_of(person))))]
    if waiting:
        lines += ["", who.count(people.THEIR_POSTS, len(waiting))]
        lines += [
            who.say(
                people.POST_LINE,
                title=isolate(escape(cut(post.title or "–", 60))),
                channel=isolate(escape(post.channel or "–")),
            )
            for post in waiting[:_SHOWN]
        ]
    acts = _REMOVE if waiting else {"keep": people.BUTTON_REMOVE}
    rows = [
        [InlineKeyboardButton(who.say(text), callback_data=f"v1:person:{act}:{person.user_id}")]
        for act, text in acts.items()
    ]
    rows.append([InlineKeyboardButton(who.say(people.BUTTON_BACK), callback_data="v1:people")])
    return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup(rows))


def name_of(person: Person) -> str:
    return person.name or str(person.user_id)


def _line(who: Visitor, person: Person) -> str:
    name = isolate(escape(name_of(person)))
    if person.user_id == who.person.user_id:
        name = who.say(people.YOU, name=name)
    role = who.say(ROLE_WORDS[person.role])
    if not person.channels:
        return who.say(people.PERSON_LINE, name=name, role=role)
    return who.say(people.PERSON_LINE_CHANNELS, name=name, role=role, channels=escape(", ".join(person.channels)))


def _cancelled(who: Visitor, person: Person) -> Problem:
    by = who.person.name or who.say(common.SOMEBODY)
    return Problem(
        code="SW-P30",
        title=phrase("This post was cancelled."),
        cause=phrase(
            "{by} removed {name_of} and cancelled the posts that waited in their name.", by=by, name_of=name_of(person)
        ),
        fix=phrase("Send the article's address to the bot to post it after all."),
        meanwhile=phrase("Nothing was sent."),
        where="/people",
    )
