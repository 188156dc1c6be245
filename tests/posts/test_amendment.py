"""Big changes of posted articles: what the rule or the channel wants of them happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels import queue
from bot.model import Lane, Post, PostKind, PostState, Rule
from bot.posts import amendment, rewording, withdrawal
from bot.posts.amendment import CARD
from bot.store import notices, rules
from bot.store.articles import Version
from bot.store.database import Database
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom

OTHER = {"title": "Night service stopped after protest", "summary": ("Drivers went home at noon.",)}
BOT = samples.channel().bot_id


async def posted(db: Database, **channel: Any) -> tuple[Newsroom, int, Post]:
    room = await Newsroom.open(db, **channel)
    article_id = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    room.now = NOW + timedelta(hours=1)
    return room, article_id, (await room.posts())[0]


async def rewrite(room: Newsroom, article_id: int, **changes: Any) -> list[Post]:
    await room.change(article_id, **changes)
    await room.compose()
    return await room.posts(kind=PostKind.EDIT)


async def cards(room: Newsroom) -> dict[str, notices.Notice]:
    async with room.db.read() as tx:
        return {card.key: card for card in await notices.opened(tx, bot_id=BOT)}


@pytest.mark.parametrize(
    ("wish", "edits", "messages"),
    [
        ("edit", ["queued"], 1),
        ("reply", ["queued"], 2),
        ("ask", ["held"], 1),
        ("keep", [], 1),
        ("nonsense", ["queued"], 1),
    ],
)
async def test_a_channel_says_what_becomes_of_its_posts_when_their_articles_become_other_stories(
    sqlite_db: Database, wish: str, edits: list[str], messages: int
) -> None:
    room, article_id, _ = await posted(sqlite_db, options={"big_changes": wish})
    made = await rewrite(room, article_id, **OTHER)
    assert [edit.state for edit in made] == edits
    assert all("\nUpdated 15:15\n" in edit.visible_text and edit.silent for edit in made)
    told = await room.posts(kind=PostKind.SHARE)
    assert len(told) == messages
    for reply in told[1:]:
        params = reply.requests[0].params
        assert reply.visible_text == "Updated 15:15\nNight service stopped after protest"
        assert params["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": False}
        assert (reply.silent, reply.lane, reply.article_id) == (True, Lane.CHANNEL, None)
        assert "reply_markup" not in params
    await room.compose()
    assert len(await room.posts()) == len(made) + messages


@pytest.mark.parametrize("wish", ["reply", "ask", "keep"])
async def test_a_small_change_is_edited_in_silence_whatever_is_wished_of_big_ones(
    sqlite_db: Database, wish: str
) -> None:
    room, article_id, _ = await posted(sqlite_db, options={"big_changes": wish})
    (edit,) = await rewrite(room, article_id, summary=(*samples.article().summary, "It costs nothing."))
    assert edit.state is PostState.QUEUED and "\nCorrected 15:15\n" in edit.visible_text
    assert len(await room.posts()) == 2


async def test_a_rules_wish_comes_before_the_channels(sqlite_db: Database) -> None:
    room = await Newsroom.open(sqlite_db, sources_to=(), options={"big_changes": "keep"})
    async with sqlite_db.write() as tx:
        rule = Rule(id=0, name="asks", match={"any": ["bus"]}, channels=("news",), options={"big_changes": "ask"})
        await rules.put(tx, rule)
    article_id = await room.add_article()
    await room.compose()
    await room.send((await room.posts())[0])
    (edit,) = await rewrite(room, article_id, **OTHER)
    assert edit.state is PostState.HELD and f"{CARD}:{edit.id}" in await cards(room)


async def test_a_question_about_a_big_change_is_one_card_and_its_answer_is_done(sqlite_db: Database) -> None:
    room, article_id, _ = await posted(sqlite_db, options={"big_changes": "ask"})
    (first,) = await rewrite(room, article_id, **OTHER)
    card = (await cards(room))[f"{CARD}:{first.id}"]
    assert card.problem.code == "SW-P52"
    assert card.problem.cause.endswith('it is "Night service stopped after protest".')
    *_, second = await rewrite(room, article_id, title="Night service stopped for good", summary=("Nobody came.",))
    assert list(await cards(room)) == [f"{CARD}:{second.id}"], "the newer question takes the place of the older"
    item = await queue.resolve(sqlite_db, second.id, queue.Answer.AGAIN, now=room.now)
    assert item.state is PostState.QUEUED and not await cards(room)
    await room.send(second, message_id=41)
    *_, third = await rewrite(room, article_id, summary=("Nobody came today.",), title="Night service stopped for good")
    assert third.state is PostState.QUEUED, "compared with what people see now, it is a small change"


async def test_a_question_is_gone_when_the_article_is_as_it_was_or_a_person_acts(sqlite_db: Database) -> None:
    room, article_id, post = await posted(sqlite_db, options={"big_changes": "ask"})
    before = samples.article()
    await rewrite(room, article_id, **OTHER)
    *_, back = await rewrite(room, article_id, title=before.title, summary=before.summary)
    assert back.state is PostState.QUEUED and not await cards(room)
    *_, asked = await rewrite(room, article_id, **OTHER)
    assert asked.state is PostState.HELD
    await rewording.reword(sqlite_db, post.id, "<b>By hand</b>", now=room.now, by=5)
    assert not await cards(room)


async def test_a_withdrawal_takes_the_place_of_a_question_and_a_second_one_changes_nothing(
    sqlite_db: Database,
) -> None:
    room, article_id, post = await posted(sqlite_db, options={"big_changes": "ask"})
    await rewrite(room, article_id, **OTHER)
    first = await withdrawal.retract(sqlite_db, room.press, post.id, now=room.now)
    assert first is not None and not await cards(room)
    assert await withdrawal.retract(sqlite_db, room.press, post.id, now=room.now) is None
    assert [one.state for one in await room.posts(kind=PostKind.RETRACT)] == [PostState.QUEUED]


def test_how_big_a_change_is_counts_words_of_headline_and_summary() -> None:
    article = samples.article(title="Ferry late", summary=("It waits for the tide.",), revision=2)
    same = Version(
        revision=1, title="Ferry is late", standfirst=None, summary=article.summary, text=None, replaced_at=NOW
    )
    other = replace(same, title="Bridge closed", summary=("Engineers look at it.",))
    assert not amendment.is_big(article, (same,), 1) and amendment.is_big(article, (other,), 1)
    assert not amendment.is_big(article, (), 1) and not amendment.is_big(article, (other,), 2)
    assert amendment.question("News", article, (other,), 1).cause == 'It was "Bridge closed", it is "Ferry late".'
