"""What a rule may hold, as buttons and as typed words: each choice gives the changed rule.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bot.chat.card import Card
from bot.chat.editors import conditions, control, rulebook
from bot.chat.editors.conditions import WHERE
from bot.chat.editors.rulebook import listed
from bot.chat.readers.tongues import NATIVE
from bot.chat.words import editors, rules
from bot.model import Channel, Json, Rule, Source
from bot.store.rules import name_from
from bot.wording import Words

T = TypeVar("T")

MOST: Final = 40  # buttons of one kind
_AGES: Final = ("1h", "6h", "1d")
_LOOK: Final[Mapping[str, str]] = {
    "any": rules.BUTTON_IN_HEAD,
    "title": rules.BUTTON_IN_TITLE,
    "text": rules.BUTTON_IN_TEXT,
}
_SWITCHES: Final[Mapping[str, tuple[str, str]]] = {  # what a button says -> option, label
    "silent": ("silent", editors.SILENT),
    "breaking": ("breaking", rules.BREAKING),
    "repeats": ("repeat_stories", rules.REPEATS),
}
_APPROVAL: Final[Mapping[str, tuple[bool, str]]] = {
    "ask": (True, rules.ASK),
    "noask": (False, rules.NO_ASK),
}
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {  # what a card is about -> the conditions that it shows
    "words": (*WHERE, "all", "not"),
    "tags": ("tags",),
    "authors": ("authors",),
    "age": ("younger", "older"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to choose from.  `may_all`: this person may make a rule for every channel."""

    channels: Sequence[Channel] = ()
    sources: Sequence[Source] = ()
    templates: Sequence[str] = ()
    may_all: bool = False


def is_set(rule: Rule, what: str) -> bool:
    """Whether there is something to be shown before it is asked for; an age can always be chosen from buttons."""
    return what == "age" or any(key in rule.match for key in _KEYS.get(what, ()))


def name_of(rule: Rule) -> str:
    """A name for a rule that got none: its first word, source or language."""
    first = next((one for value in rule.match.values() for one in listed(value)), "")
    return name_from(first)


# ── changed by a button ──────────────────────────────────────────────────────────────────────────────────────────


def chosen(rule: Rule, what: str, value: str, offer: Offer) -> Rule | None:
    """None for a button that is no longer offered."""
    match what:
        case "words" | "tags" | "authors" | "age":
            return _of_condition(rule, what, value)
        case "src":
            name = next((one.name for one in offer.sources if str(one.id) == value), None)
            return _toggled(rule, "source", name) if name else None
        case "lang":
            return _toggled(rule, "lang", value)
        case "to":
            return _aimed(rule, value, offer)
        case "does":
            return replace(rule, drop=value == "drop")
        case "tpl":
            if value not in offer.templates:
                return None
            return _with(rule, template=None if rule.options.get("template") == value else value)
        case "how":
            return _how_changed(rule, value)
    return None


def _of_condition(rule: Rule, what: str, value: str) -> Rule | None:
    kept = {key: one for key, one in rule.match.items() if key not in _KEYS[what]}
    if value == "none":
        return replace(rule, match=kept)
    if what == "words" and value in WHERE:
        words = [one for key in WHERE for one in listed(rule.match.get(key))]
        rest = {key: rule.match[key] for key in ("all", "not") if key in rule.match}
        return replace(rule, match=kept | ({value: list(dict.fromkeys(words))} if words else {}) | rest)
    key, _, span = value.partition("-")
    if what == "age" and key in ("younger", "older") and span in _AGES:
        return replace(rule, match={**kept, key: span})
    return None


def _aimed(rule: Rule, value: str, offer: Offer) -> Rule | None:
    if value == "0":
        return replace(rule, channels=()) if offer.may_all else None
    name = next((one.name for one in offer.channels if str(one.id) == value), None)
    if name is None:
        return None
    rest = tuple(one for one in rule.channels if one != name)
    return replace(rule, channels=rest if name in rule.channels else (*rule.channels, name))


def _how_changed(rule: Rule, value: str) -> Rule | None:
    if value in _SWITCHES:
        option = _SWITCHES[value][0]
        return _with(rule, **{option: None if rule.options.get(option) else True})
    if value in _APPROVAL:
        wish = _APPROVAL[value][0]
        return _with(rule, approve=None if rule.options.get("approve") is wish else wish)
    return None


def _toggled(rule: Rule, key: str, name: str) -> Rule:
    before = listed(rule.match.get(key))
    after = [one for one in before if one != name] if name in before else [*before, name]
    kept = {one: value for one, value in rule.match.items() if one != key}
    return replace(rule, match={**kept, key: after} if after else kept)


def _with(rule: Rule, **options: Json) -> Rule:
    kept = {**rule.options, **options}
    return replace(rule, options={key: value for key, value in kept.items() if value is not None})


# ── changed by typed words ───────────────────────────────────────────────────────────────────────────────────────


