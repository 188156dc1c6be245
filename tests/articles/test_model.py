"""A language model's summary, from a local server that speaks the OpenAI chat format, is kept only if it checks out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer
from sqlalchemy import insert

from bot.articles.model import Model, fault_of_answer
from bot.articles.read import once, read_one
from bot.articles.summary import Summary
from bot.model import Entry
from bot.store import articles
from bot.store.database import Database
from bot.store.schema import sources
from bot.web import Web

TITLE = "City opens its first night bus line"
TEXT = (
    "The first night bus of the city will leave the harbour on Monday, Mayor Ana Ruiz said on Friday. It will run "
    "every 30 minutes and cost 1,200 euros a night. Drivers allegedly learnt of the plan from the newspaper."
)
GOOD = "Mayor Ana Ruiz said the first night bus will leave the harbour on Monday and run every 30 minutes."
OWN = Summary(sentences=("It runs.",), how="extractive")


class Speaker:
    """Answers every question with `says`, or with a status of its own."""

    def __init__(self) -> None:
        self.says: object = GOOD
        self.status = 200
        self.asked: list[tuple[dict[str, object], str | None]] = []

    async def answer(self, request: server.Request) -> server.Response:
        self.asked.append((await request.json(), request.headers.get("Authorization")))
        body = {"choices": [{"message": {"content": self.says}}]} if self.says is not None else {"error": "no"}
        return server.Response(text=json.dumps(body), status=self.status, content_type="application/json")


@pytest.fixture
async def speaker() -> Speaker:
    return Speaker()


@pytest.fixture
async def model(speaker: Speaker) -> AsyncIterator[Model]:
    app = server.Application()
    app.router.add_post("/v1/chat/completions", speaker.answer)
    test_server = TestServer(app)
    await test_server.start_server()
    async with Model(str(test_server.make_url("/v1")), "key-1", name="small") as model:
        yield model
    await test_server.close()


async def test_a_summary_that_checks_out_is_kept(model: Model, speaker: Speaker) -> None:
    summary = await model.summarise(TITLE, TEXT, "en", OWN)
    assert (summary.sentences, summary.how) == ((GOOD,), "model")
    question, authorization = speaker.asked[0]
    assert authorization == "Bearer key-1" and question["model"] == "small" and TEXT in str(question["messages"])


@pytest.mark.parametrize(
    ("says", "status", "reason"),
    [
        ("It will run every 20 minutes.", 200, 'the number "20" is not in the text'),
        (GOOD.replace("Ana", "Eva"), 200, 'the name "Eva" is not in the text'),
        ("Drivers learnt of the plan from the newspaper.", 200, "an attribution is lost"),
        (GOOD.rstrip("."), 200, "not a few finished sentences"),
        ("安娜市长周五表示，夜班公交车将于周一从港口出发，每天晚上运行。", 200, "another language"),
        ("The vehicle starts a brave era for everybody who dances until sunrise.", 200, "too many words"),
        (None, 200, "another shape"),
        (["x"], 200, "another shape"),
        (GOOD, 500, "trouble of its own"),
    ],
)  # fmt: skip
async def test_a_summary_that_cannot_be_believed_is_refused_with_its_reason(
    model: Model, speaker: Speaker, says: object, status: int, reason: str
) -> None:
    speaker.says, speaker.status = says, status
    summary = await model.summarise(TITLE, TEXT, "en", OWN)
    assert summary.sentences == OWN.sentences
    assert summary.how.startswith("extractive (model: ") and reason in summary.how


def test_numbers_are_compared_however_they_are_grouped_and_german_nouns_are_no_names() -> None:
    assert fault_of_answer("It costs 1200 euros a night, Mayor Ana Ruiz said.", TITLE, TEXT, "en") is None
    german = "Der erste Nachtbus der Stadt fährt am Montag vom Hafen ab, sagte die Bürgermeisterin am Freitag."
    assert fault_of_answer(german.replace("ab, sagte", "los, sagte"), None, german, "de") is None


GERMAN = "Der Bürgermeister sagte am Freitag, der Nachtbus der Stadt fahre ab Montag."
HINDI = "महापौर अना रुइज़ ने शुक्रवार को कहा कि शहर की पहली रात्रि बस सोमवार को बंदरगाह से चलेगी। यह हर तीस मिनट में चलेगी।"
CHINESE = (
    "市长安娜周五表示，城市第一班夜班公交车将于周一从港口出发，由西门子制造，每晚运行。司机据称从报纸上得知该计划。"
)


@pytest.mark.parametrize(
    ("language", "text", "answer", "stranger"),
    [
        ("en", TEXT, "Putin said the first night bus will leave the harbour on Monday.", "Putin"),
        ("en", TEXT, "Driving a first night bus, the city said, starts on Monday.", None),
        ("en", TEXT, "The first night bus will leave on Monday in forty cities, Mayor Ana Ruiz said.", "forty"),
        ("en", "Two drivers of the 3 buses said they left.", "Three buses and two drivers left, they said.", None),
        ("de", GERMAN, "Müller sagte am Freitag, der Nachtbus fahre ab Montag.", "Müller"),
        ("de", GERMAN, "Die Bürgermeisterin sagte am Freitag, Nachtbusse fahren ab Montag.", None),
        ("hi", HINDI, "महापौर मोहन ने कहा कि शहर की पहली रात्रि बस सोमवार को बंदरगाह से चलेगी।", "मोहन"),
        ("hi", HINDI, "महापौर अना रुइज़ ने कहा कि पहली रात्रि बस पचास मिनट में चलेगी।", "पचास"),
        ("hi", HINDI, "महापौर अना रुइज़ ने कहा कि शहर की पहली रात्रि बस सोमवार को बंदरगाह से चलेगी।", None),
        ("zh", CHINESE, "市长安娜周五表示，城市第一班夜班公交车将于周一从港口出发，由BMW制造。", "BMW"),
    ],
)  # fmt: skip
def test_no_name_and_no_count_is_invented_in_any_script(
    language: str, text: str, answer: str, stranger: str | None
) -> None:
    reason = fault_of_answer(answer, None, text, language)
    assert reason is None if stranger is None else f'"{stranger}"' in (reason or "")


async def test_reading_asks_the_model_where_the_publisher_says_nothing_good(
    sqlite_db: Database, web: Web, model: Model, speaker: Speaker
) -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    async with sqlite_db.write() as tx:
        values = {"name": "harbor", "kind": "feed", "url": "https://harbor.example/", "created_at": now}
        source = int((await tx.execute(insert(sources).values(**values).returning(sources.c.id))).scalar_one())
        for entry in (
            Entry(id="1", title=TITLE, content=TEXT),
            Entry(id="2", title="School meals", description="Parents will pay four euros for a lunch from May."),
        ):
            await articles.add_found(tx, source_id=source, entry=entry, baseline=False, now=now)
    await once(sqlite_db, web, now=now, model=model)
    async with sqlite_db.read() as tx:
        read = await articles.latest(tx, limit=5)
    assert sorted(article.summary_how or "" for article in read) == ["model", "standfirst"]
    assert len(speaker.asked) == 1


def test_a_month_is_no_doubt() -> None:
    text = "The minister said that the bridge will open in May. It may cost nine million."
    assert fault_of_answer("The bridge will open in May.", None, text, "en") == "an attribution is lost"
    assert fault_of_answer("It may cost nine million.", None, text, "en") is None


async def test_what_an_editor_pushes_is_summarised_by_the_model_too(
    sqlite_db: Database, web: Web, model: Model, speaker: Speaker
) -> None:
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    read = await read_one(sqlite_db, web, url=None, text=f"{TITLE}\n\n{TEXT} {TEXT}\n\n{TEXT}", now=now, model=model)
    assert (read.summary, read.summary_how) == ((GOOD,), "model")


async def test_a_refused_summary_of_a_push_is_stored_with_its_reason(
    sqlite_db: Database, web: Web, model: Model, speaker: Speaker
) -> None:
    speaker.says = GOOD.replace("30", "20")
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    read = await read_one(sqlite_db, web, url=None, text=f"{TITLE}\n\n{TEXT} {TEXT}\n\n{TEXT}", now=now, model=model)
    assert read.summary and all(sentence in TEXT for sentence in read.summary)
    assert read.summary_how == 'extractive (model: the number "20" is not in the text)'
