"""The archive's search, on both databases: words in every script, operators, order, and nothing typed is an error."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.model import Article, ArticleState
from bot.store import articles, search
from bot.store.database import Database, Tx
from bot.store.schema import articles as table
from bot.store.schema import sources
from bot.store.search import candidates, counting
from bot.store.search.asking import ask_in
from bot.store.search.matches import Limits, Match, postgres_expression, sqlite_expression
from bot.store.search.query import parse_query
from bot.store.search.ranking import Ranking, Wanted
from bot.store.search.snippets import Snippets

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def add(
    tx: Tx, title: str, text: str = "", *, language: str = "en", days: float = 1, url: str | None = None,
    source: int | None = None,
) -> int:  # fmt: skip
    published = NOW - timedelta(days=days)
    values = {"state": ArticleState.READY, "title": title, "text": text, "published": published, "found_at": NOW}
    statement = insert(table).values(**values, url=url, source_id=source, language=language).returning(table.c.id)
    article_id = int((await tx.execute(statement)).scalar_one())
    article = Article(
        id=article_id, source_id=source, state=ArticleState.READY, url=url, title=title, text=text, language=language
    )
    await search.index_article(tx, article, now=NOW)
    return article_id


async def find(tx: Tx, query: str, **options: object) -> list[int]:
    results = await search.search(tx, query, limit=10, now=NOW, **options)  # type: ignore[arg-type]
    return [found.id for found in results.found]


ARCHIVE = [
    ("en", "City opens its first night bus line", "Buses will run every 20 minutes until five in the morning."),
    ("en", "Drivers' union backs the plan", "The union said the night buses need more drivers and better pay."),
    ("en", "School meals get dearer", "Parents pay four euros, while a bus pass stays free."),
    ("hi", "रक्षा मंत्री ने किताबों का विमोचन किया", "मंत्री ने कहा कि क़लम की ताक़त बड़ी है। बच्चों को किताबें दी गईं।"),
    ("ur", "وزیر اعظم نے کتابیں تقسیم کیں", "لاہور میں طلبہ میں کتابیں تقسیم ہوئیں۔ عمران خان بھی موجود تھے۔"),
    ("ar", "الوزارة تعلن موعد الانتخابات", "قال الوزير إن الانتخابات ستجرى في العاصمة. إبراهيم أحمد يترشح."),
    ("fa", "دانشجویان کتاب‌ها را می‌خوانند", "در دانشگاه تهران دانشجویان کتاب‌های تازه می‌خوانند."),
    ("zh", "国防部长访问东京", "国防部长周五抵达东京，讨论边境安全问题。"),
    ("ja", "東京で大きな地震", "気象庁によると、東京都で震度5の地震があった。"),
    ("de", "Neue Häuser am Hafen", "Die Stadt baut Häuser für Familien. Straßenbahnen fahren bald."),
    ("ru", "Министр заявил о выборах", "Выборы президента пройдут весной, заявил министру журналист."),
    ("tr", "İstanbul'da otobüs hattı açıldı", "Belediye yeni otobüs hatlarını açtı."),
    ("th", "รัฐบาลประกาศวันหยุด", "รัฐบาลประกาศวันหยุดเพิ่มในกรุงเทพ"),
]  # fmt: skip

CASES = [
    ("night buses", 0), ("bus lines", 0), ("BUSES", 0), ("unions", 1), ("parent", 2),
    ("किताब", 3), ("किताबें", 3), ("कलम", 3), ("मंत्री", 3), ("ताकत", 3),
    ("کتاب", 4), ("كتابيں", 4), ("وزير اعظم", 4), ("عمران خان", 4), ("لاهور", 4),
    ("وزارة", 5), ("انتخابات", 5), ("الإنتخابات", 5), ("ابراهيم", 5), ("احمد", 5),
    ("دانشجو", 6), ("کتابهای", 6), ("دانشگاه", 6),
    ("国防部长", 7), ("国防", 7), ("边境", 7), ("東京", 8), ("地震", 8), ("気象庁", 8),
    ("haus", 9), ("hauser", 9), ("Häusern", 9), ("strassenbahn", 9), ("famili", 9),
    ("министра", 10), ("выборов", 10), ("istanbul", 11), ("otobusler", 11), ("วันหยุด", 12), ("กรุงเทพ", 12),
]  # fmt: skip


async def test_inflected_folded_and_partial_words_find_their_article(db: Database) -> None:
    async with db.write() as tx:
        ids = [await add(tx, title, text, language=language) for language, title, text in ARCHIVE]
        wrong = {query: found for query, place in CASES if ids[place] not in (found := await find(tx, query))}
    assert wrong == {}


async def test_relevance_puts_the_headline_and_all_words_first(db: Database) -> None:
    async with db.write() as tx:
        ids = [await add(tx, title, text, language=language) for language, title, text in ARCHIVE]
        assert await find(tx, "night bus") == [ids[0], ids[1], ids[2]]
        results = await search.search(tx, "night bus", limit=1, offset=1, now=NOW)
        assert (results.total, [found.id for found in results.found]) == (3, [ids[1]])
        assert results.found[0].snippet == "The union said the night buses need more drivers and better pay."


async def test_of_equals_the_newer_comes_first_and_newest_goes_by_time(db: Database) -> None:
    async with db.write() as tx:
        old, new = await add(tx, "Night bus", days=30), await add(tx, "Night bus", days=1)
        other = await add(tx, "Night bus night bus night", "The night bus.", days=90)
        assert await find(tx, "night bus", order="newest") == [new, old, other]
        assert (await find(tx, "night bus")).index(new) < (await find(tx, "night bus")).index(old)


async def test_operators_limit_what_is_found(db: Database) -> None:
    async with db.write() as tx:
        row = {"name": "harbor", "title": "Harbor Times", "kind": "feed", "url": "https://harbor.example/feed"}
        statement = insert(sources).values(**row, created_at=NOW).returning(sources.c.id)
        source = int((await tx.execute(statement)).scalar_one())
        bus = await add(tx, "Night bus opens", "The mayor came.", url="https://www.harbor.example/bus", source=source)
        union = await add(tx, "Bus drivers at night", "The union came.", url="https://valley.example/u", days=20)
        assert await find(tx, '"night bus"') == [bus]
        assert await find(tx, '"bus of the night"') == []
        assert await find(tx, "bus -union") == [bus] and await find(tx, 'bus -"drivers at night"') == [bus]
        assert await find(tx, "bus site:harbor.example") == [bus]
        assert await find(tx, "bus site:www.valley.example") == [union]
        assert await find(tx, 'bus source:"Harbor Times"') == await find(tx, "bus source:harbor") == [bus]
        assert await find(tx, "bus since:7d") == await find(tx, "bus", since=NOW - timedelta(days=7)) == [bus]
        assert await find(tx, "bus", source="harbor") == [bus]
        found = (await search.search(tx, "bus", limit=1, source="harbor", now=NOW)).found[0]
        assert (found.source, found.url, found.title) == (
            "Harbor Times",
            "https://www.harbor.example/bus",
            "Night bus opens",
        )


async def test_without_words_a_place_or_period_lists_its_newest(db: Database) -> None:
    async with db.write() as tx:
        row = {"name": "harbor", "title": "Harbor Times", "kind": "feed", "url": "https://harbor.example/feed"}
        statement = insert(sources).values(**row, created_at=NOW).returning(sources.c.id)
        source = int((await tx.execute(statement)).scalar_one())
        old = await add(tx, "Tram", days=20, url="https://valley.example/tram")
        new = await add(tx, "Bus strike", days=0.5, url="https://www.harbor.example/bus", source=source)
        day = await add(tx, "Ferry", "A bus waits.", days=1.2, language="de", url="https://harbor.example/ferry")
        undated = await add(tx, "Old map", url="https://harbor.example/map")
        await tx.execute(table.update().where(table.c.id == undated).values(published=None))
        found = {
            "since:yesterday": [new, day], "since:7d": [new, day], "since:2d until:2026-11-20": [],
            "until:2026-11-10": [old], "site:harbor.example": [new, day, undated], "site:valley.example": [old],
            "source:harbor": [new], 'source:"harbor times" since:7d': [new], "lang:de": [day],
            "since:7d -bus": [], 'since:7d -"bus strike"': [day], "site:harbor.example -ferry": [new, undated],
            "site:nowhere.example": [], "source:nobody": [], "-bus": [], "🚌": [],
        }  # fmt: skip
        assert {query: await find(tx, query) for query in found} == found
        listed = await search.search(tx, "site:harbor.example", limit=1, offset=1, now=NOW)
        assert (listed.total, listed.matches, listed.hints) == (3, 3, ())
        assert (listed.found[0].id, listed.found[0].snippet) == (day, "A bus waits.")
        assert [hint.kind for hint in (await search.search(tx, "source:nobody", limit=1, now=NOW)).hints] == [
            "unknown_source"
        ]
        assert (
            await find(tx, "since:7d", language="de")
            == await find(tx, "since:7d", until=NOW - timedelta(days=1))
            == [day]
        )


@pytest.mark.parametrize(
    "query",
    ["", "   ", '"', '""', "-", "-bus", "AND OR NOT NEAR", "bus*", "title:bus", "(((", "'; DROP TABLE articles", "🚌",
     "bus\x00 x", "a" * 256, "\u202ebus\u202c", "since:", "since:x bus", "site: bus", "bus ^ + {a}", '"bus', "\ud800",
     "!!&|<->:*"],
)  # fmt: skip
async def test_nothing_typed_is_an_error(db: Database, query: str) -> None:
    async with db.write() as tx:
        await add(tx, "Night bus opens")
        results = await search.search(tx, query, limit=5, now=NOW)
        assert results.total == len(results.found) <= 1
        assert "bus" not in query.lower().split() or query == "-bus" or results.total == 1


async def test_a_corrected_article_is_found_by_its_new_words_alone(db: Database) -> None:
    async with db.write() as tx:
        article_id = await add(tx, "Night bus opens", "Drivers rejoice.")
        article = await articles.get(tx, article_id)
        assert article is not None
        await search.index_article(tx, replace(article, title="Tram opens"), now=NOW)
        assert await find(tx, "bus") == [] and await find(tx, "tram") == [article_id]
        await tx.execute(table.delete().where(table.c.id == article_id))
        assert await find(tx, "tram") == []


async def test_function_words_in_capitals_are_names(db: Database) -> None:
    async with db.write() as tx:
        health = await add(tx, "WHO warns of a new flu", "Who is at risk is not known. The US and the EU were told.")
        trade = await add(tx, "New US tariffs on steel", "Who pays for it? The ministry said it was not consulted.")
        loud = await add(tx, "WHO PAYS FOR US", "Parents pay for school meals, and it is not cheap.")
        assert await find(tx, "WHO") == await find(tx, "who") == [health]
        assert await find(tx, "US") == [trade, health] and await find(tx, "IT") == []
        assert await find(tx, "WHO flu") == await find(tx, "flu") == [health]
        assert await find(tx, "US pay") == [trade, loud, health] and await find(tx, "who pay") == [loud, trade]
        assert await find(tx, '"new tariffs"') == await find(tx, '"new US tariffs"') == [trade]


async def test_a_common_word_and_a_rare_one_both_find(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_BUDGET", 5)
    monkeypatch.setattr(candidates, "_BUDGET_LONG", 5)
    async with sqlite_db.write() as tx:
        for number in range(30):
            await add(tx, f"Council report {number}", "The council met and the mayor spoke of the harbour plan.")
        rare = await add(tx, "Council and otters", "Otters came back to the harbour.")
        assert (await find(tx, "council otters"))[0] == rare
        assert len(await find(tx, "council")) == 10
        assert (await find(tx, "council mayor harbour plan"))[0] != rare


async def test_common_words_choose_among_the_articles_of_a_rare_one(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_GATHERED_POSTGRES", 6)  # the rare word's articles, and no more
    async with db.write() as tx:
        texts = ["otter", "otter mayor plan", "otter plan", "otter harbour", "otter", *["mayor plan", "harbour"] * 10]
        ids = [await add(tx, f"Report {number}", text) for number, text in enumerate(texts)]
        counts = {"otter": 5.0, "mayor": 11.0, "harbour": 11.0, "plan": 12.0}
        wanted = [Wanted(forms=(word,), documents=count) for word, count in counts.items()]

        best = await ask_in(
            tx, lambda ask: candidates.gather(ask, wanted, Match(), Limits(), most=3, total=10 * len(ids))
        )
        assert best == [ids[1], ids[3], ids[2]]


async def test_pages_show_every_article_once_also_those_beyond_the_likeliest(db: Database) -> None:
    async with db.write() as tx:
        ids = [
            await add(tx, f"Night bus {n}" if n % 3 else f"Report {n}", "The bus at night. " * (n % 5 + 1))
            for n in range(60)
        ]
        for asked in ("bus", "night bus"):
            pages = [await search.search(tx, asked, limit=5, offset=at, now=NOW) for at in range(0, 50, 5)]
            shown = [found.id for page in pages for found in page.found]
            assert len(shown) == len(set(shown)) == 50 <= pages[0].total == pages[-1].total and set(shown) <= set(ids)
        best = await find(tx, "night bus")
        await tx.execute(table.update().where(table.c.id.in_(best[:2])).values(state=ArticleState.SKIPPED))
        assert (await find(tx, "night bus"))[:8] == best[2:]


async def test_the_best_is_first_however_many_newer_ones_have_the_words_too(db: Database) -> None:
    async with db.write() as tx:
        best = await add(tx, "Old report", "Ferry harbour. " * 8)
        for n in range(44):
            await add(tx, f"Report {n}", f"Far from the harbour a ferry waits, and much else is told. {'Rain. ' * 9}")
        for asked in ("harbour", "ferry harbour", "ferry harbour lang:en"):
            assert (await find(tx, asked))[0] == best, asked


async def test_all_words_together_are_found_in_the_headline_first_and_further_back(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_BUDGET", 2)
    monkeypatch.setattr(candidates, "_PAGES", 0)
    monkeypatch.setattr(candidates, "_WEIGHED", 4)
    async with sqlite_db.write() as tx:
        old = [await add(tx, "Harbour ferry" if n == 3 else "Report", "The harbour ferry sails.") for n in range(6)]
        for n in range(40):
            await add(tx, f"Report {n}", "The harbour is full." if n % 2 else "A ferry is late.")

        async def all_words(*words: str) -> dict[int, float]:
            wanted = [Wanted(forms=(word,), documents=26) for word in words]
            return await ask_in(tx, lambda ask: candidates._all_words(ask, wanted, {}, 46))

        found = await all_words("harbour", "ferri")
        assert sorted(found) == old and max(found, key=lambda one: found[one]) == old[3]
        monkeypatch.setattr(candidates, "_FEW_TOGETHER", 0)
        assert await all_words("harbour", "ferri") == {}
        monkeypatch.undo()
        monkeypatch.setattr(candidates, "_BUDGET", 2)
        assert (await find(tx, "harbour ferry"))[0] == old[3]


async def test_all_of_many_words_are_found_together_in_any_part_of_the_archive(db: Database) -> None:
    async with db.write() as tx:
        for number in range(24):
            words = ["harbour", "mayor", "plan", "ferry"][: number % 4 + 1]
            await add(tx, f"{' '.join(words[:3])} {number}", f"And of {' '.join(words)} nothing else.")
        three, four = tuple((word,) for word in ("harbour", "mayor", "plan")), [24, 20, 16, 12, 8, 4]

        async def together(match: Match, limits: Limits, most: int) -> list[int]:
            return await ask_in(tx, lambda ask: candidates.find(ask, match, limits, wanted=(), most=most))

        every = Match(all_of=(*three, ("ferri",)))
        assert await together(every, Limits(), 50) == four
        assert await together(every, Limits(first=1, likely=1), 50) == four
        assert await together(every, Limits(first=1, likely=19), 2) == [24, 20]
        assert await together(every, Limits(first=5, likely=19), 4) == [24, 20, 16, 12]
        assert (
            await together(Match(all_of=three, in_title=True), Limits(), 50) == sorted([*four, *range(3, 24, 4)])[::-1]
        )
        assert await together(Match(all_of=three, none_of=((("ferri",),),)), Limits(), 2) == [23, 19]


async def test_counts_beyond_the_probe_are_estimated(db: Database) -> None:
    from bot.store.search.counting import count_each, look

    async with db.write() as tx:
        for number in range(40):
            await add(tx, f"Report {number}", "even" if number % 2 else "odd")
        total = (await ask_in(tx, look)).articles
        assert total == 40
        words = [("even",), ("report",), ("none",)]
        exact = await ask_in(tx, lambda ask: count_each(ask, words, total=total))
        assert exact == [20, 40, 0]
        estimated = await ask_in(tx, lambda ask: count_each(ask, words[:2], total=total, most=10))
        assert 10 <= estimated[0] <= 25 and 35 <= estimated[1] <= 45


async def test_common_words_are_counted_by_what_the_database_knows_of_them(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "PROBE", 4)
    async with db.write() as tx:
        for number in range(40):
            await add(tx, f"Report {number}", "even" if number % 2 else "odd")
        if not db.is_sqlite:
            await tx.exec_driver_sql("ANALYZE search_texts")
        words = [("even",), ("even", "odd"), ("report",), ("none",), ("17",)]
        counts = await ask_in(tx, lambda ask: counting.count_each(ask, words, total=40, most=10))
        assert 15 <= counts[0] <= 25 and 25 <= counts[1] <= 40 and 35 <= counts[2] <= 45
        assert counts[3:] == [0, 1]


async def test_longer_questions_keep_to_what_they_require(db: Database) -> None:
    async with db.write() as tx:
        text = "The council met; the mayor spoke of the harbour plan and of a night ferry."
        right = [await add(tx, f"Council {n}", text, days=n + 1) for n in range(3)]
        best = await add(tx, "Mayor and council: harbour plan", text, days=5)
        await add(tx, "Council", f"{text} No tram.", days=1)
        await add(tx, "Council", text, days=30)
        await add(tx, "Council", text.replace("night ferry", "ferry at night"), days=1)
        asked = 'council mayor harbour plan "night ferry" -tram since:7d'
        found = await find(tx, asked)
        assert found[0] == best and sorted(found[1:]) == right
        assert (await search.search(tx, asked, limit=2, now=NOW)).matches == 4
        assert await find(tx, asked, order="newest") == [*right, best]


def test_a_query_is_read_as_typed() -> None:
    query = parse_query('“night bus” -tram -"old line" site:a.example since:2w Fares the', now=NOW)
    assert query.phrases == (("night", "bus"),) and query.excluded == (("tram",), ("old", "line"))
    assert (query.sites, query.since, query.words) == (("a.example",), NOW - timedelta(weeks=2), ("fares", "the"))
    assert parse_query("since:2026-11-01 x", now=NOW).since == datetime(2026, 11, 1, tzinfo=UTC)
    assert parse_query("since:30 x", now=NOW).since == NOW - timedelta(days=30)
    assert parse_query("source:Harbor x", now=NOW).sources == ("harbor",)
    until = parse_query("until:2026-11-01 x", now=NOW).until
    assert until == datetime(2026, 11, 2, tzinfo=UTC)
    assert parse_query("lang:ur-PK x", now=NOW).languages == ("ur",)
    assert parse_query('-"a"', now=NOW).is_empty
    assert parse_query("site:harbor", now=NOW).words == parse_query("source: harbor", now=NOW).words == ("harbor",)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("bus since:yesterdayish", "since"), ("bus since:", "since"), ("bus since:0000-00-00", "since"),
        ("bus until:9999-12-31", "until"), ("bus site:", "site"), ("bus site:%%%", "site"), ("bus source:", "source"),
        ("bus lang:klingon", "language"),
        ('bus "night line', "quote"), ("-bus", "only_excluded"), ("🚌 !!", "no_words"),
        ("\u202e\x00", None), ("", None), ("bus", None), ("a" * 500, "too_long"), ("x " * 40, "too_long"),
        ("bus since:2026", None), ("bus since:2026-11", None), ("bus since:36500d", "since"),
        ("bus -since:7d", None), ("time 12:30", None),
    ],
)  # fmt: skip
def test_an_operator_gone_wrong_leaves_a_hint(typed: str, kind: str | None) -> None:
    assert [hint.kind for hint in parse_query(typed, now=NOW).hints] == ([kind] if kind else [])


def test_expressions_quote_every_word() -> None:
    match = Match(all_of=(("bus", "buses"),), phrases=((("night", "bus"),),), none_of=((("tram",),),), in_title=True)
    assert sqlite_expression(match) == '(title : (("bus" OR "buses") AND ("night bus"))) NOT ("tram")'
    assert postgres_expression(match) == "('bus':A | 'buses':A) & (('night' <-> 'bus')) & !(('tram'))"
    assert sqlite_expression(Match()) == postgres_expression(Match()) == ""
    assert sqlite_expression(Match(any_of=(("a",), ("b",)), beginning=True)) == '("a" * OR "b" *)'


def test_a_snippet_shows_where_the_words_stand() -> None:
    text = "Nothing here. " * 30 + "At last the night bus line was opened by the mayor. " + "Nothing more. " * 30
    found = Snippets({"night", "bu"}, ("en",)).cut(text)
    assert found is not None and "night bus" in found and found.startswith("…") and len(found) <= 165
    assert Snippets({"x"}, ("en",)).cut("  ") is None
    assert Snippets({"x"}, ("en",)).cut("Short text.") == "Short text."
    assert Snippets({"x"}, ("en",)).cut("A  text\n\n with\tspaces. ") == "A text with spaces."
    often = Snippets({"tram"}, ("en",)).cut(
        "A tram. " + "Nothing here. " * 20 + "Tram after tram after tram. " + "No. " * 900
    )
    assert often is not None and "Tram after tram" in often and often.endswith("…")


def test_feedback_lifts_what_the_best_have_in_common() -> None:
    asked = [Wanted(forms=(word,), documents=5) for word in ("a1", "b1", "c1", "d1")]
    chosen = [(n, "", "a1 b1 c1 d1 otter") for n in range(1, 9)] + [(20, "", "a1 otter x"), (21, "", "a1 zebra x")]
    ranking = Ranking(chosen, total=100)
    ranking.score(asked)
    terms = ranking.feedback_terms(asked)
    assert terms[0] == "otter"
    ranking.add_feedback([(term, 9.0) for term in terms])
    order = [article_id for article_id, _ in ranking.best()]
    assert order.index(20) < order.index(21)
    assert Ranking([], total=0).best() == []


async def test_limits_and_hints_go_with_the_results(db: Database) -> None:
    async with db.write() as tx:
        english = await add(tx, "Bus Karachi", days=2)
        urdu = await add(tx, "Bus کراچی", language="ur", days=40)
        assert await find(tx, "bus lang:ur") == await find(tx, "bus", language="ur") == [urdu]
        assert await find(tx, "bus until:2026-11-01") == await find(tx, "bus", until=NOW - timedelta(days=9)) == [urdu]
        assert await find(tx, "bus since:2026-11-01") == [english]
        results = await search.search(tx, "bus source:nobody", limit=5, now=NOW)
        assert [(hint.kind, hint.value) for hint in results.hints] == [("unknown_source", "nobody")]
        results = await search.search(tx, "site:nowhere.example site:no.example", limit=5, now=NOW)
        assert [(hint.kind, hint.value) for hint in results.hints] == [
            ("unknown_site", "nowhere.example"),
            ("unknown_site", "no.example"),
        ]
        for more in ("lang:ur", "bus", "-bus", "since:7d"):
            assert (await search.search(tx, f"site:nowhere.example {more}", limit=5, now=NOW)).hints == ()
        results = await search.search(tx, "bus since:whenever", limit=5, now=NOW)
        assert [hint.kind for hint in results.hints] == ["since"]
        results = await search.search(tx, "bus", limit=1, now=NOW)
        assert (results.total, results.matches) == (2, 2)
        assert (await search.search(tx, "bus karachi", limit=1, now=NOW, order="newest")).matches == 2
