"""Manners: old buttons, failures, slow answers, groups and their topics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import text as sql
from sqlalchemy import update

from bot.model import Lane, PostKind, Request
from bot.sandbox import running
from bot.sandbox.world import World
from bot.store import posts, queries, schema
from bot.store.posts import NewPost
from tests.chat.conftest import ANA, SAM, WORLD, Room, add_article, buttons_of, furnish, room_of, text_of
from tests.chat.test_readers import fill, refused_calls, tamper
from tests.sandbox.pictures import png

DESK = -1001000000009
FORUM = WORLD.replace(
    'title = "News desk"\n', 'title = "News desk"\nforum = true\nadmins.news.rights = ["manage_topics"]\n'
)


async def test_every_button_of_a_month_ago_works_or_says_why(room: Room) -> None:
    """After a restart, with what searches and questions left behind long gone, and the article and alert too."""
    await fill(room, 7)
    await room.say("sam", "/start")
    await room.say("sam", "harbour")
    await room.say("sam", "zeppelin")
    await room.say("sam", "/follow harbour")
    await room.say("sam", "/settings")
    await room.say("sam", "/digest 8:00")
    await room.say("sam", "/digest")
    await room.box.people.start("sam", "news", "st_1")
    await room.until(lambda: has(room, "Story 1 of the harbour\n"))
    await room.say("sam", "/forgetme")
    shown = [m for m in await room.messages(SAM) if buttons_of(m)]
    await room.stop()
    async with room.parts.db.write() as tx:
        await queries.forget_old(tx, now=datetime.now(UTC) + timedelta(days=31))
        await tx.execute(update(schema.people).values(seen_at=datetime.now(UTC) - timedelta(days=31)))
        for table in ("alerts", "reader_digests", "facts", "updates"):
            await tx.execute(sql(f"DELETE FROM {table}"))
        await tx.execute(sql("UPDATE articles SET state = 'skipped' WHERE id > 3"))
    await room.begin()
    pressed: dict[str, str] = {}
    for message in shown:
        for button in [one for row in message["reply_markup"]["inline_keyboard"] for one in row]:
            data = button.get("callback_data", "")
            verb = ":".join(data.split(":")[1:2])
            if not data or verb in pressed:
                continue
            answer = await tamper(room, data)  # under a message of its own: others were changed by presses before
            assert answer is not None, f"{data} was not answered"
            pressed[verb] = str(answer.get("text") or "")
    assert {"latest", "open", "page", "sort", "tell", "kind", "mute", "end", "set", "daily", "save", "forget"} <= set(
        pressed
    )
    for verb in ("page", "sort", "tell"):
        assert pressed[verb] == "This list has expired. Search again: just type your words.", verb
    for verb in ("kind", "mute", "end"):
        assert pressed[verb] == "This alert is no longer there. See /alerts", verb
    assert not any("went wrong" in said for said in pressed.values())
    assert await refused_calls(room) == []


async def has(room: Room, words: str) -> bool:
    return any(text_of(m).startswith(words) for m in await room.messages(SAM))


async def test_a_press_whose_handler_fails_is_answered_in_the_persons_language(tmp_path: Path) -> None:
    world = WORLD.replace('first_name = "Sam <b>"\nlanguage_code = "en"', 'first_name = "Sam"\nlanguage_code = "de"')
    async with running(World.from_toml(world)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        await add_article(room, 1, "Ferry runs again")
        await box.people.start("sam", "news", "st_1")
        shown = await room.answer(SAM)
        async with room.parts.db.write() as tx:
            await tx.execute(sql("ALTER TABLE saved RENAME TO saved_elsewhere"))
        answer = await box.people.press("sam", "news", shown["message_id"], data="v1:save:1", wait=15)
        assert answer is not None
        assert answer["text"].startswith("Bei mir ist etwas schiefgegangen")
        assert answer["show_alert"]


async def test_an_answer_that_takes_long_shows_typing_first(room: Room) -> None:
    async def typing() -> Any:
        return [c for c in await room.box.people.journal() if c["method"] == "sendChatAction"]

    async def slow(_: web.Request) -> web.Response:
        await room.until(typing)  # the site answers once the person was shown that we are at work
        return web.Response(status=404, text="not here", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", slow)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told = await room.say("ana", f"http://127.0.0.1:{runner.addresses[0][1]}/story")
    assert text_of(told).startswith("There is nothing at this address (404).")
    assert (await typing())[0]["params"]["chat_id"] == str(ANA) or (await typing())[0]["params"]["chat_id"] == ANA
    await runner.cleanup()


async def test_inline_results_are_each_persons_own_and_kept_briefly(room: Room) -> None:
    await fill(room)
    await room.box.people.inline("sam", "news", "harbour")
    (call,) = [c for c in await room.box.people.journal() if c["method"] == "answerInlineQuery"]
    params = call["params"]
    assert params["is_personal"] in (True, "true")
    assert int(params["cache_time"]) <= 30
    assert "inl" in str(params["button"])
    await room.box.people.start("sam", "news", "inl")
    assert text_of(await room.answer(SAM)).startswith("Hi!")


async def test_in_a_group_with_topics_the_answer_and_the_card_stand_in_the_topic(tmp_path: Path) -> None:
    async with running(World.from_toml(FORUM)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        await fill(room, 2)
        made = await room.parts.bot.call("createForumTopic", {"chat_id": DESK, "name": "Harbour"})
        topic = made["message_thread_id"]
        await box.people.send("sam", "desk", "/search@demo_news_bot harbour", thread=topic)

        async def listed() -> Any:
            return [m for m in await box.people.messages("desk") if "2 results" in text_of(m)]

        answer = (await room.until(listed))[0]
        assert answer["message_thread_id"] == topic
        await box.people.press("sam", "desk", answer["message_id"], text="2", wait=15)

        async def opened() -> Any:
            return [m for m in await box.people.messages("desk") if "Read on paper.example" in str(buttons_of(m))]

        assert (await room.until(opened))[0]["message_thread_id"] == topic
        assert await refused_calls(room) == []


async def test_a_group_is_not_flooded_with_our_words(room: Room) -> None:
    await fill(room, 1)
    for person in ("sam", "kim", "ana", "sam", "kim", "ana", "sam", "kim", "ana", "sam", "kim", "ana"):
        await room.box.people.send(person, "desk", "/latest@demo_news_bot")
    await room.box.people.send("sam", "desk", "just talk")
    await room.say("sam", "/latest")

    async def ours() -> list[Any]:
        return [m for m in await room.box.people.messages("desk") if text_of(m).startswith("Latest")]

    await room.until(lambda: _at_least(ours, 8))
    assert 8 <= len(await ours()) < 12


async def _at_least(look: Any, count: int) -> bool:
    return len(await look()) >= count


async def test_a_forwarded_post_or_its_link_leads_to_its_article(room: Room) -> None:
    article = await add_article(room, 1, "Ferry runs again")
    await add_article(room, 2, "Tram line opens")
    post = NewPost(
        bot_id=1000001, once_key=f"share:{article}:1:0", kind=PostKind.SHARE, lane=Lane.CHANNEL, channel_id=1,
        chat_id=-1001000000001, article_id=article, visible_text="Look at this", due_at=datetime.now(UTC),
        requests=(Request(method="sendMessage", params={"chat_id": -1001000000001, "text": "Look at this"}),),
    )  # fmt: skip
    async with room.parts.db.write() as tx:
        await posts.add_post(tx, post, now=datetime.now(UTC))
    shown = (await room.until(lambda: room.posts("demo")))[0]

    async def written_down() -> bool:
        async with room.parts.db.read() as tx:
            found = await posts.of_article(tx, article)
        return any(one.remote_url for one in found)

    await room.until(written_down)
    for pointed in ("https://t.me/demonews/{}?single", "https://telegram.me/s/demonews/{}"):
        link = pointed.format(shown["message_id"])
        assert text_of(await room.say("sam", link)).startswith("Ferry runs again"), link
    assert text_of(await forward(room, shown["message_id"])).startswith("Ferry runs again")
    other = await room.box.people.send("ana", "demo", "Tram line opens\nSomebody else's words about it")
    assert "<b>Tram line opens</b>" not in text_of(found := await forward(room, other["message_id"]))
    assert text_of(found).startswith("Tram line opens — 1 result")
    assert "do not have this article" in text_of(await room.say("sam", "https://t.me/demonews/99"))
    assert await refused_calls(room) == []


async def forward(room: Room, message_id: int) -> dict[str, Any]:
    before = len(await room.messages(SAM))
    await room.box.people.do("forward", **{"as": "sam"}, chat="demo", message_id=message_id, to="news")
    return await room.answer(SAM, before + 1)


async def test_a_file_is_answered_and_the_words_under_a_picture_are_looked_for(room: Room) -> None:
    await add_article(room, 1, "Ferry runs again")

    async def sent(**content: Any) -> str:
        before = len(await room.messages(SAM))
        await room.box.people.send("sam", "news", **content)
        return text_of(await room.answer(SAM, before + 1))

    assert (await sent(text="ferry", photo=png())).startswith("ferry — 1 result")
    assert await sent(photo=png()) == "I can only read words. Type some to search, or /latest."
