"""Text copied off a page → the article in it: headline, standfirst, paragraphs, and the titles it points to.

A reader's browser copies everything that stands on the page, so menus and close signs come first, button bars and
adverts between, rights and tags last.  Lines are judged one by one; only what is surely not the article goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from bot.articles.extraction import phrases
from bot.articles.extraction.moments import read_date
from bot.articles.extraction.persons import split_names
from bot.articles.extraction.tree import fold, tidy
from bot.language import words
from bot.model import Extraction, Link

_BYLINE = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|autor(?:a|in)?|auteur|author|written by|reported by|автор|текст|बाय|द्वारा|"
    r"بقلم|تحریر|رپورٹ|文/|記者|작성자|oleh|yazar)\s*[:：]?\s+\S",
    re.I,
)
_STAMP = re.compile(
    r"^(?:(?:first\s+)?(?:published|updated|posted|last\s+(?:updated|modified)|publié|mis à jour|veröffentlicht|"
    r"aktualisiert|stand|publicado|actualizado|atualizado|pubblicato|aggiornato|"
    r"опубликовано|обновлено|प्रकाशित|अपडेटेड|شائع|اپ ڈیٹ|نشر)\b|\d{1,2}\s+\S+\s+\d{4}|\d{4}-\d{2}-\d{2}|"
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+\S+\s+\d{1,2})",
    re.I,
)
_READING_TIME = re.compile(
    r"^\W*\d{1,3}\s*[-–]?\s*(?:min(?:ute)?s?|мин|मिनट|منٹ|دقائق|Min\.?|minuti|minutos|minutes?)(?:\s*\w+){0,3}\W*$",
    re.I,
)
_TRAIL = re.compile(r"^\S[^.!?>›»/]{0,40}(?:\s+[>›»/]\s+\S[^.!?>›»/]{0,40}){1,6}$")
_ENDING = re.compile(r"[.!?…。！？।۔؟]['\"”’»›)\]]*$")
_SENTENCE = re.compile(r"[.!?…।۔؟]['\"”’»›)\]]*\s+(?=\S)|[。！？]")
_DATELINE = re.compile(
    r"^(?:[^\W\d_a-z][\w.'’ \-/]{1,40}(?:,\s?[^—–:]{1,40})?(?:\s?\([^)]{2,30}\))?\s?[—–]|"
    r"[^\W\d_a-z][\w .,'’/\-]{1,50}\([^)]{2,20}\)\s?[—–\-]|.{2,20}\d{1,2}[月日].{0,8}[电電])\s?"
)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_LONGEST = 2_000_000
_MOST_LINES = 40_000


@dataclass(slots=True)
class _Reading:
    title: str = ""
    standfirst: str = ""
    published: datetime | None = None
    authors: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)


def read_pasted(text: str) -> Extraction:
    """The article in a pasted text; every field empty where there is none."""
    reading = _Reading()
    lines = _lines(text)
    lines = _without_menu(lines)
    awaiting_titles = False
    for line in lines:
        awaiting_titles = _take(reading, line, awaiting_titles)
    _settle_standfirst(reading)
    return Extraction(
        title=reading.title or None,
        standfirst=reading.standfirst or None,
        authors=tuple(reading.authors),
        published=reading.published,
        text="\n\n".join(reading.paragraphs) or None,
        related=tuple(Link(title=title) for title in reading.related),
    )


def _lines(text: str) -> list[str]:
    lines = [
        tidy(line)
        for line in text[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").split("\n")
    ]
    if len(lines) > _MOST_LINES:
        lines = lines[:_MOST_LINES]
    return _joined(lines)


def _joined(lines: list[str]) -> list[str]:
    """Paragraphs: where blank lines part them and lines are wrapped at one width, wrapped lines are joined."""
    filled = [line for line in lines if line]
    if not filled:
        return []
    width = max(len(line) for line in filled)
    wrapped = 50 <= width <= 100 and len(filled) > 12 and len(lines) - len(filled) > 3
    if not wrapped:
        return filled
    found: list[str] = []
    previous = ""
    for line in lines:
        if line and previous and len(previous) > width * 0.7 and found and not phrases.is_around(previous):
            found[-1] = f"{found[-1]} {line}"
        elif line:
            found.append(line)
        previous = line
    return found


def _without_menu(lines: list[str]) -> list[str]:
    """Without what stands above the headline: close signs, menus, breadcrumbs, a section's name."""
    start = 0
    while start < len(lines) and _is_chrome(lines[start]):
        start += 1
    head = lines[start : start + 12]
    for offset, line in enumerate(head):
        if _words(line) >= 4 or len(line) >= 30:
            rest = head[:offset]
            return lines[start + offset :] if all(_words(other) <= 2 for other in rest) else lines[start:]
    return lines[start:]


