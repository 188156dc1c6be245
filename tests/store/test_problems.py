"""Problems in rows: readable English, and what it was made of, through every kind of row and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.errors import Phrase, Problem, counted, lasting, phrase, sentences
from bot.model import Channel, Decision, Stage
from bot.store import articles, channels, decisions, notices, problems
from bot.store.database import Database
from bot.store.schema import decisions as decided
from bot.store.schema import notices as cards

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAILING = Problem(
    code="SW-X40",
    title=phrase("{name} has failed for {time}.", name="Valley {Post}", time=lasting(2, "hour")),
    cause=counted("{count} page of {site}", "{count} pages of {site}", 3, site="a.example"),
    fix=phrase("Nothing to do."),
    meanwhile="It is in no catalog.",
    where="https://a.example/",
)


def made_of(text: str | None) -> tuple[str, str | None, dict[str, object]]:
    assert isinstance(text, Phrase)
    return text.english, text.many, dict(text.values)


def test_a_problem_comes_back_with_what_it_was_made_of() -> None:
    row = json.loads(json.dumps(problems.to_json(FAILING)))
    assert {name: row[name] for name in FAILING.as_json()} == FAILING.as_json(), "readable, as before"
    back = problems.of_json(row)
    assert back == FAILING
    assert back is not None
    assert made_of(back.title) == made_of(FAILING.title)
    assert made_of(back.cause)[:2] == ("{count} page of {site}", "{count} pages of {site}")
    assert made_of(back.cause)[2] == {"count": "3", "site": "a.example"}
    assert isinstance(back.title, Phrase)
    assert made_of(back.title.values["time"]) == ("{count} hour", "{count} hours", {"count": "2"})
    assert type(back.title.values["name"]) is str, "a value is never a text of the catalogs"
    assert made_of(back.fix) == ("Nothing to do.", None, {})


def test_a_row_of_before_there_were_words_is_read_as_it_is() -> None:
    row = {"code": "SW-X1", "title": "It is {odd}.", "cause": "B", "fix": "C", "where": None, "meanwhile": None}
    back = problems.of_json(row)
    assert back == Problem(code="SW-X1", title="It is {odd}.", cause="B", fix="C")
    assert problems.of_json({"code": "SW-X1", "title": "A", "cause": "B", "fix": "C"}) is not None
    assert problems.of_json(None) is problems.of_json({}) is None
    assert "words" not in problems.to_json(Problem(code="SW-X1", title=phrase("A"), cause="B", fix="C"))


def test_a_problem_in_one_line_remembers_its_parts() -> None:
    line = FAILING.line()
    assert line == str(FAILING)
    assert str(FAILING) == (
        "https://a.example/: Valley {Post} has failed for 2 hours. 3 pages of a.example Nothing to do. "
        "It is in no catalog. (SW-X40)"
    )
    assert FAILING.title in line.values.values()
    assert sentences("One.", None, "", "Two.") == "One. Two."
    assert [str(lasting(count, unit)) for count, unit in ((1, "day"), (2, "minute"), (30, "second"))] == [
        "1 day", "2 minutes", "30 seconds",
    ]  # fmt: skip


async def test_cards_and_paused_channels_keep_it(db: Database) -> None:
    async with db.write() as tx:
        await notices.tell(tx, bot_id=7, key="source:1", problem=FAILING, now=NOW)
        await channels.put(tx, Channel(id=0, bot_id=7, name="demo", address="@demo"), now=NOW)
        (channel,) = await channels.every(tx, bot_id=7)
        await channels.pause(tx, channel.id, problem=FAILING, now=NOW)
    async with db.read() as tx:
        (card,) = await notices.opened(tx, bot_id=7)
        (paused,) = await channels.every(tx, bot_id=7)
        row = (await tx.execute(select(cards.c.problem))).scalar_one()
    assert row["title"] == "Valley {Post} has failed for 2 hours."
    assert made_of(card.problem.title) == made_of(FAILING.title)
    assert paused.pause_reason == str(FAILING)
    assert made_of(paused.pause_reason) == made_of(FAILING.line())


async def test_a_decision_keeps_what_its_reason_was_made_of_out_of_its_evidence(db: Database) -> None:
    reason = sentences(phrase("Posted at {time}.", time="14:05"), phrase("It waits."))
    async with db.write() as tx:
        await channels.put(tx, Channel(id=0, bot_id=7, name="demo", address="@demo"), now=NOW)
        (channel,) = await channels.every(tx, bot_id=7)
        number = await articles.add_pushed(tx, url="https://a.example/1", keys=("url:1",), now=NOW)
        decision = Decision(
            article_id=number, channel_id=channel.id, posted=True, stage=Stage.POSTED, reason=reason,
            evidence={"rule": "all"}, decided_at=NOW,
        )  # fmt: skip
        await decisions.put(tx, decision)
        (kept,) = await decisions.of_article(tx, number)
        assert (kept.reason, kept.evidence) == ("Posted at 14:05. It waits.", {"rule": "all"})
        assert made_of(kept.reason) == made_of(reason)
        await tx.execute(
            update(decided).values(evidence=None, reason="Posted at 9:00.")
        )  # as an older version wrote it
        (old,) = await decisions.of_article(tx, number)
    assert (old.reason, made_of(old.reason)) == ("Posted at 9:00.", ("Posted at 9:00.", None, {}))
