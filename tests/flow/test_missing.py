"""Pages that go missing after they were posted: a person decides, and nothing is withdrawn by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.app import App
from bot.articles import revisit
from bot.model import Source
from bot.sources.health import health_of
from bot.store import notices, sources
from bot.store.notices import Notice
from bot.store.schema import posts
from tests.flow.conftest import House, Item

DAY = timedelta(days=1)


async def published(house: House, *titles: str) -> list[Item]:
    """Posted two days ago."""
    items = [house.paper.add(title, age=timedelta(minutes=9 - number)) for number, title in enumerate(titles)]
    await house.work()
    async with house.parts.db.write() as tx:
        await tx.execute(update(posts).values(sent_at=datetime.now(UTC) - 2 * DAY))
    return items


async def look(house: House, *, ago: timedelta) -> int:
    return await revisit.once(house.parts.db, house.parts.web, now=datetime.now(UTC) - ago)


async def cards(house: House) -> dict[str, Notice]:
    async with house.parts.db.read() as tx:
        return {one.key.partition(":")[0]: one for one in await notices.opened(tx, bot_id=1000001)}


async def source(house: House) -> Source:
    async with house.parts.db.read() as tx:
        found = await sources.named(tx, "paper")
    assert found is not None
    return found


@asynccontextmanager
async def chatting(house: House) -> AsyncIterator[None]:
    app = App(house.parts, ("deliver", "chat"))
    async with app.started():
        task = asyncio.create_task(app.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def seen(house: House, chat: str, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first message that is `good`, once there is one."""
    async with asyncio.timeout(60):
        while True:
            for message in await house.box.people.messages(chat):
                if good(message):
                    return message
            await asyncio.sleep(0.02)


async def press(house: House, label: str) -> dict[str, Any]:
    """Ana presses a button of the card; the card when it is over."""
    card = await seen(house, "1000001:5011", lambda m: "is gone" in str(m.get("text")))
    assert "The post stays as it is." in card["text"]
    await house.box.people.press("ana", "news", card["message_id"], text=label)
    return await seen(
        house, "1000001:5011", lambda m: m["message_id"] == card["message_id"] and "This is over." in str(m.get("text"))
    )


async def ask(house: House, label: str, *, then: str) -> dict[str, Any]:
    """Ana presses a button that asks something: the card once it has the next one."""
    card = await seen(house, "1000001:5011", lambda m: "is gone" in str(m.get("text")))
    await house.box.people.press("ana", "news", card["message_id"], text=label)
    number = card["message_id"]
    return await seen(
        house, "1000001:5011", lambda m: m["message_id"] == number and f'"{then}"' in json.dumps(m, ensure_ascii=False)
    )


async def test_a_page_that_is_gone_makes_a_card_and_keep_it_closes_it_for_good(house: House) -> None:
    (item,) = await published(house, "Bridge closes for repairs")
    house.paper.answers[item.number] = 410
    assert await look(house, ago=DAY) == 1
    card = (await cards(house))["page-missing"]
    assert card.problem.title == "The page of “Bridge closes for repairs” is gone (410)."
    assert len(await house.texts()) == 1
    async with chatting(house):
        await press(house, "Keep it")
    assert await cards(house) == {}
    assert await look(house, ago=-DAY) == 0
    assert "Bridge closes for repairs" in (await house.texts())[0]


async def test_a_page_missing_for_a_day_is_retracted_after_a_second_question_and_never_by_itself(house: House) -> None:
    (item,) = await published(house, "Bridge opens again")
    house.paper.answers[item.number] = 404
    for hours in (42, 30):
        assert await look(house, ago=timedelta(hours=hours)) == 1
        assert await cards(house) == {}
    assert await look(house, ago=timedelta(hours=29)) == 0, "not due yet"
    assert await look(house, ago=timedelta(hours=18)) == 1
    assert "(404)" in (await cards(house))["page-missing"].problem.title
    assert "Bridge opens again" in (await house.texts())[0]
    async with chatting(house):
        card = await ask(house, "Retract", then="Retract it")
        assert "Bridge opens again" in (await house.texts())[0], "one press takes nothing back"
        await ask(house, "◀ Back", then="Retract")
        await ask(house, "Retract", then="Retract it")
        await press(house, "Retract it")
        assert card["message_id"]
        shown = await seen(house, "demo", lambda m: bool(m.get("edit_date")))
    assert "Bridge opens again" not in str(shown["text"])
    assert await cards(house) == {}
    assert await look(house, ago=-DAY) == 0


async def test_a_page_that_comes_back_closes_its_card_and_trouble_of_the_site_is_no_evidence(house: House) -> None:
    (item,) = await published(house, "Harbour festival postponed")
    house.paper.answers[item.number] = 503
    assert await look(house, ago=timedelta(hours=47)) == 1
    assert await cards(house) == {}
    house.paper.answers[item.number] = 410
    assert await look(house, ago=timedelta(hours=40)) == 1
    assert "page-missing" in await cards(house)
    del house.paper.answers[item.number]
    assert await look(house, ago=timedelta(hours=20)) == 1
    assert await cards(house) == {}


async def test_several_missing_at_once_are_the_trouble_of_their_source(house: House) -> None:
    items = await published(house, "First of three stories", "Second of the three", "The third one of them")
    house.paper.answers = {item.number: 410 for item in items[:2]}
    assert await look(house, ago=timedelta(hours=46)) == 3
    assert "page-missing" in await cards(house)
    async with house.parts.db.write() as tx:  # the third is due a little later
        moved = datetime.now(UTC) - timedelta(hours=46, minutes=40)
        await tx.execute(update(posts).where(posts.c.visible_text.contains("The third one")).values(sent_at=moved))
    house.paper.answers[items[2].number] = 404
    assert await look(house, ago=timedelta(hours=45, minutes=30)) == 1
    assert set(await cards(house)) == {"pages-missing"}, "one notice in place of cards"
    await house.work()
    ill = await source(house)
    assert ill.problem is not None and "3 pages of paper went missing at once." in ill.problem
    assert health_of(ill, datetime.now(UTC)).state == "failing", "a feed that answers does not hide it"
    house.paper.answers.clear()
    await look(house, ago=-DAY)
    assert await cards(house) == {}
    assert health_of(await source(house), datetime.now(UTC)).state != "failing"
    assert len(await house.texts()) == 3
