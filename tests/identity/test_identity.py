"""Addresses: what is the same article, what is not, and what a page may claim about itself."""

from itertools import product

import pytest

from bot import identity
from bot.articles.identity import sound_canonical
from bot.identity import plain_host, registrable_domain


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("https://Example.COM:443/a?utm_source=x&id=7#Echobox=1", "https://example.com/a?id=7"),
        ("http://example.com:80", "http://example.com/"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://example.com/a?id=1&amp;fbclid=2", "https://example.com/a?id=1"),
        ("https://example.com/?ref=feed.com", "https://example.com/"),
        ("https://example.com/tree?ref=main", "https://example.com/tree?ref=main"),
        ("https://example.com/a?ref=rss&source=twitter.com", "https://example.com/a"),
        ("https://example.com/a?UTM_Source=x&gclid=1&xtor=RSS-1", "https://example.com/a"),
        ("https://example.com/a//b/./c/../d/.", "https://example.com/a/b/d/"),
        ("https://example.com/%7ejane/%c3%a9t%C3%A9", "https://example.com/~jane/%C3%A9t%C3%A9"),
        ("https://example.com/été?q=é x", "https://example.com/%C3%A9t%C3%A9?q=%C3%A9%20x"),
        ("https://münchen.example./a", "https://xn--mnchen-3ya.example/a"),
        ("https://example.com/app#!/story/5", "https://example.com/app#!/story/5"),
        ("https://example.com/a#comments", "https://example.com/a"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/web/2013/https://other.example/x", "https://example.com/web/2013/https://other.example/x"),
        (" mailto:user@example.org ", "mailto:user@example.org"),
        ("https://[broken/a", "https://[broken/a"),
        ("http://@example.com/../..", "http://example.com/"),
    ],
)  # fmt: skip
def test_a_clean_address_opens_the_same_page(given: str, clean: str) -> None:
    assert identity.clean(given) == clean
    assert identity.clean(clean) == clean


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("https://amp.example.com/a/b", "https://www.example.com/a/b"),
        ("https://m.news.example.co.uk/a", "https://news.example.co.uk/a"),
        ("https://www.example.com/amp/a/b", "https://www.example.com/a/b"),
        ("https://www.example.com/news/amp/2020/a.html", "https://www.example.com/news/2020/a.html"),
        ("https://example.com/a/amp/", "https://example.com/a/"),
        ("https://example.com/a/amp", "https://example.com/a"),
        ("https://example.com/a.amp.html", "https://example.com/a.html"),
        ("https://example.com/a_amp.html", "https://example.com/a.html"),
        ("https://example.com/a?amp&id=1", "https://example.com/a?id=1"),
        ("https://example.com/a?outputType=amp", "https://example.com/a"),
        ("https://example.com/amplifier?amp=0", "https://example.com/amplifier?amp=0"),
        ("https://example.com/gallery/slide/1", "https://example.com/gallery/"),
        ("ftp://example.com/a", "ftp://example.com/a"),
        ("https://www.example.com/2026/02/a-long-story/", "https://example.com/2026/02/a-long-story"),
        ("https://m.example.com/2026/02/a-long-story/index.html", "https://example.com/2026/02/a-long-story"),
        ("https://www.example.com/news/1234567/", "https://example.com/news/1234567"),
        ("https://www.example.com/%E0%A4%96-%E0%A4%AC-%E0%A4%B0/", "https://example.com/%E0%A4%96-%E0%A4%AC-%E0%A4%B0"),
        ("https://www.example.com/about/", "https://www.example.com/about/"),
        ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a/b.amp.html", "https://www.example.com/a/b.html"),
        ("https://cdn.ampproject.org/v/s/example.com/a?amp_js_v=0.1&usqp=mq331AQCKAE%3D#amp_tf=x", "https://example.com/a"),
        ("https://www.google.com/amp/s/amp.example.com/a%3famp=1", "https://www.example.com/a"),
        ("https://www.google.co.uk/amp/example.com/amp/a", "http://example.com/a"),
        ("https://www.bing-amp.com/c/s/example.com/a?id=2&amp=1", "https://example.com/a?id=2"),
        ("https://cdn.ampproject.org/c/s/nothing", "https://cdn.ampproject.org/c/s/nothing"),
        ("https://www.google.com/url?rct=j&sa=t&url=https://example.com/a%3Fid%3D2&ct=ga", "https://example.com/a?id=2"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa&h=AT0", "https://example.com/a"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("https://example.com/platform/amp/2020/1/a", "https://example.com/2020/1/a"),
        ("https://example.com/article-amp/12345.html?noamp=mobile", "https://example.com/article/12345.html"),
        ("https://example.com/a.amphtml", "https://example.com/a"),
        ("https://example.com/google/amp/world/a-long-story.ghtml", "https://example.com/world/a-long-story.ghtml"),
        ("https://example.com/a-long-story-12345/amp/1", "https://example.com/a-long-story-12345"),
        ("https://www.example.com/amp/a-long-story/7585813.html", "https://example.com/a/a-long-story/7585813.html"),
        ("https://www.example.com/amp/20200101/1568123456.html", "https://example.com/20200101/1568123456.html"),
        ("https://example.com/news/a-long-story-12345/lite/", "https://example.com/news/a-long-story-12345"),
        ("https://example.com/news/a-long-story/print?utm_source=x", "https://example.com/news/a-long-story"),
        ("https://example.com/software/lite/", "https://example.com/software/lite/"),
        ("https://example.com/the-guardian-in-print", "https://example.com/the-guardian-in-print"),
        ("https://example.com/a-long-story;jsessionid=0A1B2C?id=2", "https://example.com/a-long-story?id=2"),
        ("https://example.com/2026/02/a-long-story.html?m=1", "https://example.com/2026/02/a-long-story.html"),
        ("https://example.com/?m=202602", "https://example.com/?m=202602"),
        ("https://example.com/a?view=print&id=1", "https://example.com/a?id=1"),
        ("https://example.com/a?type=mobile&page=print", "https://example.com/a?type=mobile&page=print"),
        ("https://example.com/a?replytocom=71&sf123456789=1&sf1=2", "https://example.com/a?sf1=2"),
    ],
)  # fmt: skip
def test_amp_and_mobile_versions_lead_to_the_article(given: str, canonical: str) -> None:
    assert identity.canonical(given) == canonical


