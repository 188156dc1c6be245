# ruff: noqa: E501 - tables of small pages, one a line
"""Text copied off a page: what stands around the article goes, the article stays whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.articles import extraction
from bot.articles.extraction import phrases
from bot.errors import ParseError

FIRST = (
    "The council met for six hours on Tuesday, and the vote was closer than anyone in the hall had thought it would be."
)
SECOND = "Members said that the plan, which has been debated for years, would now go to the people and not to a committee again."
THIRD = (
    "Opponents claimed that the figures were wrong. The mayor denied it, and promised to publish every single invoice."
)


def paste(*lines: str) -> str:
    return "\n\n".join(lines)


def test_menus_and_close_signs_above_the_headline_go() -> None:
    found = extraction.extract(
        paste("×\nE-Paper\nSubscribe\nLogin", "Home > World > Europe", "Council votes for the bridge", FIRST, SECOND)
    )
    assert found.title == "Council votes for the bridge"
    assert found.text == paste(FIRST, SECOND)


def test_bars_adverts_rights_and_tags_go_wherever_they_stand() -> None:
    found = extraction.extract(
        paste(
            "Council votes for the bridge",
            FIRST,
            "Advertisement",
            "Story continues below this ad",
            SECOND,
            "Share on Facebook\nShare on X\nCopy link",
            "Sign up for our newsletter",
            THIRD,
            "Gallery Gallery Videos Videos Share on WhatsApp Share",
            "Tags: News, World",
            "© 2026 All rights reserved",
            "First Published: Feb 05, 2026 | 10:15 AM IST",
        )
    )
    assert found.text == paste(FIRST, SECOND, THIRD)


def test_byline_and_stamp_under_the_headline_are_read() -> None:
    found = extraction.extract(
        paste(
            "Council votes for the bridge", "By Jane Roe and Tom Okafor", "Published: 5 May 2024, 14:05", FIRST, SECOND
        )
    )
    assert found.authors == ("Jane Roe", "Tom Okafor")
    assert found.published == datetime(2024, 5, 5, 14, 5, tzinfo=UTC)
    assert found.text == paste(FIRST, SECOND)


def test_a_short_sentence_above_a_long_paragraph_is_the_standfirst() -> None:
    found = extraction.extract(
        paste("Council votes for the bridge", "A close vote ends years of debate.", FIRST, SECOND)
    )
    assert found.standfirst == "A close vote ends years of debate."
    assert found.text == paste(FIRST, SECOND)


def test_an_opening_paragraph_serves_as_standfirst_and_stays() -> None:
    found = extraction.extract(paste("Council votes for the bridge", FIRST, SECOND))
    assert found.standfirst == FIRST
    assert found.text == paste(FIRST, SECOND)


@pytest.mark.parametrize(
    ("opening", "following"),
    [
        ("The mayor urged the public to wait while the figures of the bridge are read again", SECOND),
        ("A close vote. Years of debate. And now a bridge that few had thought would come to the town?", SECOND),
        (
            "The council met for hours on Tuesday, and the vote was closer than anyone in the hall had thought it would be "
            "on a summer evening.",
            FIRST,
        ),
        (
            "A close vote ends years of debate, and the town gets a bridge after all that has been said of it.",
            f"BERLIN — {SECOND}",
        ),
    ],
)
def test_what_reads_like_a_standfirst_leaves_the_body(opening: str, following: str) -> None:
    found = extraction.extract(paste("Council votes for the bridge", opening, following, THIRD))
    assert found.standfirst == opening
    assert found.text == paste(following, THIRD)


def test_a_dateline_marks_the_story_s_first_paragraph() -> None:
    opening = "BERLIN, March 3 (Example) - The council voted for it."
    found = extraction.extract(paste("Council votes for the bridge", opening, FIRST, SECOND))
    assert (found.text or "").startswith(opening)


def test_subheadings_stay_in_the_body() -> None:
    found = extraction.extract(paste("Council votes for the bridge", FIRST, "What comes next", SECOND))
    assert found.text == paste(FIRST, "What comes next", SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "Also Read: {}",
        "ALSO READ | {}",
        "Read more - {}",
        "Related: {}",
        "Watch: {}",
        "Lesen Sie auch: {}",
        "Mehr zum Thema: {}",
        "Lire aussi : {}",
        "Lea también: {}",
        "Leia também: {}",
        "Leggi anche: {}",
        "Lees ook: {}",
        "Czytaj też: {}",
        "Читайте также: {}",
        "Читайте також: {}",
        "Ayrıca okuyun: {}",
        "Baca juga: {}",
        "ये भी पढ़ें: {}",
        "আরও পড়ুন: {}",
        "یہ بھی پڑھیں: {}",
        "اقرأ أيضًا: {}",
        "קראו גם: {}",
        "相关阅读：{}",
        "関連記事：{}",
        "관련기사 : {}",
    ],
)
def test_cross_links_of_many_languages_become_related_titles(line: str) -> None:
    title = "Harbour board resigns after a night of talks"
    found = extraction.extract(paste("Council votes for the bridge", FIRST, line.format(title), SECOND))
    assert [link.title for link in found.related] == [title]
    assert [link.url for link in found.related] == [None]
    assert found.text == paste(FIRST, SECOND)


def test_a_label_on_its_own_line_announces_a_title() -> None:
    found = extraction.extract(
        paste("Council votes for the bridge", FIRST, "Also Read\nHarbour board resigns after a night of talks", SECOND)
    )
    assert [link.title for link in found.related] == ["Harbour board resigns after a night of talks"]
    assert found.text == paste(FIRST, SECOND)


@pytest.mark.parametrize(
    "sentence",
    [
        "Related costs rose by a third over the year, the report said.",
        "Watch the river, the old people used to say, and it will tell you everything.",
        "Share prices fell on Monday after the news.",
        "Read more books, the minister told the pupils, and fewer messages.",
        "Subscribers of the library get in free.",
        "News of the vote spread quickly through the town.",
        "Recommended doses differ from country to country, doctors said.",
    ],
)
def test_sentences_that_begin_like_labels_stay(sentence: str) -> None:
    found = extraction.extract(paste("Council votes for the bridge", FIRST, sentence, SECOND))
    assert sentence in (found.text or "").split("\n\n")
    assert found.related == ()


def test_lines_wrapped_at_one_width_are_joined_again() -> None:
    def wrapped(text: str) -> str:
        lines, line = [], ""
        for word in text.split():
            if len(line) + len(word) > 60:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        return "\n".join([*lines, line])

    story = [
        FIRST,
        SECOND,
        THIRD,
        FIRST.replace("six", "ten"),
        SECOND.replace("years", "weeks"),
        THIRD.replace("mayor", "clerk"),
    ]
    found = extraction.extract(paste("Council votes for the bridge", *map(wrapped, story)))
    assert (found.text or "").split("\n\n") == story


def test_the_headline_repeated_is_not_a_paragraph() -> None:
    found = extraction.extract(paste("Council votes for the bridge", "Council votes for the bridge", FIRST, SECOND))
    assert found.text == paste(FIRST, SECOND)


def test_one_line_alone_is_a_headline() -> None:
    found = extraction.extract("Council votes for the bridge")
    assert found.title == "Council votes for the bridge"
    assert found.text is None and found.standfirst is None


def test_bars_alone_are_nothing_to_read() -> None:
    with pytest.raises(ParseError):
        extraction.extract("×\nShare\nShare on WhatsApp\n")


def test_soft_hyphens_and_joiners_belong_to_the_writing() -> None:
    line = "Der Wirk\u00adstoff wird in der Apo\u00adtheke nur auf Rezept ab\u00adgegeben, sagte die Kammer am Dienstag in Berlin."
    assert (extraction.extract(paste("Neue Regeln für Apotheken", line, line + " Mehr nicht.")).text or "").startswith(
        line
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Also Read: A title that is long enough", "A title that is long enough"),
        ("READ:A title that is long enough", "A title that is long enough"),
        ("Also read", ""),
        ("A plain sentence.", None),
        ("Also read " + "x" * 500, None),
    ],
)
def test_labels_are_told_from_sentences(line: str, title: str | None) -> None:
    assert phrases.cross_link(line) == title


def test_long_lines_are_never_bars_or_notices() -> None:
    assert not phrases.is_bar("share " * 80)
    assert not phrases.is_notice("Follow us on " + "a long way " * 60)
    assert phrases.is_bar("— * —")


def test_pleas_are_notices_and_sentences_are_not() -> None:
    pleas = [
        "Subscribe to unlock more articles",
        "Sign up to get the news each morning.",
        "Share this information, please?",
    ]
    assert all(phrases.is_notice(line) for line in pleas)
    sentences = ["Share prices fell by a tenth.", "Subscribers to the theatre were told.", "Sign language was used."]
    assert not any(phrases.is_notice(line) for line in sentences)
