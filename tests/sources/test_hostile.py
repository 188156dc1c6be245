"""Documents built to exhaust readers: each is read or refused in little time, and nothing else is ever raised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.parsing import TOO_HEAVY, Parser
from bot.sources.discover import candidates
from bot.sources.feed import parse_feed
from bot.sources.opml import read_opml
from bot.sources.page import parse_page
from bot.sources.reading import is_light
from bot.sources.sitemap import parse_sitemap
from bot.sources.sniff import read_anything
from tests.cost import count, seconds
from tests.sources.conftest import rss

ROOT = Path(__file__).resolve().parents[2]
SIZE = 120_000
MEDIA = b"xmlns:media='http://search.yahoo.com/mrss/'"


def fill(unit: bytes, size: int = SIZE) -> bytes:
    return unit * (size // len(unit))


def in_item(inside: bytes) -> bytes:
    return b"<rss><channel><item>" + inside + b"</item></channel></rss>"


def hostile() -> Iterator[tuple[str, bytes]]:
    yield "many items", b"<rss><channel>" + fill(b"<item><title>a</title></item>") + b"</channel></rss>"
    yield "many elements", in_item(fill(b"<a/>"))
    yield (
        "many attributes",
        b"<rss><channel><item " + b" ".join(b"a%d='1'" % n for n in range(16_000)) + b"/></channel></rss>",
    )
    yield "many bare attributes", b"<rss><channel><item " + b" ".join(b"a%d=1" % n for n in range(12_000)) + b"/>"
    yield "long attribute name", b"<rss><item a" + fill(b"a") + b" b=1>"
    yield "deep nesting", b"<rss><channel><item>" + fill(b"<b>")
    yield "ampersands", in_item(b"<title>" + fill(b"&") + b"</title>")
    yield "entities", in_item(b"<title>" + fill(b"&nbsp;") + b"</title>")
    yield "angles", in_item(b"<title>" + fill(b"<") + b"</title>")
    yield "half tags", in_item(b"<title>" + fill(b"<a ") + b"</title>")
    yield "scripts never closed", in_item(b"<title>" + fill(b"&lt;script&gt;") + b"</title>")
    yield "images never closed", in_item(b"<description>" + fill(b"&lt;img ") + b"</description>")
    yield "counting pixels", in_item(b"<description>" + fill(b"&lt;img src=x width=1&gt;") + b"</description>")
    yield "declared entities", b"<!DOCTYPE rss [" + fill(b"<!ENTITY a 'b'>") + b"]><rss/>"
    yield "document type never closed", b"<!DOCTYPE rss [" + fill(b"<!ENTITY a 'b'>")
    yield "many document types", fill(b"<!DOCTYPE ")
    yield "cdata never closed", in_item(b"<title>&" + fill(b"<![CDATA["))
    yield "much cdata", in_item(b"<title>&" + fill(b"<![CDATA[a]]>") + b"</title>")
    yield "junk before", fill(b"x") + b"<rss/>"
    yield "zeros", b"<rss>" + fill(b"\0")
    yield "namespaces", b"<rss " + b" ".join(b"xmlns:a%d='u%d'" % (n, n) for n in range(7_000)) + b"><item/></rss>"
    yield "white space in a tag", b"<feed><entry><content><b" + fill(b" ") + b"/></content></entry></feed>"
    yield "links", b"<html><body>" + fill(b"<a href=/a-b-c/1>headline of five words x</a>")
    yield "nested links", b"<html><body>" + fill(b"<div><a href=/a/1>x y z w v</a>")
    yield (
        "times",
        b"<html><body><div>" + fill(b"<time></time>", SIZE // 2) + fill(b"<p><a href=/x/1>a b c d</a></p>", SIZE // 2),
    )
    yield (
        "long class",
        b"<html><body class='" + fill(b"a ", SIZE // 2) + b"'>" + fill(b"<a href=/x/1>a b</a>", SIZE // 2),
    )
    yield "input fields", b"<html>" + fill(b"<input ")
    yield "meta", fill(b"<meta ")
    yield "json items", b'{"items":[' + fill(b'{"id":1},') + b"{}]}"
    yield "json nesting", b'{"items":' + fill(b"[")
    yield "long date", in_item(b"<pubDate>" + fill(b"1 ") + b"</pubDate>")
    yield "long author", in_item(b"<author>" + fill(b"a@") + b"</author>")
    yield "author brackets", in_item(b"<author>" + fill(b"a (") + b"</author>")
    yield "media", in_item(b"<media:group " + MEDIA + b">" + fill(b"<media:content url='%d'/>") + b"</media:group>")
    yield "media groups", b"<rss><channel><item " + MEDIA + b">" + fill(b"<media:group>")
    yield "addresses", b"<urlset>" + fill(b"<url><loc>http://a/</loc></url>") + b"</urlset>"
    yield "lines", fill(b"http://a/b\n")
    yield "robots", b"user-agent:*\n" + fill(b" ")
    yield "xhtml", b"<feed><entry><content type='xhtml'>" + fill(b"<p xmlns='x'>a</p>") + b"</content></entry></feed>"
    yield "feed authors", b"<feed>" + fill(b"<author><name>a</name></author>", SIZE // 2) + fill(b"<entry/>", SIZE // 2)
    yield "long link", in_item(b"<link>http://a/" + fill(b"a") + b"</link>")
    yield "outlines", b"<opml><body>" + fill(b"<outline>")
    yield "long declaration", b"<?xml " + fill(b"encoding")


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_hostile_documents_take_little_time() -> None:
    """In a process of its own: libxml2 walks long lists, which takes ten times longer in a heap that thousands of
    tests have used."""
    program = "from tests.sources.test_hostile import tell_what_is_slow; tell_what_is_slow()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=170)
    assert (done.stdout, done.stderr) == ("", "")


def tell_what_is_slow() -> None:
    """Time in units of a plain count to a million, least of three: quadratic readers took 60 to 200 of them."""
    readers = (read_anything, parse_feed, parse_page, parse_sitemap, read_opml, offered)
    for name, data in hostile():
        limit, unit = 10 if is_light(data) else 40, seconds(count)
        for reader in readers:
            if not any(seconds(partial(attempt, reader, data)) < limit * unit for _ in range(3)):
                print(name, reader)


def attempt(reader: Callable[[bytes], object], data: bytes) -> None:
    try:
        reader(data)
    except ParseError as error:
        assert error.problem.fix


def offered(data: bytes) -> object:
    return candidates(data, "http://ex.org/")


async def test_large_hostile_documents_cost_the_worker_little_and_us_nothing() -> None:
    async with Parser() as parser:
        for data in (fill(b"<a/>", 10 << 20), in_item(fill(b"<b c='d'/>", 10 << 20))):
            with pytest.raises(ParseError) as caught:
                await parser.run(parse_feed, b"<rss>" + data)
            assert caught.value.problem.code == TOO_HEAVY
        document = await parser.run(parse_feed, rss(f"{n}|Title {n}|10:00" for n in range(20_000)))
    assert len(document.entries) == 10_000
    assert "Only the first 10,000 entries were read." in document.problems


SAMPLES = [
    rss(["a|A &amp; B|10:00|&lt;p&gt;Text&lt;/p&gt;", "b|Second|11:00"]),
    b"""<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:base="http://ex.org/">
    <title type='html'>T</title>
    <entry><id>1</id><link href='a'/><updated>2026-01-01T00:00:00Z</updated>
    <content type='xhtml'><div>x</div></content></entry></feed>""",
    b"""<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <item rdf:about='u'><title>T</title></item></rdf:RDF>""",
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"http://ex.org/","attachments":[{"url":"a"}]}]}',
    b"<urlset><url><loc>http://ex.org/a</loc><lastmod>2026-01-01</lastmod></url></urlset>",
    b"<html><link rel=alternate type=application/rss+xml href=f><article><h2><a href=/a>Head</a></h2></article></html>",
    b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item><title>&a;</title><![CDATA[x]]></item></channel></rss>",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["put", "cut", "copy", "swap"])):
            case "put":
                data[place:place] = draw(
                    st.binary(max_size=6) | st.sampled_from([b"<", b"&", b"]]>", b"<![CDATA[", b"\0", b"'"])
                )
            case "cut":
                del data[place : place + draw(st.integers(1, 40))]
            case "copy":
                data[place:place] = data[place : place + draw(st.integers(1, 60))]
            case _:
                data[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
    return bytes(data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated() | st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-16")))
@example(b"\xff\xfe<\x00r\x00\xd8")
@example("<rss>\ud800".encode("utf-8", "surrogatepass"))
def test_nothing_but_a_refusal_in_words_is_ever_raised(data: bytes) -> None:
    for reader in (read_anything, parse_feed, parse_sitemap, parse_page, read_opml):
        try:
            document = reader(data)
        except ParseError as error:
            assert error.problem.title
            continue
        repr(document).encode("utf-8")  # no lone surrogate gets through
    candidates(data, "http://ex.org/")
