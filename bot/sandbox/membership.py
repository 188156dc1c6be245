"""Standing in a chat: statuses, administrators' rights, members' permissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.accounts import Bot, User, Wire

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
