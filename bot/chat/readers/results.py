"""Lists of articles as messages: pure.  Numbers open one, arrows turn the page in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.card import Card, ago, cut, isolate
from bot.chat.readers.listing import Filters
from bot.chat.words import common, readers
from bot.model import Found
from bot.store.search import Hint, HintKind, Results
from bot.wording import Words

PAGE: Final = 5
TITLE, SOURCE, SNIPPET, ASKED = 140, 40, 110, 80  # characters, so that a page of emoji fits a message too
MANY: Final = 1_000  # more are not counted
_HINTS: Final = {
    HintKind.SINCE: readers.HINT_TIME,
    HintKind.UNTIL: readers.HINT_TIME,
    HintKind.SITE: readers.HINT_SITE,
    HintKind.SOURCE: readers.HINT_SOURCE,
    HintKind.UNKNOWN_SOURCE: readers.HINT_SOURCE,
    HintKind.UNKNOWN_SITE: readers.HINT_UNKNOWN_SITE,
    HintKind.LANGUAGE: readers.HINT_LANGUAGE,
    HintKind.QUOTE: readers.HINT_QUOTE,
    HintKind.ONLY_EXCLUDED: readers.HINT_ONLY_EXCLUDED,
    HintKind.TOO_LONG: readers.HINT_TOO_LONG,
    HintKind.NO_WORDS: readers.HINT_NO_WORDS,
}
_NAMES: Final = {
    HintKind.SINCE: "since:",
    HintKind.UNTIL: "until:",
    HintKind.SITE: "site:",
    HintKind.SOURCE: "source:",
    HintKind.LANGUAGE: "lang:",
}
"""Shown where nothing follows them."""
WORDLESS: Final = frozenset({HintKind.NO_WORDS, HintKind.ONLY_EXCLUDED})
"""Nothing was looked for, and nothing could be waited for."""
_UNKNOWN: Final = frozenset({HintKind.UNKNOWN_SOURCE, HintKind.UNKNOWN_SITE})
"""Asked for without a word, there is no other word to try."""
Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a search.  `private`: in a chat with one person, where filters and alerts make sense; `language`:
    that person's; `elsewhere`: what there is without the filters; `followable`: an alert can wait for it."""

    query_id: str
    asked: str
    results: Results
    page: int
    filters: Filters
    private: bool = True
    language: str | None = None
    elsewhere: int = 0
    followable: bool = True


def results_card(words: Words, listed: Listed, *, now: datetime) -> Card:
    """`page` counts from 0."""
    results = listed.results
    if not results.found:
        return _nothing(words, listed)
    lines = [_head(words, listed), *hint_lines(words, results.hints), ""]
    for number, result in enumerate(results.found, listed.page * PAGE + 1):
        lines += article_lines(words, number, result, now)
    rows = [numbers(listed.page, [result.id for result in results.found], f"v1:open:{listed.query_id}")]
    rows += turning(listed.page, results.total, f"v1:page:{listed.query_id}")
    if listed.private:
        rows += _filter_rows(words, listed)
    if results.suggestion:
        rows.append([_suggestion(words, listed)])
    return Card(html="\n".join(lines).rstrip(), keyboard=InlineKeyboardMarkup(rows))


def article_lines(words: Words, number: int, result: Found, now: datetime) -> list[str]:
    """A numbered title, where from and how old, a line of the text, and an empty one."""
    title = escape(cut(result.title, TITLE))
    lines = [f"{number}. <b>{isolate(title)}</b>", *_facts(words, result, now)]
    return [*map(words.lines, lines), ""]


def numbers(page: int, ids: Sequence[int | str], data: str) -> Row:
    return [
        InlineKeyboardButton(str(number), callback_data=f"{data}:{one}")
        for number, one in enumerate(ids, page * PAGE + 1)
    ]


