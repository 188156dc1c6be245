"""Readers ask, follow and save: what the bot does for everybody."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from bot.chat.context import Context
from bot.chat.readers import asking, daily, following, inline, leaving, patience, private, searching, settings, shelf

Handlers = list[BaseHandler[Any, Any, Any]]


def handlers(context: Context) -> Handlers:
    """All that readers can do; in the table the last, since any words are a search and any other button an old one."""
    families = (asking, searching, following, shelf, daily, settings, leaving, inline)
    first = [handler for family in families for handler in family.handlers(context)]
    return [*first, *asking.last(context), *searching.any_words(context)]


def before(context: Context) -> dict[int, Handlers]:
    """What looks at an update before anybody else, by group: too many of one person, buttons that are somebody's own,
    words that were asked for."""
    return {-10: patience.handlers(context), -6: private.handlers(context), -5: settings.answers(context)}
