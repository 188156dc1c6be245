"""The outbox as people see it: what waits, what was refused, what nobody can tell, and their decisions about it.

These are the functions behind `sharewire queue list|resolve|retry|drop` and the buttons of the admin cards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from telegram.error import TelegramError

from bot.channels import causes, outcome
from bot.channels.aftermath import CHANGES
from bot.channels.destinations import destination
from bot.channels.reconcile import card_key, policy_of
from bot.channels.telegram import Telegram, message_url
from bot.errors import NotAllowed, UsageError
from bot.model import Channel, Json, Outcome, Post, PostState, UnknownPolicy
from bot.store import channels, notices, outbox, posts, unknowns
from bot.store.database import Database, Tx
from bot.store.unknowns import Resolution

OPEN: Final = (
    PostState.DRAFT,
    PostState.HELD,
    PostState.UNKNOWN,
    PostState.SENDING,
    PostState.QUEUED,
    PostState.REFUSED,
)
"""What a list shows by default: everything that is not over."""
AGAIN: Final = (PostState.HELD, PostState.REFUSED, PostState.CANCELLED)
DROPPABLE: Final = (PostState.HELD, PostState.REFUSED, PostState.QUEUED, PostState.DRAFT, PostState.UNKNOWN)

_LINK = re.compile(r"(?:https?://)?t\.me/(?:c/)?[^/\s]+/(?:\d+/)?(\d+)/?(?:\?.*)?$")


class Answer(StrEnum):
    """What a person says about a post of unknown outcome: the card's three buttons."""

    THERE = "there"
    AGAIN = "again"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the list."""

    id: int
    channel: str | None
    state: PostState
    lane: str
    text: str
    due_at: datetime | None
    attempts: int
    url: str | None
    problem: str | None
    code: str | None
    out_of_order: bool

    def as_json(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "channel": self.channel,
            "state": str(self.state),
            "lane": self.lane,
            "text": self.text,
            "due": self.due_at.isoformat() if self.due_at else None,
            "attempts": self.attempts,
            "link": self.url,
            "problem": self.problem,
            "code": self.code,
            "out_of_order": self.out_of_order,
        }


async def listed(
    db: Database,
    *,
    states: tuple[PostState, ...] = OPEN,
    bot_id: int | None = None,
    channel: str | None = None,
    limit: int = 100,
) -> tuple[Item, ...]:
    """Posts in these states, the earliest due first.  Raises UsageError for an unknown channel."""
    async with db.read() as tx:
        names = {item.id: item.name for item in await channels.every(tx, bot_id=bot_id)}
        channel_id = None
        if channel is not None:
            found = await channels.find(tx, channel, bot_id=bot_id)
            if found is None:
                raise UsageError(causes.no_such_channel(channel))
            channel_id = found.id
        rows = await posts.in_state(tx, states, bot_id=bot_id, channel_id=channel_id, limit=limit)
    return tuple(_item(post, names.get(post.channel_id or 0)) for post in rows)


async def resolve(db: Database, post_id: int, answer: Answer, *, now: datetime, message: str | None = None) -> Item:
    """A person's word about a post of unknown outcome.

    message   with THERE: the message's id or address, so that it can be edited later

    Raises UsageError: no such post, no such answer for its state or for a change that was only asked about, or an
    address that names no message."""
    async with db.write() as tx:
        post = await _post(tx, post_id, (PostState.HELD, PostState.UNKNOWN))
        match answer:
            case Answer.THERE if post.kind in CHANGES:
                raise UsageError(causes.is_a_change(post_id))
            case Answer.THERE:
                decision = await _there(tx, post, message)
            case Answer.AGAIN:
                late = await outbox.was_overtaken(tx, post)
                decision = Resolution(post_id=post_id, state=PostState.QUEUED, out_of_order=late)
            case Answer.DROP:
                decision = Resolution(post_id=post_id, state=PostState.CANCELLED)
        await unknowns.resolve(tx, [decision], now=now, by_hand=True)
        await _close_cards(tx, post, now)
        return await _read_back(tx, post_id)


async def policy(
    db: Database, words: str, wish: UnknownPolicy | None = None, *, bot_id: int | None = None
) -> UnknownPolicy:
    """What a channel's posts of unknown outcome meet; changed first if there is a wish.  Raises UsageError."""
    async with db.write() as tx:
        channel = await channels.find(tx, words, bot_id=bot_id)
        if channel is None:
            raise UsageError(causes.no_such_channel(words))
        if wish is None:
            return policy_of(channel)
        await channels.change(tx, channel.id, options={**channel.options, "unknown": str(wish)})
        return wish


async def retry(db: Database, post_id: int, *, now: datetime) -> Item:
    """Send a refused, held or cancelled post again, from its first form.  Raises UsageError."""
    async with db.write() as tx:
        post = await _post(tx, post_id, AGAIN)
        late = await outbox.was_overtaken(tx, post)
        await outbox.queue_again(tx, post_id, now=now, out_of_order=late)
        await _close_cards(tx, post, now)
        return await _read_back(tx, post_id)


