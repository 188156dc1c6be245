"""Listing pages: the main list is found by its pattern, menus and footers are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import ParseError
from bot.model import Entry
from bot.sources.page import parse_page, parse_single_page

URL = "https://www.ex.org/news/"


def page(body: str, url: str = URL) -> tuple[Entry, ...]:
    return parse_page(
        f"<html lang=en><head><title>N</title></head><body>{body}</body></html>".encode(), url=url
    ).entries


MENU = "<nav>" + "".join(f"<a href=/section-{n}/>A long name of section number {n}</a>" for n in range(30)) + "</nav>"
FOOTER = (
    "<footer>" + "".join(f"<a href=/about-{n}>All the things about us, part {n}</a>" for n in range(30)) + "</footer>"
)


def test_the_main_list_is_found_between_menu_and_footer() -> None:
    items = "".join(
        f"<li class=item><a href=/news/2026/01/0{n}/story-number-{n}><img src=/i{n}.jpg></a>"
        f"<h3><a href='/news/2026/01/0{n}/story-number-{n}#top'>The council votes on tram line {n}</a></h3>"
        f"<time datetime=2026-01-0{n}T10:00:00Z>then</time> <a href=/author/ann-lee>Ann Lee of the city desk</a></li>"
        for n in range(1, 6)
    )
    entries = page(f"{MENU}<main><ul>{items}</ul></main>{FOOTER}")
    assert [entry.title for entry in entries] == [f"The council votes on tram line {n}" for n in range(1, 6)]
    assert entries[0] == Entry(
        id="https://www.ex.org/news/2026/01/01/story-number-1",
        url="https://www.ex.org/news/2026/01/01/story-number-1",
        title="The council votes on tram line 1",
        published=datetime(2026, 1, 1, 10, tzinfo=UTC),
        image="https://www.ex.org/i1.jpg",
    )


def test_a_list_without_headings_needs_three_headlines_of_one_shape() -> None:
    two = "".join(f"<p><a href=/a/{n}>A headline with enough words {n}</a></p>" for n in range(2))
    with pytest.raises(ParseError) as caught:
        page(two)
    assert caught.value.problem.code == "SW-S11"
    three = two + "<p><a href=/a/3>Another headline with enough words</a></p>"
    assert len(page(three)) == 3


def test_a_single_item_marked_as_a_headline_is_enough() -> None:
    assert [e.title for e in page("<article><h2><a href=/a>Short</a></h2></article>")] == ["Short"]
    assert [e.title for e in page("<article><a href=/a><h2>Short too</h2></a></article>")] == ["Short too"]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='https://other.example/a-b-c-d'>{}</a>",
        "<a href='/tag/trams'>{}</a>",
        "<a href='/files/report.pdf'>{}</a>",
        "<a href='mailto:x@y.z'>{}</a>",
        "<a href='/'>{}</a>",
        "<a href='https://www.ex.org/news'>{}</a>",
        "<a>{}</a>",
        "<div class=share-bar><a href=/x/y-z-w-1>{}</a></div>",
        "<div role=navigation><a href=/x/y-z-w-1>{}</a></div>",
        "<aside><a href=/x/y-z-w-1>{}</a></aside>",
    ],
)
def test_links_that_lead_to_no_article_are_left_out(link: str) -> None:
    with pytest.raises(ParseError):
        page("".join(link.format(f"A headline with many words number {n}") for n in range(9)))


def test_relative_links_follow_the_page_s_base_and_subdomains_count_as_the_site() -> None:
    body = "<base href=https://m.ex.org/x/>" + "".join(
        f"<p><a href=a-{n}>A headline of five words {n}</a>" for n in range(4)
    )
    assert page(body)[0].url == "https://m.ex.org/x/a-0"


def test_headlines_of_scripts_without_spaces_count() -> None:
    titles = ["市議会が路面電車の新線を可決", "図書館が雨合羽の貸し出しを開始", "古い灯台の階段が一般公開"]
    entries = page("".join(f"<p><a href=/articles/{n}00>{title}</a></p>" for n, title in enumerate(titles, 1)))
    assert [entry.title for entry in entries] == titles


def test_a_telegram_channel_s_public_page_is_read_by_its_rule() -> None:
    message = (
        "<div class='tgme_widget_message js-x'><a class='tgme_widget_message_photo_wrap' "
        "style=\"background-image:url('https://cdn.example/{n}.jpg')\"></a><div class='tgme_widget_message_text'>"
        "Bridge {n} &lt;open&gt;<br>Second line {more}</div><a class='tgme_widget_message_date' href='https://t.me/harbour/{n}'>"
        "<time datetime='2026-01-0{n}T10:00:00+00:00'>10:00</time></a></div>"
    )
    body = (
        message.format(n=1, more="")
        + message.format(n=2, more="word " * 60)
        + "<div class='tgme_widget_message'></div>"
    )
    new, old = page(body, url="https://t.me/s/harbour")
    assert (old.url, old.title, old.image) == (
        "https://t.me/harbour/1",
        "Bridge 1 <open> Second line",
        "https://cdn.example/1.jpg",
    )
    assert old.description == "Bridge 1 &lt;open&gt; Second line"
    assert new.published == datetime(2026, 1, 2, 10, tzinfo=UTC)
    assert len(new.title or "") <= 121
    assert (new.title or "").endswith("…")


def test_a_single_page_has_one_entry_whose_identity_is_its_text() -> None:
    def version(text: str) -> Entry:
        return parse_single_page(
            f"<title>T</title><style>{text}</style><h1>H</h1><p>one</p>".encode(), url=URL
        ).entries[0]

    assert version("a") == version("b")
    other = parse_single_page(b"<title>T</title><h1>H</h1><p>two</p>", url=URL)
    assert other.entries[0].id != version("a").id
    assert (other.entries[0].title, other.entries[0].url, other.format) == ("H", URL, "single-page")


@pytest.mark.parametrize("data", [b"", b"  \x00 ", b"<!-- only a comment -->"])
def test_a_page_without_anything_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_page(data, url=URL)
