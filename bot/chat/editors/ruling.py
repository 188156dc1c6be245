"""/rules: which articles go where.  Owners and editors see each rule in words with what it would have matched lately,
pause it, delete it, or open it to be written anew (rulewriting.py).  What the file decides is shown with its line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat.card import Card, isolate, plain
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import rulebook, rulewriting
from bot.chat.editors.rulebench import late, may_change, note, rule_card, show, titles_of
from bot.chat.pressing import NO_PREVIEW, answer, confirm, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import editors, rules
from bot.model import Owner, Rule
from bot.store import channels, decided
from bot.store import rules as stored

_ID = "[0-9]{1,15}"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    ruling = Ruling(context)
    return [
        CommandHandler(["rules", "rule"], ruling.ask, NEW),
        CallbackQueryHandler(ruling.turn, pressed(f"rules:{_ID}:[0-9]{{1,4}}")),
        CallbackQueryHandler(ruling.start, pressed(f"rule:new:{_ID}")),
        CallbackQueryHandler(
            ruling.act, pressed(f"rule:(?:(?:see|sure|edit):{_ID}|(?:on|off|drop):{_ID}:[0-9a-f]{{8}})")
        ),
        *rulewriting.handlers(context),
    ]


class Ruling:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/rules, or /rules WORDS to begin one for these words"""
        who, message = await editor_at(self._context, update), update.effective_message
        if who is None or message is None:
            return
        typed = (message.text or "").partition(" ")[2].strip()
        card = await (rulewriting.begin(self._context, who, 0, typed=typed) if typed else self._list(who, 0, 0))
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def turn(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:rules:CHANNEL:PAGE; CHANNEL 0 = all of them"""
        who, press = await editor_at(self._context, update), update.callback_query
        if who is None or press is None:
            return
        channel, page = (press.data or "").split(":")[2:]
        await show(press, await self._list(who, int(channel), int(page)))

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:rule:new:CHANNEL"""
        who, press = await editor_at(self._context, update), update.callback_query
        if who is not None and press is not None:
            await show(press, await rulewriting.begin(self._context, who, int((press.data or "").split(":")[3])))

    async def act(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:rule:ACT:RULE, with the mark of the rule that was shown where it is changed"""
        who, press = await editor_at(self._context, update), update.callback_query
        if who is None or press is None:
            return
        act, number, *mark = (press.data or "").split(":")[2:]
        async with self._context.db.read() as tx:
            rule = await stored.get(tx, int(number))
        if rule is None:
            await answer(press, who.say(rules.RULE_GONE))
        elif act == "see":
            await show(press, await rule_card(self._context, who, rule))
        elif rule.owner is Owner.FILE:
            async with self._context.db.read() as tx:
                place = await decided.place_of(tx, "rules", rule.name)
            await answer(press, plain(rulebook.decided(who.words, place, f"[rules.{rule.name}]")))
        elif not may_change(who, rule):
            await answer(press, who.say(rules.NOT_YOUR_CHANNEL))
        elif act == "sure":
            await show(press, rulebook.sure_card(who.words, rule))
        elif act == "edit":
            await show(press, await rulewriting.open_again(self._context, who, rule))
        else:
            await self._change(press, who, rule, act, mark[0])

    async def _change(self, press: CallbackQuery, who: Visitor, rule: Rule, act: str, mark: str) -> None:
        """Of two people who press at once one changes it; the other is told who did."""
        context = self._context
        async with context.db.write() as tx:
            if act == "drop":
                done = await stored.remove_unchanged(tx, rule.id, mark)
            else:
                done = await stored.change(tx, rule.id, mark, replace(rule, enabled=act == "on")) is not None
            if done:
                await note(tx, context, who, "rule-removed" if act == "drop" else "rule-changed", rule.name)
            now_so = await stored.get(tx, rule.id)
        if not done:
            await answer(press, await late(context, who, rule.name))
        elif act == "drop":
            await confirm(press, plain(who.say(rules.RULE_REMOVED, name=isolate(rule.name))))
        if now_so is None:
            await show(press, await self._list(who, 0, 0))
        else:
            await show(press, await rule_card(context, who, now_so))

    async def _list(self, who: Visitor, channel_id: int, page: int) -> Card:
        async with self._context.db.read() as tx:
            every = await stored.every(tx)
            titles = await titles_of(tx, self._context)
            channel = await channels.get(tx, channel_id) if channel_id else None
        if not titles.channels:
            return Card(html=who.say(editors.NO_CHANNEL))
        if channel is not None:
            every = tuple(rule for rule in every if channel.name in rule.channels or (rule.drop and not rule.channels))
        return rulebook.list_card(who.words, every, titles, channel=channel.id if channel else 0, page=page)
