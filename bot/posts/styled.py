"""Styled text: visible characters and the spans that decorate them; the form between any HTML and Telegram's.

Spans come as the source had them, overlapping or doubled; `tidy` makes them what Telegram would make of them
(TDLib MessageEntity.cpp `fix_entities`), `to_html` writes tags that always nest, `entity_count` counts the way
Telegram does, so that nothing is dropped in silence beyond its 100 entities.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.posts import characters

MAX_ENTITIES = 100
"""TDLib MAX_USER_ENTITY_COUNT; more are dropped without an error."""


class Kind(IntEnum):
    """What a span does; the value is its rank: of spans that begin together, the lower encloses the higher."""

    QUOTE = 0
    FOLDED_QUOTE = 1
    PRE = 2
    LINK = 3
    TIME = 4
    EMOJI = 5
    CODE = 6
    BOLD = 7
    ITALIC = 8
    UNDERLINE = 9
    STRIKE = 10
    SPOILER = 11


QUOTES = (Kind.QUOTE, Kind.FOLDED_QUOTE)
SPLITTABLE = (Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKE, Kind.SPOILER)
_TAGS = {
    Kind.QUOTE: ("<blockquote>", "</blockquote>"),
    Kind.FOLDED_QUOTE: ("<blockquote expandable>", "</blockquote>"),
    Kind.CODE: ("<code>", "</code>"),
    Kind.BOLD: ("<b>", "</b>"),
    Kind.ITALIC: ("<i>", "</i>"),
    Kind.UNDERLINE: ("<u>", "</u>"),
    Kind.STRIKE: ("<s>", "</s>"),
    Kind.SPOILER: ("<tg-spoiler>", "</tg-spoiler>"),
}
_MAX_SPANS = 400
# What Telegram finds by itself (TDLib find_entities), seen generously: counting one too many is harmless.
_AUTOMATIC = re.compile(
    r"(?:https?://|tg://|ton://)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w/])[@#$]\w{2,}|(?<!\w)/\w+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}\b(?:[/?#]\S*)?|\+?\d[\d\s().-]{7,}\d"
)
_LINE_ENDS = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)*")


@dataclass(frozen=True, slots=True)
class Span:
    """`start` and `end` count code points.  `value`: a link's address, a language, an emoji id, "unix|format"."""

    start: int
    end: int
    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Styled:
    text: str
    spans: tuple[Span, ...] = ()


