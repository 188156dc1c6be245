"""/scheduled: what is planned, and what an editor may do about each: now, at another time, not at all."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.channels import causes
from bot.chat import sharing
from bot.chat.card import Card, cut
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import control, questions, times
from bot.chat.editors.questions import Question, Take
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Channel, Post, PostKind, PostState
from bot.posts.moments import parse_moment
from bot.store import audit, channels, posts
from bot.store.database import Tx

LISTED: Final = 10
_CHANGES: Final = frozenset({PostKind.EDIT, PostKind.RETRACT, PostKind.ALERT})


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    planned = Planned(context)
    return [
        CommandHandler("scheduled", planned.tell, NEW),
        CallbackQueryHandler(planned.press, pressed("plan:(?:open|now|type|drop|list):[0-9]{1,15}")),
    ]


def takers(context: Context) -> dict[str, Take]:
    return {"replan": Planned(context).take_time}


class Planned:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def tell(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(self._context, update), update.effective_message
        if who is None or message is None:
            return
        card = await self._list(who)
        await message.reply_html(card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:plan:VERB:POST"""
        who, query = await editor_at(self._context, update), update.callback_query
        place = place_of(query) if query is not None else None
        if who is None or query is None or place is None:  # our cards are never sent through inline mode
            return
        verb, number = (query.data or "").split(":")[2:]
        async with self._context.db.read() as tx:
            post, channel = await _waiting(tx, self._context, int(number))
        if verb == "list":
            card = await self._list(who)
        elif post is None or channel is None:
            await answer(query, who.say(editors.NOT_PLANNED))
            return
        elif not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        elif verb == "type":
            await answer(query)
            now = escape(times.say_time(who.words, self._context.now(), channel))
            html = who.say(editors.ASK_TIME, channel=control.title_of(channel), now=now)
            await questions.ask(self._context, who, place[0], html, kind="replan", reply_to=place[1], post=post.id)
            return
        else:
            card = await self._act(who, verb, post, channel)
        await answer(query)
        await edit(query.get_bot(), place, card.html, card.keyboard)

    async def take_time(self, message: Message, who: Visitor, question: Question) -> bool:
        context = self._context
        async with context.db.read() as tx:
            post, channel = await _waiting(tx, context, int(question.about.get("post") or 0))
        if post is None or channel is None:
            await message.reply_html(who.say(editors.NOT_PLANNED))
            return True
        if not who.may_publish_in(channel.name):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return True
        try:
            at = parse_moment(message.text or "", zone=channel.timezone, now=context.now(), language=who.words.language)
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return False
        async with context.db.write() as tx:
            moved = await posts.reschedule(tx, post.id, due_at=at)
            if moved:
                await self._note(tx, who, post, "post-scheduled")
        context.wake("deliver")
        if not moved:
            await message.reply_html(who.say(editors.TOO_LATE))
            return True
        when = escape(times.say_when(who.words, at, channel, context.now()))
        await message.reply_html(who.say(editors.SCHEDULED, channel=control.title_of(channel), when=when))
        return True

    async def _act(self, who: Visitor, verb: str, post: Post, channel: Channel) -> Card:
        context, now = self._context, self._context.now()
        title = control.title_of(channel)
        if verb == "now":
            async with context.db.write() as tx:
                moved = await posts.reschedule(tx, post.id, due_at=now)
                if moved:
                    await self._note(tx, who, post, "post-published")
            context.wake("deliver")
            return Card(html=who.say(editors.QUEUED if moved else editors.TOO_LATE, channel=title))
        if verb == "drop":
            async with context.db.write() as tx:
                dropped = await posts.cancel(tx, post.id, problem=causes.taken_back(now))
                if dropped:
                    await self._note(tx, who, post, "post-cancelled")
            return Card(html=who.say(editors.TAKEN_BACK if dropped else editors.TOO_LATE))
        when = escape(times.say_when(who.words, post.due_at or now, channel, now))
        html = who.say(editors.SCHEDULED, channel=title, when=when)
        offered = (
            (editors.BUTTON_NOW, "now"), (editors.BUTTON_OTHER_TIME, "type"),
            (editors.BUTTON_CANCEL, "drop"), (editors.BUTTON_LIST, "list"),
        )  # fmt: skip
        buttons = [_button(who.say(label), act, post) for label, act in offered]
        return Card(html=f"{html}\n{_title(post)}", keyboard=InlineKeyboardMarkup([buttons[:2], buttons[2:]]))

    async def _note(self, tx: Tx, who: Visitor, post: Post, what: str) -> None:
        await audit.write_posts(tx, [post.id], what=what, now=self._context.now(), by=who.person.user_id)

    async def _list(self, who: Visitor) -> Card:
        context, now = self._context, self._context.now()
        async with context.db.read() as tx:
            queued = await posts.in_state(tx, (PostState.QUEUED,), bot_id=context.bot_id)
            every = await channels.every(tx, bot_id=context.bot_id)
        known = {channel.id: channel for channel in every if who.may_publish_in(channel.name)}
        planned = [
            post for post in queued
            if post.due_at and post.due_at > now and post.kind not in _CHANGES and post.channel_id in known
        ][:LISTED]  # fmt: skip
        if not planned:
            return Card(html=who.say(editors.NOTHING_PLANNED))
        lines = [who.count(editors.PLANNED, len(planned))]
        for number, post in enumerate(planned, 1):
            channel = known[post.channel_id or 0]
            when = escape(times.say_time(who.words, post.due_at or now, channel))
            name = control.title_of(channel)
            lines.append(who.say(editors.PLANNED_LINE, number=number, when=when, channel=name, title=_title(post)))
        buttons = [_button(str(number), "open", post) for number, post in enumerate(planned, 1)]
        rows = [buttons[place : place + 5] for place in range(0, len(buttons), 5)]
        return Card(html="\n".join(lines), keyboard=InlineKeyboardMarkup(rows))


async def _waiting(tx: Tx, context: Context, post_id: int) -> tuple[Post | None, Channel | None]:
    post = await posts.get(tx, post_id)
    if post is None or post.bot_id != context.bot_id or post.state is not PostState.QUEUED or post.channel_id is None:
        return None, None
    return post, await channels.get(tx, post.channel_id)


def _title(post: Post) -> str:
    return escape(cut(post.visible_text.partition("\n")[0], 80))


def _button(label: str, verb: str, post: Post) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"v1:plan:{verb}:{post.id}")
