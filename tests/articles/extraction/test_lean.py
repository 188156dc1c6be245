# ruff: noqa: E501 - tables of small pages, one a line
"""Pages that say little of themselves: no field leans on one source alone."""

from __future__ import annotations

import json

import pytest

from bot.articles import extraction

STORY = (
    "<p>The council met for six hours on that day, and the vote was closer than anyone had thought it would be.</p>" * 3
)
LONG = "Council votes for the bridge"


def read(
    body: str, *, head: str = "", language: str = "en", url: str = "https://paper.example.com/politics/bridge-vote"
) -> extraction.Extraction:
    page = f"<html lang='{language}'><head>{head}</head><body><article>{body}{STORY}</article></body></html>"
    return extraction.extract(page, url=url)


@pytest.mark.parametrize(
    ("head", "body", "language", "title"),
    [
        # a kicker inside the heading, which nothing else on the page says
        (f"<meta property=og:title content='{LONG}'>", f"<h1><span class=topic>Town</span> <span class=badge-plus>{LONG}</span></h1>", "en", LONG),
        ("", f"<h1><span class=label>{LONG}</span> <span>today</span></h1>", "en", f"{LONG} today"),
        # parts with a colon that only screen readers hear
        ("", "<h1><span>Bürgermeister</span> <span class=hidden>:</span> <span>Brücke kommt im Mai</span></h1>", "de", "Bürgermeister: Brücke kommt im Mai"),
        ("", "<h1><span>Le maire</span> : <span>un pont pour le mois de mai</span></h1>", "fr-CA", "Le maire : un pont pour le mois de mai"),
        # the window's title ends with a name that the page tells nowhere else
        ("<title>橋の建設、市議会で可決される：港町新聞</title>", "<h1>橋の建設、市議会で可決される</h1><h1>速報</h1>", "ja", "橋の建設、市議会で可決される"),
        ("<title>市议会通过大桥建设方案_港口日报</title>", "<h1>市议会通过大桥建设方案</h1>", "zh", "市议会通过大桥建设方案"),
        (f"<title>{LONG} - The Harbour Gazette</title>", f"<h2 class=t>{LONG}</h2>", "en", LONG),
        (f"<title>{LONG} - and for the tunnel</title><meta property=og:title content='{LONG} - and for the tunnel'>", f"<h2>{LONG}</h2>", "en", f"{LONG} - and for the tunnel"),
        # main headings that are links to other articles
        ("<title>Bridge</title>", f"<h1><a href=/sport/cup-final>Cup final is sold out</a></h1><h1>{LONG}</h1><h1><a href=/x/y>Rain at last</a></h1>", "en", LONG),
        ("<title>Bridge</title>", f"<h1><a href=/politics/bridge-vote/?utm_source=x>{LONG}</a></h1><h1><a href=/x/y>Rain at last</a></h1>", "en", LONG),
        # neither a title nor a main heading
        ("", f"<nav><h2>Menu of the day</h2></nav><h2><a href=/x/y>Rain at last</a></h2><h2 class=entry-title>{LONG}</h2>", "en", LONG),
        ("", f"<h3>{LONG}</h3>", "en", LONG),
    ],
)  # fmt: skip
def test_a_headline_is_found_by_whatever_the_page_offers(head: str, body: str, language: str, title: str) -> None:
    assert read(body, head=head, language=language).title == title


H1 = f"<h1>{LONG}</h1>"


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        (H1 + "<div class=article-byline><div><span>Birgit Mann</span><span>Anna Ida Fink</span><span>Jan März</span></div></div>", ("Birgit Mann", "Anna Ida Fink", "Jan März")),
        (H1 + "<div class=byline><a href=/autor/jan>Jan März</a></div><div class=byline>Redakteur</div>", ("Jan März",)),
        (H1 + "<p class=author>Ana Ruiz</p><p class=author>Suscríbete</p>", ("Ana Ruiz",)),
        (H1 + "<p class=author>Ana Ruiz</p><p class=author>Madrid</p>", ("Ana Ruiz",)),
        (H1 + "<p class=author>Ana Ruiz</p><p class=author>Jan März</p>", ("Ana Ruiz", "Jan März")),
        (H1 + "<p class=author>Plato</p><p class=author>Socrates</p>", ("Plato", "Socrates")),
        (H1 + "<span>Interview | Grand Hotel</span><span>Interview: Grand Hotel</span>", ()),
        (H1 + "<p>By the <i>Grand Hotel</i> and the <i>Old Town</i> they met, and nobody wrote it down for a long time.</p>", ()),
    ],
)  # fmt: skip
def test_writers_are_told_apart_without_signs_between_them(body: str, authors: tuple[str, ...]) -> None:
    assert read(body).authors == authors


