"""Methods about how the bot presents itself: name, texts, menu button, default rights, drafts."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access, fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.content import entities_argument, text_of
from bot.sandbox.fields import FieldError
from bot.sandbox.membership import CHANNEL_RIGHTS, RIGHTS, rights_wire
from bot.sandbox.methods.accounts import language_argument
from bot.sandbox.refusal import bad_request

_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_TOO_LONG = {"name": "BOT_TITLE_INVALID", "description": "BOT_DESCRIPTION_TOO_LONG",
             "short_description": "BOT_ABOUT_TOO_LONG"}  # fmt: skip


def _setter(kind: str) -> Any:
    async def handler(call: Call) -> bool:
        language = language_argument(call)
        text = call.text(kind).strip()
        if len(text) > _LIMITS[kind]:
            raise bad_request(_TOO_LONG[kind])
        bot = call.bot
        if text:
            bot.texts[kind, language] = text
        else:
            bot.texts.pop((kind, language), None)
        if kind == "name" and not language and text:
            bot.first_name = text
            bot.changed()
        call.world.events.emit("bot", bot=bot.id)
        return True

    return handler


def _getter(kind: str) -> Any:
    async def handler(call: Call) -> Wire:
        language = language_argument(call)
        texts = call.bot.texts
        default = call.bot.first_name if kind == "name" else ""
        return {kind: texts.get((kind, language)) or texts.get((kind, "")) or default}

    return handler


def _menu_user(call: Call) -> int:
    if not call.has("chat_id"):
        return 0
    user_id = call.user_id("chat_id")
    user = call.world.users.get(user_id)
    if user is None or not call.world.acquainted(call.bot, user):
        raise bad_request("user not found")
    return user_id


def _menu_button(call: Call) -> Wire:
    if not call.text("menu_button"):
        return {"type": "default"}
    value = call.json("menu_button", "Can't parse menu button JSON object")
    try:
        if not isinstance(value, dict):
            raise FieldError("MenuButton must be an Object")
        kind = fields.string(value, "type", None)
        if kind in ("default", "commands"):
            return {"type": kind}
        if kind != "web_app":
            raise FieldError("MenuButton has unsupported type")
        app = fields.table(value, "web_app", required=True) or {}
        return {
            "type": kind,
            "text": fields.string(value, "text", None),
            "web_app": {"url": fields.string(app, "url", None)},
        }
    except FieldError as error:
        raise bad_request(f"Can't parse menu button: {error}") from None


async def set_chat_menu_button(call: Call) -> bool:
    button = _menu_button(call)
    user_id = _menu_user(call)
    if button["type"] == "web_app" and not button["web_app"]["url"].startswith("https://"):
        raise bad_request("BUTTON_URL_INVALID")
    if button["type"] == "default":
        call.bot.menu_buttons.pop(user_id, None)
    else:
        call.bot.menu_buttons[user_id] = button
    return True


async def get_chat_menu_button(call: Call) -> Wire:
    buttons = call.bot.menu_buttons
    user_id = _menu_user(call)
    return buttons.get(user_id) or buttons.get(0) or {"type": "commands" if user_id == 0 else "default"}


async def set_my_default_administrator_rights(call: Call) -> bool:
    for_channels = call.flag("for_channels")
    if not call.text("rights"):
        call.bot.default_rights.pop(for_channels, None)
        return True
    value = call.json("rights", "Can't parse ChatAdministratorRights JSON object")
    try:
        if not isinstance(value, dict):
            raise FieldError("ChatAdministratorRights must be an Object")
        given = frozenset(right for right in RIGHTS if fields.boolean(value, f"can_{right}"))
    except FieldError as error:
        raise bad_request(f"Can't parse ChatAdministratorRights: {error}") from None
    call.bot.default_rights[for_channels] = given
    return True


async def get_my_default_administrator_rights(call: Call) -> Wire:
    for_channels = call.flag("for_channels")
    given = call.bot.default_rights.get(for_channels, frozenset())
    kind = "channel" if for_channels else "supergroup"
    allowed = given & frozenset(CHANNEL_RIGHTS) if for_channels else given
    return {"is_anonymous": False, **rights_wire(allowed, kind, later=call.bot.later)}


async def get_user_profile_photos(call: Call) -> Wire:
    """People of a world have no pictures."""
    user = call.world.users.get(call.user_id())
    if user is None or not call.world.acquainted(call.bot, user):
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


async def send_message_draft(call: Call) -> bool:
    """A partial text streamed to a private chat; people see it for a moment, nothing is stored."""
    text = (
        text_of(call.text("text"), call.text("parse_mode"), entities_argument(call, "entities"))
        if call.text("text")
        else None
    )
    if not call.integer("draft_id"):
        raise bad_request("RANDOM_ID_INVALID")
    chat = access.open_chat(call.world, call.bot, call.text("chat_id"), access.WRITE)
    if chat.kind != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    access.check_may_send(chat, call.bot, "text")
    if text is not None and text.late is not None:
        raise bad_request(text.late)
    draft = text.text if text is not None else ""
    call.world.events.emit("draft", chat=chat.ref, bot=call.bot.id, draft_id=call.integer("draft_id"), text=draft)
    return True


async def close(_call: Call) -> bool:
    """Nothing to close: the sandbox keeps one instance."""
    return True


HANDLERS = {
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyDefaultAdministratorRights": set_my_default_administrator_rights,
    "getMyDefaultAdministratorRights": get_my_default_administrator_rights,
    "getUserProfilePhotos": get_user_profile_photos,
    "sendMessageDraft": send_message_draft,
    "close": close,
}
