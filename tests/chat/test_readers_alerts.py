"""Readers follow, are told, keep quiet, save, and go: over HTTP, with the whole bot at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.app import make_press
from bot.chat.context import Context
from bot.chat.readers.telling import Telling
from bot.model import AlertKind, PostKind, PostState, Source, SourceKind
from bot.posts.press import Press
from bot.posts.preview import withdraw
from bot.sandbox import Box
from bot.store import alerts, finds, people, posts, schema, sources
from tests.chat.conftest import SAM, Room, add_article, buttons_of, room_of, text_of
from tests.chat.test_readers import fill, refused_calls, tamper

BOT = 1000001
MINE = {"bot_id": BOT, "user_id": SAM}


async def press(room: Room, message: Mapping[str, Any], text: str, person: str = "sam") -> str:
    answer = await room.box.people.press(person, "news", message["message_id"], text=text, wait=10)
    assert answer is not None, f"{text!r} was not answered"
    return str(answer.get("text") or "")


async def told(room: Room, person: int = SAM, kind: PostKind = PostKind.ALERT) -> list[Any]:
    query = select(schema.posts).where(schema.posts.c.chat_id == str(person), schema.posts.c.kind == kind)
    async with room.parts.db.read() as tx:
        return list((await tx.execute(query.order_by(schema.posts.c.id))).all())


async def mine(room: Room) -> tuple[Any, ...]:
    async with room.parts.db.read() as tx:
        return await alerts.of_person(tx, **MINE)


async def looked(room: Room, article_id: int) -> None:
    """Wait until the alerts of an article were looked for."""

    async def look() -> bool:
        query = select(schema.alert_looks.c.done_at).where(schema.alert_looks.c.article_id == article_id)
        async with room.parts.db.read() as tx:
            return (await tx.execute(query)).scalar_one_or_none() is not None

    await room.until(look)


async def test_a_reader_follows_is_told_once_mutes_and_stops(room: Room) -> None:
    assert "/follow night bus" in text_of(await room.say("sam", "/follow"))
    added = await room.say("sam", '/follow "night bus" -strike')
    assert text_of(added) == 'I will tell you when something comes for "night bus" -strike.'
    assert buttons_of(added) == [
        ["✓ At once", "Every hour", "Once a day"],
        ["Mute 1 h", "Until tomorrow", "Mute a week"],
        ["Stop", "My alerts"],
    ]
    before = len(await room.messages(SAM))
    await add_article(room, 1, "Night bus strike goes on")
    article = await add_article(room, 2, "City opens its first night bus")
    alert = await room.answer(SAM, before + 1, words="first night bus")
    assert text_of(alert).startswith('For your alert "night bus" -strike\nCity opens its first night bus')
    assert buttons_of(alert)[-1] == ["Mute 1 h", "Stop", "Save"]
    assert [post.once_key for post in await told(room)] == [f"alert:{article}:{SAM}"]
    assert "Muted until" in await press(room, alert, "Mute 1 h")
    third = await add_article(room, 3, "Another night bus")
    await looked(room, third)
    assert len(await told(room)) == 1
    assert "Stopped" in await press(room, alert, "Stop")
    assert await mine(room) == ()
    assert "no longer there" in await press(room, alert, "Stop")
    assert await refused_calls(room) == []


async def test_the_list_of_alerts_changes_how_often_mutes_and_stops(room: Room) -> None:
    assert "no alerts yet" in text_of(await room.say("sam", "/alerts"))
    for word in ("ferry", "tram", "harbour", "bridge", "tunnel", "airport"):
        await room.say("sam", f"/follow {word}")
    listed = await room.say("sam", "/alerts")
    assert text_of(listed).startswith("Your alerts (6)\n\n1. ferry\nAt once")
    assert buttons_of(listed) == [["1", "2", "3", "4", "5"], ["1/2", "▶"]]
    place = listed["message_id"]
    await press(room, listed, "▶")
    await room.message("1000001:5012", place, "6. airport")
    await press(room, listed, "◀")
    await room.message("1000001:5012", place, "1. ferry")
    await press(room, listed, "1")
    await room.message("1000001:5012", place, "Alert: ferry")
    await press(room, listed, "Once a day")
    await room.message("1000001:5012", place, "Once a day")
    assert "Muted until" in await press(room, listed, "Mute a week")
    muted = await room.message("1000001:5012", place, "muted until")
    assert buttons_of(muted)[1] == ["Unmute"]
    assert "speaks again" in await press(room, listed, "Unmute")
    await room.until(lambda: _with_button(room, place, "Until tomorrow"))
    assert "Muted until" in await press(room, listed, "Until tomorrow")
    (first, *_) = await mine(room)
    assert first.kind is AlertKind.DAILY
    assert first.muted_until is not None
    assert first.muted_until.hour == 8
    await room.message("1000001:5012", place, "muted until")
    assert "Stopped" in await press(room, listed, "Stop")
    await room.message("1000001:5012", place, "Your alerts (5)")
    assert await refused_calls(room) == []


async def test_an_alert_is_one_tap_from_a_search_and_fifty_are_enough(room: Room) -> None:
    await fill(room, 2)
    listed = await room.say("sam", "harbour")
    assert "I will tell you" in await press(room, listed, "Tell me about new ones")
    nothing = await room.say("sam", "zeppelin")
    assert buttons_of(nothing) == [["Tell me when there is"], ["Latest"]]
    assert "I will tell you" in await press(room, nothing, "Tell me when there is")
    assert [alert.text for alert in await mine(room)] == ["harbour", "zeppelin"]
    async with room.parts.db.write() as tx:
        for number in range(500):
            await alerts.add(tx, **MINE, text=f"word{number}", kind=AlertKind.INSTANT, now=datetime.now(UTC))
    assert len(await mine(room)) == alerts.MOST
    full = await room.say("sam", "/follow one more")
    assert text_of(full).startswith("You have 50 alerts, and that is the most I keep")
    assert buttons_of(full) == [["My alerts"]]
    assert text_of(await room.say("sam", "/follow ferry source:nobody")).startswith("I do not watch a source")
    assert "no word to wait for" in text_of(await room.say("sam", "/follow the <of> -a"))


async def test_a_source_is_followed_from_the_list_of_sources(room: Room) -> None:
    assert "no source yet" in text_of(await room.say("sam", "/sources"))
    async with room.parts.db.write() as tx:
        source = Source(id=0, name="paper", title="The <Paper>", kind=SourceKind.FEED, url="https://paper.example/f")
        stored = await sources.put(tx, source, now=datetime.now(UTC))
    listed = await room.say("sam", "/sources")
    assert text_of(listed).startswith("I watch 1 source\n\n1. \u2068The <Paper>\u2069\nnothing yet")
    assert "I will tell you" in await press(room, listed, "1")
    number = await add_article(room, 1, "Anything at all")
    async with room.parts.db.write() as tx:
        await tx.execute(update(schema.articles).where(schema.articles.c.id == number).values(source_id=stored.id))
    assert [alert.text for alert in await mine(room)] == ["source:paper"]
    assert "Anything at all" in text_of(await room.say("sam", "/sources"))


async def test_what_comes_in_quiet_hours_waits_and_comes_gathered(room: Room) -> None:
    await room.say("sam", "/follow ferry")
    await room.say("sam", "/follow tram")
    now = datetime.now(UTC)
    span = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    assert "Quiet from" in text_of(await room.say("sam", f"/settings {span}"))
    count = len(await room.messages(SAM))
    for number, title in enumerate(("A ferry", "A <tram>", "Ferry and tram"), 1):
        await looked(room, await add_article(room, number, title))
    assert await told(room) == []
    async with room.parts.db.write() as tx:
        await tx.execute(update(schema.alert_finds).values(due_at=now - timedelta(minutes=1)))
    gathered = await room.answer(SAM, count + 1)
    lines = [line for line in text_of(gathered).split("\n") if line]
    assert lines[0] == "3 articles for your alerts"
    assert lines[2:] == [
        "ferry", "1. A ferry — Test & Paper", "2. Ferry and tram — Test & Paper", "tram", "3. A <tram> — Test & Paper",
    ]  # fmt: skip
    assert buttons_of(gathered) == [["My alerts"]]
    await press(room, gathered, "My alerts")
    assert text_of(await room.answer(SAM, count + 2)).startswith("Your alerts (2)")
    assert await refused_calls(room) == []


@pytest.mark.parametrize("kind", [AlertKind.HOURLY, AlertKind.DAILY])
async def test_hourly_and_daily_alerts_wait(room: Room, kind: AlertKind) -> None:
    await room.say("sam", "/follow ferry")
    (alert,) = await mine(room)
    async with room.parts.db.write() as tx:
        await alerts.change(tx, alert.id, **MINE, kind=kind)
    number = await add_article(room, 1, "A ferry")
    await looked(room, number)
    assert await told(room) == []
    async with room.parts.db.read() as tx:
        (row,) = (await tx.execute(select(schema.alert_finds))).all()
    assert row.due_at > datetime.now(UTC)
    assert row.due_at - datetime.now(UTC) <= (timedelta(hours=1) if kind is AlertKind.HOURLY else timedelta(days=1))
    async with room.parts.db.write() as tx:
        await finds.drop_article(tx, number)
        assert await finds.due(tx, bot_id=BOT, now=datetime.now(UTC) + timedelta(days=2), limit=5) == ((), ())


async def test_who_blocked_the_bot_rests_and_wakes_with_a_word(room: Room) -> None:
    await room.say("sam", "/follow ferry")
    await room.box.people.block("sam", "news")

    async def rests() -> bool:
        async with room.parts.db.read() as tx:
            person = await people.get(tx, bot_id=BOT, user_id=SAM)
        return person is not None and person.blocked_at is not None

    assert await room.until(rests)
    await looked(room, await add_article(room, 1, "First ferry"))
    assert await told(room) == []
    await room.box.people.unblock("sam", "news")
    count = len(await room.messages(SAM))
    await room.say("sam", "/help")
    await add_article(room, 2, "Second ferry")
    assert "Second ferry" in text_of(await room.answer(SAM, count + 2))
    assert await refused_calls(room) == []


async def test_a_refused_alert_is_not_repeated_and_disturbs_nobody(room: Room) -> None:
    await room.say("sam", "/follow ferry")
    rule = {"description": "Forbidden: user is deactivated", "status": 403, "method": "sendMessage", "times": 1}
    await room.box.people.fault("error", **rule)
    await add_article(room, 1, "A ferry")

    async def refused() -> list[Any]:
        return [post for post in await told(room) if post.state == PostState.REFUSED]

    (post,) = await room.until(refused)
    assert post.attempts == 1
    async with room.parts.db.read() as tx:
        person = await people.get(tx, bot_id=BOT, user_id=SAM)
        notices = (await tx.execute(select(schema.notices))).all()
    assert person is not None
    assert person.blocked_at is not None
    assert notices == []


async def test_a_withdrawn_article_cancels_what_waits_and_leaves_every_list(room: Room) -> None:
    await room.say("sam", "/follow ferry")
    (alert,) = await mine(room)
    async with room.parts.db.write() as tx:
        await alerts.change(tx, alert.id, **MINE, kind=AlertKind.DAILY)
    number = await add_article(room, 1, "A ferry")
    await looked(room, number)
    await room.box.people.start("sam", "news", f"sv_{number}")
    assert "Saved" in text_of(await room.answer(SAM, 2))
    await withdraw(room.parts.db, press_of(room), number, now=datetime.now(UTC))
    async with room.parts.db.read() as tx:
        assert await finds.due(tx, bot_id=BOT, now=datetime.now(UTC) + timedelta(days=2), limit=5) == ((), ())
    assert "saved nothing" in text_of(await room.say("sam", "/saved"))
    assert "Nothing for ferry" in text_of(await room.say("sam", "ferry"))
    assert (await room.box.people.inline("sam", "news", "ferry"))["results"] == []


def press_of(room: Room) -> Press:
    return make_press(room.parts.settings)


async def test_an_alert_that_was_sent_becomes_a_tombstone_when_its_article_is_withdrawn(room: Room) -> None:
    await room.say("sam", "/follow ferry")
    number = await add_article(room, 1, "A ferry sank")
    alert = await room.answer(SAM, 2)

    async def sent() -> bool:
        return [post.state for post in await told(room)] == [PostState.SENT]

    await room.until(sent)
    await withdraw(room.parts.db, press_of(room), number, now=datetime.now(UTC))
    gone = await room.message("1000001:5012", alert["message_id"], "withdrawn")
    assert "sank" not in text_of(gone)


async def test_saving_is_a_button_a_link_and_a_list(room: Room) -> None:
    assert "saved nothing yet" in text_of(await room.say("sam", "/saved"))
    await fill(room, 7)
    listed = await room.say("sam", "harbour")
    await press(room, listed, "1")
    opened = await room.answer(SAM, 3)
    assert "Saved" in await press(room, opened, "Save")
    kept = await room.until(lambda: _with_button(room, opened["message_id"], "Remove from saved"))
    assert await press(room, kept, "Remove from saved") == "Removed."
    await room.until(lambda: _with_button(room, opened["message_id"], "Save"))
    count = len(await room.messages(SAM))
    for number in range(1, 8):
        await room.box.people.start("sam", "news", f"sv_{number}")
    await room.answer(SAM, count + 7)
    await room.box.people.start("sam", "news", "sv_7")
    assert "already" in text_of(await room.answer(SAM, count + 8))
    shelf = await room.say("sam", "/saved")
    assert text_of(shelf).startswith("Saved — 7 articles\n\n1. ")
    assert buttons_of(shelf) == [["1", "2", "3", "4", "5"], ["1/2", "▶"], ["Remove some"]]
    place = shelf["message_id"]
    await press(room, shelf, "2")
    assert "Read on paper.example" in str(buttons_of(await room.answer(SAM, count + 10)))
    await press(room, shelf, "▶")
    await room.message("1000001:5012", place, "6. ")
    await press(room, shelf, "Remove some")
    await room.message("1000001:5012", place, "Tap a number to remove")
    await press(room, shelf, "6")
    await room.message("1000001:5012", place, "Saved — 6 articles")
    assert await refused_calls(room) == []


async def _with_button(room: Room, message_id: int, text: str) -> Any:
    found = [m for m in await room.messages(SAM) if m["message_id"] == message_id and text in str(buttons_of(m))]
    return found[0] if found else None


async def test_export_shows_and_forgetme_deletes_all_that_is_known(room: Room) -> None:
    await fill(room, 2)
    await room.say("sam", "harbour")
    await room.say("sam", "/follow ferry")
    await room.say("sam", "/digest 7:30 mon-fri")
    await room.box.people.start("sam", "news", "sv_1")
    await room.answer(SAM, 4)
    sent = await room.say("sam", "/export")
    assert sent["document"]["file_name"] == f"demo_news_bot-{SAM}.json"
    asked = await room.say("sam", "/forgetme")
    assert buttons_of(asked) == [["Yes, delete it", "No, keep it"]]
    await press(room, asked, "No, keep it")
    await room.message("1000001:5012", asked["message_id"], "stays as it is")
    asked = await room.say("sam", "/forgetme")
    await press(room, asked, "Yes, delete it")
    await room.message("1000001:5012", asked["message_id"], "nothing of you any more")
    assert await traces(room, SAM) == {}
    again = await room.say("sam", "/alerts")
    assert "no alerts yet" in text_of(again)


async def test_an_owner_is_forgotten_but_for_the_role(room: Room) -> None:
    await room.say("ana", "/follow ferry")
    asked = await room.say("ana", "/forgetme")
    assert "You own this bot" in text_of(asked)
    answer = await room.box.people.press("ana", "news", asked["message_id"], text="Yes, delete it", wait=10)
    assert answer is not None
    await room.message("1000001:5011", asked["message_id"], "only know that you are the owner")
    async with room.parts.db.read() as tx:
        person = await people.get(tx, bot_id=BOT, user_id=5011)
    assert person is not None
    assert (person.role, person.name, person.options) == ("owner", None, {})


async def traces(room: Room, user_id: int) -> dict[str, int]:
    """Rows of every table that name a person, but for the inbox's own (bodies go when handled)."""
    found: dict[str, int] = {}
    async with room.parts.db.read() as tx:
        for table in schema.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name in ("user_id", "chat_id", "used_by")]
            for column in columns:
                value: Any = str(user_id) if column.name == "chat_id" else user_id
                rows = (await tx.execute(select(table).where(column == value))).all()
                if rows:
                    found[f"{table.name}.{column.name}"] = len(rows)
    return found


