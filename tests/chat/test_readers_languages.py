"""Readers of every language that the bot speaks, at once in one sandbox, with restarts between their steps: every
message and label that each of them got is in their language alone, runs in its direction, and Telegram takes it."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import language as languages
from bot.chat import roles
from bot.chat.card import Card
from bot.chat.readers import following, settings
from bot.chat.words import readers
from bot.model import Alert, Person, Role, Source, SourceKind
from bot.sandbox import running
from bot.sandbox.world import World
from bot.store import schema, sources, updates
from bot.store.digests import ReaderDigest
from bot.wording import direction, extraction, spoken, words_for
from tests.chat.conftest import WORLD, Room, add_article, buttons_of, furnish, room_of, text_of
from tests.posts import telegram_parser

pytestmark = pytest.mark.no_cover  # the same steps as test_readers_journey, in more languages

TAGS = spoken()
LATIN = frozenset({"en", "de", "es", "fr", "id", "pt-BR", "tr"})
FIRST = 6001
TITLES = ("Фəñ ٣ Kroxa", "Фəñ 文 Drilb")  # of no language, so that nothing of ours is taken for them
SITE = "Kroxa Drilb"
# Names, what people type as it is, and what articles say: nothing that is translated.
NAMES = re.compile(
    rf"{'|'.join(map(re.escape, (*TITLES, SITE)))}|[Kk]roxa|Drilb|zeppelin|someday"
    r"|WhatsApp|Telegram|Sharewire|#\w+|@\w+|/[a-z]+\b"
    r'|"?night bus"?|-strike|ferry|harbor-times|\b(?:since|site|source|lang|until):[\w.-]*|paper\.example|\bUTC\b'
    r"|English|Español|Français|Deutsch|Português \(Brasil\)|Bahasa Indonesia|Türkçe|JSON|Sao Paulo"
)
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
FIELD = re.compile(r"\\\{\w+\\\}")


class Reader:
    """One person of one language, and what they see."""

    def __init__(self, room: Room, tag: str) -> None:
        self.room, self.tag, self.name = room, tag, f"p{TAGS.index(tag)}"
        self.id = FIRST + TAGS.index(tag)
        self.alerts: list[str] = []

    async def seen(self, newest: int = 100) -> list[dict[str, Any]]:
        found = await self.room.box.people.messages(f"1000001:{self.id}", limit=newest)
        return [message for message in found if message["from"]["id"] == 1000001]

    async def ask(self, words: str) -> dict[str, Any]:
        asked = await self.room.box.people.send(self.name, "news", words)
        return await self.answer(asked["message_id"])

    async def answer(self, after: int) -> dict[str, Any]:
        """The bot's newest message after another; looked for seldom, since all wait at once."""
        async with asyncio.timeout(90):
            while not (found := await self.seen(1)) or found[-1]["message_id"] <= after:
                await asyncio.sleep(0.2)
        return found[-1]

    async def press(self, message: dict[str, Any], data: str) -> None:
        """The button whose data begins so, once it stands there."""
        async with asyncio.timeout(90):
            while (button := await self._button(message["message_id"], data)) is None:
                await asyncio.sleep(0.1)
        told = await self.room.box.people.press(self.name, "news", message["message_id"], data=button, wait=60)
        assert told is not None, f"{button} was not answered"
        self.alerts.append(str(told.get("text") or ""))

    async def _button(self, message_id: int, data: str) -> str | None:
        found = next(m for m in await self.seen(6) if m["message_id"] == message_id)
        offered = [str(b.get("callback_data", "")) for row in found["reply_markup"]["inline_keyboard"] for b in row]
        return next((one for one in offered if one.startswith(data)), None)


async def greet(who: Reader) -> None:
    await who.answer((await who.room.box.people.start(who.name, "news"))["message_id"])
    await who.ask("/help")
    await who.press(await who.ask("/settings"), "v1:set:digest")


async def search(who: Reader) -> None:
    await who.ask("-kroxa since:someday")
    listed = await who.ask("Kroxa")
    await who.press(listed, "v1:open:")
    opened = await who.answer(listed["message_id"])
    await who.press(opened, "v1:save:")
    await who.press(await who.ask("zeppelin"), "v1:tell:")


async def follow(who: Reader) -> None:
    await who.press(await who.ask('/follow "night bus" -strike'), "v1:mute:")
    await who.ask("/alerts")
    await who.ask("/digest 8:00 mon-fri")


