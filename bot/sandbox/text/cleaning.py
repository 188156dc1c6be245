"""What Telegram does to a text before it looks at it: forbidden characters, empty ends, entities out of bounds.

Mirrors clean_input_string (td/telegram/misc.cpp) and fix_formatted_text (td/telegram/MessageEntity.cpp), TDLib 1.8.69.
"""

import re
from bisect import bisect_left

from .characters import is_empty, narrow, widen
from .entity import Entity, TextError
from .links import MAX_USER_ID
from .nesting import fix_entities
from .sorting import sort_entities

_MAX_OFFSET = 1_000_000

_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_TO_SPACE = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
# All marks of direction in a row but the last become zero-width non-joiners.
_DIRECTIONS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
_DIRTY = re.compile("[\0-\x09\x0b-\x1f\u2028-\u202e\u0333\u033f\u030a\u200e\u200f]")


def clean(text: str) -> str:
    """The text without the characters Telegram never keeps."""
    if not _DIRTY.search(text):
        return text
    text = _TO_SPACE.sub(" ", _REMOVED.sub("", text))
    return _DIRECTIONS.sub(lambda match: "\u200c" * len(match[0]), text)


def clean_all(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """The cleaned text and its entities, repaired and moved along; nothing is trimmed.

    A text of spaces only becomes empty.

    Raises TextError for entities that do not fit the text.
    """
    if not entities:
        text = clean(text)
        return text if text.strip(" \n") else "", []
    for entity in entities:
        if not 0 <= entity.offset <= _MAX_OFFSET:
            raise TextError(f"receive an entity with incorrect offset {entity.offset}", late=True)
        if not 0 <= entity.length <= _MAX_OFFSET:
            raise TextError(f"receive an entity with incorrect length {entity.length}", late=True)
    entities = fix_entities(_without_empty(entities))
    _check_bounds(text, entities)
    if _DIRTY.search(text):
        removed = [match.start() for match in _REMOVED.finditer(widen(text))]
        text = clean(text)
        if removed:
            entities = fix_entities(_without_empty([_moved(entity, removed) for entity in entities]))
    return (text, entities) if text.strip(" \n") else ("", [])


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cuts spaces and line breaks at the end, and those at the start that lie before the first entity.

    Text and entities are cleaned; an entity never keeps a text from being cut at its end.
    """
    stripped = text.rstrip(" \n")
    if len(stripped) != len(text):
        text = stripped
        end = len(widen(text))
        entities = [entity for entity in entities if entity.offset < end]
        if any(entity.end > end for entity in entities):
            cut = (entity._replace(length=min(entity.length, end - entity.offset)) for entity in entities)
            entities = sort_entities(cut)
    limit = entities[0].offset if entities else len(text)
    start = len(text) - len(text.lstrip(" \n"))
    start = min(start, limit)
    if start:
        text = text[start:]
        entities = [entity._replace(offset=entity.offset - start) for entity in entities]
    return text, entities


def finish(text: str, entities: list[Entity], *, allow_empty: bool) -> tuple[str, list[Entity]]:
    """The text and entities that a message keeps: cleaned, repaired, trimmed.

    Raises TextError, among others "text must be non-empty" unless an empty text is allowed.
    """
    text, entities = clean_all(text, entities)
    if not text:
        if allow_empty:
            return "", []
        raise TextError("text must be non-empty", late=True)
    text, entities = trim(text, entities)
    if not allow_empty and is_empty(text):
        raise TextError("text must be non-empty", late=True)
    return text, entities


def _without_empty(entities: list[Entity]) -> list[Entity]:
    return [entity for entity in entities if entity.length > 0 and _has_argument(entity)]


def _has_argument(entity: Entity) -> bool:
    if entity.kind == "text_mention":
        return isinstance(entity.argument, int) and 0 < entity.argument <= MAX_USER_ID
    return entity.kind not in ("text_link", "custom_emoji") or bool(entity.argument)


def _moved(entity: Entity, removed: list[int]) -> Entity:
    offset = entity.offset - bisect_left(removed, entity.offset)
    end = entity.end - bisect_left(removed, entity.end)
    return entity._replace(offset=offset, length=end - offset)


def _check_bounds(text: str, entities: list[Entity]) -> None:
    """Entities must begin and end between characters of the text."""
    if not entities:
        return
    wide = widen(text)
    size = len(wide)
    last = max(entity.end for entity in entities)
    if last <= size and len(wide) == len(text):
        return
    borders = [border for entity in entities for border in (entity.offset, entity.end)]
    if last <= size and not any(_splits_pair(wide, border) for border in borders):
        return
    _fail_bounds(wide, entities)


def _splits_pair(wide: str, position: int) -> bool:
    return (
        0 < position < len(wide)
        and "\udc00" <= wide[position] <= "\udfff"
        and "\ud800" <= wide[position - 1] < "\udc00"
    )


def _fail_bounds(wide: str, entities: list[Entity]) -> None:
    """Walks the text as TDLib does and raises what it meets first."""
    stack: list[Entity] = []
    size, following = len(wide), 0
    for position in range(size + 1):
        if _splits_pair(wide, position):
            continue
        while stack and position >= stack[-1].end:
            entity = stack.pop()
            if position != entity.end:
                raise TextError(
                    f"entity beginning at UTF-16 offset {entity.offset} "
                    f"ends in a middle of a UTF-16 symbol at byte offset {_bytes(wide, position)}",
                    late=True,
                )
        while following < len(entities) and position >= entities[following].offset:
            if position != entities[following].offset:
                raise TextError(
                    f"entity begins in a middle of a UTF-16 symbol at byte offset {_bytes(wide, position)}", late=True
                )
            stack.append(entities[following])
            following += 1
    if following < len(entities):
        raise TextError(
            f"entity begins after the end of the text at UTF-16 offset {entities[following].offset}", late=True
        )
    if stack:
        raise TextError(
            f"entity beginning at UTF-16 offset {stack[-1].offset} "
            f"ends after the end of the text at UTF-16 offset {stack[-1].end}",
            late=True,
        )


def _bytes(wide: str, position: int) -> int:
    return len(narrow(wide[:position]).encode("utf-8", "surrogatepass"))
