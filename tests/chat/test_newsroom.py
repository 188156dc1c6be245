"""What editors do besides pushing, over HTTP: a flash, what is planned, why, other limits for a while, how posts look,
and taking an article back everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import make_press
from bot.model import Entry, Source, SourceKind
from bot.posts import compose, preview
from bot.store import articles, audit, channels, posts, rules, saved, search, sources
from tests.chat.conftest import ANA, KIM, SAM, Json, Room, add_article, buttons_of, text_of
from tests.posts import samples


async def tap(room: Room, card: Json, text: str, words: str = "", person: str = "ana") -> Json:
    said = await room.box.people.press(person, "news", card["message_id"], text=text, wait=15)
    assert said is not None
    assert said["text"] == ""
    return await room.message(f"1000001:{ANA}", card["message_id"], words) if words else card


async def write(room: Room, words: str, *, expect: str, person: str = "ana", **more: Any) -> Json:
    await room.box.people.send(person, "news", words, **more)
    return await room.answer({"ana": ANA, "sam": SAM, "kim": KIM}[person], words=expect)


async def arrive(room: Room, title: str, *summary: str) -> int:
    """An article of a source that goes to Demo News, composed."""
    now, url = datetime.now(UTC), f"https://harbor.example/{title.replace(' ', '-')}"
    async with room.parts.db.write() as tx:
        source = await sources.named(tx, "harbor") or await sources.put(
            tx, Source(id=0, name="harbor", kind=SourceKind.FEED, url="https://harbor.example/feed"), now=now
        )
        await rules.send_source_to(tx, "harbor", ("demo",))
        entry = Entry(url=url, title=title, published=now)
        added = await articles.add_found(tx, source_id=source.id, entry=entry, baseline=False, now=now)
        article = samples.article(
            id=added.article_id, source_id=source.id, url=url, canonical_url=url, title=title, published=now,
            summary=summary or ("It was said on Monday.",),
        )  # fmt: skip
        await articles.store_ready(tx, article, now=now)
        await search.index_article(tx, article, now=now)
    await compose.once(room.parts.db, make_press(room.parts.settings), now=now)
    return added.article_id


async def test_a_flash_is_posted_by_one_confirmation_and_becomes_the_article_that_tells_it(room: Room) -> None:
    assert "SW-P45" in text_of(await write(room, "/flash", expect="This is no flash"))
    card = await write(room, "/flash Ferry service suspended after collision", expect="Post this at once")
    assert buttons_of(card) == [["Flash to Demo News"], ["Flash to Demo <Tech>"]]
    shown = (await room.messages(ANA))[-2]
    await room.stop()
    await room.begin()
    await tap(room, card, "Flash to Demo News", "Publishing in Demo News")
    (post,) = await room.until(room.posts)
    assert text_of(post) == text_of(shown)
    assert text_of(post).splitlines()[:2] == ["BREAKING", "Ferry service suspended after collision"]
    await add_article(room, 1, "Ferry service suspended after collision, says a witness")
    by_hand = text_of(await room.say("ana", "https://paper.example/1", 2))
    assert "Similar, posted here" in by_hand, "pushed by hand it would be told a second time"
    assert by_hand.endswith("Ferry service suspended after collision")
    await arrive(room, "Something else entirely")
    await arrive(room, "Ferry service is suspended after a collision in the harbour", "Nobody was hurt.")
    grown = await room.message("demo", post["message_id"], "Nobody was hurt.")
    assert "in the harbour" in text_of(grown)
    await room.until(lambda: _count(room, 2))  # the flash and the other article
    told = await write(
        room, "/explain https://harbor.example/Ferry-service-is-suspended-after-a-collision-in-the-harbour",
        expect="Why, or why not",
    )  # fmt: skip
    assert "Demo News: posted. It became the flash that was posted before." in text_of(told)
    assert "Demo <Tech>: not posted (rule). No rule sends it here." in text_of(told)


async def test_what_is_planned_is_listed_moved_and_cancelled(room: Room) -> None:
    assert text_of(await room.say("ana", "/scheduled")) == "Nothing is planned."
    article = await add_article(room, 1, "Ferries at the harbour")
    later = datetime.now(UTC) + timedelta(hours=5)
    press_ = make_press(room.parts.settings)
    await preview.push(room.parts.db, press_, article, 1, by=ANA, now=datetime.now(UTC), at=later)
    card = await write(room, "/scheduled", expect="1 post is planned")
    assert "Demo News: Ferries at the harbour" in text_of(card)
    one = await tap(room, card, "1", "Planned for Demo News")
    assert buttons_of(one) == [["Now", "Other time"], ["Cancel it", "◀ List"]]
    await tap(room, one, "Other time")
    await room.answer(ANA, words="Answer with a time")
    await write(room, "in 3 days", expect="in 3 days")
    again = await tap(room, one, "◀ List", "1 post is planned")
    one = await tap(room, again, "1", "in 3 days")
    await tap(room, one, "Cancel it", "Taken back. Nothing was posted.")
    assert text_of(await write(room, "/scheduled", expect="Nothing is planned"))


async def test_other_limits_for_a_while_are_shown_and_end_by_themselves(room: Room) -> None:
    async with room.parts.db.write() as tx:
        (demo,) = [c for c in await channels.every(tx) if c.name == "demo"]
        await channels.change(tx, demo.id, options={"hold": "0s", "pace": {"gap": "3h"}}, timezone="Europe/Paris")
    card = await write(room, "/override", expect="For which channel?")
    what = await tap(room, card, "Demo News", "What shall be different in Demo News")
    until = await tap(room, what, "no limits", "Until when?")
    await tap(room, until, "Type a time")
    await room.answer(ANA, words="Until when, in Demo News?")
    told = await write(room, "in 2 hours", expect="Demo News: no limits")
    assert "Europe/Paris, in 2 h 0 min" in text_of(told)
    assert "Demo News: no limits until" in text_of(await write(room, "/status", expect="Status"))
    await arrive(room, "A first story of the day")
    await arrive(room, "Another tale of the town")
    await room.until(lambda: _count(room, 2))
    async with room.parts.db.read() as tx:
        kept = await channels.named(tx, "demo")
        deeds = await audit.latest(tx, bot_id=1000001)
    assert kept is not None
    assert "override" in {deed.what for deed in deeds}
    card = await write(room, "/override", expect="For which channel?")
    what = await tap(room, card, "Demo News", "Demo News: no limits until")
    await tap(room, what, "As always", "Demo News is as it always is.")
    assert "no limits" not in text_of(await write(room, "/status", expect="Status"))


async def _count(room: Room, count: int) -> bool:
    return len(await room.posts()) == count


async def test_a_template_is_shown_replaced_refused_with_its_line_and_put_back(room: Room) -> None:
    await add_article(room, 1, "Ferries at the harbour")
    card = await write(room, "/template", expect="The template of which channel?")
    card = await tap(room, card, "Demo News", "Demo News uses the template “share”")
    assert "of 100 entities" in text_of(card)
    await tap(room, card, "Replace it")
    await room.answer(ANA, words="Send me the new template for Demo News")
    bad = await write(room, "<b>{{ title }}</b>\n{{ sumary }}", expect="Line 2")
    assert 'did you mean "summary"' in text_of(bad).lower() or "summary" in text_of(bad)
    await room.stop()
    await room.begin()
    await write(room, "<u>{{ title }}</u> ({{ source }})", expect="Ferries at the harbour (Test & Paper)")
    saved_ = [m for m in await room.messages(ANA) if "Saved for Demo News" in text_of(m)]
    assert saved_
    await write(room, "https://paper.example/1", expect="Preview for Demo News")
    assert text_of((await room.messages(ANA))[-2]) == "Ferries at the harbour (Test & Paper)"
    card = await write(room, "/template", expect="The template of which channel?")
    card = await tap(room, card, "Demo News", "Demo News uses the template “channel-demo”")
    await tap(room, card, "Back to the default", "Demo News has the default template again.")
    async with room.parts.db.read() as tx:
        found = await channels.named(tx, "demo")
    assert found is not None
    assert found.template == "share"


async def test_an_article_is_withdrawn_everywhere_and_only_the_owner_sees_it_then(room: Room) -> None:
    article = await add_article(room, 1, "Ferries at the harbour")
    db = room.parts.db
    card = await room.say("ana", "https://paper.example/1", 2)
    await tap(room, card, "Publish", "Published in Demo News")
    async with db.write() as tx:
        await saved.add(tx, bot_id=1000001, user_id=SAM, article_id=article, now=datetime.now(UTC))
    press_ = make_press(room.parts.settings)
    later = datetime.now(UTC) + timedelta(hours=5)
    await preview.push(db, press_, article, 2, by=ANA, now=datetime.now(UTC), at=later)
    (post,) = await room.posts()
    link = f"https://t.me/demonews/{post['message_id']}"
    sure = await write(room, f"/withdraw {link}", expect="Withdraw this everywhere?")
    for line in ("1 message in channels", "1 post that waits", "1 saved list", "search and inline answers"):
        assert f"• {line}" in text_of(sure)
    await room.stop()
    await room.begin()
    done = await tap(room, sure, "Withdraw it", "Withdrawn everywhere")
    tomb = await room.message("demo", post["message_id"], "Story withdrawn")
    assert "Ferr" not in text_of(tomb)
    async with db.read() as tx:
        assert (await search.search(tx, "ferries harbour", limit=5)).found == ()
        assert await articles.latest(tx, limit=5) == ()
        assert (await saved.page(tx, bot_id=1000001, user_id=SAM, limit=5)).articles == ()
        assert await posts.carrying(tx, article, 2) is None
    again = await write(room, "https://paper.example/1", expect="This article was withdrawn")
    assert again
    assert "Nothing for" in text_of(await write(room, "ferries harbour", expect="Nothing for", person="sam"))
    refused = await _press_as(room, done, "Show the original", "kim")
    assert "Only the owner" in refused
    shown = await tap(room, done, "Show the original", "Ferries at the harbour")
    await tap(room, shown, "Erase it", "Erased. Nothing of what it said is left here.")
    async with db.read() as tx:
        gone = await articles.get(tx, article)
        told = await posts.about(tx, article)
    assert gone is not None
    assert (gone.title, gone.text, gone.summary) == (None, None, ())
    assert {post.visible_text for post in told} == {""}


async def _press_as(room: Room, card: Json, text: str, person: str) -> str:
    data = next(b["callback_data"] for row in card["reply_markup"]["inline_keyboard"] for b in row if b["text"] == text)
    chat = {"kim": KIM, "sam": SAM}[person]
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    sent = await room.parts.bot.call("sendMessage", {"chat_id": chat, "text": "x", "reply_markup": keyboard})
    said = await room.box.people.press(person, "news", sent["message_id"], text="x", wait=15)
    assert said is not None
    return str(said["text"])


async def test_readers_may_do_none_of_it(room: Room) -> None:
    await add_article(room, 1, "Ferries at the harbour")
    for words in ("/flash x", "/scheduled", "/explain 1", "/override", "/template", "/withdraw 1"):
        assert "Only the owner and editors" in text_of(await room.say("sam", words)), words
