# ruff: noqa: E501 - tables of small pages, one a line
"""Headline, standfirst and writer where a page's own words disagree: the evidence decides, not one source of it."""

from __future__ import annotations

import pytest

from bot.articles import extraction

URL = "https://www.boersen-blatt.example/markets/2024/a"
BODY = (
    "<p>The council met for six hours on Tuesday, and the vote was closer than anyone in the hall had thought it would be.</p>"
    "<p>Members said that the plan, which has been debated for years, would now go to the people and not to a committee.</p>"
)


def read(head: str, heading: str, below: str = "") -> extraction.Extraction:
    page = f"<html><head>{head}</head><body><article>{heading}{below}{BODY}</article></body></html>"
    return extraction.extract(page, url=URL)


def og(title: str, description: str = "") -> str:
    return f'<meta property="og:title" content="{title}"><meta property="og:description" content="{description}">'


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        # the site's name goes, however its host spells it, alone or with a word beside it, and with a slogan behind it
        (og("Rates weigh on shares | Börsen-Blatt"), "<h1>Rates weigh on shares</h1>", "Rates weigh on shares"),
        ('<meta property="og:site_name" content="CBA">' + og("Rates weigh on shares | CBA News"), "", "Rates weigh on shares"),
        ('<meta property="og:site_name" content="Aoca">' + og("Rates weigh on shares | Aoca - Views, News, Ideas"), "", "Rates weigh on shares"),
        ("<title>Boersen-Blatt » Blog Archive » Rates weigh on shares</title>", "<h1>Boersen-Blatt</h1>", "Rates weigh on shares"),
        # what readers see is believed against a headline for search engines
        (og("How shares fall as rates rise"), "<h1>Rates weigh heavily on shares</h1>", "Rates weigh heavily on shares"),
        # … but not a heading that says less of the same
        (og("Rates weigh on shares: what to know") + "<title>Rates weigh on shares: what to know</title><meta name='parsely-title' content='Rates weigh on shares: what to know'>", "<h1>Rates weigh on shares</h1>", "Rates weigh on shares: what to know"),
        # a kicker before the headline is no part of it where the sources disagree about it
        (og("War in the east: «Rates weigh on shares»"), "<h1><span class='x__overline'>Markets abroad</span> <span aria-hidden='true'> - </span><span>«Rates weigh on shares»</span></h1>", "«Rates weigh on shares»"),
        (og("Markets: Rates weigh on shares"), "<h1><span class='kicker'>Markets: </span>Rates weigh on shares</h1>", "Markets: Rates weigh on shares"),
        ('<meta property="og:title" content="Markets abroad - Rates weigh on shares">', "<h1>Rates weigh on shares</h1>", "Rates weigh on shares"),
        # a head that speaks only of the site
        (og("Boersen-Blatt: charts and data, all day"), "<h1>Rates weigh heavily on shares</h1>", "Rates weigh heavily on shares"),
        ('<meta property="dc:title" content="Rates weigh on shares"><title>Boersen-Blatt</title>', "", "Rates weigh on shares"),
        # a heading that is one link to the front page, or to the part of the site above, is a logo and tells the site's name
        ("<title>Film Notes » Blog Archive » Rates weigh on shares</title>", "<h1><a href='/'>Film Notes</a></h1>", "Rates weigh on shares"),
        ("<title>Film Notes » Rates weigh on shares</title>", "<h1><a href='/markets/'>Film Notes</a></h1>", "Rates weigh on shares"),
        ("<title>Film Notes » Rates weigh on shares</title>", "<h1><a href='/elsewhere'>Rates weigh on shares</a></h1>", "Rates weigh on shares"),
        # a window's title alone loses a short piece at its end, and a heading what its own style hides
        ("<title>Rates weigh on shares all day | Jane Roe</title>", "", "Rates weigh on shares all day"),
        ("<title>Rates weigh | on shares all day and for the whole of the week</title>", "", "Rates weigh | on shares all day and for the whole of the week"),
        (og("Rates weigh"), "<h1>Rates weigh on shares <a style='display: none'>Open editor</a></h1>", "Rates weigh on shares"),
    ],
)  # fmt: skip
def test_the_headline_is_what_the_evidence_agrees_on(head: str, heading: str, title: str) -> None:
    assert read(head, heading).title == title


