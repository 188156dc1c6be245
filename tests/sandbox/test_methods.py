"""Methods one by one: what they answer, and their refusals in Telegram's words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Box, running
from bot.sandbox.fetching import Fetched
from bot.sandbox.world import World
from tests.sandbox.conftest import CHANNEL, GROUP, SMALL, WORLD, Caller
from tests.sandbox.pictures import MP4, gif, jpeg, png

ADMIN = WORLD.replace("[chats.quiet]", "[chats.talk.admins.news]\n\n[chats.quiet]").replace(
    'members = ["news", "sam"]\n\n[chats.talk', 'members = ["sam", "kim"]\n\n[chats.talk'
)
FORUM = -1001000000009
ADMIN += f"""
[chats.forum]
id = {FORUM}
type = "supergroup"
forum = true
creator = "ana"
members = ["sam"]
admins.news = {{}}

[chats.protected]
id = -1001000000010
creator = "ana"
protect_content = true
signatures = true
admins.news = {{}}

[chats.masked]
id = -1001000000011
type = "supergroup"
creator = "ana"
members = ["sam"]
admins.news = {{ anonymous = true, custom_title = "Desk" }}
"""


@pytest.fixture
def world() -> World:
    return World.from_toml(ADMIN)


NO_KEYBOARD = "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("chat", "markup", "refusal"),
    [
        (CHANNEL, "{", "can't parse reply keyboard markup JSON object"),
        (CHANNEL, [], "object expected as reply markup"),
        (CHANNEL, {"inline_keyboard": 1}, 'field "inline_keyboard" must be of type Array'),
        (CHANNEL, {"inline_keyboard": [1]},
         'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        (CHANNEL, inline(1), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        (CHANNEL, inline({"url": "https://e.com"}), 'can\'t parse inline keyboard button: Can\'t find field "text"'),
        (CHANNEL, inline({"text": "x"}), NO_KEYBOARD[13:]),
        (CHANNEL, inline({"text": "x", "callback_data": ""}), NO_KEYBOARD[13:]),
        (CHANNEL, inline({"text": "x", "callback_data": "d" * 65}), "BUTTON_DATA_INVALID"),
        (CHANNEL, inline({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (CHANNEL, inline({"text": "x", "url": "http://localhost:8000/x"}),
         "inline keyboard button URL 'http://localhost:8000/x' is invalid: Wrong HTTP URL"),
        (CHANNEL, inline({"text": "x", "url": "whatsapp://send"}),
         "inline keyboard button URL 'whatsapp://send' is invalid: Unsupported URL protocol"),
        (CHANNEL, inline({"text": "x", "copy_text": {"text": ""}}), "BUTTON_COPY_TEXT_INVALID"),
        (CHANNEL, inline({"text": "x", "copy_text": {"text": "c" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        (CHANNEL, inline({"text": " ", "url": "https://e.com"}), "BUTTON_TEXT_INVALID"),
        (CHANNEL, inline({"text": "x", "style": "loud", "url": "https://e.com"}),
         "can't parse inline keyboard button: Unsupported button style specified"),
        (CHANNEL, inline({"text": "x", "switch_inline_query": "q"}),
         "can't use switch_inline_query button in a channel chat, because users will not be able to use the button "
         "without knowing bot's username"),
        (CHANNEL, inline({"text": "x", "switch_inline_query_current_chat": "q"}),
         "can't use switch_inline_query_current_chat button in a channel chat, because users will not be able to use "
         "the button without knowing bot's username"),
        (CHANNEL, {"keyboard": [["a"]]}, "inline keyboard expected"),
        (CHANNEL, {"force_reply": True}, "inline keyboard expected"),
        (CHANNEL, {"keyboard": ["a"]}, 'field "keyboard" must be an Array of Arrays'),
        (CHANNEL, {"keyboard": [[1]]}, "can't parse keyboard button: KeyboardButton must be a String or an Object"),
        (CHANNEL, inline({"text": "x", "web_app": {"url": "https://e.com"}}), "BUTTON_TYPE_INVALID"),
        (5011, inline({"text": "x", "web_app": {"url": "http://e.com"}}),
         "inline keyboard button Web App URL 'http://e.com' is invalid: Only HTTPS links are allowed"),
        (CHANNEL, inline({"text": "x", "login_url": {"url": "http://e.com"}}),
         "inline keyboard button login URL 'http://e.com' is invalid: Only HTTPS links are allowed"),
        (CHANNEL, inline({"text": "x", "pay": True}), "BUTTON_TYPE_INVALID"),
        (CHANNEL, inline({"text": "x", "callback_game": {}}), "BUTTON_TYPE_INVALID"),
        (CHANNEL, {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]] * 101}, "reply markup is too long"),
    ],
)  # fmt: skip
async def test_a_wrong_keyboard_is_refused(bot: Any, chat: int, markup: Any, refusal: str) -> None:
    assert await bot.no("sendMessage", chat_id=chat, text="x", reply_markup=markup) == f"Bad Request: {refusal}"


async def test_a_keyboard_is_echoed_as_telegram_keeps_it(bot: Any, box: Box) -> None:
    rows = [
        [{"text": f"{n}", "callback_data": f"{n}", "style": "success"} for n in range(14)],
        [{"text": "site", "url": "example.com"}, {"text": "switch", "switch_inline_query": ""}],
        [{"text": "pick", "switch_inline_query_chosen_chat": {"query": "q", "allow_user_chats": True}}],
        [{"text": "here", "switch_inline_query_current_chat": "q", "icon_custom_emoji_id": "5"}],
        [{"text": "app", "web_app": {"url": "https://example.com/"}}],
        [{"text": "in", "login_url": {"url": "https://example.com/"}}],
        [],
    ]
    sent = await bot.ok("sendMessage", chat_id=5011, text="x", reply_markup={"inline_keyboard": rows})
    echoed = sent["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in echoed] == [12, 2, 1, 1, 1, 1]
    assert echoed[1][0]["url"] == "http://example.com/"
    keyboard = {
        "keyboard": [["a", {"text": "b", "request_contact": True}, {"text": "c", "request_users": {"request_id": 1}}]],
        "resize_keyboard": True, "is_persistent": True, "input_field_placeholder": "p", "selective": True,
    }  # fmt: skip
    sent = await bot.ok("sendMessage", chat_id=5011, text="x", reply_markup=keyboard)
    assert "reply_markup" not in sent, "only inline keyboards are echoed"
    assert (await box.people.messages("1000001:5011"))[-1]["keyboard"]["keyboard"][0][0] == {"text": "a"}
    for markup in ({"remove_keyboard": True}, {"force_reply": True, "input_field_placeholder": "p"}, {}):
        await bot.ok("sendMessage", chat_id=5011, text="x", reply_markup=markup)


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": "<b>\n</b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("sendMessage", {"text": "x<br>", "parse_mode": "html"},
         'can\'t parse entities: Unsupported start tag "br" at byte offset 1'),
        ("sendMessage", {"text": "x", "entities": [{"type": "bold"}]},
         'can\'t parse MessageEntity: Can\'t find field "offset"'),
        ("sendMessage", {"text": "x", "link_preview_options": "{"}, "can't parse link preview options JSON object"),
        ("sendMessage", {"text": "x", "link_preview_options": []}, "object expected as link preview options"),
        ("sendMessage", {"text": "x", "link_preview_options": {"url": []}}, 'field "url" must be of type String'),
        ("sendMessage", {"text": "x", "link_preview_options": {"is_disabled": 1}},
         'field "is_disabled" must be of type Boolean'),
        ("sendMessage", {"text": "x", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
        ("sendMessage", {"text": "x", "reply_parameters": []}, "object expected as reply parameters"),
        ("sendMessage", {"text": "x", "reply_parameters": {"chat_id": 1}}, 'can\'t find field "message_id"'),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": "y"}},
         'field "message_id" must be a valid Number'),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": []}},
         'field "message_id" must be of type Number'),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ("sendMessage", {"text": "x", "message_thread_id": 77}, "message thread not found"),
        ("sendMessage", {"text": "x", "business_connection_id": "b"}, "business connection not found"),
        ("sendMessage", {"text": "x", "chat_id": "@nobody_here"}, "chat not found"),
        ("sendMessage", {"text": "x", "chat_id": "@ana"}, "chat not found"),
        ("sendMessage", {"text": "x", "chat_id": ""}, "chat_id is empty"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendVideoNote", {}, "there is no video note in the request"),
        ("sendPhoto", {"photo": "a:b"}, "wrong remote file identifier specified: Wrong character in the string"),
        ("sendPhoto", {"photo": "abcde"}, "wrong remote file identifier specified: Wrong string length"),
        ("sendPhoto", {"photo": "abcd"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "ftp://e.com/a.jpg"}, "invalid file HTTP URL specified: Unsupported URL protocol"),
        ("sendPhoto", {"photo": "http:///a.jpg"}, "invalid file HTTP URL specified: URL host is empty"),
        ("sendPhoto", {"photo": "https://e.com/a.jpg"}, "failed to get HTTP URL content"),
        ("sendPhoto", {"photo": "https://e.com/a.jpg", "caption": "x" * 1025}, "message caption is too long"),
        ("sendMediaGroup", {}, 'parameter "media" is required'),
        ("sendMediaGroup", {"media": "{"}, "can't parse media JSON object"),
        ("sendMediaGroup", {"media": {}}, "expected an Array of InputMedia"),
        ("sendMediaGroup", {"media": []}, "there are no messages to send"),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "abcd"}] * 11},
         "too many messages to send as an album"),
        ("sendMediaGroup", {"media": [1]}, "can't parse InputMedia: expected an Object"),
        ("sendMediaGroup", {"media": [{"type": "photo"}]}, "can't parse InputMedia: media not found"),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "attach://none"}]},
         "can't parse InputMedia: media not found"),
        ("sendMediaGroup", {"media": [{"type": "animation", "media": "x"}]},
         "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"),
        ("sendMediaGroup", {"media": [{"type": "tune", "media": "x"}]},
         'can\'t parse InputMedia: type "tune" is unsupported'),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "x"}, {"type": "document", "media": "y"}]},
         "document can't be mixed with other media types"),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "x", "show_caption_above_media": True},
                                      {"type": "photo", "media": "y"}]},
         "parameter show_caption_above_media must be the same for all messages in an album"),
        ("sendLocation", {"latitude": "1"}, "longitude is empty"),
        ("sendLocation", {"latitude": "100", "longitude": "1"}, "wrong location specified"),
        ("sendLocation", {"latitude": "1", "longitude": "1", "live_period": 5},
         "wrong live location period specified"),
        ("sendLocation", {"latitude": "1", "longitude": "1", "live_period": 60, "heading": 400},
         "wrong live location heading specified"),
        ("sendVenue", {"latitude": "1", "longitude": "1"}, "VENUE_TITLE_EMPTY"),
        ("sendVenue", {"latitude": "1", "longitude": "1", "title": "t"}, "VENUE_ADDRESS_EMPTY"),
        ("sendContact", {"first_name": "A"}, 'parameter "phone_number" is required'),
        ("sendDice", {"emoji": "🚗"}, "EMOTICON_INVALID"),
        ("sendPoll", {"question": "q"}, "can't parse options JSON object"),
        ("sendPoll", {"question": "q", "options": {}}, "expected an Array of String as options"),
        ("sendPoll", {"question": "q", "options": [1, 2]}, "expected an option to be of type String"),
        ("sendPoll", {"question": "q", "options": [{"x": 1}]}, 'can\'t find field "text"'),
        ("sendPoll", {"question": "q", "options": ["a"]}, "poll must have at least 2 option"),
        ("sendPoll", {"question": "q", "options": ["a", ""]}, "poll options must be non-empty"),
        ("sendPoll", {"question": "q", "options": ["a", "b" * 101]}, "poll options length must not exceed 100"),
        ("sendPoll", {"question": "q", "options": ["a"] * 13}, "poll can't have more than 12 options"),
        ("sendPoll", {"question": "", "options": ["a", "b"]}, "poll question must be non-empty"),
        ("sendPoll", {"question": "q" * 301, "options": ["a", "b"]}, "poll question length must not exceed 300"),
        ("sendPoll", {"question": "q", "options": ["a", "b"], "type": "x"}, "unsupported poll type specified"),
        ("sendPoll", {"question": "q", "options": ["a", "b"], "type": "quiz"}, "wrong correct option ID specified"),
        ("sendPoll", {"question": "q", "options": ["a", "b"], "is_anonymous": False},
         "non-anonymous polls can't be sent to channel chats"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("editMessageText", {"text": "x"}, "message to edit not found"),
        ("editMessageText", {"text": "x", "chat_id": ""}, "message identifier is not specified"),
        ("editMessageMedia", {}, 'parameter "media" is required'),
        ("editMessageMedia", {"media": "{"}, "can't parse input media JSON object"),
        ("editMessageMedia", {"media": []}, "can't parse InputMedia: expected an Object"),
        ("deleteMessage", {}, "message identifier is not specified"),
        ("deleteMessage", {"chat_id": ""}, "chat identifier is not specified"),
        ("deleteMessages", {}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": "{"}, "can't parse message_ids JSON object"),
        ("deleteMessages", {"message_ids": {}}, "expected an Array of message identifiers"),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": [[]]}, "message identifier must be a Number"),
        ("deleteMessages", {"message_ids": ["x"]}, "can't parse message identifier as Number"),
        ("deleteMessages", {"message_ids": [0]}, "invalid message identifier specified"),
        ("deleteMessages", {"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
        ("forwardMessage", {}, 'parameter "from_chat_id" is required'),
        ("forwardMessage", {"from_chat_id": CHANNEL, "message_id": 99}, "message to forward not found"),
        ("copyMessage", {"from_chat_id": CHANNEL, "message_id": 99}, "message to copy not found"),
        ("forwardMessages", {"from_chat_id": CHANNEL, "message_ids": [99]}, "there are no messages to forward"),
        ("setMessageReaction", {"message_id": 99}, "message to react not found"),
        ("setMessageReaction", {"reaction": "{"}, "can't parse reaction types JSON object"),
        ("setMessageReaction", {"reaction": {}}, "expected an Array of ReactionType"),
        ("setMessageReaction", {"reaction": [1]}, "can't parse ReactionType: expected an Object"),
        ("setMessageReaction", {"reaction": [{"type": "x"}]},
         "can't parse ReactionType: invalid reaction type specified"),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("getChatMember", {}, "invalid user_id specified"),
        ("getChatMember", {"user_id": 4711}, "PARTICIPANT_ID_INVALID"),
        ("getChatAdministrators", {"chat_id": 5011}, "there are no administrators in the private chat"),
        ("restrictChatMember", {"user_id": 5012, "permissions": "{"}, "can't parse permissions JSON object"),
        ("restrictChatMember", {"user_id": 5012, "permissions": []}, "object expected as permissions"),
        ("restrictChatMember", {"user_id": 5012, "permissions": {"can_send_messages": "x"}},
         'can\'t parse chat permissions: Field "can_send_messages" must be of type Boolean'),
        ("restrictChatMember", {"user_id": 5012, "permissions": {}}, "method is available only for supergroups"),
        ("promoteChatMember", {"user_id": 5012, "chat_id": SMALL},
         "method is available for supergroup and channel chats only"),
        ("unbanChatMember", {"user_id": 5012, "chat_id": SMALL},
         "method is available for supergroup and channel chats only"),
        ("banChatMember", {"user_id": 5012}, "not enough rights to restrict/unrestrict chat member"),
        ("banChatMember", {"user_id": 5012, "chat_id": 5012}, "can't ban members in private chats"),
        ("banChatMember", {"user_id": 1000001, "chat_id": GROUP}, "can't restrict self"),
        ("banChatMember", {"user_id": 5011, "chat_id": GROUP}, "can't remove chat owner"),
        ("promoteChatMember", {"user_id": 1000001, "chat_id": GROUP}, "can't promote self"),
        ("promoteChatMember", {"user_id": 5012}, "not enough rights"),
        ("promoteChatMember", {"user_id": 5011, "chat_id": GROUP}, "can't remove chat owner"),
        ("promoteChatMember", {"user_id": 1000002, "chat_id": GROUP}, "USER_NOT_PARTICIPANT"),
        ("setChatAdministratorCustomTitle", {"user_id": 5011, "chat_id": GROUP},
         "only creator can edit their custom title"),
        ("setChatAdministratorCustomTitle", {"user_id": 5012, "chat_id": GROUP}, "user is not an administrator"),
        ("setChatPermissions", {"permissions": {}}, "can't change chat permissions in this chat"),
        ("leaveChat", {"chat_id": 5012}, "chat member status can't be changed in private chats"),
        ("setChatTitle", {"title": "x"}, "not enough rights to change chat title"),
        ("setChatTitle", {"title": "x", "chat_id": 5012}, "can't change private chat title"),
        ("setChatTitle", {"title": " ", "chat_id": GROUP}, "title must be non-empty"),
        ("setChatTitle", {"title": "Demo talk", "chat_id": GROUP}, "CHAT_NOT_MODIFIED"),
        ("setChatDescription", {"description": "", "chat_id": GROUP}, "chat description is not modified"),
        ("setChatDescription", {"description": "x" * 256, "chat_id": GROUP}, "CHAT_ABOUT_TOO_LONG"),
        ("setChatPhoto", {"chat_id": GROUP}, "there is no photo in the request"),
        ("setChatPhoto", {"chat_id": GROUP, "photo": "x"}, "photo must be uploaded as an InputFile"),
        ("deleteChatPhoto", {"chat_id": GROUP}, "CHAT_NOT_MODIFIED"),
        ("exportChatInviteLink", {}, "not enough rights to manage chat invite link"),
        ("exportChatInviteLink", {"chat_id": 5012}, "can't invite members to a private chat"),
        ("createChatInviteLink", {"chat_id": GROUP, "name": "n" * 33}, "INVITE_LINK_NAME_INVALID"),
        ("createChatInviteLink", {"chat_id": GROUP, "member_limit": 100_000}, "USAGE_LIMIT_INVALID"),
        ("createChatInviteLink", {"chat_id": GROUP, "expire_date": 5}, "EXPIRE_DATE_INVALID"),
        ("createChatInviteLink", {"chat_id": GROUP, "member_limit": 1, "creates_join_request": True},
         "member limit can't be specified for links requiring administrator approval"),
        ("editChatInviteLink", {"chat_id": GROUP, "invite_link": "x"}, "INVITE_HASH_EXPIRED"),
        ("createForumTopic", {"chat_id": GROUP, "name": "x"}, "the chat is not a forum"),
        ("createForumTopic", {"chat_id": FORUM, "name": " "}, "title must be non-empty"),
        ("createForumTopic", {"chat_id": FORUM, "name": "x", "icon_color": 5}, "wrong icon color specified"),
        ("closeForumTopic", {"chat_id": FORUM, "message_thread_id": 77}, "TOPIC_ID_INVALID"),
        ("editGeneralForumTopic", {"chat_id": FORUM, "name": "General"}, "TOPIC_NOT_MODIFIED"),
        ("reopenGeneralForumTopic", {"chat_id": FORUM}, "TOPIC_NOT_MODIFIED"),
        ("unhideGeneralForumTopic", {"chat_id": FORUM}, "TOPIC_NOT_MODIFIED"),
        ("setMyCommands", {"commands": "{"}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ("setMyCommands", {"commands": [1]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, 'can\'t parse BotCommand: Can\'t find field "description"'),
        ("setMyCommands", {"commands": [{"command": "/", "description": "d"}]}, "command must be non-empty"),
        ("setMyCommands", {"commands": [{"command": "a", "description": " "}]},
         "command description must be non-empty"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "d"}]},
         "command length must not exceed 32"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "d" * 257}]},
         "command description length must not exceed 256"),
        ("setMyCommands", {"commands": [{"command": "A b", "description": "d"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "d"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"commands": [], "language_code": "pt-br"}, "invalid language code specified"),
        ("setMyCommands", {"commands": [], "scope": "{"}, "can't parse BotCommandScope JSON object"),
        ("setMyCommands", {"commands": [], "scope": []},
         "can't parse BotCommandScope: BotCommandScope must be an Object"),
        ("setMyCommands", {"commands": [], "scope": {"type": "x"}},
         "can't parse BotCommandScope: Unsupported type specified"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": ""}},
         "can't parse BotCommandScope: Empty chat_id specified"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat_member", "chat_id": GROUP, "user_id": 0}},
         "can't parse BotCommandScope: Invalid user_id specified"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": CHANNEL}},
         "can't change commands in channel chats"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat_administrators", "chat_id": 5012}},
         "can't use specified scope in private chats"),
        ("setMyName", {"name": "n" * 65}, "BOT_TITLE_INVALID"),
        ("setChatMenuButton", {"menu_button": "{", "chat_id": 5012}, "can't parse menu button JSON object"),
        ("setChatMenuButton", {"menu_button": [], "chat_id": 5012},
         "can't parse menu button: MenuButton must be an Object"),
        ("setChatMenuButton", {"menu_button": {"type": "x"}, "chat_id": 5012},
         "can't parse menu button: MenuButton has unsupported type"),
        ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "t", "web_app": {"url": "http://x"}},
                               "chat_id": 5012}, "BUTTON_URL_INVALID"),
        ("setChatMenuButton", {"chat_id": 4711}, "user not found"),
        ("setMyDefaultAdministratorRights", {"rights": "{"}, "can't parse ChatAdministratorRights JSON object"),
        ("setMyDefaultAdministratorRights", {"rights": []},
         "can't parse ChatAdministratorRights: ChatAdministratorRights must be an Object"),
        ("getUserProfilePhotos", {"user_id": 4711}, "user not found"),
        ("sendMessageDraft", {"text": "x"}, "RANDOM_ID_INVALID"),
        ("sendMessageDraft", {"text": "x", "draft_id": 1}, "TEXTDRAFT_PEER_INVALID"),
        ("sendMessageDraft", {"text": "x" * 5000, "draft_id": 1, "chat_id": 5011}, "message is too long"),
        ("stopPoll", {"message_id": 99}, "message with poll to stop not found"),
        ("banChatSenderChat", {"chat_id": GROUP, "sender_chat_id": "1"}, "chat not found"),
    ],
)  # fmt: skip
async def test_a_refusal_is_in_telegrams_words(bot: Any, method: str, params: dict[str, Any], refusal: str) -> None:
    assert await bot.no(method, **{"chat_id": CHANNEL, **params}) == f"Bad Request: {refusal}"


async def test_pictures_that_telegram_does_not_take_are_refused(bot: Any) -> None:
    async def refused(data: bytes) -> str:
        answer = await bot.upload("sendPhoto", {"photo": data}, chat_id=str(CHANNEL))
        return str(answer["description"])

    assert await refused(b"") == "Bad Request: file must be non-empty"
    assert await refused(b"text") == "Bad Request: IMAGE_PROCESS_FAILED"
    assert await refused(png(9000, 1001)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert await refused(png(2100, 100)) == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    too_big = png(10, 10) + b"\0" * (10 << 20)
    assert await refused(too_big) == (
        f"Bad Request: file of size {len(too_big)} bytes is too big for a photo; the maximum size is 10485760 bytes"
    )
    small = await bot.upload("setChatPhoto", {"photo": png(100, 100)}, chat_id=str(GROUP))
    assert small["description"] == "Bad Request: PHOTO_CROP_SIZE_SMALL"
    good = await bot.upload("sendPhoto", {"photo": jpeg(2000, 1000)}, chat_id=str(CHANNEL))
    assert [size["width"] for size in good["result"]["photo"]] == [90, 320, 800, 1280]


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A web server on loopback with a picture, a page, a film and trouble."""
    pages = {
        "/a.png": web.Response(body=png(300, 200), content_type="image/png"),
        "/page.html": web.Response(text="<p>x", content_type="text/html"),
        "/film.mp4": web.Response(body=MP4, content_type="video/mp4"),
        "/a.gif": web.Response(body=gif(20, 10), content_type="image/gif"),
        "/huge.png": web.Response(body=png() + b"\0" * (6 << 20), content_type="image/png"),
    }

    async def handle(request: web.Request) -> web.Response:
        page = pages.get(request.path)
        return page or web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_media_by_url_are_fetched_from_allowed_hosts_only(bot: Any, site: str) -> None:
    photo = await bot.ok("sendPhoto", chat_id=CHANNEL, photo=f"{site}/a.png")
    assert photo["photo"][-1]["width"] == 300
    video = await bot.ok("sendVideo", chat_id=CHANNEL, video=f"{site}/film.mp4")
    assert video["video"]["file_name"] == "film.mp4"
    animation = await bot.ok("sendAnimation", chat_id=CHANNEL, animation=f"{site}/a.gif")
    assert (animation["animation"]["width"], animation["document"]["mime_type"]) == (20, "image/gif")
    wrong = "Bad Request: wrong type of the web page content"
    failed = "Bad Request: failed to get HTTP URL content"
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=f"{site}/page.html") == wrong
    assert await bot.no("sendVideo", chat_id=CHANNEL, video=f"{site}/a.png") == wrong
    assert await bot.no("sendAnimation", chat_id=CHANNEL, animation=f"{site}/a.png") == wrong
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=f"{site}/film.mp4") == wrong
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=f"{site}/none.png") == failed
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=f"{site}/huge.png") == failed
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo="http://127.0.0.1:9/closed.png") == failed
    refused = f"{site}/a.png".replace("127.0.0.1", "127.0.0.2")
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=refused) == failed


