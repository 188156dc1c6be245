"""Writing a rule: a row holds it until it is saved, so that buttons carry an opaque id and nothing is lost by a
restart.  Saving is compare-and-set: who changed the rule first wins, the other is told who it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.chat.card import Card, isolate
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import conditions, questions, rulebook, rulechoices
from bot.chat.editors.questions import Question, Take
from bot.chat.editors.rulebench import late, may_change, note, rule_card, show, titles_of
from bot.chat.pressing import ID, NO_PREVIEW, answer, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.words import common, editors, rules
from bot.model import Json, Owner, Rule
from bot.posts.trial import Trial, try_rule
from bot.store import channels, queries, sources
from bot.store import rules as stored
from bot.store.queries import Query
from bot.store.rules import mark_of

KIND: Final = "rule"
_ASKS: Final[Mapping[str, str]] = {
    "words": rules.ASK_WORDS,
    "tags": rules.ASK_NAMES,
    "authors": rules.ASK_NAMES,
    "age": rules.ASK_AGE,
    "topic": rules.ASK_TOPIC,
    "name": rules.ASK_NAME,
}


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    data = rf"rd:{ID}:[a-z]{{1,8}}(?::[\w+-]{{1,36}})?"
    return [CallbackQueryHandler(Writing(context).press, pressed(data))]


def takers(context: Context) -> Mapping[str, Take]:
    return {KIND: Writing(context).take}


async def begin(context: Context, who: Visitor, channel_id: int, *, typed: str = "") -> Card:
    """A new rule: for a channel if it was chosen there, or if there is only one; for words that were typed."""
    async with context.db.read() as tx:
        every = [one for one in await channels.every(tx, bot_id=context.bot_id) if who.may_publish_in(one.name)]
    if not every:
        return Card(html=who.say(editors.NO_CHANNEL))
    chosen = [one for one in every if one.id == channel_id] or (every if len(every) == 1 else [])
    rule = Rule(id=0, name="", channels=tuple(one.name for one in chosen), match=conditions.words_typed(typed))
    return await _keep_new(context, who, rule, of=None)


async def open_again(context: Context, who: Visitor, rule: Rule) -> Card:
    """A stored rule, to be written anew."""
    return await _keep_new(context, who, rule, of=rule)


async def _keep_new(context: Context, who: Visitor, rule: Rule, *, of: Rule | None) -> Card:
    options: dict[str, Json] = {"rule": _as_json(rule), "of": of.id if of else None, "mark": mark_of(of) if of else ""}
    async with context.db.write() as tx:
        row = await queries.add(
            tx, bot_id=context.bot_id, user_id=who.person.user_id, words=rule.name, options=options, now=context.now()
        )
    return await _draft_card(context, who, row)


class Writing:
    """Presses and typed words about a rule that is being written."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:rd:DRAFT:WHAT or v1:rd:DRAFT:WHAT:VALUE"""
        who, press = await editor_at(self._context, update), update.callback_query
        if who is None or press is None:
            return
        draft, what, *value = (press.data or "").split(":", 4)[2:]
        row = await self._row(draft, who)
        if row is None:
            await answer(press, who.say(common.OLD_BUTTON))
        elif what == "save":
            await self._save(press, who, row)
        elif what == "stop":
            await self._stop(press, who, row)
        elif what in _ASKS and (value == ["type"] or not rulechoices.is_set(_rule_of(row), what)):
            await answer(press)
            await self._ask(press, who, row, what)
        else:
            await self._choose(press, who, row, what, value[0] if value else "")

    async def take(self, message: Message, who: Visitor, question: Question) -> bool:
        """What was typed about one condition; False where it cannot be that."""
        row, what = await self._row(str(question.about.get("draft")), who), str(question.about.get("what"))
        if row is None:
            await message.reply_html(who.say(common.OLD_BUTTON))
            return True
        changed = rulechoices.typed(_rule_of(row), what, message.text or "")
        if changed is None:
            await message.reply_html(who.say(_ASKS.get(what, editors.NOT_A_TEXT)), link_preview_options=NO_PREVIEW)
            return False
        row = await self._keep(row, changed)
        card = await _draft_card(self._context, who, row)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)
        return True

    async def _ask(self, press: CallbackQuery, who: Visitor, row: Query, what: str) -> None:
        place = place_of(press)
        if place is not None:
            html = who.say(_ASKS[what])
            await questions.ask(
                self._context, who, place[0], html, kind=KIND, reply_to=place[1], draft=row.id, what=what
            )

    async def _choose(self, press: CallbackQuery, who: Visitor, row: Query, what: str, value: str) -> None:
        """A choice that a button carries, then the card on which it was made; or the card alone."""
        rule = _rule_of(row)
        offer = await self._offer(who)
        if value:
            changed = rulechoices.chosen(rule, what, value, offer)
            if changed is None:
                await answer(press, who.say(common.OLD_BUTTON))
                return
            row = await self._keep(row, changed)
            rule = changed
        card = rulechoices.card(who.words, row.id, rule, what, offer)
        await show(press, card or await _draft_card(self._context, who, row))

    async def _offer(self, who: Visitor) -> rulechoices.Offer:
        context = self._context
        async with context.db.read() as tx:
            every = await channels.every(tx, bot_id=context.bot_id)
            watched = await sources.every(tx)
        return rulechoices.Offer(
            channels=tuple(one for one in every if who.may_publish_in(one.name)),
            sources=watched,
            templates=tuple(context.press.renderer.names()),
            may_all=who.may_publish_in(""),
        )

    async def _save(self, press: CallbackQuery, who: Visitor, row: Query) -> None:
        context, rule = self._context, _rule_of(row)
        if not rule.match:
            await answer(press, who.say(rules.NEEDS_ABOUT))
            return
        if not rule.channels and not rule.drop:
            await answer(press, who.say(rules.NEEDS_TARGET))
            return
        if not may_change(who, rule):
            await answer(press, who.say(rules.NOT_YOUR_CHANNEL))
            return
        async with context.db.write() as tx:
            fresh = await queries.get(tx, row.id, bot_id=context.bot_id, now=context.now())
            if fresh is None or "saved" in fresh.options:  # pressed twice
                saved, known = None, None
            else:
                known = row.options.get("of")
                saved = await self._write(tx, who, rule, known, str(row.options.get("mark")))
                await queries.change(tx, row.id, bot_id=context.bot_id, options={**row.options, "saved": True})
            now_so = await stored.get(tx, known) if known and saved is None else None
        if saved is not None:
            first = who.say(rules.RULE_SAVED, name=isolate(escape(saved.name)))
            await show(press, await rule_card(context, who, saved, first=first))
        elif known is None:
            await answer(press, who.say(common.OLD_BUTTON))
        else:
            await self._lost(press, who, now_so, rule.name)

    async def _write(self, tx: Any, who: Visitor, rule: Rule, known: int | None, mark: str) -> Rule | None:
        """None when somebody was faster."""
        if known is not None:
            saved = await stored.change(tx, known, mark, rule)
        else:
            name = await stored.free_name(tx, rule.name or rulechoices.name_of(rule))
            saved = await stored.put(tx, replace(rule, name=name, position=await stored.next_position(tx)))
        if saved is not None:
            await note(tx, self._context, who, "rule-changed" if known is not None else "rule-added", saved.name)
        return saved

    async def _lost(self, press: CallbackQuery, who: Visitor, now_so: Rule | None, name: str) -> None:
        told = await late(self._context, who, name)
        if now_so is None:
            await show(press, Card(html=f"{escape(told)}\n{who.say(rules.RULE_GONE)}"))
            return
        await show(press, await rule_card(self._context, who, now_so, first=escape(told)))

    async def _stop(self, press: CallbackQuery, who: Visitor, row: Query) -> None:
        context, known = self._context, row.options.get("of")
        async with context.db.write() as tx:
            await queries.change(tx, row.id, bot_id=context.bot_id, options={**row.options, "saved": True})
            rule = await stored.get(tx, known) if known else None
        stopped = who.say(editors.STOPPED)
        await show(press, await rule_card(context, who, rule, first=stopped) if rule else Card(html=stopped))

    async def _row(self, draft: str, who: Visitor) -> Query | None:
        """The row of one's own that is still being written."""
        async with self._context.db.read() as tx:
            row = await queries.get(tx, draft, bot_id=self._context.bot_id, now=self._context.now())
        mine = row is not None and row.user_id == who.person.user_id and "rule" in row.options
        return row if mine and row is not None and "saved" not in row.options else None

    async def _keep(self, row: Query, rule: Rule) -> Query:
        options = {**row.options, "rule": _as_json(rule)}
        async with self._context.db.write() as tx:
            await queries.change(tx, row.id, bot_id=self._context.bot_id, options=options)
        return replace(row, options=options)


async def _draft_card(context: Context, who: Visitor, row: Query) -> Card:
    rule = _rule_of(row)
    trial = await try_rule(context.db, rule, now=context.now()) if rule.match else Trial(days=0)
    async with context.db.read() as tx:
        titles = await titles_of(tx, context)
    return rulebook.draft_card(who.words, row.id, rule, titles, trial, known=row.options.get("of") is not None)


def _as_json(rule: Rule) -> dict[str, Json]:
    return {"name": rule.name, **stored.values_of(rule)}


def _rule_of(row: Query) -> Rule:
    kept: dict[str, Any] = row.options["rule"]
    return Rule(id=0, **{**kept, "owner": Owner(kept["owner"]), "channels": tuple(kept["channels"])})
