"""Share links, buttons and hashtags that work where they are tapped."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.posts import hashtags, links, sharing, words
from bot.wording import spoken, words_for
from tests.posts import telegram_parser

URL = "https://harbortimes.example/night-bus?a=1&b=ü"


def asked(**changes: Any) -> sharing.Sharing:
    values: dict[str, Any] = {"url": URL, "title": "Night *bus* starts & runs", "words": words_for("en")}
    return sharing.Sharing(**{**values, **changes})


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("telegram", "https://t.me/share/url?url=https%3A%2F%2Fa.bc%2F%3Fx%3D1&text=a%20b%26c"),
        ("whatsapp", "https://wa.me/?text=%2Aa%20b%26c%2A%0A%0Ahttps%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("x", "https://x.com/intent/tweet?text=a%20b%26c&url=https%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("facebook", "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("reddit", "https://www.reddit.com/submit?url=https%3A%2F%2Fa.bc%2F%3Fx%3D1&title=a%20b%26c"),
        ("bluesky", "https://bsky.app/intent/compose?text=a%20b%26c%0Ahttps%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("mastodon", "https://share.joinmastodon.org/#text=a%20b%26c%20https%3A%2F%2Fa.bc%2F%3Fx%3D1"),
        ("threads", "https://www.threads.com/intent/post?text=a%20b%26c&url=https%3A%2F%2Fa.bc%2F%3Fx%3D1"),
    ],
)
def test_each_service_has_its_documented_address(service: str, address: str) -> None:
    assert sharing.share_link(service, "https://a.bc/?x=1", "a  b&c") == address
    assert links.acceptable(address) == address, "a button may hold it"


def test_the_default_rows_are_read_then_whatsapp_share_and_copy() -> None:
    read, rest = sharing.keyboard(asked())
    assert read == [{"text": "Read on harbortimes.example", "url": URL, "style": "primary"}]
    assert [button["text"] for button in rest] == ["WhatsApp", "Share", "Copy link"]
    assert rest[2] == {"text": "Copy link", "copy_text": {"text": URL}}


def test_whatsapp_gets_headline_blank_line_link_alone_and_a_footer_last() -> None:
    text = sharing.whatsapp_text("A *bold* _claim_ `x` ~y~", "https://a.bc", "Follow us\n")
    assert text == "*A bold claim x y*\n\nhttps://a.bc\n\nFollow us"
    assert sharing.whatsapp_text("", "https://a.bc") == "https://a.bc"


def test_more_services_fill_rows_of_three_with_short_labels() -> None:
    rows = sharing.keyboard(asked(services=("x", "facebook", "nonsense", "reddit"), save="https://t.me/bot?start=sv_1"))
    assert [len(row) for row in rows] == [1, 3, 3, 1]
    assert all(len(button["text"]) <= sharing.MAX_LABEL for row in rows[1:] for button in row)
    assert all(("url" in button) != ("copy_text" in button) for row in rows for button in row)


@pytest.mark.parametrize("language", spoken())
def test_labels_fit_their_buttons_in_every_language(language: str) -> None:
    ours = words_for(language)
    for key in (words.READ, words.WHATSAPP, words.SHARE, words.COPY_LINK, words.SAVE):
        assert len(ours.say(key)) <= sharing.MAX_LABEL
    rows = sharing.keyboard(asked(words=ours))
    assert len(rows[0][0]["text"]) <= sharing.MAX_READ_LABEL


def test_no_link_means_no_buttons_and_no_links() -> None:
    nowhere = asked(url=None)
    assert sharing.keyboard(nowhere) == []
    assert sharing.text_links(nowhere) == []
    assert sharing.bare_address(nowhere) is None


def test_utm_names_the_button_and_respects_what_is_there() -> None:
    rows = sharing.keyboard(asked(utm={"medium": "social", "source": "ignored"}))
    assert rows[0][0]["url"].endswith("utm_source=telegram&utm_medium=social")
    whatsapp = parse_qs(urlsplit(rows[1][0]["url"]).query)["text"][0]
    assert "utm_source=whatsapp" in whatsapp
    assert "utm_source=copy" in rows[1][2]["copy_text"]["text"]
    own = sharing.tagged("https://a.bc/?utm_source=feed#part", "copy", {"medium": "x"})
    assert own == "https://a.bc/?utm_source=feed&utm_medium=x#part"


HINDI = "https://harbortimes.example/" + "%E0%A4%AC%E0%A4%B8-" * 60


def test_long_addresses_are_shared_short_and_copied_as_people_read_them() -> None:
    short = "https://harbortimes.example/s/9"
    rows = sharing.keyboard(asked(url=HINDI, shortlink=short))
    assert parse_qs(urlsplit(rows[1][1]["url"]).query)["url"] == [short]
    assert rows[1][2]["copy_text"]["text"] == short
    assert "harbortimes.example%2F%25E0" in rows[1][0]["url"], "WhatsApp makes its preview from the article's address"
    without = sharing.keyboard(asked(url=HINDI))
    assert without[1][2]["copy_text"]["text"] == "https://harbortimes.example/" + "बस-" * 60
    too_long = sharing.keyboard(asked(url="https://harbortimes.example/" + "a" * 300))
    assert [button["text"] for button in too_long[1]] == ["WhatsApp", "Share"]


def test_a_short_link_of_another_site_is_not_trusted() -> None:
    assert sharing.bare_address(asked(shortlink="https://evil.example/x")) == URL
    assert sharing.bare_address(asked(shortlink="https://s.harbortimes.example/x")) == "https://s.harbortimes.example/x"


def test_very_long_links_still_fit_a_button() -> None:
    rows = sharing.keyboard(asked(url=HINDI + "%E0%A4%AC" * 100, title="बस " * 300))
    for row in rows:
        for button in row:
            assert len(button.get("url", "")) <= links.MAX_ADDRESS


def test_a_long_domain_loses_its_first_parts_and_then_gives_way() -> None:
    rows = sharing.keyboard(asked(url="https://a.very.long.chain.of.names.example.org/x"))
    assert rows[0][0]["text"] == "Read on of.names.example.org"
    rows = sharing.keyboard(asked(url=f"https://{'x' * 40}.example/"))
    assert rows[0][0]["text"] == "Read"


def test_links_mode_can_go_through_our_own_short_address() -> None:
    found = sharing.text_links(asked(counted=lambda button, url: f"https://n.example/r/{button}{len(url)}"))
    assert found[0][0] == "WhatsApp"
    assert found[0][1].startswith("https://n.example/r/whatsapp")
    assert found[1][1].startswith("https://t.me/share/url?"), "Telegram's own share window opens inside Telegram"


@given(st.text(min_size=1, max_size=30))
def test_the_readable_form_leads_to_the_same_page(path: str) -> None:
    from urllib.parse import quote, unquote

    address = "https://a.bc/" + quote(path.encode("utf-8", "replace"), safe="")
    assert unquote(sharing.readable(address)) == unquote(address)


def test_broken_percent_signs_stay() -> None:
    assert sharing.readable("https://a.bc/%FF%E0%A4") == "https://a.bc/%FF%E0%A4"


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("चुनाव", None),  # hi: a vowel sign ends the hashtag
        ("कमल", "#कमल"),
        ("বাংলা", None),  # bn
        ("তথ", "#তথ"),
        ("தேர்தல்", None),  # ta
        ("மழ", "#மழ"),
        ("తెలుగు", None),  # te
        ("పద", "#పద"),
        ("ਪੰਜਾਬੀ", None),  # pa
        ("ਘਰ", "#ਘਰ"),
        ("انتخابات", "#انتخابات"),  # ur
        ("عَرَبِيّ", "#عربي"),  # harakat removed
        ("کتاب‌ها", "#کتاب‌ها"),  # ZWNJ stays
        ("night bus", "#night_bus"),
        ("R&D", "#R_D"),
        ("covid-19", "#covid_19"),
        ("l’été", "#lété"),
        ("#ready", "#ready"),
        ("Cafe\u0301", "#Café"),
        ("新", "#新"),
        ("新闻", "#新闻"),
        ("සිංහල", "#සිංහල"),
        ("2025", None),
        ("x", None),
        ("a@b", None),
        ("", None),
        ("x" * 300, None),
    ],
)
def test_hashtags_are_printed_only_when_telegram_reads_the_whole_word(tag: str, wanted: str | None) -> None:
    made = hashtags.hashtag(tag)
    assert made == wanted
    if made:
        assert telegram_parser.automatic(f"x {made} y") == [("Hashtag", made)]


@given(st.text(min_size=1, max_size=12))
def test_any_hashtag_we_print_is_one_in_telegram(tag: str) -> None:
    if made := hashtags.hashtag(tag):
        assert telegram_parser.automatic(f"· {made} ·") == [("Hashtag", made)]


def test_equal_hashtags_are_printed_once() -> None:
    assert hashtags.hashtags(("bus", "#bus", "चुनाव", "tram", "ferry", "taxi")) == ["#bus", "#tram", "#ferry"]
