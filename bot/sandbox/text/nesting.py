"""Entities that overlap are repaired: what may nest, what is dropped, what is split.

Mirrors fix_entities, merge_new_entities and get_input_message_entities of td/telegram/MessageEntity.cpp, TDLib 1.8.69.
"""

from collections.abc import Iterable, Sequence

from .entity import (
    BLOCKQUOTES,
    CONTINUOUS,
    PRES,
    SPLITTABLE,
    SPLITTABLE_INDEX,
    Entity,
)
from .sorting import sort_entities

MAX_USER_ENTITIES = 100
_ENDLESS = 1 << 31


def fix_entities(entities: Iterable[Entity]) -> list[Entity]:
    """The entities, sorted and repaired so that they nest as Telegram allows."""
    ordered = sort_entities(entities)
    if _are_valid(ordered):
        return ordered
    continuous, quotes, splittable = _divide(ordered)
    continuous = _without_intersecting(continuous)
    if quotes:
        quotes = _without_intersecting(quotes)
        continuous = sort_entities(_without_crossing(continuous, quotes) + quotes)
    return _resplit(splittable, continuous)


def merge_new(entities: list[Entity], found: list[Entity]) -> list[Entity]:
    """Adds the automatic entities that overlap no continuous one and cross no quotation. Both are repaired already."""
    if not found:
        return entities
    if not entities:
        return found
    continuous, quotes, splittable = _divide(entities)
    continuous = _merge_continuous(continuous, _without_crossing(found, quotes))
    if quotes:
        continuous = sort_entities(continuous + quotes)
    if not _overlap(splittable, found):
        return sort_entities(continuous + splittable)
    return _resplit(splittable, continuous)


def limit_entities(entities: list[Entity]) -> list[Entity]:
    """Keeps the first 100 of a message, silently: first links, quotations and code, then styles merged again.

    Custom emoji are not counted. Automatic entities are not sent at all: the server finds them itself.
    """
    if len(entities) <= MAX_USER_ENTITIES:
        return entities
    kept, splittable, count = [], [], 0
    for entity in entities:
        if entity.kind in SPLITTABLE_INDEX:
            splittable.append(entity)
        elif entity.kind == "custom_emoji":
            kept.append(entity)
        elif count < MAX_USER_ENTITIES:
            count += 1
            kept.append(entity)
    return fix_entities(kept + _split(splittable, [])[: MAX_USER_ENTITIES - count])


def _overlap(some: list[Entity], others: list[Entity]) -> bool:
    ranges = [(other[0], other[0] + other[1]) for other in others]
    return any(begin < one[0] + one[1] and one[0] < end for one in some for begin, end in ranges)


def _are_valid(entities: Sequence[Entity]) -> bool:
    """Whether sorted entities need no repair."""
    if len(entities) < 2:
        return True
    style_ends = [-1] * len(SPLITTABLE)
    stack: list[Entity] = []
    for entity in entities:
        offset, length, kind, _ = entity
        while stack and offset >= stack[-1][0] + stack[-1][1]:
            stack.pop()
        if stack and not _may_nest(offset + length, kind, stack):
            return False
        index = SPLITTABLE_INDEX.get(kind)
        if index is not None:
            if style_ends[index] >= offset:
                return False
            style_ends[index] = offset + length
        stack.append(entity)
    return True


def _may_nest(end: int, kind: str, parents: list[Entity]) -> bool:
    if end > parents[-1].end or parents[-1].kind in PRES:
        return False
    for parent in parents:
        around = parent.kind
        if around == kind or around in SPLITTABLE_INDEX:
            return False
        if kind in PRES and around not in BLOCKQUOTES:
            return False
        if kind in BLOCKQUOTES and around in BLOCKQUOTES:
            return False
        if (kind in CONTINUOUS or kind in BLOCKQUOTES) and around in CONTINUOUS:
            return False
    return True


