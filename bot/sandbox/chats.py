"""Who is there: users, bots, chats and membership, and how the Bot API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.files import File
    from bot.sandbox.messages import Message

Wire = dict[str, Any]

# Rights by kind of chat, in telegram-bot-api's order (json_store_administrator_rights).
CHANNEL_RIGHTS = (
    "manage_chat", "change_info", "post_messages", "edit_messages", "delete_messages", "invite_users",
    "restrict_members", "promote_members", "manage_video_chats", "post_stories", "edit_stories", "delete_stories",
    "manage_direct_messages",
)  # fmt: skip
GROUP_RIGHTS = (
    "manage_chat", "change_info", "delete_messages", "invite_users", "restrict_members", "pin_messages",
    "manage_topics", "promote_members", "manage_video_chats", "post_stories", "edit_stories", "delete_stories",
    "manage_tags",
)  # fmt: skip
LATER_RIGHTS = ("can_send_welcome_messages",)
RIGHTS = tuple(dict.fromkeys(CHANNEL_RIGHTS + GROUP_RIGHTS))

PERMISSIONS = (
    "send_messages", "send_audios", "send_documents", "send_photos", "send_videos", "send_video_notes",
    "send_voice_notes", "send_polls", "send_other_messages", "add_web_page_previews", "change_info", "invite_users",
    "pin_messages", "manage_topics", "edit_tag", "react_to_messages",
)  # fmt: skip
DEFAULT_PERMISSIONS = frozenset(PERMISSIONS) - {"edit_tag"}

CREATOR, ADMINISTRATOR, MEMBER = "creator", "administrator", "member"
RESTRICTED, LEFT, KICKED = "restricted", "left", "kicked"


def rights_of(kind: str) -> tuple[str, ...]:
    return CHANNEL_RIGHTS if kind == "channel" else GROUP_RIGHTS


@dataclass(slots=True, eq=False)
class User:
    """An account: a person, or a bot (then `Bot`)."""

    id: int
    key: str
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_premium: bool = False
    deactivated: bool = False
    is_bot: bool = False
    bio: str | None = None
    _wire: Wire | None = None

    def wire(self) -> Wire:
        """As `User`.  The value is shared: nobody changes it."""
        if self._wire is None:
            wire: Wire = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
            for name in ("last_name", "username", "language_code"):
                value = getattr(self, name)
                if value:
                    wire[name] = value
            if self.is_premium:
                wire["is_premium"] = True
            self._wire = wire
        return self._wire

    def changed(self) -> None:
        self._wire = None


@dataclass(slots=True, eq=False)
class Bot(User):
    """A bot account, its settings, and what it told Telegram about itself."""

    token: str = ""
    inline: bool = False
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False
    can_connect_to_business: bool = False
    stars: int = 0
    monthly_users: int = 0
    last_message_id: int = 0  # private chats and basic groups share one counter per account
    commands: dict[tuple[str, int, int, str], list[Wire]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # (name|description|short, language) → text
    menu_buttons: dict[int, Wire] = field(default_factory=dict)  # 0 = default
    default_rights: dict[bool, frozenset[str]] = field(default_factory=dict)  # for channels? → rights
    later: bool = False  # its client needs fields that came after Bot API 10.0

    def me(self) -> Wire:
        """As `getMe` answers."""
        return {
            **self.wire(),
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": self.can_read_all_group_messages,
            "supports_inline_queries": self.inline,
            "can_connect_to_business": self.can_connect_to_business,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_guest_queries": False,
        }


@dataclass(slots=True, eq=False)
class Member:
    """Somebody's standing in a chat."""

    user: User
    status: str = MEMBER
    rights: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()  # of a restricted member
    is_member: bool = True  # of a restricted member
    until: int = 0
    custom_title: str | None = None
    anonymous: bool = False
    promoted_by: int = 0
    joined: int = 0

    @property
    def present(self) -> bool:
        if self.status == RESTRICTED:
            return self.is_member
        return self.status in (CREATOR, ADMINISTRATOR, MEMBER)

    @property
    def manages(self) -> bool:
        return self.status in (CREATOR, ADMINISTRATOR)

    def may(self, right: str) -> bool:
        return self.status == CREATOR or (self.status == ADMINISTRATOR and right in self.rights)

    def wire(self, kind: str, viewer: Bot | None = None) -> Wire:
        """As `ChatMember` of a chat of this kind, seen by the bot `viewer`."""
        wire: Wire = {"user": self.user.wire(), "status": self.status}
        if self.status == CREATOR:
            wire["is_anonymous"] = self.anonymous
        elif self.status == ADMINISTRATOR:
            wire["can_be_edited"] = viewer is not None and self.promoted_by == viewer.id
            wire["is_anonymous"] = self.anonymous
            wire.update(rights_wire(self.rights, kind, later=viewer is not None and viewer.later))
        elif self.status == RESTRICTED:
            wire["until_date"] = self.until
            wire.update(permissions_wire(self.permissions))
            wire["is_member"] = self.is_member
        elif self.status == KICKED:
            wire["until_date"] = self.until
        if self.custom_title and self.manages:
            wire["custom_title"] = self.custom_title
        return wire


def rights_wire(rights: Iterable[str], kind: str, *, later: bool = False) -> Wire:
    """Every right of a chat of this kind as a field; `later` adds those that came after Bot API 10.0."""
    given = frozenset(rights)
    names = [name for name in rights_of(kind) if name != "manage_topics" or kind == "supergroup"]
    wire: Wire = {f"can_{name}": name in given for name in names}
    if later:
        wire.update(dict.fromkeys(LATER_RIGHTS, False))
    return wire


def permissions_wire(permissions: Iterable[str]) -> Wire:
    given = frozenset(permissions)
    return {f"can_{name}": name in given for name in PERMISSIONS}


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
