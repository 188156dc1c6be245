"""The world file: TOML with bots, users and chats → checked, frozen values (docs/sandbox.md describes the keys)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.sandbox.membership import RIGHTS


class WorldError(ValueError):
    """A world file is wrong; the message names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotPlan:
    key: str
    id: int
    token: str
    username: str
    first_name: str
    inline: bool = False
    can_join_groups: bool = True
    can_read_all_group_messages: bool = False
    stars: int = 0
    monthly_users: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPlan:
    key: str
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    premium: bool = False
    deactivated: bool = False
    bio: str | None = None
    started: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPlan:
    key: str
    rights: frozenset[str] = frozenset()
    custom_title: str | None = None
    anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPlan:
    key: str
    id: int
    type: str = "channel"
    title: str
    username: str | None = None
    description: str | None = None
    creator: str | None = None
    members: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    linked: str | None = None
    protect_content: bool = False
    forum: bool = False
    signatures: bool = False
    admins: tuple[AdminPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole world file.  `clock` is None for real time, else the virtual clock's start (Unix time)."""

    flood_control: bool = True
    clock: float | None = None
    history: int = 10_000  # messages kept per chat
    journal: int = 5_000  # requests kept
    ledger: int = 50_000  # executed sends kept
    fetch: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")  # hosts from which media URLs are fetched
    webhooks: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")  # hosts that may have plain-http webhooks
    bots: tuple[BotPlan, ...] = ()
    users: tuple[UserPlan, ...] = ()
    chats: tuple[ChatPlan, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)


_TOP = {"flood_control": bool, "clock": object, "history": int, "journal": int, "ledger": int, "fetch": list,
        "webhooks": list, "bots": dict, "users": dict, "chats": dict}  # fmt: skip
_BOT = {"token": str, "id": int, "username": str, "first_name": str, "inline": bool, "can_join_groups": bool,
        "can_read_all_group_messages": bool, "stars": int, "monthly_users": int}  # fmt: skip
_USER = {"id": int, "first_name": str, "last_name": str, "username": str, "language_code": str, "premium": bool,
         "deactivated": bool, "bio": str, "started": list}  # fmt: skip
_CHAT = {"id": int, "type": str, "title": str, "username": str, "description": str, "creator": str, "members": list,
         "banned": list, "linked": str, "protect_content": bool, "forum": bool, "signatures": bool,
         "admins": dict}  # fmt: skip
_ADMIN = {"rights": list, "custom_title": str, "anonymous": bool}
_NAMES = {bool: "true or false", int: "a whole number", str: "a text", list: "a list", dict: "a table"}


def read_plan(path_or_text: str | Path) -> Plan:
    """Parse a world file or its text.  Raises `WorldError` (with the line) and `OSError`."""
    if isinstance(path_or_text, Path) or ("\n" not in path_or_text and path_or_text.endswith(".toml")):
        return _Reader(Path(path_or_text).read_text(encoding="utf-8"), str(path_or_text)).plan()
    return _Reader(path_or_text, "world").plan()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._lines = text.splitlines()
        try:
            self._data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise WorldError(f"{name}: this is not TOML: {error}") from error

    def plan(self) -> Plan:
        data = self._data
        self._check((), data, _TOP)
        bots = tuple(self._bot(key, value, n) for n, (key, value) in enumerate(self._tables("bots", _BOT)))
        users = tuple(self._user(key, value, n) for n, (key, value) in enumerate(self._tables("users", _USER)))
        chats = tuple(self._chat(key, value, n) for n, (key, value) in enumerate(self._tables("chats", _CHAT)))
        options: dict[str, Any] = {k: data[k] for k in ("flood_control", "history", "journal", "ledger") if k in data}
        for name in ("fetch", "webhooks"):
            if name in data:
                options[name] = tuple(str(host) for host in data[name])
        plan = Plan(clock=self._clock(), bots=bots, users=users, chats=chats, source=data, **options)
        self._check_references(plan)
        return plan

    def _clock(self) -> float | None:
        value = self._data.get("clock", "real")
        if value == "real":
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                value = None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.timestamp()
        raise self._error(("clock",), 'clock must be "real" or an instant with a zone, as 2026-01-31T08:00:00Z')

    def _tables(self, kind: str, known: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        tables = []
        for key, value in self._data.get(kind, {}).items():
            if not isinstance(value, dict):
                raise self._error((kind, key), f"{kind}.{key} must be a table")
            self._check((kind, key), value, known)
            tables.append((key, value))
        return tables

    def _bot(self, key: str, value: dict[str, Any], n: int) -> BotPlan:
        bot_id = value.get("id")
        token = value.get("token")
        if bot_id is None:
            bot_id = int(token.split(":")[0]) if token and token.split(":")[0].isdigit() else 1_000_001 + n
        token = token or f"{bot_id}:sandbox"
        if not re.fullmatch(r"\d+:[^/\s]+", token) or len(token) > 80:
            raise self._error(("bots", key, "token"), f"bots.{key}.token must be digits, a colon and any text")
        rest = {k: v for k, v in value.items() if k not in ("id", "token")}
        rest.setdefault("username", f"{key}_bot")
        rest.setdefault("first_name", key.capitalize())
        return BotPlan(key=key, id=bot_id, token=token, **rest)

    def _user(self, key: str, value: dict[str, Any], n: int) -> UserPlan:
        rest = {k: v for k, v in value.items() if k not in ("id", "started")}
        rest.setdefault("first_name", key.capitalize())
        return UserPlan(key=key, id=value.get("id", 5_001 + n), started=tuple(value.get("started", ())), **rest)

    def _chat(self, key: str, value: dict[str, Any], n: int) -> ChatPlan:
        kind = value.get("type", "channel")
        if kind not in ("channel", "supergroup", "group"):
            raise self._error(("chats", key, "type"), f"chats.{key}.type must be channel, supergroup or group")
        default_id = -(4_001 + n) if kind == "group" else -1_001_000_000_001 - n
        rest = {k: v for k, v in value.items() if k not in ("id", "members", "banned", "admins")}
        rest.setdefault("title", key.capitalize())
        admins = []
        for name, table in value.get("admins", {}).items():
            where = ("chats", key, "admins", name)
            if not isinstance(table, dict):
                raise self._error(where, f"chats.{key}.admins.{name} must be a table")
            self._check(where, table, _ADMIN)
            admins.append(self._admin(where, name, table))
        return ChatPlan(
            key=key,
            id=value.get("id", default_id),
            members=tuple(value.get("members", ())),
            banned=tuple(value.get("banned", ())),
            admins=tuple(admins),
            **rest,
        )

    def _admin(self, where: tuple[str, ...], name: str, table: dict[str, Any]) -> AdminPlan:
        rights = []
        for right in table.get("rights", ["manage_chat", *RIGHTS[1:]]):
            bare = str(right).removeprefix("can_")
            if bare not in RIGHTS:
                raise self._error((*where, "rights"), f"{right!r} is no right; rights are {', '.join(RIGHTS)}")
            rights.append(bare)
        return AdminPlan(
            key=name,
            rights=frozenset(rights) | {"manage_chat"},
            custom_title=table.get("custom_title"),
            anonymous=table.get("anonymous", False),
        )

    def _check_references(self, plan: Plan) -> None:
        people = {user.key for user in plan.users}
        bots = {bot.key for bot in plan.bots}
        chats = {chat.key for chat in plan.chats}
        for first, second in ((people, bots), (people, chats), (bots, chats)):
            for key in first & second:
                raise self._error(("chats" if key in chats else "users", key), f"the key {key!r} is used twice")
        for user in plan.users:
            for key in user.started:
                if key not in bots:
                    raise self._error(("users", user.key, "started"), f"there is no bot {key!r}")
        for chat in plan.chats:
            named = [*chat.members, *chat.banned, *(admin.key for admin in chat.admins)]
            for key in [*named, chat.creator] if chat.creator else named:
                if key not in people | bots:
                    raise self._error(("chats", chat.key, key), f"there is no user or bot {key!r}")
            if chat.linked is not None and chat.linked not in chats:
                raise self._error(("chats", chat.key, "linked"), f"there is no chat {chat.linked!r}")
        for rows in (plan.bots + plan.users, plan.chats):
            seen: set[int] = set()
            for row in rows:
                if row.id in seen:
                    raise self._error((row.key,), f"the id {row.id} is used twice")
                seen.add(row.id)

    def _check(self, path: tuple[str, ...], table: dict[str, Any], known: dict[str, Any]) -> None:
        for key, value in table.items():
            where = ".".join((*path, key))
            if key not in known:
                raise self._error((*path, key), f"unknown key {where!r}; known here are {', '.join(known)}")
            wanted = known[key]
            if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                raise self._error((*path, key), f"{where} must be {_NAMES[wanted]}")

    def _error(self, path: tuple[str, ...], message: str) -> WorldError:
        return WorldError(f"{self._name}, line {self._line(path)}: {message}")

    def _line(self, path: tuple[str, ...]) -> int:
        """The line of a key, counted from 1: its assignment under its table, else the table's own line."""
        best, depth = 1, 0
        table: tuple[str, ...] = ()
        for number, line in enumerate(self._lines, 1):
            header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
            key = re.match(r"\s*([\w.\-\"']+)\s*=", line)
            if header:
                table = tuple(part.strip(" \"'") for part in header.group(1).split("."))
                here = table
            elif key:
                here = (*table, *(part.strip("\"'") for part in key.group(1).split(".")))
            else:
                continue
            common = 0
            while common < min(len(here), len(path)) and here[common] == path[common]:
                common += 1
            if common > depth:
                best, depth = number, common
        return best
