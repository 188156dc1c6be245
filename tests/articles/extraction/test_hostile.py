# ruff: noqa: E501 - tables of small pages, one a line
"""What a source can send: never an exception but ParseError, and never more than seconds."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.articles import extraction
from bot.errors import ParseError
from tests.cost import measured

ROOT = Path(__file__).resolve().parents[3]
MANY = 60_000
PAGES: dict[str, Callable[[], bytes | str]] = {
    "deep blocks": lambda: b"<div>" * MANY + b"text" * 30,
    "deep inline": lambda: b"<p>" + b"<b>" * MANY + b"text here. " * 30,
    "deep links": lambda: b"<h1>T</h1>" + b"<a href=x>" * MANY + b"text",
    "unclosed": lambda: b"<p>" * MANY,
    "brackets": lambda: b"<html><" + b"<" * MANY * 5,
    "open tags": lambda: b"<html><meta " + b"<meta " * MANY,
    "open quotes": lambda: b"<html>" + b'<meta content="' * MANY,
    "open tags before a head's end": lambda: b"<html>" + b"<meta <link a='<html =\"" * 80_000 + b"</head><p>t",
    "equals without values": lambda: b"<html><meta " + b"= " * 900_000 + b"</head><p>t",
    "data without brackets": lambda: b"<html>" + b"<script application/ld+json</script " * 100_000,
    "open titles": lambda: b"<html>" + b"<title>" * 200_000 + b"</head><p>t",
    "headings without ends": lambda: b"<html></head>" + b"<h1 <time " * MANY,
    "attributes": lambda: b"<html><p " + b" ".join(b"a%d=1" % n for n in range(9_000)) + b">text</p>",
    "a huge attribute": lambda: b"<html><meta name=description content='" + b"x" * 3_000_000 + b"'><p>text text.",
    "a huge class": lambda: b"<html><p><div class='" + b"ab-" * 300_000 + b"'>text text</div>",
    "many classes": lambda: b"<html>" + b"".join(b"<div class='c%d share%d'>some text, yes.</div>" % (n, n) for n in range(20_000)),
    "many paragraphs": lambda: b"<html><article><h1>T</h1>" + b"<p>Some words of an article, and more.</p>" * MANY,
    "ten megabytes of one line": lambda: b"<html><p>" + b"word " * 2_000_000,
    "ten megabytes of text": lambda: b"a line of text here\n" * 500_000,
    "deep data": lambda: b'<html><script type="application/ld+json">' + b'{"a":' * 30_000 + b"</script><p>text text",
    "much data": lambda: b"<html>" + b'<script type="application/ld+json">{"@type":"Article","headline":"x"}</script>' * 5_000 + b"<p>t",
    "open comments": lambda: b'<html><script type="application/ld+json">' + b"/*" * 200_000 + b"</script><p>t",
    "separators": lambda: b"<html><title>" + b"a - " * 30_000 + b"</title><h1>" + b"a | " * 30_000 + b"</h1><p>t",
    "a long byline": lambda: b"<html><h1>T</h1><p class=byline>By " + b"John, " * MANY,
    "digits": lambda: b"<html><h1>T</h1><time>" + b"1" * 300_000 + b"</time><p class=date>" + b"12.12." * MANY,
    "a long srcset": lambda: b"<html><article>" + b'<img src=a.jpg srcset="' + b"a 1w, " * MANY + b'">',
    "many pictures": lambda: b"<html><article>" + b"".join(b"<figure><img src=/p%d.jpg></figure>" % n for n in range(20_000)),
    "bad addresses": lambda: b'<html><base href="http://[::1"><link rel=canonical href="http://[b"><meta property=og:image content="http://[x"><h1>T</h1>',
    "labels": lambda: b"also read " * 30_000,
    "signs": lambda: b"., " * 200_000,
    "quotes": lambda: b"x" + b'"' * 300_000,
    "sentences": lambda: (b"a" * 300 + b". ") * 3_000,
    "noise": lambda: random.Random(1).randbytes(1_000_000),
    "noise of markup": lambda: b"<html>" + bytes(random.Random(2).choices(b"<>/=\"' abcpdivh1-!&;", k=500_000)),
    "entities": lambda: b"<html><p>" + b"&#x110000;&amp;lt;&#0;" * MANY,
    "nothing but NULs": lambda: b"\0" * 1_000,
    "NULs in a page": lambda: b"<html>\0<title>a\0b</title><p>hel\0lo world, this is a text.</p>",
    "lone surrogates": lambda: "<html><h1>a\ud800b</h1><p>text \udfff here is some.</p>",
    "lone surrogates in text": lambda: "a headline \ud800\n\nlong text \udfff here, and more of it",
    "a broken port": lambda: "<html><link rel=canonical href='http://a.example:99999/'><h1>T</h1>",
}  # fmt: skip


READERS = (extraction.extract, extraction.extract_metadata)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("read", READERS)
def test_hostile_pages_are_read_or_refused(name: str, read: Callable[..., extraction.Extraction]) -> None:
    try:
        found = read(PAGES[name](), url="https://news.example/a")
    except ParseError as error:
        assert error.problem.fix
    else:
        assert (found.title or "").encode("utf-8", "surrogatepass") is not None


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_hostile_pages_take_bounded_time() -> None:
    """In a process of its own: libxml2 walks long lists, which takes ten times longer in a heap that thousands of
    tests have used."""
    program = "from tests.articles.extraction.test_hostile import tell_what_is_slow; tell_what_is_slow()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=170)
    assert (done.stdout, done.stderr) == ("", "")


def tell_what_is_slow() -> None:
    for name, page in PAGES.items():
        document = page()
        for read in READERS:
            with measured() as cost, suppress(ParseError):
                read(document, url="https://news.example/a")
            if cost.units > 100:
                print(name, read, cost.units)


def test_the_caller_s_own_address_may_be_broken_too() -> None:
    assert (
        extraction.extract("<html><h1>A headline</h1><p>Some text</p></html>", url="http://[bad").title == "A headline"
    )


@pytest.mark.parametrize(
    "document",
    ["<html><h1>a\ud800b</h1><p>text \udfff here</p>", "a headline \ud800\n\nlong text \udfff here, and more"],
)
def test_what_comes_out_can_always_be_written_down(document: str) -> None:
    found = extraction.extract(document)
    written = f"{found.title}\n{found.text}".encode().decode()
    assert "text" in written, "what stands beside a broken character stays"
    assert not any("\ud800" <= mark <= "\udfff" for mark in written)
