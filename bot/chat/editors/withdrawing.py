"""/withdraw ADDRESS: an article taken back everywhere for legal reasons.  A card says first where it stands and what
stays out of reach; what was withdrawn can still be seen, or erased, by the owner alone."""

from __future__ import annotations

from html import escape
from typing import Any

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.chat import roles, sharing
from bot.chat.card import cut
from bot.chat.context import Context
from bot.chat.door import editor_at
from bot.chat.lookup import article_meant
from bot.chat.pressing import NO_PREVIEW, answer, edit, place_of, pressed, refuse
from bot.chat.roles import Visitor
from bot.chat.updates import NEW
from bot.chat.words import common, withdrawals
from bot.errors import SharewireError
from bot.model import Article, Role
from bot.posts.takedown import Reach, channels_of, reach, withdraw_everywhere
from bot.store import articles, audit, channels

_LISTED = 20  # addresses of old messages on the card


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    withdrawing = Withdrawing(context)
    return [
        CommandHandler("withdraw", withdrawing.ask, NEW),
        CallbackQueryHandler(withdrawing.press, pressed("gone:(?:yes|no|show|erase):[0-9]{1,15}")),
    ]


class Withdrawing:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        who, message = await editor_at(self._context, update), update.effective_message
        if who is None or message is None:
            return
        article = await article_meant(self._context, message)
        if article is None:
            await message.reply_html(who.say(withdrawals.WHICH), link_preview_options=NO_PREVIEW)
            return
        if not await self._may(who, article):
            await message.reply_html(who.say(common.ONLY_EDITORS))
            return
        async with self._context.db.read() as tx:
            withdrawn = await articles.is_withdrawn(tx, article.id)
        html, keyboard = who.say(withdrawals.ALREADY), _owners_keyboard(who, article)
        if not withdrawn:
            html, keyboard = await self._question(who, article)
        await message.reply_html(html, reply_markup=keyboard, link_preview_options=NO_PREVIEW)

    async def press(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """v1:gone:VERB:ARTICLE"""
        query = update.callback_query
        if query is None:
            return
        verb, number = (query.data or "").split(":")[2:]
        who, place = await roles.visit(self._context, query.from_user), place_of(query)
        is_owners = verb in ("show", "erase")
        if not who.may_publish or (is_owners and who.person.role is not Role.OWNER):
            await refuse(query, who.say(withdrawals.ONLY_OWNER if is_owners else common.ONLY_EDITORS))
            return
        async with self._context.db.read() as tx:
            article = await articles.get(tx, int(number))
        if article is None or place is None:
            await answer(query, who.say(common.GONE))
            return
        if not await self._may(who, article):
            await refuse(query, who.say(common.ONLY_EDITORS))
            return
        await answer(query)
        if verb == "no":
            await edit(query.get_bot(), place, who.say(withdrawals.NOT_WITHDRAWN))
        elif verb == "show":
            await self._show(query, who, article, place)
        else:
            await self._withdraw(query, who, article, place, erase=verb == "erase")

    async def _may(self, who: Visitor, article: Article) -> bool:
        """In every channel where it stands: what is withdrawn goes from all of them."""
        if not who.person.channels or who.person.role is Role.OWNER:
            return who.may_publish
        touched = await channels_of(self._context.db, article.id)
        async with self._context.db.read() as tx:
            found = [await channels.get(tx, one) for one in touched]
        return all(channel is None or who.may_publish_in(channel.name) for channel in found)

    async def _withdraw(
        self, query: CallbackQuery, who: Visitor, article: Article, place: tuple[int, int], *, erase: bool
    ) -> None:
        context = self._context
        try:
            touched = await withdraw_everywhere(
                context.db, context.press, article.id, now=context.now(), by=who.person.user_id, erase=erase
            )
        except SharewireError as error:
            await edit(query.get_bot(), place, sharing.problem_html(who.words, error.problem))
            return
        async with context.db.write() as tx:
            what = "article-erased" if erase else "article-withdrawn"
            about = str(article.id)
            await audit.write(tx, bot_id=context.bot_id, what=what, about=about, now=context.now(), person=who.person)
        context.wake("deliver")
        if erase:
            await edit(query.get_bot(), place, who.say(withdrawals.ERASED))
            return
        lines = [who.say(withdrawals.DONE), *_counts(who, touched), *_out_of_reach(who, touched)]
        await edit(query.get_bot(), place, "\n".join(lines), _owners_keyboard(who, article))

    async def _question(self, who: Visitor, article: Article) -> tuple[str, InlineKeyboardMarkup]:
        touched = await reach(self._context.db, article.id, now=self._context.now())
        title = escape(cut(article.title or article.url or "", 120))
        lines = [who.say(withdrawals.SURE, title=title), *_counts(who, touched), *_out_of_reach(who, touched)]
        row = [
            _button(who.say(withdrawals.BUTTON_YES), "yes", article.id, style="danger"),
            _button(who.say(withdrawals.BUTTON_NO), "no", article.id),
        ]
        return "\n".join(lines), InlineKeyboardMarkup([row])

    async def _show(self, query: CallbackQuery, who: Visitor, article: Article, place: tuple[int, int]) -> None:
        title = escape(article.title or "")
        text = escape(cut(article.text or " ".join(article.summary), 3000))
        html = f"<b>{title}</b>\n{text}" if title or text else who.say(withdrawals.ERASED)
        await edit(query.get_bot(), place, html, _owners_keyboard(who, article) if title or text else None)


def _counts(who: Visitor, touched: Reach) -> list[str]:
    """A line for each place where it stands."""
    known = (
        (withdrawals.IN_CHANNELS, touched.sent),
        (withdrawals.WAITING, touched.waiting),
        (withdrawals.IN_DIGESTS, touched.digests),
        (withdrawals.IN_ALERTS, touched.alerts),
        (withdrawals.ON_LISTS, touched.saved),
    )
    return [f"• {who.count(texts, count)}" for texts, count in known if count] + [f"• {who.say(withdrawals.SEARCH)}"]


def _out_of_reach(who: Visitor, touched: Reach) -> list[str]:
    lines = [who.say(withdrawals.OUT_OF_REACH)]
    if touched.old:
        lines.append(who.count(withdrawals.OLD, len(touched.old)))
        lines += [escape(link) for link in touched.old[:_LISTED]]
    return lines


def _owners_keyboard(who: Visitor, article: Article) -> InlineKeyboardMarkup | None:
    if who.person.role is not Role.OWNER:
        return None
    row = [
        _button(who.say(withdrawals.BUTTON_SHOW), "show", article.id),
        _button(who.say(withdrawals.BUTTON_ERASE), "erase", article.id, style="danger"),
    ]
    return InlineKeyboardMarkup([row])


def _button(label: str, verb: str, article_id: int, *, style: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(
        label, callback_data=f"v1:gone:{verb}:{article_id}", api_kwargs={"style": style} if style else None
    )
