# ruff: noqa: E501 - tables of small pages, one a line
"""Whole pages: every field, from whichever kind of evidence a page offers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.articles import extraction
from bot.errors import ParseError
from bot.model import Alternate, Extraction

DATA = Path(__file__).parents[2] / "data" / "extraction"
URL = "https://www.example-post.test/world/2026/03/14/river-towns-flood?utm_source=feed"
STORY = (
    "<p>The council met for six hours on Tuesday, and the vote was closer than anyone had thought it would be.</p>"
    "<p>Members said that the plan, which has been debated for years, would now go to the people, not to a committee.</p>"
    "<p>Opponents claimed that the figures were wrong. The mayor denied it, and promised to publish every invoice.</p>"
)


@pytest.fixture(scope="module")
def flood() -> Extraction:
    return extraction.extract((DATA / "flood.html").read_bytes(), url=URL, content_type="text/html; charset=utf-8")


def test_headline_standfirst_authors_and_names_agree(flood: Extraction) -> None:
    assert flood.title == "River towns brace for a second flood"
    assert flood.standfirst == "Engineers say the old dam may not hold, and evacuation has begun in three valleys."
    assert flood.authors == ("Maria Lindqvist", "Tom Okafor")
    assert flood.site_name == "The Example Post"
    assert flood.language == "en-GB"


def test_times_keep_the_page_s_zone(flood: Extraction) -> None:
    zone = timezone(timedelta(hours=1))
    assert flood.published == datetime(2026, 3, 14, 9, 30, tzinfo=zone)
    assert flood.published.utcoffset() == timedelta(hours=1)
    assert flood.modified == datetime(2026, 3, 14, 11, 5, tzinfo=zone)


def test_addresses_are_sound(flood: Extraction) -> None:
    assert flood.canonical_url == "https://www.example-post.test/world/2026/03/14/river-towns-flood"
    assert flood.shortlink == "https://example-post.test/?p=812"
    assert flood.alternates == (
        Alternate(language="en", url="https://www.example-post.test/world/2026/03/14/river-towns-flood"),
        Alternate(language="hi", url="https://www.example-post.test/hi/river-towns-flood"),
    )


def test_pictures_come_in_order_with_captions(flood: Extraction) -> None:
    assert flood.image is not None
    assert flood.image.url == "https://www.example-post.test/media/2026/flooded-market-square-1200x630.jpg"
    assert flood.image.width == 1200
    assert [(image.url.rsplit("/", 1)[-1], image.caption) for image in flood.images] == [
        ("flooded-market-square-640x360.jpg", "The market square on Friday"),
        ("buses-leave-the-lower-town-1600.jpg", "Buses leave the lower town"),
    ]
    assert flood.images[0].credit == "Lena Brandt/Example"


def test_videos_carry_player_file_duration_and_size(flood: Extraction) -> None:
    described, shown = flood.videos
    assert described.url == "https://video.example-post.test/dam.mp4"
    assert described.player == "https://www.youtube.com/embed/abcdefghijk"
    assert (described.duration, described.size, described.mime) == (95, 12_500_000, "video/mp4")
    assert (described.width, described.height, described.title) == (1280, 720, "The dam from above")
    assert (shown.player, shown.title) == ("https://player.vimeo.com/video/123456789", "The night of the flood")


def test_the_body_is_the_article_and_nothing_else(flood: Extraction) -> None:
    paragraphs = (flood.text or "").split("\n\n")
    assert [paragraph[:24] for paragraph in paragraphs] == [
        "The river rose by two me",
        "Officials said that the ",
        "Three valleys, one road",
        "Only one road leads out ",
        "“We have packed what we ",
        "Two thousand people have",
        "Schools stay closed unti",
        "A second wave is expecte",
    ]
    assert "allegedly" in paragraphs[1] and "claimed" in paragraphs[1]


def test_cross_links_leave_the_body_and_keep_their_addresses(flood: Extraction) -> None:
    assert [(link.title, link.url) for link in flood.related] == [
        ("Report on the dam was held back for a year", "https://www.example-post.test/world/dam-report"),
        (
            "Storm warnings have been extended to the whole of the coast",
            "https://www.example-post.test/world/weather",
        ),
    ]


def test_tags_are_named_once(flood: Extraction) -> None:
    assert flood.tags == ("Floods", "Dams", "Weather", "World")


def test_the_summary_is_another_s_work(flood: Extraction) -> None:
    assert flood.summary == ()


def test_metadata_alone_says_the_same_of_the_page(flood: Extraction) -> None:
    found = extraction.extract_metadata((DATA / "flood.html").read_bytes(), url=URL)
    assert (found.title, found.standfirst, found.published) == (flood.title, flood.standfirst, flood.published)
    assert (found.canonical_url, found.shortlink, found.authors) == (
        flood.canonical_url,
        flood.shortlink,
        flood.authors,
    )
    assert found.text is None and found.images == () and found.related == ()
    assert found.image is not None and found.image.url.endswith("1200x630.jpg")
    assert found.videos[0].duration == 95


def test_metadata_of_text_and_of_a_page_without_a_head_is_read_too() -> None:
    assert extraction.extract_metadata("<title>A plain page that says something</title><p>x").title
    page = "<HTML><HEAD><TITLE>An old page in capitals</TITLE></HEAD><BODY><P>x</BODY>"
    assert extraction.extract_metadata(page).title == "An old page in capitals"
    wide = "<html><head><title>Größe zählt hier sehr</title></head></html>".encode("utf-16")
    assert extraction.extract_metadata(wide).title == "Größe zählt hier sehr"


@pytest.mark.parametrize(
    "between",
    [
        "<script>document.write('</head><body>')</script>",
        "<SCRIPT>'</head>'</SCRIPT>",
        "<style>/* </head> */</style>",
        "<!-- </head><body> -- > -->",
    ],
    ids=["script", "capitals", "style", "comment"],
)
def test_what_scripts_styles_and_comments_hold_does_not_end_the_head(between: str) -> None:
    head = f"{between}<title>The bridge opens in May</title><meta name=author content='Jane Roe'>"
    found = extraction.extract_metadata(page(head, "<p>x"))
    assert (found.title, found.authors) == ("The bridge opens in May", ("Jane Roe",))


def test_a_head_that_never_ends_is_read_as_far_as_it_goes() -> None:
    for rest in ("<script>x", "<!-- x", "<p>x"):
        assert extraction.extract_metadata(f"<title>The bridge opens in May</title>{rest}").title


def test_a_shown_time_counts_where_json_ld_gives_no_exact_moment() -> None:
    told = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Trams return", "datePublished": "%s"}</script>'
    shown = "<h1>Trams return</h1><time datetime='2026-05-04T08:30:00+02:00'>today</time>"
    for said in ("2026-05-04", "2026-05-04T06:30:00Z"):
        moment = extraction.extract_metadata(page(told % said, shown)).published
        assert moment is not None and (moment.astimezone(UTC).hour, moment.minute) == (6, 30)


def page(head: str = "", body: str = "", lang: str = "en") -> str:
    return f"<!doctype html><html lang={lang}><head>{head}</head><body>{body}</body></html>"


def test_a_page_without_metadata_is_read_by_what_it_shows() -> None:
    found = extraction.extract(
        page(
            "<title>Council votes for the bridge - Valley News</title>",
            "<h1>Council votes for the bridge</h1><p class='subtitle'>A close vote ends twelve years of debate in town.</p>"
            f"<p class='meta'>By Jane Roe | 3 May 2024, 14:05</p><div class='story'>{STORY}</div>",
        ),
        url="https://valleynews.example/council",
    )
    assert found.title == "Council votes for the bridge"
    assert found.standfirst == "A close vote ends twelve years of debate in town."
    assert found.authors == ("Jane Roe",)
    assert found.published == datetime(2024, 5, 3, 14, 5, tzinfo=UTC)
    assert (found.text or "").count("\n\n") == 2


def test_microdata_alone_is_enough() -> None:
    found = extraction.extract(
        page(
            "",
            '<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">A headline in microdata</h2>'
            '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Ana Souza</span></span>'
            '<meta itemprop="datePublished" content="2023-02-01T06:07:08Z"><meta itemprop="dateModified" content="2023-02-02">'
            f'<div itemprop="articleBody">{STORY}</div></div>',
        )
    )
    assert found.title == "A headline in microdata"
    assert found.authors == ("Ana Souza",)
    assert found.published == datetime(2023, 2, 1, 6, 7, 8, tzinfo=UTC)
    assert found.modified == datetime(2023, 2, 2, tzinfo=UTC)
    assert (found.text or "").startswith("The council met")


def test_a_body_that_only_json_ld_tells_is_taken_from_there() -> None:
    told = " ".join(["The text of this page is drawn by script, so only its data has it."] * 6)
    found = extraction.extract(
        page(
            f'<script type="application/ld+json">{{"@type":"Article","headline":"Drawn","articleBody":"{told}"}}</script>',
            "<div id=app></div>",
        )
    )
    assert found.text == told


def test_a_dialog_about_cookies_is_never_the_article() -> None:
    dialog = (
        "<div class=popup-box><p>This website uses cookies to improve your experience while you navigate through the website.</p>"
        "<p>Necessary cookies are absolutely essential for the website to function properly, and are stored in your browser.</p></div>"
    )
    found = extraction.extract(page("<title>Short note</title>", f"{dialog}<h1>Short note</h1><div>{STORY}</div>"))
    assert "cookies" not in (found.text or "")
    assert "council" in (found.text or "")


def test_the_second_article_of_an_endless_page_is_left_out() -> None:
    other = STORY.replace("council", "harbour board").replace("mayor", "captain") * 3
    found = extraction.extract(
        page(
            "<meta property=og:title content='Council votes for the bridge'>",
            f"<main><article><h1>Council votes for the bridge</h1><div class=body>{STORY}</div></article>"
            f"<article><h1>Harbour board resigns</h1><div class=body>{other}</div></article></main>",
        )
    )
    assert "harbour board" not in (found.text or "")
    assert "The mayor denied it" in (found.text or "")


def test_a_body_in_sections_is_whole() -> None:
    parts = "".join(f"<section class='part'>{STORY.replace('six', str(n))}</section>" for n in (2, 3, 4))
    found = extraction.extract(page("<title>Long read</title>", f"<article><h1>Long read</h1>{parts}</article>"))
    assert (found.text or "").count("The council met for") == 3


def test_line_breaks_part_paragraphs_where_a_page_has_no_others() -> None:
    text = STORY.replace("<p>", "").replace("</p>", "<br><br>")
    found = extraction.extract(page("<title>Old page</title>", f"<h1>Old page</h1><td><div>{text}</div></td>"))
    assert (found.text or "").count("\n\n") == 2


def test_pull_quotes_credits_and_stamps_are_no_paragraphs() -> None:
    found = extraction.extract(
        page(
            "<title>Council votes</title><meta name=author content='Jane Roe'>",
            f"<article><h1>Council votes</h1><p>Jane Roe</p><p>3.05.2024, 14:05</p>{STORY}"
            "<div class=quote>Opponents claimed that the figures were wrong.</div><p>(Photo: A. Smith/Getty Images)</p>"
            "<p>Click here to join our channel: <a href=/x>join</a></p></article>",
        )
    )
    assert (found.text or "").count("\n\n") == 2


def test_words_in_urdu_hindi_and_russian_lead_to_related_titles() -> None:
    body = (
        "<p>Правительство объявило о новых мерах, которые вступят в силу в понедельник, сообщает пресс-служба ведомства.</p>"
        "<p>Читайте также: <a href='/b'>Что изменится для водителей с первого июля</a></p>"
        "<p>По словам министра, решение было принято после долгих обсуждений, и пересматривать его пока не собираются.</p>"
        "<p>यह भी पढ़ें: <a href='/c'>बारिश से पहले शहर की तैयारी अधूरी</a></p>"
        "<p>Эксперты заявили, что последствия этих мер можно будет оценить не раньше, чем через полгода, а то и позже.</p>"
        "<p>یہ بھی پڑھیں: <a href='/d'>وزیر اعظم کا دورہ ملتوی کر دیا گیا</a></p>"
    )
    found = extraction.extract(page("<title>Новые меры</title>", f"<article><h1>Новые меры</h1>{body}</article>", "ru"))
    assert [link.title for link in found.related] == [
        "Что изменится для водителей с первого июля",
        "बारिश से पहले शहर की तैयारी अधूरी",
        "وزیر اعظم کا دورہ ملتوی کر دیا گیا",
    ]
    assert (found.text or "").count("\n\n") == 2


@pytest.mark.parametrize("document", [b"", b"   \n\t ", b"\x00\x00", "", "<html><body></body></html>", b"\xff\xfe"])
def test_nothing_to_read_is_a_parse_error_in_words(document: bytes | str) -> None:
    for read in (extraction.extract, extraction.extract_metadata):
        with pytest.raises(ParseError) as problem:
            read(document, url="https://example.test/empty")
        assert problem.value.problem.code == "SW-A01"
        assert problem.value.problem.where == "https://example.test/empty"


def test_the_server_s_word_tells_text_from_a_page() -> None:
    text = "How to write <p> and <div> in HTML\n\nA paragraph about <p>, <div> and <span> that a reader pasted here.\n\nMore of it."
    assert extraction.extract(text, content_type="text/plain").title == "How to write <p> and <div> in HTML"
    shown = extraction.extract("<html><body><h1>A page</h1><p>Served as text.</p>", content_type="text/plain")
    assert shown.title == "A page"


TEXT = "<p>" + "The tram runs again after years of work, the council said on Monday. " * 12 + "</p>"
LEAD = "<meta property='og:image' content='https://n.example/i/tram-runs-again-today-1200x630.jpg'>"


@pytest.mark.parametrize(
    ("inside", "above", "images"),
    [
        ("", "", ["tram-runs-again-today-1200x630.jpg"]),
        (
            "<figure><img src=/i/old-depot.jpg></figure>",
            "<figure><img src=/i/tram-runs-again-today-800x600.jpg><figcaption>A tram</figcaption></figure>",
            ["tram-runs-again-today-800x600.jpg", "old-depot.jpg"],
        ),
        ("<figure><img src=/i/old-depot.jpg></figure>", "", ["old-depot.jpg"]),
        (
            "<a href=/2026/other-story><img src=/i/teaser.jpg></a><a href=/i/large.jpg><img src=/i/small-one.jpg></a>"
            "<a href=/tram-1234567/photos><img src=/i/third.jpg></a>",
            "",
            ["small-one.jpg", "third.jpg"],
        ),
    ],
    ids=["only in the head", "shown above the text", "not shown", "links away"],
)
def test_the_gallery_opens_with_the_lead_picture_and_holds_no_teasers(
    inside: str, above: str, images: list[str]
) -> None:
    page = f"<html><head>{LEAD}</head><body><h1>Tram</h1>{above}<article>{inside}{TEXT}{TEXT}</article></body></html>"
    found = extraction.extract(page.encode(), url="https://n.example/tram-1234567").images
    assert [image.url.rpartition("/")[2] for image in found] == images
    if above:
        assert found[0].caption == "A tram"
