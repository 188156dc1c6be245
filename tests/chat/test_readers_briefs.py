"""A reader's digest of what they named, as one message that grows, and one message for who was away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from bot.chat.context import Context
from bot.chat.readers.briefs import Briefs
from bot.chat.readers.daily import parted
from bot.chat.readers.returning import welcome_back
from bot.model import AlertKind, PostKind, PostState
from bot.store import alerts, digests, people, schema
from bot.store.digests import ReaderDigest
from tests.chat.conftest import SAM, Room, add_article, buttons_of, text_of
from tests.chat.test_readers import refused_calls
from tests.chat.test_readers_alerts import press

MINE = {"bot_id": 1000001, "user_id": SAM}


async def meet(context: Context, now: datetime, language: str = "en") -> None:
    async with context.db.write() as tx:
        await people.meet(tx, **MINE, name="Sam", language=language, now=now)


async def add(context: Context, number: int, title: str, **more: Any) -> int:
    return await add_article(cast(Room, SimpleNamespace(parts=context)), number, title, **more)


async def due(context: Context, now: datetime, **choices: Any) -> None:
    wish = ReaderDigest(**MINE, at=(f"{now:%H:%M}",), next_at=now, last_at=now - timedelta(days=1), **choices)
    async with context.db.write() as tx:
        await digests.put_reader(tx, wish)


async def written(context: Context, kind: PostKind) -> list[Any]:
    query = select(schema.posts).where(schema.posts.c.kind == kind).order_by(schema.posts.c.id)
    async with context.db.read() as tx:
        return list((await tx.execute(query)).all())


async def test_a_digest_of_own_words_has_those_alone_in_sections(context: Context) -> None:
    now = datetime.now(UTC)
    await meet(context, now)
    await add(context, 1, "Ferry runs again")
    await add(context, 2, "Council meets", text="Nothing else.", summary=("Nothing else.",))
    await add(context, 3, "Night bus opens", language="fr")
    await due(context, now, about=("ferry", '"night bus"'))
    assert await Briefs(context).once(now) == 1
    (post,) = await written(context, PostKind.DIGEST)
    assert "Ferry runs again" in post.visible_text
    assert "Night bus opens" in post.visible_text
    assert "Council" not in post.visible_text
    assert {"ferry", '"night bus"'} <= set(post.visible_text.split("\n"))


async def test_a_digest_of_what_one_follows_takes_the_words_of_the_alerts(context: Context) -> None:
    now = datetime.now(UTC)
    await meet(context, now)
    await add(context, 1, "Ferry runs again")
    await add(context, 2, "Council meets", text="Nothing else.", summary=("Nothing else.",))
    await due(context, now, followed=True)
    await Briefs(context).once(now)
    assert await written(context, PostKind.DIGEST) == []
    async with context.db.write() as tx:
        await alerts.add(tx, **MINE, text="ferry", kind=AlertKind.DAILY, now=now)
    await due(context, now, followed=True)
    await Briefs(context).once(now)
    (post,) = await written(context, PostKind.DIGEST)
    assert "Ferry" in post.visible_text
    assert "Council" not in post.visible_text


async def test_a_growing_digest_is_one_message_until_its_next_time(context: Context) -> None:
    now = datetime.now(UTC)
    await meet(context, now)
    await due(context, now, live=True)
    start = now - timedelta(minutes=30)
    async with context.db.write() as tx:
        await tx.execute(update(schema.reader_digests).values(at=[f"{start:%H:%M}"]))
    await add(context, 1, "Ferry runs again")
    await Briefs(context).once(now)
    (post,) = await written(context, PostKind.DIGEST)
    async with context.db.read() as tx:
        wish = await digests.of_reader(tx, **MINE)
    assert wish is not None
    assert wish.live
    assert now < (wish.next_at or now) <= now + timedelta(minutes=10)
    async with context.db.write() as tx:
        sent = {"state": PostState.SENT, "remote_id": "7", "sent_at": now}
        await tx.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(**sent))
    later = now + timedelta(minutes=10)
    await Briefs(context).once(later)
    assert await written(context, PostKind.EDIT) == []
    await add(context, 2, "Night bus opens")
    await Briefs(context).once(later + timedelta(minutes=10))
    (change,) = await written(context, PostKind.EDIT)
    assert change.target_post_id == post.id
    assert "Ferry" in change.visible_text
    assert "Night bus" in change.visible_text
    assert change.requests[0]["params"]["reply_markup"]["inline_keyboard"]
    await add(context, 3, "Third story")
    await Briefs(context).once(start + timedelta(days=1, minutes=1))
    assert len(await written(context, PostKind.DIGEST)) == 1  # all of it was read before the new time
    assert len(await written(context, PostKind.EDIT)) == 1


async def test_who_comes_back_gets_one_message_of_what_they_missed(context: Context) -> None:
    now = datetime.now(UTC)
    await meet(context, now - timedelta(days=2))
    async with context.db.write() as tx:
        await alerts.add(tx, **MINE, text="ferry", kind=AlertKind.INSTANT, now=now)
        await people.mark_blocked(tx, **MINE, now=now - timedelta(hours=5))
    for number in range(1, 14):
        await add(context, number, f"Ferry number {number} runs")
    await add(context, 20, "Council meets", text="Nothing else.", summary=("Nothing else.",))
    assert await welcome_back(context, now) == 0
    await meet(context, now)
    assert await welcome_back(context, now) == 1
    (post,) = await written(context, PostKind.ALERT)
    lines = post.visible_text.split("\n")
    assert lines[0] == "While you were away: 13 articles for your alerts"
    assert "Ferry number 1 runs" in post.visible_text
    assert "Council" not in post.visible_text
    assert await welcome_back(context, now) == 0
    await meet(context, now)
    assert await welcome_back(context, now) == 0


async def test_who_missed_nothing_is_told_nothing(context: Context) -> None:
    now = datetime.now(UTC)
    await meet(context, now)
    async with context.db.write() as tx:
        await people.mark_blocked(tx, **MINE, now=now)
    await add(context, 1, "Ferry runs again")
    await meet(context, now, "ur")
    assert await welcome_back(context, now) == 1
    assert await written(context, PostKind.ALERT) == []


async def test_what_a_digest_is_about_is_chosen_by_buttons_and_words(room: Room) -> None:
    await room.say("sam", "/digest every evening")
    shown = await room.say("sam", "/digest")
    place = shown["message_id"]
    assert buttons_of(shown)[2:4] == [["✓ Everything", "What I follow"], ["My own words", "One growing message"]]
    assert "no alerts yet" in await press(room, shown, "What I follow")
    await press(room, shown, "One growing message")
    grown = await room.message("1000001:5012", place, "one message that grows")
    assert "✓ One growing message" in buttons_of(grown)[3]
    before = len(await room.messages(SAM))
    await press(room, shown, "My own words")
    await room.answer(SAM, before + 1, words="parted by commas")
    assert 'about: ferry, "night bus" -strike.' in text_of(await room.say("sam", 'ferry, "night bus" -strike'))
    said = text_of(await room.say("sam", "/digest 7:30 weekdays about source:harbor-times"))
    assert "Mon–Fri, 07:30" in said
    assert "about: source:harbor-times" in said
    assert "no word in it" in text_of(await room.say("sam", "/digest about !!"))
    assert "about: everything" in text_of(await room.say("sam", "/digest about all"))
    assert "Quiet from 22:00 to 07:00" in text_of(await room.say("sam", "quiet 22-7"))
    assert await refused_calls(room) == []


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("ferry, night bus", ["ferry", "night bus"]),
        ('"a, b" -c، بس；公交', ['"a, b" -c', "بس", "公交"]),
        (" , ", []),
        ('"unclosed, b', ['"unclosed, b']),
    ],
    ids=range(4),
)
def test_words_are_parted_by_the_commas_of_any_script(typed: str, parts: list[str]) -> None:
    assert parted(typed) == parts
