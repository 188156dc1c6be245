"""Telegram's first Markdown: no nesting, no escapes inside entities.

Mirrors parse_markdown of td/telegram/MessageEntity.cpp, TDLib 1.8.69.
"""

import re

from .characters import byte_offset, utf16_length
from .entity import PRE_CODE, Entity, TextError
from .html import link_entity

_SPECIAL = re.compile(r"\\[_*`\[]|[_*`\[]")
_LANGUAGE = re.compile(r"[^ \t\r\n\0\v`]*")
_KINDS = {"_": "italic", "*": "bold", "`": "code"}


def parse_markdown(text: str) -> tuple[str, list[Entity]]:
    """The text without its marks, and its entities. Raises TextError ("can't parse entities: …")."""
    source, parts, entities = text + "\0\0\0", [], []
    position = offset = removed = 0
    while match := _SPECIAL.search(source, position):
        plain = source[position : match.start()]
        mark, position = match[0], match.end()
        if len(mark) == 2:
            plain += mark[1]
        parts.append(plain)
        offset += utf16_length(plain)
        if len(mark) == 2:
            removed += 1
            continue
        inside, entity, position = _entity(source, match.start(), offset, removed)
        removed += len(source[match.start() : position].encode()) - len(inside.encode())
        parts.append(inside)
        offset += utf16_length(inside)
        if entity is not None:
            entities.append(entity)
    parts.append(source[position:-3])
    return "".join(parts), entities


def _entity(source: str, start: int, offset: int, removed: int) -> tuple[str, Entity | None, int]:
    """The text inside, its entity if any, and the position behind.

    `offset` is the place in UTF-16, `removed` how many bytes of the source before it are not in the text.
    """
    mark, language = source[start], ""
    is_pre = source.startswith("```", start)
    position = start + 1
    if is_pre:
        language, position = read_language(source, start + 3)
    closing = "```" if is_pre else "]" if mark == "[" else mark
    end = source.find(closing, position, len(source) - 3)
    if end < 0:
        raise TextError(
            f"can't parse entities: Can't find end of the entity starting at byte offset {byte_offset(source, start)}"
        )
    inside, behind = source[position:end], end + len(closing)
    length = utf16_length(inside)
    if not length:
        return inside, None, behind
    if mark == "[":
        if source[behind] == "(":
            close = source.find(")", behind + 1, len(source) - 3)
            close = close if close >= 0 else len(source) - 3
            url = source[behind + 1 : close]
            behind = min(close + 1, len(source) - 3)
        else:
            url = _overwritten(inside, removed)
        return inside, link_entity(offset, length, url), behind
    if not is_pre:
        return inside, Entity(offset, length, _KINDS[mark]), behind
    return inside, Entity(offset, length, PRE_CODE, language) if language else Entity(offset, length, "pre"), behind


def _overwritten(inside: str, removed: int) -> str:
    """What TDLib takes for the URL of a link without one.

    It shortens the text in place and so reads back bytes that it has moved by the marks removed until here.
    """
    data = inside.encode()
    return (data[removed + 1 :] + data[max(len(data) - removed - 1, 0) :]).decode("utf-8", "surrogateescape")


def read_language(source: str, position: int) -> tuple[str, int]:
    """The language behind three backticks and the position of the code, one line break further.

    The source ends with three NULs, which stand for its end.
    """
    match = _LANGUAGE.match(source, position)
    assert match is not None
    language = ""
    if match.end() != position and match.end() < len(source) - 3 and source[match.end()] != "`":
        language, position = match[0], match.end()
    if source[position] in "\r\n":
        following = source[position + 1]
        position += 2 if following in "\r\n" and following != source[position] else 1
    return language, position
