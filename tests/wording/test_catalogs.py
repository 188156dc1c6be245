"""Catalogs: what a translator wrote can be said, counted and sent, in every language alike."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from gettext import c2py
from html.parser import HTMLParser
from importlib import import_module
from types import ModuleType

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.wording import direction, extraction, known, pofile, spoken, words_for
from bot.wording.catalogs import path_of
from tests.posts import telegram_parser

pytestmark = pytest.mark.xdist_group("catalogs")  # the texts are read once
TRANSLATED = [tag for tag in spoken() if tag != "en"]
LANGUAGES = {"en", "hi", "ur", "bn", "ar", "fa", "es", "fr", "de", "ru", "pt-BR", "id", "tr", "zh-Hans"}
COMMAND = re.compile(r"(?<![\w/<.:])/[a-z_]{2,32}\b")
FIELD = re.compile(r"\{(\w+)\}")


@cache
def english_texts() -> tuple[tuple[str, ...], ...]:
    return tuple(texts for texts, _ in extraction.marked_texts())


@cache
def template() -> Catalog:
    return extraction.template()


@cache
def catalog_of(tag: str) -> pofile.Catalog:
    return pofile.read(path_of(tag).read_text(encoding="utf8"))


def pairs_of(tag: str) -> list[tuple[str, str]]:
    """Every English text with what is said for it; of a text with a number each form."""
    catalog = catalog_of(tag)
    forms = [(texts[1], said) for texts, all_forms in catalog.plurals.items() for said in all_forms]
    return [*catalog.texts.items(), *forms]


def test_the_languages_that_were_promised_are_spoken() -> None:
    assert set(spoken()) == LANGUAGES
    assert spoken()[0] == "en"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_our_reader_and_babels_find_the_same(tag: str) -> None:
    with path_of(tag).open("rb") as file:
        theirs = read_po(file, locale=tag.replace("-", "_"))
    ours = catalog_of(tag)
    done = [message for message in theirs if message.id and extraction.is_translated(message)]
    assert ours.texts == {m.id: m.string for m in done if isinstance(m.id, str)}
    assert ours.plurals == {tuple(m.id): tuple(m.string) for m in done if not isinstance(m.id, str)}
    assert ours.plural_rule == theirs.plural_expr


@pytest.mark.parametrize("tag", TRANSLATED)
def test_numbers_fall_into_the_classes_of_cldr(tag: str) -> None:
    rule, cldr = c2py(catalog_of(tag).plural_rule), Locale.parse(tag.replace("-", "_")).plural_form
    classes = {(rule(n), cldr(n)) for n in (*range(1000), 1_000_003, 12_345)}
    assert len(classes) == len({ours for ours, _ in classes}) == len({theirs for _, theirs in classes})
    forms = {len(said) for said in catalog_of(tag).plurals.values()}
    assert forms == {len(classes)}


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_translation_keeps_fields_commands_tags_and_edges(tag: str) -> None:
    strays = [f"{english!r}: {said!r}" for english, said in pairs_of(tag) if not _alike(english, said)]
    assert strays == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_every_text_is_translated(tag: str) -> None:
    """A text that was added or changed: run `python -m bot.wording`, then translate what is empty."""
    catalog = catalog_of(tag)
    said = {(english,) for english in catalog.texts} | set(catalog.plurals)
    assert [texts for texts in english_texts() if texts not in said] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_the_catalog_is_as_extraction_writes_it(tag: str) -> None:
    """So that a change of texts shows as a change of those texts only: run `python -m bot.wording`."""
    catalog = extraction.updated(tag, template(), path_of(tag))
    assert path_of(tag).read_bytes() == extraction.written(catalog)


def test_unreviewed_languages_say_so() -> None:
    unreviewed = {tag for tag in TRANSLATED if "needs native review" in path_of(tag).read_text(encoding="utf8")}
    assert unreviewed == {"hi", "ur", "bn"}


def test_unknown_languages_speak_english_and_regions_their_language() -> None:
    asked = {"xx": "en", None: "en", "": "en", "pt": "pt-BR", "pt-pt": "pt-BR", "zh-CN": "zh-Hans", "fr_CA": "fr"}
    assert {tag: known(tag) for tag in asked} == asked


def _alike(english: str, said: str) -> bool:
    same_fields = set(FIELD.findall(english)) - {"count"} == set(FIELD.findall(said)) - {"count"}
    edges = [(text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]) for text in (english, said)]
    return (
        same_fields
        and (english != "{count}" or "{count}" in said)
        and Counter(COMMAND.findall(english)) == Counter(COMMAND.findall(said))
        and _tags(english) == _tags(said) is not None
        and edges[0] == edges[1]
        and english.count("\n") == said.count("\n")
        and not {direction.FSI, direction.PDI, direction.RLM} & set(said)
    )


def _tags(html: str) -> Counter[str] | None:
    """How often each tag stands in a text; None when one is not closed where it should be."""
    reader = _Tags()
    reader.feed(html)
    return None if reader.opened or reader.wrong else reader.seen


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: Counter[str] = Counter()
        self.wrong = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.seen[f"{tag} {attrs}"] += 1

    def handle_endtag(self, tag: str) -> None:
        self.wrong = self.wrong or not self.opened or self.opened.pop() != tag


@pytest.mark.parametrize("tag", spoken())
def test_telegram_reads_every_text(tag: str) -> None:
    said = words_for(tag)
    english = [text for texts in english_texts() for text in texts]
    ours = [*said.texts.values(), *(form for forms in said.plurals.values() for form in forms)]
    for html in ours or english:
        parsed = telegram_parser.parse(html)
        assert len(parsed.text.encode("utf-16-le")) // 2 <= 1600, "with values it must still fit a message"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_labels_and_alerts_are_about_as_long_as_in_english(tag: str) -> None:
    """A label that is cut says nothing; an alert holds 200 characters."""
    long = []
    for module in words_modules():
        for name, english in vars(module).items():
            for text in texts_of(english) if name.startswith("BUTTON_") else ():
                forms = said_for(tag, english, text)
                most = max(24, min(40, round(1.8 * len(text))))
                long += [(name, form) for form in forms if len(FIELD.sub("{}", form)) > most]
    assert long == []


@pytest.mark.parametrize("tag", spoken())
def test_what_answers_a_press_fits_an_alert(tag: str) -> None:
    said = words_for(tag)
    texts = [english for english in answers_to_presses() if isinstance(english, str)]
    assert len(texts) > 20
    assert [english for english in texts if len(FIELD.sub("1234567890", said.say(english))) > 200] == []


@cache
def answers_to_presses() -> tuple[object, ...]:
    """The constants that stand in a call of `answer(…)`."""
    known = {name: value for module in words_modules() for name, value in vars(module).items() if name.isupper()}
    names = {
        inner.attr
        for path in (extraction.ROOT / "bot" / "chat").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf8")))
        if isinstance(call, ast.Call) and (getattr(call.func, "attr", None) or getattr(call.func, "id", "")) == "answer"
        for inner in ast.walk(call)
        if isinstance(inner, ast.Attribute)
    }
    return tuple(known[name] for name in sorted(names & known.keys()))


def words_modules() -> list[ModuleType]:
    names = sorted(path.stem for path in (extraction.ROOT / "bot" / "chat" / "words").glob("[a-z]*.py"))
    return [import_module(f"bot.chat.words.{name}") for name in names]


def texts_of(constant: object) -> tuple[str, ...]:
    if isinstance(constant, str):
        return (constant,)
    return tuple(one for one in constant if isinstance(one, str)) if isinstance(constant, tuple) else ()


def said_for(tag: str, constant: object, text: str) -> tuple[str, ...]:
    catalog = catalog_of(tag)
    if isinstance(constant, tuple):
        return catalog.plurals.get(constant, ())
    return (catalog.texts.get(text, text),)


def test_english_counts_too() -> None:
    assert words_for("en").count(("{count} cat", "{count} cats"), 1) == "1 cat"
    assert words_for("en").count(("{count} cat", "{count} cats"), 12_345) == "12,345 cats"
