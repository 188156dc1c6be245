"""What the oracle cannot show: trimming, emptiness, lengths, the 100 entities, given JSON, hidden kinds, speed.

Sources: fix_formatted_text, get_input_message_entities (td/telegram/MessageEntity.cpp), Client.cpp of the Bot API.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.sandbox.text import FormattedText, TextError, check_link, detect, parse
from tests.cost import measured


def refusal(*arguments: Any, **options: Any) -> str:
    with pytest.raises(TextError) as caught:
        parse(*arguments, **options)
    return caught.value.description


def brief(result: FormattedText) -> list[tuple[str, int, int]]:
    return [(entity["type"], entity["offset"], entity["length"]) for entity in result.entities]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  a  ", "a"),
        ("\n \n a \n", "a"),
        ("\ta\r\n", "a"),
        ("\u202ea\u2028 ", "a"),
        ("a\x00b\x1fc", "a b c"),
        ("e\u030a\u0333\u033fx", "ex"),
        ("a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb"),
        ("\xa0a\xa0", "\xa0a\xa0"),
        (" \u200b a", "\u200b a"),
    ],
)
def test_a_text_is_cleaned_and_trimmed(text: str, kept: str) -> None:
    assert parse(text) == FormattedText(kept, [])


def test_spaces_before_an_entity_are_trimmed_and_those_inside_are_kept() -> None:
    assert parse("  <b> a </b>  ", "HTML") == FormattedText(" a", [{"offset": 0, "length": 2, "type": "bold"}])
    assert brief(parse("<b>a</b> <i> </i>", "HTML")) == [("bold", 0, 1)]
    assert parse(" \n<code>  x  </code> \n", "HTML") == FormattedText(
        "  x", [{"offset": 0, "length": 3, "type": "code"}]
    )


def test_trimming_the_end_counts_in_utf16() -> None:
    parsed = parse("😀<b>😀 </b>\r\n", "HTML")
    assert parsed.text == "😀😀"
    assert brief(parsed) == [("bold", 2, 2)]


def test_two_entities_that_end_together_after_trimming_are_sorted_again() -> None:
    parsed = parse("<i>a</i><b>b </b>", "HTML")
    assert brief(parsed) == [("italic", 0, 1), ("bold", 1, 1)]


@pytest.mark.parametrize(
    "text", ["<b>\n</b>", " ", "\r", "\u202e", "\u200b", "\u2800 \u3000", "\ufeff\xa0", "\U000e0020"]
)
def test_a_text_of_nothing_visible_is_refused(text: str) -> None:
    assert refusal(text, "HTML") == "text must be non-empty"


def test_an_empty_text_is_refused_and_an_empty_caption_is_not() -> None:
    assert refusal("") == "message text is empty"
    assert parse("", caption=True) == FormattedText("", [])
    assert parse("", "bogus", caption=True) == FormattedText("", [])
    assert parse("<b> </b>", "HTML", caption=True) == FormattedText("", [])
    assert parse("\u200b", caption=True) == FormattedText("\u200b", [])


def test_the_limit_counts_code_points_after_parsing() -> None:
    assert parse("<b>" + "😀" * 4096 + "</b> ", "HTML").text == "😀" * 4096
    assert refusal("😀" * 4097) == "message is too long"
    assert refusal("é" * 1025, limit=1024, caption=True) == "message caption is too long"
    assert len(parse("é" * 1024, limit=1024, caption=True).text) == 1024


def test_the_raw_text_may_have_32768_bytes() -> None:
    assert parse("<b></b>" * 4681 + "x", "HTML").text == "x"
    assert refusal("<b></b>" * 4681 + "xy", "HTML") == "text is too long"
    assert refusal("é" * 16385, "bogus") == "text is too long"


def test_the_parse_mode_is_read_without_case_and_wins_over_entities() -> None:
    entities = [{"type": "italic", "offset": 0, "length": 1}]
    assert brief(parse("<b>a</b>", "hTmL", entities)) == [("bold", 0, 1)]
    assert brief(parse("*a*", "MARKDOWNv2", entities)) == [("bold", 0, 1)]
    assert brief(parse("*a*", "none", entities)) == [("italic", 0, 1)]
    assert brief(parse("*a*", "", entities)) == [("italic", 0, 1)]
    assert refusal("a", "rtf") == "unsupported parse_mode"


def test_a_half_surrogate_is_refused() -> None:
    assert refusal("a\ud800") == "strings must be encoded in UTF-8"
    assert refusal('<a href="x.com/&#55357;">a</a>', "HTML") == "messageEntityTextUrl.url must be encoded in UTF-8"
    assert refusal('<pre><code class="language-&#55357;">a</code></pre>', "HTML") == (
        "messageEntityPreCode.language must be encoded in UTF-8"
    )


def test_a_link_without_a_url_takes_the_bytes_that_tdlib_has_moved() -> None:
    assert parse("[t.me]", "Markdown").entities == [
        {"offset": 0, "length": 4, "type": "text_link", "url": "http://.mee/"}
    ]
    assert parse("*a* [x.t.me]", "Markdown").entities[1]["url"] == "http://.me.me/"
    assert parse("[x](t.me", "Markdown").entities[0]["url"] == "http://t.me/"


def test_only_the_first_hundred_entities_are_kept() -> None:
    many = "<code>a</code> " * 120
    assert brief(parse(many, "HTML")) == [("code", 2 * index, 1) for index in range(100)]


def test_links_and_code_are_counted_before_styles() -> None:
    text = "<b>a</b> " * 60 + "<code>b</code> " * 70
    parsed = parse(text, "HTML")
    kinds = [entity["type"] for entity in parsed.entities]
    assert (kinds.count("bold"), kinds.count("code")) == (30, 70)


def test_custom_emoji_are_not_counted() -> None:
    emoji = '<tg-emoji emoji-id="5">x</tg-emoji> '
    assert len(parse(emoji * 150, "HTML").entities) == 150
    mixed = parse(emoji * 60 + "<code>b</code> " * 100, "HTML")
    assert len(mixed.entities) == 160


def test_styles_are_counted_with_their_splits_and_found_entities_are_not_counted() -> None:
    nested = parse("<b>" + "<i>a</i>b" * 99 + "</b>", "HTML")
    kinds = [entity["type"] for entity in nested.entities]
    assert (kinds.count("italic"), kinds.count("bold")) == (50, 50)
    assert brief(parse("<b>a</b>" * 120 + "b", "HTML")) == [("bold", 0, 120)]
    tagged = parse("<code>a</code> " * 101 + "#tag " * 20, "HTML")
    assert sum(entity["type"] == "hashtag" for entity in tagged.entities) == 20


@pytest.mark.parametrize(
    ("entity", "description"),
    [
        (5, "can't parse MessageEntity: expected an Object"),
        ({}, "can't parse MessageEntity: Can't find field \"offset\""),
        ({"offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        ({"offset": 0, "length": 1}, "can't parse MessageEntity: Can't find field \"type\""),
        (
            {"offset": [], "length": 1, "type": "bold"},
            'can\'t parse MessageEntity: Field "offset" must be of type Number',
        ),
        (
            {"offset": "x", "length": 1, "type": "bold"},
            'can\'t parse MessageEntity: Field "offset" must be a valid Number',
        ),
        (
            {"offset": 1.5, "length": 1, "type": "bold"},
            'can\'t parse MessageEntity: Field "offset" must be a valid Number',
        ),
        ({"offset": 0, "length": 1, "type": ""}, "can't parse MessageEntity: Type is not specified"),
        ({"offset": 0, "length": 1, "type": "h1"}, "can't parse MessageEntity: Unsupported type specified"),
        ({"offset": 0, "length": 1, "type": {}}, 'can\'t parse MessageEntity: Field "type" must be of type String'),
        ({"offset": 0, "length": 1, "type": "text_link"}, "can't parse MessageEntity: Can't find field \"url\""),
        ({"offset": 0, "length": 1, "type": "text_mention"}, "can't parse MessageEntity: Can't find field \"user\""),
        (
            {"offset": 0, "length": 1, "type": "text_mention", "user": 5},
            'can\'t parse MessageEntity: Field "user" must be of type Object',
        ),
        ({"offset": 0, "length": 1, "type": "text_link", "url": "x"}, "entity URL 'x' is invalid: Wrong HTTP URL"),
        (
            {"offset": 0, "length": 1, "type": "custom_emoji", "custom_emoji_id": "0"},
            "invalid custom emoji identifier specified",
        ),
        ({"offset": 0, "length": 1, "type": "date_time", "unix_time": 0}, "invalid date specified"),
        (
            {"offset": 0, "length": 1, "type": "date_time", "unix_time": 5, "date_time_format": "x"},
            "invalid date format used",
        ),
        ({"offset": -1, "length": 1, "type": "bold"}, "receive an entity with incorrect offset -1"),
        ({"offset": 0, "length": -1, "type": "bold"}, "receive an entity with incorrect length -1"),
        ({"offset": 3, "length": 1, "type": "bold"}, "entity begins after the end of the text at UTF-16 offset 3"),
        (
            {"offset": 0, "length": 9, "type": "bold"},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
        ),
        ({"offset": 1, "length": 1, "type": "bold"}, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            {"offset": 0, "length": 1, "type": "bold"},
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
    ],
)
def test_a_given_entity_is_refused_with_telegrams_words(entity: Any, description: str) -> None:
    assert refusal("😀", None, [entity]) == description


@pytest.mark.parametrize(
    ("arguments", "late"),
    [
        (("",), False),
        (("a", "rtf"), False),
        (("<b>", "HTML"), False),
        (("a" * 32769,), False),
        (("a", None, [5]), False),
        ((" ",), True),
        (("a" * 4097,), True),
        (("a", None, [{"offset": 5, "length": 1, "type": "bold"}]), True),
        (("a", None, [{"offset": 0, "length": 9, "type": "bold"}]), True),
        (("a", None, [{"offset": -5, "length": 1, "type": "bold"}]), True),
        (("a", None, [{"offset": 0, "length": 1, "type": "text_link", "url": "x"}]), True),
        (('<a href="x.com/&#55357;">a</a>', "HTML"), True),
    ],
)
def test_what_only_tdlib_sees_is_refused_after_the_chat_was_found(arguments: tuple[Any, ...], late: bool) -> None:
    with pytest.raises(TextError) as caught:
        parse(*arguments)
    assert caught.value.late is late


def test_given_entities_come_back_with_their_arguments() -> None:
    entities: list[dict[str, Any]] = [
        {"type": "pre", "offset": 0, "length": 1, "language": "py"},
        {"type": "pre", "offset": 2, "length": 1},
        {"type": "text_link", "offset": 4, "length": 1, "url": "t.me"},
        {"type": "text_mention", "offset": 6, "length": 1, "user": {"id": 7, "first_name": "A"}},
        {"type": "custom_emoji", "offset": 8, "length": 1, "custom_emoji_id": "5"},
        {"type": "date_time", "offset": 10, "length": 1, "unix_time": 5, "date_time_format": "tw"},
        {"type": "date_time", "offset": "12", "length": "1", "unix_time": 5},
        {"type": "hashtag", "offset": 14, "length": 1},
    ]
    assert parse("a b c d e f g h", None, entities).entities == [
        {"offset": 0, "length": 1, "type": "pre", "language": "py"},
        {"offset": 2, "length": 1, "type": "pre"},
        {"offset": 4, "length": 1, "type": "text_link", "url": "http://t.me/"},
        {"offset": 6, "length": 1, "type": "text_mention", "user": {"id": 7}},
        {"offset": 8, "length": 1, "type": "custom_emoji", "custom_emoji_id": "5"},
        {"offset": 10, "length": 1, "type": "date_time", "unix_time": 5, "date_time_format": "wt"},
        {"offset": 12, "length": 1, "type": "date_time", "unix_time": 5},
    ]


def test_a_bot_never_sees_bank_cards_though_they_split_styles() -> None:
    assert detect("4111111111111111 12:34") == []
    assert brief(parse("<b>a 4111111111111111 b</b>", "HTML")) == [("bold", 0, 2), ("bold", 2, 16), ("bold", 18, 2)]


@pytest.mark.parametrize("number", ["+12125550123", "+1-212-555-0123", "+7 912 345 67 89", "+44 (20) 7946 0958"])
def test_phone_numbers_in_the_international_form_are_found(number: str) -> None:
    assert [(entity["type"], entity["length"]) for entity in detect(f"call {number}, now")] == [
        ("phone_number", len(number))
    ]


@pytest.mark.parametrize("text", ["1+12125550123", "+123", "+1212555012312345678", "a.b/+12125550123", "+12125550123x"])
def test_other_numbers_are_no_phone_numbers(text: str) -> None:
    assert all(entity["type"] != "phone_number" for entity in detect(text))


def test_a_link_names_what_is_wrong_with_it() -> None:
    assert check_link("HTTPS://Example.COM:0443?q") == "https://example.com:443/?q"
    for link, reason in {
        "http://localhost:8000/x": "Wrong HTTP URL",
        "whatsapp://send": "Unsupported URL protocol",
        "http://a.b:99999": "Wrong port number specified in the URL",
        "": "URL host is empty",
        "http://a b.c": "Disallowed character in URL host",
        "tg://a:1": "Wrong tg URL",
        "ton://u@x": "Wrong ton URL",
        "http://a.b%": "Wrong percent-encoded symbol in URL host",
    }.items():
        with pytest.raises(TextError) as caught:
            check_link(link)
        assert caught.value.description == f"URL '{link}' is invalid: {reason}"


def test_a_web_app_needs_https() -> None:
    assert check_link("https://a.b", https_only=True) == "https://a.b/"
    for link in ("http://a.b", "a.b", "tg://resolve"):
        with pytest.raises(TextError, match="Only HTTPS links are allowed"):
            check_link(link, https_only=True)


def test_a_message_costs_in_proportion_to_its_length() -> None:
    text = (
        "<b>Title of the article that we share today</b>\n\n" + "Some summary of the article, and more. " * 6
        + '<a href="https://example.com/article/123?utm=1">Link</a>\n\n#news @channelname https://t.me/channelname/123\n'
    )  # fmt: skip

    def cost(given: str) -> float:
        rounds = []
        for _ in range(15):
            started = time.process_time()
            parse(given, "HTML")
            rounds.append(time.process_time() - started)
        return min(rounds)

    assert cost(text * 8) < 24 * cost(text)


@pytest.mark.parametrize(
    ("piece", "mode"),
    [
        ("a.", None),
        ("é.", None),
        ("a@a.", None),
        ("#a", None),
        ("1 ", None),
        ("/a@", None),
        ("http://a.b/", None),
        ("tg://", None),
        ("+1-", None),
        ("<b>", "HTML"),
        ("<b><i>a</i></b>", "HTML"),
        ("<a href='t.me'>a</a>", "HTML"),
        ("&", "HTML"),
        ("[a]", "Markdown"),
        ("*_", "MarkdownV2"),
        ("\n>a", "MarkdownV2"),
    ],
)
def test_no_text_however_odd_takes_long(piece: str, mode: str | None) -> None:
    text = piece * (32768 // len(piece.encode()))
    with measured() as cost:
        try:
            parse(text, mode, limit=32768)
        except TextError as caught:
            assert caught.description.startswith("can't parse entities")
    assert cost.units < 40
