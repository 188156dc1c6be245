"""What Telegram marks in a text by itself: names, tags, commands, links, addresses, phone and card numbers.

Mirrors find_entities of td/telegram/MessageEntity.cpp, TDLib 1.8.69; phone numbers are found by the server, whose
rules are not public: here the international form (`+1-212-555-0123`) is taken.
"""

import re
from bisect import bisect_left

from .characters import ASTRAL, is_hashtag_letter, is_letter, is_word
from .entity import BANK_CARD, MEDIA_TIMESTAMP, Entity
from .sorting import sort_entities
from .urls import find_tg_urls, find_urls

_NAME = re.compile(r"[A-Za-z0-9_]*")
_MENTION = re.compile(r"@([A-Za-z0-9_]*)")
_COMMAND = re.compile(r"/([A-Za-z0-9_]*)(@?)([A-Za-z0-9_]*)")
_CASHTAG = re.compile(r"\$(1INCH|[A-Z]*)")
_HASHTAG_CHAT = re.compile(r"@[A-Za-z0-9_]{3,32}")
_CASHTAG_CHAT = re.compile(r"@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_])")
_CARD = re.compile(r"[0-9][0-9 \-]*")
_MANY_DIGITS = re.compile(r"[0-9](?:[ \-]*[0-9]){12}")
_TIMESTAMP = re.compile(r"[0-9:]*[0-9][0-9:]*")
_PHONE = re.compile(r"\+[0-9]+(?:[ \-]?\([0-9]+\))?(?:[ \-]?[0-9]+)*")
_SHORT_NAMES = frozenset({"gif", "vid", "pic"})
_MAX_HASHTAG = 256

Range = tuple[int, int, str]


def find_entities(text: str, *, timestamps: bool = False, phones: bool = True) -> list[Entity]:
    """The automatic entities, sorted, without overlaps; those a bot never sees are among them.

    `timestamps` adds media timestamps, which Telegram finds for users only; `phones` what only the server finds.
    """
    found: list[Range] = []
    if "@" in text:
        found += _mentions(text)
    if "/" in text:
        found += _commands(text)
    if "#" in text:
        found += _hashtags(text)
    if "$" in text:
        found += _cashtags(text)
    if _MANY_DIGITS.search(text):
        found += _bank_cards(text)
    if "://" in text:
        found += [(start, end, "url") for start, end in find_tg_urls(text)]
    if "." in text:
        found += find_urls(text)
    if timestamps:
        found += _timestamps(text)
    if phones and "+" in text:
        found += _phones(text)
    return _disjoint(text, found) if found else []


def _disjoint(text: str, found: list[Range]) -> list[Entity]:
    """Keeps the first and longest of overlapping ranges and counts in UTF-16."""
    entities, last_end = [], 0
    for offset, length, kind, argument in sort_entities(Entity(start, end - start, kind) for start, end, kind in found):
        if offset >= last_end:
            last_end = offset + length
            entities.append(Entity(offset, length, kind, argument))
    if text.isascii():
        return entities
    astral = [match.start() for match in ASTRAL.finditer(text)]
    if not astral:
        return entities
    result = []
    for entity in entities:
        start = entity.offset + bisect_left(astral, entity.offset)
        end = entity.end + bisect_left(astral, entity.end)
        result.append(Entity(start, end - start, entity.kind))
    return result


def _mentions(text: str) -> list[Range]:
    found = []
    for match in _MENTION.finditer(text):
        name = match[1]
        if not 2 <= len(name) <= 32 or (len(name) < 4 and name.lower() not in _SHORT_NAMES):
            continue
        if not _is_word_at(text, match.start() - 1) and not _is_word_at(text, match.end()):
            found.append((match.start(), match.end(), "mention"))
    return found


def _is_word_at(text: str, position: int) -> bool:
    return 0 <= position < len(text) and is_word(text[position])


def _commands(text: str) -> list[Range]:
    found = []
    position = text.find("/")
    while position >= 0:
        match = _COMMAND.match(text, position)
        assert match is not None
        before, end = text[position - 1 : position] if position else "", match.end()
        if before and (before in "/<>" or is_word(before)):
            position = text.find("/", position + 1)
            continue
        command, at, bot = match.groups()
        if not 1 <= len(command) <= 64:
            end = match.end(1)
        elif not at or 3 <= len(bot) <= 32:
            after = text[end : end + 1]
            if not after or not (after in "/<>" or is_word(after)):
                found.append((position, end, "bot_command"))
        position = text.find("/", end)
    return found


