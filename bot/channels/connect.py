"""What the bot may do in a chat: asked of Telegram before a channel is added, and again when something fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channels.telegram import Telegram
from bot.errors import NotAllowed, Problem, TelegramUnreachable, UsageError, phrase
from bot.model import Channel

RIGHTS: Final = ("can_post_messages", "can_edit_messages", "can_delete_messages")
SETTLE: Final = (0.3, 1.0, 2.0)
"""Seconds between tries: right after a bot became administrator, Telegram may refuse it for a moment (grammY 309)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A chat as the bot sees it.  `rights` are those of RIGHTS that it holds; a group needs none."""

    chat_id: int
    kind: str  # channel, supergroup, group
    title: str | None
    username: str | None
    linked_chat_id: int | None
    protected: bool
    rights: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"@{self.username}" if self.username else str(self.chat_id)

    @property
    def missing(self) -> tuple[str, ...]:
        """Rights that a channel's bot should have and this one has not."""
        return tuple(right for right in RIGHTS if right not in self.rights) if self.kind == "channel" else ()

    def as_channel(self, *, bot_id: int, name: str, **chosen: Any) -> Channel:
        """To be stored; `chosen` are fields of Channel that a person decided."""
        return Channel(
            id=0,
            bot_id=bot_id,
            name=name,
            address=self.address,
            chat_id=self.chat_id,
            title=self.title,
            username=self.username,
            linked_chat_id=self.linked_chat_id,
            protected=self.protected,
            **chosen,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a silent test message showed: `audit`, it could be looked at from the audit chat (None: there is none);
    `removed`, nothing of it is left."""

    audit: bool | None
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who the bot is, by its own word."""

    id: int
    username: str
    name: str
    inline: bool = True


async def introduce(telegram: Telegram) -> Me:
    """Raises NotAllowed (wrong token), TelegramUnreachable."""
    try:
        me = await telegram.call("getMe", {})
    except InvalidToken as error:
        raise NotAllowed(wrong_token()) from error
    except TelegramError as error:
        raise TelegramUnreachable(unreachable(error)) from error
    inline = bool(me.get("supports_inline_queries"))
    return Me(id=me["id"], username=me["username"], name=me["first_name"], inline=inline)


def parse_address(given: str) -> int | str:
    """`@name`, `name`, `t.me/name` or a numeric id.  Raises UsageError."""
    text = re.sub(r"^(?:https?://)?t\.me/", "", given.strip()).rstrip("/")
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"@?[A-Za-z]\w{3,31}", text):
        return f"@{text.lstrip('@')}"
    raise UsageError(
        Problem(
            code="SW-T10",
            title=phrase('"{given}" is not a channel.', given=given),
            cause=phrase(
                "A public channel has a name like @yourchannel; a private one has a number like -1001234567890."
            ),
            fix=phrase("Write the name as the channel's page in Telegram shows it."),
            where=given,
            meanwhile=phrase("Nothing was added."),
        )
    )


async def connect(telegram: Telegram, given: str) -> Connection:
    """Look at a chat and the bot's rights there.

    Raises UsageError (no such address), NotAllowed (not in it, no right to post, wrong token), TelegramUnreachable."""
    address = parse_address(given)
    try:
        chat = await telegram.call("getChat", {"chat_id": address})
        member = await telegram.call("getChatMember", {"chat_id": chat["id"], "user_id": telegram.bot_id})
    except TelegramError as error:
        raise await _told(telegram, error, str(address)) from error
    connection = _connection(chat, member)
    if chat["type"] == "private":
        raise UsageError(_private(given))
    if member.get("status") in ("left", "kicked"):
        raise NotAllowed(await _not_in(telegram, connection.title or connection.address))
    if chat["type"] == "channel" and "can_post_messages" not in connection.rights:
        raise NotAllowed(await _no_right(telegram, connection))
    return connection


async def prove(
    telegram: Telegram, connection: Connection, *, words: str, audit_chat: int | None, settle: Sequence[float] = SETTLE
) -> Proof:
    """Send one silent message there, look at it from the audit chat, and remove both again.

    Raises NotAllowed where it cannot be sent, TelegramUnreachable."""
    message_id = await _send_test(telegram, connection, words, settle)
    audit = None
    if audit_chat is not None:
        audit = await _look_from(telegram, audit_chat, connection.chat_id, message_id)
    return Proof(audit=audit, removed=await _remove(telegram, connection.chat_id, message_id))


