"""Dates of every kind become moments; what is no date becomes None."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.dates import parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 -0800", "2004-01-02T03:48:21Z"),
        ("Thu, 01 Jan 04 19:48:21 PST", "2004-01-02T03:48:21Z"),
        ("1 Jan 2004 19:48 EST", "2004-01-02T00:48:00Z"),
        ("Thu, 1 January 2004 19:48:21", "2004-01-01T19:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 Europe/Paris", "2004-01-01T19:48:21Z"),
        ("Thu, 01 Jan 2004 19:48:21 +01:00", "2004-01-01T18:48:21Z"),
        ("Wed, 19 Aug 2009 18:28:00 -0300 (BRT)", "2009-08-19T21:28:00Z"),
        ("Sun, 6 Jul 2014 12:56:00 UTC+2", "2014-07-06T10:56:00Z"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
        ("2004-01-01T19:48:21-08:00", "2004-01-02T03:48:21Z"),
        ("2004-01-01T19:48:21", "2004-01-01T19:48:21Z"),
        ("2004-01-01 19:48:21 +0100", "2004-01-01T18:48:21Z"),
        ("2026-01-05T10:00:00.123456789Z", "2026-01-05T10:00:00.123456Z"),
        ("2026-01-05T24:00:00Z", "2026-01-06T00:00:00Z"),
        ("2026-1-5T1:2:3Z", "2026-01-05T01:02:03Z"),
        ("2004-06", "2004-06-01T00:00:00Z"),
        ("2004", "2004-01-01T00:00:00Z"),
        ("20040102", "2004-01-02T00:00:00Z"),
        ("20040102T10:11:12Z", "2004-01-02T10:11:12Z"),
        ("2026/01/02 10:30", "2026-01-02T10:30:00Z"),
        ("31.12.2025 23:00", "2025-12-31T23:00:00Z"),
        ("12/31/2025", "2025-12-31T00:00:00Z"),
        ("02/01/99 10:00", "1999-01-02T10:00:00Z"),
        ("Thu Jan  1 12:00:00 2026", "2026-01-01T12:00:00Z"),
        ("January 2, 2026, 3:04 p.m. EST", "2026-01-02T20:04:00Z"),
        ("26 May, 2020 12:25 am", "2020-05-26T00:25:00Z"),
        ("3 février 2026 à 14h05", "2026-02-03T14:05:00Z"),
        ("mar., 06 janv. 2026 10:00:00 +0100", "2026-01-06T09:00:00Z"),
        ("Di, 06 Okt 2026 10:00:00 +0200", "2026-10-06T08:00:00Z"),
        ("5 января 2026 10:00", "2026-01-05T10:00:00Z"),
        ("۲ جنوری ۲۰۲۶ ۱۰:۳۰", "2026-01-02T10:30:00Z"),
        ("2 يناير 2026", "2026-01-02T00:00:00Z"),
        ("2026年1月2日 10:30", "2026-01-02T10:30:00Z"),
        ("2026. 1. 2. 오후 3:04", "2026-01-02T15:04:00Z"),
        ("1700000000", "2023-11-14T22:13:20Z"),
        ("1700000000123", "2023-11-14T22:13:20.123Z"),
        ("2 Jan 26 10:00 +0530", "2026-01-02T04:30:00Z"),
    ],
)
def test_a_date_is_read(text: str, expected: str) -> None:
    when = parse_date(text)
    assert when is not None
    assert when.tzinfo is not None
    assert when.astimezone(UTC) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "   ",
        "yesterday",
        "30 Feb 2026 10:00:00 GMT",
        "Mon, 30 Feb 2026 10:00:00 GMT",
        "2026-13-40",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Mon, 01 Xyz 2026 00:00:00 GMT",
        "January",
        "January 2026 10:00",
        "5 March 10:00",
        "99999999999999",
        "x" * 200,
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert parse_date(text) is None


@given(
    st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,5} [\d:]{1,10} [+-]?[A-Z\d]{1,5}")
)
def test_nothing_makes_it_crash(text: str) -> None:
    when = parse_date(text)
    assert when is None or (when.tzinfo is not None and 1900 <= when.year < 9999)
