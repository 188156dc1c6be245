"""Keyboards: reading `reply_markup` (Client.cpp, get_reply_markup) and what a chat allows (TDLib, ReplyMarkup.cpp)."""

from __future__ import annotations

from typing import Any

from bot.sandbox import fields
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat, Wire
from bot.sandbox.fields import FieldError
from bot.sandbox.refusal import bad_request
from bot.sandbox.text import TextError, check_link

MAX_ROW = 12  # buttons beyond are dropped (ReplyMarkup.cpp)
MAX_BUTTONS = 300
MAX_DOCUMENTED = 100  # inline buttons that Telegram's server takes
MAX_CALLBACK_DATA = 64  # bytes
MAX_COPY_TEXT = 256
MAX_MARKUP = 10_000  # bytes of a whole inline keyboard's texts and data

_STYLES = ("primary", "success", "danger")


def read_markup(call: Call) -> Wire | None:
    """The argument `reply_markup` as the Bot API would echo it, or None.  Raises 400."""
    if not call.text("reply_markup"):
        return None
    value = call.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    try:
        return markup_of(value)
    except FieldError as error:
        raise bad_request(str(error)) from None


def markup_of(value: Any) -> Wire | None:
    """A decoded reply markup.  Raises `FieldError`."""
    if not isinstance(value, dict):
        raise FieldError("Object expected as reply markup")
    rows = _rows(fields.array(value, "keyboard"), 'Field "keyboard" must be an Array of Arrays', _reply_button,
                 "Can't parse keyboard button: ")  # fmt: skip
    inline = _rows(
        fields.array(value, "inline_keyboard"),
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        _inline_button,
        "Can't parse inline keyboard button: ",
    )
    selective = fields.boolean(value, "selective")
    placeholder = fields.string(value, "input_field_placeholder")
    remove = fields.boolean(value, "remove_keyboard")
    force = fields.boolean(value, "force_reply")
    markup: Wire
    if rows:
        markup = {"keyboard": rows}
        for name in ("is_persistent", "resize_keyboard", "one_time_keyboard"):
            if fields.boolean(value, name):
                markup[name] = True
        if placeholder:
            markup["input_field_placeholder"] = placeholder
    elif inline:
        return {"inline_keyboard": inline}
    elif remove:
        markup = {"remove_keyboard": True}
    elif force:
        markup = {"force_reply": True}
        if placeholder:
            markup["input_field_placeholder"] = placeholder
    else:
        return None
    if selective:
        markup["selective"] = True
    return markup


def _rows(value: list[Any] | None, refusal: str, button: Any, prefix: str) -> list[list[Wire]]:
    rows = []
    for row in value or []:
        if not isinstance(row, list):
            raise FieldError(refusal)
        try:
            rows.append([button(item) for item in row])
        except FieldError as error:
            raise FieldError(f"{prefix}{error}") from None
    return rows


def _reply_button(item: Any) -> Wire:
    if isinstance(item, str):
        return {"text": item}
    if not isinstance(item, dict):
        raise FieldError("KeyboardButton must be a String or an Object")
    button: Wire = {"text": fields.string(item, "text", None)}
    for name in ("request_contact", "request_location"):
        if fields.boolean(item, name):
            button[name] = True
            return button
    for name in ("request_poll", "web_app", "request_users", "request_chat"):
        if item.get(name) is not None:
            button[name] = fields.table(item, name, required=True)
            break
    _add_style(item, button)
    return button


def _add_style(item: Wire, button: Wire) -> None:
    style = fields.string(item, "style")
    if style:
        if style not in _STYLES:
            raise FieldError("Unsupported button style specified")
        button["style"] = style
    icon = fields.string(item, "icon_custom_emoji_id")
    if icon:
        button["icon_custom_emoji_id"] = icon