async def _send_test(telegram: Telegram, connection: Connection, words: str, settle: Sequence[float]) -> int:
    message = {"chat_id": connection.chat_id, "text": words, "disable_notification": True}
    for wait in (*settle, None):
        try:
            sent = await telegram.call("sendMessage", message)
            return int(sent["message_id"])
        except (BadRequest, Forbidden) as error:
            if wait is None:
                raise NotAllowed(await _no_right(telegram, connection)) from error
            await asyncio.sleep(wait)
        except TelegramError as error:
            raise TelegramUnreachable(unreachable(error)) from error
    raise AssertionError("the last try returns or raises")


async def _look_from(telegram: Telegram, audit_chat: int, chat_id: int, message_id: int) -> bool:
    look = {"chat_id": audit_chat, "from_chat_id": chat_id, "message_id": message_id, "disable_notification": True}
    try:
        seen = await telegram.call("forwardMessage", look)
    except TelegramError:
        return False
    return await _remove(telegram, audit_chat, int(seen["message_id"]))


async def _remove(telegram: Telegram, chat_id: int, message_id: int) -> bool:
    try:
        await telegram.call("deleteMessage", {"chat_id": chat_id, "message_id": message_id})
    except TelegramError:
        return False
    return True


def _connection(chat: Mapping[str, Any], member: Mapping[str, Any]) -> Connection:
    everything = member.get("status") == "creator"
    return Connection(
        chat_id=chat["id"],
        kind=chat["type"],
        title=chat.get("title"),
        username=chat.get("username"),
        linked_chat_id=chat.get("linked_chat_id"),
        protected=bool(chat.get("has_protected_content")),
        rights=tuple(right for right in RIGHTS if everything or member.get(right)),
    )


async def _told(
    telegram: Telegram, error: TelegramError, address: str
) -> NotAllowed | TelegramUnreachable | UsageError:
    match error:
        case InvalidToken():
            return NotAllowed(wrong_token())
        case BadRequest() if "chat not found" in error.message.lower():
            return UsageError(
                Problem(
                    code="SW-T11",
                    title=phrase("I can't see {address}.", address=address),
                    cause=phrase("No chat of this name or number is known to the bot."),
                    fix=phrase(
                        "Check the name; a private channel is seen only after the bot was made its administrator."
                    ),
                    where=address,
                    meanwhile=phrase("Nothing was added."),
                )
            )
        case BadRequest() | Forbidden():
            return NotAllowed(await _not_in(telegram, address))
        case _:
            return TelegramUnreachable(unreachable(error))


async def _not_in(telegram: Telegram, name: str) -> Problem:
    return Problem(
        code="SW-T12",
        title=phrase("I am not in {name} yet.", name=name),
        cause=phrase("The bot is not a member of the chat."),
        fix=phrase(
            "Open {invitation} , choose the channel and confirm; then try again.",
            invitation=await _invitation(telegram),
        ),
        where=name,
        meanwhile=phrase("Nothing was added."),
    )


async def _no_right(telegram: Telegram, connection: Connection) -> Problem:
    return Problem(
        code="SW-T13",
        title=phrase("I may not post in {title}.", title=connection.title or connection.address),
        cause=phrase('The bot is there without the right "Post messages".'),
        fix=phrase(
            "Open {invitation} or the channel's Administrators and turn on Post messages.",
            invitation=await _invitation(telegram),
        ),
        where=connection.address,
        meanwhile=phrase("Nothing was added."),
    )


async def _invitation(telegram: Telegram) -> str:
    me = await telegram.call("getMe", {})
    return invitation(me["username"])


def invitation(username: str) -> str:
    """Adds the bot to a channel with the rights it needs (core.telegram.org/api/links#channel-links)."""
    return f"https://t.me/{username}?startchannel&admin=post_messages+edit_messages+delete_messages"


def wrong_token() -> Problem:
    return Problem(
        code="SW-T14",
        title=phrase("The bot token is not valid."),
        cause=phrase("Telegram does not know it; it may have been revoked in @BotFather."),
        fix=phrase("Send /token to @BotFather and put the new token into .env as BOT_TOKEN=…"),
        where="BOT_TOKEN",
        meanwhile=phrase("Nothing was sent, nothing is lost."),
    )


def unreachable(error: NetworkError | TelegramError) -> Problem:
    return Problem(
        code="SW-T15",
        title=phrase("Telegram cannot be reached."),
        cause=phrase("The Bot API did not answer ({name}).", name=type(error).__name__),
        fix=phrase("Check the network, BOT_API_BASE_URL and BOT_PROXY, then try again."),
        where="BOT_API_BASE_URL",
        meanwhile=phrase("Nothing was sent, nothing is lost."),
    )


def _private(given: str) -> Problem:
    return Problem(
        code="SW-T16",
        title=phrase("{given} is a person, not a channel.", given=given),
        cause=phrase("Posts go to channels and groups."),
        fix=phrase("Name a channel: sharewire channels add @yourchannel"),
        where=given,
        meanwhile=phrase("Nothing was added."),
    )