async def leave(who: Reader) -> None:
    await who.press(await who.ask("/forgetme"), "v1:forget:yes")


@pytest.mark.parametrize("tag", TAGS)
def test_cards_that_change_nothing_are_in_their_language_and_run_its_way(tag: str) -> None:
    """Those on which nobody depends: settings, lists of nothing, mistakes."""
    who = roles.visitor(Person(bot_id=1, user_id=1, role=Role.READER, language=tag, options={"quiet": "22:00-07:00"}))
    now = datetime(2026, 12, 9, 12, tzinfo=UTC)
    wish = ReaderDigest(bot_id=1, user_id=1, at=("30 7 * * 1-5", "0 18 * * *"), next_at=now)
    cards = [
        settings.overview(who, None, now),
        settings.overview(who, wish, now),
        settings.languages_card(who),
        settings.zone_card(who, now),
        settings.zones_card(who, (3, 7), ()),
        settings.zones_card(who, (14, 5), ("Asia/Karachi", "Asia/Tashkent")),
        settings.quiet_card(who),
        following.list_card(who, (), 0, now),
        following.list_card(who, [Alert(id=n, bot_id=1, user_id=1, text="ferry") for n in range(7)], 0, now),
    ]
    alone = (readers.SOURCES_NONE, readers.SAVED_NONE, readers.ONLY_WORDS, readers.SLOW_DOWN)
    for card in (*cards, *(Card(html=who.say(text)) for text in alone)):
        shown = telegram_parser.parse(card.html).text
        labels = [button.text for row in (card.keyboard.inline_keyboard if card.keyboard else ()) for button in row]
        assert [text for text in (shown, *labels) if foreign(text, tag)] == []
        assert astray(shown, tag) == []
        assert all(0 < len(label) <= 64 for label in labels)


@pytest.mark.slow
@pytest.mark.timeout(180)  # some 250 answers
async def test_every_message_to_a_reader_is_in_their_language_and_runs_its_way(tmp_path: Path) -> None:
    named = "".join(
        f'\n[users.p{number}]\nid = {FIRST + number}\nfirst_name = "Zu"\nlanguage_code = "{tag.lower()}"\n'
        f'started = ["news"]\n'
        for number, tag in enumerate(TAGS)
    )
    async with running(World.from_toml(WORLD + named)) as box, room_of(box, tmp_path) as room:
        await furnish(room)
        await room.begin()
        async with room.parts.db.write() as tx:
            paper = Source(id=0, name="paper", title=SITE, kind=SourceKind.FEED, url="https://paper.example/f")
            await sources.put(tx, paper, now=datetime.now(UTC))
        for number, title in enumerate(TITLES, 1):
            await add_article(room, number, title, site_name=SITE, language=None, text=title, summary=())
        everybody = [Reader(room, tag) for tag in TAGS]
        for step in (greet, search, follow):
            await asyncio.gather(*map(step, everybody))
            await restart(room)
        await told(room, everybody)
        await asyncio.gather(*map(leave, everybody))
        for who in everybody:
            await look(who)
        calls = [call for call in await box.people.journal(limit=5_000) if call["method"] != "getUpdates"]
        refused = [call for call in calls if (call.get("status") or 200) >= 400 and "not modified" not in str(call)]
        assert refused == [call for call in calls if call.get("problems")] == []
        assert telegram_takes(calls) > 10 * len(TAGS)


async def restart(room: Room) -> None:
    async def is_done() -> bool:
        async with room.parts.db.read() as tx:
            return not await updates.unhandled(tx, bot_id=1000001, since=datetime.now(UTC) - timedelta(hours=1))

    await room.until(is_done)
    await room.stop()
    await room.begin()


async def told(room: Room, everybody: list[Reader]) -> None:
    """An alert for everybody, and the digest that is due."""
    counts = {who.tag: len(await who.seen()) for who in everybody}
    await add_article(room, 3, "Kroxa zeppelin", site_name=SITE, language=None, text="Kroxa", summary=())
    now = datetime.now(UTC)
    async with room.parts.db.write() as tx:
        due = {"next_at": now, "last_at": now - timedelta(days=2), "at": [f"{now:%H:%M}"]}
        await tx.execute(update(schema.reader_digests).values(**due))
    for who in everybody:
        async with asyncio.timeout(90):
            while len(await who.seen()) < counts[who.tag] + 2:
                await asyncio.sleep(0.2)
    assert (await room.box.people.inline(everybody[0].name, "news", "kroxa"))["results"]


