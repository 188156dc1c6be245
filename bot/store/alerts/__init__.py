"""Readers' alerts: kept here, and found by the article that they wait for.

`add`, `of_person`, `change`, `remove`, `forget` for people; `matching` for every article that was read.
"""

from bot.store.alerts.about import Texts, wish_of
from bot.store.alerts.keeping import (
    MOST,
    Added,
    add,
    change,
    count,
    forget,
    get,
    mute,
    of_person,
    remove,
)
from bot.store.alerts.matching import Hit, matching

__all__ = [
    "MOST",
    "Added",
    "Hit",
    "Texts",
    "add",
    "change",
    "count",
    "forget",
    "get",
    "matching",
    "mute",
    "of_person",
    "remove",
    "wish_of",
]
