"""Why a chat takes no posts, in people's words.  Pure.

The first row of which a part is in Telegram's description decides; where none is, the right to post is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.channels.causes import quoted
from bot.errors import Problem

WAITING: Final = "Its posts wait and nothing is lost."

REASONS: Final[tuple[tuple[tuple[str, ...], Problem], ...]] = (
    (
        ("blocked by the user", "user_is_blocked"),
        Problem(
            code="SW-T406",
            title="This reader cannot be written to.",
            cause="They blocked the bot.",
            fix="Nothing to do: their alerts wait until they start the bot again.",
            meanwhile="Everybody else gets theirs.",
        ),
    ),
    (
        ("deactivated", "group chat was deleted"),
        Problem(
            code="SW-T407",
            title="This chat cannot be written to.",
            cause="The account or group was closed.",
            fix="Remove it: send /channels to the bot, choose it, and press Remove.",
            meanwhile=WAITING,
        ),
    ),
    (
        ("initiate conversation",),
        Problem(
            code="SW-T408",
            title="This reader cannot be written to yet.",
            cause="They have not started the bot.",
            fix="Ask them to open the bot and press Start.",
            meanwhile="Everybody else gets theirs.",
        ),
    ),
    (
        ("messages to bots",),
        Problem(
            code="SW-T414",
            title="This chat belongs to a bot.",
            cause="Bots cannot write to bots.",
            fix="Give another chat as the address.",
            meanwhile="Nothing was sent.",
        ),
    ),
    (
        ("kicked", "not a member", "channel_private"),
        Problem(
            code="SW-T405",
            title="The bot is not in this chat.",
            cause="It is not among the chat's members.",
            fix="Add the bot as an administrator with the right to post, then press Check.",
            meanwhile=WAITING,
        ),
    ),
    (
        ("topic_", "thread not found"),
        Problem(
            code="SW-T409",
            title="This topic takes no posts.",
            cause="It was closed or deleted.",
            fix="Open the topic again, or choose another for the channel.",
            meanwhile=WAITING,
        ),
    ),
    (
        ("upgraded",),
        Problem(
            code="SW-T415",
            title="This group has a new id.",
            cause="It became a supergroup, and Telegram did not say which.",
            fix="Give its new address with `sharewire channels add`.",
            meanwhile=WAITING,
        ),
    ),
    (
        ("not found", "chat_id is empty", "_invalid"),
        Problem(
            code="SW-T404",
            title="Telegram does not know this chat.",
            cause="The bot sees no chat at this address.",
            fix="Check the address, add the bot to the chat, then press Check.",
            meanwhile=WAITING,
        ),
    ),
)


def taken_away(where: str, who: str, *, outside: bool) -> Problem:
    """Somebody took the right to post away, or the bot out of the chat, and Telegram told so."""
    problem = destination("bot is not a member" if outside else "need administrator rights")
    cause = f"{who} removed it." if outside else f"{who} took its right to post away."
    title = f"{where} is paused: {problem.title[:1].lower()}{problem.title[1:]}"
    return replace(problem, title=title, cause=cause, where=where)


def destination(description: str) -> Problem:
    """Why a chat cannot be posted to.  `where` is left for the caller, who knows the chat's name."""
    text = description.lower()
    for parts, problem in REASONS:
        if any(part in text for part in parts):
            return problem
    return Problem(
        code="SW-T403",
        title="The bot may no longer post there.",
        cause=f"Its right to post was removed (Telegram says: {quoted(description)}).",
        fix="Open the channel, Administrators, the bot, turn on Post messages, then press Check.",
        meanwhile=WAITING,
    )
