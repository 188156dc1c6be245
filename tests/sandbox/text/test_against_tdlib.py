"""Generated inputs go through TDLib and through the sandbox, and nothing may differ: text, entities, error.

A run takes about 13,000 inputs. `TEXT_SEEDS=30000 pytest tests/sandbox/text/test_against_tdlib.py -o timeout=0` takes
150,000.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.text.characters import categories
from bot.sandbox.text.cleaning import clean_all
from bot.sandbox.text.detection import find_entities
from bot.sandbox.text.entity import BLOCKQUOTES, PRE_CODE, SPLITTABLE, DateTime, Entity, TextError
from bot.sandbox.text.given import checked
from bot.sandbox.text.html import parse_html
from bot.sandbox.text.markdown import parse_markdown
from bot.sandbox.text.markdown_v2 import parse_markdown_v2
from bot.sandbox.text.nesting import merge_new
from bot.sandbox.text.tlds import is_common_tld

pytest.importorskip("tdjson", reason="the oracle is the wheel tdjson")
from tests.sandbox.text import oracle
from tests.sandbox.text.generator import Generator

SEEDS = int(os.environ.get("TEXT_SEEDS", "2600"))
KINDS = (*SPLITTABLE, *BLOCKQUOTES, "code", "pre", PRE_CODE, "text_link", "text_mention", "custom_emoji", "date_time")
PARSERS: dict[str, Callable[[str], tuple[str, list[Entity]]]] = {
    "HTML": parse_html,
    "MarkdownV2": parse_markdown_v2,
    "Markdown": parse_markdown,
}


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except TextError as refusal:
        return refusal.description


def written(seed: int, mode: str) -> str:
    generator = Generator(seed)
    return {"HTML": generator.html, "MarkdownV2": generator.markdown_v2, "Markdown": generator.markdown}[mode]()


def has_broken_argument(result: Any) -> bool:
    """Half a surrogate pair inside a link or language: TDLib's JSON cannot even tell us about it."""
    arguments = [] if isinstance(result, str) else [entity.argument for entity in result[1]]
    return any("\ud800" <= char <= "\udfff" for text in arguments if isinstance(text, str) for char in text)


def repair(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text, entities = clean_all(text, checked(entities))
    return oracle.disguised(text), entities


@pytest.mark.parametrize("mode", PARSERS)
def test_a_parse_mode_yields_what_tdlib_yields(mode: str) -> None:
    accepted = 0
    for seed in range(SEEDS):
        text = written(seed, mode)
        result = outcome(PARSERS[mode], text)
        if has_broken_argument(result):
            continue
        expected = oracle.parsed(text, mode)
        assert result == expected, f"seed {seed}: {text!r}"
        if not isinstance(expected, str):
            accepted += 1
            assert outcome(repair, *expected) == oracle.repaired(*expected), f"seed {seed}: {expected!r}"
    assert SEEDS * 0.3 < accepted < SEEDS * 0.95, "the inputs are not worth much when most are refused, or none"


def given_entities(generator: Generator, text: str) -> list[Entity]:
    size = len(text.encode("utf-16-le")) // 2
    entities = []
    for _ in range(generator.integer(1, 7)):
        kind = generator.pick(*KINDS)
        offset = generator.integer(0, size)
        length = generator.integer(0, size - offset)
        if generator.integer(0, 40) == 0:
            offset, length = generator.integer(-1, size + 2), generator.integer(-1, size + 2)
        elif generator.integer(0, 100) == 0:
            length = 1_000_001
        links = ("http://a.b", "tg://user?id=7", "t.me/x", "http://a.b/\u2028\u0333 x\t", generator.link())
        arguments = {
            PRE_CODE: ("py", "", "a\tb\u202e"),
            "text_link": links,
            "custom_emoji": ("5", "6"),
        }
        argument: Any = generator.pick(*arguments[kind]) if kind in arguments else None
        if kind == "text_mention":
            argument = generator.integer(-1, 5)
        elif kind == "date_time":
            argument = DateTime(generator.integer(1, 9), generator.pick("", "r", "wDt", "T"))
        entities.append(Entity(offset, length, kind, argument))
    return entities


def test_given_entities_are_repaired_or_refused_as_tdlib_does() -> None:
    for seed in range(SEEDS):
        generator = Generator(seed)
        text = generator.text() or "abc"
        entities = given_entities(generator, text)
        assert outcome(repair, text, entities) == oracle.repaired(text, entities), f"seed {seed}: {text!r} {entities}"


def test_found_entities_are_those_of_tdlib() -> None:
    for seed in range(SEEDS):
        text = Generator(seed).plain()
        result = find_entities(text, timestamps=True, phones=False)
        expected = [entity._replace(argument=None) for entity in oracle.found(text)]
        assert result == expected, f"seed {seed}: {text!r}"


def may_be_added(found: Entity, entities: list[Entity]) -> bool:
    """What merge_new_entities of TDLib says about a found entity among those given."""
    for entity in entities:
        overlaps = found.offset < entity.end and entity.offset < found.end
        inside = entity.offset <= found.offset and found.end <= entity.end
        if overlaps and entity.kind not in SPLITTABLE and not (entity.kind in BLOCKQUOTES and inside):
            return False
    return True


def test_found_entities_split_the_styles_around_them_as_in_tdlib() -> None:
    merged = 0
    for seed in range(SEEDS):
        generator = Generator(seed)
        text = generator.plain() + generator.text()
        repaired = oracle.repaired(text, given_entities(generator, text))
        if isinstance(repaired, str):
            continue
        text, entities = repaired
        found = find_entities(text, phones=False)
        added = [entity for entity in found if may_be_added(entity, entities)]
        if added:
            merged += 1
            assert (text, merge_new(entities, found)) == oracle.repaired(text, entities + added), f"seed {seed}"
    assert merged > SEEDS / 10


def test_links_are_normalised_or_refused_as_in_tdlib() -> None:
    for seed in range(SEEDS):
        link = Generator(seed).link()
        entities = [Entity(0, 2, "text_link", link)]
        assert outcome(repair, "ab", entities) == oracle.repaired("ab", entities), f"seed {seed}: {link!r}"


def test_every_character_has_the_category_of_tdlib() -> None:
    """At each border between runs and inside them; a new Unicode in TDLib shows in the unassigned blocks."""
    table = categories()
    changes = {index for index in range(1, len(table)) if table[index] != table[index - 1]}
    codes = sorted(code for code in changes | {code - 1 for code in changes} | set(range(33, 0x20000, 37)) if code > 32)
    codes = [code for code in codes if not 0xD800 <= code <= 0xDFFF]
    for start in range(0, len(codes), 500):
        chars = [chr(code) for code in codes[start : start + 500]]
        before = "\n".join(char + "@abcd" for char in chars)  # no mention behind a letter or number
        single = "\n".join("#" + char for char in chars)  # a hashtag needs a letter
        joined = "\n".join(char + "#abcd" for char in chars)  # no hashtag behind a letter or decimal digit
        for text in (before, single, joined):
            assert find_entities(text, phones=False) == oracle.found(text)


def test_the_top_level_domains_are_those_of_tdlib() -> None:
    names = [
        "com",
        "Com",
        "COM",
        "cOm",
        "zz",
        "museum",
        "рф",
        "РФ",
        "Рф",
        "中国",
        "भारत",
        "vermögensberatung",
        "onion",
        "xxx",
    ]
    names += [first + second for first in "abcdefghijklmnopqrstuvwxyz" for second in "abcdefghijklmnopqrstuvwxyz"]
    for name in names:
        assert bool(oracle.found(f"example.{name}")) == is_common_tld(name), name
