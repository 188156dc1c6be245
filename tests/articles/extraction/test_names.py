# ruff: noqa: E501 - tables of small pages, one a line
"""Authors and headlines: one name a person, and the site's own name nowhere."""

from __future__ import annotations

import pytest

from bot.articles import extraction
from bot.articles.extraction.persons import split_names

STORY = (
    "<p>The council met for six hours on that day, and the vote was closer than anyone had thought it would be.</p>" * 2
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Jane Roe", ["Jane Roe"]),
        ("By Jane Roe and John Doe, Staff writers", ["Jane Roe", "John Doe"]),
        ("Von Anna Weiß und Lars Öberg", ["Anna Weiß", "Lars Öberg"]),
        ("Par Élodie Martin", ["Élodie Martin"]),
        ("Por Juan Pérez y Ana Souza", ["Juan Pérez", "Ana Souza"]),
        ("Ein Artikel von Pia Sand", ["Pia Sand"]),
        ("JANE ROE", ["Jane Roe"]),
        ("Roe, Jane", ["Jane Roe"]),
        ("Jane Roe | Politics Editor", ["Jane Roe"]),
        ("Jane Roe (Example Agency)", ["Jane Roe"]),
        ("Jane Roe, Jr.", ["Jane Roe, Jr"]),
        ("Jane Roe, MS, RD", ["Jane Roe, MS, RD"]),
        ("Analysis by Jane Roe", ["Jane Roe"]),
        ("Text: Jane Roe", ["Jane Roe"]),
        ("Jane Roe, John Doe | VALLEY TODAY", ["Jane Roe", "John Doe"]),
        ("Jane Roe | Madrid", ["Jane Roe"]),
        ("Jane Roe | John Doe", ["Jane Roe", "John Doe"]),
        ("delta201", ["delta201"]),
        ("Stephen Collinson", ["Stephen Collinson"]),
        ("Jane Roe in Berlin", ["Jane Roe"]),
        ("Jane Roe on March 5", ["Jane Roe"]),
        ("By Jane Roe March 5, 2024", ["Jane Roe"]),
        ("https://news.example/authors/jane", []),
        ("null", []),
        ("12345", []),
        ("記者 山田太郎", ["山田太郎"]),
        ("山田太郎 記者", ["山田太郎"]),
        ("文／山田太郎", ["山田太郎"]),
        ("이용민 기자 min@news.example", ["이용민"]),
        ("[서울=통신] 이용민 특파원 =", ["이용민"]),
        ("이용민·김철수 기자", ["이용민", "김철수"]),
        ("كتب - أحمد علي", ["أحمد علي"]),
        ("Írta: Nagy János", ["Nagy János"]),
        ("Teksti: Matti Meikäläinen", ["Matti Meikäläinen"]),
        ("Jane Roe, John Doe, and Max Moe", ["Jane Roe", "John Doe", "Max Moe"]),
        ("By Jane Roe, Political Editor, and John Doe, Rome correspondent", ["Jane Roe", "John Doe"]),
        ("Jane Roe et al.", ["Jane Roe"]),
        ("Jane Roe + John Doe", ["Jane Roe", "John Doe"]),
        ("Jane Roe with agencies", ["Jane Roe"]),
        ("Marie Dupont avec AFP", ["Marie Dupont"]),
        ("Par Marie Dupont, à Paris", ["Marie Dupont"]),
        ("di Mario Rossi, inviato a Roma", ["Mario Rossi"]),
        ("Text: Pia Sand, Fotos: Jana Roth", ["Pia Sand"]),
        ("Reported by Jane Roe; Editing by John Doe", ["Jane Roe"]),
        ("Medically reviewed by Ann Lee, MD — By Jane Roe", ["Jane Roe"]),
        ("Von unserem Korrespondenten Max Moll", ["Max Moll"]),
        ("May 3, 2024 by Jane Roe", ["Jane Roe"]),
        ("Posted by Jane Roe at 10:31 AM", ["Jane Roe"]),
        ("Guest post by Jane Roe", ["Jane Roe"]),
        ("jane.roe@news.example (Jane Roe)", ["Jane Roe"]),
        ("Jane Roe <jane@news.example>", ["Jane Roe"]),
        ("Jane Roe Staff Writer", ["Jane Roe"]),
        ("Jane Roe, AP National Security Writer", ["Jane Roe"]),
        ("Ludwig van Beethoven, Ana de Armas", ["Ludwig van Beethoven", "Ana de Armas"]),
        ("Jana Roth, van der Berg", ["Jana Roth", "van der Berg"]),
        ("Ein Kommentar von Pia Sand", ["Pia Sand"]),
        ("Von unserer Redakteurin in Rom Pia Sand", ["Pia Sand"]),
        ("Geschreven door Jan Jansen en Piet de Vries", ["Jan Jansen", "Piet de Vries"]),
        ("Par Marie Dupont en Ukraine", ["Marie Dupont"]),
        ("Rédigé par Marie Dupont", ["Marie Dupont"]),
        ("A cura di Mario Rossi e Anna Bianchi", ["Mario Rossi", "Anna Bianchi"]),
        ("Jan Novák a Petr Svoboda Černý", ["Jan Novák", "Petr Svoboda Černý"]),
        ("Nagy János és Kiss Anna", ["Nagy János", "Kiss Anna"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("Текст: Іван Петренко і Олена Коваль", ["Іван Петренко", "Олена Коваль"]),
        ("Γράφει ο Γιάννης Παππάς", ["Γιάννης Παππάς"]),
        ("Oleh: Budi Santoso | Editor: Siti Aminah", ["Budi Santoso"]),
        ("Written By: Jane Roe, Edited By: Tom Okafor", ["Jane Roe"]),
        ("राम कुमार द्वारा", ["राम कुमार"]),
        ("लेखक: राम कुमार", ["राम कुमार"]),
        ("تحریر: احمد علی", ["احمد علی"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("本報記者王小明", ["王小明"]),
        ("中央社記者王小明台北5日電", ["王小明"]),
        ("取材・文：山田太郎", ["山田太郎"]),
        ("作者：王小明", ["王小明"]),
        ("Jane Roe is a reporter in Rome", ["Jane Roe"]),
        ("Jane Roe ist Redakteurin", ["Jane Roe"]),
        ("Per Andersson", ["Per Andersson"]),
        ("Nga Pham", ["Nga Pham"]),
        ("Ana de Armas", ["Ana de Armas"]),
    ],
)
def test_names_are_split_and_cleaned(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def read(head: str = "", body: str = "", url: str = "https://valleynews.example/a") -> extraction.Extraction:
    page = f"<html><head><title>Council votes for the bridge - Valley News</title>{head}</head><body>{body}{STORY}</body></html>"
    return extraction.extract(page, url=url)


H1 = "<h1>Council votes for the bridge</h1>"


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        ('<meta name="author" content="Jane Roe">', H1, ("Jane Roe",)),
        ('<meta property="article:author" content="https://facebook.com/jane"><meta name="byl" content="By Jane Roe">', H1, ("Jane Roe",)),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jane Roe">', H1, ("Jane Roe",)),
        ('<link rel="author" title="Jane Roe" href="/jane">', H1, ("Jane Roe",)),
        ("", H1 + '<a rel="author" href="/jane">Jane Roe</a>', ("Jane Roe",)),
        ("", H1 + '<div class="byLine">By <a href="/p/jane">Jane Roe</a>, <a href="/p/tom">Tom Okafor</a></div>', ("Jane Roe", "Tom Okafor")),
        ("", H1 + '<a href="/authors/jane-roe">Jane Roe</a>', ("Jane Roe",)),
        ("", H1 + "<div>Ein Artikel von <strong>Jane Roe</strong> | 27.01.2022</div>", ("Jane Roe",)),
        ("", H1 + "<div class=submitted>Gespeichert von <span class=username>rasmus</span> am 24. Juli 2017</div>", ("rasmus",)),
        ('<meta name="author" content="Valley News">', H1 + "<p>By Jane Roe</p>", ("Jane Roe",)),
        ('<meta name="author" content="Valley News"><meta property="og:site_name" content="Valley News">', H1, ("Valley News",)),
        ('<meta name="author" content="j.roe">', H1 + "<p class=byline>Jane Roe</p>", ("Jane Roe",)),
        ('<meta name="author" content="Big Media"><meta name="copyright" content="(c) Big Media 2024"><meta property="article:author" content="Jane Roe">', H1, ("Jane Roe",)),
        ("", H1 + "<small>Photo by Max Klick</small>", ()),
        ("", H1 + "<span>이용민 기자 | </span>", ("이용민",)),
        ("", H1 + '<a href="https://licences.example.org/by/4.0">CC-BY</a><a href="//tube.example.net/user/x">Tube</a>', ()),
        ("", H1 + '<a class="byline" href="/print">Print</a><a href="https://www.valleynews.example/authors/jane">Jane Roe</a>', ("Jane Roe",)),
        ("", H1 + '<a rel="author" href="/r">Richard (R.J.) Roe</a>', ("Richard (R.J.) Roe",)),
        ('<meta name="author" content="Jane Roe. ValleyNews"><meta property="og:site_name" content="Valley News">', H1, ("Jane Roe",)),
        ("", H1 + '<div class="comment"><span class="author">Troll Person</span></div>', ()),
    ],
)  # fmt: skip
def test_writers_are_found_where_pages_name_them(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert read(head, body).authors == authors


def test_an_organisation_that_json_ld_names_is_the_last_resort() -> None:
    ld = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Council votes for the bridge","author":{"@type":"Organization","name":"Valley News"}}</script>'
    assert read(ld, H1).authors == ("Valley News",)
    assert read(ld, H1 + "<p class=byline>By Jane Roe</p>").authors == ("Jane Roe",)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("", H1, "Council votes for the bridge"),
        ("", "", "Council votes for the bridge"),
        (
            '<meta property="og:title" content="Council votes for the bridge | Valley News">',
            "",
            "Council votes for the bridge",
        ),
        (
            '<meta property="og:title" content="Valley News: Council votes for the bridge">',
            H1,
            "Council votes for the bridge",
        ),
        ('<meta property="og:title" content="Council votes for…">', H1, "Council votes for the bridge"),
        (
            "",
            "<h1>Valley News</h1><h1 class=headline>Council votes for the bridge</h1>",
            "Council votes for the bridge",
        ),
        ("", "<h1>Welcome</h1>", "Council votes for the bridge"),
        (
            '<meta property="og:title" content="Council votes for the bridge - Local News - Valley News">'
            '<meta property="article:section" content="Local news">',
            "",
            "Council votes for the bridge",
        ),
        ('<meta property="og:title" content="- We shall see">', "<h1>- We shall see</h1>", "- We shall see"),
        ('<meta property="og:title" content="«We shall see»">', "<h1>«We shall see»</h1>", "«We shall see»"),
    ],
)
def test_the_headline_comes_without_the_site_s_name(head: str, body: str, title: str) -> None:
    assert read(head, body).title == title


def test_an_archived_page_belongs_to_its_own_site() -> None:
    found = read(body=H1, url="https://web.archive.example/web/20200101000000/https://valleynews.example/a")
    assert found.title == "Council votes for the bridge"
