"""What people type about a rule, slips and all; and what a button makes of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.chat.editors import conditions, rulechoices
from bot.model import Channel, Rule, Source, SourceKind
from bot.store.rules import mark_of, name_from


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ferry", {"any": ["ferry"]}),
        ("ferry, night bus,, ferry ,", {"any": ["ferry", "night bus"]}),
        ("ferry; -job ad; +harbour", {"any": ["ferry"], "not": ["job ad"], "all": ["harbour"]}),
        ("– ad\nnot spam\n“ferr*”", {"any": ["ferr*"], "not": ["ad", "spam"]}),
        ("عبارة، ميناء", {"any": ["عبارة", "ميناء"]}),
        ("渡轮，港口", {"any": ["渡轮", "港口"]}),
        ("  , - , !!", {}),
        ("notable", {"any": ["notable"]}),
        ("night bus -tram +north-south", {"any": ["night bus"], "not": ["tram"], "all": ["north-south"]}),
    ],
)
def test_words_between_commas(text: str, found: Any) -> None:
    assert conditions.words_typed(text) == found


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("under 2h", ("younger", "2h")),
        ("2 hours", ("younger", "2h")),
        ("Older than 3 days", ("older", "3d")),
        ("> 90min", ("older", "90m")),
        ("over 1 week", ("older", "1w")),
        ("0h", None),
        ("soon", None),
    ],
)
def test_ages(text: str, age: Any) -> None:
    assert conditions.age_typed(text) == age


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("https://t.me/c/123456/45/678", 45),
        ("t.me/harbordesk/45", 45),
        ("45", 45),
        ("0", 0),
        ("https://t.me/harbordesk", None),
        ("the second one", None),
    ],
)
def test_topics(text: str, topic: int | None) -> None:
    assert conditions.topic_typed(text) == topic


CHANNELS = (Channel(id=1, bot_id=1, name="news", address="@news"), Channel(id=2, bot_id=1, name="tech", address="@t"))
OFFER = rulechoices.Offer(
    channels=CHANNELS,
    sources=(Source(id=7, name="harbor", kind=SourceKind.FEED, url="https://harbor.example"),),
    templates=("share", "short"),
    may_all=True,
)
PLAIN = Rule(id=0, name="x", channels=("news",), match={"any": ["tram"], "not": ["ad"]})


@pytest.mark.parametrize(
    ("what", "value", "changed"),
    [
        ("words", "title", {"match": {"title": ["tram"], "not": ["ad"]}}),
        ("words", "none", {"match": {}}),
        ("words", "nowhere", None),
        ("src", "7", {"match": {**PLAIN.match, "source": ["harbor"]}}),
        ("src", "8", None),
        ("lang", "fr", {"match": {**PLAIN.match, "lang": ["fr"]}}),
        ("age", "older-1d", {"match": {**PLAIN.match, "older": "1d"}}),
        ("age", "older-99d", None),
        ("to", "2", {"channels": ("news", "tech")}),
        ("to", "1", {"channels": ()}),
        ("to", "0", {"channels": ()}),
        ("to", "3", None),
        ("does", "drop", {"drop": True}),
        ("how", "silent", {"options": {"silent": True}}),
        ("how", "noask", {"options": {"approve": False}}),
        ("how", "loud", None),
        ("tpl", "short", {"options": {"template": "short"}}),
        ("tpl", "../x", None),
        ("nothing", "1", None),
    ],
)
def test_a_button_changes_one_thing_and_pressed_again_takes_it_back(what: str, value: str, changed: Any) -> None:
    found = rulechoices.chosen(PLAIN, what, value, OFFER)
    assert found == (replace(PLAIN, **changed) if changed is not None else None)
    if found is not None and what in ("src", "lang", "how", "tpl", "to") and value != "0":
        again = rulechoices.chosen(found, what, value, OFFER)
        assert again is not None
        assert mark_of(replace(again, channels=tuple(sorted(again.channels)))) == mark_of(PLAIN)
        assert mark_of(found) != mark_of(PLAIN)


def test_typed_words_stay_where_they_are_looked_for() -> None:
    titled = rulechoices.chosen(PLAIN, "words", "title", OFFER)
    assert titled is not None
    assert rulechoices.typed(titled, "words", "bus, -ad") == replace(PLAIN, match={"title": ["bus"], "not": ["ad"]})
    assert rulechoices.typed(PLAIN, "words", "?") is None
    assert rulechoices.typed(PLAIN, "topic", "t.me/desk/9") == replace(PLAIN, options={"thread": 9})
    assert rulechoices.typed(PLAIN, "name", "To-Night Bus!") == replace(PLAIN, name="night-bus")
    assert rulechoices.typed(PLAIN, "authors", "Ana Díaz, Sam")
    assert rulechoices.typed(PLAIN, "age", "never") is None
    assert rulechoices.name_of(PLAIN) == "tram"
    assert name_from("¡¿?!") == "rule"
