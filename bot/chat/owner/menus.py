"""Command menus of those who run the bot, each in their own chat; set again only when they differ from what was set.

Menus are no access control: every handler looks the role up."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Final

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.context import Context
from bot.chat.menus import READERS, Commands
from bot.chat.words import menus
from bot.model import Person, Role
from bot.store import facts, staff
from bot.wording import words_for

logger = logging.getLogger(__name__)

VIEWER: Final[Commands] = (
    ("stats", menus.STATS),
    ("status", menus.STATUS),
    ("channels", menus.CHANNELS),
    ("source", menus.SOURCES),
)
ROLE_MENUS: Final[Mapping[Role, Commands]] = {
    Role.OWNER: (
        ("push", menus.PUSH),
        ("status", menus.STATUS),
        ("stats", menus.STATS),
        ("channels", menus.CHANNELS),
        ("connect", menus.CONNECT),
        ("source", menus.SOURCE),
        ("rules", menus.RULES),
        ("people", menus.PEOPLE),
        ("log", menus.LOG),
        *READERS,
    ),
    Role.EDITOR: (("push", menus.PUSH), *VIEWER, ("rules", menus.RULES), *READERS),
    Role.VIEWER: (*VIEWER, *READERS),
}
"""Descriptions are English texts of words/menus; at most 40 characters."""


async def sync_menus(context: Context) -> None:
    """At the start: everybody who runs the bot has the menu of their role."""
    async with context.db.read() as tx:
        found = await staff.everybody(tx, bot_id=context.bot_id)
    for person in found:
        await sync_menu(context, person)


async def sync_menu(context: Context, person: Person) -> None:
    """One person's menu; a reader's is everybody's, in the language that they chose here if they did."""
    commands = ROLE_MENUS.get(person.role, READERS if person.chosen_language else ())
    words = words_for(person.language)
    told = [[name, words.say(text)] for name, text in commands]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    name = f"menu:{context.bot_id}:{person.user_id}"
    async with context.db.read() as tx:
        known = await facts.get(tx, name)
    if known == digest:
        return
    bot, scope = context.telegram.bot, BotCommandScopeChat(person.user_id)
    try:
        if told:
            await bot.set_my_commands([BotCommand(*one) for one in told], scope=scope)
        else:
            await bot.delete_my_commands(scope=scope)
    except TelegramError as error:  # they have not opened the bot yet, or Telegram is away: a menu can wait
        logger.info("menu not set", extra={"action": "menus_failed", "error": type(error).__name__})
        return
    async with context.db.write() as tx:
        await facts.put(tx, name, digest, now=context.now())
