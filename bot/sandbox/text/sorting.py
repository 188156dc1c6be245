"""The order of entities, ties included.

TDLib sorts with std::sort, which keeps no order among equals once there are more than 16: which of two links over the
same characters survives depends on it, so the algorithm of libstdc++ is followed (without its fallback to a heap,
which needs far more entities than a message can have).
"""

from collections.abc import Iterable

from .entity import PRIORITY, Entity

_Key = tuple[int, int, int]
_Item = tuple[_Key, Entity]
_SMALL = 16


def sort_key(entity: Entity) -> _Key:
    """By offset, the longer first, then by the priority of the kind."""
    return entity[0], -entity[1], PRIORITY[entity[2]]


def sort_entities(entities: Iterable[Entity]) -> list[Entity]:
    """The entities in TDLib's order."""
    ordered = list(entities)
    if len(ordered) <= _SMALL:
        if len(ordered) > 1:
            ordered.sort(key=sort_key)
        return ordered
    keys = [sort_key(entity) for entity in ordered]
    if len(set(keys)) == len(keys) or keys == sorted(keys):
        ordered.sort(key=sort_key)
        return ordered
    items = list(zip(keys, ordered, strict=True))
    _partition_all(items, 0, len(items))
    # What is left unordered lies within short stretches; insertion keeps their order among equals.
    return [entity for _, entity in sorted(items, key=lambda item: item[0])]


def _partition_all(items: list[_Item], first: int, last: int) -> None:
    while last - first > _SMALL:
        _median_to_first(items, first, first + 1, first + (last - first) // 2, last - 1)
        cut = _partition(items, first + 1, last, items[first][0])
        _partition_all(items, cut, last)
        last = cut


def _median_to_first(items: list[_Item], first: int, a: int, b: int, c: int) -> None:
    low, middle, high = items[a][0], items[b][0], items[c][0]
    if low < middle:
        chosen = b if middle < high else c if low < high else a
    else:
        chosen = a if low < high else c if middle < high else b
    items[first], items[chosen] = items[chosen], items[first]


def _partition(items: list[_Item], first: int, last: int, pivot: _Key) -> int:
    while True:
        while items[first][0] < pivot:
            first += 1
        last -= 1
        while pivot < items[last][0]:
            last -= 1
        if first >= last:
            return first
        items[first], items[last] = items[last], items[first]
        first += 1