def _divide(entities: Iterable[Entity]) -> tuple[list[Entity], list[Entity], list[Entity]]:
    """Continuous entities (code among them), quotations, and styles."""
    continuous, quotes, splittable = [], [], []
    for entity in entities:
        if entity.kind in SPLITTABLE_INDEX:
            splittable.append(entity)
        elif entity.kind in BLOCKQUOTES:
            quotes.append(entity)
        else:
            continuous.append(entity)
    return continuous, quotes, splittable


def _without_intersecting(entities: list[Entity]) -> list[Entity]:
    kept, last_end = [], 0
    for entity in entities:
        if entity.offset >= last_end:
            last_end = entity.end
            kept.append(entity)
    return kept


def _without_crossing(entities: list[Entity], quotes: list[Entity]) -> list[Entity]:
    """Drops the entities that lie neither wholly inside nor wholly outside each quotation."""
    if not quotes:
        return entities
    kept, index = [], 0
    for entity in entities:
        while index < len(quotes) and quotes[index].end <= entity.offset:
            index += 1
        if index < len(quotes):
            quote = quotes[index]
            if quote.end < entity.end or entity.offset < quote.offset < entity.end:
                continue
        kept.append(entity)
    return kept


def _merge_continuous(old: list[Entity], new: list[Entity]) -> list[Entity]:
    """Both, sorted; an old entity displaces every new one that overlaps it."""
    if not old or not new:
        return old or new
    result: list[Entity] = []
    index = 0
    for entity in old:
        while index < len(new) and new[index].end <= entity.offset:
            result.append(new[index])
            index += 1
        result.append(entity)
        while index < len(new) and new[index].offset < entity.end:
            index += 1
    return result + new[index:]


def _resplit(splittable: list[Entity], others: list[Entity]) -> list[Entity]:
    if not splittable:
        return others
    split = _split(splittable, others)
    return sort_entities(others + split) if others else split


def _split(splittable: list[Entity], others: list[Entity]) -> list[Entity]:
    """Styles cut at the borders of each other and of the other entities, and left out inside code."""
    splitter = _Splitter(splittable)
    stack: list[Entity] = []
    for other in others:
        splitter.leave(stack, other.offset)
        stack.append(other)
    splitter.leave(stack, _ENDLESS)
    return sort_entities(splitter.result)


class _Splitter:
    """Walks the text once, with one open range for each style."""

    __slots__ = ("_begins", "_ends", "_next", "_styles", "result")

    def __init__(self, styles: list[Entity]) -> None:
        self._styles = styles
        self._next = 0
        self._begins = [0] * len(SPLITTABLE)
        self._ends = [0] * len(SPLITTABLE)
        self.result: list[Entity] = []

    def leave(self, stack: list[Entity], offset: int) -> None:
        """Goes to the offset, through the ends of the entities around."""
        while stack and offset >= stack[-1].end:
            size = len(self.result)
            self._advance(stack[-1].end)
            if stack.pop().kind in PRES:
                del self.result[size:]
        self._advance(offset)

    def _advance(self, offset: int) -> None:
        while self._next < len(self._styles):
            begin, length, kind, _ = self._styles[self._next]
            if begin >= offset:
                break
            index = SPLITTABLE_INDEX[kind]
            if begin <= self._ends[index] and self._ends[index] != 0:
                self._ends[index] = max(self._ends[index], begin + length)
            else:
                self._flush(begin)
                self._begins[index], self._ends[index] = begin, begin + length
            self._next += 1
        self._flush(offset)

    def _flush(self, offset: int) -> None:
        for index, end in enumerate(self._ends):
            begin = self._begins[index]
            if end == 0 or begin >= offset:
                continue
            if end <= offset:
                self.result.append(Entity(begin, end - begin, SPLITTABLE[index]))
                self._begins[index] = self._ends[index] = 0
            else:
                self.result.append(Entity(begin, offset - begin, SPLITTABLE[index]))
                self._begins[index] = offset
