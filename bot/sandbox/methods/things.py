"""Methods that send what is neither text nor a file: places, contacts, polls, dice."""

from __future__ import annotations

import math
from typing import Any

from bot.sandbox import access, fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.content import Formatted, entities_argument, formatted
from bot.sandbox.fields import FieldError
from bot.sandbox.keyboards import check_markup, read_markup
from bot.sandbox.methods.editing import finish_edit, target_message
from bot.sandbox.polls import MAX_EXPLANATION, MAX_OPEN, MAX_OPTION, MAX_QUESTION, Poll, check_options
from bot.sandbox.posting import changed
from bot.sandbox.refusal import bad_request
from bot.sandbox.sending import send

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
MAX_LIVE = 86_400
FOREVER = 0x7FFFFFFF


def _double(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _location(call: Call) -> Wire:
    """get_location of Client.cpp, Location of TDLib.  Raises 400."""
    for name in ("latitude", "longitude"):
        if not call.text(name).strip():
            raise bad_request(f"{name} is empty")
    latitude, longitude = _double(call.text("latitude")), _double(call.text("longitude"))
    if not math.isfinite(latitude + longitude) or abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("wrong location specified")
    location: Wire = {"latitude": round(latitude, 6), "longitude": round(longitude, 6)}
    accuracy = _double(call.text("horizontal_accuracy"))
    if accuracy > 0:
        location["horizontal_accuracy"] = min(1500.0, accuracy)
    return location


def _live(call: Call, location: Wire) -> Wire:
    period = call.integer("live_period")
    if period:
        if not 60 <= period <= MAX_LIVE and period != FOREVER:
            raise bad_request("wrong live location period specified")
        location["live_period"] = period
        for name, high in (("heading", 360), ("proximity_alert_radius", 100_000)):
            value = call.integer(name)
            if value < 0 or value > high:
                raise bad_request(f"wrong live location {name.replace('_', ' ')} specified")
            if value:
                location[name] = value
    return location


async def send_location(call: Call) -> Wire:
    location = _location(call)
    message = await send(call, "location", lambda _chat: {"location": _live(call, location)})
    return message.wire(call.bot)


async def edit_message_live_location(call: Call) -> Wire | bool:
    location = _location(call)
    markup = read_markup(call)
    message = target_message(call)
    old = message.content.get("location", {})
    if not old.get("live_period"):
        raise bad_request("message can't be edited")
    markup = check_markup(markup, message.chat)
    kept = {name: old[name] for name in ("live_period",) if name in old}
    for name in ("live_period", "heading", "proximity_alert_radius"):
        if call.integer(name):
            kept[name] = call.integer(name)
    return finish_edit(call, message, {"location": {**location, **kept}}, markup)


async def stop_message_live_location(call: Call) -> Wire | bool:
    markup = read_markup(call)
    message = target_message(call)
    old = message.content.get("location", {})
    if not old.get("live_period"):
        raise bad_request("message can't be edited")
    markup = check_markup(markup, message.chat)
    names = ("latitude", "longitude", "horizontal_accuracy")
    return finish_edit(call, message, {"location": {name: old[name] for name in names if name in old}}, markup)


async def send_venue(call: Call) -> Wire:
    location = _location(call)
    venue: Wire = {"location": location}
    for name in ("title", "address"):
        value = call.text(name).strip()
        if not value:
            raise bad_request("VENUE_TITLE_EMPTY" if name == "title" else "VENUE_ADDRESS_EMPTY")
        venue[name] = value
    for name in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if call.text(name):
            venue[name] = call.text(name)
    message = await send(call, "venue", lambda _chat: {"venue": venue, "location": location})
    return message.wire(call.bot)


async def send_contact(call: Call) -> Wire:
    contact: Wire = {"phone_number": call.required("phone_number"), "first_name": call.required("first_name")}
    for name in ("last_name", "vcard"):
        if call.text(name):
            contact[name] = call.text(name)
    message = await send(call, "contact", lambda _chat: {"contact": contact})
    return message.wire(call.bot)


async def send_dice(call: Call) -> Wire:
    emoji = call.text("emoji").replace("\ufe0f", "") or "🎲"
    if emoji not in DICE:
        raise bad_request("EMOTICON_INVALID")
    value = call.world.random.randint(1, DICE[emoji])
    message = await send(call, "dice", lambda _chat: {"dice": {"emoji": emoji, "value": value}})
    return message.wire(call.bot)


async def send_poll(call: Call) -> Wire:
    question = formatted(
        call.text("question"), call.text("question_parse_mode"), entities_argument(call, "question_entities")
    )
    options = _options(call)
    kind = call.text("type")
    if kind not in ("", "regular", "quiz"):
        raise bad_request("Unsupported poll type specified")
    explanation = formatted(
        call.text("explanation"), call.text("explanation_parse_mode"), entities_argument(call, "explanation_entities")
    )

    def build(chat: Any) -> Wire:
        if chat.kind == "channel" and call.has("is_anonymous") and not call.flag("is_anonymous"):
            raise bad_request("non-anonymous polls can't be sent to channel chats")
        return {"poll": _poll(call, question, options, kind or "regular", explanation)}

    message = await send(call, "poll", build)
    return message.wire(call.bot)


def _options(call: Call) -> list[Wire]:
    value = call.json("options", "Can't parse options JSON object")
    if not isinstance(value, list):
        raise bad_request("Expected an Array of String as options")
    options = []
    for item in value:
        if isinstance(item, str):
            options.append(_plain(formatted(item, "", None)))
        elif isinstance(item, dict):
            try:
                text = fields.string(item, "text", None)
                mode = fields.string(item, "text_parse_mode")
            except FieldError as error:
                raise bad_request(str(error)) from None
            options.append(_plain(formatted(text, mode, item.get("text_entities"))))
        else:
            raise bad_request("Expected an option to be of type String")
    return options


def _plain(text: Formatted) -> Wire:
    if text.late is not None:
        raise bad_request(f"poll options length must not exceed {MAX_OPTION}")
    return {"text": text.text, "entities": text.entities}


def _poll(call: Call, question: Formatted, options: list[Wire], kind: str, explanation: Formatted) -> Poll:
    if not question.text and question.late is None:
        raise bad_request("poll question must be non-empty")
    if question.late is not None or len(question.text) > MAX_QUESTION:
        raise bad_request(f"poll question length must not exceed {MAX_QUESTION}")
    check_options(options)
    asked = {"text": question.text, "entities": question.entities}
    poll = Poll(next(call.world.numbers), call.bot.id, asked, options, call.world.clock)
    poll.kind = kind
    poll.anonymous = call.flag("is_anonymous") if call.has("is_anonymous") else True
    poll.multiple = call.flag("allows_multiple_answers")
    poll.allows_revoting = call.flag("allows_revoting") if call.has("allows_revoting") else kind != "quiz"
    if kind == "quiz":
        poll.correct = _correct(call, len(options))
        if len(explanation.text) > MAX_EXPLANATION:
            raise bad_request("MESSAGE_TOO_LONG")
        poll.explanation = {"text": explanation.text, "entities": explanation.entities}
    poll.open_period = call.integer("open_period", 0, 0, MAX_OPEN)
    if poll.open_period:
        poll.close_date = call.world.now() + poll.open_period
    else:
        poll.close_date = call.integer("close_date", 0, 0)
        poll.open_period = max(0, poll.close_date - call.world.now()) if poll.close_date else 0
    poll.stopped = call.flag("is_closed")
    return poll


def _correct(call: Call, count: int) -> list[int]:
    if call.text("correct_option_ids"):
        value = call.json("correct_option_ids", "Can't parse correct_option_ids JSON object")
        chosen = [item for item in value if isinstance(item, int)] if isinstance(value, list) else []
    else:
        chosen = [call.integer("correct_option_id", -1)]
    if not chosen or any(not 0 <= number < count for number in chosen):
        raise bad_request("wrong correct option ID specified")
    return chosen


async def stop_poll(call: Call) -> Wire:
    markup = read_markup(call)
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.EDIT)
    message = access.find_message(chat, call.bot, call.message_id(), "message with poll to stop")
    poll = message.content.get("poll")
    if not isinstance(poll, Poll):
        raise bad_request("message with poll to stop not found" if message.is_service else "message is not a poll")
    if message.bot_id != call.bot.id or message.origin is not None:
        raise bad_request("poll can't be stopped")
    if poll.closed:
        raise bad_request("poll has already been closed")
    poll.stopped = True
    message.markup = check_markup(markup, chat)
    changed(call.world, message, editor=call.bot, hidden=True)
    return poll.wire(call.bot)


HANDLERS = {
    "sendLocation": send_location,
    "editMessageLiveLocation": edit_message_live_location,
    "stopMessageLiveLocation": stop_message_live_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendDice": send_dice,
    "sendPoll": send_poll,
    "stopPoll": stop_poll,
}
