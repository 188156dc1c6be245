"""A world on disk: messages, chats, files, pending updates and settings survive a restart.

One SQLite file holds JSON rows by kind and key, and the files' contents.  Changes are written every fifth of a second
and at the end; a crash loses at most that.  What waits for an answer (pressed buttons, inline queries) is not kept.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from bot.sandbox.accounts import Bot, Wire
from bot.sandbox.chats import Chat, Message, Topic
from bot.sandbox.files import Document, File, Photo
from bot.sandbox.membership import Member
from bot.sandbox.polls import Poll
from bot.sandbox.updates import Update, Webhook
from bot.sandbox.world import World

VERSION = 1
EVERY = 0.2  # seconds between writes
_TABLES = (
    "rows (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))",
    "contents (number INTEGER PRIMARY KEY, data BLOB)",
)
_MESSAGE = (
    "id", "date", "edit_date", "edit_hidden", "signature", "bot_id", "quote", "origin", "auto_forward", "thread_id",
    "topic", "group_id", "protected", "silent", "effect_id", "markup", "keyboard", "views",
)  # fmt: skip
_CHAT = ("title", "username", "description", "forum", "signatures", "protected", "slow_mode", "last_message_id",
         "pinned", "links", "blocked", "started", "deleted", "key", "kind")  # fmt: skip
_POLL = ("id", "owner", "question", "options", "kind", "anonymous", "multiple", "allows_revoting", "correct",
         "explanation", "open_period", "close_date", "stopped")  # fmt: skip


class StateError(ValueError):
    """The state file cannot be used; the message says why."""


class State:
    """The state file of one world.  `load` once, then `keep` until cancelled; `close` at the end."""

    def __init__(self, path: str | Path, world: World) -> None:
        self._world = world
        self._written: dict[tuple[str, str], str] = {}  # rows but messages, files and updates
        self._files_written = 0
        self._updates: dict[int, set[int]] = {}  # bot → updates on disk
        self._generation = world.generation
        world.touched = set()
        try:
            self._db = sqlite3.connect(str(path), isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS rows (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
            )
            self._db.execute("CREATE TABLE IF NOT EXISTS contents (number INTEGER PRIMARY KEY, data BLOB)")
        except sqlite3.Error as error:
            raise StateError(f"{path} cannot be used as a state file: {error}") from error

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def load(self) -> bool:
        """Lay what was kept over the fresh world; False if the file is new."""
        rows: dict[str, dict[str, Any]] = {}
        for kind, key, body in self._db.execute("SELECT kind, key, body FROM rows ORDER BY rowid"):
            rows.setdefault(kind, {})[key] = json.loads(body)
        about = rows.get("world", {}).get("world")
        if about is None:
            return False
        if about["version"] != VERSION:
            raise StateError(f"the state file has version {about['version']}, this program knows {VERSION}")
        self._world.numbers.last = int(about["last_number"])
        if about["clock"] is not None and self._world.clock.virtual:
            self._world.clock.advance(max(0.0, about["clock"] - self._world.clock.now()))
        self._load_files(rows.get("file", {}))
        self._load_chats(rows.get("chat", {}))
        self._load_messages(rows.get("message", {}))
        self._load_bots(rows.get("bot", {}), rows.get("update", {}))
        return True

    def _load_files(self, rows: dict[str, Any]) -> None:
        contents = dict(self._db.execute("SELECT number, data FROM contents"))
        for key in sorted(rows, key=int):
            self._world.files.restore(File(data=None, **rows[key]), contents.get(int(key)))
        self._files_written = len(rows)

    def _load_chats(self, rows: dict[str, Any]) -> None:
        world = self._world
        for ref, row in rows.items():
            chat = self._chat(ref, row)
            if chat is None:
                continue
            for name in _CHAT:
                setattr(chat, name, row[name])
            chat.permissions = frozenset(row["permissions"])
            chat.topics = {topic["id"]: Topic(**topic) for topic in row["topics"]}
            chat.forwards = {int(number): forward for number, forward in row["forwards"].items()}
            if row["photo"]:
                chat.photo = (world.files.by_number[row["photo"][0]], world.files.by_number[row["photo"][1]])
            if chat.kind != "private":
                chat.members = {m["user"]: self._member(m) for m in row["members"] if m["user"] in world.users}
            chat.changed()
        for ref, row in rows.items():
            if row["migrated_to"] is not None and int(ref) in world.chats:
                world.chats[int(ref)].migrated_to = world.chats.get(row["migrated_to"])

    def _chat(self, ref: str, row: Wire) -> Chat | None:
        world = self._world
        if ":" in ref:
            bot_id, user_id = map(int, ref.split(":"))
            if bot_id in world.bots and user_id in world.users:
                return world.private_chat(world.bots[bot_id], world.users[user_id])
            return None
        if int(ref) not in world.chats:
            world.chats[int(ref)] = Chat(int(ref), row["kind"], row["key"])
        return world.chats[int(ref)]

    def _member(self, row: Wire) -> Member:
        rest = {name: value for name, value in row.items() if name not in ("user", "rights", "permissions")}
        return Member(
            self._world.users[row["user"]],
            rights=frozenset(row["rights"]),
            permissions=frozenset(row["permissions"]),
            **rest,
        )

    def _load_messages(self, rows: dict[str, Any]) -> None:
        waiting: list[tuple[Message, Wire]] = []
        for key, row in rows.items():
            chat = self._place(key.rsplit("/", 1)[0])
            if chat is None:
                continue
            message = Message(chat, {})
            for name in _MESSAGE:
                setattr(message, name, row[name])
            message.sender = self._world.users.get(row["sender"]) if row["sender"] else None
            message.sender_chat = self._world.chats.get(row["sender_chat"]) if row["sender_chat"] else None
            message.via_bot = self._world.bots.get(row["via_bot"]) if row["via_bot"] else None
            message.reactions = {int(user): reactions for user, reactions in row["reactions"].items()}
            chat.messages[message.id] = message
            waiting.append((message, row))
        for message, row in waiting:  # contents and replies may point to any message
            message.content = {name: self._thaw(value) for name, value in row["content"].items()}
            message.reply_to = self._thaw(row["reply_to"])
        for chat in [*self._world.chats.values(), *self._world.private.values()]:
            chat.messages = dict(sorted(chat.messages.items()))

    def _place(self, ref: str) -> Chat | None:
        if ":" in ref:
            bot_id, user_id = map(int, ref.split(":"))
            return self._world.private.get((bot_id, user_id))
        return self._world.chats.get(int(ref))

    def _thaw(self, value: Any) -> Any:
        files = self._world.files.by_number
        if not isinstance(value, dict):
            return value
        if "$photo" in value:
            return Photo([(files[number], width, height) for number, width, height in value["$photo"]])
        if "$document" in value:
            small = value["thumbnail"]
            thumbnail = (files[small[0]], small[1], small[2]) if small else None
            return Document(files[value["$document"]], value["attributes"], thumbnail, self._thaw(value["cover"]))
        if "$poll" in value:
            poll = Poll(0, 0, {}, [], self._world.clock)
            for name in _POLL:
                setattr(poll, name, value["$poll"][name])
            poll.votes = {int(user): chosen for user, chosen in value["$poll"]["votes"].items()}
            return poll
        if "$message" in value:
            ref, number = value["$message"]
            chat = self._place(ref)
            return chat.messages.get(number) if chat is not None else None
        return value

    def _load_bots(self, rows: dict[str, Any], updates: dict[str, Any]) -> None:
        for key, row in rows.items():
            bot = self._world.bots.get(int(key))
            if bot is None:
                continue
            bot.first_name = row["first_name"]
            bot.last_message_id = row["last_message_id"]
            bot.commands = {(k[0], k[1], k[2], k[3]): commands for k, commands in row["commands"]}
            bot.texts = {(k[0], k[1]): text for k, text in row["texts"]}
            bot.menu_buttons = {int(user): button for user, button in row["menu_buttons"].items()}
            bot.changed()
            queue = self._world.queues[bot.id]
            queue.next_id = row["next_update"]
            queue.allowed = frozenset(row["allowed"])
            if row["webhook"]:
                self._world.webhooks[bot.id] = Webhook(**row["webhook"])
                queue.webhook_active = True
        for key, row in sorted(updates.items(), key=lambda item: item[1]["id"]):
            queue_of = self._world.queues.get(int(key.split("/")[0]))
            if queue_of is not None:
                queue_of.pending.append(Update(**row))
                self._updates.setdefault(int(key.split("/")[0]), set()).add(row["id"])

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def keep(self) -> None:
        """Write changes again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            self.write()

    def write(self) -> None:
        """Write what has changed since the last time."""
        world = self._world
        changed: list[tuple[str, str, str]] = []
        gone: list[tuple[str, str]] = []
        afresh = world.generation != self._generation
        if afresh:
            self._generation = world.generation
            self._written, self._files_written, self._updates = {}, 0, {}
        for kind, key, body in self._small_rows():
            if self._written.get((kind, key)) != body:
                self._written[kind, key] = body
                changed.append((kind, key, body))
        touched, world.touched = world.touched or set(), set()
        for chat, number in touched:
            message = chat.messages.get(number)
            key = f"{chat.ref}/{number}"
            if message is None:
                gone.append(("message", key))
            else:
                changed.append(("message", key, self._message_body(message)))
        self._add_updates(changed, gone)
        contents = self._add_files(changed)
        if changed or gone or contents or afresh:
            self._store(afresh, changed, gone, contents)

    def _store(
        self,
        afresh: bool,
        changed: list[tuple[str, str, str]],
        gone: list[tuple[str, str]],
        contents: list[tuple[int, bytes]],
    ) -> None:
        self._db.execute("BEGIN")
        if afresh:
            self._db.execute("DELETE FROM rows")
            self._db.execute("DELETE FROM contents")
        self._db.executemany("INSERT OR REPLACE INTO rows (kind, key, body) VALUES (?, ?, ?)", changed)
        self._db.executemany("DELETE FROM rows WHERE kind = ? AND key = ?", gone)
        self._db.executemany("INSERT OR REPLACE INTO contents (number, data) VALUES (?, ?)", contents)
        self._db.execute("COMMIT")

    def _add_updates(self, changed: list[tuple[str, str, str]], gone: list[tuple[str, str]]) -> None:
        for bot_id, queue in self._world.queues.items():
            known = self._updates.setdefault(bot_id, set())
            waiting = {update.id for update in queue.pending}
            for update in queue.pending:
                if update.id not in known:
                    body = {name: getattr(update, name) for name in Update.__slots__}
                    changed.append(("update", f"{bot_id}/{update.id}", json.dumps(body)))
            gone.extend(("update", f"{bot_id}/{number}") for number in known - waiting)
            self._updates[bot_id] = waiting

    def _add_files(self, changed: list[tuple[str, str, str]]) -> list[tuple[int, bytes]]:
        contents: list[tuple[int, bytes]] = []
        by_number = self._world.files.by_number
        for number in range(self._files_written + 1, len(by_number) + 1):
            file = by_number[number]
            body = {f.name: getattr(file, f.name) for f in dataclass_fields(File) if f.name != "data"}
            changed.append(("file", str(number), json.dumps(body)))
            if file.data is not None:
                contents.append((number, file.data))
        self._files_written = len(by_number)
        return contents

    def close(self) -> None:
        self.write()
        self._db.close()

    def _small_rows(self) -> Iterable[tuple[str, str, str]]:
        """The world, its chats and its bots, without messages and updates."""
        world = self._world
        yield (
            "world",
            "world",
            json.dumps(
                {
                    "version": VERSION,
                    "last_number": world.numbers.last,
                    "clock": world.clock.now() if world.clock.virtual else None,
                }
            ),
        )
        for chat in [*world.chats.values(), *world.private.values()]:
            yield "chat", chat.ref, json.dumps(_chat_row(chat))
        for bot in world.bots.values():
            yield "bot", str(bot.id), json.dumps(self._bot_row(bot))

    def _message_body(self, message: Message) -> str:
        row: Wire = {name: getattr(message, name) for name in _MESSAGE}
        row["sender"] = message.sender.id if message.sender is not None else 0
        row["sender_chat"] = message.sender_chat.id if message.sender_chat is not None else 0
        row["via_bot"] = message.via_bot.id if message.via_bot is not None else 0
        row["reactions"] = message.reactions
        row["content"] = {name: _freeze(value) for name, value in message.content.items()}
        row["reply_to"] = _freeze(message.reply_to)
        return json.dumps(row)

    def _bot_row(self, bot: Bot) -> Wire:
        queue = self._world.queues[bot.id]
        webhook = self._world.webhooks.get(bot.id)
        names = ("url", "max_connections", "secret", "ip_address")
        return {
            "first_name": bot.first_name,
            "last_message_id": bot.last_message_id,
            "commands": [[list(key), commands] for key, commands in bot.commands.items()],
            "texts": [[list(key), text] for key, text in bot.texts.items()],
            "menu_buttons": bot.menu_buttons,
            "next_update": queue.next_id,
            "allowed": sorted(queue.allowed),
            "webhook": {name: getattr(webhook, name) for name in names} if webhook is not None else None,
        }


