"""Editors push by hand and keep hold of every post: preview, publish, plan, edit and take back, from a private chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram.ext import BaseHandler

from bot.chat.context import Context


def handlers(context: Context, look: Callable[[], None]) -> list[BaseHandler[Any, Any, Any]]:
    """Everything that editors do; `look` is told when a card waits for its post."""
    from bot.chat.editors import (
        after,
        approvals,
        desk,
        explaining,
        flashing,
        overriding,
        overview,
        planned,
        push,
        questions,
        ruling,
        templating,
        tuning,
        withdrawing,
    )

    return [
        *questions.commands(context),
        *push.handlers(context),
        *overview.handlers(context),
        *desk.handlers(context, look),
        *after.handlers(context),
        *approvals.handlers(context),
        *explaining.handlers(context),
        *flashing.handlers(context),
        *overriding.handlers(context),
        *ruling.handlers(context),
        *templating.handlers(context),
        *tuning.handlers(context),
        *planned.handlers(context),
        *withdrawing.handlers(context),
    ]


def answers(context: Context, look: Callable[[], None]) -> list[BaseHandler[Any, Any, Any]]:
    """Takes what editors write when they are asked for something; to be tried before every other handler."""
    from bot.chat.editors import after, answering, overriding, planned, questions, rulewriting, templating, tuning

    takers = {**answering.takers(context, look)}
    for module in (after, overriding, planned, rulewriting, templating, tuning):
        takers |= module.takers(context)
    return questions.handlers(context, takers)
