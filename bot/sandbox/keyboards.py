"""Keyboards: reading `reply_markup` (Client.cpp, get_reply_markup) and what a chat allows (TDLib, ReplyMarkup.cpp)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox import fields
from bot.sandbox.accounts import Wire
from bot.sandbox.buttons import check_inline_button, check_reply_button, read_inline_button, read_reply_button
from bot.sandbox.call import Call
from bot.sandbox.chats import Chat
from bot.sandbox.fields import FieldError
from bot.sandbox.refusal import bad_request

MAX_ROW = 12  # buttons beyond are dropped (ReplyMarkup.cpp)
MAX_BUTTONS = 300
MAX_DOCUMENTED = 100  # inline buttons that Telegram's server takes
MAX_MARKUP = 10_000  # bytes of a whole inline keyboard's texts and data


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
    """A decoded reply markup; of several kinds the first of keyboard, inline keyboard, removal and reply counts.

    Raises `FieldError`.
    """
    if not isinstance(value, dict):
        raise FieldError("Object expected as reply markup")
    rows = _rows(
        fields.array(value, "keyboard"),
        'Field "keyboard" must be an Array of Arrays',
        read_reply_button,
        "Can't parse keyboard button: ",
    )
    inline = _rows(
        fields.array(value, "inline_keyboard"),
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        read_inline_button,
        "Can't parse inline keyboard button: ",
    )
    remove = _either(value, "hide_keyboard", "remove_keyboard")
    selective = _either(value, "personal_keyboard", "selective")
    force = _either(value, "force_reply_keyboard", "force_reply")
    placeholder = fields.string(value, "input_field_placeholder")
    markup: Wire
    if rows:
        markup = {"keyboard": rows}
        markup.update({name: True for name in _OPTIONS if fields.boolean(value, name)})
    elif inline:
        return {"inline_keyboard": inline}
    elif remove or force:
        markup = {"remove_keyboard": True} if remove else {"force_reply": True}
    else:
        return None
    if placeholder and "remove_keyboard" not in markup:
        markup["input_field_placeholder"] = placeholder
    if selective:
        markup["selective"] = True
    return markup


_OPTIONS = ("resize_keyboard", "one_time_keyboard", "is_persistent")


def _either(value: Wire, old: str, new: str) -> bool:
    """A flag under its present or its former name; both are read."""
    former, present = fields.boolean(value, old), fields.boolean(value, new)
    return former or present


def _rows(value: list[Any] | None, refusal: str, read: Callable[[Any], Wire], prefix: str) -> list[list[Wire]]:
    rows = []
    for row in value or []:
        if not isinstance(row, list):
            raise FieldError(refusal)
        try:
            rows.append([read(item) for item in row])
        except FieldError as error:
            raise FieldError(f"{prefix}{error}") from None
    return rows


def check_markup(markup: Wire | None, chat: Chat | None) -> Wire | None:
    """What Telegram makes of a markup in this chat (None: an inline message).  Raises 400.

    The result is new where anything had to be changed: links are normalised, buttons without a text and those beyond
    the limits dropped; a keyboard without a button is none.
    """
    if markup is None:
        return None
    kind = None if chat is None else chat.kind
    if "inline_keyboard" in markup:
        return _check_inline(markup["inline_keyboard"], kind)
    if kind is None or kind == "channel":
        raise bad_request("Inline keyboard expected")
    private = kind == "private"
    if "keyboard" in markup:
        rows = _checked_rows(markup["keyboard"], lambda button: check_reply_button(button, private=private))
        if not rows:
            return None
        markup = {**markup, "keyboard": rows}
    if private:
        return {name: value for name, value in markup.items() if name != "selective"}
    return markup


def _check_inline(rows: list[list[Wire]], kind: str | None) -> Wire | None:
    rows = _checked_rows(rows, lambda button: check_inline_button(button, kind=kind))
    buttons = [button for row in rows for button in row]
    size = sum(len(str(value).encode("utf-8", "replace")) for button in buttons for value in button.values())
    if len(buttons) > MAX_DOCUMENTED or size > MAX_MARKUP:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _checked_rows(rows: list[list[Wire]], check: Callable[[Wire], Wire]) -> list[list[Wire]]:
    """The rows with their buttons checked; empty texts are skipped, and no more are looked at than Telegram takes."""
    kept: list[list[Wire]] = []
    count = 0
    for row in rows:
        checked: list[Wire] = []
        for button in row:
            if not button["text"]:
                continue
            if len(checked) == MAX_ROW or count == MAX_BUTTONS:
                break
            checked.append(check(button))
            count += 1
        if checked:
            kept.append(checked)
    return kept