LEAD = "Six hours of talks end in a vote that few expected, and the people will decide"


@pytest.mark.parametrize(
    ("head", "below", "standfirst"),
    [
        ("", f"<h2 class='epigraph'>{LEAD}</h2>", LEAD),
        ("", f"<div type='lead'>{LEAD}</div>", LEAD),
        (
            "",
            f"<ul class='summary-list'><li>{LEAD}.</li><li>The mayor is pleased.</li></ul>",
            f"{LEAD}. The mayor is pleased.",
        ),
        ("", f"<p><strong>{LEAD}.</strong></p>", f"{LEAD}."),
        (og("Vote", "Council vote"), f"<div><span>Town.</span> <span>{LEAD}.</span></div>", f"Town. {LEAD}."),
        (og("Vote", LEAD), "", LEAD),
        ("", "", None),
        # the headline in other words around it, and a line of dates, are none
        (og("Council votes for the bridge", "Read 'Council votes for the bridge' on Valley News"), "", None),
        (
            og("Vote", LEAD) + "<meta name='author' content='Jane Roe'>",
            "<p class='summary'>Jane Roe writes for the paper of the valley and lives there.</p>",
            LEAD,
        ),
        ("", "<p class='summary'>Written 2024-03-05 03:00:00 Changed 2024-03-05 03:10:00</p>", None),
    ],
)
def test_the_standfirst_is_what_stands_under_the_headline(head: str, below: str, standfirst: str | None) -> None:
    assert read(head, "<h1>Council votes for the bridge</h1>", below).standfirst == standfirst


@pytest.mark.parametrize(
    ("head", "below", "authors"),
    [
        ("", "<p>25.10.2022 - Jane Roe</p>", ("Jane Roe",)),
        ("", "<span>Jane van Roe | 5 March 2024</span>", ("Jane van Roe",)),
        ("", "<span>25.10.2022 - town and country</span>", ()),
        ('<meta property="dc:creator" content="Jane Roe">', "", ("Jane Roe",)),
        ('<meta name="twitter:creator" content="Jane Roe">', "", ("Jane Roe",)),
        ('<meta name="twitter:creator" content="@janeroe">', "", ()),
        # two people in one element, and a button beside a name
        ("", "<div itemprop='author'><span itemprop='name'>Jane Roe</span><span itemprop='name'>John Doe</span></div>", ("Jane Roe", "John Doe")),
        ("", "<div class='author'><a href='/in/jane'>Jane Roe</a><a href='/f'>Follow</a> Adviser to many boards, writes of banks and bonds</div>", ("Jane Roe",)),
        # no writers: the size of the letters, a day
        ("", "<p>Text Size</p>", ()),
        ("", "<p class='byline'>Wednesday</p>", ()),
        # whoever holds the rights, where nobody is named and the address says the same
        ("", "<p>(c) 2024 Jane Boersen, all rights</p>", ("Jane Boersen",)),
        ("", "<p>(c) 2024 Jane Roe</p>", ()),
    ],
)  # fmt: skip
def test_a_writer_is_found_beside_the_date_or_in_a_lesser_tag(head: str, below: str, authors: tuple[str, ...]) -> None:
    assert read(head, "<h1>Council votes for the bridge</h1>", below).authors == authors


def test_a_line_of_the_day_is_no_paragraph_and_the_headline_no_tag() -> None:
    page = (
        "<html><head><meta property='article:tag' content='Council votes for the bridge'>"
        "<meta property='article:tag' content='Bridges'></head><body><article><h1>Council votes for the bridge</h1>"
        f"<p>25/04/2026 Updated at 15:10h.</p>{BODY}</article></body></html>"
    )
    found = extraction.extract(page, url=URL)
    assert (found.text or "").startswith("The council met for six hours")
    assert found.tags == ("Bridges",)


def test_a_page_without_a_body_tag_is_read_too() -> None:
    found = extraction.extract(
        f"<html><head><title>Vote</title><article><h1>Council votes</h1>{BODY}</article>", url=URL
    )
    assert (found.text or "").startswith("The council met for six hours")
    assert "Vote" not in (found.text or "")
