"""Readers' alerts: who is told of an article, found by its words in its own language, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, insert, select
from sqlalchemy import text as sql

from bot.model import AlertKind, AlertRefusal, AlertState, Article, ArticleState
from bot.store import alerts, people, upgrade
from bot.store.database import Database, Tx
from bot.store.schema import alert_searches, alert_terms, sources

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOT, ANA, BEN = 7, 501, 502


def article(title: str, text: str = "", *, language: str | None = "en", **more: object) -> Article:
    fields = {"id": 1, "source_id": None, "state": ArticleState.READY, "url": "https://news.example.org/1"} | more
    return Article(title=title, text=text, language=language, **fields)  # type: ignore[arg-type]


async def follow(tx: Tx, text: str, user: int = ANA, kind: AlertKind = AlertKind.INSTANT) -> alerts.Added:
    return await alerts.add(tx, bot_id=BOT, user_id=user, text=text, kind=kind, now=NOW)


async def add_source(tx: Tx, name: str, title: str) -> int:
    row = {"name": name, "title": title, "kind": "feed", "url": f"https://{name}.example/feed", "created_at": NOW}
    return int((await tx.execute(insert(sources).values(**row).returning(sources.c.id))).scalar_one())


BUS = article("City opens its first night bus line", "Buses run every 20 minutes. The union of drivers agreed.")
HAUS = article("Neue Häuser am Hafen", "Die Stadt baut Häuser für Familien.", language="de")
URDU = article("وزیر اعظم نے کتابیں تقسیم کیں", "لاہور میں کتابیں تقسیم ہوئیں۔ عمران خان بھی تھے۔", language="ur")
HINDI = article("रक्षा मंत्री ने किताबों का विमोचन किया", "बच्चों को किताबें दी गईं।", language="hi")
ARABIC = article("الوزارة تعلن موعد الانتخابات", "قال الوزير إن الانتخابات ستجرى في العاصمة.", language="ar")
CHINESE = article("国防部长访问东京", "国防部长周五抵达东京，讨论边境安全问题。", language="zh")
WAR = article("A man of war", "He was there.")

CASES = [
    ("night bus", BUS, True), ("NIGHT BUSES", BUS, True), ("buses", BUS, True), ("night tram", BUS, False),
    ('"night bus"', BUS, True), ('"bus night"', BUS, False), ('"first night buses"', BUS, True),
    ('"bus line of the buses"', BUS, False), ("bus -union", BUS, False), ("bus -tram", BUS, True),
    ('bus -"union of drivers"', BUS, False), ('bus -"drivers union"', BUS, True), ("bus lang:en", BUS, True),
    ("bus lang:de", BUS, False), ("bus lang:de lang:en", BUS, True), ("bus site:example.org", BUS, True),
    ("bus site:news.example.org", BUS, True), ("bus site:other.org", BUS, False), ("site:example.org", BUS, True),
    ("site:ample.org", BUS, False), ("bus since:2d", BUS, True), ("the bus", BUS, True), ("bus-line", BUS, True),
    ("line-bus", BUS, False), ("war", WAR, True), ("war man", WAR, True), ("war", HAUS, False),
    ("Haus", HAUS, True), ("häusern", HAUS, True), ("die Häuser", HAUS, True), ("Haus Familie", HAUS, True),
    ("کتاب", URDU, True), ("عمران خان", URDU, True), ('"عمران خان"', URDU, True), ("لاهور", URDU, True),
    ("کراچی", URDU, False), ("किताब", HINDI, True), ("मंत्री", HINDI, True), ("चुनाव", HINDI, False),
    ("انتخابات", ARABIC, True), ("الإنتخابات", ARABIC, True), ("وزارة", ARABIC, True),
    ("国防部长", CHINESE, True), ("东京", CHINESE, True), ("部长国防", CHINESE, False),
]  # fmt: skip


async def test_an_article_finds_the_alerts_that_wait_for_it(db: Database) -> None:
    async with db.write() as tx:
        ids = {}
        for text, _, _ in CASES:
            added = await follow(tx, text, user=len(ids))
            assert added.alert is not None, text
            ids[text] = added.alert.id
        found = {id(one): {a.id for a in await alerts.matching(tx, one, now=NOW)} for _, one, _ in CASES}
        wrong = {(text, one.title): hit for text, one, hit in CASES if (ids[text] in found[id(one)]) is not hit}
    assert wrong == {}


async def test_people_who_ask_for_the_same_share_one_search(db: Database) -> None:
    async with db.write() as tx:
        one, other = await follow(tx, "night bus"), await follow(tx, "BUS  night", user=BEN)
        assert one.alert and other.alert and one.alert.words == other.alert.words == ("bus", "night")
        assert (await tx.execute(select(func.count()).select_from(alert_searches))).scalar_one() == 1
        assert [a.user_id for a in await alerts.matching(tx, BUS, now=NOW)] == [ANA, BEN]
        assert [a.user_id for a in await alerts.matching(tx, BUS, now=NOW, after=one.alert.id)] == [BEN]
        assert [a.user_id for a in await alerts.matching(tx, BUS, now=NOW, most=1)] == [ANA]
        assert await alerts.matching(tx, BUS, now=NOW, bot_id=BOT + 1) == ()
        assert await alerts.remove(tx, one.alert.id, bot_id=BOT, user_id=ANA)
        assert [a.user_id for a in await alerts.matching(tx, BUS, now=NOW)] == [BEN]
        assert await alerts.forget(tx, bot_id=BOT, user_id=BEN) == 1
        for table in (alert_searches, alert_terms):
            assert (await tx.execute(select(func.count()).select_from(table))).scalar_one() == 0


async def test_an_alert_rests_while_muted_stopped_or_blocked(db: Database) -> None:
    async with db.write() as tx:
        await people.meet(tx, bot_id=BOT, user_id=ANA, name="Ana", language="en", now=NOW)
        added = await follow(tx, "night bus")
        assert added.alert is not None
        mine = {"bot_id": BOT, "user_id": ANA}
        muted = await alerts.mute(tx, added.alert.id, until=NOW + timedelta(hours=1), **mine)
        assert muted is not None and muted.muted_until == NOW + timedelta(hours=1)
        assert await alerts.matching(tx, BUS, now=NOW) == ()
        assert [hit.id for hit in await alerts.matching(tx, BUS, now=NOW + timedelta(hours=1))] == [muted.id]
        await alerts.mute(tx, added.alert.id, until=None, **mine)
        stopped = await alerts.change(tx, added.alert.id, state=AlertState.STOPPED, kind=AlertKind.DAILY, **mine)
        assert stopped is not None and (stopped.state, stopped.kind) == (AlertState.STOPPED, AlertKind.DAILY)
        assert await alerts.matching(tx, BUS, now=NOW) == ()
        again = await follow(tx, "bus night", kind=AlertKind.HOURLY)
        assert again.known and again.alert is not None and again.alert.kind is AlertKind.HOURLY
        await people.mark_blocked(tx, bot_id=BOT, user_id=ANA, now=NOW)
        assert await alerts.matching(tx, BUS, now=NOW) == ()
        await people.meet(tx, bot_id=BOT, user_id=ANA, name="Ana", language="en", now=NOW)
        (hit,) = await alerts.matching(tx, BUS, now=NOW)
        (mine_again,) = await alerts.of_person(tx, bot_id=BOT, user_id=ANA)
        assert hit == alerts.Hit(
            mine_again.id, BOT, ANA, mine_again.text, mine_again.kind, mine_again.created_at or NOW
        )


async def test_what_is_somebody_elses_is_not_there(db: Database) -> None:
    async with db.write() as tx:
        added = await follow(tx, "night bus")
        assert added.alert is not None
        theirs = {"bot_id": BOT, "user_id": BEN}
        assert await alerts.get(tx, added.alert.id, **theirs) is None
        assert await alerts.mute(tx, added.alert.id, until=NOW, **theirs) is None
        assert await alerts.change(tx, added.alert.id, state=AlertState.STOPPED, **theirs) is None
        assert not await alerts.remove(tx, added.alert.id, **theirs)
        assert await alerts.get(tx, added.alert.id, bot_id=BOT, user_id=ANA) == added.alert
        assert await alerts.forget(tx, **theirs) == 0


async def test_a_source_is_followed_by_its_name_or_title(db: Database) -> None:
    async with db.write() as tx:
        harbor, valley = await add_source(tx, "harbor", "Harbor Times"), await add_source(tx, "valley", "Valley Post")
        for text in ("source:harbor", 'source:"Harbor Times"', 'bus source:"Harbor Times" source:valley'):
            assert (await follow(tx, text)).alert is not None
        from_harbor = await alerts.matching(tx, article("Trams", source_id=harbor), now=NOW)
        assert [a.text for a in from_harbor] == ["source:harbor", 'source:"Harbor Times"']
        assert len(await alerts.matching(tx, article("A bus", source_id=valley), now=NOW)) == 1


@pytest.mark.parametrize(
    "text", ["", "  ", "the", "the and of", "🚌", "-bus", "\x00\u202e", '""', "lang:de", "since:7d"]
)
async def test_an_alert_for_nothing_is_refused(sqlite_db: Database, text: str) -> None:
    async with sqlite_db.write() as tx:
        added = await follow(tx, text)
        assert (added.alert, added.refused) == (None, AlertRefusal.NOTHING)


async def test_one_person_has_a_limit_and_others_are_not_touched(db: Database) -> None:
    async with db.write() as tx:
        results = [await follow(tx, f"otter{n}") for n in range(500)]
        assert sum(r.alert is not None for r in results) == alerts.MOST
        assert {r.refused for r in results[alerts.MOST :]} == {AlertRefusal.TOO_MANY}
        assert (await tx.execute(select(func.count()).select_from(alert_searches))).scalar_one() == alerts.MOST
        assert (await follow(tx, "otter3")).known
        assert (await follow(tx, "otter499", user=BEN)).alert is not None
        assert (await follow(tx, "source:nobody", user=BEN)).refused is AlertRefusal.UNKNOWN_SOURCE
        assert await alerts.count(tx, bot_id=BOT, user_id=ANA) == alerts.MOST


async def test_long_and_odd_alerts_are_bounded(db: Database) -> None:
    async with db.write() as tx:
        for text in ("a" * 5_000, "x" * 256, "otter " * 300, "bus\x00 \ud800 night", "\u202ebus\u202c", "((.*)*)+bus"):
            added = await follow(tx, text)
            assert added.alert is not None and len(added.alert.text) <= 400
        found = await alerts.matching(tx, BUS, now=NOW)
        assert [alert.text for alert in found] == ["bus ? night", "bus"]  # the last two are one
        assert await alerts.matching(tx, article("", "", language=None, url=None), now=NOW) == ()


def test_alerts_of_an_older_archive_learn_their_words(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = create_engine(f"sqlite:///{path}")
    queries = ['{"words":["bus","night"]}', '{"words":["bus"],"phrases":[["night","line"]]}', '{"sites":["a.example"]}']
    with old.begin() as connection:
        upgrade.bring_up_to_date(connection, path=None, migrate=True)
        for statement in (
            "ALTER TABLE alert_terms DROP COLUMN words",
            "ALTER TABLE alert_terms DROP COLUMN more",
            "DROP INDEX ix_posts_link",
            "UPDATE alembic_version SET version_num = '0011'",
        ):
            connection.execute(sql(statement))
        for number, query in enumerate(queries, 1):
            values = {"id": number, "query": query}
            connection.execute(sql("INSERT INTO alert_searches VALUES (:id, :id, :query, 0)"), values)
            connection.execute(sql("INSERT INTO alert_terms (term, search_id) VALUES ('bus', :id)"), values)
        upgrade.bring_up_to_date(connection, path=None, migrate=True)
        found = connection.execute(sql("SELECT words, more FROM alert_terms ORDER BY search_id")).all()
    old.dispose()
    assert [tuple(row) for row in found] == [("bus night", 0), ("bus night line", 1), ("", 1)]
