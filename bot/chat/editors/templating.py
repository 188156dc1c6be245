"""/template: how the posts of a channel look: show it, replace it by sending another, see the newest article with it,
go back to the default.  What is sent is checked as `sharewire templates check` does, and refused with its line."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.door import channels_for, editor_at
from bot.chat.editors import control, questions
from bot.chat.editors.questions import Question, Take
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import common, editors, templates
from bot.errors import Problem, TemplateError
from bot.model import Channel, Owner
from bot.posts import preview as composing
from bot.posts import saving
from bot.posts.checking import Report, check
from bot.store import articles, audit, channels, notices

_DEFAULT = "share"


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    templating = Templating(context)
    return [
        CommandHandler("template", templating.ask, NEW),
        CallbackQueryHandler(templating.press, pressed("look:(?:card|source|change|see|reset):[0-9]{1,15}")),
    ]


def takers(context: Context) -> Mapping[str, Take]:
    return {"template": Templating(context).take_source}


class Templating:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(self._context, update), update.effective_message
        if who is None or message is None:
            return
        listed = await channels_for(self._context, who, message)
        if not listed:
            return
        card = self._card(who, listed[0]) if len(listed) == 1 else _which(who, listed)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:look:VERB:CHANNEL"""
        who, query = await editor_at(self._context, update), update.callback_query
        if who is None or query is None:
            return
        verb, number = (query.data or "").split(":")[2:]
        context, place = self._context, place_of(query)
        async with context.db.read() as tx:
            channel = await channels.get(tx, int(number))
        if channel is None or channel.bot_id != context.bot_id or place is None:
            await answer(query, who.say(common.OLD_BUTTON))
            return
        if not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        if verb in ("change", "reset") and channel.owner is Owner.FILE:
            await answer(query, who.say(templates.LOCKED))
            return
        await answer(query)
        match verb:
            case "source":
                await self._show_source(place[0], channel)
            case "change":
                await self._show_source(place[0], channel)
                html = who.say(templates.ASK, channel=control.title_of(channel))
                await questions.ask(
                    context, who, place[0], html, kind="template", reply_to=place[1], channel=channel.id
                )
            case "see":
                await self._see(place[0], channel)
            case "reset":
                saving.forget(context.templates, saving.name_for(channel.name), now=context.now())
                await self._use(who, channel, _DEFAULT)
                html = who.say(templates.RESET, channel=control.title_of(channel))
                await edit(query.get_bot(), place, html, _keyboard(who, channel))
            case _:
                card = self._card(who, channel)
                await edit(query.get_bot(), place, card.html, card.keyboard)

    async def take_source(self, message: Message, who: Visitor, question: Question) -> bool:
        context = self._context
        async with context.db.read() as tx:
            channel = await channels.get(tx, int(question.about.get("channel") or 0))
        if channel is None or not message.text:
            await message.reply_html(who.say(editors.NOT_A_TEXT))
            return channel is None
        if not who.may_publish_in(channel.name):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return True
        name = saving.name_for(channel.name)
        try:
            report = saving.save(context.press, context.templates, name, message.text, now=context.now())
        except TemplateError as error:
            await message.reply_html(_problem_html(who, error), link_preview_options=NO_PREVIEW)
            return False
        await self._use(who, channel, name)
        html = who.say(templates.SAVED, channel=control.title_of(channel), meter=_meter(who, report))
        await message.reply_html(html, link_preview_options=NO_PREVIEW)
        await self._see(message.chat.id, channel)
        return True

    async def _use(self, who: Visitor, channel: Channel, name: str) -> None:
        context = self._context
        async with context.db.write() as tx:
            await channels.change(tx, channel.id, template=name)
            await notices.close(tx, bot_id=context.bot_id, key=f"template:{channel.id}", now=context.now())
            await audit.write(
                tx, bot_id=context.bot_id, what="template", about=channel.name, now=context.now(), person=who.person,
                options={"template": name},
            )  # fmt: skip

    async def _show_source(self, chat_id: int, channel: Channel) -> None:
        try:
            source = saving.source_of(self._context.press, channel.template)
        except TemplateError:
            source = saving.source_of(self._context.press, _DEFAULT)
        html = f"<pre>{escape(source[:3500])}</pre>"
        await self._context.telegram.bot.send_message(chat_id, html, parse_mode=ParseMode.HTML)

    async def _see(self, chat_id: int, channel: Channel) -> None:
        """The newest article as this channel would show it."""
        context = self._context
        async with context.db.read() as tx:
            newest = await articles.latest(tx, limit=1)
        if newest:
            made = await composing.preview(context.db, context.press, newest[0].id, channel.id)
            await sharing.send(context, made.requests, chat_id=chat_id)

    def _card(self, who: Visitor, channel: Channel) -> Card:
        try:
            meter = _meter(who, check(self._context.press, channel.template))
        except TemplateError as error:
            meter = f"{who.say(templates.BROKEN)}\n{_problem_html(who, error)}"
        name = escape(channel.template)
        html = who.say(templates.SHOWN, channel=control.title_of(channel), name=name, meter=meter)
        return Card(html=html, keyboard=_keyboard(who, channel))


def _which(who: Visitor, listed: tuple[Channel, ...]) -> Card:
    rows = [[_button(channel.title or channel.name, "card", channel)] for channel in listed[: control.LISTED]]
    return Card(html=who.say(templates.WHICH), keyboard=InlineKeyboardMarkup(rows))


def _keyboard(who: Visitor, channel: Channel) -> InlineKeyboardMarkup:
    rows = [
        [
            _button(who.say(templates.BUTTON_SOURCE), "source", channel),
            _button(who.say(templates.BUTTON_CHANGE), "change", channel),
        ],
        [_button(who.say(templates.BUTTON_LOOK), "see", channel)],
    ]
    if channel.template != _DEFAULT:
        rows.append([_button(who.say(templates.BUTTON_DEFAULT), "reset", channel)])
    return InlineKeyboardMarkup(rows)


def _meter(who: Visitor, report: Report) -> str:
    return who.say(
        templates.METER,
        text_from=f"{report.text[0]:,}", text_to=f"{report.text[1]:,}",
        caption_from=f"{report.caption[0]:,}", caption_to=f"{report.caption[1]:,}", entities=report.entities,
    )  # fmt: skip


def _problem_html(who: Visitor, error: TemplateError) -> str:
    problem: Problem = error.problem
    title, cause, fix = (escape(sharing.told(who.words, text)) for text in (problem.title, problem.cause, problem.fix))
    text = f"<b>{title}</b>\n{cause}\n{fix}"
    line = who.say(templates.LINE, line=error.line, text=text) if error.line else text
    return f"{line} <i>{problem.code}</i>"


def _button(label: str, verb: str, channel: Channel) -> InlineKeyboardButton:
    return InlineKeyboardButton(label[:40], callback_data=f"v1:look:{verb}:{channel.id}")