def _order(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, span.kind


def tidy(styled: Styled) -> Styled:
    """Trimmed as Telegram trims, blank lines folded to one, spans made compatible and at most 100 entities."""
    return within_budget(_compatible(_trimmed(_folded(styled))))


def cut(styled: Styled, units: int) -> Styled:
    """At most `units` UTF-16 units of text, at a sentence end or word end, spans ending where the text does."""
    text = characters.shorten(styled.text, units)
    kept = len(text.removesuffix(characters.ELLIPSIS)) if text != styled.text else len(text)
    spans = tuple(replace(span, end=min(span.end, kept)) for span in styled.spans if span.start < kept)
    return Styled(_closed_isolates(text), spans)


def insert(styled: Styled, offset: int, mark: str) -> Styled:
    """A mark put into the text; spans that begin there begin with it."""
    text = styled.text[:offset] + mark + styled.text[offset:]
    spans = tuple(
        replace(
            span,
            start=span.start + (len(mark) if span.start > offset else 0),
            end=span.end + (len(mark) if span.end > offset else 0),
        )
        for span in styled.spans
    )
    return Styled(text, spans)


def to_html(styled: Styled) -> str:
    """Telegram HTML.  Spans that overlap are split at the crossing, so the tags nest."""
    text = styled.text
    out: list[str] = []
    stack: list[Span] = []
    starts = sorted(styled.spans, key=_order)
    points = sorted({0, len(text), *(span.start for span in starts), *(span.end for span in starts)})
    index = 0
    for point, following in zip(points, [*points[1:], len(text)], strict=True):
        _close_ended(stack, point, out)
        while index < len(starts) and starts[index].start == point:
            stack.append(starts[index])
            out.append(_open_tag(starts[index]))
            index += 1
        out.append(characters.escape(text[point:following]))
    _close_ended(stack, len(text), out)
    return "".join(out)


def entity_count(styled: Styled) -> int:
    """How many entities Telegram makes of the spans, at most: bold and its like are split where others begin or end."""
    edges = sorted({edge for span in styled.spans for edge in (span.start, span.end)})
    count = 0
    for span in styled.spans:
        if span.kind in SPLITTABLE:
            count += bisect_left(edges, span.end) - bisect_left(edges, span.start)
        else:
            count += 1
    return count


def automatic_count(styled: Styled) -> int:
    """How many entities Telegram may add by itself: addresses, hashtags, mentions, commands, telephone numbers."""
    taken = [(span.start, span.end) for span in styled.spans if span.kind in (Kind.LINK, Kind.PRE, Kind.CODE)]
    return sum(
        1
        for match in _AUTOMATIC.finditer(styled.text)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    )


def link_count(styled: Styled) -> int:
    return sum(1 for span in styled.spans if span.kind is Kind.LINK)


def within_budget(styled: Styled) -> Styled:
    """Drop decoration, last first, until Telegram would keep every span that is left.  Links go last."""
    spare = MAX_ENTITIES - min(automatic_count(styled), MAX_ENTITIES // 2)
    if entity_count(styled) <= spare:
        return styled
    kept: list[Span] = []
    for span in sorted(
        styled.spans, key=lambda span: (span.kind in SPLITTABLE, span.kind is not Kind.LINK, span.start)
    ):
        if len(kept) < spare and entity_count(Styled(styled.text, (*kept, span))) <= spare:
            kept.append(span)
    return Styled(styled.text, tuple(sorted(kept, key=_order)))


def _worth(span: Span) -> tuple[bool, bool, int]:
    return span.kind in SPLITTABLE, span.kind is not Kind.LINK, span.start


def _close_ended(stack: list[Span], point: int, out: list[str]) -> None:
    """Close what ends at `point`; what lies above it on the stack is closed too and opened again."""
    lowest = next((place for place, span in enumerate(stack) if span.end <= point), None)
    if lowest is None:
        return
    above = stack[lowest:]
    del stack[lowest:]
    out.extend(_close_tag(span) for span in reversed(above))
    for span in above:
        if span.end > point:
            stack.append(span)
            out.append(_open_tag(span))


def _open_tag(span: Span) -> str:
    value = characters.escape(span.value)
    match span.kind:
        case Kind.LINK:
            return f'<a href="{value}">'
        case Kind.PRE:
            return f'<pre><code class="language-{value}">' if value else "<pre>"
        case Kind.EMOJI:
            return f'<tg-emoji emoji-id="{value}">'
        case Kind.TIME:
            unix, _, form = value.partition("|")
            return f'<tg-time unix="{unix}" format="{form}">' if form else f'<tg-time unix="{unix}">'
    return _TAGS[span.kind][0]


def _close_tag(span: Span) -> str:
    match span.kind:
        case Kind.LINK:
            return "</a>"
        case Kind.PRE:
            return "</code></pre>" if span.value else "</pre>"
        case Kind.EMOJI:
            return "</tg-emoji>"
        case Kind.TIME:
            return "</tg-time>"
    return _TAGS[span.kind][1]


def _folded(styled: Styled) -> Styled:
    """Spaces at line ends go, and no more than one blank line stays, except inside <pre>."""
    fixed = [shrunk for span in styled.spans if span.kind is Kind.PRE and (shrunk := _shrunk(styled.text, span))]
    removed: list[tuple[int, int]] = []
    for match in _LINE_ENDS.finditer(styled.text):
        start, end = match.span()
        if any(span.start < end and start < span.end for span in fixed):
            continue
        breaks = [place for place in range(start, end) if styled.text[place] == "\n"][-2:]
        removed.extend(zip([start, *(place + 1 for place in breaks)], breaks, strict=False))
    return without(styled, removed)


def _trimmed(styled: Styled) -> Styled:
    text = styled.text
    head = len(text) - len(text.lstrip())
    tail = len(text.rstrip())
    return without(styled, [(0, head), (max(head, tail), len(text))])


def without(styled: Styled, removed: Iterable[tuple[int, int]]) -> Styled:
    """The text without these ranges (ascending), spans moved along."""
    cuts = [(start, end) for start, end in removed if end > start]
    if not cuts:
        return styled
    parts, here, starts, shifts, gone = [], 0, [0], [0], 0
    for start, end in cuts:
        start = max(start, here)
        parts.append(styled.text[here:start])
        here = max(here, end)
        gone += max(0, end - start)
        starts.append(end)
        shifts.append(gone)
    parts.append(styled.text[here:])

    def moved(offset: int) -> int:
        place = bisect_left(starts, offset + 1) - 1
        shift = shifts[place]
        if place < len(cuts) and offset > cuts[place][0]:
            shift += offset - cuts[place][0]
        return offset - shift

    spans = tuple(replace(span, start=moved(span.start), end=moved(span.end)) for span in styled.spans)
    return Styled("".join(parts), spans)


def _compatible(styled: Styled) -> Styled:
    text = styled.text
    spans = [shrunk for span in styled.spans if (shrunk := _shrunk(text, span)) is not None]
    spans = sorted(spans, key=_order)[:_MAX_SPANS]
    spans = _disjoint(spans, (Kind.PRE,))
    spans = _outside(spans, (Kind.PRE,), keep=(Kind.PRE, *QUOTES))
    spans = _disjoint(spans, (Kind.LINK,))
    spans = _outside(spans, (Kind.LINK,), keep=(*QUOTES, Kind.LINK, *SPLITTABLE))
    spans = _disjoint(spans, (Kind.TIME, Kind.EMOJI, Kind.CODE))
    spans = _outside(spans, (Kind.CODE,), keep=(Kind.CODE, Kind.PRE, *QUOTES))
    spans = _disjoint(spans, QUOTES)
    spans = _inside_quotes(text, spans)
    for kind in SPLITTABLE:
        spans = _merged(spans, kind)
    return Styled(text, tuple(_nested(text, spans)))


def _shrunk(text: str, span: Span) -> Span | None:
    """The span without white space at its ends; None when nothing of it can be seen."""
    start, end = span.start, min(span.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if characters.is_empty(text[start:end]):
        return None
    return replace(span, start=start, end=end)


def _disjoint(spans: list[Span], kinds: tuple[Kind, ...]) -> list[Span]:
    """Of spans of these kinds that touch the same characters, the first (the outer) stays."""
    kept, end = [], 0
    for span in spans:
        if span.kind in kinds:
            if span.start < end:
                continue
            end = span.end
        kept.append(span)
    return kept


def _outside(spans: list[Span], kinds: tuple[Kind, ...], *, keep: tuple[Kind, ...]) -> list[Span]:
    """Spans not in `keep` lose what overlaps a span of `kinds`: Telegram allows nothing inside code, for one."""
    solid = [span for span in spans if span.kind in kinds]
    if not solid:
        return spans
    out = [span for span in spans if span.kind in keep]
    for span in spans:
        if span.kind in keep:
            continue
        start = span.start
        for wall in solid:
            if wall.end <= start or wall.start >= span.end:
                continue
            if wall.start > start and span.kind in SPLITTABLE:
                out.append(replace(span, start=start, end=wall.start))
            start = wall.end if span.kind in SPLITTABLE else span.end
        if start < span.end:
            out.append(replace(span, start=start))
    return sorted(out, key=_order)


def _inside_quotes(text: str, spans: list[Span]) -> list[Span]:
    """A link that crosses the border of a quotation ends there: Telegram would drop it."""
    quotes = [span for span in spans if span.kind in QUOTES]
    out: list[Span] = []
    for span in spans:
        if span.kind not in QUOTES and span.kind not in SPLITTABLE:
            for quote in quotes:
                if span.start < quote.start < span.end:
                    span = replace(span, end=quote.start)
                elif span.start < quote.end < span.end:
                    span = replace(span, end=quote.end)
        if (shrunk := _shrunk(text, span)) is not None:
            out.append(shrunk)
    return out


def _nested(text: str, spans: list[Span]) -> list[Span]:
    """Bold and its like are split where they cross another span, so that everything nests."""
    placed = sorted((span for span in spans if span.kind not in SPLITTABLE), key=_order)
    waiting = sorted((span for span in spans if span.kind in SPLITTABLE), key=_order, reverse=True)
    while waiting:
        span = waiting.pop()
        edge = next((edge for other in placed if (edge := _crossing(span, other)) is not None), None)
        if edge is None:
            placed.append(span)
            continue
        halves = (replace(span, end=edge), replace(span, start=edge))
        waiting.extend(reversed([half for part in halves if (half := _shrunk(text, part))]))
    return sorted(placed, key=_order)


def _crossing(span: Span, other: Span) -> int | None:
    if span.start < other.start < span.end < other.end:
        return other.start
    if other.start < span.start < other.end < span.end:
        return other.end
    return None


def _merged(spans: list[Span], kind: Kind) -> list[Span]:
    out: list[Span] = []
    last = -1
    for span in spans:
        if span.kind is kind and last >= 0 and span.start <= out[last].end:
            out[last] = replace(out[last], end=max(out[last].end, span.end))
            continue
        if span.kind is kind:
            last = len(out)
        out.append(span)
    return out


def _closed_isolates(text: str) -> str:
    """An isolate that a cut left open is closed at the end."""
    depth = 0
    for mark in text:
        if mark in "\u2066\u2067\u2068":
            depth += 1
        elif mark == characters.PDI and depth:
            depth -= 1
        elif mark == "\n":
            depth = 0
    return text + characters.PDI * depth
