"""A world: the state behind the sandbox, made from a world file and changed by bots and people."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.sandbox.accounts import Bot, User
from bot.sandbox.chats import Chat
from bot.sandbox.clock import Clock
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.journal import Journal
from bot.sandbox.limits import Limits
from bot.sandbox.membership import ADMINISTRATOR, CREATOR, KICKED, RIGHTS, Member
from bot.sandbox.queries import Queries
from bot.sandbox.refusal import bad_request
from bot.sandbox.updates import Queue, Webhook
from bot.sandbox.worldfile import ChatPlan, Plan, WorldError, read_plan

if TYPE_CHECKING:
    from bot.sandbox.fetching import Fetch, Fetched

__all__ = ["World", "WorldError"]


class Numbers:
    """Rising numbers for everything that needs one: deterministic, and kept with the state."""

    def __init__(self) -> None:
        self.last = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last


class World:
    """Everything one sandbox knows.  `fetch` answers for media URLs (None: the loopback fetcher of the server)."""

    def __init__(self, plan: Plan | None = None, *, fetch: Fetch | None = None) -> None:
        self.plan = plan or Plan()
        self.fetch = fetch
        self.webhook_changed: Callable[[Bot], None] = lambda _bot: None  # the server starts delivery
        self.events = Events()
        self.generation = 0  # rises with each reset
        self.touched: set[tuple[Chat, int]] | None = None  # messages to write; None: nothing is kept on disk
        self._start()

    @classmethod
    def from_toml(cls, path_or_text: str | Path, *, fetch: Fetch | None = None) -> World:
        """A world from a file's path (ending in .toml, or a `Path`) or from TOML text.

        Raises `WorldError`, whose message names the line.
        """
        return cls(read_plan(path_or_text), fetch=fetch)

    def reset(self) -> None:
        """Back to what the world file says; watchers are told."""
        for queue in self.queues.values():
            queue.abort()
        for webhook in self.webhooks.values():
            if webhook.task is not None:
                webhook.task.cancel()
        self.generation += 1
        if self.touched is not None:
            self.touched = set()
        self._start()
        self.events.emit("reset")

    def _start(self) -> None:
        plan = self.plan
        self.clock = Clock(plan.clock)
        self.random = random.Random(7)
        self.journal = Journal(plan.journal, plan.ledger)
        self.faults = Faults()
        self.files = Files()
        self.queries = Queries(self.clock)
        self.flood_control = plan.flood_control
        self.users: dict[int, User] = {}
        self.bots: dict[int, Bot] = {}
        self.tokens: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.keys: dict[str, User | Chat] = {}
        self.queues: dict[int, Queue] = {}
        self.limits: dict[int, Limits] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.next_webhook: dict[int, float] = {}  # bot → when it may set a webhook again
        self.fetched: dict[str, tuple[float, Fetched]] = {}
        self.notes: list[dict[str, object]] = []
        self.numbers = Numbers()
        self._populate(plan)

    def _populate(self, plan: Plan) -> None:
        for bot in plan.bots:
            self.add_bot(
                Bot(
                    bot.id,
                    bot.key,
                    bot.first_name,
                    username=bot.username,
                    is_bot=True,
                    token=bot.token,
                    inline=bot.inline,
                    can_join_groups=bot.can_join_groups,
                    can_read_all_group_messages=bot.can_read_all_group_messages,
                    stars=bot.stars,
                    monthly_users=bot.monthly_users,
                )
            )
        for user in plan.users:
            self.add_user(
                User(
                    user.id,
                    user.key,
                    user.first_name,
                    last_name=user.last_name,
                    username=user.username,
                    language_code=user.language_code,
                    is_premium=user.premium,
                    deactivated=user.deactivated,
                    bio=user.bio,
                )
            )
        for chat_plan in plan.chats:
            self._add_planned(chat_plan)
        for chat_plan in plan.chats:
            if chat_plan.linked:
                self.link(self.chat_by_key(chat_plan.key), self.chat_by_key(chat_plan.linked))
        for user in plan.users:
            for key in user.started:
                bot_user = self.keys[key]
                assert isinstance(bot_user, Bot)
                self.private_chat(bot_user, self.users[user.id]).started = True

    def add_bot(self, bot: Bot) -> None:
        self.bots[bot.id] = self.tokens[bot.token] = bot
        # Deterministic, yet different per bot, as real update ids are.
        self.queues[bot.id] = Queue(self.clock, 100_000_001 + bot.id % 100_000)
        self.limits[bot.id] = Limits()
        self.add_user(bot)

    def add_user(self, user: User) -> None:
        self.users[user.id] = self.keys[user.key] = user

    def _add_planned(self, plan: ChatPlan) -> None:
        chat = Chat(
            plan.id,
            plan.type,
            plan.key,
            title=plan.title,
            username=plan.username,
            description=plan.description,
            forum=plan.forum,
            signatures=plan.signatures,
            protected=plan.protect_content,
            last_message_id=0 if plan.type == "group" else 1,  # message 1 says that the chat was created
        )
        self.chats[plan.id] = self.keys[plan.key] = chat
        creator = self.user_by_key(plan.creator) if plan.creator else None
        if creator is not None:
            chat.members[creator.id] = Member(creator, CREATOR, frozenset(RIGHTS))
        for admin in plan.admins:
            user = self.user_by_key(admin.key)
            chat.members[user.id] = Member(
                user,
                ADMINISTRATOR,
                admin.rights,
                custom_title=admin.custom_title,
                anonymous=admin.anonymous,
                promoted_by=creator.id if creator else 0,
            )
        for key in plan.members:
            user = self.user_by_key(key)
            chat.members.setdefault(user.id, Member(user))
        for key in plan.banned:
            user = self.user_by_key(key)
            chat.members[user.id] = Member(user, KICKED)

    def link(self, channel: Chat, group: Chat) -> None:
        """Make a supergroup the discussion group of a channel."""
        channel.linked, group.linked = group, channel

    # ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────

    def user_by_key(self, key: str) -> User:
        user = self.keys[key]
        assert isinstance(user, User)
        return user

    def chat_by_key(self, key: str) -> Chat:
        chat = self.keys[key]
        assert isinstance(chat, Chat)
        return chat

    def private_chat(self, bot: Bot, user: User) -> Chat:
        """The private chat of a bot and a user, made when first asked for."""
        chat = self.private.get((bot.id, user.id))
        if chat is None:
            chat = Chat(user.id, "private", user=user, bot=bot)
            self.private[bot.id, user.id] = chat
        return chat

    def by_username(self, name: str) -> Chat | User | None:
        wanted = name.lower()
        for chat in self.chats.values():
            if chat.username and chat.username.lower() == wanted:
                return chat
        for user in self.users.values():
            if user.username and user.username.lower() == wanted:
                return user
        return None

    def find_chat(self, bot: Bot, chat_id: str) -> Chat:
        """The chat that a bot names.  Raises 400 as check_chat of telegram-bot-api does."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        if chat_id[0] == "@":
            found = self.by_username(chat_id[1:])
            if found is None or (isinstance(found, User) and not isinstance(found, Bot)):
                raise bad_request("chat not found")
            return found if isinstance(found, Chat) else self.private_chat(bot, found)
        try:
            number = int(chat_id)
        except ValueError:
            raise bad_request("chat not found") from None
        chat = self.chats.get(number)
        if chat is not None:
            return chat
        known = self.private.get((bot.id, number))
        if known is not None:
            return known
        user = self.users.get(number)
        if user is not None and self.acquainted(bot, user):
            return self.private_chat(bot, user)
        raise bad_request("chat not found")

    def acquainted(self, bot: Bot, user: User) -> bool:
        """Has the bot ever seen this user (in a private chat or in a chat of both)?"""
        if user is bot or isinstance(user, Bot) or (bot.id, user.id) in self.private:
            return True
        return any(bot.id in chat.members and user.id in chat.members for chat in self.chats.values())

    def find_user(self, user_id: int) -> User:
        """Raises 400 `user not found`-like errors in the methods' own words."""
        user = self.users.get(user_id)
        if user is None:
            raise bad_request("user not found")
        return user

    def touch(self, chat: Chat, message_id: int) -> None:
        """A message has come, changed or gone."""
        if self.touched is not None:
            self.touched.add((chat, message_id))

    def now(self) -> int:
        """The world's time as the Bot API writes it."""
        return int(self.clock.now())
