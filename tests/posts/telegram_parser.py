"""Telegram's own parser (TDLib as the package tdjson), offline: the oracle of these tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tdjson import td_execute

td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def ask(kind: str, **parameters: Any) -> dict[str, Any]:
    answer = td_execute(json.dumps({"@type": kind, **parameters}).encode())
    result: dict[str, Any] = json.loads(answer)
    return result


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: tuple[tuple[str, int, int, str], ...]  # kind, offset, length in UTF-16 units, address

    @property
    def links(self) -> list[str]:
        return [address for kind, _, _, address in self.entities if kind == "TextUrl"]


def parse(html: str) -> Parsed:
    """Raises AssertionError with Telegram's words when the HTML does not parse."""
    answer = ask("parseTextEntities", text=html, parse_mode={"@type": "textParseModeHTML"})
    assert answer["@type"] == "formattedText", (answer, html)
    return Parsed(answer["text"], tuple(map(_entity, answer["entities"])))


def automatic(text: str) -> list[tuple[str, str]]:
    """What Telegram makes of plain text by itself: kind and the marked words."""
    found = ask("getTextEntities", text=text)["entities"]
    units = text.encode("utf-16-le")
    return [
        (
            entity["type"]["@type"].removeprefix("textEntityType"),
            units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le"),
        )
        for entity in found
    ]


def fixed(html: str) -> Parsed:
    """After TDLib's fix_entities as well (through parseMarkdown); for texts without Markdown's characters."""
    answer = ask("parseTextEntities", text=html, parse_mode={"@type": "textParseModeHTML"})
    answer = ask("parseMarkdown", text=answer)
    assert answer["@type"] == "formattedText", answer
    return Parsed(answer["text"], tuple(map(_entity, answer["entities"])))


def _entity(entity: dict[str, Any]) -> tuple[str, int, int, str]:
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    return kind, entity["offset"], entity["length"], entity["type"].get("url", "")
