"""An editor's presses on a control card.  Rights and the draft's state are looked up at every press; menus are drawn
in the card's place, and whatever changes the post brings a new preview."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from telegram import CallbackQuery, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.channels import queue
from bot.chat import sharing
from bot.chat.card import Card
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.editors import answering, control, drafting, publishing, staging
from bot.chat.pressing import ID, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.words import common, editors
from bot.errors import SharewireError
from bot.model import Json, PostState
from bot.posts.moments import FARTHEST
from bot.store import channels, drafts, people
from bot.store.drafts import Draft

_PLAIN: Final = "pub|again|undo|now|discard|when|type|text|orig|tpl|mute|news|pic|where|back"
_VALUED: Final = (
    rf"at:{ID}:[0-9]{{1,11}}|tpl:{ID}:[\w-]{{1,40}}|pic:{ID}:[a-z0-9]{{1,4}}|(?:to|also):{ID}:[0-9]{{1,15}}"
)


def handlers(context: Context, look: Callable[[], None]) -> list[BaseHandler[Any, Any, Any]]:
    """`look` is told when a card waits for its post."""
    return [CallbackQueryHandler(Desk(context, look).press, pressed(f"(?:(?:{_PLAIN}):{ID}|{_VALUED})"))]


@dataclass(frozen=True, slots=True)
class _Press:
    """One press by somebody who may, on a draft that is there."""

    query: CallbackQuery
    who: Visitor
    draft: Draft
    value: str
    place: tuple[int, int]


class Desk:
    """Handlers for the owner and editors."""

    def __init__(self, context: Context, look: Callable[[], None]) -> None:
        self._context = context
        self._look = look
        self._open: Mapping[str, Callable[[_Press], Awaitable[None]]] = {
            "pub": self._publish, "again": self._publish_again, "discard": self._discard, "when": self._when,
            "at": self._plan, "type": self._ask_time, "text": self._ask_text, "orig": self._original,
            "tpl": self._template, "mute": self._mute, "pic": self._picture, "where": self._where, "to": self._first,
            "also": self._also, "back": self._back, "news": self._breaking,
        }  # fmt: skip
        self._under_way: Mapping[str, Callable[[_Press], Awaitable[None]]] = {
            "undo": self._undo, "now": self._at_once, "when": self._when, "at": self._move, "type": self._ask_time,
            "back": self._planned,
        }  # fmt: skip

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:VERB:DRAFT or v1:VERB:DRAFT:VALUE"""
        who, query = await editor_at(self._context, update), update.callback_query
        if who is None or query is None:
            return
        verb, draft_id, *more = (query.data or "").split(":")[1:]
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, draft_id, bot_id=self._context.bot_id)
            wished = [draft.channel_id, *drafting.also_of(draft)] if draft else []
            wished += [int(more[0])] if verb in ("to", "also") and more and more[0].isdecimal() else []
            named = [await channels.get(tx, number) for number in wished if number is not None]
        if any(one is not None and not who.may_publish_in(one.name) for one in named):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        place = place_of(query)
        if draft is None or place is None:  # our cards are never sent through inline mode
            await answer(query, who.say(editors.DRAFT_GONE))
            return
        press = _Press(query, who, draft, more[0] if more else "", place)
        act = self._act_for(verb, press)
        if act is None:
            await answer(query, await self._taken(who, draft))
            return
        try:
            await act(press)
        except SharewireError as error:
            await answer(query, sharing.problem_line(who.words, error.problem.title, error.problem.cause))

    def _act_for(self, verb: str, press: _Press) -> Callable[[_Press], Awaitable[None]] | None:
        draft = press.draft
        if draft.state == "open":
            return self._open.get(verb)
        if draft.state not in ("publishing", "planned"):
            return None
        if verb in ("pub", "again") and draft.post_id is None and draft.changed_by == press.who.person.user_id:
            return self._resume  # a crash came between taking the draft and writing down its post
        if draft.state == "planned" or verb == "undo":
            return self._under_way.get(verb)
        return None

    # ── publishing ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _publish(self, press: _Press, *, again: bool = False) -> None:
        await self._require_rights(press.draft)
        taken = await self._take(press, "publishing")
        if taken is not None:
            await self._write_down(press, taken, again=again)

    async def _require_rights(self, draft: Draft) -> None:
        """The bot's rights in each channel at this moment; raises NotAllowed, and the card stays as it is."""
        async with self._context.db.read() as tx:
            wished = (draft.channel_id, *drafting.also_of(draft))
            found = [await channels.get(tx, number) for number in wished if number is not None]
        for channel in found:
            if channel is not None:
                await queue.require_right(self._context.telegram, channel)

    async def _publish_again(self, press: _Press) -> None:
        await self._publish(press, again=True)

    async def _resume(self, press: _Press) -> None:
        await self._write_down(press, press.draft, again=False)

    async def _write_down(self, press: _Press, draft: Draft, *, again: bool) -> None:
        context, who = self._context, press.who
        draft = await self._place_card(press, draft)
        written = await publishing.write_down(context, draft, who.person.user_id, again=again)
        await answer(press.query)
        if not written.post_ids and all(post.state is PostState.SENT for post in written.already):
            await self._settle(press, draft)
            return
        seconds = round((written.due_at - context.now()).total_seconds()) if written.post_ids else 0
        names = await self._names(draft)
        html = (
            who.count(editors.HOLDING, seconds, channel=names)
            if seconds > 0
            else who.say(editors.QUEUED, channel=names)
        )
        keyboard = control.undo_keyboard(who.words, draft.id) if seconds > 0 else None
        await edit(press.query.get_bot(), press.place, html, keyboard)
        self._look()

    async def _settle(self, press: _Press, draft: Draft) -> None:
        """It stands there already: say so, and send nothing."""
        await publishing.take(self._context, draft, press.who.person.user_id, to="published")
        scene = await staging.scene_of(self._context, press.who.words, draft)
        if scene is not None and scene.already is not None:
            title = control.title_of(scene.channel)
            html = control.already_html(press.who.words, scene.already, title, scene.publisher)
            await edit(press.query.get_bot(), press.place, html)

    async def _undo(self, press: _Press) -> None:
        if not await publishing.take_back(self._context, press.draft, press.who.person.user_id):
            await answer(press.query, press.who.say(editors.TOO_LATE))
            return
        await answer(press.query)
        async with self._context.db.read() as tx:
            draft = await drafts.get(tx, press.draft.id, bot_id=self._context.bot_id)
        if draft is not None:
            first = press.who.say(editors.TAKEN_BACK)
            await staging.redraw(self._context, press.who, await self._place_card(press, draft), first=first)

    async def _discard(self, press: _Press) -> None:
        if await self._take(press, "discarded") is not None:
            await answer(press.query)
            await edit(press.query.get_bot(), press.place, press.who.say(editors.DISCARDED))

    # ── later ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _when(self, press: _Press) -> None:
        scene = await staging.scene_of(self._context, press.who.words, await self._place_card(press, press.draft))
        if scene is None:
            await answer(press.query, press.who.say(editors.DRAFT_GONE))
            return
        await self._draw(press, control.when_card(press.who.words, scene, self._context.now()))

    async def _plan(self, press: _Press) -> None:
        """v1:at:DRAFT:SECONDS on an open draft"""
        at = self._moment(press)
        if at is None:
            await answer(press.query, press.who.say(editors.PAST))
            return
        taken = await self._take(press, "planned")
        if taken is not None:
            await self.plan(press.who, await self._place_card(press, taken), at)
            await answer(press.query)

    async def plan(self, who: Visitor, draft: Draft, at: datetime) -> None:
        """Write a taken draft down for later, and say so on its card."""
        await publishing.write_down(self._context, draft, who.person.user_id, at=at)
        self._look()
        await answering.show_planned(self._context, who, draft)

    async def _move(self, press: _Press) -> None:
        """v1:at:DRAFT:SECONDS on a planned one"""
        at = self._moment(press)
        if at is None or not await publishing.put_off(self._context, press.draft, at, press.who.person.user_id):
            await answer(press.query, press.who.say(editors.PAST if at is None else editors.TOO_LATE))
            return
        await answer(press.query)
        self._look()
        await answering.show_planned(self._context, press.who, press.draft)

    async def _at_once(self, press: _Press) -> None:
        if not await publishing.put_off(self._context, press.draft, self._context.now(), press.who.person.user_id):
            await answer(press.query, press.who.say(editors.TOO_LATE))
            return
        await answer(press.query)
        html = press.who.say(editors.QUEUED, channel=await self._names(press.draft))
        await edit(press.query.get_bot(), press.place, html)
        self._look()

    async def _planned(self, press: _Press) -> None:
        await answer(press.query)
        await answering.show_planned(self._context, press.who, press.draft)

    def _moment(self, press: _Press) -> datetime | None:
        """None when it has passed, or is farther than a person may plan."""
        try:
            at = datetime.fromtimestamp(int(press.value), UTC)
        except (OverflowError, ValueError, OSError):
            return None
        return at if timedelta() < at - self._context.now() <= FARTHEST else None

    # ── what the post says and shows ─────────────────────────────────────────────────────────────────────────────

    async def _ask_time(self, press: _Press) -> None:
        await answer(press.query)
        await answering.ask_time(self._context, press.who, await self._place_card(press, press.draft), press.place)

    async def _ask_text(self, press: _Press) -> None:
        await answer(press.query)
        await answering.ask_text(self._context, press.who, await self._place_card(press, press.draft), press.place)

    async def _original(self, press: _Press) -> None:
        await self._change(press, wording=None)

    async def _template(self, press: _Press) -> None:
        names = [name for name in self._context.press.renderer.names() if name not in control.NOT_FOR_ARTICLES]
        if press.value in names:
            await self._change(press, template=press.value, wording=None)
            return
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, press.draft.channel_id or 0)
        if press.value or channel is None:
            await answer(press.query, press.who.say(common.OLD_BUTTON))
            return
        await self._draw(press, control.template_card(press.who.words, press.draft, channel, names))

    async def _picture(self, press: _Press) -> None:
        scene = await staging.scene_of(self._context, press.who.words, press.draft)
        if scene is None:
            await answer(press.query, press.who.say(editors.DRAFT_GONE))
        elif not press.value:
            await self._draw(press, control.picture_card(press.who.words, press.draft, scene.article))
        elif press.value == "ask":
            await answer(press.query)
            draft = await self._place_card(press, press.draft)
            await answering.ask_picture(self._context, press.who, draft, press.place)
        elif press.value in ("auto", "none") or press.value.isdecimal():
            await self._change(press, picture=None if press.value == "auto" else press.value)
        else:
            await answer(press.query, press.who.say(common.OLD_BUTTON))

    async def _breaking(self, press: _Press) -> None:
        """With its label and before all others, or as any other article."""
        await self._change(press, breaking=not press.draft.options.get("breaking"))

    async def _mute(self, press: _Press) -> None:
        draft = await self._keep(press, silent=not press.draft.options.get("silent"))
        if draft is not None:
            await answer(press.query)
            await staging.redraw(self._context, press.who, draft)

    # ── where ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _where(self, press: _Press) -> None:
        scene = await staging.scene_of(self._context, press.who.words, press.draft)
        if scene is None:
            await answer(press.query, press.who.say(editors.DRAFT_GONE))
            return
        await self._draw(press, control.channels_card(press.who.words, scene))

    async def _first(self, press: _Press) -> None:
        """v1:to:DRAFT:CHANNEL: the preview is made for this channel now."""
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, int(press.value))
        if channel is None or channel.bot_id != self._context.bot_id:
            await answer(press.query, press.who.say(common.OLD_BUTTON))
            return
        also: list[Json] = [one for one in drafting.also_of(press.draft) if one != channel.id]
        await self._change(press, channel_id=channel.id, also=also)

    async def _also(self, press: _Press) -> None:
        async with self._context.db.read() as tx:
            channel = await channels.get(tx, int(press.value))
        if channel is None or channel.bot_id != self._context.bot_id:
            await answer(press.query, press.who.say(common.OLD_BUTTON))
            return
        before = drafting.also_of(press.draft)
        also: list[Json] = [one for one in before if one != channel.id]
        draft = await self._keep(press, also=also if channel.id in before else [*also, channel.id])
        scene = await staging.scene_of(self._context, press.who.words, draft) if draft is not None else None
        if scene is not None:
            await self._draw(press, control.channels_card(press.who.words, scene))

    async def _back(self, press: _Press) -> None:
        await answer(press.query)
        await staging.redraw(self._context, press.who, await self._place_card(press, press.draft))

    # ── steps that several share ─────────────────────────────────────────────────────────────────────────────────

    async def _draw(self, press: _Press, card: Card) -> None:
        await answer(press.query)
        await edit(press.query.get_bot(), press.place, card.html, card.keyboard)

    async def _change(self, press: _Press, *, channel_id: int | None = None, **options: Json) -> None:
        """Change the post and show it anew."""
        draft = await self._keep(press, channel_id=channel_id, **options)
        if draft is None:
            return
        await answer(press.query)
        await staging.show(self._context, press.who, draft, press.place[0])

    async def _keep(self, press: _Press, *, channel_id: int | None = None, **options: Json) -> Draft | None:
        """The changed draft; None, and the presser told, when somebody was faster."""
        context = self._context
        kept = {**press.draft.options, "card": list(press.place), **options}
        values: dict[str, Any] = {"options": {key: value for key, value in kept.items() if value is not None}}
        if channel_id is not None:
            values["channel_id"] = channel_id
        async with context.db.write() as tx:
            user_id = press.who.person.user_id
            changed = await drafts.change(tx, press.draft, now=context.now(), user_id=user_id, **values)
            now_so = await drafts.get(tx, press.draft.id, bot_id=context.bot_id)
        if changed is None:
            await answer(press.query, await self._taken(press.who, now_so or press.draft))
        return changed

    async def _place_card(self, press: _Press, draft: Draft) -> Draft:
        """The draft, knowing where its card stands."""
        if drafting.place_of_card(draft) == press.place:
            return draft
        context = self._context
        options = {**draft.options, "card": list(press.place)}
        async with context.db.write() as tx:
            user_id = draft.changed_by or press.who.person.user_id
            return await drafts.change(tx, draft, now=draft.changed_at, user_id=user_id, options=options) or draft

    async def _take(self, press: _Press, to: str) -> Draft | None:
        """Take the draft; who comes second is told who was first."""
        taken = await publishing.take(self._context, press.draft, press.who.person.user_id, to=to)
        if taken is None:
            async with self._context.db.read() as tx:
                now_so = await drafts.get(tx, press.draft.id, bot_id=self._context.bot_id)
            await answer(press.query, await self._taken(press.who, now_so or press.draft))
        return taken

    async def _taken(self, who: Visitor, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            person = await people.get(tx, bot_id=self._context.bot_id, user_id=draft.changed_by or 0)
        name = person.name if person and person.name else who.say(common.SOMEBODY)
        english = {"discarded": editors.TAKEN_DISCARDED, "planned": editors.TAKEN_PLANNED}
        return who.say(english.get(draft.state, editors.TAKEN_PUBLISHED), name=name[:60])

    async def _names(self, draft: Draft) -> str:
        async with self._context.db.read() as tx:
            found = [await channels.get(tx, one) for one in (draft.channel_id or 0, *drafting.also_of(draft))]
        return ", ".join(control.title_of(channel) for channel in found if channel is not None)