SAME = [
    "http://www.example.com/2026/02/a-story/",
    "https://example.com/2026/02/a-story",
    "https://m.example.com/2026/02/a-story/index.html?utm_medium=rss",
    "https://amp.example.com/2026/02/a-story.html",
    "https://example.com/amp/2026/02/a-story",
    "https://example.com/2026/02/a-story.amp",
    "https://example.com/2026/02/a-story/index.amp",
    "https://www2.example.com//2026/02/à-story/?rss",
    "https://example.com/google/amp/2026/02/a-story?m=1",
    "https://example.com/2026/02/a-story/amp/1",
]

DIFFERENT = [
    "https://example.com/watch?v=abC",
    "https://example.com/watch?v=abc",
    "https://example.com/a?id=1",
    "https://example.com/a?id=2",
    "https://example.com/a?page=2",
    "https://example.com/a/2",
    "https://example.com/2019/annual-report",
    "https://example.com/2020/annual-report",
    "https://news.example.com/a",
    "https://sport.example.com/a",
    "https://one.wordpress.com/a",
    "https://two.wordpress.com/a",
    "https://example.com/story?articleid=5&lang=hi",
    "https://example.com/story?articleid=5&lang=ur",
    "https://example.com:8080/a",
    "https://example.com/app#!/1",
    "https://example.com/app#!/2",
    "https://example.com/en/story-of-a-town/7585813.html",
    "https://example.com/fr/story-of-a-town/7585813.html",
    "https://example.com/software/lite",
    "https://example.com/software/print",
    "https://example.com/software",
    "https://example.com/story-of-a-town-12345/2",
    "https://example.com/story-of-a-town-12345",
]


