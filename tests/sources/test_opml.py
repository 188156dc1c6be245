"""OPML in and out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.opml import read_opml, write_opml

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_list_is_read_with_its_folders_and_its_faults() -> None:
    lines = read_opml(
        b"""<?xml version="1.0"?><opml version="1.0"><head><title>L</title></head><body>
        <outline text="City">
        <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/>
        <outline title="Deep"><outline text="C" xmlurl="https://c.example/f" category="/x/y,z"/></outline></outline>
        <outline text="A again" xmlUrl="https://a.example/f"/><outline text="Nothing"/>
        <outline text="Odd" xmlUrl="ftp://x.example/"/>
        <outline text="P" xmlUrl="https://p.example/" sharewireKind="page"/>
        </body></opml>"""
    )
    assert [(line.url, line.title, line.tags, line.kind) for line in lines] == [
        ("https://a.example/f", "A & B", ("City",), SourceKind.FEED),
        ("https://c.example/f", "C", ("City", "Deep", "y", "z"), SourceKind.FEED),
        ("https://a.example/f", "A again", (), SourceKind.FEED),
        (None, "Nothing", (), SourceKind.FEED),
        ("ftp://x.example/", "Odd", (), SourceKind.FEED),
        ("https://p.example/", "P", (), SourceKind.PAGE),
    ]
    assert [bool(line.problem) for line in lines] == [False, False, True, True, True, False]
    assert [line.number for line in lines] == [3, 4, 5, 5, 6, 7]
    assert lines[2].problem == "This address stands in the list already."
    assert lines[0].homepage == "https://a.example/"


@pytest.mark.no_cover
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            Source,
            id=st.just(1),
            name=st.from_regex(r"[a-z]{1,8}", fullmatch=True),
            kind=st.sampled_from(SourceKind),
            url=st.from_regex(r"https://[a-z]{1,8}\.example/[a-z&?=\"]{0,9}", fullmatch=True),
            title=st.none()
            | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9),
            tags=st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), unique=True, max_size=3).map(tuple),
        ),
        max_size=5,
        unique_by=lambda source: source.url,
    )
)
def test_what_is_written_is_read_again(sources: list[Source]) -> None:
    text = write_opml(sources, title="Ours & <theirs>", now=NOW)
    read = read_opml(text.encode())
    assert [(line.url, line.kind, line.tags) for line in read] == [(s.url, s.kind, s.tags) for s in sources]
    assert all(line.problem is None for line in read)


@pytest.mark.parametrize("data", [b"", b"hello", b"<rss/>", b"<html></html>"])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        read_opml(data)
    assert caught.value.problem.code == "SW-S12"


def test_a_homepage_is_kept() -> None:
    source = Source(id=1, name="a", kind=SourceKind.FEED, url="https://a.example/f", homepage="https://a.example/")
    assert read_opml(write_opml([source], title="T", now=NOW).encode())[0].homepage == "https://a.example/"
