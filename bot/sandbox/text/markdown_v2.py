"""Telegram's MarkdownV2: nesting, escapes and block quotations.

Mirrors parse_markdown_v2 of td/telegram/MessageEntity.cpp, TDLib 1.8.69.
"""

import re
from typing import NamedTuple, NoReturn

from .characters import byte_offset, utf16_length
from .entity import PRE_CODE, PRES, Argument, Entity, TextError
from .html import link_entity
from .links import link_custom_emoji_id, link_date_time
from .markdown import read_language
from .sorting import sort_entities

_PLAIN = re.compile(r"[^\\_*\[\]()~`>#+\-=|{}.!\n]+")
_PLAIN_CODE = re.compile(r"[^\\`]+")
_ESCAPED = re.compile(r"\\([\x01-\x7e])")

# How TDLib calls its own types in errors.
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    PRE_CODE: "PreCode",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_SIMPLE = {"*": "bold", "~": "strikethrough", "[": "text_link"}
_CLOSING = {
    "bold": "*",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    PRE_CODE: "```",
    "underline": "__",
    "text_link": "]",
    "custom_emoji": "]",
}


class _Open(NamedTuple):
    kind: str
    language: str
    offset: int  # UTF-16
    position: int  # of the mark in the source
    first_part: int  # index of the first part of the text that stands inside


def parse_markdown_v2(text: str) -> tuple[str, list[Entity]]:
    """The text without its marks, and its entities. Raises TextError ("can't parse entities: …")."""
    return _Parser(text).parse()


