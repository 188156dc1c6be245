"""The article that the project started from: whole, as text, as a file and as a page."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from bot.articles import extraction
from bot.model import Extraction

SEED = Path(__file__).parents[2] / "data" / "extraction" / "article-seed.txt"
HEADLINE = "Khawaja Asif Alleges Baloch Rebels Use US Rifles, Night Vision Devices"
STANDFIRST = "Pakistan minister claims Baloch rebels possess advanced US rifles and night vision devices."
RELATED = [
    "Khawaja Asif Says Security Forces Handicapped by Balochistan's Size Amid Militant Attacks",
    "Iran Women Win Right To Ride Motorcycles After Decades Of Bans",
]


def as_page(text: str) -> str:
    """The seed as a news site would have served it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    rows = []
    for line in lines[3:-1]:
        label, _, title = line.partition("Also Read: ")
        linked = f'<p>Also Read: <a href="/{len(rows)}">{escape(title)}</a></p>'
        rows.append(linked if title and not label else f"<p>{escape(line)}</p>")
    return f"""<!doctype html><html lang="en"><head><title>{escape(lines[1])} | The Example Post</title>
<meta property="og:title" content="{escape(lines[1])}"><meta property="og:site_name" content="The Example Post">
<meta name="description" content="{escape(lines[2])}"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<button class="close">{lines[0]}</button><article><h1>{escape(lines[1])}</h1>
<h2 class="standfirst">{escape(lines[2])}</h2>
<div class="story-body">{"".join(rows)}</div><div class="share-bar">{escape(lines[-1])}</div></article>
<footer><p>All rights reserved by the publisher of this page, whoever that is.</p></footer></body></html>"""


def check(found: Extraction) -> None:
    assert found.title == HEADLINE
    assert found.standfirst == STANDFIRST
    assert [link.title for link in found.related] == RELATED
    paragraphs = (found.text or "").split("\n\n")
    assert len(paragraphs) == 6
    assert paragraphs[0].startswith("Pakistan’s Defence Minister Khawaja Asif has claimed that")
    assert paragraphs[5].endswith("local, national, and international factors.")
    assert "alleged human rights abuses" in paragraphs[3]
    for rubbish in ("×", "Gallery", "WhatsApp", "Also Read"):
        assert rubbish not in (found.text or "")


def test_the_seed_pasted_as_text_is_whole() -> None:
    check(extraction.extract(SEED.read_text(encoding="utf-8")))


def test_the_seed_as_a_file_is_whole() -> None:
    check(extraction.extract(SEED.read_bytes(), content_type="text/plain; charset=utf-8"))


def test_the_seed_as_a_page_is_whole() -> None:
    check(extraction.extract(as_page(SEED.read_text(encoding="utf-8")), url="https://news.example/world/rifles"))


def test_text_file_and_page_give_the_same_article() -> None:
    text = SEED.read_text(encoding="utf-8")
    pasted, page = extraction.extract(text), extraction.extract(as_page(text).encode(), url="https://news.example/a")
    assert (pasted.title, pasted.standfirst, pasted.text) == (page.title, page.standfirst, page.text)
    assert [link.title for link in pasted.related] == [link.title for link in page.related]


def bare_pages(text: str) -> dict[str, str]:
    """The seed as a page without a word of its own: every line a paragraph, a headline above them, lines as typed."""
    lines = [escape(line.strip()) for line in text.splitlines() if line.strip()]
    rows = "".join(f"<p>{line}</p>" for line in lines[2:])
    return {
        "paragraphs": f"<html><body><p>{lines[0]}</p><p>{lines[1]}</p>{rows}</body></html>",
        "headed": f"<html><body><span>{lines[0]}</span><h1>{lines[1]}</h1>{rows}</body></html>",
        "named": f"<title>{lines[1]}</title><body><article class='story'><h1>{lines[1]}</h1>{rows}</article>",
        "breaks": f"<html><body><h1>{lines[1]}</h1><div>{'<br><br>'.join(lines[2:])}</div></body></html>",
        "typed": f"<html><body><script>let a = 'b';</script><pre>{escape(text)}</pre></body></html>",
    }


@pytest.mark.parametrize("kind", ["paragraphs", "headed", "named", "breaks", "typed"])
def test_the_seed_as_a_bare_page_is_whole(kind: str) -> None:
    text = SEED.read_text(encoding="utf-8")
    pasted, page = extraction.extract(text), extraction.extract(bare_pages(text)[kind], url="https://news.example/a")
    assert (page.title, page.standfirst, page.text) == (pasted.title, pasted.standfirst, pasted.text)
    assert [link.title for link in page.related] == RELATED


def test_a_bare_page_whose_lines_say_otherwise_is_read_by_its_structure() -> None:
    story = "<p>The council met for six hours on that day, and the vote was closer than anyone had thought.</p>" * 3
    page = extraction.extract(f"<body><p>Valley News, the paper of the valley</p><h1>Council votes</h1>{story}</body>")
    assert page.title == "Council votes"
    assert "paper of the valley" not in (page.standfirst or "")