async def test_the_outcome_of_a_url_is_remembered_a_failure_too(http: Any) -> None:
    asked: list[str] = []

    async def fetch(url: str) -> Fetched:
        asked.append(url)
        return Fetched(200, "image/png", png()) if len(asked) > 1 else Fetched(500)

    world = World.from_toml("clock = 1000\n" + ADMIN, fetch=fetch)
    async with running(world) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        for _ in range(2):
            await bot.no("sendPhoto", chat_id=CHANNEL, photo="https://example.com/a.png")
        assert len(asked) == 1
        await box.people.advance(90_000)
        await bot.ok("sendPhoto", chat_id=CHANNEL, photo="https://example.com/a.png")
        for number in range(1_001):
            world.fetched[str(number)] = (9e9, Fetched(404))
        await bot.ok("sendPhoto", chat_id=CHANNEL, photo="https://example.com/b.png")


async def test_a_file_id_is_of_one_kind_and_one_bot(bot: Any, other: Any, box: Box) -> None:
    document = (await bot.upload("sendDocument", {"document": b"data"}, chat_id=str(GROUP)))["result"]["document"]
    assert await bot.no("sendPhoto", chat_id=CHANNEL, photo=document["file_id"]) == (
        "Bad Request: can't use file of type Document as Photo"
    )
    assert (await bot.ok("sendDocument", chat_id=GROUP, document=document["file_id"]))["document"] == document
    await box.people.start("sam", "other")
    assert await other.no("sendDocument", chat_id=5012, document=document["file_id"]) == (
        "Bad Request: wrong file identifier/HTTP URL specified"
    )


