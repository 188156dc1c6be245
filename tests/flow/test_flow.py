"""From a source to a channel: what other bots lose or send twice, this one does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from bot.store import articles
from tests.flow.conftest import House


def when(message: dict[str, object]) -> int:
    return int(str(message["date"]))


async def test_what_a_new_source_lists_is_read_and_never_posted(house: House) -> None:
    assert await house.texts() == []
    async with house.parts.db.read() as tx:
        assert len(await articles.latest(tx, limit=10)) == 3


async def test_a_new_article_is_posted_once_with_its_link_and_share_buttons(house: House) -> None:
    item = house.paper.add("City opens its first night-bus line")
    await house.work()
    await house.work()
    (message,) = await house.posts()
    assert "City opens its first night-bus line" in str(message["text"])
    buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]  # type: ignore[index]
    assert buttons[0]["url"] == house.paper.address(item)
    assert any("wa.me" in b.get("url", "") for b in buttons)
    assert any("t.me/share" in b.get("url", "") for b in buttons)
    assert any(b.get("copy_text", {}).get("text") == house.paper.address(item) for b in buttons)


async def test_twelve_new_articles_at_once_arrive_in_order_and_paced(house: House) -> None:
    titles = [f"Story number {n} of the evening" for n in range(12)]
    for number, title in enumerate(titles):
        house.paper.add(title, age=timedelta(minutes=30 - number))
    await house.work()
    posts = await house.posts()
    assert [next(t for t in titles if t in str(m["text"])) for m in posts] == titles
    assert all(b - a >= 0 for a, b in pairwise(map(when, posts)))
    refused = [e for e in await house.box.people.journal(limit=1000) if e.get("status") == 429]
    assert refused == []


async def test_a_send_that_telegram_refuses_for_a_while_is_sent_after_it(house: House) -> None:
    await house.box.people.fault("flood", method="sendMessage", times=1, retry_after=2)
    for number in range(3):
        house.paper.add(f"After the flood {number}", age=timedelta(minutes=9 - number))
    await house.work()
    texts = await house.texts()
    assert [n for text in texts for n in range(3) if f"After the flood {n}" in text] == [0, 1, 2]


async def test_a_feed_that_changes_all_its_guids_repeats_nothing(house: House) -> None:
    house.paper.add("One real story")
    await house.work()
    for item in house.paper.items:
        item.guid = f"new-{item.guid}"
    await house.work()
    assert len(await house.texts()) == 1


async def test_a_corrected_headline_edits_the_post_silently_with_a_mark(house: House) -> None:
    item = house.paper.add("Ferry fares rise by ten percent")
    await house.work()
    item.title = "Ferry fares rise by two percent"
    item.body = item.body.replace("ten", "two")
    await house.work()
    (message,) = await house.posts()
    assert "two percent" in str(message["text"])
    assert "ten percent" not in str(message["text"])
    assert message.get("edit_date")
    assert message.get("reply_markup"), "an edit keeps the buttons"


async def test_an_unchanged_feed_is_asked_for_with_its_tag_and_answers_304(house: House) -> None:
    await house.work()
    await house.work()
    assert house.paper.asked["feed", 304] >= 2
    assert house.paper.asked["feed", 200] == 1


async def test_articles_whose_pages_are_gone_are_posted_from_what_the_feed_says(house: House) -> None:
    house.paper.pages = False
    house.paper.add("Only the feed knows this")
    await house.work()
    (text,) = await house.texts()
    assert "Only the feed knows this" in text


async def test_every_article_has_a_decision_that_says_why(house: House) -> None:
    house.paper.add("Decided story")
    await house.work()
    from bot.store import decisions

    async with house.parts.db.read() as tx:
        (article, *_) = await articles.latest(tx, limit=1)
        found = await decisions.of_article(tx, article.id)
    assert [d.posted for d in found] == [True]
    assert found[0].reason
    assert isinstance(found[0].decided_at, datetime)