def turning(page: int, total: int, data: str) -> list[Row]:
    """◀ 2/3 ▶, where there is more than one page."""
    pages = max(1, -(-total // PAGE))
    row: Row = []
    if page > 0:
        row.append(InlineKeyboardButton(common.BUTTON_BACK, callback_data=f"{data}:{page - 1}"))
    if pages > 1:
        row.append(InlineKeyboardButton(f"{page + 1}/{pages}", callback_data=f"{data}:{page}"))
    if page + 1 < pages:
        row.append(InlineKeyboardButton(common.BUTTON_NEXT, callback_data=f"{data}:{page + 1}"))
    return [row] if row else []


def hint_lines(words: Words, hints: Sequence[Hint]) -> list[str]:
    """What of the search was not used as it may have been meant."""
    told = [(hint.kind, cut(hint.value or _NAMES.get(hint.kind, ""), 40)) for hint in hints[:3]]
    shown = [words.say(_HINTS[kind], value=escape(quoted(words, value))) for kind, value in told]
    return [f"<i>{line}</i>" for line in dict.fromkeys(shown)]


def quoted(words: Words, text: str) -> str:
    """A person's words inside our line; isolated where they may run the other way."""
    return text if text.isascii() and not words.is_rtl else isolate(text)


def _head(words: Words, listed: Listed) -> str:
    if not listed.asked:
        return words.say(readers.LATEST)
    asked, count = escape(quoted(words, cut(listed.asked, ASKED))), max(listed.results.matches, listed.results.total)
    if count >= MANY:
        return words.say(readers.RESULTS_MANY, words=asked, count=f"{MANY:,}")
    if count == 1:
        return words.say(readers.RESULTS_ONE, words=asked)
    text = readers.RESULTS_NEWEST if listed.filters.newest or listed.results.by_time else readers.RESULTS
    return words.count(text, count, words=asked)


def _facts(words: Words, result: Found, now: datetime) -> list[str]:
    """Where from and how old; then a line of the text."""
    facts = [isolate(escape(cut(result.source, SOURCE)))] if result.source else []
    if result.published is not None:
        facts.append(ago(words, max(0.0, (now - result.published).total_seconds())))
    if result.similar:
        facts.append(words.say(readers.SIMILAR))
    lines = [f"<i>{' · '.join(facts)}</i>"] if facts else []
    return [*lines, isolate(escape(cut(result.snippet, SNIPPET)))] if result.snippet else lines


def _filter_rows(words: Words, listed: Listed) -> list[Row]:
    filters = listed.filters

    def button(text: str, act: str, on: bool) -> InlineKeyboardButton:
        label = f"✓ {words.say(text)}" if on else words.say(text)
        return InlineKeyboardButton(label, callback_data=f"v1:sort:{listed.query_id}:{act}")

    row: Row = []
    if listed.asked and not listed.results.by_time:
        row.append(button(readers.BUTTON_BEST if filters.newest else readers.BUTTON_NEWEST, "order", False))
    if listed.asked:
        row.append(button(readers.BUTTON_WEEK, "week", filters.week))
    if listed.language is not None or filters.language is not None:
        row.append(button(readers.BUTTON_MY_LANGUAGE, "mine", filters.language is not None))
    rows = [row] if row else []
    if listed.asked and listed.followable:
        tell = words.say(readers.BUTTON_TELL_ME)
        rows.append([InlineKeyboardButton(tell, callback_data=f"v1:tell:{listed.query_id}")])
    return rows


def _suggestion(words: Words, listed: Listed) -> InlineKeyboardButton:
    label = words.say(readers.DID_YOU_MEAN, words=cut(listed.results.suggestion or "", 40))
    return InlineKeyboardButton(label, callback_data=f"v1:mean:{listed.query_id}")


def _nothing(words: Words, listed: Listed) -> Card:
    """No results are no dead end: another spelling, fewer filters, an alert."""
    if not listed.asked and not listed.filters:
        return Card(html=words.say(readers.NOTHING_YET))
    latest = InlineKeyboardButton(words.say(common.BUTTON_LATEST), callback_data="v1:latest")
    if any(hint.kind in WORDLESS for hint in listed.results.hints):
        return Card(html="\n".join(hint_lines(words, listed.results.hints)), keyboard=InlineKeyboardMarkup([[latest]]))
    asked = escape(quoted(words, cut(listed.asked, ASKED)))
    text = readers.NO_RESULTS_HERE if listed.elsewhere else readers.NO_RESULTS
    hints = hint_lines(words, listed.results.hints)
    if not (listed.results.by_time and any(hint.kind in _UNKNOWN for hint in listed.results.hints)):
        hints.insert(0, words.say(text, words=asked))
    html = "\n".join(hints)
    rows: list[Row] = []
    if listed.results.suggestion:
        label = words.say(readers.BUTTON_SEARCH_FOR, words=cut(listed.results.suggestion, 40))
        rows.append([InlineKeyboardButton(label, callback_data=f"v1:mean:{listed.query_id}")])
    if listed.elsewhere:
        alone = listed.filters.week and listed.filters.language is None
        label = words.say(
            readers.BUTTON_ALL_TIME if alone else readers.BUTTON_NO_FILTERS, count=f"{listed.elsewhere:,}"
        )
        rows.append([InlineKeyboardButton(label, callback_data=f"v1:sort:{listed.query_id}:all")])
    if listed.private and listed.asked and listed.followable:
        label = words.say(readers.BUTTON_TELL_ME_WHEN)
        rows.append([InlineKeyboardButton(label, callback_data=f"v1:tell:{listed.query_id}")])
    rows.append([latest])
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))
