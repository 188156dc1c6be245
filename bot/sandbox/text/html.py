"""Telegram's HTML: tags become entities, and every violation has Telegram's own words.

Mirrors parse_html of td/telegram/MessageEntity.cpp, TDLib 1.8.69. Offsets in errors are bytes of the UTF-8 input.
"""

import re
from typing import NamedTuple, NoReturn

from .characters import ASTRAL, byte_offset, lower_ascii, utf16_length
from .entity import PRE_CODE, DateTime, Entity, TextError
from .links import checked_or_empty, custom_emoji_id, date_time_format, lax_int32, link_user_id
from .sorting import sort_entities

_SPECIAL = re.compile("[<&]")
# Nearly all tags look like these; all others take the long way.
_SIMPLE_START = re.compile(
    r"<(?:(b|i|u|s|strong|em|ins|strike|del|tg-spoiler|code|pre|blockquote)|a href=\"([^\"&\0]*)\")>"
)
_SIMPLE_END = re.compile(r"</([a-z\-]+)>")
_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
_SKIPPED = re.compile(r"[ \t\r\n\v]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\0\v=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_REFERENCE = re.compile(r"&(?:#[xX]([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
}
_TAGS = frozenset({*_KINDS, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"})


class _Open(NamedTuple):
    tag: str
    argument: str
    extra: str  # the format of a tg-time
    offset: int  # UTF-16
    first_part: int  # index of the first part of the text that stands inside


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The text without its tags, and its entities. Raises TextError ("can't parse entities: …")."""
    return _Parser(text).parse()


class _Parser:
    __slots__ = ("_entities", "_has_astral", "_length", "_opened", "_parts", "_source", "_surrogate")

    def __init__(self, text: str) -> None:
        # TDLib reads C strings: the terminator stops every loop that looks ahead.
        self._source = text + "\0"
        self._has_astral = not text.isascii() and ASTRAL.search(text) is not None
        self._parts: list[str] = []
        self._length = 0
        self._opened: list[_Open] = []
        self._entities: list[Entity] = []
        self._surrogate = False

    def parse(self) -> tuple[str, list[Entity]]:
        source, position, end = self._source, 0, len(self._source) - 1
        while match := _SPECIAL.search(source, position):
            start = match.start()
            self._write(source[position:start])
            if match[0] == "&":
                position = self._reference(start)
            elif source[start + 1] == "/":
                position = self._end_tag(start)
            else:
                position = self._start_tag(start)
        self._write(source[position:end])
        if self._opened:
            _fail(f'Can\'t find end tag corresponding to start tag "{self._opened[-1].tag}"')
        entities = [entity._replace(argument=None) if entity.kind == "code" else entity for entity in self._entities]
        if self._surrogate:
            _fail(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return "".join(self._parts), sort_entities(entities)

    def _write(self, part: str) -> None:
        if part:
            self._parts.append(part)
            self._length += utf16_length(part) if self._has_astral else len(part)

    def _fail_at(self, reason: str, position: int, after: str = "") -> NoReturn:
        _fail(f"{reason} at byte offset {byte_offset(self._source, position)}{after}")

    def _reference(self, start: int) -> int:
        char, position = _decode_reference(self._source, start)
        self._parts.append(char)
        self._length += 1 + (char > "\uffff")
        self._surrogate = self._surrogate or "\ud800" <= char <= "\udfff"
        return position

    def _start_tag(self, start: int) -> int:
        source = self._source
        simple = _SIMPLE_START.match(source, start)
        if simple is not None:
            tag, link = simple.groups()
            self._opened.append(_Open(tag or "a", link or "", "", self._length, len(self._parts)))
            return simple.end()
        position = _end_of(_NAME, source, start + 1)
        if source[position] == "\0":
            self._fail_at("Unclosed start tag", start)
        tag = lower_ascii(source[start + 1 : position])
        if tag not in _TAGS:
            self._fail_at(f'Unsupported start tag "{tag}"', start)
        argument = extra = ""
        while source[position] != ">":
            position = _end_of(_SKIPPED, source, position)
            if source[position] == ">":
                break
            name, value, position = self._attribute(tag, start, position)
            taken = _take(tag, name, value)
            if taken is not None:
                argument = taken
            elif tag == "tg-time" and name == "format" and value is not None:
                extra = value
        if tag == "span" and argument != "spoiler":
            self._fail_at('Tag "span" must have class "tg-spoiler"', start)
        self._opened.append(_Open(tag, argument, extra, self._length, len(self._parts)))
        return position + 1

    def _attribute(self, tag: str, start: int, position: int) -> tuple[str, str | None, int]:
        """Name, value (None without one) and the position behind."""
        source = self._source
        name_end = _end_of(_ATTRIBUTE, source, position)
        name = source[position:name_end]
        if not name:
            self._fail_at(f'Empty attribute name in the tag "{tag}"', start)
        position = _end_of(_SKIPPED, source, name_end)
        if source[position] == "\0":
            self._fail_at(f'Unclosed start tag "{tag}"', start)
        if source[position] != "=":
            return name, None, position
        position = _end_of(_SKIPPED, source, position + 1)
        if source[position] == "\0":
            self._fail_at(f'Unclosed start tag "{tag}"', start)
        if source[position] in "'\"":
            value, position = _quoted(source, position)
        else:
            token = position
            position = _end_of(_TOKEN, source, token)
            value = source[token:position].lower()
            if source[position] not in " \t\r\n\0\v>":
                self._fail_at("Unexpected end of name token", token)
        if source[position] == "\0":
            self._fail_at("Unclosed start tag", start)
        return name, value, position

    def _end_tag(self, start: int) -> int:
        source = self._source
        if not self._opened:
            self._fail_at("Unexpected end tag", start)
        simple = _SIMPLE_END.match(source, start)
        if simple is not None and simple[1] == self._opened[-1].tag:
            self._close(self._opened.pop())
            return simple.end()
        name_end = _end_of(_NAME, source, start + 1)
        name = lower_ascii(source[start + 2 : name_end])
        position = _end_of(_SKIPPED, source, name_end)
        if source[position] != ">":
            self._fail_at("Unclosed end tag", start)
        opened = self._opened.pop()
        if name and name != opened.tag:
            self._fail_at("Unmatched end tag", start, f', expected "</{opened.tag}>", found "</{name}>"')
        self._close(opened)
        return position + 1

    def _close(self, opened: _Open) -> None:
        tag, offset, length = opened.tag, opened.offset, self._length - opened.offset
        if length == 0:
            return
        if tag in _KINDS:
            self._entities.append(Entity(offset, length, _KINDS[tag]))
        elif tag == "a":
            link = opened.argument or "".join(self._parts[opened.first_part :])
            self._add_optional(link_entity(offset, length, link))
        elif tag == "tg-emoji":
            emoji_id = custom_emoji_id(opened.argument)
            if not emoji_id:
                _fail("Invalid custom emoji identifier specified")
            self._entities.append(Entity(offset, length, "custom_emoji", emoji_id))
        elif tag == "tg-time":
            self._add_optional(_date_entity(offset, length, opened))
        elif tag == "blockquote":
            kind = "expandable_blockquote" if opened.argument else "blockquote"
            self._entities.append(Entity(offset, length, kind))
        else:
            self._close_code(opened, length)

    def _add_optional(self, entity: Entity | None) -> None:
        if entity is not None:
            self._entities.append(entity)

    def _close_code(self, opened: _Open, length: int) -> None:
        """`pre` right around `code` with a language, or the other way round, is one entity."""
        last = self._entities[-1] if self._entities else None
        other = "code" if opened.tag == "pre" else "pre"
        if last is not None and last[:3] == (opened.offset, length, other):
            language = last.argument if other == "code" else opened.argument
            if language:
                self._entities[-1] = Entity(opened.offset, length, PRE_CODE, language)
                return
        language = opened.argument if opened.tag == "code" else None
        self._entities.append(Entity(opened.offset, length, opened.tag, language))


def link_entity(offset: int, length: int, url: str) -> Entity | None:
    """The mention or link that a URL in markup makes; None when the link is not acceptable."""
    user_id = link_user_id(url)
    if user_id:
        return Entity(offset, length, "text_mention", user_id)
    url = checked_or_empty(url)
    return Entity(offset, length, "text_link", url) if url else None


def _date_entity(offset: int, length: int, opened: _Open) -> Entity | None:
    date_format = date_time_format(opened.extra)
    if date_format is None:
        _fail("Invalid date format used")
    unix_time = lax_int32(opened.argument)
    return Entity(offset, length, "date_time", DateTime(unix_time, date_format)) if unix_time > 0 else None


def _take(tag: str, name: str, value: str | None) -> str | None:
    """What an attribute tells about its tag, or None when it tells nothing."""
    if tag == "blockquote":
        return "1" if name == "expandable" else None
    if value is None:
        return None
    if name == "class":
        prefix = {"code": "language-", "span": "tg-"}.get(tag)
        return value[len(prefix) :] if prefix and value.startswith(prefix) else None
    wanted = {"a": "href", "tg-emoji": "emoji-id", "tg-time": "unix"}.get(tag)
    return value if name == wanted else None


def _quoted(source: str, position: int) -> tuple[str, int]:
    """A quoted value with its references decoded, and the position behind the closing quote."""
    quote = source[position]
    position += 1
    parts = []
    while source[position] not in (quote, "\0"):
        char, behind = _decode_reference(source, position) if source[position] == "&" else ("", position)
        if not char:
            behind = position + 1
            while source[behind] not in (quote, "\0", "&"):
                behind += 1
            char = source[position:behind]
        parts.append(char)
        position = behind
    if source[position] == quote:
        position += 1
    return "".join(parts), position


def _decode_reference(source: str, start: int) -> tuple[str, int]:
    """The character an `&` stands for and the position behind; the `&` itself when it stands for none."""
    match = _REFERENCE.match(source, start)
    assert match is not None
    hexadecimal, decimal, name = match.groups()
    end = match.end()
    if name is not None:
        char = _NAMED.get(name)
    else:
        code = int(hexadecimal or "0", 16) if hexadecimal is not None else int((decimal or "0")[:12])
        char = chr(code) if 0 < code < 0x10FFFF and end - start < 10 else None
    if char is None:
        return "&", start + 1
    return char, end + 1 if source[end] == ";" else end


def _end_of(pattern: re.Pattern[str], source: str, position: int) -> int:
    match = pattern.match(source, position)
    assert match is not None
    return match.end()


def _fail(reason: str) -> NoReturn:
    raise TextError(f"can't parse entities: {reason}")