async def test_big_files_cannot_be_downloaded_and_forgotten_ones_say_so(bot: Any, box: Box) -> None:
    big = (await bot.upload("sendDocument", {"document": b"x" * (21 << 20)}, chat_id=str(GROUP)))["result"]["document"]
    assert await bot.no("getFile", file_id=big["file_id"]) == "Bad Request: file is too big"
    box.world.files.keep = 10
    one = (await bot.upload("sendDocument", {"document": b"1" * 20}, chat_id=str(GROUP)))["result"]["document"]
    two = (await bot.upload("sendDocument", {"document": b"2" * 20}, chat_id=str(GROUP)))["result"]["document"]
    assert await bot.no("getFile", file_id=one["file_id"]) == (
        "Bad Request: wrong file_id or the file is temporarily unavailable"
    )
    assert (await bot.ok("getFile", file_id=two["file_id"]))["file_path"].startswith("documents/file_")
    again = (await bot.upload("sendDocument", {"document": b"1" * 20}, chat_id=str(GROUP)))["result"]["document"]
    assert again["file_unique_id"] == one["file_unique_id"]
    await bot.ok("getFile", file_id=one["file_id"])


async def test_protected_content_stays_where_it_is(bot: Any) -> None:
    post = await bot.ok("sendMessage", chat_id=-1001000000010, text="secret")
    assert post["has_protected_content"] and post["author_signature"] == "Demo News bot"
    source = {"chat_id": GROUP, "from_chat_id": -1001000000010, "message_id": post["message_id"]}
    refusal = "Bad Request: message has protected content and can't be forwarded"
    assert await bot.no("forwardMessage", **source) == refusal
    assert await bot.no("copyMessage", **source) == refusal
    private = await bot.ok("sendMessage", chat_id=5011, text="x", protect_content=True)
    assert await bot.no("forwardMessage", chat_id=GROUP, from_chat_id=5011, message_id=private["message_id"]) == refusal


