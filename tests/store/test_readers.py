"""What readers keep, on both databases: saved articles, finds of alerts, digests, and all that is known of a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import AlertKind, Article, ArticleState, Lane, PostKind, Request, Role
from bot.store import alerts, articles, digests, finds, people, personal, posts, queries, saved
from bot.store.database import Database
from bot.store.digests import ReaderDigest
from bot.store.finds import Find
from bot.store.posts import NewPost

NOW = datetime(2026, 12, 9, 12, tzinfo=UTC)
MINE = {"bot_id": 1, "user_id": 7}


async def add_article(db: Database, number: int, *, language: str = "en", story: int | None = None) -> int:
    url = f"https://paper.example/{number}"
    async with db.write() as tx:
        article_id = await articles.add_pushed(tx, url=url, keys=(f"url:{url}",), now=NOW)
        article = Article(
            id=article_id, source_id=None, state=ArticleState.FOUND, url=url, title=f"Story {number}",
            language=language, story_id=story, published=NOW - timedelta(minutes=number), found_at=NOW,
        )  # fmt: skip
        await articles.store_ready(tx, article, now=NOW)
    return article_id


async def test_a_shelf_is_paged_newest_first_and_withdrawn_articles_leave_it(db: Database) -> None:
    ids = [await add_article(db, number) for number in range(1, 4)]
    async with db.write() as tx:
        for place, one in enumerate(ids):
            assert await saved.add(tx, **MINE, article_id=one, now=NOW + timedelta(minutes=place))
        assert not await saved.add(tx, **MINE, article_id=ids[0], now=NOW)
        shelf = await saved.page(tx, **MINE, limit=2)
        assert ([article.id for article in shelf.articles], shelf.total) == ([ids[2], ids[1]], 3)
        assert await saved.remove(tx, **MINE, article_id=ids[2])
        assert not await saved.is_saved(tx, **MINE, article_id=ids[2])
        assert (await saved.page(tx, **MINE, limit=2, offset=1)).articles[0].id == ids[0]


async def test_what_alerts_found_is_looked_at_once_told_when_due_and_forgotten(db: Database) -> None:
    one, two = await add_article(db, 1), await add_article(db, 2)
    async with db.write() as tx:
        assert [look.article_id for look in await finds.to_look(tx, now=NOW, limit=5)] == [one, two]
        await finds.looked(tx, one, up_to=40, done=False, now=NOW)
        first, _ = await finds.to_look(tx, now=NOW, limit=5)
        assert (first.article_id, first.after) == (one, 40)
        await finds.looked(tx, one, up_to=50, done=True, now=NOW)
        assert [look.article_id for look in await finds.to_look(tx, now=NOW, limit=5)] == [two]
        assert await finds.to_look(tx, now=NOW + timedelta(days=3), limit=5) == ()
        found = [Find(**MINE, article_id=a, words="ferry", due_at=NOW + timedelta(hours=1)) for a in (one, two)]
        await finds.add(tx, [], now=NOW)
        await finds.add(tx, found, now=NOW)
        await finds.add(tx, found, now=NOW)
        assert await finds.due(tx, bot_id=1, now=NOW, limit=5) == ((), ())
        readers, waiting = await finds.due(tx, bot_id=1, now=NOW + timedelta(hours=1), limit=5)
        assert (readers, len(waiting)) == ((7,), 2)
        await finds.drop_article(tx, two)
        await finds.told(tx, **MINE, article_ids=[one], now=NOW)
        assert await finds.due(tx, bot_id=1, now=NOW + timedelta(hours=1), limit=5) == ((), ())
        assert await finds.forget_old(tx, now=NOW + timedelta(days=8)) == 2


async def test_a_stopped_alert_takes_with_it_what_waits(db: Database) -> None:
    one = await add_article(db, 1)
    async with db.write() as tx:
        await finds.add(tx, [Find(**MINE, article_id=one, words="ferry", due_at=NOW)], now=NOW)
        await finds.drop_alert(tx, **MINE, words="tram")
        assert (await finds.due(tx, bot_id=1, now=NOW, limit=5))[0] == (7,)
        await finds.drop_alert(tx, **MINE, words="ferry")
        assert (await finds.due(tx, bot_id=1, now=NOW, limit=5))[0] == ()


async def test_readers_digests_are_due_at_their_time_and_bring_one_article_of_each_story(db: Database) -> None:
    await add_article(db, 1, story=1)
    await add_article(db, 2, story=1)
    await add_article(db, 3, language="ur")
    async with db.write() as tx:
        await digests.put_reader(tx, ReaderDigest(**MINE, at=("08:00",), next_at=NOW))
        (due,) = await digests.due_readers(tx, bot_id=1, now=NOW, limit=5)
        assert due.at == ("08:00",)
        news = await digests.news(tx, since=NOW - timedelta(days=1), language=None, limit=9)
        assert [article.title for article in news] == ["Story 1", "Story 3"]
        own = await digests.news(tx, since=NOW - timedelta(days=1), language="ur-PK", limit=9)
        assert [article.title for article in own] == ["Story 3"]
        assert await digests.news(tx, since=NOW, language=None, limit=9) == ()
        await digests.put_reader(tx, ReaderDigest(**MINE, at=()))
        assert await digests.of_reader(tx, **MINE) is None


async def test_all_that_is_known_of_a_person_is_shown_and_deleted(db: Database) -> None:
    article = await add_article(db, 1)
    async with db.write() as tx:
        await people.meet(tx, **MINE, name="Sam", language="en", now=NOW)
        await people.set_option(tx, "zone", "Asia/Karachi", **MINE)
        await alerts.add(tx, **MINE, text="ferry", kind=AlertKind.INSTANT, now=NOW)
        await saved.add(tx, **MINE, article_id=article, now=NOW)
        await queries.add(tx, **MINE, words="harbour", options={}, now=NOW)
        await digests.put_reader(tx, ReaderDigest(**MINE, at=("08:00",), next_at=NOW))
        request = Request(method="sendMessage", params={"text": "x"})
        post = NewPost(
            bot_id=1, once_key="alert:1:7", kind=PostKind.ALERT, lane=Lane.ALERT, chat_id=7, requests=(request,),
            visible_text="x", article_id=article,
        )  # fmt: skip
        assert await posts.add_post(tx, post, now=NOW) is not None
        known = await personal.everything(tx, **MINE)
        assert known["person"]["options"] == {"zone": "Asia/Karachi"}
        assert [len(known[part]) for part in ("alerts", "saved", "searches", "sent_to_you")] == [1, 1, 1, 1]
        await people.mark_blocked(tx, **MINE, now=NOW)
        assert [one.state for one in await posts.alerts_of(tx, article)] == ["cancelled"]
        await personal.forget(tx, **MINE)
        assert await people.get(tx, **MINE) is None
        empty = await personal.everything(tx, **MINE)
        assert not any(empty.values())
        await people.give_role(tx, **MINE, role=Role.OWNER, now=NOW)
        await personal.forget(tx, **MINE)
        assert (await people.get_many(tx, [7], bot_id=1))[7].role is Role.OWNER
        assert await people.get_many(tx, [], bot_id=1) == {}