async def test_somebody_elses_alert_is_nobodys(room: Room) -> None:
    await room.say("kim", "/follow ferry")
    async with room.parts.db.read() as tx:
        (alert,) = await alerts.of_person(tx, bot_id=BOT, user_id=5013)
    for data in (f"v1:end:{alert.id}", f"v1:stop:{alert.id}", f"v1:alert:{alert.id}", f"v1:mute:{alert.id}:hour"):
        assert "no longer there" in (await tamper(room, data)).get("text", "") or data.startswith("v1:mute")
    async with room.parts.db.read() as tx:
        (kept,) = await alerts.of_person(tx, bot_id=BOT, user_id=5013)
    assert kept.muted_until is None


async def test_a_thousand_readers_are_told_in_chunks_and_each_once(
    box: Box, context: Context, tmp_path: Path, sqlite_url: str
) -> None:
    now = datetime.now(UTC)
    async with room_of(box, tmp_path) as room:
        async with room.parts.db.write() as tx:
            for user in range(7_000_000, 7_000_100):
                await people.meet(tx, bot_id=BOT, user_id=user, name="N", language="en", now=now)
                await alerts.add(tx, bot_id=BOT, user_id=user, text="ferry", kind=AlertKind.INSTANT, now=now)
                await alerts.add(tx, bot_id=BOT, user_id=user, text="harbour", kind=AlertKind.DAILY, now=now)
        number = await add_article(room, 1, "A ferry in the harbour")
        telling = Telling(replace(context, db=room.parts.db), chunk=40)
        assert [await telling.once(now) for _ in range(7)] == [21] * 5 + [1, 0]  # 20 readers a round, and the article
        async with room.parts.db.read() as tx:
            made = await posts.alerts_of(tx, number)
    assert len(made) == len({post.chat_id for post in made}) == 100
