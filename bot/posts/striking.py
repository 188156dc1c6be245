"""Striking out: what a message says of one article taken out of it, line by line; the rest stays as it is.  Pure.

Messages about other things may name an article: a digest's line, "Also: A, B", what is known so far on a breaking post,
a reply that names another source, alerts gathered in one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from bot.model import Article, Json, Request
from bot.posts import characters, links, markup, styled
from bot.posts.html_reader import read_html
from bot.posts.styled import Span, Styled

_HEAD: Final = 60  # characters of a headline by which a line is known
_TELLING: Final = 24
"""A shorter headline may stand in a line about something else."""
_ENDS: Final = re.compile(r"[?&#]|$|\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """By what an article is known in other messages: the beginning of its headline, and its addresses."""

    head: str
    addresses: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What to look for in stored messages before reading them."""
        found = (self.head, *(str(characters.escape(one)) for one in self.addresses), *self.addresses)
        return tuple(dict.fromkeys(word for word in found if word))


def marks_of(article: Article) -> Marks:
    given = (article.canonical_url, article.url, article.shortlink)
    plain = dict.fromkeys(one for url in given if url and (one := links.acceptable(url)))
    wrapped = [f"url={quote(one, safe='')}" for one in plain]  # through Instant View
    return Marks(
        head=characters.one_line(article.title or "")[:_HEAD].strip(),
        addresses=tuple(dict.fromkeys([*plain, *wrapped])),
    )


def strike(html: str, marks: Marks, *, by_head: bool = False) -> markup.Markup | None:
    """The message without what it says of the article; None when it says nothing of it.

    by_head   a short headline counts too: in lists of headlines"""
    found = read_html(html)
    cuts = _cuts(found, marks, by_head)
    return markup.measure(styled.tidy(styled.without(found, cuts))) if cuts else None


def strike_request(request: Request, marks: Marks, *, by_head: bool = False) -> Request:
    """The same for a request that was written down."""
    if request.method == "sendMediaGroup":
        first, *rest = request.params.get("media") or [{}]
        return replace(request, params={**request.params, "media": [_struck(first, marks, by_head), *rest]})
    return replace(request, params=_struck(dict(request.params), marks, by_head))


def _struck(params: dict[str, Json], marks: Marks, by_head: bool) -> dict[str, Json]:
    field = "text" if "text" in params else "caption"
    words = params.get(field)
    if not isinstance(words, str):
        return params
    if params.get("parse_mode") == "HTML":
        made = strike(words, marks, by_head=by_head)
        return {**params, field: made.html} if made is not None else params
    found = Styled(words)
    cuts = _cuts(found, marks, by_head)
    return {**params, field: styled.without(found, cuts).text.strip()} if cuts else params


def _cuts(found: Styled, marks: Marks, by_head: bool) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    for start, end in _lines(found.text):
        linked = [span for span in found.spans if span.kind is styled.Kind.LINK and start <= span.start < end]
        ours = [span for span in linked if _leads(span.value, marks)]
        line = found.text[start:end]
        named = bool(marks.head) and marks.head in line and (by_head or len(marks.head) >= _TELLING)
        named = named or any(_stands(one, line) for one in marks.addresses)
        if named or (ours and len(ours) == len(linked)):
            cuts.append((start, min(end + 1, len(found.text))))
        else:
            cuts += [_with_comma(found.text, span, start, end) for span in ours]
    return cuts


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _leads(address: str, marks: Marks) -> bool:
    return any(_stands(one, address) for one in marks.addresses)


def _stands(address: str, text: str) -> bool:
    place = text.find(address)
    return place >= 0 and _ENDS.match(text, place + len(address)) is not None


def _with_comma(text: str, span: Span, start: int, end: int) -> tuple[int, int]:
    """A link in an enumeration, with one of its commas."""
    if text[span.end : min(span.end + 2, end)] == ", ":
        return span.start, span.end + 2
    if text[max(start, span.start - 2) : span.start] == ", ":
        return span.start - 2, span.end
    return span.start, span.end


def strike_all(requests: Sequence[Request], marks: Marks, *, by_head: bool = False) -> tuple[Request, ...]:
    return tuple(strike_request(request, marks, by_head=by_head) for request in requests)