def test_one_article_has_one_key() -> None:
    assert {identity.key(url) for url in SAME} == {"example.com/2026/02/a-story"}


def test_a_plain_address_has_the_key_that_it_has_after_cleaning() -> None:
    """Plain ones take a short way; an empty query sends the same address the long way."""
    parts = [
        "2026",
        "a-b_c",
        "print",
        "a-b-c",
        "page",
        "slide",
        "1",
        "0",
        "index",
        "amp",
        "AMP",
        "sample",
        "m",
        "Amp_x",
        "default",
    ]
    for scheme, host in product(
        ("http", "https"), ("www.paper.example", "m.paper.co.uk", "amp.a.example", "127.0.0.1")
    ):
        for path in product(parts, ["", *parts]):
            address = f"{scheme}://{host}/{'/'.join(filter(None, path))}"
            for ending in ("", "/"):
                long_way = identity.key(f"{address}{ending}?")
                assert identity.key(address + ending) == long_way
                assert identity.is_bare(address + ending) == identity.is_bare(f"{address}{ending}?")


def test_two_articles_never_share_a_key() -> None:
    assert len({identity.key(url) for url in DIFFERENT}) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("declared", "believed"),
    [
        ("https://www.example.com/a-story?utm_source=x", "https://www.example.com/a-story"),
        ("https://example.com/", None),
        ("https://other.example.net/a-story", None),
        ("https://example.com/news", None),
        ("/news/a-story", None),
        (None, None),
    ],
)
def test_a_declared_address_is_believed_only_when_sound(declared: str | None, believed: str | None) -> None:
    assert sound_canonical("https://m.example.com/news/a-story", declared) == believed


def test_a_page_on_an_amp_cache_may_name_the_page_that_it_is_a_copy_of() -> None:
    copy = "https://m-example-com.cdn.ampproject.org/c/s/m.example.com/amp/news/a-story"
    assert sound_canonical(copy, "https://example.com/news/a-story") == "https://example.com/news/a-story"
    assert sound_canonical(copy, "https://other.example.net/news/a-story") is None
    assert identity.key(copy) == identity.key("https://www.example.com/news/a-story")


def test_a_gallery_page_may_name_its_first_page() -> None:
    page = "https://example.com/best-jokes/slide/3"
    assert sound_canonical(page, "https://example.com/best-jokes/") == "https://example.com/best-jokes/"


def test_an_articles_keys_are_kept_apart_by_kind_and_source() -> None:
    text = "The council met on Monday to talk about the new bus line that will cross the river twice an hour from May, "
    text += "and about who pays for it if fewer people ride than hoped."
    keys = identity.keys(
        source_id=3,
        guid="https://example.com/a?utm_source=rss",
        urls=("https://example.com/a", None, "https://example.com/"),
        title="Council opens a bus line",
        text=text,
    )
    assert keys[0] == "url:example.com/a"
    assert keys[1] == "guid:3:https://example.com/a?utm_source=rss"
    assert keys[2].startswith("text:") and len(keys) == 3
    assert identity.text_key("Council  opens a Bus line!", text + " More.") == identity.text_key(
        "Council opens a bus line", text + " Other."
    )
    assert identity.text_key("Hi", text) is None
    long = identity.guid_key(1, "x" * 500)
    assert long is not None and len(long) < 200 and long.startswith("guid:sha256:")
    assert identity.guid_key(1, " ") is None


def test_registrable_domains_know_countries_and_shared_hosts() -> None:
    pairs = {
        "news.bbc.co.uk": "bbc.co.uk",
        "www.example.com": "example.com",
        "a.b.wordpress.com": "b.wordpress.com",
        "example.com.na": "example.com.na",
        "127.0.0.1": "127.0.0.1",
        "localhost": "localhost",
    }
    assert {host: registrable_domain(host) for host in pairs} == pairs
    assert plain_host("www.m.example.com") == "example.com"