def typed(rule: Rule, what: str, text: str) -> Rule | None:
    """None where it cannot be what was asked for."""
    kept = {key: one for key, one in rule.match.items() if key not in _KEYS.get(what, ())}
    match what:
        case "words":
            where = next((key for key in WHERE if key in rule.match), "any")
            found = conditions.words_typed(text, where=where)
            return replace(rule, match={**kept, **found}) if found else None
        case "tags" | "authors":
            names = conditions.listed(text)
            return replace(rule, match={**kept, what: names}) if names else None
        case "age":
            age = conditions.age_typed(text)
            return replace(rule, match={**kept, age[0]: age[1]}) if age else None
        case "topic":
            topic = conditions.topic_typed(text)
            return _with(rule, thread=topic or None) if topic is not None else None
        case "name":
            name = name_from(text)
            return replace(rule, name=name) if any(c.isalnum() for c in text) else None
    return None


# ── the cards ────────────────────────────────────────────────────────────────────────────────────────────────────


def card(words: Words, draft: str, rule: Rule, what: str, offer: Offer) -> Card | None:
    """What there is to choose; None for the draft's own card."""
    match what:
        case "words":
            rows = [[(words.say(rules.BUTTON_TYPE_IT), "words:type"), (words.say(rules.BUTTON_CLEAR), "words:none")]]
            rows += [[_ticked(words.say(text), f"words:{key}", on=key in rule.match)] for key, text in _LOOK.items()]
            return _card(words, rules.CHOOSE_WORDS, draft, rows)
        case "tags" | "authors":
            rows = [
                [(words.say(rules.BUTTON_TYPE_IT), f"{what}:type"), (words.say(rules.BUTTON_CLEAR), f"{what}:none")]
            ]
            english = rulebook.CONDITIONS[what]
            value = ", ".join(listed(rule.match.get(what)))
            return rulebook.choices_card(words, words.say(english, value=rulebook.safe(value)), draft, rows)
        case "age":
            return _card(words, rules.CHOOSE_AGE, draft, _age_rows(words, rule))
        case "src":
            return _card(words, rules.CHOOSE_ANY, draft, _source_rows(rule, offer))
        case "lang":
            chosen_tags = listed(rule.match.get("lang"))
            tags = dict.fromkeys([*NATIVE, *chosen_tags])
            buttons = [_ticked(NATIVE.get(tag, tag), f"lang:{tag}", on=tag in chosen_tags) for tag in tags]
            return _card(words, rules.CHOOSE_ANY, draft, in_rows(buttons, 3))
        case "to":
            return _card(words, rules.CHOOSE_CHANNELS, draft, _channel_rows(words, rule, offer))
        case "how" | "tpl" if not rule.drop:
            return _card(words, rules.CHOOSE_HOW, draft, _how_rows(words, rule, offer))
    return None


def _age_rows(words: Words, rule: Rule) -> list[list[tuple[str, str]]]:
    rows = []
    for key, text in (("younger", rules.YOUNGER), ("older", rules.OLDER)):
        rows.append(
            [
                _ticked(
                    words.say(text, value=rulebook.span(words, age)), f"age:{key}-{age}", on=rule.match.get(key) == age
                )
                for age in _AGES
            ]
        )
    return [*rows, [(words.say(rules.BUTTON_ANY_AGE), "age:none"), (words.say(rules.BUTTON_TYPE_IT), "age:type")]]


def _source_rows(rule: Rule, offer: Offer) -> list[list[tuple[str, str]]]:
    """Those that are ticked first."""
    ticked = listed(rule.match.get("source"))
    shown = sorted(offer.sources, key=lambda one: (one.name not in ticked, (one.title or one.name).casefold()))[:MOST]
    return [[_ticked(one.title or one.name, f"src:{one.id}", on=one.name in ticked)] for one in shown]


def _channel_rows(words: Words, rule: Rule, offer: Offer) -> list[list[tuple[str, str]]]:
    rows = [
        [_ticked(one.title or one.name, f"to:{one.id}", on=one.name in rule.channels)] for one in offer.channels[:MOST]
    ]
    if rule.drop and offer.may_all:
        rows.append([_ticked(words.say(rules.EVERYWHERE), "to:0", on=not rule.channels)])
    return rows


def _how_rows(words: Words, rule: Rule, offer: Offer) -> list[list[tuple[str, str]]]:
    options = rule.options
    switches = [
        _ticked(words.say(text), f"how:{value}", on=bool(options.get(option)))
        for value, (option, text) in _SWITCHES.items()
    ]
    approval = [
        _ticked(words.say(text), f"how:{value}", on=options.get("approve") is wish)
        for value, (wish, text) in _APPROVAL.items()
    ]
    topic = _ticked(words.say(rules.BUTTON_TOPIC), "topic:type", on=bool(options.get("thread")))
    names = [name for name in offer.templates if len(name.encode()) <= 36 and name not in control.NOT_FOR_ARTICLES][:12]
    templates = [
        _ticked(words.say(editors.TEMPLATE_IS, name=name), f"tpl:{name}", on=options.get("template") == name)
        for name in names
    ]
    made = [switches[:2], [switches[2], topic], approval]
    return [*made, *in_rows(templates, 2)]


def _card(words: Words, english: str, draft: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Card:
    return rulebook.choices_card(words, words.say(english), draft, rows)


def in_rows(buttons: Sequence[T], wide: int) -> list[list[T]]:
    return [list(buttons[place : place + wide]) for place in range(0, len(buttons), wide)]


def _ticked(label: str, data: str, *, on: bool) -> tuple[str, str]:
    return (f"✓ {label}" if on else label), data
