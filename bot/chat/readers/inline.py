"""Inline: `@bot words` in any chat offers articles; what is sent carries its share buttons.

The articles depend on the words alone, but their ages and the button above them are in the person's language; only a
bot that speaks one language has the same results for all.  What Telegram keeps of them it keeps briefly.
"""

from __future__ import annotations

import re
from typing import Any, Final

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import BaseHandler, ContextTypes, InlineQueryHandler

from bot.chat import roles, sharing
from bot.chat.card import ago, cut
from bot.chat.context import Context
from bot.chat.pressing import is_too_late
from bot.chat.readers import person as reader
from bot.chat.readers.listing import look_up
from bot.chat.readers.results import quoted
from bot.chat.readers.searching import search_payload
from bot.chat.roles import Visitor
from bot.chat.words import readers
from bot.model import Article, Request
from bot.store import articles
from bot.store.search.query import clean
from bot.wording import Words, spoken

PAGE: Final = 10
CACHE_SECONDS: Final = 30
DESCRIPTION: Final = 200


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    return [InlineQueryHandler(Inline(context).answer)]


class Inline:
    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        asked = update.inline_query
        if asked is None:
            return
        who = await roles.visit(self._context, asked.from_user)
        offset = int(asked.offset) if re.fullmatch("[0-9]{1,4}", asked.offset) else 0
        words = clean(asked.query)
        async with self._context.db.read() as tx:
            found = await look_up(tx, words, limit=PAGE, offset=offset, now=self._context.now())
            listed = await articles.get_many(tx, [result.id for result in found.found])
        results = [self._result(who, article) for article in listed if article.title]
        more = offset + PAGE < found.total
        try:
            await asked.answer(
                results,
                cache_time=CACHE_SECONDS,
                is_personal=len(spoken()) > 1,
                next_offset=str(offset + PAGE) if more else "",
                button=_button(who, words, nothing=not results and not offset),
            )
        except BadRequest as error:  # the person typed on, and this query is gone
            if not is_too_late(error):
                raise

    def _result(self, who: Visitor, article: Article) -> InlineQueryResultArticle:
        request = sharing.reader_request(self._context, article, reader.as_channel(who.person))
        return InlineQueryResultArticle(
            id=f"a{article.id}r{article.revision}",
            title=(article.title or "")[:256],
            description=_description(who.words, article, self._context),
            input_message_content=_content(request),
            reply_markup=InlineKeyboardMarkup.de_json(request.params["reply_markup"])
            if request.params.get("reply_markup")
            else None,
            thumbnail_url=article.image.url if article.image else None,
        )


def _button(who: Visitor, words: str, *, nothing: bool) -> InlineQueryResultsButton:
    """Above the results; where there are none it leads to the same search in private, which has more to offer."""
    payload = search_payload(words) if nothing and words else None
    if payload is None:
        return InlineQueryResultsButton(text=who.say(readers.INLINE_ALL), start_parameter="inl")
    return InlineQueryResultsButton(text=who.say(readers.INLINE_NOTHING), start_parameter=payload)


def _content(request: Request) -> InputTextMessageContent:
    preview = request.params.get("link_preview_options")
    return InputTextMessageContent(
        message_text=request.params["text"],
        parse_mode=request.params.get("parse_mode"),
        link_preview_options=LinkPreviewOptions.de_json(preview) if preview else None,
    )


def _description(words: Words, article: Article, context: Context) -> str:
    facts = [quoted(words, article.site_name or "")]
    if article.published is not None:
        facts.append(ago(words, max(0.0, (context.now() - article.published).total_seconds())))
    head = " · ".join(filter(None, facts))
    if not article.summary:
        return head
    room = max(40, DESCRIPTION - len(head))
    return f"{head} — {quoted(words, cut(article.summary[0], room))}" if head else cut(article.summary[0], room)