async def look(who: Reader) -> None:
    shown = await who.seen()
    assert len(shown) > 10
    for message in shown:
        for text in (text_of(message), *(label for row in buttons_of(message) for label in row)):
            assert foreign(text, who.tag) == [], (who.tag, text)
        assert astray(text_of(message), who.tag) == [], who.tag
    for text in who.alerts:
        assert foreign(text, who.tag) == [] and len(text) <= 200, (who.tag, text)


def telegram_takes(calls: list[dict[str, Any]]) -> int:
    """How many texts Telegram's own parser read: each within its limits, with all its values, and isolates closed."""
    looked = 0
    for call in calls:
        params = call.get("params") or {}
        if params.get("text") and params.get("parse_mode") == "HTML":
            parsed = telegram_parser.parse(params["text"])
            assert 0 < len(parsed.text.encode("utf-16-le")) // 2 <= 4096
            assert len(parsed.entities) <= 100
            assert parsed.text.count(direction.FSI) == parsed.text.count(direction.PDI)
            assert "{" not in parsed.text
            looked += 1
    return looked


def foreign(text: str, tag: str) -> list[str]:
    """What stands in a text that is not of its language: letters of another script, or a whole text of ours in
    English."""
    bare = "\n".join(_bare(text))
    if tag not in LATIN:
        return LATIN_WORD.findall(bare)
    if tag == "en":
        return [bare] if re.search(r"[^\x00-\u024f\u2000-\u2bff\U0001f000-\U0001ffff]", _without_names(bare)) else []
    return [line for line in bare.split("\n") if any(found.fullmatch(line) for found in english_of(tag))]


def _without_names(text: str) -> str:
    """Languages name themselves."""
    return re.sub("हिन्दी|اردو|বাংলা|العربية|فارسی|Русский|简体中文", "", text)


@cache
def english_of(tag: str) -> tuple[re.Pattern[str], ...]:
    """Lines of our English texts that this language says otherwise, with anything in their fields."""
    said = words_for(tag)
    texts = [text for texts, _ in extraction.marked_texts() for text in texts]
    lines = {
        line
        for text in texts
        for line in _bare(text)
        if said.say(text) != text and re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", line))
    }
    ours = {line for text in texts for line in _bare(said.say(text))}
    return tuple(re.compile(FIELD.sub(".+", re.escape(line))) for line in sorted(lines - ours))


def _bare(text: str) -> list[str]:
    """Lines without marks, names and what is typed as it is."""
    plain = NAMES.sub(" ", re.sub("<[^>]+>|[\u2066-\u2069\u200e\u200f]", "", text))
    return [" ".join(line.split()) for line in plain.split("\n")]


def astray(text: str, tag: str) -> list[str]:
    """Lines with words of ours that would begin on the other side."""
    wanted = "rtl" if languages.is_rtl(tag) else "ltr"
    lines = [line for line in text.split("\n") if direction.strong(NAMES.sub("", line)) == wanted]
    return [line for line in lines if direction.strong(line, outside=True) not in (wanted, None)]


@pytest.mark.parametrize(
    ("text", "tag", "strays"),
    [
        ("Ich speichere Kroxa", "de", 0),
        ("Saved. Find it again with /saved.", "de", 1),
        ("You have no alerts yet.", "fr", 1),
        ("محفوظ ہو گیا۔ /saved سے پھر ملے گا۔", "ur", 0),
        ("محفوظ Remove Kroxa", "ur", 1),
        ("已收藏 Saved", "zh-Hans", 1),
        ("Gespeichert", "en", 0),
        ("سلام Kroxa", "en", 1),
    ],
)
def test_what_is_foreign_is_found(text: str, tag: str, strays: int) -> None:
    assert len(foreign(text, tag)) == strays


def test_a_line_that_begins_on_the_wrong_side_is_found() -> None:
    assert (astray("UTC میں ابھی 01:45 ہے۔", "ur")) == ["UTC میں ابھی 01:45 ہے۔"]
    assert (astray(f"{direction.FSI}UTC{direction.PDI} میں ابھی ہے۔\n1. Kroxa", "ur")) == []
