"""The metadata-only path finds in a page's bytes what the parser finds in its tree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.articles import extraction
from bot.errors import ParseError

URL = "https://news.example/2026/bridge"
JSON_LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Council votes for the bridge"}</script>'
)


def both(page: str | bytes) -> tuple[extraction.Extraction, extraction.Extraction]:
    return extraction.extract_metadata(page, url=URL), extraction.extract(page, url=URL)


@pytest.mark.parametrize(
    "meta",
    [
        '<meta name="author" content="Ann Lee">',
        "<META CONTENT='Ann Lee' NAME='Author' />",
        "<meta name=author data-x content='Ann Lee'>",
        '<meta\n  name="author"\n  content="Ann&#32;Lee"/>',
        '<meta property="og:author article:author" content="Ann Lee">',
        '<meta data-x="a > b" name="author" content="Ann Lee">',
        '<!-- <meta name="author" content="Old Name"> --><meta name="author" content="Ann Lee">',
        '<script>"<meta name=\'author\' content=\'A Script\'>"</script><meta name="author" content="Ann Lee">',
        '<meta name="author" name="other" content="Ann Lee" content="Second Name">',
        '<link rel="author" title="Ann Lee" href="/ann">',
    ],
)
def test_an_author_is_found_however_the_element_is_written(meta: str) -> None:
    page = f"<html><head><title>Council votes</title>{meta}</head><body><h1>Council votes</h1><p>Text of it.</p></body>"
    for found in both(page):
        assert found.authors == ("Ann Lee",)


@pytest.mark.parametrize(
    "before",
    [
        "<script>var a;</SCRIPT>",
        "<SCRIPT>var a;</script>",
        "<Style>a {}</STYLE>",
        "<script>if (a </b/.c) d();</Script >",
        f"{JSON_LD.replace('<script type', '<SCRIPT TYPE').replace('</script', '</Script')}",
    ],
)
def test_a_closing_tag_counts_in_any_case_of_its_letters(before: str) -> None:
    page = (
        f'<html><head>{before}<meta name="author" content="Ann Lee"><script>var b;</script></head>'
        "<body><h1>Council votes for the bridge</H1><time datetime='2026-03-04T05:06:07Z'>Today</TIME>"
        "<p>Text of it.</p></body></html>"
    )
    for found in both(page):
        assert found.title == "Council votes for the bridge"
        assert found.authors == ("Ann Lee",)
        assert found.published == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def test_json_ld_is_read_from_a_script_in_capitals() -> None:
    script = JSON_LD.replace("<script type", "<SCRIPT TYPE").replace("</script", "</SCRIPT")
    page = f"<html><head><title>A page</title>{script}<script></script></head><body><p>Text of it.</p></body></html>"
    for found in both(page):
        assert found.title == "Council votes for the bridge"


def test_addresses_lose_their_entities_and_keep_their_parameters() -> None:
    page = (
        '<html lang="pt-BR"><head><base href="https://news.example/deep/"><title>A ponte</title>'
        '<link rel="canonical" href="story?a=1&amp;copy=2"><link rel=alternate hreflang=en href=/en?x=1&amp;y=2>'
        '<meta property="og:image" content="/a.jpg?w=1&amp;h=2"></head><body><h1>A ponte</h1><p>Texto.</p></body>'
    )
    for found in both(page):
        assert found.canonical_url == "https://news.example/deep/story?a=1&copy=2"
        assert [version.url for version in found.alternates] == ["https://news.example/en?x=1&y=2"]
        assert found.image is not None
        assert found.image.url == "https://news.example/a.jpg?w=1&h=2"
        assert found.language == "pt-BR"


def test_a_title_inside_a_drawing_is_no_title_and_data_in_a_script_s_words_is_no_data() -> None:
    page = (
        f'<html><head><script>var a = \'application/ld+json\'; var b = {{"headline": "No"}}</script>{JSON_LD}</head>'
        "<body><svg><title>Menu</title></svg><h1>Council votes for the bridge</h1><p>Text of it.</p></body></html>"
    )
    for found in both(page):
        assert found.title == "Council votes for the bridge"


def test_a_date_that_only_scripts_tell_is_found() -> None:
    page = (
        "<html><head><title>Council votes</title></head><body><h1>Council votes</h1><p>Text of it.</p>"
        '<script>window.data = {"publishedAt":"2026-03-04T05:06:07Z"}</script></body></html>'
    )
    for found in both(page):
        assert found.published == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "windows-1251", "iso2022_jp"])
def test_every_piece_is_read_in_the_page_s_charset(charset: str) -> None:
    title = "会議は橋に投票" if charset == "iso2022_jp" else "Совет за новый мост"
    page = (
        f'<html><head><meta charset="{charset}"><title>{title}</title>'
        f"{JSON_LD.replace('Council votes for the bridge', title)}</head><body><h1>{title}</h1><p>{title}.</p>"
    )
    assert extraction.extract_metadata(page.encode(charset), url=URL).title == title


def test_a_document_that_says_nothing_of_itself_is_refused() -> None:
    for document in ("", "words without markup", "<html><body><p>Text, but no headline."):
        with pytest.raises(ParseError):
            extraction.extract_metadata(document, url=URL)
