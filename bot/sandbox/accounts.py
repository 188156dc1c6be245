"""Accounts: people and bots, and how the Bot API shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Wire = dict[str, Any]
"""An object as the Bot API writes it."""


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
