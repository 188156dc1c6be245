"""People, codes, drafts, searches, updates and facts: what chat remembers, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.model import Role
from bot.store import digests, drafts, facts, people, queries, schema, updates
from bot.store.database import Database

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOT = 77


async def test_whoever_writes_is_remembered_and_keeps_their_role(db: Database) -> None:
    async with db.write() as tx:
        first = await people.meet(tx, bot_id=BOT, user_id=5, name="Ana", language="es", now=NOW)
        await people.give_role(tx, bot_id=BOT, user_id=5, role=Role.OWNER, now=NOW)
        await people.mark_blocked(tx, bot_id=BOT, user_id=5, now=NOW)
        blocked = await people.get(tx, bot_id=BOT, user_id=5)
        again = await people.meet(tx, bot_id=BOT, user_id=5, name="Ana R", language="en", now=NOW + timedelta(1))
    assert (first.role, first.language, first.started_at) == (Role.READER, "es", NOW)
    assert blocked is not None and blocked.blocked_at == NOW
    assert (again.role, again.name, again.language, again.blocked_at) == (Role.OWNER, "Ana R", "en", None)


async def test_a_person_of_another_bot_is_somebody_else(db: Database) -> None:
    async with db.write() as tx:
        await people.give_role(tx, bot_id=BOT, user_id=5, role=Role.OWNER, now=NOW)
        assert await people.get(tx, bot_id=BOT + 1, user_id=5) is None
        assert [p.user_id for p in await people.with_role(tx, bot_id=BOT, role=Role.OWNER)] == [5]


async def test_a_code_works_once_for_its_purpose_and_its_time(db: Database) -> None:
    async with db.write() as tx:
        for code in ("one", "old"):
            await people.add_code(
                tx, code, bot_id=BOT, purpose="owner", now=NOW, valid=timedelta(minutes=10), options={"x": 1}
            )
        use = {"bot_id": BOT, "user_id": 5}
        assert await people.use_code(tx, "two", purpose="owner", now=NOW, **use) is None
        assert await people.use_code(tx, "one", purpose="connect", now=NOW, **use) is None
        assert await people.use_code(tx, "old", purpose="owner", now=NOW + timedelta(minutes=10), **use) is None
        assert await people.use_code(tx, "one", purpose="owner", bot_id=BOT + 1, user_id=5, now=NOW) is None
        used = await people.use_code(tx, "one", purpose="owner", now=NOW, **use)
        assert used == people.Code(purpose="owner", options={"x": 1})
        assert await people.use_code(tx, "one", purpose="owner", now=NOW, **use) is None


async def test_of_two_who_publish_one_draft_at_once_one_succeeds(db: Database) -> None:
    async with db.write() as tx:
        article = (
            await tx.execute(
                insert(schema.articles).values(state="ready", found_at=NOW).returning(schema.articles.c.id)
            )
        ).scalar_one()
        draft = await drafts.add(
            tx, bot_id=BOT, user_id=5, article_id=article, channel_id=None, now=NOW, options={"silent": True}
        )

    async def publish(user: int) -> bool:
        async with db.write() as tx:
            return await drafts.move(tx, draft, to="published", user_id=user, now=NOW)

    assert sorted(await asyncio.gather(publish(5), publish(6))) == [False, True]
    async with db.write() as tx:
        found = await drafts.get(tx, draft.id, bot_id=BOT)
        assert found is not None
        assert (found.state, found.options) == ("published", {"silent": True})
        assert await drafts.change(tx, draft, now=NOW, user_id=5, options={}) is None
        assert await drafts.get(tx, draft.id, bot_id=BOT + 1) is None


async def test_an_open_draft_can_be_changed(db: Database) -> None:
    async with db.write() as tx:
        article = (
            await tx.execute(
                insert(schema.articles).values(state="ready", found_at=NOW).returning(schema.articles.c.id)
            )
        ).scalar_one()
        draft = await drafts.add(tx, bot_id=BOT, user_id=5, article_id=article, channel_id=None, now=NOW, options={})
        changed = await drafts.change(tx, draft, now=NOW, user_id=6, options={"silent": True})
    assert changed is not None and changed.options == {"silent": True} and changed.changed_by == 6


async def test_a_search_is_kept_for_a_week(db: Database) -> None:
    async with db.write() as tx:
        query = await queries.add(tx, bot_id=BOT, user_id=5, words="night bus", options={"order": "best"}, now=NOW)
        week = NOW + timedelta(days=7)
        assert await queries.get(tx, query.id, bot_id=BOT, now=NOW) == query
        assert await queries.get(tx, query.id, bot_id=BOT + 1, now=NOW) is None
        assert await queries.get(tx, query.id, bot_id=BOT, now=week) is None
        assert await queries.forget_old(tx, now=week) == 1


async def test_an_update_is_new_once_and_waits_until_it_is_handled(db: Database) -> None:
    body = {"update_id": 9, "message": {"text": "hello"}}
    async with db.write() as tx:
        assert await updates.latest(tx, bot_id=BOT) is None
        assert await updates.receive(tx, bot_id=BOT, update_id=9, body=body, now=NOW)
        assert not await updates.receive(tx, bot_id=BOT, update_id=9, body=body, now=NOW)
        assert await updates.receive(tx, bot_id=BOT + 1, update_id=9, body=body, now=NOW)
        assert await updates.latest(tx, bot_id=BOT) == 9
        assert await updates.unhandled(tx, bot_id=BOT, since=NOW) == (body,)
        assert await updates.unhandled(tx, bot_id=BOT, since=NOW + timedelta(seconds=1)) == ()
        await updates.mark_handled(tx, bot_id=BOT, update_id=9, now=NOW)
        assert await updates.unhandled(tx, bot_id=BOT, since=NOW) == ()
        assert await updates.forget_old(tx, now=NOW + timedelta(days=2)) == 2


async def test_a_fact_is_replaced_and_forgotten(db: Database) -> None:
    async with db.write() as tx:
        assert await facts.get(tx, "menu") is None
        await facts.put(tx, "menu", {"en": "a"}, now=NOW)
        await facts.put(tx, "menu", {"en": "b"}, now=NOW)
        assert await facts.get(tx, "menu") == {"en": "b"}
        await facts.forget(tx, "menu")
        assert await facts.get(tx, "menu") is None


async def test_a_chosen_language_is_spoken_whatever_their_telegram_speaks(db: Database) -> None:
    meeting = {"bot_id": BOT, "user_id": 5, "name": "Ana", "now": NOW}
    async with db.write() as tx:
        assert (await people.meet(tx, **meeting, language="es")).language == "es"
        assert (await people.meet(tx, **meeting, language=None)).language == "es", "the last known one"
        assert (await people.meet(tx, **meeting, language="de")).language == "de", "their Telegram's has changed"
        await people.choose_language(tx, bot_id=BOT, user_id=5, language="ur")
        chosen = await people.meet(tx, **meeting, language="de")
        assert (chosen.language, chosen.chosen_language) == ("ur", "ur")
        await people.choose_language(tx, bot_id=BOT, user_id=5, language=None)
        free = await people.get(tx, bot_id=BOT, user_id=5)
        assert free is not None
        assert (free.language, free.chosen_language) == ("de", None)


async def test_who_comes_back_is_known_until_they_were_told(db: Database) -> None:
    async with db.write() as tx:
        for user_id in (5, 6):
            await people.meet(tx, bot_id=BOT, user_id=user_id, name="Ana", language="es", now=NOW)
        await people.mark_blocked(tx, bot_id=BOT, user_id=5, now=NOW)
        assert await people.returned(tx, bot_id=BOT, limit=9) == ()
        for user_id in (5, 6):
            await people.meet(tx, bot_id=BOT, user_id=user_id, name="Ana", language="es", now=NOW + timedelta(1))
        assert await people.returned(tx, bot_id=BOT, limit=9) == (people.Returned(user_id=5, since=NOW),)
        assert await people.returned(tx, bot_id=7, limit=9) == ()
        await people.welcomed(tx, bot_id=BOT, user_id=5)
        assert await people.returned(tx, bot_id=BOT, limit=9) == ()


async def test_a_readers_choices_of_a_digest_are_kept(db: Database) -> None:
    wish = digests.ReaderDigest(bot_id=BOT, user_id=5, at=("0 8 * * *",), about=("ferry", "night bus"), live=True)
    async with db.write() as tx:
        await digests.put_reader(tx, wish)
        assert await digests.of_reader(tx, bot_id=BOT, user_id=5) == wish
