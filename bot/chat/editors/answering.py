"""What an editor writes when asked: a time, the post's text, a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from telegram import Message

from bot.chat import sharing
from bot.chat.context import Context
from bot.chat.editors import control, drafting, publishing, questions, staging, times
from bot.chat.editors.questions import Question, Take
from bot.chat.pressing import NO_PREVIEW, edit
from bot.chat.roles import Visitor
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Channel, Json
from bot.posts import markup
from bot.posts.moments import parse_moment
from bot.posts.order import OWN_FILE
from bot.posts.rewording import too_long
from bot.store import channels, drafts, posts
from bot.store.drafts import Draft

Place = tuple[int, int]


async def ask_time(context: Context, who: Visitor, draft: Draft, place: Place) -> None:
    channel = await _channel(context, draft)
    now = escape(times.say_time(who.words, context.now(), channel))
    html = who.say(editors.ASK_TIME, channel=control.title_of(channel), now=now)
    await questions.ask(context, who, place[0], html, kind="time", reply_to=place[1], draft=draft.id)


async def ask_text(context: Context, who: Visitor, draft: Draft, place: Place) -> None:
    channel = await _channel(context, draft)
    limit = await _limit(context, draft)
    html = who.say(editors.ASK_TEXT, channel=control.title_of(channel), limit=f"{limit:,}")
    await questions.ask(context, who, place[0], html, kind="text", reply_to=place[1], draft=draft.id)


async def ask_picture(context: Context, who: Visitor, draft: Draft, place: Place) -> None:
    channel = await _channel(context, draft)
    html = who.say(editors.ASK_PICTURE, channel=control.title_of(channel))
    await questions.ask(context, who, place[0], html, kind="picture", reply_to=place[1], draft=draft.id)


async def show_planned(context: Context, who: Visitor, draft: Draft) -> None:
    """The card of a planned draft: when it goes out, and what can still be done about it."""
    channel, place = await _channel(context, draft), drafting.place_of_card(draft)
    async with context.db.read() as tx:
        known = await drafts.get(tx, draft.id, bot_id=context.bot_id) or draft
        found = [await posts.get(tx, post_id) for post_id in drafting.posts_of(known)]
    due = next((post.due_at for post in found if post is not None and post.due_at is not None), None)
    if place is None or due is None:
        return
    when = escape(times.say_when(who.words, due, channel, context.now()))
    html = who.say(editors.SCHEDULED, channel=control.title_of(channel), when=when)
    await edit(context.telegram.bot, place, html, control.planned_keyboard(who.words, draft.id))


def takers(context: Context, look: Callable[[], None]) -> Mapping[str, Take]:
    """Who takes which answer; `look` is told when a card waits for its post."""
    answers = Answers(context, look)
    return {"time": answers.time, "text": answers.text, "picture": answers.picture}


class Answers:
    def __init__(self, context: Context, look: Callable[[], None]) -> None:
        self._context = context
        self._look = look

    async def time(self, message: Message, who: Visitor, question: Question) -> bool:
        context = self._context
        draft = await self._draft(message, who, question, ("open", "planned"))
        if draft is None:
            return True
        channel = await _channel(context, draft)
        try:
            at = parse_moment(message.text or "", zone=channel.timezone, now=context.now(), language=who.words.language)
        except SharewireError as error:
            await message.reply_html(sharing.problem_html(who.words, error.problem), link_preview_options=NO_PREVIEW)
            return False
        if draft.state == "planned":
            if not await publishing.put_off(context, draft, at, who.person.user_id):
                await message.reply_html(who.say(editors.TOO_LATE))
                return True
        else:
            taken = await publishing.take(context, draft, who.person.user_id, to="planned")
            if taken is None:
                await message.reply_html(who.say(editors.DRAFT_GONE))
                return True
            await publishing.write_down(context, taken, who.person.user_id, at=at)
            draft = taken
        self._look()
        await show_planned(context, who, draft)
        when = escape(times.say_when(who.words, at, channel, context.now()))
        await message.reply_html(who.say(editors.SCHEDULED, channel=control.title_of(channel), when=when))
        return True

    async def text(self, message: Message, who: Visitor, question: Question) -> bool:
        """The message's own formatting becomes the post's."""
        draft = await self._draft(message, who, question, ("open",))
        if draft is None:
            return True
        if not message.text:
            await message.reply_html(who.say(editors.NOT_A_TEXT))
            return False
        limit = await _limit(self._context, draft)
        if problem := too_long(message.text_html, limit):
            await message.reply_html(sharing.problem_html(who.words, problem))
            return False
        return await self._keep(message, who, draft, wording=markup.to_telegram(message.text_html, limit=limit).html)

    async def picture(self, message: Message, who: Visitor, question: Question) -> bool:
        draft = await self._draft(message, who, question, ("open",))
        if draft is None:
            return True
        if not message.photo:
            await message.reply_html(who.say(editors.NOT_A_PICTURE))
            return False
        return await self._keep(message, who, draft, picture=f"{OWN_FILE}{message.photo[-1].file_id}")

    async def _draft(self, message: Message, who: Visitor, question: Question, states: tuple[str, ...]) -> Draft | None:
        """The draft that was asked about; None, and the editor told, when it is over."""
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, str(question.about.get("draft")), bot_id=self._context.bot_id)
        if draft is None or draft.state not in states:
            await message.reply_html(who.say(editors.DRAFT_GONE))
            return None
        if not who.may_publish_in((await _channel(self._context, draft)).name):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return None
        return draft

    async def _keep(self, message: Message, who: Visitor, draft: Draft, **options: Json) -> bool:
        context = self._context
        async with context.db.write() as tx:
            changed = await drafts.change(
                tx, draft, now=context.now(), user_id=who.person.user_id, options={**draft.options, **options}
            )
        if changed is None or not await staging.show(context, who, changed, message.chat.id):
            await message.reply_html(who.say(editors.DRAFT_GONE))
        return True


async def _channel(context: Context, draft: Draft) -> Channel:
    async with context.db.read() as tx:
        found = await channels.get(tx, draft.channel_id or 0)
    assert found is not None, "a draft goes with its channel"
    return found


async def _limit(context: Context, draft: Draft) -> int:
    """Of the text, or of the caption where the post is a picture."""
    from bot.posts.preview import preview

    wish = drafting.wish_of(draft.options)
    made = await preview(context.db, context.press, draft.article_id or 0, draft.channel_id or 0, wish=wish)
    return markup.TEXT_LIMIT if made.requests[0].method == "sendMessage" else markup.CAPTION_LIMIT
