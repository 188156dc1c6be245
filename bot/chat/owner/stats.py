"""/stats: how posts did; a stage that counts subscribers and writes the owner's weekly summary; and reactions as
Telegram counts them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeCustomEmoji, ReactionTypeEmoji, Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes, MessageReactionHandler

from bot.chat import roles
from bot.chat.card import Card, cut, isolate
from bot.chat.context import Context
from bot.chat.door import staff_at
from bot.chat.owner import figures, menus
from bot.chat.owner.figures import Figures
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed
from bot.chat.roles import Visitor
from bot.chat.updates import PRIVATE
from bot.chat.words import stats as words
from bot.model import Channel, Lane, PostKind, Request, Role, UnknownPolicy
from bot.store import channels, people, posts
from bot.store import stats as counted
from bot.store.posts import NewPost

logger = logging.getLogger(__name__)

SPANS: Final = (1, 7, 30)
EVERY: Final = timedelta(hours=6)
"""Between two counts of a channel's subscribers."""
WEEK_DAY, WEEK_HOUR = 0, 9
"""The summary comes on Monday at nine, in the machine's zone; a late start still brings it that day."""


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    async def show(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who = await staff_at(context, update)
        if who is not None and update.effective_message is not None:
            card = await _card(context, who, 7)
            await update.effective_message.reply_html(
                card.html, reply_markup=card.keyboard, link_preview_options=NO_PREVIEW
            )

    async def turn(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:stats:DAYS"""
        who, press = await staff_at(context, update), update.callback_query
        if who is None or press is None:
            return
        await answer(press)
        place, days = place_of(press), int((press.data or "").split(":")[2])
        if place is not None:
            card = await _card(context, who, days)
            await edit(context.telegram.bot, place, card.html, card.keyboard)

    async def reacted(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await _store_reactions(context, update)

    return [
        CommandHandler("stats", show, PRIVATE),
        CallbackQueryHandler(turn, pressed("stats:(?:1|7|30)")),
        MessageReactionHandler(reacted, message_reaction_types=MessageReactionHandler.MESSAGE_REACTION_COUNT_UPDATED),
    ]


async def _store_reactions(context: Context, update: Update) -> None:
    told = update.message_reaction_count
    if told is None:
        return
    counts: dict[str, int] = {}
    for one in told.reactions:
        match one.type:
            case ReactionTypeEmoji(emoji=emoji):
                name = str(emoji)
            case ReactionTypeCustomEmoji(custom_emoji_id=number):
                name = f"custom:{number}"
            case _:
                name = "paid"
        counts[name] = counts.get(name, 0) + one.total_count
    async with context.db.write() as tx:
        await counted.react(
            tx, bot_id=context.bot_id, chat_id=told.chat.id, message_id=told.message_id, counts=counts,
            now=context.now(),
        )  # fmt: skip


async def _card(context: Context, who: Visitor, days: int) -> Card:
    async with context.db.read() as tx:
        found = await figures.of_channels(tx, bot_id=context.bot_id, days=days, now=context.now())
    row = [InlineKeyboardButton(who.count(words.BUTTON_DAYS, span), callback_data=f"v1:stats:{span}") for span in SPANS]
    html = "\n\n".join([who.count(words.HEAD, days), *(channel_lines(who, one) for one in found)])
    return Card(
        html=html[:4000] if found else f"{html}\n{who.say(words.NOTHING)}", keyboard=InlineKeyboardMarkup([row])
    )


def channel_lines(who: Visitor, found: Figures) -> str:
    """One channel's figures in a few lines."""
    lines = [who.say(words.CHANNEL, channel=isolate(escape(found.channel.title or found.channel.name)))]
    lines.append(who.count(words.DELIVERED, found.delivered) if found.delivered else who.say(words.NOTHING))
    if found.refused:
        lines.append(who.count(words.REFUSED, found.refused))
    if found.median_seconds is not None and found.most_seconds is not None:
        median, most = span(who, found.median_seconds), span(who, found.most_seconds)
        lines.append(who.say(words.LATENCY, median=median, most=most))
    if found.reactions:
        lines.append(who.count(words.REACTIONS, found.reactions))
    if found.presses:
        named = ", ".join(f"{button_name(who, name)} {count:,}" for name, count in found.presses.items())
        lines.append(who.count(words.PRESSES, sum(found.presses.values()), buttons=named))
    members = found.members
    if members.now is not None:
        change = members.now - (members.then if members.then is not None else members.now)
        text = words.MEMBERS_CHANGE if change else words.MEMBERS
        lines.append(who.count(text, members.now, change=f"{change:+,}"))
    if found.best_hours:
        lines.append(who.say(words.BEST_HOURS, hours=", ".join(f"{hour:02}:00" for hour in found.best_hours)))
    if found.liked is not None and found.liked.title:
        lines.append(who.say(words.LIKED, title=isolate(escape(cut(found.liked.title, 80)))))
    return "\n".join(lines)


def button_name(who: Visitor, name: str) -> str:
    """As it stands on the button."""
    own = {"read": words.READ, "whatsapp": words.WHATSAPP}
    return who.say(own[name]) if name in own else escape(name.capitalize())


def span(who: Visitor, seconds: float) -> str:
    return who.words.ago(seconds) if seconds >= 60 else who.say(words.UNDER_A_MINUTE)


class Counting:
    """The stage: subscribers every few hours, the summary once a week, and menus of roles or languages that changed."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def once(self, now: datetime) -> int:
        context = self._context
        async with context.db.read() as tx:
            every = await channels.every(tx, bot_id=context.bot_id)
            due = [one for one in every if await self._is_due(tx, one, now)]
        for channel in due:
            await self._count(channel, now)
        await menus.sync_menus(context)
        return await self._summarise(now)

    async def _is_due(self, tx: Any, channel: Channel, now: datetime) -> bool:
        last = await counted.last_counted(tx, channel_id=channel.id)
        return channel.paused_at is None and (last is None or now - last >= EVERY)

    async def _count(self, channel: Channel, now: datetime) -> None:
        try:
            members = await self._context.telegram.call(
                "getChatMemberCount", {"chat_id": channel.chat_id or channel.address}
            )
        except TelegramError as error:  # counted again at the next round; posting tells of lost rights
            logger.info("subscribers not counted", extra={"action": "stats", "error": type(error).__name__})
            return
        async with self._context.db.write() as tx:
            await counted.count_members(tx, channel_id=channel.id, members=int(members), at=now)

    async def _summarise(self, now: datetime) -> int:
        """A post to each owner, once for each week in which something was posted: the outbox keeps it from coming
        twice.  A week ends when its summary is due, so that a bot's first post makes none."""
        local = now.astimezone(ZoneInfo(self._context.zone))
        if local.weekday() != WEEK_DAY or local.hour < WEEK_HOUR:
            return 0
        context, (year, week, _) = self._context, local.isocalendar()
        ended = local.replace(hour=WEEK_HOUR, minute=0, second=0, microsecond=0).astimezone(UTC)
        made = 0
        async with context.db.write() as tx:
            found = await figures.of_channels(tx, bot_id=context.bot_id, days=7, now=ended)
            posted = any(one.delivered or one.refused for one in found)
            for person in await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER) if posted else ():
                text = week_html(roles.visitor(person), found)
                post = _summary(context, person.user_id, f"{year}-W{week:02}", text)
                made += await posts.add_post(tx, post, now=now) is not None
        if made:
            context.wake("deliver")
        return made


def week_html(who: Visitor, found: tuple[Figures, ...]) -> str:
    return "\n\n".join([who.say(words.WEEK), *(channel_lines(who, one) for one in found), who.say(words.WEEK_HINT)])[
        :4000
    ]


def _summary(context: Context, user_id: int, week: str, html: str) -> NewPost:
    params = {
        "text": html,
        "parse_mode": "HTML",
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
    }
    return NewPost(
        bot_id=context.bot_id,
        once_key=f"weekly:{user_id}:{week}",
        kind=PostKind.DIGEST,
        lane=Lane.ALERT,
        chat_id=user_id,
        requests=(Request(method="sendMessage", params=params),),
        visible_text=html,
        silent=True,
        unknown_policy=UnknownPolicy.DROP,  # a second summary is worse than none, and nobody need decide
    )
