"""Rules in words, and the cards that show them: the list, one rule, and one that is being written.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.card import Card, cut, isolate
from bot.chat.readers.tongues import NATIVE
from bot.chat.words import common, editors, rules, setup
from bot.model import Json, Owner, Rule
from bot.posts import hours
from bot.posts.matching import SPANS
from bot.posts.trial import Trial
from bot.store.decided import Place
from bot.store.rules import is_target, mark_of
from bot.wording import Words

PAGE: Final = 20
CONDITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "source": rules.SOURCE,
        "any": rules.ANY,
        "all": rules.ALL,
        "not": rules.NOT,
        "title": rules.TITLE,
        "text": rules.TEXT,
        "lang": rules.LANGUAGE,
        "tags": rules.TAGS,
        "tag": rules.SOURCE_TAG,
        "authors": rules.AUTHORS,
        "younger": rules.YOUNGER,
        "older": rules.OLDER,
    }
)
_MOST: Final = 300  # characters of one line

Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """What people call the channels and sources that rules name."""

    channels: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def in_words(words: Words, rule: Rule, titles: Titles) -> list[str]:
    """HTML: what it asks for, a line each, where that goes, and how."""
    found = []
    for key, english in CONDITIONS.items():
        if key in rule.match:
            found.append(words.say(english, value=_value(words, key, rule.match[key], titles)))
    where = rules.STAYS_OUT if rule.drop else rules.GOES_TO
    found.append(words.say(where, channels=_channels(words, rule, titles)))
    how = _how(words, rule)
    return [*found, *([words.say(rules.HOW, value=", ".join(how))] if how else [])]


def briefly(words: Words, rule: Rule, titles: Titles) -> str:
    """HTML: what it is about, in half a line."""
    parts = [_value(words, key, value, titles) for key, value in rule.match.items() if key not in ("not", *SPANS)]
    return cut(", ".join(parts), 60) or "–"


def target(words: Words, rule: Rule, titles: Titles) -> str:
    channels = _channels(words, rule, titles)
    return words.say(rules.KEPT_OUT, channels=channels) if rule.drop else channels


def listed(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def safe(text: str) -> str:
    """What people wrote, for HTML and for lines of another direction."""
    return isolate(escape(text))


def span(words: Words, text: Json) -> str:
    """ "2h" → "2 hr", as the language says it."""
    length = hours.duration(text)
    return words.ago(length.total_seconds()) if length else escape(str(text))


def _value(words: Words, key: str, value: Json, titles: Titles) -> str:
    shown = listed(value)
    if key in SPANS:
        return span(words, shown[0] if shown else value)
    if key == "source":
        shown = [titles.sources.get(name, name) for name in shown]
    elif key == "lang":
        shown = [NATIVE.get(tag, tag) for tag in shown]
    return ", ".join(safe(one) for one in shown)[:_MOST]


def _channels(words: Words, rule: Rule, titles: Titles) -> str:
    if not rule.channels:
        return words.say(rules.EVERYWHERE if rule.drop else rules.NOWHERE)
    return ", ".join(safe(titles.channels.get(name, name)) for name in rule.channels)


def _how(words: Words, rule: Rule) -> list[str]:
    options = rule.options
    found = [words.say(editors.TEMPLATE_IS, name=escape(str(options["template"])))] if options.get("template") else []
    if options.get("silent"):
        found.append(words.say(editors.SILENT))
    if "approve" in options:
        found.append(words.say(rules.ASK if options["approve"] else rules.NO_ASK))
    if options.get("breaking"):
        found.append(words.say(rules.BREAKING))
    if options.get("thread"):
        found.append(words.say(rules.TOPIC, number=options["thread"]))
    if options.get("repeat_stories"):
        found.append(words.say(rules.REPEATS))
    return found


def trial_lines(words: Words, trial: Trial) -> list[str]:
    if not trial.asked:
        return [f"<i>{words.say(rules.TRIED_NOTHING, days=trial.days)}</i>"]
    told = words.say(rules.TRIED, matched=trial.matched, total=trial.asked, days=trial.days)
    shown = ", ".join(f"“{safe(cut(title, 60))}”" for title in trial.titles)
    unseen = ", ".join(safe(word) for word in trial.unseen)[:_MOST]
    never = [words.say(rules.UNSEEN, words=unseen)] if unseen else []
    return [f"<i>{told}</i>", *never, *([words.say(rules.EXAMPLES, titles=shown)] if shown else [])]


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def list_card(words: Words, every: Sequence[Rule], titles: Titles, *, channel: int, page: int) -> Card:
    """`channel`: only what concerns this one (0 = all), for the buttons; `every` is what it concerns already."""
    add = [_button(words.say(rules.BUTTON_NEW), f"rule:new:{channel}")]
    back = [_button(words.say(editors.BUTTON_BACK_TO_CARD), f"chan:see:{channel}")] if channel else []
    if not every:
        return Card(html=words.say(rules.NO_RULES), keyboard=InlineKeyboardMarkup([add, *([back] if back else [])]))
    first = max(0, min(page, (len(every) - 1) // PAGE)) * PAGE
    lines, buttons = [words.say(rules.RULES)], []
    for number, rule in enumerate(every[first : first + PAGE], first + 1):
        name = safe(cut(rule.name, 40))
        line = words.say(
            rules.RULE_LINE, number=number, name=name, about=briefly(words, rule, titles),
            where=target(words, rule, titles),
        )  # fmt: skip
        lines.append(line if rule.enabled else f"<s>{line}</s>")
        buttons.append(_button(str(number), f"rule:see:{rule.id}"))
    rows = [buttons[place : place + 5] for place in range(0, len(buttons), 5)]
    turn = [_button(common.BUTTON_BACK, f"rules:{channel}:{page - 1}")] if first else []
    if first + PAGE < len(every):
        turn.append(_button(common.BUTTON_NEXT, f"rules:{channel}:{page + 1}"))
    rows += [row for row in (turn, add, back) if row]
    return Card(html="\n".join(lines)[:4000], keyboard=InlineKeyboardMarkup(rows))


def rule_card(words: Words, rule: Rule, titles: Titles, trial: Trial, place: Place | None, *, first: str = "") -> Card:
    """A rule that is in force, or paused; `place`: where the file decides it; `first`: a line before all others."""
    lines = [first, ""] if first else []
    lines += [words.say(rules.RULE, name=safe(rule.name)), *in_words(words, rule, titles)]
    if not rule.enabled:
        lines.append(words.say(setup.PAUSED))
    lines += trial_lines(words, trial)
    every = [_button(words.say(rules.BUTTON_RULES), "rules:0:0")]
    if rule.owner is Owner.FILE:
        lines.append(decided(words, place, f"[rules.{rule.name}]"))
        return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup([every]))
    mark = mark_of(rule)
    turn = ("off", setup.BUTTON_PAUSE) if rule.enabled else ("on", setup.BUTTON_RESUME)
    acts = [
        _button(words.say(editors.BUTTON_CHANGE), f"rule:edit:{rule.id}"),
        _button(words.say(turn[1]), f"rule:{turn[0]}:{rule.id}:{mark}"),
        _button(words.say(rules.BUTTON_DELETE), f"rule:sure:{rule.id}"),
    ]
    return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup([acts, every]))


def sure_card(words: Words, rule: Rule) -> Card:
    row = [
        _button(words.say(rules.BUTTON_DELETE), f"rule:drop:{rule.id}:{mark_of(rule)}", style="danger"),
        _button(words.say(setup.BUTTON_CANCEL), f"rule:see:{rule.id}"),
    ]
    html = words.say(rules.SURE_RULE, name=safe(rule.name))
    return Card(html=html, keyboard=InlineKeyboardMarkup([row]))


def decided(words: Words, place: Place | None, block: str) -> str:
    """HTML: what the file decides is not changed here, and where it stands."""
    if place is None:
        return escape(words.say(setup.FROM_FILE, file="sharewire.toml", block=block))
    return words.say(rules.DECIDED, file=escape(place.file), line=place.line)


def draft_card(words: Words, draft: str, rule: Rule, titles: Titles, trial: Trial, *, known: bool) -> Card:
    """A rule that is being written, in draft row `draft`; `known`: it changes one that is there."""
    head = words.say(rules.CHANGED_RULE, name=safe(rule.name)) if known else words.say(rules.NEW_RULE)
    lines = [head, *in_words(words, rule, titles)]
    lines += trial_lines(words, trial) if rule.match else [words.say(rules.NEEDS_ABOUT)]

    def button(label: str, what: str, *, style: str = "") -> InlineKeyboardButton:
        return _button(words.say(label), f"rd:{draft}:{what}", style=style)

    rows: list[Row] = []
    if not is_target(rule):  # all of one source is what /source decides
        rows += [
            [button(rules.BUTTON_WORDS, "words"), button(rules.BUTTON_SOURCES, "src")],
            [button(rules.BUTTON_LANGUAGES, "lang"), button(rules.BUTTON_TAGS, "tags")],
            [button(rules.BUTTON_AUTHORS, "authors"), button(rules.BUTTON_AGE, "age")],
        ]
    rows.append([button(editors.BUTTON_CHANNELS, "to")])
    if not rule.drop:
        rows[-1].append(button(rules.BUTTON_HOW, "how"))
    if not is_target(rule):
        does = _button(f"✓ {words.say(rules.BUTTON_SENDS)}", f"rd:{draft}:does:add")
        keeps = _button(words.say(rules.BUTTON_KEEPS), f"rd:{draft}:does:drop")
        if rule.drop:
            does = _button(words.say(rules.BUTTON_SENDS), f"rd:{draft}:does:add")
            keeps = _button(f"✓ {words.say(rules.BUTTON_KEEPS)}", f"rd:{draft}:does:drop")
        rows.append([does, keeps, button(rules.BUTTON_NAME, "name")])
    rows.append(
        [button(rules.BUTTON_SAVE, "save", style="success"), button(editors.BUTTON_DISCARD, "stop", style="danger")]
    )
    return Card(html="\n".join(lines)[:4000], keyboard=InlineKeyboardMarkup(rows))


def choices_card(words: Words, html: str, draft: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Card:
    """Buttons as pairs of a label and what they say after the draft's id; a way back below them."""
    made = [[_button(label, f"rd:{draft}:{data}") for label, data in row] for row in rows]
    made.append([_button(words.say(editors.BUTTON_BACK_TO_CARD), f"rd:{draft}:card")])
    return Card(html=html, keyboard=InlineKeyboardMarkup(made))


def _button(label: str, data: str, *, style: str = "") -> InlineKeyboardButton:
    extra = {"style": style} if style else None
    return InlineKeyboardButton(label[:40], callback_data=f"v1:{data}", api_kwargs=extra)
