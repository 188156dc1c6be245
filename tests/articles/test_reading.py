"""Reading without a store, and bringing an archive in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.articles.importing import Row, import_row, import_rows, parse_time, read_row
from bot.articles.reading import group_stories, read_document, summarise_text
from bot.model import ArticleState
from bot.store import articles, search
from bot.store.database import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEXT = "The first night bus of the city will leave on Monday, the council said. Tickets cost as much as by day."


def test_a_document_comes_as_the_command_prints_it() -> None:
    html = (
        '<html lang="en"><head><title>Night bus</title><meta property="og:title" content="City opens night bus">'
        '<meta property="article:published_time" content="2026-11-22T08:30:00+00:00">'
        '<meta property="og:image" content="https://example.com/i.jpg"></head>'
        f"<body><article><h1>City opens night bus</h1><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    )
    found = read_document(html.encode(), url="https://example.com/bus", content_type="text/html")
    assert (found["title"], found["language"], found["image"]) == (
        "City opens night bus", "en", "https://example.com/i.jpg",
    )  # fmt: skip
    assert found["published"] == "2026-11-22T08:30:00+00:00" and found["modified"] is None
    assert found["authors"] == [] and found["summary"].startswith("The first night bus")


def test_a_text_is_summarised_in_its_language() -> None:
    assert summarise_text(TEXT, sentences=1) == {
        "summary": TEXT.partition(" Tickets")[0], "sentences": [TEXT.partition(" Tickets")[0]], "language": "en",
    }  # fmt: skip
    assert (
        summarise_text("国防部长周五表示，叛军拥有外国武器和夜视装备。天气很好，人们纷纷走出家门。")["summary"].count(
            " "
        )
        == 0
    )


def test_rows_are_grouped_by_the_first_of_their_story() -> None:
    rows = [
        {"id": "a", "title": "City opens its first night bus line", "text": TEXT, "published": "2026-11-22T08:00:00"},
        {"id": "b", "title": "School meals get dearer", "text": "Parents pay four euros.", "published": 1795334400},
        {"id": "c", "title": "First night bus line opens in the city", "text": TEXT, "published": "no time"},
    ]
    assert [row["story"] for row in group_stories(rows)] == ["a", "b", "a"]


async def test_an_archive_comes_in_once_and_is_never_offered_for_posting(db: Database) -> None:
    row = {
        "id": 7,
        "title": "Night buses",
        "text": TEXT,
        "published": "2026-11-20T10:00:00Z",
        "url": "https://example.com/b",
    }
    assert await import_rows(db, [_row(row), _row(row)], now=NOW) == 1
    assert await import_rows(db, [_row(row)], now=NOW) == 0
    async with db.read() as tx:
        (article,) = await articles.latest(tx, limit=5)
        assert (article.state, article.title, article.baseline) == (ArticleState.READY, "Night buses", True)
        assert article.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert await articles.to_compose(tx, limit=5) == ()
        assert [found.id for found in (await search.search(tx, "buses", limit=5, now=NOW)).found] == [article.id]


def test_a_row_that_is_no_article_is_refused() -> None:
    assert read_row({"id": 1, "title": " "}) is None
    for row in ({"title": 5}, {"title": "x", "published": "soon"}):
        with pytest.raises(ValueError):
            read_row(row)
    assert parse_time(None) is None
    assert parse_time(0) == datetime(1970, 1, 1, tzinfo=UTC)


async def test_an_imported_archive_keeps_its_numbers(db: Database) -> None:
    rows = [
        {"id": "90", "title": "Night buses", "text": TEXT, "url": "https://example.com/b"},
        {"id": "xyz", "title": "School meals", "text": TEXT},
    ]
    assert await import_rows(db, [_row(row) for row in rows], now=NOW) == 2
    other = _row({"id": 90, "title": "Ferries stay in the harbour", "text": "Storm.", "url": "https://example.com/f"})
    async with db.write() as tx:
        assert not await import_row(tx, _row(rows[0]), now=NOW)
        assert await import_row(tx, other, now=NOW)
        listed = [article.id for article in await articles.latest(tx, limit=5)]
        (found,) = (await search.search(tx, "ferries", limit=5, now=NOW)).found
    assert 90 in listed and len(set(listed)) == 3 and found.id != 90


def _row(given: dict[str, object]) -> Row:
    row = read_row(given)
    assert row is not None
    return row