def ld(*things: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": things})}</script>'


IMAGE_ID = "https://paper.example.com/politics/bridge-vote/#primaryimage"


@pytest.mark.parametrize(
    ("head", "body", "image"),
    [
        # references inside JSON-LD (its specification, 3.3) lead to the picture, not to the page
        (ld({"@type": "Article", "headline": LONG, "image": {"@id": IMAGE_ID}}, {"@type": "ImageObject", "@id": IMAGE_ID, "url": "/img/bridge.jpg"}), H1, "https://paper.example.com/img/bridge.jpg"),
        (ld({"@type": "Article", "headline": LONG, "image": {"@id": IMAGE_ID}}), H1, None),
        # nothing claimed: the picture that stands with the headline
        ("", H1 + "<figure><img src=/img/river-at-dawn.jpg width=900></figure>", "https://paper.example.com/img/river-at-dawn.jpg"),
        ("", "<figure><img src=/img/river-at-dawn.jpg></figure>" + H1, "https://paper.example.com/img/river-at-dawn.jpg"),
        ("", H1 + "<a href=/x/y><img src=/img/other-story.jpg></a>", None),
        ("", H1 + "<img src=/img/writer.jpg width=60 height=60>", None),
        ("<meta property=og:image content=/img/own.jpg>", H1 + "<figure><img src=/img/river-at-dawn.jpg></figure>", "https://paper.example.com/img/own.jpg"),
    ],
)  # fmt: skip
def test_a_lead_picture_is_found_without_claims(head: str, body: str, image: str | None) -> None:
    found = read(body, head=head).image
    assert (found.url if found else None) == image


@pytest.mark.parametrize(
    ("head", "body", "language", "published"),
    [
        # the page shows the day, its own data the time
        ("<script>window.d={\"publishedAt\":\"2024-03-05T06:07:08Z\"}</script>", H1 + "<p class=date>5 March 2024</p>", "en", "2024-03-05T06:07:08+00:00"),
        ("<script>window.d={\"publishedAt\":\"2021-01-01T06:07:08Z\"}</script>", H1 + "<p class=date>5 March 2024</p>", "en", "2024-03-05T00:00:00+00:00"),
        ("<script>window.d={\"publishedAt\":\"2021-01-01T06:07:08Z\"}</script>", H1 + "<time datetime='2024-03-05T10:00+02:00'>", "en", "2024-03-05T10:00:00+02:00"),
        # a script that one country writes tells the zone where the page does not name its language
        ("<title>橋の建設がきまる</title>", "<h1>橋の建設がきまる</h1><time datetime='2024-03-05 10:00'>", "", "2024-03-05T10:00:00+09:00"),
        ("<title>다리를 짓기로 했다</title>", "<h1>다리를 짓기로 했다</h1><time datetime='2024-03-05 10:00'>", "", "2024-03-05T10:00:00+09:00"),
        # the page's lines leave the year to the address
        ("", H1 + "<span>8 января, 17:46</span>", "ru", "2026-01-08T17:46:00+00:00"),
        ("", H1 + "<span>Updated January 8, 17:46</span>", "en", "2026-01-08T00:00:00+00:00"),
        ("", H1 + "<span>9 января, 17:46</span>", "ru", "2026-01-08T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_the_time_of_day_and_its_zone_are_found(head: str, body: str, language: str, published: str) -> None:
    dated = (
        "https://paper.example.com/2026/01/08/bridge" if published.startswith("2026") else "https://paper.example.com/a"
    )
    found = read(body, head=head, language=language, url=dated).published
    assert found is not None and found.isoformat() == published