def _chat_row(chat: Chat) -> Wire:
    row: Wire = {name: getattr(chat, name) for name in _CHAT}
    row["permissions"] = sorted(chat.permissions)
    row["topics"] = [{f.name: getattr(t, f.name) for f in dataclass_fields(Topic)} for t in chat.topics.values()]
    row["forwards"] = chat.forwards
    row["photo"] = [file.number for file in chat.photo] if chat.photo is not None else None
    row["migrated_to"] = chat.migrated_to.id if chat.migrated_to is not None else None
    row["members"] = [
        {
            "user": member.user.id,
            "status": member.status,
            "rights": sorted(member.rights),
            "permissions": sorted(member.permissions),
            "is_member": member.is_member,
            "until": member.until,
            "custom_title": member.custom_title,
            "anonymous": member.anonymous,
            "promoted_by": member.promoted_by,
            "joined": member.joined,
        }
        for member in chat.members.values()
    ]
    return row


def _freeze(value: Any) -> Any:
    if isinstance(value, Photo):
        return {"$photo": [[file.number, width, height] for file, width, height in value.sizes]}
    if isinstance(value, Document):
        small = value.thumbnail
        thumbnail = [small[0].number, small[1], small[2]] if small is not None else None
        return {
            "$document": value.file.number,
            "attributes": value.attributes,
            "thumbnail": thumbnail,
            "cover": _freeze(value.cover),
        }
    if isinstance(value, Poll):
        return {"$poll": {**{name: getattr(value, name) for name in _POLL}, "votes": value.votes}}
    if isinstance(value, Message):
        return {"$message": [value.chat.ref, value.id]}
    return value
