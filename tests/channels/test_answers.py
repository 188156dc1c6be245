"""Answers to people go before posts, within the bot's pace."""

from __future__ import annotations

import time
from typing import Any

import pytest
from telegram.error import RetryAfter

from bot.channels import answers
from bot.model import Request

ANA = 5011


async def test_answers_are_paced_and_looking_is_not(desk: Any) -> None:
    pacer = desk.telegram.pacer
    before = pacer.answer_slot(time.monotonic())
    await desk.telegram.bot.get_me()
    await desk.telegram.bot.send_chat_action(ANA, "typing")
    assert pacer.answer_slot(before) == before
    for n in range(3):
        await desk.telegram.bot.send_message(ANA, f"answer {n}")
    assert pacer.answer_slot(before) > before


async def test_an_answer_waits_when_telegram_asks_for_a_little_patience(desk: Any) -> None:
    desk.fault("flood", retry_after=1)
    started = time.monotonic()
    message = await desk.telegram.bot.send_message(ANA, "late")
    assert message.text == "late" and time.monotonic() - started >= 1
    assert desk.telegram.pacer.chat_slot(str(ANA), 1, started) > started


async def test_a_long_halt_is_an_error_for_the_handler(desk: Any) -> None:
    desk.fault("flood", retry_after=round(answers.SHORT_WAIT) + 1)
    with pytest.raises(RetryAfter):
        await desk.telegram.bot.send_message(ANA, "never")


async def test_who_asked_is_answered_after_two_refusals_and_a_third_is_an_error(desk: Any) -> None:
    request = Request(method="sendMessage", params={"chat_id": ANA, "text": "an article"})
    for refusals in (answers.TRIES - 1, answers.TRIES):
        desk.fault("flood", retry_after=0, times=refusals)
        if refusals < answers.TRIES:
            assert (await desk.telegram.show(request, ANA)).remote_ids
        else:
            with pytest.raises(RetryAfter):
                await desk.telegram.show(request, ANA)
