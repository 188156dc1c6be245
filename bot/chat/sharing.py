"""Posts shown to one person: the same stored requests, through the same door as the sender's, so that what is previewed
is what is sent."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from telegram.error import BadRequest

from bot.channels.telegram import Receipt, UploadError
from bot.chat.context import Context
from bot.chat.words import editors
from bot.errors import Phrase, Problem
from bot.model import Actions, Article, Channel, Request
from bot.posts.message import Message
from bot.wording import Words, words_for


def reader_request(context: Context, article: Article, private: Channel) -> Request:
    """An article as a text message, whatever channels it went to, with its share buttons in the language and its time
    in the zone of one person's private chat."""
    order = context.press.order(article, replace(private, actions=Actions.BUTTONS))
    order = replace(order, spoken=words_for(private.language).language)
    return context.press.write(order).requests[0]


def with_row(request: Request, row: list[dict[str, str]]) -> Request:
    """The same with one more row of buttons."""
    rows = list((request.params.get("reply_markup") or {}).get("inline_keyboard", []))
    return replace(request, params={**request.params, "reply_markup": {"inline_keyboard": [*rows, row]}})


async def send(
    context: Context, requests: tuple[Request, ...], *, chat_id: int | str, thread_id: int | None = None
) -> Receipt | None:
    """Show the first request that Telegram takes, as the sender would, in the topic where it was asked for; None when
    it takes none."""
    for request in requests:
        try:
            files = await context.telegram.load(request)
            return await context.telegram.show(_elsewhere(request, thread_id), chat_id, files=files)
        except (BadRequest, UploadError):
            continue
    return None


def _elsewhere(request: Request, thread_id: int | None) -> Request:
    """The request's own topic belongs to the channel's own chat."""
    params = {name: value for name, value in request.params.items() if name != "message_thread_id"}
    return replace(request, params=params | ({"message_thread_id": thread_id} if thread_id is not None else {}))


def problem_html(words: Words, problem: Problem) -> str:
    """What happened, one cause, the next step; at most three lines."""
    title, cause, fix = (escape(told(words, text)) for text in (problem.title, problem.cause, problem.fix))
    return words.lines(f"<b>{title}</b>\n{cause}\n{fix} <i>{problem.code}</i>")


def problem_line(words: Words, *texts: str) -> str:
    """Parts of a problem for the answer to a press."""
    return " ".join(told(words, text) for text in texts)[:200]


def told(words: Words, text: str) -> str:
    """A problem's text in somebody's words, where it knows what it was made of; else as it is."""
    if not isinstance(text, Phrase):
        return text
    values = {name: told(words, value) for name, value in text.values.items()}
    if text.many is None:
        return words.say(text.english, **values)
    return words.count((text.english, text.many), int(values.pop("count")), **values)


def message_facts(words: Words, made: Message) -> str:
    """What an editor wants to know before publishing: sound, pictures, length, a template that failed."""
    params = made.requests[0].params
    facts = [words.say(editors.SILENT if params.get("disable_notification") else editors.WITH_SOUND)]
    if made.weight > 1:
        facts.append(words.count(editors.ALBUM, made.weight))
    elif made.requests[0].method == "sendMessage":
        card = not (params.get("link_preview_options") or {}).get("is_disabled")
        facts.append(words.say(editors.WITH_PREVIEW if card else editors.NO_PREVIEW))
    limit = 4096 if "text" in params else 1024
    facts.append(words.say(editors.CHARACTERS, used=f"{made.markup.length:,}", limit=f"{limit:,}"))
    if made.problem is not None:
        facts.append(escape(told(words, made.problem.title)))
    return " · ".join(facts)
