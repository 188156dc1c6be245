"""Chats and the messages in them, and how the Bot API shows them to one bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.files import File, Media
from bot.sandbox.membership import DEFAULT_PERMISSIONS, LEFT, Member

GROUP_ANONYMOUS_BOT: Wire = {
    "id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip
CHANNEL_BOT: Wire = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE_NOTIFICATIONS: Wire = {"id": 777000, "is_bot": False, "first_name": "Telegram"}

SERVICE = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "migrate_to_chat_id",
    "migrate_from_chat_id", "pinned_message", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
    "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "chat_owner_changed",
})  # fmt: skip


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is the message id of the service message that created it."""

    id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    hidden: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A conversation.  A private chat belongs to one bot and one user, and its id is the user's."""

    id: int
    kind: str  # private, group, supergroup, channel
    key: str = ""
    title: str | None = None
    username: str | None = None
    description: str | None = None
    user: User | None = None  # of a private chat
    bot: Bot | None = None  # of a private chat
    members: dict[int, Member] = field(default_factory=dict)
    permissions: frozenset[str] = DEFAULT_PERMISSIONS
    forum: bool = False
    signatures: bool = False
    protected: bool = False
    slow_mode: int = 0
    linked: Chat | None = None
    photo: tuple[File, File] | None = None  # small, big
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    pinned: list[int] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    links: dict[str, Wire] = field(default_factory=dict)
    join_requests: dict[int, Wire] = field(default_factory=dict)
    blocked: bool = False  # private: the user has blocked the bot
    started: bool = False  # private: the user has written first
    deleted: bool = False  # a basic group that is no more
    migrated_to: Chat | None = None
    forwards: dict[int, int] = field(default_factory=dict)  # channel post id → automatic forward id
    _wire: Wire | None = None

    @property
    def ref(self) -> str:
        """The chat's name at the people's door: its id, or `BOT:USER` for a private chat."""
        if self.kind == "private" and self.bot is not None:
            return f"{self.bot.id}:{self.id}"
        return str(self.id)

    @property
    def is_public_space(self) -> bool:
        """Has message ids of its own (supergroups and channels)."""
        return self.kind in ("supergroup", "channel")

    def wire(self) -> Wire:
        """As `Chat`.  The value is shared: nobody changes it."""
        if self._wire is None:
            wire: Wire = {"id": self.id}
            if self.kind == "private" and self.user is not None:
                wire["first_name"] = self.user.first_name
                if self.user.last_name:
                    wire["last_name"] = self.user.last_name
                if self.user.username:
                    wire["username"] = self.user.username
            else:
                wire["title"] = self.title or ""
                if self.username:
                    wire["username"] = self.username
                if self.forum:
                    wire["is_forum"] = True
            wire["type"] = self.kind
            self._wire = wire
        return self._wire

    def changed(self) -> None:
        self._wire = None

    def member(self, user_id: int) -> Member | None:
        return self.members.get(user_id)

    def status_of(self, user_id: int) -> str:
        member = self.members.get(user_id)
        return LEFT if member is None else member.status

    def present(self, user_id: int) -> bool:
        if self.kind == "private":
            return True
        member = self.members.get(user_id)
        return member is not None and member.present

    def bots(self) -> list[Bot]:
        """The bots that take part."""
        if self.kind == "private":
            return [self.bot] if self.bot is not None else []
        return [m.user for m in self.members.values() if isinstance(m.user, Bot) and m.present]

    def count(self) -> int:
        if self.kind == "private":
            return 2
        return sum(1 for member in self.members.values() if member.present)


