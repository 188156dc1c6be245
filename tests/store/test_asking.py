"""How a search asks: the same statements and values, whichever database answers."""

from __future__ import annotations

from bot.store.database import Database
from bot.store.search.asking import Ask, ask_in

ODD = ['a"b', "a\\b", '\\"', "{a,b}", "a,b", "", " ", "NULL", "null", "'", "%s", ":a", "कताब", "{}", '"']


async def test_lists_of_any_texts_and_numbers_arrive_as_they_were(db: Database) -> None:
    def work(ask: Ask) -> None:
        one = f"SELECT v FROM (SELECT CAST(:v AS text) AS v) AS one WHERE v {ask.among('values')}"
        for text in ODD:
            others = [other for other in ODD if other != text]
            assert [tuple(row) for row in ask(one, v=text, values=ask.listed(ODD))] == [(text,)]
            assert ask(one, v=text, values=ask.listed([text])) and not ask(one, v=text, values=ask.listed(others))
        assert not ask(one, v="", values=ask.listed([]))
        number = f"SELECT n FROM (SELECT CAST(:n AS bigint) AS n) AS one WHERE n {ask.numbers('values')}"
        assert ask(number, n=2**40, values=ask.counted([-1, 0, 2**40]))
        assert not ask(number, n=2, values=ask.counted([1, 3])) and not ask(number, n=0, values=ask.counted([]))

    async with db.read() as tx:
        await ask_in(tx, work)


async def test_columns_are_what_rows_would_be(db: Database) -> None:
    source = "(SELECT 1 AS id, 'x\ny%' AS word, NULL AS none UNION ALL SELECT 2, '\"', NULL) AS given"

    def work(ask: Ask) -> None:
        ids, words, none = ask.columns(("id", "word", "none"), f"{source} WHERE word LIKE '%' AND id > :least", least=0)
        assert sorted(zip(ids, words, none, strict=True)) == [(1, "x\ny%", None), (2, '"', None)]
        empty = ask.columns(("id", "word"), f"{source} WHERE id > :least", least=2)
        assert [list(column) for column in empty] == [[], []]

    async with db.read() as tx:
        await ask_in(tx, work)
