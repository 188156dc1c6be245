"""Methods that answer people: to a pressed button, to an inline query."""

from __future__ import annotations

import re

from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.fields import FieldError
from bot.sandbox.inline import MAX_OFFSET, button_of, results_of
from bot.sandbox.refusal import bad_request

MAX_ANSWER = 200


async def answer_callback_query(call: Call) -> bool:
    text = call.text("text")
    url = call.text("url")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and not re.match(r"(https?://)?t(elegram)?\.me/\w+|tg://", url, re.IGNORECASE):
        raise bad_request("URL_INVALID")
    press = call.world.queries.take_press(call.text("callback_query_id"), call.bot)
    if press is None:
        raise bad_request("QUERY_ID_INVALID")
    answer: Wire = {"query_id": press.id, "text": text, "show_alert": call.flag("show_alert"), "url": url}
    if not press.answer.done():
        press.answer.set_result(answer)
    chat = press.message.chat.ref if press.message is not None else None
    message_id = press.message.id if press.message is not None else 0
    call.world.events.emit("answer", chat=chat, message_id=message_id, user=press.user.id, **answer)
    return True


async def answer_inline_query(call: Call) -> bool:
    personal = call.flag("is_personal")
    cache_time = call.integer("cache_time", 300, 0, 86_400)
    next_offset = call.text("next_offset")
    button = None
    if call.text("button"):
        value = call.json("button", "Can't parse inline query results button JSON object")
        try:
            button = button_of(value)
        except FieldError as error:
            raise bad_request(f"Can't parse inline query results button: {error}") from None
    encoded = call.text("results")
    results = results_of(call.json("results", "Can't parse JSON encoded inline query results")) if encoded else []
    if len(next_offset.encode("utf-8", "replace")) > MAX_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = call.world.queries.take_inline(call.text("inline_query_id"), call.bot)
    if query is None:
        raise bad_request("QUERY_ID_INVALID")
    answer: Wire = {"results": results, "next_offset": next_offset, "button": button}
    call.world.queries.remember(query, answer, cache_time, personal)
    if not query.answer.done():
        query.answer.set_result(answer)
    call.world.events.emit("inline_answer", bot=call.bot.id, user=query.user.id, query_id=query.id)
    return True


HANDLERS = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}
