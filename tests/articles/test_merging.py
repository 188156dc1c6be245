"""What a source said and what the page says, made one article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.articles.feedtext import line, paragraphs
from bot.articles.merging import belongs, keys_of, merge, minutes, same_publisher
from bot.model import Alternate, Article, ArticleState, Entry, Extraction

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
FOUND = Article(id=1, source_id=2, state=ArticleState.FOUND, url="https://example.com/bus?utm_source=rss", found_at=NOW)
LONG = "The first night bus of the city will leave the harbour on Monday. " * 20


def test_the_fuller_of_two_texts_is_kept() -> None:
    paywalled = Extraction(title="Night bus", text="Subscribe to read on.")
    assert merge(FOUND, Entry(content=f"<p>{LONG}</p>"), paywalled, now=NOW).text == " ".join(LONG.split())
    assert merge(FOUND, Entry(content="<p>Short.</p>"), Extraction(title="x", text=LONG), now=NOW).text == LONG


def test_the_hour_comes_from_the_source_where_the_page_knows_the_day_alone() -> None:
    day = Extraction(title="x", published=datetime(2026, 11, 21, tzinfo=timezone(timedelta(hours=5))))
    hour = NOW - timedelta(hours=20)
    assert merge(FOUND, Entry(published=hour), day, now=NOW).published == hour
    assert merge(FOUND, Entry(published=NOW - timedelta(days=9)), day, now=NOW).published == day.published
    assert merge(FOUND, None, Extraction(title="x"), now=NOW).published == NOW
    assert merge(FOUND, None, Extraction(title="x", modified=NOW + timedelta(days=1)), now=NOW).modified == NOW


def test_the_address_is_the_pages_own_if_sound_and_clean_in_any_case() -> None:
    page = Extraction(title="x", canonical_url="https://www.example.com/night-bus")
    assert merge(FOUND, None, page, now=NOW).canonical_url == "https://www.example.com/night-bus"
    foreign = replace(page, canonical_url="https://agency.example.net/night-bus")
    assert merge(FOUND, None, foreign, now=NOW).canonical_url == "https://example.com/bus"
    assert merge(FOUND, None, page, now=NOW, final_url="https://example.com/").canonical_url == page.canonical_url
    pasted = merge(replace(FOUND, url=None), None, foreign, now=NOW)
    assert pasted.canonical_url == pasted.url == foreign.canonical_url


def test_a_translation_keeps_its_own_address_whatever_it_declares() -> None:
    alternates = (
        Alternate(language="en", url="https://a.example/en/bus"),
        Alternate(language="hi", url="https://a.example/hi/bus"),
    )
    page = Extraction(
        title="रात की बस", text="शहर ने रात की बस शुरू की।", language="hi", canonical_url="https://a.example/en/bus",
        alternates=alternates, shortlink="https://a.example/s",
    )  # fmt: skip
    article = merge(replace(FOUND, url="https://a.example/hi/bus"), None, page, now=NOW)
    assert article.canonical_url == "https://a.example/hi/bus"
    assert article.alternates == alternates
    english = replace(page, title="Night bus", text="The city has started a night bus for all.", language="en")
    other = merge(replace(FOUND, url="https://a.example/en/bus?x=1"), None, english, now=NOW)
    assert other.canonical_url == "https://a.example/en/bus"
    assert not set(keys_of(article)) & set(keys_of(other))
    assert article.shortlink == other.shortlink  # one short link for two pages joins nothing


def test_an_item_without_headline_gets_its_first_words() -> None:
    said = "The ferry is late again and the harbour master says that nobody knows why it has been so all week, or will."
    assert merge(FOUND, Entry(description=said), None, now=NOW).title == (
        "The ferry is late again and the harbour master says that nobody knows why it has been so all week…"
    )
    assert merge(FOUND, Entry(description="Late."), None, now=NOW).title == "Late."
    assert merge(FOUND, Entry(), None, now=NOW).title is None


def test_a_description_that_only_begins_the_text_is_no_standfirst() -> None:
    text = "The first night bus leaves on Monday. It runs all night."
    assert merge(FOUND, Entry(title="x", description=text[:37], content=text), None, now=NOW).standfirst is None
    assert merge(FOUND, Entry(title="x", description="Another line.", content=text), None, now=NOW).standfirst
    assert merge(FOUND, Entry(title="x", description="w " * 600, content=text), None, now=NOW).standfirst is None


def test_a_picture_named_by_the_source_leads() -> None:
    article = merge(FOUND, Entry(title="x", image="https://example.com/i.jpg"), None, now=NOW)
    assert article.image is not None and article.image.url == "https://example.com/i.jpg"


def test_a_page_belongs_to_its_item_when_it_keeps_what_the_headline_promised() -> None:
    entry = Entry(title="Night bus opens on Monday")
    here = {"url": "https://example.com/bus", "final_url": "https://example.com/bus"}
    assert belongs(Extraction(title="Night buses", text="The night bus opens."), entry, **here)
    assert not belongs(Extraction(title="Page not found", text="Try our search."), entry, **here)
    assert not belongs(Extraction(title="Night bus opens"), entry, url=here["url"], final_url="https://example.com/")
    assert belongs(Extraction(title="Anything"), None, **here)


def test_reading_time_counts_words_or_pairs_of_characters() -> None:
    assert minutes(None, "en") is None and minutes("One.", "en") == 1
    assert minutes("word " * 441, "en") == 3
    assert minutes("字" * 880, "zh") == 2


def test_publishers_are_told_apart_by_domain() -> None:
    other = replace(FOUND, id=2, url="https://news.example.com/x")
    assert same_publisher(FOUND, other) and same_publisher(FOUND, replace(other, url=None))
    assert not same_publisher(FOUND, replace(other, url="https://example.org/x"))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One &amp; two</p><p>Three<br>four</p>", "One & two\n\nThree\n\nfour"),
        ("<p>a</p><script>x()</script><figure><figcaption>c</figcaption></figure>", "a"),
        ("<p>Kept.</p><p>The post Kept appeared first on Blog.</p><p>Continue reading</p>", "Kept."),
        ("plain text\nof two lines", "plain text\n\nof two lines"),
        ("<p>broken <b>tags", "broken tags"),
        ("<img src=x>", None),
        ("", None),
        ("\x00<p>nul</p>", "nul"),
        ("<![CDATA[<p>x</p>]]>", "x]]>"),
    ],
)
def test_a_feeds_html_becomes_paragraphs(html: str, text: str | None) -> None:
    assert paragraphs(html) == text
    assert line(html) == (" ".join(text.split()) if text else None)