async def test_forwards_name_their_origin_and_keep_a_keyboard_of_links(bot: Any, box: Box) -> None:
    links = inline({"text": "x", "url": "https://example.com/"})
    post = await bot.ok("sendMessage", chat_id=CHANNEL, text="x", reply_markup=links)
    asked = await bot.ok(
        "sendMessage", chat_id=CHANNEL, text="x", reply_markup=inline({"text": "x", "callback_data": "y"})
    )
    source = {"chat_id": 5011, "from_chat_id": "@demonews"}
    forwarded = await bot.ok("forwardMessage", **source, message_id=post["message_id"])
    assert forwarded["forward_origin"] == {
        "type": "channel", "chat": post["chat"], "message_id": post["message_id"], "date": post["date"],
    }  # fmt: skip
    assert forwarded["reply_markup"] == links
    assert "reply_markup" not in await bot.ok("forwardMessage", **source, message_id=asked["message_id"])
    assert "message can't be edited" in await bot.no(
        "editMessageText", chat_id=5011, message_id=forwarded["message_id"], text="y"
    )
    twice = await bot.ok("forwardMessage", chat_id=GROUP, from_chat_id=5011, message_id=forwarded["message_id"])
    assert twice["forward_origin"] == forwarded["forward_origin"]
    said = await box.people.send("sam", "masked", "hello")
    by_user = await bot.ok("forwardMessage", chat_id=GROUP, from_chat_id=-1001000000011, message_id=said["message_id"])
    assert by_user["forward_origin"]["sender_user"]["id"] == 5012
    desk = await bot.ok("sendMessage", chat_id=-1001000000011, text="anonymous")
    assert (desk["from"]["username"], desk["author_signature"]) == ("GroupAnonymousBot", "Desk")
    by_chat = await bot.ok("forwardMessage", chat_id=GROUP, from_chat_id=-1001000000011, message_id=desk["message_id"])
    assert by_chat["forward_origin"]["type"] == "chat"


