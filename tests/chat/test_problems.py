"""Problems in chat: in the visitor's own words where the error carries what it was made of."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime

import pytest

from bot.chat.sharing import problem_html, problem_line, told
from bot.errors import Phrase, Problem, UsageError, phrase
from bot.posts.moments import parse_moment
from bot.web import failures
from bot.wording import spoken, words_for
from tests.chat.conftest import Room, add_article, buttons_of, text_of
from tests.chat.test_readers import refused_calls
from tests.posts import telegram_parser

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def problem_of(text: str) -> Problem:
    with pytest.raises(UsageError) as raised:
        parse_moment(text, zone="Europe/Berlin", now=NOW)
    return raised.value.problem


@pytest.mark.parametrize("tag", [tag for tag in spoken() if tag != "en"])
def test_no_english_is_left_of_an_address_or_a_time_that_does_not_work(tag: str) -> None:
    words = words_for(tag)
    found = [
        failures.failure(code, "https://news.example/a", status=503, detail="7").problem for code in failures.codes()
    ]
    found += [problem_of(text) for text in ("soon", "29.3.2026 02:30", "25.10.2026 02:30", "today 1:00", "31 feb 8:00")]
    for problem in found:
        for text in (problem.title, problem.cause, problem.fix):
            said = told(words, text)
            assert said != str(text) or text in ("7", "7."), text
            assert "{" not in said
        html = problem_html(words, problem)
        assert problem.code in telegram_parser.parse(html).text
        assert len(problem_line(words, problem.title, problem.cause)) <= 200


def test_english_is_what_it_was() -> None:
    problem = failures.failure("SW-N05", "https://nowhere.example/x").problem
    assert problem.title == "There is no site called nowhere.example."
    assert problem_html(words_for("en"), problem).startswith("<b>There is no site called nowhere.example.</b>\n")
    assert "<b>„&lt;b&gt;“ geht nicht als Zeit.</b>" in problem_html(words_for("de"), problem_of("<b>"))


def test_a_text_that_remembers_is_a_text_like_any_other() -> None:
    text = phrase("{host} has {count} of {left}", host="a", count=3)
    assert text == "a has 3 of {left}"
    assert json.dumps(text) == '"a has 3 of {left}"'
    for other in (pickle.loads(pickle.dumps(text)), copy.deepcopy(text)):
        assert (other, other.english, other.values) == (text, text.english, {"host": "a", "count": "3"})
    assert phrase(text, left="5") == "{host} has {count} of 5"
    assert isinstance(Phrase("x"), str)
    problem = Problem(code="SW-X01", title=text, cause="b", fix="c")
    assert problem.as_json()["title"] == "a has 3 of {left}"
    assert told(words_for("ur"), "what carries nothing") == "what carries nothing"


async def test_a_reader_who_pastes_an_address_gets_the_article_or_a_way_on(room: Room) -> None:
    await add_article(room, 1, "Ferry runs again")
    assert text_of(await room.say("sam", "https://paper.example/1?utm_source=x")).startswith("Ferry runs again")
    unknown = await room.say("sam", "https://paper.example/404")
    assert "do not have this article" in text_of(unknown)
    assert buttons_of(unknown) == [["Latest"]]
    pasted = "Ferry runs again\n" + "It was said on Monday that this goes on in district one. " * 7
    assert "1 result" in text_of(await room.say("sam", pasted))
    assert "Only the owner" in text_of(await room.say("sam", "/push https://paper.example/1"))
    assert await refused_calls(room) == []
