"""What a backup says about itself: `manifest.json`, the first thing that a restore looks at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

MANIFEST: Final = "manifest.json"
DATABASE: Final = "sharewire.db"
CONFIG: Final = "sharewire.toml"
TEMPLATES: Final = "templates/"
FORMAT: Final = 1
MOST_FILES: Final = 5_000
MOST_TEXT: Final = 8 * 1024 * 1024
"""Bytes of the manifest, of sharewire.toml and of each template: more is none of ours."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ODD: Final = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One file: its name in the backup, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """database   "sqlite": it is inside; "postgresql": it is not
    schema     the database's revision
    tables     rows of each
    """

    program: str
    made_at: datetime
    database: str
    schema: str | None = None
    tables: Mapping[str, int] = field(default_factory=dict)
    files: tuple[Packed, ...] = ()

    def file(self, name: str) -> Packed | None:
        return next((one for one in self.files if one.name == name), None)

    @property
    def templates(self) -> tuple[Packed, ...]:
        return tuple(one for one in self.files if one.name.startswith(TEMPLATES))

    def text(self) -> str:
        values = {**asdict(self), "made_at": self.made_at.isoformat(timespec="seconds")}
        return json.dumps({"format": FORMAT, **values}, ensure_ascii=False, indent=1) + "\n"


def parse(raw: bytes) -> Manifest:
    """Raises ValueError with a sentence."""
    try:
        given = json.loads(raw)
        if given["format"] > FORMAT:
            raise NewerFormatError("Its form is newer than this program.")
        files = tuple(_packed(one) for one in given["files"])
        made = Manifest(
            program=_text(given["program"]),
            made_at=datetime.fromisoformat(given["made_at"]),
            database=_text(given["database"]),
            schema=None if given["schema"] is None else _text(given["schema"]),
            tables={_text(name): _number(count) for name, count in given["tables"].items()},
            files=files,
        )
    except NewerFormatError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        raise ValueError("Its manifest cannot be read.") from None
    if len({one.name.casefold() for one in files}) != len(files) or len(files) > MOST_FILES:
        raise ValueError("Its manifest lists too many files, or one twice.")
    return made


class NewerFormatError(ValueError):
    """Made by a program that came later."""


def is_ours(name: str) -> bool:
    """Whether a backup may hold a file of this name: nothing leads out of the folders that are restored."""
    if name in (DATABASE, CONFIG):
        return True
    parts = name.split("/")
    fine = all(part and part not in (".", "..") and len(part.encode()) < 200 for part in parts)
    return name.startswith(TEMPLATES) and fine and 1 < len(parts) < 12 and not _ODD.search(name)


def below_templates(name: str) -> PurePosixPath:
    return PurePosixPath(name.removeprefix(TEMPLATES))


def _packed(given: Mapping[str, Any]) -> Packed:
    digest = _text(given["sha256"])
    if not _SHA256.fullmatch(digest):
        raise ValueError("not a SHA-256")
    return Packed(name=_text(given["name"]), size=_number(given["size"]), sha256=digest)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError("not a number")
    return value
