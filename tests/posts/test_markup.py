"""What we write always parses in Telegram, says the same words and stays within its limits."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.posts import characters, links, markup
from tests.cost import measured
from tests.posts import telegram_parser

DATA = Path(__file__).parents[1] / "data" / "posts"
CASES = json.loads((DATA / "html_injection.json").read_text())["cases"]

_TAGS = [
    *(
        [
            "b",
            "i",
            "u",
            "s",
            "code",
            "pre",
            "strong",
            "em",
            "ins",
            "del",
            "tg-spoiler",
            "p",
            "div",
            "br",
            "li",
            "ul",
            "ol",
            "h2",
            "td",
            "tr",
            "table",
            "script",
            "q",
            "span",
            "a",
            "style",
        ]
    ),
    'a href="https://example.org/?a=1&b=2"',
    "a href='http://example.org/x y'",
    'a href="javascript:alert(1)"',
    "blockquote",
    "blockquote expandable",
    'span class="tg-spoiler"',
    'pre><code class="language-python"',
    'tg-time unix="1796213100" format="r"',
    'tg-emoji emoji-id="5368324170671202286"',
    "img alt='x' src=y",
    "b onclick='>'",
]
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag.split()[0]}>" for tag in _TAGS]),
    st.sampled_from(
        ["hello", " ", "\n", "\n\n\n", "&amp;", "&lt;", "<", ">", "عربي", "👨‍👩‍👧", "\u2068", "\u2069", "\u202e", "&"]
    ),
    st.text(max_size=20),
)
HTML = st.lists(_PIECES, max_size=25).map("".join)


def source(case: dict[str, Any]) -> str:
    return case["input"] if "input" in case else case.get("head", "") + case["repeat"] * case["times"] + case["tail"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_hostile_input_becomes_valid_telegram_html_within_the_limits(case: dict[str, Any]) -> None:
    raw = source(case)
    with measured() as cost:
        made = markup.to_telegram(raw) if case["field"] == "html_body" else markup.from_text(raw)
    assert cost.units < 40
    parsed = telegram_parser.parse(made.html)
    assert parsed.text == made.text
    assert len(parsed.links) == made.links
    assert made.fits(markup.TEXT_LIMIT)
    if case["field"] != "html_body":
        assert parsed.text == "".join(mark for mark in raw if unicodedata.category(mark) != "Cc")[: len(parsed.text)]
    _meets(case["expect"], made, raw)


def _meets(expect: str, made: markup.Markup, raw: str) -> None:
    kind, _, value = expect.partition(":")
    match kind:
        case "not_contains":
            assert value not in made.html
        case "no_tags":
            assert not re.search(rf"<({value.replace(',', '|')})\b", made.html)
        case "href":
            assert f'href="{value}"' in made.html
        case "attrs_only":
            assert re.findall(r" (\w+)=", made.html) == [value]
        case "no_href":
            assert "href" not in made.html
        case "no_entities_inside_code" | "no_nested_blockquote":
            assert made.entities == 1
        case "<b>x</b>":
            assert made.html == expect
        case "no_link":
            assert links.acceptable(raw) is None
        case "link_exact" | "link_exact_or_warning":
            assert links.acceptable(raw) == raw
        case "link_attr_escaped":
            page = markup.to_telegram(f'<a href="{markup.escape(raw)}">x</a>')
            assert len(telegram_parser.parse(page.html).links) == 1
        case "plain" | "ok" | "bounded" | "bounded_balanced" | "limit4096_balanced":
            pass
        case _:
            raise AssertionError(f"unknown expectation {expect}")


@settings(max_examples=200, deadline=None)
@given(HTML)
def test_any_html_parses_in_telegram_and_keeps_its_words_and_links(raw: str) -> None:
    made = markup.to_telegram(raw)
    parsed = telegram_parser.parse(made.html)
    assert parsed.text == made.text
    assert len(parsed.links) == made.links
    assert made.length == len(made.text.encode("utf-16-le")) // 2 <= markup.TEXT_LIMIT
    assert made.entities + min(made.automatic, 50) <= 100
    assert made.size <= markup.SOURCE_LIMIT
    assert markup.to_telegram(made.html) == made, "reading what we wrote changes nothing"


@settings(max_examples=150, deadline=None)
@given(HTML)
def test_telegram_finds_no_more_entities_than_we_count(raw: str) -> None:
    made = markup.to_telegram(raw)
    if set(made.text) & set("*_~|`[]") or not made.text:
        return  # parseMarkdown, through which TDLib's repair is reached, would read these
    after = telegram_parser.fixed(made.html)
    assert len(after.entities) <= made.entities
    assert len(after.links) == made.links


@settings(max_examples=150, deadline=None)
@given(HTML, st.integers(min_value=1, max_value=80))
def test_a_cut_breaks_no_tag_and_keeps_to_the_limit(raw: str, limit: int) -> None:
    made = markup.to_telegram(raw, limit=limit)
    assert made.length <= limit + made.text.count(characters.PDI)
    assert telegram_parser.parse(made.html).text == made.text


@given(st.text())
def test_plain_text_stays_the_text_it_is(text: str) -> None:
    made = markup.from_text(text)
    assert telegram_parser.parse(made.html).text == made.text
    assert made.entities == 0


@settings(max_examples=250, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(
            st.sampled_from(["http://", "https://", "HTTPS://", "tg://", "ftp://", "//"]),
            st.text(alphabet="ab.-_é1[]:@%/\\ \u200büع例。", min_size=1, max_size=24),
            st.sampled_from(["", ".com", ".org/x?y=1&z=ü#q", ".c", ".123", ":80/x", ".com:99999/"]),
        ).map("".join),
    )
)
def test_every_address_we_accept_is_a_link_in_telegram(address: str) -> None:
    accepted = links.acceptable(address)
    if accepted is not None:
        made = markup.to_telegram(f'<a href="{markup.escape(address)}">x</a>')
        assert len(telegram_parser.parse(made.html).links) == made.links == 1


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("<p>one</p>\n<p>two <b>x</b></p>", "one\n\ntwo <b>x</b>"),
        ("<ul><li>a<li><p>b</p><ol><li>c</ol></ul>z", "• a\n• b\n\u00a0\u00a01. c\n\nz"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a | b\nc | d"),
        ("a<br>b<br/><br><br>c", "a\nb\n\nc"),
        ("<h1>T</h1>text", "<b>T</b>\n\ntext"),
        ("<pre>a\n   b</pre>", "<pre>a\n   b</pre>"),
        ("1 < 2 <3 a<b", "1 &lt; 2 &lt;3 a&lt;b"),
        ('the end <a href="http', "the end"),
        ("the end <", "the end &lt;"),
        ("&nbsp;a&amp;b &copy;", "a&amp;b ©"),
        ("<div hidden>x</div>y<p style='display: none'>z</p>", "y"),
        ("<div hidden><div>x</div>x</div>y", "y"),
        ("a<!-- b -->c<!doctype html>d<?xml e?>f", "acdf"),
        ("a<!-- b", "a"),
        ("a<! b", "a&lt;! b"),
        ("<p>a <b>b<i>c</b>d</i></p>", "a <b>b<i>c</i></b><i>d</i>"),
        ("<q>yes</q>", "“yes”"),
        ('<img class="wp-smiley" alt="🙂">!', "🙂!"),
        ('<img alt="A harbour">', "A harbour"),
        ('<a href="https://a.bc"><a href="https://d.ef">x</a>', '<a href="https://d.ef">x</a>'),
        ('<a href="https://a.bc"><code>x</code></a>', '<a href="https://a.bc">x</a>'),
        ('<tg-time unix="5" format="zz">then</tg-time>', '<tg-time unix="5">then</tg-time>'),
        ('<tg-time unix="5x">then</tg-time>', "then"),
        ("<a title='x' href=/relative>t</a>", "t"),
        ("plain\ntext\n\n\n\nkeeps lines   \nhere", "plain\ntext\n\nkeeps lines\nhere"),
        ("<script>a<b></script>x<style>", "x"),
        ("<textarea>x</textarea>", "x"),
        ("e\u030a a\u030a", "e å"),
    ],
)
def test_html_reads_as_a_browser_shows_it(raw: str, wanted: str) -> None:
    assert markup.to_telegram(raw).html == wanted
    assert telegram_parser.parse(wanted).text == markup.visible(raw)


@pytest.mark.parametrize(
    "bomb",
    [
        '<a "' * 60000,
        "<a '" * 60000,
        "<" * 250000,
        "<!--" * 60000,
        "<b " * 80000,
        "<p>" * 80000,
        "&" * 200000,
        "<i>a</i><b>b</b>" * 10000,
        "<li>" * 60000,
        "<div hidden>" * 20000,
        "\u2068" * 100000,
    ],
    ids=lambda bomb: bomb[:12],
)
@pytest.mark.no_cover
def test_no_input_costs_more_than_its_length(bomb: str) -> None:
    with measured() as cost:
        made = markup.to_telegram(bomb)
    assert cost.units < 40
    assert made.fits(markup.TEXT_LIMIT)


def test_more_than_a_hundred_entities_lose_decoration_before_links() -> None:
    raw = "<b>x</b> " * 80 + '<a href="https://example.org/">y</a> ' * 90
    made = markup.to_telegram(raw)
    assert made.links == 90
    assert made.entities <= 100


def test_what_telegram_makes_by_itself_takes_room_in_the_budget() -> None:
    raw = "@somebody #word https://example.org/x mail@example.org " * 10 + "<b>x</b> " * 100
    made = markup.to_telegram(raw)
    found = telegram_parser.automatic(made.text)
    assert made.automatic >= len(found) == 40
    assert made.entities + made.automatic <= 100


def test_a_cut_prefers_the_end_of_a_sentence_and_tears_no_emoji() -> None:
    assert characters.shorten("First sentence. Second one is longer.", 20) == "First sentence."
    assert characters.shorten("no sentence end in these words", 16) == "no sentence end…"
    assert characters.shorten("👨‍👩‍👧👨‍👩‍👧", 15) == "👨‍👩‍👧…"
    assert characters.prefix("🇫🇷🇩🇪", 6) == "🇫🇷"
    assert characters.prefix("👍🏽", 3) == ""
    assert characters.shorten("abc", 0) == ""


def test_the_figures_of_the_command_are_those_of_the_message() -> None:
    made = markup.to_telegram("<p>Ferry <b>stops</b> 🛑</p>")
    assert made.as_json() == {"html": "Ferry <b>stops</b> 🛑", "text": "Ferry stops 🛑", "length": 14, "entities": 1}
    assert markup.cut("<b>one two three</b>", 8) == "<b>one two</b>…"
