"""Matching: whether an article meets a rule's words, in time linear in the text; nobody's pattern can hang us.

Words and phrases are compared in folded form (case, accents and letter variants made one); "softw*" matches beginnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import language as languages
from bot.model import Article, Json
from bot.posts import hours

KEYS = ("source", "tag", "any", "all", "not", "title", "text", "lang", "tags", "authors", "younger", "older")
SPANS = ("younger", "older")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An article as rules see it: folded words between spaces."""

    head: str
    title: str
    text: str
    tags: frozenset[str]
    authors: str
    language: str
    source: str
    source_tags: frozenset[str]
    age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`missed`: the first condition that failed; `found`: the words that made it match."""

    matches: bool
    found: tuple[str, ...] = ()
    missed: str | None = None


def subject(
    article: Article, *, source: str = "", source_tags: Iterable[str] = (), now: datetime | None = None
) -> Subject:
    """`now` gives the article its age; without it, it is as new as can be."""
    when = article.published or article.found_at
    head = " ".join(filter(None, (article.title, article.standfirst, *article.summary, *article.tags)))
    return Subject(
        head=_line(head),
        title=_line(article.title or ""),
        text=_line(f"{head} {article.text or ''}"),
        tags=frozenset(_line(tag) for tag in article.tags),
        authors=_line(" | ".join(article.authors)),
        language=languages.primary(article.language) or "",
        source=source,
        source_tags=frozenset(_line(tag) for tag in source_tags),
        age=now - when if now is not None and when is not None else timedelta(0),
    )


def match(conditions: Mapping[str, Json], about: Subject) -> Match:
    """Every condition given has to hold; `any` and the lists of names hold when one of theirs does."""
    found: list[str] = []
    for key, wanted in conditions.items():
        if key in SPANS:
            if not _is_of_age(key, wanted, about.age):
                return Match(matches=False, missed=key)
            continue
        hits = _hits(key, _list(wanted), about)
        if hits is None:
            return Match(matches=False, missed=key)
        found.extend(hits)
    return Match(matches=True, found=tuple(found))


def _hits(key: str, wanted: list[str], about: Subject) -> list[str] | None:
    """The words of a condition that were found, or None when it does not hold."""
    hits: list[str]
    match key:
        case "source":
            hits = [name for name in wanted if name == about.source]
        case "tag":
            hits = [tag for tag in wanted if _line(tag) in about.source_tags]
        case "lang":
            hits = [tag for tag in wanted if languages.primary(tag) == about.language]
        case "tags":
            hits = [tag for tag in wanted if _line(tag) in about.tags]
        case "all":
            hits = [word for word in wanted if _contains(about.head, word)]
            return hits if len(hits) == len(wanted) else None
        case "not":
            return None if any(_contains(about.head, word) for word in wanted) else []
        case "any" | "title" | "text" | "authors":
            within = about.head if key == "any" else str(getattr(about, key))
            hits = [word for word in wanted if _contains(within, word)]
        case _:
            return None  # an unknown condition must not let everything through
    return hits or None


def _is_of_age(key: str, wanted: Json, age: timedelta) -> bool:
    """younger, older = "2h"; what is no span of time holds for nothing."""
    most = hours.duration(wanted[0] if isinstance(wanted, list | tuple) and wanted else wanted)
    return most is not None and (age < most if key == "younger" else age >= most)


def contains(text: str, word: str) -> bool:
    """Whether a text holds a word or phrase, whole words only."""
    return _contains(_line(text), word)


def _contains(line: str, word: str) -> bool:
    beginning = word.rstrip().endswith("*")
    phrase = _line(word)
    if not phrase.strip():
        return False
    return (phrase.rstrip() if beginning else phrase) in line


def _line(text: str) -> str:
    return f" {' '.join(languages.words(text))} "


def _list(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list | tuple) else []
