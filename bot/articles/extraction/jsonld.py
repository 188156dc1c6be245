"""JSON-LD: what publishers say of their articles in schema.org's words, read even where the JSON is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

Thing = dict[str, Any]

_MOST_BLOCKS = 60
_LONGEST_BLOCK = 3_000_000  # characters
_MOST_THINGS = 3_000
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_DOUBLED_COMMA = re.compile(r",\s*,")
_OPENED = re.compile(r"\s*(?://)?\s*<!(?:--|\[CDATA\[)")  # a script inside a comment or CDATA, as was once the custom
_CLOSED = re.compile(r"(?://)?\s*(?:-->|\]\]>)\s*$")
_COMMENT = re.compile(r"^\s*//[^\n]*$|/\*[^*]{0,2000}\*/", re.M)

ARTICLE_TYPES = frozenset(
    {
        "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
        "backgroundnewsarticle", "reviewnewsarticle", "askpublicnewsarticle", "liveblogposting", "techarticle",
        "scholarlyarticle", "medicalscholarlyarticle", "satiricalarticle", "advertisercontentarticle", "report",
        "socialmediaposting", "discussionforumposting", "posting", "blog post", "review", "recipe", "howto",
        "creativework", "medicalwebpage", "interview", "podcastepisode", "podcast", "hyperlinkedarticle", "event",
        "videoobject", "imagegallery", "mediagallery", "photograph", "product", "faqpage", "qapage",
    }
)  # fmt: skip
_STRONG = frozenset(name for name in ARTICLE_TYPES if name.endswith(("article", "posting", "report", "interview")))


def load(blocks: list[str]) -> list[Thing]:
    """Every object found in the blocks, outer ones first, those inside `@graph`, lists and properties after."""
    things: list[Thing] = []
    for block in blocks[:_MOST_BLOCKS]:
        for value in _values(block):
            for thing in _walk(value):
                things.append(thing)
                if len(things) >= _MOST_THINGS:
                    return things
    return things


def types(thing: Thing) -> set[str]:
    """The lower-case names of an object's types, without the vocabulary's address."""
    found = thing.get("@type") or thing.get("type")
    names = found if isinstance(found, list) else [found]
    return {name.rsplit("/", 1)[-1].lower() for name in names if isinstance(name, str)}


def articles(things: list[Thing]) -> list[Thing]:
    """The objects that describe an article, the likeliest first: a headline and a date of its own speak for it."""
    found = [(_grade(thing), -index, thing) for index, thing in enumerate(things)]
    return [thing for grade, _, thing in sorted(found, key=lambda item: item[:2], reverse=True) if grade > 0]


def strings(value: Any) -> list[str]:
    """The strings of a value that may be a string, an object with a name, url or @value, or a list of these."""
    return list(_strings(value, 0))


def first(value: Any) -> str:
    return next(iter(_strings(value, 0)), "")


def meant(thing: Thing, things: list[Thing], *told: str) -> Thing:
    """The object of the same `@id` (JSON-LD 1.1, 3.3) that tells one of some properties, where the thing tells none."""
    name = thing.get("@id")
    if not name or any(key in thing for key in told):
        return thing
    return next((other for other in things if other.get("@id") == name and any(key in other for key in told)), thing)


def _strings(value: Any, depth: int) -> Iterator[str]:
    if depth > 4:
        return
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, bool):
        return
    elif isinstance(value, (int, float)):
        yield str(value)
    elif isinstance(value, list):
        for item in value[:200]:
            yield from _strings(item, depth + 1)
    elif isinstance(value, dict):
        for key in ("@value", "name", "url", "@id"):
            if key in value:
                found = list(_strings(value[key], depth + 1))
                if found:
                    yield from found[:1]
                    return


def _grade(thing: Thing) -> int:
    names = types(thing)
    if not names & ARTICLE_TYPES:
        return 0
    grade = 4 if names & _STRONG else 1
    for key, worth in (
        ("headline", 3),
        ("datePublished", 3),
        ("articleBody", 1),
        ("author", 1),
        ("mainEntityOfPage", 1),
    ):
        if thing.get(key):
            grade += worth
    if not thing.get("headline") and not thing.get("name") and not thing.get("datePublished"):
        return 0
    return grade


def _walk(value: Any, depth: int = 0) -> Iterator[Thing]:
    if depth > 12:
        return
    if isinstance(value, list):
        for item in value[:500]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, item in value.items():
            if isinstance(item, (dict, list)) and key not in _ELSEWHERE:
                yield from _walk(item, depth + 1)


# Objects under these properties describe other pages than this one.
_ELSEWHERE = frozenset(
    {"isPartOf", "hasPart", "relatedLink", "mentions", "citation", "comment", "isBasedOn", "itemListElement",
     "author", "publisher", "creator", "contributor", "editor", "image", "review", "suggestedAnswer", "about",
     "liveBlogUpdate"}
)  # fmt: skip


def _values(block: str) -> Iterator[Any]:
    if not block.strip() or len(block) > _LONGEST_BLOCK:
        return
    value = _loads(block)
    if value is None:
        value = _loads(_mended(block))
    if value is not None:
        yield value
        return
    yield from _scattered(_mended(block))


_DECODER = json.JSONDecoder(strict=False)


def _loads(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _mended(block: str) -> str:
    text = block.strip()
    if opened := _OPENED.match(text):
        text = _CLOSED.sub("", text[opened.end() :]).strip()
    if "&quot;" in text[:300]:
        text = unescape(text)
    text = _COMMENT.sub("", text)
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    text = _DOUBLED_COMMA.sub(",", text)
    return _TRAILING_COMMA.sub(r"\1", text).rstrip("; \n\t")


def _scattered(text: str) -> Iterator[Any]:
    """Several objects behind one another, or one that is cut or broken: whatever can still be read."""
    at, found, tries = 0, False, 0
    while tries < 40 and (at := text.find("{", at)) != -1:
        tries += 1
        try:
            value, at = _DECODER.raw_decode(text, at)
        except RecursionError:
            return
        except ValueError:
            at += 1
            continue
        found = True
        yield value
    if not found or tries > 1:
        pairs = _pairs(text)
        if pairs.get("headline") or pairs.get("datePublished"):
            yield pairs


_PAIR = re.compile(
    r'"(@type|headline|datePublished|dateModified|description|thumbnailUrl|'
    r'inLanguage)"\s{0,20}:\s{0,20}"((?:[^"\\\n]|\\.){1,2000})"'
)


def _pairs(text: str) -> Thing:
    """The plain string properties of an object whose JSON cannot be read at all."""
    pairs: Thing = {}
    for key, value in _PAIR.findall(text[:200_000]):
        if key not in pairs:
            loaded = _loads(f'"{value}"')
            pairs[key] = loaded if isinstance(loaded, str) else value
    if pairs:
        pairs.setdefault("@type", "Article")
    return pairs
