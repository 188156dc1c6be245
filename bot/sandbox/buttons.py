"""One button of a keyboard: reading it from JSON, and what TDLib and Telegram's servers say about it.

Reading follows get_keyboard_button and get_inline_keyboard_button of telegram-bot-api (Client.cpp), checking follows
KeyboardButton.cpp and InlineKeyboardButton.cpp of TDLib; refusals in capitals are those of the servers. A checked
inline button is what a message echoes: a login URL comes back as a plain one.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox import fields
from bot.sandbox.accounts import Wire
from bot.sandbox.fields import FieldError
from bot.sandbox.refusal import bad_request
from bot.sandbox.text import TextError, check_link, clean, link_user_id

MAX_CALLBACK_DATA = 64  # bytes
MAX_COPY_TEXT = 256
MAX_USERS = 10  # that a request_users button may ask for

_STYLES = ("primary", "success", "danger")
_CHAT_TYPES = ("allow_user_chats", "allow_bot_chats", "allow_group_chats", "allow_channel_chats")
_USER_FLAGS = ("user_is_bot", "user_is_premium", "request_name", "request_username", "request_photo")
_CHAT_FLAGS = (
    "chat_is_channel",
    "chat_is_forum",
    "chat_has_username",
    "chat_is_created",
    "bot_is_member",
    "request_title",
    "request_username",
    "request_photo",
)
_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_change_info",
    "can_post_messages",
    "can_edit_messages",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_manage_topics",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_direct_messages",
    "can_manage_tags",
)
# What each button of a reply keyboard is refused with outside private chats.
_PRIVATE_ONLY = {
    "request_contact": "Phone number can be requested in private chats only",
    "request_location": "Location can be requested in private chats only",
    "request_poll": "Poll can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
    "request_users": "Users can be requested in private chats only",
    "request_chat": "Chats can be requested in private chats only",
    "request_managed_bot": "Managed bots can be requested in private chats only",
}


def read_reply_button(item: Any) -> Wire:
    """A button of a reply keyboard, only with the fields Telegram knows. Raises `FieldError`."""
    if isinstance(item, str):
        return {"text": item}
    if not isinstance(item, dict):
        raise FieldError("KeyboardButton must be a String or an Object")
    button: Wire = {"text": fields.string(item, "text", None)}
    _read_style(item, button)
    if fields.boolean(item, "request_phone_number") or fields.boolean(item, "request_contact"):
        button["request_contact"] = True
    elif fields.boolean(item, "request_location"):
        button["request_location"] = True
    elif "request_poll" in item:
        kind = fields.string(fields.table(item, "request_poll", required=True) or {}, "type")
        button["request_poll"] = {"type": kind} if kind in ("quiz", "regular") else {}
    elif "web_app" in item:
        button["web_app"] = _web_app(item)
    elif "request_users" in item or "request_user" in item:
        name = "request_users" if "request_users" in item else "request_user"
        button["request_users"] = _request_users(fields.table(item, name, required=True) or {})
    elif "request_chat" in item:
        button["request_chat"] = _request_chat(fields.table(item, "request_chat", required=True) or {})
    elif "request_managed_bot" in item:
        button["request_managed_bot"] = _managed_bot(fields.table(item, "request_managed_bot", required=True) or {})
    return button


def read_inline_button(item: Any) -> Wire:
    """An inline button with its one action. Raises `FieldError`."""
    if not isinstance(item, dict):
        raise FieldError("InlineKeyboardButton must be an Object")
    button: Wire = {"text": fields.string(item, "text", None)}
    _read_style(item, button)
    for name in ("url", "callback_data"):
        value = fields.string(item, name)
        if value:
            return {**button, name: value}
    action = next((name for name in _INLINE_ACTIONS if name in item), None)
    if action is None:
        raise FieldError("Text buttons are unallowed in the inline keyboard")
    return {**button, action: _read_action(item, action)}


_INLINE_ACTIONS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


def _read_action(item: Wire, action: str) -> Any:
    if action == "callback_game":
        return {}
    if action == "pay":
        return True
    if action in ("switch_inline_query", "switch_inline_query_current_chat"):
        return fields.string(item, action, None)
    value = fields.table(item, action, required=True) or {}
    if action == "switch_inline_query_chosen_chat":
        chosen: Wire = {"query": fields.string(value, "query")}
        chosen.update({name: True for name in _CHAT_TYPES if fields.boolean(value, name)})
        return chosen
    if action == "login_url":
        return _login_url(value)
    return {"text": fields.string(value, "text", None)} if action == "copy_text" else _web_app(item)


def _login_url(value: Wire) -> Wire:
    url = fields.string(value, "url", None)
    bot = fields.string(value, "bot_username")
    fields.boolean(value, "request_write_access")
    forward_text = fields.string(value, "forward_text")
    name = bot.removeprefix("@")
    if bot and not (name.isascii() and name.replace("_", "a").isalnum()):
        raise FieldError("LoginUrl bot username is invalid")
    return {"url": url, "forward_text": forward_text}


def _web_app(item: Wire) -> Wire:
    return {"url": fields.string(fields.table(item, "web_app", required=True) or {}, "url", None)}


def _read_style(item: Wire, button: Wire) -> None:
    style = fields.string(item, "style")
    if style and style not in _STYLES:
        raise FieldError("Unsupported button style specified")
    icon = fields.integer(item, "icon_custom_emoji_id")
    if style:
        button["style"] = style
    if icon:
        button["icon_custom_emoji_id"] = str(icon)


def _request_users(value: Wire) -> Wire:
    request: Wire = {"request_id": fields.integer(value, "request_id", None)}
    request.update({name: fields.boolean(value, name) for name in _USER_FLAGS if name in value})
    request["max_quantity"] = fields.integer(value, "max_quantity", 1)
    return request


def _request_chat(value: Wire) -> Wire:
    request: Wire = {"request_id": fields.integer(value, "request_id", None)}
    request.update({name: fields.boolean(value, name) for name in _CHAT_FLAGS if name in value})
    for name in ("user_administrator_rights", "bot_administrator_rights"):
        if name in value:
            request[name] = _rights(value[name])
    return request


def _rights(value: Any) -> Wire:
    if not isinstance(value, dict):
        raise FieldError("ChatAdministratorRights must be an Object")
    return {name: fields.boolean(value, name) for name in _RIGHTS if name in value}


def _managed_bot(value: Wire) -> Wire:
    request: Wire = {"request_id": fields.integer(value, "request_id", None)}
    for name in ("suggested_name", "suggested_username"):
        text = fields.string(value, name)
        if text:
            request[name] = text
    return request


def check_reply_button(button: Wire, *, private: bool) -> Wire:
    """A button of a reply keyboard in a chat. Raises 400."""
    button = {**button, "text": clean(button["text"])}
    if not button["text"]:
        raise bad_request("Keyboard button text must be non-empty")
    action = next((name for name in _PRIVATE_ONLY if name in button), None)
    if action is not None and not private:
        raise bad_request(_PRIVATE_ONLY[action])
    if action == "web_app":
        _https(button["web_app"]["url"], "Keyboard button Web App", "Web App URL")
    elif action == "request_users" and not 1 <= button[action]["max_quantity"] <= MAX_USERS:
        raise bad_request("BUTTON_INVALID")
    return button


def check_inline_button(button: Wire, *, kind: str | None) -> Wire:
    """An inline button as a message in a chat of this kind shows it (None: an inline message). Raises 400."""
    button = {**button, "text": clean(button["text"])}
    if not button["text"]:
        raise bad_request("Inline keyboard button text must be non-empty")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if "url" in button:
        return {**button, "url": _inline_url(button["url"])}
    if "login_url" in button:
        url = _https(button.pop("login_url")["url"], "Inline keyboard button login", "login URL")
        return {**button, "url": url}
    if "web_app" in button:
        url = _https(button["web_app"]["url"], "Inline keyboard button Web App", "Web App URL")
        if kind != "private":
            raise bad_request("BUTTON_TYPE_INVALID")
        return {**button, "web_app": {"url": url}}
    if "copy_text" in button:
        text = clean(button["copy_text"]["text"])
        if not 1 <= len(text) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return {**button, "copy_text": {"text": text}}
    if "callback_data" in button:
        if len(button["callback_data"].encode("utf-8", "replace")) > MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "pay" in button or "callback_game" in button:
        raise bad_request("BUTTON_TYPE_INVALID")  # those belong to invoices and games
    else:
        _check_switch(button, kind)
    return button


def _inline_url(url: str) -> str:
    user_id = link_user_id(url)
    if user_id:
        return f"tg://user?id={user_id}"
    try:
        return clean(check_link(url))
    except TextError as refusal:
        raise bad_request(f"Inline keyboard button {refusal.description}") from None


def _https(url: str, before: str, what: str) -> str:
    if link_user_id(url):
        raise bad_request(f"Link to a user can't be used in {what} buttons")
    try:
        return clean(check_link(url, https_only=True))
    except TextError as refusal:
        raise bad_request(f"{before} {refusal.description}") from None


def _check_switch(button: Wire, kind: str | None) -> None:
    chosen = button.get("switch_inline_query_chosen_chat")
    if chosen is not None and not any(name in chosen for name in _CHAT_TYPES):
        raise bad_request("At least one target chat type must be allowed")
    if kind != "channel":
        return
    is_current = "switch_inline_query_current_chat" in button
    name = "switch_inline_query_current_chat" if is_current else "switch_inline_query"
    raise bad_request(
        f"Can't use {name} button in a channel chat, because users will not be able to use the button without "
        "knowing bot's username"
    )