def _is_chrome(line: str) -> bool:
    return (
        phrases.is_around(line)
        or bool(_TRAIL.match(line) and len(line) < 80 and _words(line) <= 10)
        or bool(_READING_TIME.match(line))
    )


def _words(line: str) -> int:
    return len(line.split()) + len(_EAST_ASIAN.findall(line)) // 2


def _take(reading: _Reading, line: str, awaiting_titles: bool) -> bool:
    """Put one line where it belongs; returns whether titles of other articles may follow."""
    title = phrases.cross_link(line)
    if title is not None and reading.title:
        if title and fold(title) != fold(reading.title):
            _add_related(reading, title)
        return not title
    if not reading.paragraphs and reading.title and _take_byline(reading, line):
        return False
    if phrases.is_around(line) or _READING_TIME.match(line):
        return awaiting_titles
    if awaiting_titles and len(line) < 200 and _words(line) >= 3 and not _ENDING.search(line):
        _add_related(reading, line)
        return False
    if not reading.title:
        reading.title = line
    elif not (line == reading.title and not reading.paragraphs):
        reading.paragraphs.append(line)
    return False


def _add_related(reading: _Reading, title: str) -> None:
    if title not in reading.related:
        reading.related.append(title)


def _take_byline(reading: _Reading, line: str) -> bool:
    """A short line between headline and text that names the writer or the time."""
    if (
        len(line) > 140
        or (_ENDING.search(line) and not line.endswith((".", "…")))
        or (len(line) > 90 and _ENDING.search(line))
    ):
        return False
    moment = read_date(line) if _STAMP.match(line) or (_words(line) <= 12 and re.search(r"\d{4}", line)) else None
    if _BYLINE.match(line) and _words(line) <= 14:
        reading.authors += [name for name in split_names(line) if name not in reading.authors]
        reading.published = reading.published or (read_date(line) if re.search(r"\d", line) else None)
        _make_aware(reading)
        return True
    if moment and _words(line) <= 14 and not _reads_as_headline(line, moment):
        reading.published = reading.published or moment
        _make_aware(reading)
        return True
    return False


def _reads_as_headline(line: str, moment: datetime) -> bool:
    """A standfirst may name a date; a stamp is little else than one."""
    letters = sum(1 for letter in line if letter.isalpha())
    return not _STAMP.match(line) and letters > 30


def _make_aware(reading: _Reading) -> None:
    from datetime import UTC

    if reading.published and reading.published.tzinfo is None:
        reading.published = reading.published.replace(tzinfo=UTC)


def _settle_standfirst(reading: _Reading) -> None:
    """The paragraph under the headline is the standfirst where it is short.

    It leaves the body where it reads like a standfirst (`_stands_apart`).  Where that cannot be told from the text
    alone, it serves as standfirst and opens the body as well, so that nothing is lost of a story that begins there.
    """
    if len(reading.paragraphs) < 2:
        return
    opening, following = reading.paragraphs[:2]
    if not 25 <= _size(opening) <= _LONGEST_STANDFIRST or opening.endswith(":"):
        return
    reading.standfirst = opening
    if _stands_apart(opening, following):
        reading.paragraphs.pop(0)


_LONGEST_STANDFIRST = 360
_RETOLD = 0.3  # share of an opening's longer words that the next paragraph tells again, if the opening is a teaser


def _stands_apart(opening: str, following: str) -> bool:
    """Whether an opening is surely a standfirst: no story begins with a line without an end, with several short
    sentences, with what the next paragraph tells again, before a dateline, or with one sentence before far more."""
    if _DATELINE.match(opening):
        return False
    size, next_size = _size(opening), _size(following)
    if not _ENDING.search(opening):
        return next_size >= 20
    if _DATELINE.match(following):
        return True
    sentences = len(_SENTENCE.findall(opening)) + 1
    if sentences >= 2:
        return size <= 260
    if size <= 160 and next_size >= 1.8 * size:
        return True
    told = {word for word in words(opening) if len(word) > 3}
    return len(told) >= 5 and size <= 240 and len(told & set(words(following))) >= _RETOLD * len(told)


def _size(line: str) -> int:
    """Characters, where an ideograph counts as much as a short word."""
    return len(line) + 2 * len(_EAST_ASIAN.findall(line))