class _Parser:
    __slots__ = ("_can_quote", "_end", "_entities", "_has_quote", "_length", "_opened", "_parts", "_source")

    def __init__(self, text: str) -> None:
        self._source = text + "\0\0\0"
        self._end = len(text)
        self._parts: list[str] = []
        self._length = 0
        self._opened: list[_Open] = []
        self._entities: list[Entity] = []
        self._has_quote = False
        self._can_quote = True

    def parse(self) -> tuple[str, list[Entity]]:
        source, position = self._source, 0
        while position < self._end:
            plain = (_PLAIN_CODE if self._in_code() else _PLAIN).match(source, position, self._end)
            if plain is not None:
                position = plain.end()
                self._write(plain[0])
            elif escaped := _ESCAPED.match(source, position, self._end):
                position = escaped.end()
                self._write(escaped[1])
                if escaped[1] == "\n":
                    self._can_quote = True
            elif source[position] == "\\":
                position += 1
                self._write("\\")
            elif self._ends_entity(position):
                position = self._close(position)
            else:
                position = self._open(position)
        self._close_last_quote()
        if self._opened:
            self._fail_unclosed(self._opened[-1])
        return "".join(self._parts), sort_entities(self._entities)

    def _in_code(self) -> bool:
        return bool(self._opened) and self._opened[-1].kind in PRES

    def _write(self, part: str) -> None:
        self._parts.append(part)
        self._length += utf16_length(part)
        if part.strip("\r"):
            self._can_quote = False

    def _ends_entity(self, position: int) -> bool:
        if not self._opened:
            return False
        source, kind = self._source, self._opened[-1].kind
        if self._has_quote and source[position] == "\n" and source[position + 1 : position + 2] != ">":
            return True
        if kind == "italic":
            return source[position] == "_" and source[position + 1] != "_"
        return kind != "blockquote" and source.startswith(_CLOSING[kind], position)

    def _open(self, position: int) -> int:
        source, char, language = self._source, self._source[position], ""
        behind, kind = position + 1, _SIMPLE.get(char, "")
        if char == "_":
            kind = "underline" if source[position + 1] == "_" else "italic"
            behind += kind == "underline"
        elif char == "|" and source[position + 1] == "|":
            kind, behind = "spoiler", position + 2
        elif char == "!" and source[position + 1] == "[":
            kind, behind = "custom_emoji", position + 2
        elif char == "`":
            kind = "code"
            if source.startswith("```", position):
                language, behind = read_language(source, position + 3)
                kind = PRE_CODE if language else "pre"
        elif char == "\n":
            self._parts.append("\n")
            self._length += 1
            self._can_quote = True
            return behind
        elif char == ">" and self._can_quote:
            if self._has_quote:
                return behind
            kind, self._has_quote = "blockquote", True
        if not kind:
            _fail(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        self._opened.append(_Open(kind, language, self._length, position, len(self._parts)))
        return behind

    def _close(self, position: int) -> int:
        if self._source[position] == "\n":
            return self._close_quote(position)
        opened = self._opened.pop()
        kind, offset, length = opened.kind, opened.offset, self._length - opened.offset
        behind = position + (1 if kind == "italic" else len(_CLOSING[kind]))
        argument: Argument = opened.language or None
        if kind == "text_link":
            url = "".join(self._parts[opened.first_part :])
            if self._source[behind] == "(":
                url, behind = self._url(behind + 1)
            entity = link_entity(offset, length, url)
        elif kind == "custom_emoji":
            if self._source[behind] != "(":
                _fail("The entity must contain a tg://emoji or tg://time URL")
            url, behind = self._url(behind + 1)
            entity = _emoji_or_date(offset, length, url)
        else:
            entity = Entity(offset, length, kind, argument)
        if entity is not None and length:
            self._entities.append(entity)
        return behind

    def _close_quote(self, position: int) -> int:
        """A line break that no `>` follows ends the quotation; `||` before it makes it expandable."""
        opened, kind = self._opened.pop(), "blockquote"
        if opened.kind != "blockquote":
            follows = opened.position == position - 2 or (
                opened.position == position - 3 and bool(self._parts) and self._parts[-1][-1] == "\r"
            )
            if opened.kind != "spoiler" or not follows:
                self._fail_unclosed(opened)
            opened, kind = self._opened.pop(), "expandable_blockquote"
            if opened.kind != "blockquote":
                self._fail_unclosed(opened)
        self._has_quote = False
        self._parts.append("\n")
        self._can_quote = True
        self._length += 1
        self._entities.append(Entity(opened.offset, self._length - opened.offset, kind))
        return position + 1

    def _close_last_quote(self) -> None:
        if not self._has_quote:
            return
        kind = "blockquote"
        if self._opened[-1].kind == "spoiler" and self._opened[-1].position == self._end - 2:
            self._opened.pop()
            kind = "expandable_blockquote"
        if self._opened[-1].kind == "blockquote":
            opened = self._opened.pop()
            if self._length > opened.offset:
                self._entities.append(Entity(opened.offset, self._length - opened.offset, kind))

    def _url(self, start: int) -> tuple[str, int]:
        """The URL in parentheses and the position behind them."""
        source, position, parts = self._source, start, []
        while position < self._end and source[position] != ")":
            if escaped := _ESCAPED.match(source, position):
                parts.append(escaped[1])
                position += 2
            else:
                parts.append(source[position])
                position += 1
        if source[position] != ")":
            _fail(f"Can't find end of a URL at byte offset {byte_offset(source, start)}")
        return "".join(parts), position + 1

    def _fail_unclosed(self, opened: _Open) -> NoReturn:
        offset = byte_offset(self._source, opened.position)
        _fail(f"Can't find end of {_NAMES[opened.kind]} entity at byte offset {offset}")


def _emoji_or_date(offset: int, length: int, url: str) -> Entity:
    emoji_id = link_custom_emoji_id(url)
    if emoji_id:
        return Entity(offset, length, "custom_emoji", emoji_id)
    date = link_date_time(url)
    if date is None:
        _fail("Invalid tg://emoji or tg://time URL specified")
    return Entity(offset, length, "date_time", date)


def _fail(reason: str) -> NoReturn:
    raise TextError(f"can't parse entities: {reason}")