class Message:
    """One message.  `content` holds its fields as the Bot API names them; values may be `Media` or `Message`."""

    __slots__ = (
        "auto_forward", "bot_id", "chat", "content", "date", "edit_date", "edit_hidden", "effect_id",
        "group_id", "id", "keyboard", "markup", "origin", "protected", "quote", "reactions", "reply_to", "sender",
        "sender_chat", "signature", "silent", "source", "thread_id", "topic", "via_bot", "views",
    )  # fmt: skip

    def __init__(self, chat: Chat, content: dict[str, Any]) -> None:
        self.chat = chat
        self.content = content
        self.id = 0
        self.date = 0
        self.edit_date = 0
        self.edit_hidden = False  # only its keyboard was edited: people see no mark
        self.sender: User | None = None
        self.sender_chat: Chat | None = None
        self.signature: str | None = None
        self.bot_id = 0  # the bot that sent it, 0 for people
        self.reply_to: Message | Wire | None = None  # a wire value is an external_reply
        self.quote: Wire | None = None
        self.origin: Wire | None = None  # forward_origin
        self.source: tuple[Chat, int] | None = None  # where it was forwarded from
        self.auto_forward = False
        self.via_bot: Bot | None = None
        self.thread_id = 0
        self.topic = False
        self.group_id: str | None = None
        self.protected = False
        self.silent = False
        self.effect_id: str | None = None
        self.markup: Wire | None = None  # an inline keyboard
        self.keyboard: Wire | None = None  # any other markup; only people see it
        self.reactions: dict[int, list[Wire]] = {}
        self.views = 0

    @property
    def text(self) -> str:
        """What people read: the text or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def kind(self) -> str:
        """The name of the content field that says what it is: text, photo, poll, pinned_message, …"""
        for name in self.content:
            if name in KINDS:
                return name
        return "unknown"

    @property
    def is_service(self) -> bool:
        return not SERVICE.isdisjoint(self.content)

    @property
    def inline_keyboard(self) -> list[list[Wire]]:
        return self.markup.get("inline_keyboard", []) if self.markup else []

    def wire(self, viewer: Bot | None, *, nested: bool = False) -> Wire:
        """As `Message` for the bot `viewer`, or for people (None).  A nested message shows no reply of its own."""
        chat = self.chat
        wire: Wire = {"message_id": self.id}
        if self.sender is not None:
            wire["from"] = self.sender.wire()
        elif chat.kind != "channel" and self.sender_chat is not None:
            if self.sender_chat is chat:
                wire["from"] = GROUP_ANONYMOUS_BOT
            else:
                wire["from"] = SERVICE_NOTIFICATIONS if self.auto_forward else CHANNEL_BOT
        if self.signature:
            wire["author_signature"] = self.signature
        if self.sender_chat is not None:
            wire["sender_chat"] = self.sender_chat.wire()
        wire["chat"] = chat.wire()
        wire["date"] = self.date
        if self.edit_date and (viewer is not None or not self.edit_hidden):
            wire["edit_date"] = self.edit_date
        if self.thread_id:
            wire["message_thread_id"] = self.thread_id
        if self.origin is not None:
            wire["forward_origin"] = self.origin
        if self.auto_forward:
            wire["is_automatic_forward"] = True
        if self.reply_to is not None and not nested:
            if isinstance(self.reply_to, Message):
                if self.reply_to.id:
                    wire["reply_to_message"] = self.reply_to.wire(viewer, nested=True)
            else:
                wire["external_reply"] = self.reply_to
            if self.quote is not None:
                wire["quote"] = self.quote
        self._wire_rest(wire, viewer)
        return wire

    def _wire_rest(self, wire: Wire, viewer: Bot | None) -> None:
        if self.group_id is not None:
            wire["media_group_id"] = self.group_id
        for name, value in self.content.items():
            if isinstance(value, Media):
                value = value.wire(viewer)
            elif isinstance(value, Message):
                if not value.id:  # the pinned message has been deleted
                    value = {"message_id": value.date, "chat": value.chat.wire(), "date": 0}
                else:
                    value = value.wire(viewer, nested=True)
            wire[name] = value
        if self.markup is not None:
            wire["reply_markup"] = self.markup
        if self.via_bot is not None:
            wire["via_bot"] = self.via_bot.wire()
        if self.protected or self.chat.protected:
            wire["has_protected_content"] = True
        if self.topic:
            wire["is_topic_message"] = True
        if self.effect_id:
            wire["effect_id"] = self.effect_id


KINDS = SERVICE | {
    "text", "photo", "video", "animation", "audio", "document", "voice", "video_note", "sticker", "location", "venue",
    "contact", "poll", "dice",
}  # fmt: skip
