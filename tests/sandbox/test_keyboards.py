"""Every kind of reply markup: what is read, what is echoed, and what is refused with which words.

Sources: telegram-bot-api Client.cpp, TDLib ReplyMarkup.cpp, the limits of the Bot API's documentation.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.accounts import Wire
from bot.sandbox.chats import Chat
from bot.sandbox.fields import FieldError
from bot.sandbox.keyboards import check_markup, markup_of
from bot.sandbox.refusal import Refusal

KINDS = ("private", "group", "supergroup", "channel")


def taken(markup: Any, kind: str | None = "private") -> Wire | None:
    return check_markup(markup_of(markup), None if kind is None else Chat(id=1, kind=kind))


def inline(button: Any, kind: str | None = "private") -> Any:
    markup = taken({"inline_keyboard": [[button]]}, kind)
    assert markup is not None
    return markup["inline_keyboard"][0][0]


def reply(button: Any, kind: str = "private") -> Any:
    markup = taken({"keyboard": [[button]]}, kind)
    assert markup is not None
    return markup["keyboard"][0][0]


@pytest.mark.parametrize(
    ("given", "echoed"),
    [
        ({"url": "example.com"}, {"url": "http://example.com/"}),
        ({"url": "tg://user?id=5"}, {"url": "tg://user?id=5"}),
        ({"url": "https://a.b/\u2028x"}, {"url": "https://a.b/x"}),
        ({"url": "", "callback_data": "x"}, {"callback_data": "x"}),
        ({"callback_data": "é" * 32}, {"callback_data": "é" * 32}),
        ({"callback_data": 5}, {"callback_data": "5"}),
        ({"switch_inline_query": ""}, {"switch_inline_query": ""}),
        ({"switch_inline_query_current_chat": "q"}, {"switch_inline_query_current_chat": "q"}),
        (
            {"switch_inline_query_chosen_chat": {"query": "q", "allow_user_chats": True, "allow_bot_chats": False}},
            {"switch_inline_query_chosen_chat": {"query": "q", "allow_user_chats": True}},
        ),
        ({"login_url": {"url": "https://a.b", "bot_username": "@some_bot"}}, {"url": "https://a.b/"}),
        ({"web_app": {"url": "https://a.b?x", "other": 1}}, {"web_app": {"url": "https://a.b/?x"}}),
        ({"copy_text": {"text": "a\tb"}}, {"copy_text": {"text": "a b"}}),
        (
            {"url": "t.me", "style": "danger", "icon_custom_emoji_id": "5"},
            {"url": "http://t.me/", "style": "danger", "icon_custom_emoji_id": "5"},
        ),
        ({"url": "t.me", "callback_data": "x", "pay": True, "unknown": 1}, {"url": "http://t.me/"}),
    ],
)
def test_an_inline_button_is_echoed_with_its_one_action(given: Wire, echoed: Wire) -> None:
    assert inline({"text": "Go", **given}) == {"text": "Go", **echoed}


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (5, "InlineKeyboardButton must be an Object"),
        ({}, 'Can\'t find field "text"'),
        ({"text": []}, 'Field "text" must be of type String'),
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "url": {}}, 'Field "url" must be of type String'),
        ({"text": "a", "web_app": "x"}, 'Field "web_app" must be of type Object'),
        ({"text": "a", "web_app": {}}, 'Can\'t find field "url"'),
        ({"text": "a", "copy_text": {}}, 'Can\'t find field "text"'),
        ({"text": "a", "login_url": {"url": "x.y", "bot_username": "@"}}, "LoginUrl bot username is invalid"),
        ({"text": "a", "login_url": {"url": "x.y", "bot_username": "a b"}}, "LoginUrl bot username is invalid"),
        (
            {"text": "a", "switch_inline_query_chosen_chat": {"allow_user_chats": 1}},
            'Field "allow_user_chats" must be of type Boolean',
        ),
        ({"text": "a", "url": "t.me", "style": "pink"}, "Unsupported button style specified"),
        (
            {"text": "a", "url": "t.me", "icon_custom_emoji_id": "x"},
            'Field "icon_custom_emoji_id" must be a valid Number',
        ),
    ],
)
def test_an_inline_button_that_cannot_be_read_is_refused(button: Any, reason: str) -> None:
    with pytest.raises(FieldError) as caught:
        markup_of({"inline_keyboard": [[button]]})
    assert str(caught.value) == f"Can't parse inline keyboard button: {reason}"


@pytest.mark.parametrize(
    ("button", "kind", "description"),
    [
        ({"text": "\r", "url": "t.me"}, "private", "inline keyboard button text must be non-empty"),
        ({"text": " ", "url": "t.me"}, "private", "BUTTON_TEXT_INVALID"),
        (
            {"url": "http://localhost:8000/x"},
            "channel",
            "inline keyboard button URL 'http://localhost:8000/x' is invalid: Wrong HTTP URL",
        ),
        (
            {"url": "whatsapp://send"},
            "private",
            "inline keyboard button URL 'whatsapp://send' is invalid: Unsupported URL protocol",
        ),
        (
            {"url": "http://a.b:x"},
            None,
            "inline keyboard button URL 'http://a.b:x' is invalid: Wrong port number specified in the URL",
        ),
        ({"url": "http://"}, None, "inline keyboard button URL 'http://' is invalid: URL host is empty"),
        ({"url": "a b.c"}, None, "inline keyboard button URL 'a b.c' is invalid: Disallowed character in URL host"),
        ({"callback_data": "é" * 33}, "group", "BUTTON_DATA_INVALID"),
        ({"copy_text": {"text": "x" * 257}}, "private", "BUTTON_COPY_TEXT_INVALID"),
        ({"copy_text": {"text": ""}}, "private", "BUTTON_COPY_TEXT_INVALID"),
        ({"pay": True}, "private", "BUTTON_TYPE_INVALID"),
        ({"callback_game": {}}, "private", "BUTTON_TYPE_INVALID"),
        ({"web_app": {"url": "https://a.b"}}, "group", "BUTTON_TYPE_INVALID"),
        ({"web_app": {"url": "https://a.b"}}, None, "BUTTON_TYPE_INVALID"),
        (
            {"web_app": {"url": "http://a.b"}},
            "private",
            "inline keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed",
        ),
        (
            {"web_app": {"url": "tg://user?id=5"}},
            "private",
            "link to a user can't be used in Web App URL buttons",
        ),
        (
            {"login_url": {"url": "a.b"}},
            "private",
            "inline keyboard button login URL 'a.b' is invalid: Only HTTPS links are allowed",
        ),
        ({"login_url": {"url": "tg://user?id=5"}}, "private", "link to a user can't be used in login URL buttons"),
        (
            {"switch_inline_query_chosen_chat": {"query": "x"}},
            "private",
            "at least one target chat type must be allowed",
        ),
        (
            {"switch_inline_query": "x"},
            "channel",
            "can't use switch_inline_query button in a channel chat, because users will not be able to use the button "
            "without knowing bot's username",
        ),
        (
            {"switch_inline_query_chosen_chat": {"allow_user_chats": True}},
            "channel",
            "can't use switch_inline_query button in a channel chat, because users will not be able to use the button "
            "without knowing bot's username",
        ),
        (
            {"switch_inline_query_current_chat": ""},
            "channel",
            "can't use switch_inline_query_current_chat button in a channel chat, because users will not be able to "
            "use the button without knowing bot's username",
        ),
    ],
)
def test_an_inline_button_is_refused_with_telegrams_words(button: Wire, kind: str | None, description: str) -> None:
    with pytest.raises(Refusal) as caught:
        inline({"text": "Go", **button}, kind)
    assert (caught.value.code, caught.value.description) == (400, f"Bad Request: {description}")


def test_switching_to_inline_mode_is_allowed_outside_channels() -> None:
    for kind in ("private", "group", "supergroup", None):
        assert inline({"text": "Go", "switch_inline_query": "x"}, kind) == {"text": "Go", "switch_inline_query": "x"}


REPLY_BUTTONS: list[tuple[Any, Wire, str | None]] = [
    ("plain", {"text": "plain"}, None),
    ({"text": "a"}, {"text": "a"}, None),
    ({"text": "a", "style": "success"}, {"text": "a", "style": "success"}, None),
    (
        {"text": "a", "request_phone_number": True},
        {"text": "a", "request_contact": True},
        "phone number can be requested",
    ),
    ({"text": "a", "request_contact": True}, {"text": "a", "request_contact": True}, "phone number can be requested"),
    ({"text": "a", "request_location": True}, {"text": "a", "request_location": True}, "location can be requested"),
    ({"text": "a", "request_poll": {}}, {"text": "a", "request_poll": {}}, "poll can be requested"),
    (
        {"text": "a", "request_poll": {"type": "quiz"}},
        {"text": "a", "request_poll": {"type": "quiz"}},
        "poll can be requested",
    ),
    (
        {"text": "a", "web_app": {"url": "https://a.b"}},
        {"text": "a", "web_app": {"url": "https://a.b"}},
        "web App buttons can be used",
    ),
    (
        {"text": "a", "request_users": {"request_id": 1, "user_is_bot": False, "request_name": True}},
        {
            "text": "a",
            "request_users": {"request_id": 1, "user_is_bot": False, "request_name": True, "max_quantity": 1},
        },
        "users can be requested",
    ),
    (
        {"text": "a", "request_user": {"request_id": "7"}},
        {"text": "a", "request_users": {"request_id": 7, "max_quantity": 1}},
        "users can be requested",
    ),
    (
        {
            "text": "a",
            "request_chat": {
                "request_id": 1,
                "chat_is_channel": True,
                "bot_administrator_rights": {"can_post_messages": True},
            },
        },
        {
            "text": "a",
            "request_chat": {
                "request_id": 1,
                "chat_is_channel": True,
                "bot_administrator_rights": {"can_post_messages": True},
            },
        },
        "chats can be requested",
    ),
    (
        {"text": "a", "request_managed_bot": {"request_id": 1, "suggested_name": "N"}},
        {"text": "a", "request_managed_bot": {"request_id": 1, "suggested_name": "N"}},
        "managed bots can be requested",
    ),
]


@pytest.mark.parametrize(("given", "shown", "private_only"), REPLY_BUTTONS)
def test_a_reply_button_that_asks_for_something_is_for_private_chats(
    given: Any, shown: Wire, private_only: str | None
) -> None:
    assert reply(given) == shown
    if private_only is None:
        assert reply(given, "supergroup") == shown
        return
    with pytest.raises(Refusal) as caught:
        reply(given, "group")
    assert caught.value.description == f"Bad Request: {private_only} in private chats only"


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (5, "KeyboardButton must be a String or an Object"),
        ({}, 'Can\'t find field "text"'),
        ({"text": "a", "request_contact": "yes"}, 'Field "request_contact" must be of type Boolean'),
        ({"text": "a", "request_poll": True}, 'Field "request_poll" must be of type Object'),
        ({"text": "a", "request_users": {}}, 'Can\'t find field "request_id"'),
        ({"text": "a", "request_chat": {"chat_is_channel": True}}, 'Can\'t find field "request_id"'),
        (
            {"text": "a", "request_chat": {"request_id": 1, "user_administrator_rights": 5}},
            "ChatAdministratorRights must be an Object",
        ),
    ],
)
def test_a_reply_button_that_cannot_be_read_is_refused(button: Any, reason: str) -> None:
    with pytest.raises(FieldError) as caught:
        markup_of({"keyboard": [[button]]})
    assert str(caught.value) == f"Can't parse keyboard button: {reason}"


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "\r"}, "keyboard button text must be non-empty"),
        (
            {"text": "a", "web_app": {"url": "http://a.b"}},
            "keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed",
        ),
        ({"text": "a", "web_app": {"url": "tg:user?id=5"}}, "link to a user can't be used in Web App URL buttons"),
        ({"text": "a", "request_users": {"request_id": 1, "max_quantity": 11}}, "BUTTON_INVALID"),
    ],
)
def test_a_reply_button_is_refused_with_telegrams_words(button: Wire, description: str) -> None:
    with pytest.raises(Refusal) as caught:
        reply(button)
    assert caught.value.description == f"Bad Request: {description}"


def test_a_markup_must_be_an_object_of_arrays_of_arrays() -> None:
    for value, reason in [
        ([], "Object expected as reply markup"),
        ({"keyboard": 5}, 'Field "keyboard" must be of type Array'),
        ({"keyboard": [5]}, 'Field "keyboard" must be an Array of Arrays'),
        (
            {"inline_keyboard": [{}]},
            'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"selective": 1}, 'Field "selective" must be of type Boolean'),
    ]:
        with pytest.raises(FieldError) as caught:
            markup_of(value)
        assert str(caught.value) == reason


def test_the_first_kind_of_markup_counts() -> None:
    assert markup_of({}) is None
    assert markup_of({"inline_keyboard": [], "keyboard": []}) is None
    assert markup_of({"force_reply": True, "remove_keyboard": True}) == {"remove_keyboard": True}
    everything = {"keyboard": [["a"]], "inline_keyboard": [[{"text": "a", "url": "x"}]], "force_reply": True}
    assert markup_of(everything) == {"keyboard": [[{"text": "a"}]]}


def test_options_are_kept_where_they_mean_something() -> None:
    options = {
        "resize_keyboard": True,
        "one_time_keyboard": True,
        "is_persistent": True,
        "selective": True,
        "input_field_placeholder": "type",
    }
    shown = {"keyboard": [[{"text": "a"}]], **options}
    assert taken({"keyboard": [["a"]], **options}, "group") == shown
    assert taken({"keyboard": [["a"]], **options}) == {
        name: value for name, value in shown.items() if name != "selective"
    }
    assert taken({"remove_keyboard": True, **options}, "group") == {"remove_keyboard": True, "selective": True}
    assert taken({"hide_keyboard": True, "personal_keyboard": True}, "group") == {
        "remove_keyboard": True,
        "selective": True,
    }
    assert taken({"force_reply": True, **options}, "supergroup") == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "type",
    }
    assert taken({"force_reply_keyboard": True}) == {"force_reply": True}


@pytest.mark.parametrize("markup", [{"keyboard": [["a"]]}, {"remove_keyboard": True}, {"force_reply": True}])
def test_channels_and_inline_messages_take_inline_keyboards_only(markup: Wire) -> None:
    for kind in ("channel", None):
        with pytest.raises(Refusal) as caught:
            taken(markup, kind)
        assert caught.value.description == "Bad Request: inline keyboard expected"


def test_buttons_without_a_text_are_dropped_and_a_keyboard_of_none_is_none() -> None:
    for kind in KINDS:
        assert taken({"inline_keyboard": [[{"text": "", "url": "::"}], []]}, kind) is None
    assert taken({"keyboard": [[""], []]}) is None
    assert taken({"keyboard": [["", "a"], []]}) == {"keyboard": [[{"text": "a"}]]}
    assert check_markup(None, None) is None


def test_a_row_keeps_twelve_buttons_and_a_reply_keyboard_three_hundred() -> None:
    button = {"text": "a", "callback_data": "x"}
    markup = taken({"inline_keyboard": [[button] * 14, [button]]})
    assert markup is not None
    assert [len(row) for row in markup["inline_keyboard"]] == [12, 1]
    markup = taken({"keyboard": [["a"] * 13] * 30})
    assert markup is not None
    assert sum(len(row) for row in markup["keyboard"]) == 300


def test_an_inline_keyboard_may_not_be_too_big() -> None:
    button = {"text": "a", "callback_data": "x"}
    assert taken({"inline_keyboard": [[button] * 10] * 10}) is not None
    for rows in ([[button] * 10] * 11, [[{"text": "a" * 11_000, "url": "t.me"}]]):
        with pytest.raises(Refusal) as caught:
            taken({"inline_keyboard": rows})
        assert caught.value.description == "Bad Request: reply markup is too long"
