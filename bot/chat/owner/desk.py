"""Everything that those who run the bot can do in chat besides publishing, in one table."""

from __future__ import annotations

from typing import Any

from telegram.ext import BaseHandler

from bot.chat.context import Context
from bot.chat.owner import channels, claim, connecting, inviting, people, record, sources, stats


def handlers(context: Context) -> list[BaseHandler[Any, Any, Any]]:
    """Before those for everybody: a forwarded post of a channel is no push, an invitation no greeting."""
    return [
        *claim.handlers(context),
        *connecting.handlers(context),
        *channels.handlers(context),
        *sources.handlers(context),
        *people.handlers(context),
        *inviting.handlers(context),
        *record.handlers(context),
        *stats.handlers(context),
    ]
