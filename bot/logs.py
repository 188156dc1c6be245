"""Logs: one line per thing that happened, for people or for machines, and never a secret in it.

Records carry their facts in `extra` (`logger.info("sent post", extra={"post": 7})`).  A filter at the root replaces
every known secret, and anything shaped like a bot token, in messages, arguments, extras and tracebacks.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

# shaped like a token: digits, colon, 30 or more of the token alphabet (Bot API, "Authorizing your bot")
_TOKEN = re.compile(r"(?<!\d)(\d{5,}):[A-Za-z0-9_-]{30,}")
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Redactor:
    """Replaces secrets in text.  Pure but for the list of secrets it was made with."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # the longest first, so that one that holds another is replaced whole
        self._secrets = sorted({s for s in secrets if len(s) >= 6}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, "***")
        return _TOKEN.sub(r"\1:***", text)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        facts = " ".join(f"{name}={value}" for name, value in extras(record).items())
        line = f"{moment} {record.levelname:<7} {record.getMessage()}{'  ' + facts if facts else ''}"
        return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _RedactingHandler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, redact: Redactor) -> None:
        super().__init__(stream)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in record.__dict__.items() if name not in _STANDARD}


def set_up(*, style: str, level: str, secrets: Iterable[str], stream: TextIO | None = None) -> None:
    """Give the root logger one handler.  httpx and friends are held at WARNING: at INFO they print whole addresses."""
    handler = _RedactingHandler(stream or sys.stderr, Redactor(secrets))
    handler.setFormatter(_Json() if style == "json" else _Text())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "aiohttp.access", "asyncio", "trafilatura", "htmldate", "aiosqlite", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
