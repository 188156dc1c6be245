"""Dates as people and machines write them, and which of a page's claims is believed."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from bot.articles import extraction
from bot.articles.extraction.moments import read_date
from bot.articles.extraction.zones import zone_of


def zoned(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05T06:07:08Z", datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)),
        ("2024-03-05T06:07:08.123+05:30", datetime(2024, 3, 5, 6, 7, 8, tzinfo=zoned(5.5))),
        ("2024-03-05 06:07 +0100", datetime(2024, 3, 5, 6, 7, tzinfo=zoned(1))),
        ("2024-03-05T24:00:00Z", datetime(2024, 3, 6, tzinfo=UTC)),
        ("2024-03-05 06:07 PM", datetime(2024, 3, 5, 18, 7)),
        ("20240305", datetime(2024, 3, 5)),
        ("1709618828", datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)),
        ("1709618828000", datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 06:07:08 GMT", datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 06:07:08 -0500", datetime(2024, 3, 5, 6, 7, 8, tzinfo=zoned(-5))),
        ("March 5, 2024 at 6:07 p.m. EST", datetime(2024, 3, 5, 18, 7, tzinfo=zoned(-5))),
        ("Published: Mar 5, 2024, 06:07 IST", datetime(2024, 3, 5, 6, 7, tzinfo=zoned(5.5))),
        ("5 March 2024 6 pm", datetime(2024, 3, 5, 18, 0)),
        ("5. März 2024, 06:07 Uhr", datetime(2024, 3, 5, 6, 7)),
        ("le 5 août 2023 à 18h30", datetime(2023, 8, 5, 18, 30)),
        ("5 de marzo de 2024", datetime(2024, 3, 5)),
        ("5 марта 2024, 18:30", datetime(2024, 3, 5, 18, 30)),
        ("5 березня 2024", datetime(2024, 3, 5)),
        ("5 Mart 2024", datetime(2024, 3, 5)),
        ("2024年3月5日 18:30", datetime(2024, 3, 5, 18, 30)),
        ("2024년 3월 5일", datetime(2024, 3, 5)),
        ("५ मार्च २०२४", datetime(2024, 3, 5)),
        ("۵ مارچ ۲۰۲۴", datetime(2024, 3, 5)),
        ("5 مارس 2024", datetime(2024, 3, 5)),
        ("05.03.2024 06:07", datetime(2024, 3, 5, 6, 7)),
        ("05.03.24", datetime(2024, 3, 5)),
        ("5/3/2024", datetime(2024, 3, 5)),
        ("3/25/2024", datetime(2024, 3, 25)),
        ("2024/3/5", datetime(2024, 3, 5)),
        ("2023 March 5", datetime(2023, 3, 5)),
    ],
)
def test_dates_of_many_kinds_are_read(text: str, moment: datetime) -> None:
    assert read_date(text) == moment


def test_numbers_alone_follow_the_asker_s_habit() -> None:
    assert read_date("3/4/2024", day_first=False) == datetime(2024, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "yesterday",
        "2024-02-31",
        "0000-00-00",
        "9999-12-31",
        "31 February 2024",
        "1.2.3",
        "99/99/9999",
        "32 March",
        "March 2024",
    ],
)
def test_days_that_do_not_exist_are_no_dates(text: str | None) -> None:
    found = read_date(text)
    assert found is None


def test_a_zone_beyond_a_day_is_none() -> None:
    assert read_date("2024-03-05T06:07:08+99:00") == datetime(2024, 3, 5, 6, 7, 8)


STORY = (
    "<p>The council met for six hours on that day, and the vote was closer than anyone had thought it would be.</p>" * 2
)


def published(head: str = "", body: str = "", url: str | None = None) -> datetime | None:
    page = (
        f"<html><head><title>Council votes</title>{head}</head><body><h1>Council votes</h1>{body}{STORY}</body></html>"
    )
    return extraction.extract(page, url=url).published


def test_json_ld_is_believed_before_the_rest() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"Article","datePublished":"2024-03-05T06:07:08+02:00"}</script>'
        '<meta property="article:published_time" content="2023-01-01T00:00:00Z">'
    )
    assert published(head) == datetime(2024, 3, 5, 6, 7, 8, tzinfo=zoned(2))


def test_a_day_alone_takes_its_hour_and_zone_from_a_finer_claim() -> None:
    head = '<meta name="pubdate" content="2024-03-05">'
    assert published(head, '<time datetime="2024-03-05T06:07:08+02:00">5 March</time>') == datetime(
        2024, 3, 5, 6, 7, 8, tzinfo=zoned(2)
    )


def test_a_time_without_zone_takes_the_zone_of_the_same_hour() -> None:
    head = '<meta property="article:published_time" content="2024-03-05T06:07:08">'
    found = published(head, '<time datetime="2024-03-05T06:07:00+02:00">x</time>')
    assert found is not None and found.utcoffset() == timedelta(hours=2)


def test_a_time_without_any_zone_is_utc() -> None:
    assert published('<meta name="date" content="2024-03-05T06:07:08">') == datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)


def test_lines_under_the_headline_are_read_where_nothing_else_says_it() -> None:
    assert published(body="<p>Jane Roe, 5 March 2024, 06:07</p>") == datetime(2024, 3, 5, 6, 7, tzinfo=UTC)
    assert published(body="<span class='stamp'>Di 05.03.24 | 06:07 Uhr</span>") == datetime(
        2024, 3, 5, 6, 7, tzinfo=UTC
    )


def test_the_page_s_own_data_for_its_scripts_is_a_claim() -> None:
    script = '<script>window.__DATA__ = {"article":{"publishedAt":"2024-03-05T06:07:08Z"}}</script>'
    assert published(script) == datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC)


def test_the_address_is_the_last_witness() -> None:
    assert published(url="https://news.example/2024/03/05/council") == datetime(2024, 3, 5, tzinfo=UTC)
    assert published(url="https://news.example/2024/mar/05/council") == datetime(2024, 3, 5, tzinfo=UTC)
    assert published(url="https://news.example/2024/02/31/council") is None


def test_dates_of_comments_and_teasers_are_not_the_article_s() -> None:
    body = "<div class='comments'><time datetime='2019-01-01T00:00:00Z'>then</time></div><p class=date>5 March 2024</p>"
    assert published(body=body) == datetime(2024, 3, 5, tzinfo=UTC)


def test_a_change_before_publication_is_no_change() -> None:
    head = (
        '<meta property="article:published_time" content="2024-03-05T06:00:00Z">'
        '<meta property="article:modified_time" content="2024-03-04T06:00:00Z">'
    )
    page = f"<html><head><title>Council votes</title>{head}</head><body><h1>Council votes</h1>{STORY}</body></html>"
    assert extraction.extract(page).modified is None


def test_text_that_follows_a_tag_is_read_as_the_line_it_is() -> None:
    assert published(body="<p>Jane<br> 5 March 2024</p>") == datetime(2024, 3, 5, tzinfo=UTC)


ISO = '<meta property="article:published_time" content="{}">'


@pytest.mark.parametrize(
    ("moment", "url", "expected"),
    [
        # a clock without a zone is the country's, in summer and in winter; where the country is unknown it is UTC
        ("2024-03-05T06:07:08", "https://news.jp/a", "2024-03-05T06:07:08+09:00"),
        ("2024-03-05T06:07:08", "https://news.de/a", "2024-03-05T06:07:08+01:00"),
        ("2024-07-05T06:07:08", "https://news.de/a", "2024-07-05T06:07:08+02:00"),
        ("2024-03-05T06:07:08", "https://news.com.au/a", "2024-03-05T06:07:08+00:00"),
        # a moment in UTC is told in it, so that its day is the page's
        ("2024-03-05T23:07:08Z", "https://news.de/a", "2024-03-06T00:07:08+01:00"),
        ("2024-03-05T23:07:08-05:00", "https://news.de/a", "2024-03-05T23:07:08-05:00"),
        ("2024-03-05T00:00:00Z", "https://news.jp/a", "2024-03-05T00:00:00+00:00"),
        # one without a zone is in UTC if only then it falls on the day that is shown or stands in the address
        ("2024-03-05T23:07:08", "https://news.de/2024/03/06/a", "2024-03-06T00:07:08+01:00"),
        ("2024-03-05T23:07:08", "https://news.de/2024/03/05/a", "2024-03-05T23:07:08+01:00"),
    ],
)  # fmt: skip
def test_a_clock_is_read_where_it_hangs(moment: str, url: str, expected: str) -> None:
    found = published(ISO.format(moment), url=url)
    assert found is not None and found.isoformat() == expected


def test_a_moment_in_utc_that_wears_a_zone_by_mistake_is_known_by_a_witness() -> None:
    page = (
        '<html><head><title>Council votes</title><meta name="pubdate" content="2024-03-05T19:11:05-04:00"></head><body>'
        '<h1>Council votes</h1><meta itemprop="datePublished" content="2024-03-05T15:11:05-04:00">'
        f"{STORY}</body></html>"
    )
    found = extraction.extract(page, url="https://news.example/a").published
    assert found is not None and found.isoformat() == "2024-03-05T15:11:05-04:00"


def test_a_language_at_home_in_one_zone_tells_the_clock() -> None:
    head = ISO.format("2024-03-05T06:07:08")
    page = f'<html lang="ja"><head>{head}</head><body><h1>Council votes</h1>{STORY}</body></html>'
    found = extraction.extract(page, url="https://news.example/a").published
    assert found is not None and found.isoformat() == "2024-03-05T06:07:08+09:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2 تير 1399 - 12:09:08 ب.ظ", datetime(2020, 6, 22, 12, 9, 8)),
        ("۳۰ اسفند ۱۳۹۹ ساعت ۰۷:۳۰", datetime(2021, 3, 20, 7, 30)),
        ("1403/01/01", datetime(2024, 3, 20)),
        ("1404-01-01 06:07", datetime(2025, 3, 21, 6, 7)),
        ("1 فروردین 1409", datetime(2030, 3, 21)),
        ("31 مهر 1399", None),
        ("1399/13/01", None),
        ("1200/01/01", None),
    ],
)
def test_days_of_the_persian_calendar_are_read(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment


def test_every_zone_of_the_table_exists() -> None:
    hosts = [f"news.{place}" for place in ("jp", "ua", "py", "vn")]
    assert all(zone_of(host, None) for host in hosts)
    tables = tomllib.loads((resources.files(extraction) / "tables" / "zones.toml").read_text("utf-8"))
    assert all(ZoneInfo(name) for names in tables.values() for name in names.values())
