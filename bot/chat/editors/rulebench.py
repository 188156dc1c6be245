"""What the modules about rules share: a stored rule as a card, who may change it, what is written down, and the word to
whoever was not the first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from telegram import CallbackQuery

from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.editors import rulebook
from bot.chat.editors.rulebook import Titles
from bot.chat.pressing import answer, edit, place_of
from bot.chat.roles import Visitor
from bot.chat.words import common, rules
from bot.model import Owner, Rule
from bot.posts.trial import try_rule
from bot.store import audit, channels, decided, sources
from bot.store.database import Tx

DEEDS: Final = ("rule-added", "rule-changed", "rule-removed")


async def rule_card(context: Context, who: Visitor, rule: Rule, *, first: str = "") -> Card:
    """A stored rule with what it would have matched lately."""
    trial = await try_rule(context.db, rule, now=context.now())
    async with context.db.read() as tx:
        titles = await titles_of(tx, context)
        place = await decided.place_of(tx, "rules", rule.name) if rule.owner is Owner.FILE else None
    return rulebook.rule_card(who.words, rule, titles, trial, place, first=first)


async def titles_of(tx: Tx, context: Context) -> Titles:
    every = await channels.every(tx, bot_id=context.bot_id)
    return Titles(
        channels={one.name: one.title or one.name for one in every},
        sources={one.name: one.title or one.name for one in await sources.every(tx)},
    )


def may_change(who: Visitor, rule: Rule) -> bool:
    """An editor of some channels changes the rules of these alone, and none that is for every channel."""
    return all(who.may_publish_in(name) for name in rule.channels or ("",))


async def note(tx: Tx, context: Context, who: Visitor, what: str, about: str) -> None:
    await audit.write(tx, bot_id=context.bot_id, what=what, about=about, now=context.now(), person=who.person)


async def late(context: Context, who: Visitor, about: str, what: Collection[str] = DEEDS) -> str:
    """Plain text for whoever was not the first: who was."""
    async with context.db.read() as tx:
        deed = await audit.last_about(tx, bot_id=context.bot_id, about=about, what=what)
    return who.say(rules.TAKEN, name=deed.who[:60] if deed else who.say(common.SOMEBODY))


async def show(press: CallbackQuery, card: Card) -> None:
    """In place of what stood there."""
    await answer(press)
    place = place_of(press)
    if place is not None:
        await edit(press.get_bot(), place, card.html, card.keyboard)