def _inline_button(item: Any) -> Wire:
    if not isinstance(item, dict):
        raise FieldError("InlineKeyboardButton must be an Object")
    button: Wire = {"text": fields.string(item, "text", None)}
    _add_style(item, button)
    for name in ("url", "callback_data"):
        value = fields.string(item, name)
        if value:
            button[name] = value
            return button
    if "callback_game" in item:
        button["callback_game"] = {}
    elif "pay" in item:
        button["pay"] = True
    elif "switch_inline_query" in item:
        button["switch_inline_query"] = fields.string(item, "switch_inline_query", None)
    elif "switch_inline_query_chosen_chat" in item:
        button["switch_inline_query_chosen_chat"] = _chosen_chat(item)
    elif "switch_inline_query_current_chat" in item:
        button["switch_inline_query_current_chat"] = fields.string(item, "switch_inline_query_current_chat", None)
    elif "login_url" in item:
        login = fields.table(item, "login_url", required=True) or {}
        button["login_url"] = {"url": fields.string(login, "url", None)}
    elif "web_app" in item:
        app = fields.table(item, "web_app", required=True) or {}
        button["web_app"] = {"url": fields.string(app, "url", None)}
    elif "copy_text" in item:
        copy = fields.table(item, "copy_text", required=True) or {}
        button["copy_text"] = {"text": fields.string(copy, "text", None)}
    else:
        raise FieldError("Text buttons are unallowed in the inline keyboard")
    return button


def _chosen_chat(item: Wire) -> Wire:
    value = fields.table(item, "switch_inline_query_chosen_chat", required=True) or {}
    chosen: Wire = {"query": fields.string(value, "query")}
    for name in ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats"):
        if fields.boolean(value, name):
            chosen[name] = True
    return chosen


def check_markup(markup: Wire | None, chat: Chat | None) -> Wire | None:
    """What Telegram makes of a markup in this chat (None: an inline message).  Raises 400.

    The result is new where anything had to be changed: links are normalised, buttons beyond the limits dropped.
    """
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        if chat is None or chat.kind == "channel":
            raise bad_request("inline keyboard expected")
        return markup
    rows: list[list[Wire]] = []
    count = size = 0
    for row in markup["inline_keyboard"]:
        kept: list[Wire] = []
        for button in row[:MAX_ROW]:
            if count >= MAX_BUTTONS:
                break
            kept.append(_check_button(button, chat))
            count += 1
            size += sum(len(str(value).encode("utf-8", "replace")) for value in button.values())
        if kept:
            rows.append(kept)
    if count > MAX_DOCUMENTED or size > MAX_MARKUP:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Wire, chat: Chat | None) -> Wire:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty" if chat is None else "BUTTON_TEXT_INVALID")
    if "url" in button:
        return {**button, "url": _checked_url(button["url"])}
    if "callback_data" in button:
        if len(button["callback_data"].encode("utf-8", "replace")) > MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "copy_text" in button:
        if not 1 <= len(button["copy_text"]["text"]) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif "switch_inline_query_chosen_chat" in button or any(name.startswith("switch_inline") for name in button):
        _check_switch(button, chat)
    elif "web_app" in button:
        if chat is not None and chat.kind != "private":
            raise bad_request("BUTTON_TYPE_INVALID")
        if not button["web_app"]["url"].lower().startswith("https://"):
            url = button["web_app"]["url"]
            raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    elif "login_url" in button:
        url = button["login_url"]["url"]
        if not url.lower().startswith("https://"):
            raise bad_request(f"inline keyboard button login URL '{url}' is invalid: Only HTTPS links are allowed")
    elif "pay" in button or "callback_game" in button:
        raise bad_request("BUTTON_TYPE_INVALID")
    return button


def _checked_url(url: str) -> str:
    try:
        return check_link(url)
    except TextError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {error}") from None


def _check_switch(button: Wire, chat: Chat | None) -> None:
    if chat is None or chat.kind != "channel":
        return
    name = "switch_inline_query_current_chat" if "switch_inline_query_current_chat" in button else "switch_inline_query"
    raise bad_request(
        f"can't use {name} button in a channel chat, because users will not be able to use the button without "
        "knowing bot's username"
    )