async def drop(db: Database, post_id: int, *, now: datetime) -> Item:
    """Withdraw a post that has not been sent.  Raises UsageError."""
    async with db.write() as tx:
        post = await _post(tx, post_id, DROPPABLE)
        await outbox.withdraw(tx, post_id, problem=causes.taken_back(now))
        await _close_cards(tx, post, now)
        return await _read_back(tx, post_id)


async def check_channel(db: Database, telegram: Telegram, channel: Channel, *, now: datetime) -> int:
    """[I fixed it, check]: may the bot post there?  Then the channel goes on; gives the number of its waiting posts.

    What Telegram says about the chat (title, name, discussion group, protection) is remembered.
    Raises NotAllowed with what is still wrong."""
    where = channel.chat_id or channel.address
    try:
        chat = await telegram.call("getChat", {"chat_id": where})
        member = await telegram.call("getChatMember", {"chat_id": where, "user_id": telegram.bot_id})
    except TelegramError as error:
        verdict = outcome.classify(outcome.of_exception(error))
        problem = verdict.problem or causes.unreachable(verdict.error)
        if verdict.outcome is Outcome.CONTENT_ERROR:
            problem = destination(error.message)
        raise NotAllowed(problem) from error
    if not may_post(member, chat.get("type") == "channel"):
        raise NotAllowed(destination("need administrator rights in the channel chat"))
    async with db.write() as tx:
        await channels.resume(tx, channel.id)
        await channels.change(
            tx,
            channel.id,
            checked_at=now,
            chat_id=chat["id"],
            title=chat.get("title"),
            username=chat.get("username"),
            linked_chat_id=chat.get("linked_chat_id"),
            protected=bool(chat.get("has_protected_content")),
        )
        await notices.close(tx, bot_id=channel.bot_id, key=f"channel-paused:{channel.id}", now=now)
        return await channels.waiting_count(tx, channel.id)


async def require_right(telegram: Telegram, channel: Channel) -> None:
    """Look, before something is published by hand, whether the bot may post there at this moment.

    Raises NotAllowed with what is wrong; when Telegram cannot be asked, the outbox finds out in its own time."""
    asked = {"chat_id": channel.chat_id or channel.address, "user_id": telegram.bot_id}
    try:
        member = await telegram.call("getChatMember", asked)
    except TelegramError as error:
        if outcome.classify(outcome.of_exception(error)).outcome is Outcome.DESTINATION_ERROR:
            raise NotAllowed(destination(error.message)) from error
        return
    if not may_post(member, "can_post_messages" in member):  # told of administrators of channels, not of groups
        raise NotAllowed(destination("need administrator rights in the channel chat"))


def may_post(member: dict[str, Json], in_channel: bool) -> bool:
    """https://core.telegram.org/bots/api#chatmember: in channels only administrators with the right post."""
    status = member.get("status")
    if status == "administrator":
        return not in_channel or bool(member.get("can_post_messages"))
    if status == "creator":
        return True
    return not in_channel and (status == "member" or bool(member.get("can_send_messages")))


async def _there(tx: Tx, post: Post, message: str | None) -> Resolution:
    if message is None:
        return Resolution(post_id=post.id, state=PostState.SENT)
    link = _LINK.match(message.strip())
    number = link.group(1) if link else message.strip()
    if not number.isdecimal():
        raise UsageError(causes.no_such_message(message))
    channel = await channels.get(tx, post.channel_id) if post.channel_id is not None else None
    username = channel.username or channel.address.removeprefix("@") if channel and "@" in channel.address else None
    chat_id = post.chat_id if isinstance(post.chat_id, int) else (channel.chat_id if channel else None)
    url = message_url(chat_id, username, number)
    return Resolution(post_id=post.id, state=PostState.SENT, remote_ids=(number,), remote_url=url)


async def _post(tx: Tx, post_id: int, states: tuple[PostState, ...]) -> Post:
    post = await posts.get(tx, post_id)
    if post is None:
        raise UsageError(causes.no_such_post(post_id))
    if post.state not in states:
        raise UsageError(causes.not_in_that_state(post_id, str(post.state)))
    return post


async def _close_cards(tx: Tx, post: Post, now: datetime) -> None:
    for key in (card_key(post.id), f"post-refused:{post.id}", f"big-change:{post.id}"):
        await notices.close(tx, bot_id=post.bot_id, key=key, now=now)


async def _read_back(tx: Tx, post_id: int) -> Item:
    post = await posts.get(tx, post_id)
    assert post is not None
    channel = await channels.get(tx, post.channel_id) if post.channel_id is not None else None
    return _item(post, channel.name if channel else None)


def _item(post: Post, channel: str | None) -> Item:
    words = " ".join(post.visible_text.split())
    return Item(
        id=post.id,
        channel=channel,
        state=post.state,
        lane=post.lane.name.lower(),
        text=words if len(words) <= 120 else f"{words[:119]}…",
        due_at=post.due_at,
        attempts=post.attempts,
        url=post.remote_url,
        problem=post.problem,
        code=post.problem_code,
        out_of_order=post.out_of_order,
    )