async def test_copies_take_a_new_caption_and_several_keep_their_albums(bot: Any) -> None:
    media = [{"type": "photo", "media": "attach://a", "caption": "one"}, {"type": "photo", "media": "attach://b"}]
    album = (await bot.upload("sendMediaGroup", {"a": png(), "b": png(9, 9)}, chat_id=str(CHANNEL), media=media))[
        "result"
    ]
    ids = [message["message_id"] for message in album]
    copied = await bot.ok("copyMessage", chat_id=5011, from_chat_id=CHANNEL, message_id=ids[0], caption="new")
    assert set(copied) == {"message_id"}
    many = {"chat_id": GROUP, "from_chat_id": CHANNEL}
    assert len(await bot.ok("copyMessages", **many, message_ids=[*ids, 999], remove_caption=True)) == 2
    assert len(await bot.ok("forwardMessages", **many, message_ids=ids)) == 2


async def test_quotes_must_stand_in_the_message(bot: Any) -> None:
    first = await bot.ok("sendMessage", chat_id=CHANNEL, text="one two three")
    reply = {"message_id": first["message_id"], "quote": "two"}
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="x", reply_parameters=reply)
    assert sent["quote"] == {"text": "two", "position": 4, "is_manual": True}
    wrong = {"message_id": first["message_id"], "quote": "four"}
    assert await bot.no("sendMessage", chat_id=CHANNEL, text="x", reply_parameters=wrong) == (
        "Bad Request: QUOTE_TEXT_INVALID"
    )
    elsewhere = {
        "message_id": first["message_id"],
        "chat_id": CHANNEL,
        "quote": "<b>one</b>",
        "quote_parse_mode": "HTML",
    }
    far = await bot.ok("sendMessage", chat_id=5011, text="x", reply_parameters=elsewhere)
    assert far["external_reply"]["message_id"] == first["message_id"]
    assert far["quote"]["entities"][0]["type"] == "bold"
    missing = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot.ok("sendMessage", chat_id=CHANNEL, text="x", reply_parameters=missing)
    old_way = {"reply_to_message_id": first["message_id"]}
    assert "reply_to_message" in await bot.ok("sendMessage", chat_id=CHANNEL, text="x", **old_way)
    assert "reply_to_message" not in await bot.ok("sendMessage", chat_id=CHANNEL, text="x", reply_parameters={})


async def test_only_own_messages_are_edited_and_old_ones_stay(http: Any) -> None:
    async with running(World.from_toml("clock = 1700000000\n" + ADMIN)) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        ana = await box.people.send("ana", "demo", "by Ana")
        theirs = {"chat_id": CHANNEL, "message_id": ana["message_id"]}
        assert (await bot.ok("editMessageText", **theirs, text="by the bot"))["text"] == "by the bot"
        sam = await box.people.send("sam", "news", "mine")
        assert "message can't be edited" in await bot.no(
            "editMessageText", chat_id=5012, message_id=sam["message_id"], text="x"
        )
        await bot.ok("deleteMessage", chat_id=5012, message_id=sam["message_id"])
        mine = await bot.ok("sendMessage", chat_id=CHANNEL, text="mine")
        await box.people.advance(49 * 3600)
        own = {"chat_id": CHANNEL, "message_id": mine["message_id"]}
        await bot.ok("editMessageText", **own, text="still mine")
        for method, params in (("deleteMessage", own), ("deleteMessages", {"chat_id": CHANNEL, "message_ids": [3]})):
            assert await bot.no(method, **params) == "Bad Request: message can't be deleted"
        await box.people.demote("ana", "demo", "news")
        assert "message can't be edited" in await bot.no("editMessageText", **own, text="not any more")


