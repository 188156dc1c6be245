"""Command menus and the bot's profile, in every language: set when they differ from what was set last, a few calls at a
time, so that answers to people come first.

Telegram picks the narrowest menu: a chat's own, then that of all private chats or groups; of each the one in the
language of the person's client, else the one without a language.  People with a role have a menu of their own, see
chat/owner/menus.py.  A menu is no access control: rights are looked up at every command.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from telegram import BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import RetryAfter, TelegramError

from bot.chat.context import Context
from bot.chat.words import menus as words
from bot.model import Json
from bot.store import facts
from bot.wording import Words, spoken, words_for

logger = logging.getLogger(__name__)

AT_ONCE: Final = 4  # calls, then others have their turn
LATER: Final = timedelta(minutes=10)  # after a refusal

Commands = tuple[tuple[str, str], ...]
"""Pairs of a command and what it does, in English."""

READERS: Final[Commands] = (
    ("search", words.SEARCH),
    ("latest", words.LATEST),
    ("follow", words.FOLLOW),
    ("alerts", words.ALERTS),
    ("saved", words.SAVED),
    ("digest", words.DIGEST),
    ("settings", words.SETTINGS),
    ("help", words.HELP),
)
GROUPS: Final[Commands] = (
    ("search", words.SEARCH),
    ("latest", words.LATEST),
)

_PROFILE: Final = "profile"
_THEIRS: Final = "theirs"  # remembered where somebody has described the bot already: it is left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One call that may be due: its name, the texts it sets, and how."""

    name: str
    texts: Json
    send: Callable[[], Awaitable[object]]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.texts).encode()).hexdigest()[:16]


class Menus:
    """`once` is a stage: it sets what differs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._not_before: datetime | None = None

    async def once(self, now: datetime) -> int:
        """0 always: what is left waits for the next look."""
        if self._not_before is not None and now < self._not_before:
            return 0
        context = self._context
        async with context.db.read() as tx:
            known = await facts.get(tx, _name(context))
        before = known if isinstance(known, dict) else {}
        changed = await self._set(before, now)
        if changed != before:
            async with context.db.write() as tx:
                await facts.put(tx, _name(context), changed, now=now)
        return 0

    async def _set(self, before: Mapping[str, Json], now: datetime) -> dict[str, Json]:
        after = dict(before)
        wanted = (*_menus(self._context), *_profile(self._context))
        due = [one for one in wanted if before.get(one.name) not in (one.digest, _THEIRS)]
        try:
            for one in due[:AT_ONCE]:
                after[one.name] = await self._send(one, after)
        except RetryAfter as error:
            self._wait(now, timedelta(seconds=_seconds(error)), error)
        except TelegramError as error:  # a menu is no reason not to start
            self._wait(now, LATER, error)
        return after

    async def _send(self, setting: Setting, known: Mapping[str, Json]) -> str:
        """What to remember."""
        if setting.name.startswith(_PROFILE):
            first = f"{setting.name.rpartition(':')[0]}:en"
            if known.get(first) == _THEIRS or (first not in known and await self._is_written(setting)):
                return _THEIRS
        await setting.send()
        return setting.digest

    async def _is_written(self, setting: Setting) -> bool:
        """Whether somebody has described the bot already, in the language for all others."""
        bot = self._context.telegram.bot
        if setting.name.startswith(f"{_PROFILE}:short"):
            return bool((await bot.get_my_short_description()).short_description)
        return bool((await bot.get_my_description()).description)

    def _wait(self, now: datetime, delay: timedelta, error: TelegramError) -> None:
        self._not_before = now + delay
        logger.warning("command menus not set", extra={"action": "menus_failed", "error": type(error).__name__})


def commands(table: Commands, language: Words) -> list[BotCommand]:
    return [BotCommand(command, language.say(says)) for command, says in table]


def code_of(tag: str) -> str:
    """Telegram takes two letters only, and none for everybody else's language."""
    return "" if tag == "en" else tag.split("-")[0]


def _menus(context: Context) -> Iterator[Setting]:
    for tag in spoken():
        yield _menu(context, tag, "private", READERS, BotCommandScopeAllPrivateChats())
        yield _menu(context, tag, "groups", GROUPS, BotCommandScopeAllGroupChats())


def _menu(context: Context, tag: str, name: str, table: Commands, scope: BotCommandScope) -> Setting:
    listed = commands(table, words_for(tag))
    return Setting(
        name=f"{name}:{tag}",
        texts=[[one.command, one.description] for one in listed],
        send=lambda: context.telegram.bot.set_my_commands(listed, scope=scope, language_code=code_of(tag)),
    )


def _profile(context: Context) -> Iterator[Setting]:
    bot = context.telegram.bot
    for tag in spoken():
        yield _description(f"{_PROFILE}:long:{tag}", words.DESCRIPTION, tag, bot.set_my_description)
        yield _description(f"{_PROFILE}:short:{tag}", words.SHORT_DESCRIPTION, tag, bot.set_my_short_description)


def _description(name: str, english: str, tag: str, send: Callable[..., Awaitable[object]]) -> Setting:
    said = words_for(tag).say(english)
    return Setting(name=name, texts=said, send=lambda: send(said, language_code=code_of(tag)))


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _name(context: Context) -> str:
    return f"menus:{context.bot_id}"
