"""The first and the last word: greeting and deep links, help, commands that we do not know, buttons that are too old,
and people who stop the bot or come back.
"""

from __future__ import annotations

from difflib import get_close_matches
from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.chat import roles
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.door import STAFF
from bot.chat.owner.menus import ROLE_MENUS
from bot.chat.owner.people import ROLE_WORDS
from bot.chat.pressing import answer
from bot.chat.readers.following import Following
from bot.chat.readers.searching import Searching, after_command, reply, searched_link
from bot.chat.readers.shelf import Shelf
from bot.chat.roles import Visitor
from bot.chat.updates import NEW, PRIVATE, WRITTEN
from bot.chat.words import alerts, common, editors, readers, setup
from bot.language.keywords import says_help
from bot.model import Role
from bot.store import channels, people

COMMANDS: Final = (
    "start", "help", "latest", "search", "follow", "alerts", "saved", "digest", "sources", "settings", "export",
    "forgetme",
)  # fmt: skip
ALSO: Final = {
    **dict.fromkeys(("stop", "unfollow", "unsubscribe", "mute", "unmute"), "alerts"),
    **dict.fromkeys(("language", "lang", "timezone", "zone", "quiet", "location", "options"), "settings"),
    **dict.fromkeys(("about", "menu", "commands", "info"), "help"),
    **dict.fromkeys(("news", "new", "newest", "today"), "latest"),
    **dict.fromkeys(("subscribe", "alert", "watch"), "follow"),
    **dict.fromkeys(("delete", "privacy"), "forgetme"),
    **dict.fromkeys(("bookmarks", "favorites", "save"), "saved"),
    "brief": "digest",
    "find": "search",
}
"""What other bots call what we do."""
EDITORS: Final = ("push", "flash", "scheduled", "explain", "override", "template", "withdraw", "cancel")
"""Beside what is in the menus of those with a role."""


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    handle = Readers(context)
    return [CommandHandler("start", handle.start, NEW), CommandHandler("help", handle.help, NEW)]