async def test_captions_media_and_markup_are_edited(bot: Any) -> None:
    photo = (await bot.upload("sendPhoto", {"photo": png()}, chat_id=str(CHANNEL), caption="a"))["result"]
    here = {"chat_id": CHANNEL, "message_id": photo["message_id"]}
    edited = await bot.ok("editMessageCaption", **here, caption="b", show_caption_above_media=True)
    assert edited["show_caption_above_media"]
    assert "not modified" in await bot.no("editMessageCaption", **here, caption="b", show_caption_above_media=True)
    film = {"type": "video", "media": "attach://v", "caption": "c", "width": 10, "has_spoiler": True}
    answer = await bot.upload("editMessageMedia", {"v": MP4}, **{**here, "chat_id": str(CHANNEL)}, media=film)
    assert answer["result"]["video"]["width"] == 10 and answer["result"]["has_media_spoiler"]
    assert "there is no text in the message to edit" in await bot.no("editMessageText", **here, text="x")
    assert "inline keyboard expected" in await bot.no("editMessageCaption", **here, reply_markup={"force_reply": True})
    text = await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
    assert "there is no caption" in await bot.no("editMessageCaption", chat_id=CHANNEL, message_id=text["message_id"])
    dice = await bot.ok("sendDice", chat_id=GROUP)
    tune = {"type": "audio", "media": "attach://v", "title": "t", "performer": "p", "duration": 5}
    where = {"chat_id": str(GROUP), "message_id": str(dice["message_id"])}
    assert (
        "no media in the message"
        in (await bot.upload("editMessageMedia", {"v": b"ID3"}, **where, media=tune))["description"]
    )
    media = [{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}]
    album = (await bot.upload("sendMediaGroup", {"a": png(), "b": png(9, 9)}, chat_id=str(CHANNEL), media=media))[
        "result"
    ]
    where = {"chat_id": str(CHANNEL), "message_id": str(album[0]["message_id"])}
    assert (
        "can't be changed in the album"
        in (await bot.upload("editMessageMedia", {"v": b"ID3"}, **where, media=tune))["description"]
    )


async def test_service_messages_are_told_to_the_bot_itself(bot: Any, box: Box) -> None:
    await bot.ok("setChatTitle", chat_id=GROUP, title="Renamed")
    await bot.upload("setChatPhoto", {"photo": png(200, 200)}, chat_id=str(GROUP))
    await bot.ok("deleteChatPhoto", chat_id=GROUP)
    post = await bot.ok("sendMessage", chat_id=GROUP, text="x")
    await bot.ok("pinChatMessage", chat_id=GROUP, message_id=post["message_id"], disable_notification=True)
    await bot.ok("pinChatMessage", chat_id=GROUP, message_id=post["message_id"])
    updates = [update["message"] for update in await bot.ok("getUpdates")]
    names = ("new_chat_title", "new_chat_photo", "delete_chat_photo", "pinned_message")
    assert [next(n for n in names if n in m) for m in updates] == [*names, "pinned_message"]
    notice = updates[-1]
    assert "can't be pinned" in await bot.no("pinChatMessage", chat_id=GROUP, message_id=notice["message_id"])
    await bot.ok("deleteMessage", chat_id=GROUP, message_id=post["message_id"])
    assert (await box.people.messages("talk"))[-1]["pinned_message"]["date"] == 0
    await bot.ok("unpinAllChatMessages", chat_id=GROUP)
    assert await bot.no("pinChatMessage", chat_id=-1001000000003, message_id=1) in (
        "Bad Request: message to pin not found",
    )


async def test_restricted_members_and_closed_groups_cannot_write(bot: Any, box: Box) -> None:
    await bot.ok("restrictChatMember", chat_id=GROUP, user_id=5012, permissions={"can_send_photos": True})
    with pytest.raises(Exception, match="may not write"):
        await box.people.send("sam", "talk", "x")
    member = await bot.ok("getChatMember", chat_id=GROUP, user_id=5012)
    assert member["status"] == "restricted" and member["can_send_photos"] and not member["can_send_messages"]
    names = "messages polls other_messages".split()
    everything = {f"can_send_{name}": True for name in names}
    names = "add_web_page_previews change_info invite_users pin_messages react_to_messages".split()
    everything |= {f"can_{name}": True for name in names}
    await bot.ok("restrictChatMember", chat_id=GROUP, user_id=5012, permissions=everything)
    assert (await bot.ok("getChatMember", chat_id=GROUP, user_id=5012))["status"] == "member"
    await bot.ok("setChatPermissions", chat_id=GROUP, permissions={"can_send_polls": True})
    assert await bot.no("setChatPermissions", chat_id=GROUP, permissions={"can_send_polls": True}) == (
        "Bad Request: CHAT_NOT_MODIFIED"
    )
    assert (await bot.ok("getChat", chat_id=GROUP))["permissions"]["can_send_messages"]
    await bot.ok("setChatPermissions", chat_id=GROUP, permissions={})
    with pytest.raises(Exception, match="may not write"):
        await box.people.send("kim", "talk", "x")
    await box.people.demote("ana", "talk", "news")
    assert await bot.no("sendMessage", chat_id=GROUP, text="x") == (
        "Bad Request: not enough rights to send text messages to the chat"
    )
    assert "not enough rights to manage pinned messages" in await bot.no("unpinAllChatMessages", chat_id=GROUP)


async def test_a_ban_takes_messages_along_when_asked(bot: Any, box: Box) -> None:
    await box.people.send("sam", "talk", "spam")
    until = box.world.now() + 3600
    await bot.ok("banChatMember", chat_id=GROUP, user_id=5012, revoke_messages=True, until_date=until)
    assert (await bot.ok("getChatMember", chat_id=GROUP, user_id=5012))["until_date"] == until
    assert not [m for m in await box.people.messages("talk") if m.get("text") == "spam"]
    assert await bot.ok("unbanChatMember", chat_id=GROUP, user_id=5013, only_if_banned=True)
    await bot.ok("unbanChatMember", chat_id=GROUP, user_id=5012)
    assert (await bot.ok("getChatMember", chat_id=GROUP, user_id=5012))["status"] == "left"
    await bot.ok("banChatSenderChat", chat_id=GROUP, sender_chat_id=CHANNEL)


async def test_a_bot_promotes_with_the_rights_it_has(bot: Any, box: Box) -> None:
    promote = {"chat_id": GROUP, "user_id": 5012}
    await bot.ok("promoteChatMember", **promote, can_delete_messages=True)
    await bot.ok("setChatAdministratorCustomTitle", **promote, custom_title="Helper")
    member = await bot.ok("getChatMember", **promote)
    assert (member["can_be_edited"], member["custom_title"]) == (True, "Helper")
    assert await bot.no("setChatAdministratorCustomTitle", **promote, custom_title="x" * 17) == (
        "Bad Request: ADMIN_RANK_INVALID"
    )
    await box.people.promote("ana", "talk", "kim")
    kim = {"chat_id": GROUP, "user_id": 5013}
    assert "not enough rights to change custom title" in await bot.no("setChatAdministratorCustomTitle", **kim)
    assert await bot.no("promoteChatMember", **kim) == "Bad Request: CHAT_ADMIN_REQUIRED"
    assert await bot.no("banChatMember", **kim) == "Bad Request: user is an administrator of the chat"
    await box.people.promote("ana", "talk", "news", ["promote_members"])
    await box.people.demote("ana", "talk", "sam")
    assert await bot.no("promoteChatMember", **promote, can_delete_messages=True) == "Bad Request: RIGHT_FORBIDDEN"


