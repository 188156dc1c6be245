"""Why a chat takes no posts, in people's words.  Pure.

The first row of which a part is in Telegram's description decides; where none is, the right to post is missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.channels.causes import quoted
from bot.errors import Problem, phrase

WAITING: Final = phrase("Its posts wait and nothing is lost.")

REASONS: Final[tuple[tuple[tuple[str, ...], Problem], ...]] = (
    (
        ("blocked by the user", "user_is_blocked"),
        Problem(
            code="SW-T406",
            title=phrase("This reader cannot be written to."),
            cause=phrase("They blocked the bot."),
            fix=phrase("Nothing to do: their alerts wait until they start the bot again."),
            meanwhile=phrase("Everybody else gets theirs."),
        ),
    ),
    (
        ("deactivated", "group chat was deleted"),
        Problem(
            code="SW-T407",
            title=phrase("This chat cannot be written to."),
            cause=phrase("The account or group was closed."),
            fix=phrase("Remove it: send /channels to the bot, choose it, and press Remove."),
            meanwhile=WAITING,
        ),
    ),
    (
        ("initiate conversation",),
        Problem(
            code="SW-T408",
            title=phrase("This reader cannot be written to yet."),
            cause=phrase("They have not started the bot."),
            fix=phrase("Ask them to open the bot and press Start."),
            meanwhile=phrase("Everybody else gets theirs."),
        ),
    ),
    (
        ("messages to bots",),
        Problem(
            code="SW-T414",
            title=phrase("This chat belongs to a bot."),
            cause=phrase("Bots cannot write to bots."),
            fix=phrase("Give another chat as the address."),
            meanwhile=phrase("Nothing was sent."),
        ),
    ),
    (
        ("kicked", "not a member", "channel_private"),
        Problem(
            code="SW-T405",
            title=phrase("The bot is not in this chat."),
            cause=phrase("It is not among the chat's members."),
            fix=phrase("Add the bot as an administrator with the right to post, then press Check."),
            meanwhile=WAITING,
        ),
    ),
    (
        ("topic_", "thread not found"),
        Problem(
            code="SW-T409",
            title=phrase("This topic takes no posts."),
            cause=phrase("It was closed or deleted."),
            fix=phrase("Open the topic again, or choose another for the channel."),
            meanwhile=WAITING,
        ),
    ),
    (
        ("upgraded",),
        Problem(
            code="SW-T415",
            title=phrase("This group has a new id."),
            cause=phrase("It became a supergroup, and Telegram did not say which."),
            fix=phrase("Give its new address with `sharewire channels add`."),
            meanwhile=WAITING,
        ),
    ),
    (
        ("not found", "chat_id is empty", "_invalid"),
        Problem(
            code="SW-T404",
            title=phrase("Telegram does not know this chat."),
            cause=phrase("The bot sees no chat at this address."),
            fix=phrase("Check the address, add the bot to the chat, then press Check."),
            meanwhile=WAITING,
        ),
    ),
)


def taken_away(where: str, who: str, *, outside: bool) -> Problem:
    """Somebody took the right to post away, or the bot out of the chat, and Telegram told so."""
    problem = destination("bot is not a member" if outside else "need administrator rights")
    if outside:
        title = phrase("{where} is paused: the bot is not in this chat.", where=where)
        cause = phrase("{who} removed it.", who=who)
    else:
        title = phrase("{where} is paused: the bot may no longer post there.", where=where)
        cause = phrase("{who} took its right to post away.", who=who)
    return replace(problem, title=title, cause=cause, where=where)


def destination(description: str) -> Problem:
    """Why a chat cannot be posted to.  `where` is left for the caller, who knows the chat's name."""
    text = description.lower()
    for parts, problem in REASONS:
        if any(part in text for part in parts):
            return problem
    return Problem(
        code="SW-T403",
        title=phrase("The bot may no longer post there."),
        cause=phrase("Its right to post was removed (Telegram says: {quoted}).", quoted=quoted(description)),
        fix=phrase("Open the channel, Administrators, the bot, turn on Post messages, then press Check."),
        meanwhile=WAITING,
    )
