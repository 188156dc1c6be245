"""Spellings in the archive's search: names across scripts, slips of the finger, parts of compounds, on both
databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from bot.model import Article, ArticleState
from bot.store import search
from bot.store.database import Database, Tx
from bot.store.schema import articles as table

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def add(tx: Tx, title: str, text: str = "", *, language: str = "en") -> int:
    values = {"state": ArticleState.READY, "title": title, "text": text, "published": NOW, "found_at": NOW}
    statement = insert(table).values(**values, language=language).returning(table.c.id)
    article_id = int((await tx.execute(statement)).scalar_one())
    article = Article(
        id=article_id, source_id=None, state=ArticleState.READY, url=None, title=title, text=text, language=language
    )
    await search.index_article(tx, article, now=NOW)
    return article_id


async def find(tx: Tx, query: str) -> list[int]:
    return [found.id for found in (await search.search(tx, query, limit=10, now=NOW)).found]


SPELLED = [
    ("ur", "عمران خان کی رہائی کا مطالبہ", "لاہور میں جلسہ ہوا۔"),
    ("hi", "नरेंद्र मोदी ने दिल्ली में भाषण दिया", "चुनाव की तारीख़ का ऐलान हुआ।"),
    ("en", "Shehbaz Sharif visits Karachi", "The budget was read in Islamabad."),
    ("bn", "পুতিন ঢাকা সফরে আসছেন", "সরকার জানিয়েছে।"),
    ("ru", "Путин выступил в Казани", "Президент заявил."),
    ("de", "Straßenbahnen fahren wieder", "Die Verkehrsbetriebe freuen sich."),
    ("en", "Ministers debate transport", "The Environment Ministry spoke of transportation and governance."),
]
SIMILAR = [
    ("imran khan", 0),
    ("lahore", 0),
    ("इमरान ख़ान", 0),
    ("लाहौर", 0),
    ("modi", 1),
    ("dilli", 1),
    ("delhi", 1),
    ("chunav", 1),
    ("مودی", 1),
    ("دہلی", 1),
    ("شہباز شریف", 2),
    ("शहबाज़ शरीफ़", 2),
    ("کراچی", 2),
    ("कराची", 2),
    ("बजट", 2),
    ("shahbaz", 2),
    ("sarkar", 3),
    ("dhaka", 3),
    ("putin", 4),
    ("پوتن", 3),
    ("पुतिन", 4),
]


async def test_names_and_words_meet_in_roman_urdu_and_devanagari(db: Database) -> None:
    async with db.write() as tx:
        ids = [await add(tx, title, text, language=language) for language, title, text in SPELLED]
        wrong = {}
        for query, place in SIMILAR:
            results = await search.search(tx, query, limit=10, now=NOW)
            marked = {found.id: found.similar for found in results.found}
            if not marked.get(ids[place]) or not results.similar:
                wrong[query] = marked
        assert wrong == {}
        for query in ("mad", "kahani", "dollar", "term"):
            assert not (await search.search(tx, query, limit=10, now=NOW)).found


async def test_what_is_found_as_typed_is_not_called_similar(db: Database) -> None:
    async with db.write() as tx:
        urdu = await add(tx, "عمران خان", language="ur")
        romans = [await add(tx, f"Imran Khan speaks {n}") for n in range(3)]
        results = await search.search(tx, "imran khan", limit=10, now=NOW)
        assert {found.id for found in results.found} == set(romans) and not results.similar
        await tx.execute(table.delete().where(table.c.id == romans[0]))
        results = await search.search(tx, "imran khan", limit=10, now=NOW)
        assert [found.similar for found in results.found] == [False, False, True] and results.similar
        assert results.found[-1].id == urdu


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("enviroment", "environment"),
        ("Minsitry", "ministry"),
        ("goverance", "governance"),
        ("tranportation", "transportation"),
        ('"budgt" site:x.example', '"budget" site:x.example'),
        ("environmentministry", "environment ministry"),
        ("trans portation", "transportation"),
        ("Karachii budgte", "karachi budget"),
        ("ministry", None),
        ("xqzzk", None),
        ("bu", None),
        ("12345", None),
        ("Strassenbahm", "strassenbahn"),
        ("", None),
        ("🚌", None),
    ],
)
async def test_a_slip_of_the_finger_is_put_right(sqlite_db: Database, typed: str, better: str | None) -> None:
    async with sqlite_db.write() as tx:
        for language, title, text in SPELLED:
            await add(tx, title, text, language=language)
        await add(tx, "Die Strassenbahn", language="de")
        suggestion = (await search.search(tx, typed, limit=5, now=NOW)).suggestion
        assert suggestion == better
        if better:
            assert "site:" in better or (await search.search(tx, better, limit=5, now=NOW)).found


async def test_suggestions_are_the_same_on_both_databases(db: Database) -> None:
    async with db.write() as tx:
        for language, title, text in SPELLED:
            await add(tx, title, text, language=language)
        asked = [
            ("enviroment", "environment"),
            ("کراجی لاہورر", "کراجی لاہور"),
            ("भाषन", "भाषण"),
            ("Прзидент", "президент"),
        ]
        for typed, better in asked:
            assert (await search.search(tx, typed, limit=5, now=NOW)).suggestion == better


@pytest.mark.parametrize("part", ["bahn", "Bahnen", "straßenb", "strassen", "betriebe", "verkehr"])
async def test_parts_of_german_compounds_are_found(db: Database, part: str) -> None:
    async with db.write() as tx:
        ids = [await add(tx, title, text, language=language) for language, title, text in SPELLED]
        assert await find(tx, part) == [ids[5]]