async def test_lists_of_members_are_for_administrators_of_a_channel(bot: Any, other: Any, box: Box) -> None:
    assert await other.no("getChatAdministrators", chat_id=CHANNEL) == ("Bad Request: member list is inaccessible")
    assert await bot.no("getChatMember", chat_id=-1001000000003, user_id=5011) == (
        "Bad Request: member list is inaccessible"
    )
    assert (await bot.ok("getChatMember", chat_id=-1001000000003, user_id=1000001))["status"] == "member"
    await box.people.add("ana", "demo", "other")
    await box.people.promote("ana", "demo", "other", [])
    first = await bot.ok("getChatAdministrators", chat_id=CHANNEL)
    assert {m["user"]["id"] for m in first} == {5011, 1000001}
    everybody = await bot.ok("getChatAdministrators", chat_id=CHANNEL, return_bots=True)
    assert 1000002 in {m["user"]["id"] for m in everybody}
    assert (await bot.ok("getChatMember", chat_id=5012, user_id=5012))["status"] == "member"
    assert await bot.no("getChatMember", chat_id=5012, user_id=5011) == "Bad Request: user not found"
    assert await bot.ok("getChatMemberCount", chat_id=5012) == 2
    assert (await bot.ok("getChat", chat_id="@other_bot"))["username"] == "other_bot"
    assert await bot.no("sendMessage", chat_id="@other_bot", text="x") == "Forbidden: bots can't send messages to bots"


async def test_leaving_and_being_thrown_out(bot: Any, box: Box) -> None:
    await bot.ok("leaveChat", chat_id=GROUP)
    hello = {"chat_id": GROUP, "text": "x"}
    assert await bot.no("sendMessage", **hello) == "Forbidden: bot is not a member of the supergroup chat"
    assert await bot.no("getChat", chat_id=GROUP) == "Forbidden: bot is not a member of the supergroup chat"
    await box.people.kick("ana", "small", "news")
    assert await bot.no("sendMessage", chat_id=SMALL, text="x") == "Forbidden: bot was kicked from the group chat"
    await box.people.add("ana", "small", "news")
    await bot.ok("leaveChat", chat_id=SMALL)
    assert await bot.no("sendMessage", chat_id=SMALL, text="x") == "Forbidden: bot is not a member of the group chat"
    box.world.chats[SMALL].deleted = True
    assert await bot.no("sendMessage", chat_id=SMALL, text="x") == "Forbidden: the group chat was deleted"


async def test_topics_are_closed_to_members_and_deleted_with_their_messages(bot: Any, box: Box) -> None:
    topic = await bot.ok("createForumTopic", chat_id=FORUM, name="T", icon_color=0x6FB9F0, icon_custom_emoji_id="7")
    where = {"chat_id": FORUM, "message_thread_id": topic["message_thread_id"]}
    sent = await bot.ok("sendMessage", text="x", **where)
    reply = await bot.ok("sendMessage", chat_id=FORUM, text="y", reply_parameters={"message_id": sent["message_id"]})
    assert reply["message_thread_id"] == topic["message_thread_id"] and reply["is_topic_message"]
    await box.people.send("sam", "forum", "in it", thread=topic["message_thread_id"])
    await bot.ok("editForumTopic", **where, icon_custom_emoji_id="")
    assert await bot.no("editForumTopic", **where) == "Bad Request: TOPIC_NOT_MODIFIED"
    await bot.ok("pinChatMessage", chat_id=FORUM, message_id=sent["message_id"])
    await bot.ok("unpinAllForumTopicMessages", **where)
    await bot.ok("closeForumTopic", **where)
    await bot.ok("closeGeneralForumTopic", chat_id=FORUM)
    await bot.ok("sendMessage", text="admins may", **where)
    await box.people.demote("ana", "forum", "news")
    assert await bot.no("sendMessage", text="x", **where) == "Bad Request: TOPIC_CLOSED"
    assert await bot.no("sendMessage", chat_id=FORUM, text="x") == "Bad Request: TOPIC_CLOSED"
    await box.people.promote("ana", "forum", "news", ["delete_messages"])
    assert "not enough rights to create a topic" in await bot.no("createForumTopic", chat_id=FORUM, name="x")
    await box.people.promote("ana", "forum", "news")
    state = (await box.people.get("chats/forum"))["chat"]
    assert [t["closed"] for t in state["topics"]] == [True, True]
    await bot.ok("deleteForumTopic", **where)
    assert await bot.no("sendMessage", text="x", **where) == "Bad Request: message thread not found"
    icons = await bot.ok("getForumTopicIconStickers")
    assert icons[0]["emoji"] == "📰" and len(icons[0]["file_unique_id"]) == 15
    await bot.ok("unpinAllGeneralForumTopicMessages", chat_id=FORUM)
    await bot.ok("hideGeneralForumTopic", chat_id=FORUM)


async def test_links_are_made_changed_and_revoked(bot: Any) -> None:
    first = await bot.ok("exportChatInviteLink", chat_id=GROUP)
    second = await bot.ok("exportChatInviteLink", chat_id=GROUP)
    assert first != second and (await bot.ok("getChat", chat_id=GROUP))["invite_link"] == second
    assert await bot.no("editChatInviteLink", chat_id=GROUP, invite_link=second) == "Bad Request: CHAT_INVITE_PERMANENT"
    assert await bot.no("editChatInviteLink", chat_id=GROUP, invite_link=first) == "Bad Request: INVITE_HASH_EXPIRED"
    revoked = await bot.ok("revokeChatInviteLink", chat_id=GROUP, invite_link=second)
    assert revoked["is_revoked"]
    assert (await bot.ok("getChat", chat_id=GROUP))["invite_link"] not in (first, second)


async def test_reactions_follow_the_rules(bot: Any, box: Box) -> None:
    post = await bot.ok("sendMessage", chat_id=CHANNEL, text="x")
    here = {"chat_id": CHANNEL, "message_id": post["message_id"]}
    await bot.ok("setMessageReaction", **here, reaction=[{"type": "emoji", "emoji": "❤️"}], is_big=True)
    assert (await box.people.messages("demo"))[-1]["reactions"][0]["users"] == [1000001]
    await bot.ok("setMessageReaction", **here)
    two = [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👎"}]
    assert await bot.no("setMessageReaction", **here, reaction=two) == "Bad Request: REACTIONS_TOO_MANY"
    odd = [{"type": "emoji", "emoji": "🧶"}]
    assert await bot.no("setMessageReaction", **here, reaction=odd) == "Bad Request: REACTION_INVALID"
    await bot.ok("setMessageReaction", **here, reaction=[{"type": "custom_emoji", "custom_emoji_id": "5"}])
    await bot.ok("setMessageReaction", **here, reaction=[{"type": "paid"}])


async def test_mentions_name_people_the_bot_knows(bot: Any) -> None:
    text = '<a href="tg://user?id=5012">Sam</a> and <a href="tg://user?id=4711">nobody</a>'
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text=text, parse_mode="HTML")
    assert [entity["user"]["first_name"] for entity in sent["entities"]] == ["Sam"]