def _hashtags(text: str) -> list[Range]:
    found = []
    position = text.find("#")
    while position >= 0:
        end = start = position + 1
        if position == 0 or not is_hashtag_letter(text[position - 1]):
            end = _hashtag_end(text, start)
            visible_end = min(end, start + _MAX_HASHTAG)
            chat = _HASHTAG_CHAT.match(text, end) if visible_end == end > start else None
            has_letter = any(is_letter(char) for char in text[start:visible_end])
            if chat:
                end = visible_end = chat.end()
            if has_letter and text[end : end + 1] != "#":
                found.append((position, visible_end, "hashtag"))
        position = text.find("#", end)
    return found


def _hashtag_end(text: str, start: int) -> int:
    ascii_part = _NAME.match(text, start)
    assert ascii_part is not None
    end = ascii_part.end()
    while end < len(text) and is_hashtag_letter(text[end]):
        end += 1
    return end


def _cashtags(text: str) -> list[Range]:
    found = []
    position = text.find("$")
    while position >= 0:
        match = _CASHTAG.match(text, position)
        assert match is not None
        before = text[position - 1 : position] if position else ""
        if before and (before == "$" or is_hashtag_letter(before)):
            position = text.find("$", position + 1)
            continue
        end = match.end()
        if 1 <= len(match[1]) <= 8:
            chat = _CASHTAG_CHAT.match(text, end)
            end = chat.end() if chat else end
            after = text[end : end + 1]
            if not after or not (after == "$" or is_hashtag_letter(after)):
                found.append((position, end, "cashtag"))
        position = text.find("$", end)
    return found


def _bank_cards(text: str) -> list[Range]:
    found, position = [], 0
    while match := _CARD.search(text, position):
        start, position = match.span()
        before = text[start - 1] if start else " "
        if before in ".,+-_" or is_letter(before):
            continue
        run = match[0]
        # A continuous number ends at the first space behind it.
        head = run.split(" ", 1)[0]
        if 16 <= len(head) <= 19 and head.isdigit() and len(head) < len(run):
            run, position = head, start + len(head)
        digits = run.replace(" ", "").replace("-", "")
        end = start + len(run.rstrip(" -"))
        if not 13 <= len(digits) <= 19 or end - start > 2 * len(digits) - 1:
            continue
        after = text[end : end + 1]
        if after and (after in "-_" or is_letter(after)):
            continue
        if _is_card(digits):
            found.append((start, end, BANK_CARD))
    return found


def _is_card(digits: str) -> bool:
    """The checksum, and the lengths that the known issuers use."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        digit = int(char)
        total += digit if index % 2 == 0 else 2 * digit - 9 * (digit >= 5)
    if total % 10:
        return False
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return size in (13, 16, 18, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720 or 2200 <= four <= 2204:
        return size == 16
    if two in (34, 37):
        return size == 15
    return size >= 16 if two in (62, 81) else True


def _timestamps(text: str) -> list[Range]:
    found = []
    for match in _TIMESTAMP.finditer(text):
        parts = match[0].split(":")
        if not 2 <= len(parts) <= 3 or not all(parts) or _is_word_at(text, match.start() - 1):
            continue
        if _is_word_at(text, match.end()) or len(parts[-1]) != 2 or int(parts[-1]) >= 60:
            continue
        is_short = len(parts) == 2 and len(parts[0]) <= 4
        is_long = len(parts) == 3 and len(parts[0]) <= 2 and len(parts[1]) <= 2 and int(parts[1]) < 60
        if is_short or is_long:
            found.append((match.start(), match.end(), MEDIA_TIMESTAMP))
    return found


def _phones(text: str) -> list[Range]:
    found = []
    for match in _PHONE.finditer(text):
        count = sum(char.isdigit() for char in match[0])
        before = text[match.start() - 1 : match.start()]
        spoilt = (before and (before in "+-/#@=&?.,$" or is_word(before))) or _is_word_at(text, match.end())
        if 7 <= count <= 15 and not spoilt:
            found.append((match.start(), match.end(), "phone_number"))
    return found
