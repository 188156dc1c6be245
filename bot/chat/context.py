"""What every handler needs, made once by the composition root and passed down; nothing of it is state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.articles.model import Model
from bot.channels.outages import Outages
from bot.channels.telegram import Telegram
from bot.parsing import Parser
from bot.posts.press import Press
from bot.store.database import Database
from bot.web import Web


def utc_now() -> datetime:
    return datetime.now(UTC)


def nobody_waits(_stage: str) -> None:
    """The `wake` of a process in which no stage runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    db: Database
    web: Web
    parser: Parser
    telegram: Telegram
    bot_id: int
    username: str
    press: Press
    model: Model | None = None  # writes summaries of what editors push
    owner_ids: tuple[int, ...] = ()
    templates: Path = Path("templates")  # where templates that are changed in chat are kept
    audit_chat: int | None = None  # None: the chat of whoever asks
    zone: str = "UTC"  # of new channels
    now: Callable[[], datetime] = utc_now
    wake: Callable[[str], None] = nobody_waits  # tells a stage by name that there is work
    outages: Outages | None = None  # what keeps the bot from working now