async def test_options_of_previews_are_echoed_where_they_count(bot: Any) -> None:
    async def echoed(**options: Any) -> Any:
        sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="x https://e.com", link_preview_options=options)
        return sent.get("link_preview_options")

    assert await echoed(is_disabled=True, url="https://e.com") == {"is_disabled": True}
    assert await echoed(prefer_large_media=True) is None
    assert await echoed(url="https://e.com", prefer_large_media=True, show_above_text=True) == {
        "url": "https://e.com", "prefer_large_media": True, "show_above_text": True,
    }  # fmt: skip
    assert await echoed(url="https://e.com", prefer_small_media=True) == {
        "url": "https://e.com", "prefer_small_media": True,
    }  # fmt: skip
    sent = await bot.ok("sendMessage", chat_id=CHANNEL, text="x", disable_web_page_preview=True)
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_live_places_move_and_stop(bot: Any) -> None:
    place = {"latitude": 1, "longitude": 2, "horizontal_accuracy": 5}
    live = await bot.ok("sendLocation", chat_id=GROUP, **place, live_period=3600, heading=90, proximity_alert_radius=10)
    here = {"chat_id": GROUP, "message_id": live["message_id"]}
    moved = await bot.ok("editMessageLiveLocation", **here, latitude=3, longitude=4, heading=10)
    assert moved["location"] == {"latitude": 3.0, "longitude": 4.0, "live_period": 3600, "heading": 10}
    assert "live_period" not in (await bot.ok("stopMessageLiveLocation", **here))["location"]
    for method in ("editMessageLiveLocation", "stopMessageLiveLocation"):
        assert await bot.no(method, **here, latitude=1, longitude=1) == "Bad Request: message can't be edited"


async def test_quizzes_tell_their_owner_what_is_right(bot: Any, box: Box) -> None:
    sent = await bot.ok(
        "sendPoll", chat_id=GROUP, question="<b>q</b>", question_parse_mode="HTML", options=["a", {"text": "b"}],
        type="quiz", correct_option_id=1, explanation="because", open_period=60, allows_multiple_answers=False,
    )  # fmt: skip
    poll = sent["poll"]
    assert (poll["correct_option_ids"], poll["explanation"], poll["open_period"]) == ([1], "because", 60)
    assert poll["question_entities"][0]["type"] == "bold"
    copied = await bot.ok("copyMessage", chat_id=5011, from_chat_id=GROUP, message_id=sent["message_id"])
    assert copied["message_id"]
    assert "poll has already been closed" in await _stop_twice(bot, sent["message_id"])
    said = await box.people.send("sam", "talk", "x")
    assert (
        await bot.no("stopPoll", chat_id=GROUP, message_id=said["message_id"]) == "Bad Request: message is not a poll"
    )


async def _stop_twice(bot: Any, message_id: int) -> str:
    await bot.ok("stopPoll", chat_id=GROUP, message_id=message_id)
    return str(await bot.no("stopPoll", chat_id=GROUP, message_id=message_id))


async def test_menu_names_and_rights_are_kept_per_language_and_user(bot: Any) -> None:
    await bot.ok("setMyName", name="Nachrichten", language_code="de")
    assert await bot.ok("getMyName", language_code="de") == {"name": "Nachrichten"}
    assert await bot.ok("getMyName") == {"name": "Demo News bot"}
    await bot.ok("setMyDescription", description="x")
    await bot.ok("setMyDescription", description="")
    assert await bot.ok("getMyDescription") == {"description": ""}
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com/"}}
    await bot.ok("setChatMenuButton", chat_id=5012, menu_button=app)
    assert await bot.ok("getChatMenuButton", chat_id=5012) == app
    await bot.ok("setChatMenuButton", chat_id=5012, menu_button={"type": "default"})
    await bot.ok("setChatMenuButton")
    assert await bot.ok("getChatMenuButton") == {"type": "commands"}
    await bot.ok("setMyDefaultAdministratorRights", rights={"can_post_messages": True}, for_channels=True)
    assert (await bot.ok("getMyDefaultAdministratorRights", for_channels=True))["can_post_messages"]
    await bot.ok("setMyDefaultAdministratorRights", for_channels=True)
    assert not (await bot.ok("getMyDefaultAdministratorRights", for_channels=True))["can_post_messages"]
    scope = {"type": "chat_member", "chat_id": GROUP, "user_id": 5012}
    await bot.ok("setMyCommands", commands=[{"command": "/a", "description": "b"}], scope=scope, language_code="de")
    assert await bot.ok("getMyCommands", scope=scope, language_code="de") == [{"command": "a", "description": "b"}]
    await bot.ok("deleteMyCommands", scope=scope, language_code="de")
    assert await bot.ok("getMyCommands", scope={"type": "all_private_chats"}) == []
    assert await bot.ok("close") is True
    assert (await bot("sendRichMessage", chat_id=CHANNEL))["error_code"] == 404


async def test_drafts_and_actions_are_shown_to_people(bot: Any, box: Box) -> None:
    heard: list[str] = []

    async def listen() -> None:
        async for event in box.people.events():
            heard.append(event["type"])
            if len(heard) == 3:
                return

    task = asyncio.create_task(listen())
    while not box.world.events.watched:
        await asyncio.sleep(0.01)
    await bot.ok("sendMessageDraft", chat_id=5011, draft_id=1, text="part")
    await bot.ok("sendChatAction", chat_id=CHANNEL, action="TYPING")
    await bot.ok("sendChatAction", chat_id=5011, action="upload_photo")
    await asyncio.wait_for(task, 5)
    assert heard == ["draft", "action", "action"]
    assert "not enough rights" in await bot.no("sendChatAction", chat_id=-1001000000003, action="typing")


async def test_old_messages_leave_when_the_history_is_full(http: Any) -> None:
    async with running(World.from_toml("history = 3\n" + ADMIN)) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        first = await bot.ok("sendMessage", chat_id=CHANNEL, text="0")
        for number in range(1, 5):
            await bot.ok("sendMessage", chat_id=CHANNEL, text=str(number))
        assert [m["text"] for m in await box.people.messages("demo")] == ["2", "3", "4"]
        assert "message to edit not found" in await bot.no(
            "editMessageText", chat_id=CHANNEL, message_id=first["message_id"], text="x"
        )


async def test_a_poll_closes_when_its_time_is_over(http: Any) -> None:
    async with running(World.from_toml("clock = 1700000000\n" + ADMIN)) as box:
        bot = Caller(box.url, "1000001:sandbox", http)
        ask = {"chat_id": GROUP, "question": "q", "options": ["a", "b"]}
        one = await bot.ok("sendPoll", **ask, open_period=60)
        two = await bot.ok("sendPoll", **ask, close_date=1700000050)
        assert one["poll"]["close_date"] == 1700000060 and two["poll"]["open_period"] == 50
        await box.people.advance(61)
        for sent in (one, two):
            where = {"chat_id": GROUP, "message_id": sent["message_id"]}
            keyboard = inline({"text": "x", "callback_data": "y"})
            assert (await bot.ok("editMessageReplyMarkup", **where, reply_markup=keyboard))["poll"]["is_closed"]
            assert await bot.no("stopPoll", **where) == "Bad Request: poll has already been closed"