def last(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """After all others: what nobody else took."""
    handle = Readers(context)
    return [
        MessageHandler(NEW & filters.ChatType.GROUPS & filters.COMMAND, handle.in_group),
        MessageHandler(WRITTEN & (filters.COMMAND | filters.Regex(r"\A/\S")), handle.unknown_command),
        MessageHandler(WRITTEN & _ForHelp(), handle.help),
        MessageHandler(PRIVATE & ~filters.TEXT & ~filters.StatusUpdate.ALL, handle.not_words),
        CallbackQueryHandler(handle.old_button),
        ChatMemberHandler(handle.came_or_went, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


class _ForHelp(filters.MessageFilter):
    """The word alone, as somebody types it who meets their first bot; /search takes it as a word."""

    def filter(self, message: Message) -> bool:
        return says_help((message.text or "")[:40])


class Readers:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/start, also with what a link brought: st_ an article, sv_ one to save, so_ a source to follow,
        q_ a search."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        payload, who = after_command(message), await roles.visit(self._context, user)
        kind, _sep, value = payload.partition("_")
        number = int(value) if value.isdecimal() and value.isascii() and len(value) < 16 else None
        if kind == "st" and number is not None:
            await Searching(self._context).send_article(message, who, number)
        elif kind == "sv" and number is not None:
            await message.reply_html((await Shelf(self._context).put(who, number))[0])
        elif kind == "so" and number is not None:
            await Following(self._context).follow_source(message, who, number)
        elif kind == "q" and (asked := searched_link(payload)) is not None:
            await Searching(self._context).search(message, who, asked)
        elif message.chat.type == ChatType.PRIVATE:
            await reply(message, await self._greeting(who))
        else:
            await reply(message, self._group_card(who))

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        who = await roles.visit(self._context, user)
        if message.chat.type != ChatType.PRIVATE:
            await reply(message, self._group_card(who))
            return
        text = who.say(readers.HELP, username=escape(self._context.username))
        text = f"{text}\n\n{who.say(readers.HELP_SEARCH)}"
        if who.may_publish:
            text += who.say(editors.HELP_OWNER, role=who.say(ROLE_WORDS[who.person.role]))
        await message.reply_html(text + _help_for_staff(who))

    async def in_group(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """What is somebody's own (their alerts, settings, saved articles) is not shown to a group.  Commands that name
        nobody may be another bot's."""
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        name, _at, whose = (message.text or "").split(maxsplit=1)[0][1:].partition("@")
        if whose.casefold() == self._context.username.casefold() and name.casefold() in COMMANDS:
            await reply(message, self._group_card(await roles.visit(self._context, user)))

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or message.chat.type != ChatType.PRIVATE:
            return
        who = await roles.visit(self._context, user)
        typed = (message.text or "").split(maxsplit=1)[0][:40]
        name = typed[1:].partition("@")[0].casefold()
        near = ALSO.get(name) or next(iter(get_close_matches(name, _commands_of(who), n=1, cutoff=0.6)), None)
        if near:
            await message.reply_html(who.say(readers.UNKNOWN_COMMAND_NEAR, command=escape(typed), near=f"/{near}"))
        else:
            await message.reply_html(who.say(readers.UNKNOWN_COMMAND, command=escape(typed)))

    async def not_words(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """A picture, a sticker, a voice message: the words under it, where there are any."""
        if update.effective_message is not None and update.effective_user is not None:
            who = await roles.visit(self._context, update.effective_user)
            await Searching(self._context).forwarded(update.effective_message, who)

    async def came_or_went(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Somebody stopped the bot, or began again; groups that add or remove it say nothing of a person."""
        change = update.my_chat_member
        if change is None or change.chat.type != ChatType.PRIVATE:
            return
        if change.new_chat_member.status == ChatMemberStatus.BANNED:
            async with self._context.db.write() as tx:
                gone = change.from_user.id
                await people.mark_blocked(tx, bot_id=self._context.bot_id, user_id=gone, now=self._context.now())
        else:
            await roles.visit(self._context, change.from_user)

    async def old_button(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            who = await roles.visit(self._context, update.callback_query.from_user)
            await answer(update.callback_query, who.say(common.OLD_BUTTON))

    def _group_card(self, who: Visitor) -> Card:
        link = InlineKeyboardButton(who.say(readers.INLINE_ALL), url=f"https://t.me/{self._context.username}")
        return Card(html=who.say(readers.IN_GROUP), keyboard=InlineKeyboardMarkup([[link]]))

    async def _greeting(self, who: Visitor) -> Card:
        async with self._context.db.read() as tx:
            posted = await channels.every(tx, bot_id=self._context.bot_id)
        named = [c for c in posted if c.username]
        names = who.words.listed(f"@{c.username}" for c in named[:3])
        text = who.say(readers.HELLO_CHANNELS, names=names) if names else who.say(readers.HELLO)
        rows = [
            [
                InlineKeyboardButton(who.say(common.BUTTON_LATEST), callback_data="v1:latest"),
                InlineKeyboardButton(who.say(alerts.BUTTON_LIST), callback_data="v1:alerts:0"),
            ],
            [InlineKeyboardButton(who.say(readers.BUTTON_INLINE), switch_inline_query="")],
        ]
        if named:
            rows.append(
                [InlineKeyboardButton(who.say(readers.BUTTON_OPEN_CHANNEL), url=f"https://t.me/{named[0].username}")]
            )
        rows.append([InlineKeyboardButton(who.say(readers.BUTTON_SETTINGS), callback_data="v1:set:all")])
        if who.may_publish:
            text += who.say(editors.HELP_OWNER, role=who.say(ROLE_WORDS[who.person.role]))
        return Card(html=text, keyboard=InlineKeyboardMarkup(rows))


def _commands_of(who: Visitor) -> tuple[str, ...]:
    """All that this person may send, once each."""
    theirs = [name for name, _ in ROLE_MENUS.get(who.person.role, ())]
    return tuple(dict.fromkeys((*COMMANDS, *theirs, *(EDITORS if who.may_publish else ()))))


def _help_for_staff(who: Visitor) -> str:
    """More lines for those who run the bot; nothing for readers."""
    if who.person.role not in STAFF:
        return ""
    rules = who.say(setup.HELP_RULES) if who.may_publish else ""
    return who.say(setup.HELP_STAFF) + rules + (who.say(setup.HELP_OWNER) if who.person.role is Role.OWNER else "")
