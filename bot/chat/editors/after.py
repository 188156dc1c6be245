"""After publishing: open, edit, correct, pin, post again, show the history, retract; on the card and by a post's link.

Buttons carry the post's number; whether the presser may, and what the post is now, is looked up at every press.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.chat import sharing
from bot.chat.card import cut
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import control, questions, staging, times
from bot.chat.editors.questions import Question, Take
from bot.chat.pressing import NO_PREVIEW, answer, confirm, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Channel, Post, PostKind, PostState
from bot.posts import rewording
from bot.posts.withdrawal import retract
from bot.store import articles, audit, channels, drafts, posts
from bot.store.database import Tx
from bot.wording import Words

_VERBS: Final = "more|edit|fix|pin|unpin|past|drop|yes|dup"


def keyboard(words: Words, sent: Sequence[tuple[Post, Channel]]) -> InlineKeyboardMarkup:
    """One post has all its buttons; of several each has its address and a button that opens the rest."""
    if len(sent) == 1:
        return InlineKeyboardMarkup(rows_of(words, sent[0][0]))
    rows = []
    for post, channel in sent:
        name = channel.title or channel.name
        row = [_button(words.say(editors.BUTTON_MORE, channel=name), "more", post.id)]
        if post.remote_url:
            row.insert(0, InlineKeyboardButton(words.say(common.BUTTON_OPEN), url=post.remote_url))
        rows.append(row)
    return InlineKeyboardMarkup(rows)


def rows_of(words: Words, post: Post) -> list[list[InlineKeyboardButton]]:
    first = [InlineKeyboardButton(words.say(common.BUTTON_OPEN), url=post.remote_url)] if post.remote_url else []
    return [
        [*first, _button(words.say(editors.BUTTON_EDIT), "edit", post.id)],
        [
            _button(words.say(editors.BUTTON_CORRECT), "fix", post.id),
            _button(words.say(editors.BUTTON_PIN), "pin", post.id),
            _button(words.say(editors.BUTTON_AGAIN), "dup", post.id),
        ],
        [
            _button(words.say(editors.BUTTON_HISTORY), "past", post.id),
            _button(words.say(editors.BUTTON_RETRACT), "drop", post.id, style="danger"),
        ],
    ]


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [CallbackQueryHandler(After(context).press, pressed(f"post:(?:{_VERBS}):[0-9]{{1,15}}"))]


def takers(context: Context) -> Mapping[str, Take]:
    after = After(context)
    return {"edit": after.take_text, "fix": after.take_sentence}


class After:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:post:VERB:POST"""
        who, query = await editor_at(self._context, update), update.callback_query
        if who is None or query is None:
            return
        verb, number = (query.data or "").split(":")[2:]
        place = place_of(query)
        async with self._context.db.read() as tx:
            post, channel = await _post(tx, self._context, int(number))
        if post is None or channel is None or place is None or post.state is not PostState.SENT:
            await answer(query, who.say(editors.POST_GONE))
            return
        if not who.may_publish_in(channel.name):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        try:
            await self._act(verb, query, who, post, channel, place)
        except SharewireError as error:
            await answer(query, sharing.problem_line(who.words, error.problem.title, error.problem.cause))

    async def _act(
        self, verb: str, query: CallbackQuery, who: Visitor, post: Post, channel: Channel, place: tuple[int, int]
    ) -> None:
        bot = query.get_bot()
        match verb:
            case "more":
                await answer(query)
                await edit(
                    bot, place, await self.card(who, post, channel), InlineKeyboardMarkup(rows_of(who.words, post))
                )
            case "edit" | "fix":
                await answer(query)
                english = editors.ASK_NEW_TEXT if verb == "edit" else editors.ASK_CORRECTION
                html = who.say(english, channel=control.title_of(channel))
                await questions.ask(self._context, who, place[0], html, kind=verb, reply_to=place[1], post=post.id)
            case "pin" | "unpin":
                await self._pin(query, who, post, verb)
            case "past":
                await answer(query)
                await self._send(place[0], await history_html(self._context, who.words, post, channel))
            case "dup":
                await answer(query)
                await self._again(who, post, channel, place[0])
            case "drop":
                await answer(query)
                html = who.say(editors.SURE, channel=control.title_of(channel))
                row = [
                    _button(who.say(editors.BUTTON_RETRACT_IT), "yes", post.id, style="danger"),
                    _button(who.say(editors.BUTTON_BACK_TO_CARD), "more", post.id),
                ]
                await edit(bot, place, html, InlineKeyboardMarkup([row]))
            case _:
                context = self._context
                made = await retract(context.db, context.press, post.id, now=context.now(), by=who.person.user_id)
                if made is not None:
                    await self._note(who, post, "post-retracted")
                await answer(query)
                context.wake("deliver")
                name = escape(who.person.name or who.say(common.SOMEBODY))
                english = editors.RETRACTED if made is not None else editors.RETRACTED_BEFORE
                await edit(bot, place, who.say(english, channel=control.title_of(channel), name=name))

    async def _note(self, who: Visitor, post: Post, what: str) -> None:
        now = self._context.now()
        async with self._context.db.write() as tx:
            await audit.write_posts(tx, [post.id], what=what, now=now, by=who.person.user_id)

    async def card(self, who: Visitor, post: Post, channel: Channel) -> str:
        async with self._context.db.read() as tx:
            name = await staging.publisher(tx, who.words, post)
        link = f"\n{escape(post.remote_url)}" if post.remote_url else ""
        return who.say(editors.PUBLISHED, channel=control.title_of(channel), name=name, link=link)

    async def _pin(self, query: CallbackQuery, who: Visitor, post: Post, verb: str) -> None:
        """In silence; the button becomes its opposite."""
        params: dict[str, Any] = {"chat_id": post.chat_id, "message_id": int(post.remote_id or 0)}
        method = "pinChatMessage" if verb == "pin" else "unpinChatMessage"
        if verb == "pin":
            params["disable_notification"] = True
        try:
            await self._context.telegram.call(method, params)
        except (BadRequest, Forbidden):
            await answer(query, who.say(editors.CANNOT_PIN))
            return
        await confirm(query, who.say(editors.PINNED if verb == "pin" else editors.UNPINNED))
        turned = _turned(query, who.words, post.id, pinned=verb == "pin")
        if turned is not None and place_of(query) is not None:
            with suppress(BadRequest):  # the card was changed or deleted meanwhile
                await query.edit_message_reply_markup(turned)

    async def _again(self, who: Visitor, post: Post, channel: Channel, chat_id: int) -> None:
        """A new preview of the article, to be posted once more."""
        context = self._context
        if post.article_id is None:
            await self._send(chat_id, who.say(common.GONE))
            return
        async with context.db.write() as tx:
            draft = await drafts.add(
                tx, bot_id=context.bot_id, user_id=who.person.user_id, article_id=post.article_id,
                channel_id=channel.id, now=context.now(), options={},
            )  # fmt: skip
        await staging.show(context, who, draft, chat_id)

    async def _send(self, chat_id: int, html: str) -> None:
        bot = self._context.telegram.bot
        await bot.send_message(chat_id, html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def take_text(self, message: Message, who: Visitor, question: Question) -> bool:
        return await self._reword(message, who, question, corrected=False)

    async def take_sentence(self, message: Message, who: Visitor, question: Question) -> bool:
        return await self._reword(message, who, question, corrected=True)

    async def _reword(self, message: Message, who: Visitor, question: Question, *, corrected: bool) -> bool:
        context, by = self._context, who.person.user_id
        if not message.text:
            await message.reply_html(who.say(editors.NOT_A_TEXT))
            return False
        async with context.db.read() as tx:
            post, channel = await _post(tx, context, int(question.about.get("post") or 0))
        if post is None or channel is None:
            await message.reply_html(who.say(editors.POST_GONE))
            return True
        if not who.may_publish_in(channel.name):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return True
        try:
            if corrected:
                await rewording.correct(context.db, post.id, message.text, now=context.now(), by=by)
            else:
                await rewording.reword(context.db, post.id, message.text_html, now=context.now(), by=by)
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return False
        await self._note(who, post, "post-edited")
        context.wake("deliver")
        link = f"\n{escape(post.remote_url)}" if post.remote_url else ""
        html = who.say(editors.REWORDED, channel=control.title_of(channel), link=link)
        await message.reply_html(html, link_preview_options=NO_PREVIEW)
        return True


async def history_html(context: Context, words: Words, post: Post, channel: Channel) -> str:
    """What became of a post, the latest last: when, by whom, and the headline as it was."""
    async with context.db.read() as tx:
        changes = await posts.changes_of(tx, post.id)
        versions = await articles.versions(tx, post.article_id) if post.article_id else ()
        lines = [await _history_line(tx, words, one, channel) for one in (post, *changes)]
    for version in versions:
        at = times.say_time(words, version.replaced_at, channel)
        lines.append(words.say(editors.HISTORY_VERSION, at=escape(at), title=escape(cut(version.title or "", 120))))
    return "\n".join([words.say(editors.HISTORY, channel=control.title_of(channel)), *lines])


async def _history_line(tx: Tx, words: Words, post: Post, channel: Channel) -> str:
    english = {PostKind.EDIT: editors.HISTORY_EDIT, PostKind.RETRACT: editors.HISTORY_RETRACT}
    at = escape(times.say_time(words, post.sent_at or post.due_at or post.created_at or _never(), channel))
    name = await staging.publisher(tx, words, post)
    return words.say(english.get(post.kind, editors.HISTORY_POST), at=at, name=name)


def _turned(query: CallbackQuery, words: Words, post_id: int, *, pinned: bool) -> InlineKeyboardMarkup | None:
    """The keyboard that was pressed, its pin button turned into its opposite."""
    keyboard = getattr(query.message, "reply_markup", None)
    if keyboard is None:
        return None
    label, verb = (editors.BUTTON_UNPIN, "unpin") if pinned else (editors.BUTTON_PIN, "pin")
    rows = [
        [_button(words.say(label), verb, post_id) if one.callback_data == query.data else one for one in row]
        for row in keyboard.inline_keyboard
    ]
    return InlineKeyboardMarkup(rows)


def _never() -> Any:
    raise AssertionError("every post has a time of its own")


async def _post(tx: Tx, context: Context, post_id: int) -> tuple[Post | None, Channel | None]:
    """A message of ours in a channel of this bot."""
    post = await posts.get(tx, post_id)
    if post is None or post.bot_id != context.bot_id or post.channel_id is None:
        return None, None
    return post, await channels.get(tx, post.channel_id)


def _button(label: str, verb: str, post_id: int, *, style: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(
        label[:40], callback_data=f"v1:post:{verb}:{post_id}", api_kwargs={"style": style} if style else None
    )
