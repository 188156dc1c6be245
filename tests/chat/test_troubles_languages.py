"""Troubles and reasons in the language of whoever reads them, also those that were written down before a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels import causes
from bot.channels.destinations import taken_away
from bot.errors import Problem, lasting, phrase
from bot.model import Decision, Role, Source, SourceKind, Stage
from bot.sandbox import Box
from bot.sandbox.world import World
from bot.sources import troubles
from bot.store import channels, decisions, notices, people, sources
from bot.store.database import Tx
from bot.store.schema import notices as cards
from bot.web import failures
from bot.wording import direction
from tests.chat.conftest import ANA, KIM, SAM, WORLD, Room, add_article, furnish, room_of, text_of

SAID = {
    ANA: (
        "Tal Post geht nicht mehr, schon über eine Stunde lang.",
        "Es gibt keine Seite namens valley.example.",
        "Demo News ist pausiert: Der Bot darf dort nicht mehr posten.",
        "Mia hat ihm das Recht zu posten genommen.",
        "Es gibt keinen Prüfchat, um Nachrichten anzusehen (BOT_AUDIT_CHAT).",
        "Demo News: nicht erschienen (Alter). Er ist älter als 2 Tage.",
        "nicht erschienen (Quelle). Its source was odd.",
    ),
    SAM: (
        "Tal Post ایک گھنٹے سے زیادہ سے ناکام ہے۔",
        "valley.example نام کی کوئی سائٹ نہیں۔",
        "Demo News رکا ہے: بوٹ اب وہاں پوسٹ نہیں کر سکتا۔",
        "Mia نے اس سے پوسٹ کرنے کا حق لے لیا۔",
        "پیغام دیکھنے کے لیے جانچ کی چیٹ نہیں (BOT_AUDIT_CHAT)۔",
        "یہ 2 دن سے پرانا ہے۔",
        "Its source was odd.",
    ),
    KIM: (
        "Tal Post 已失败 一个多小时。",
        "没有名为 valley.example 的网站。",
        "Demo News 已暂停：机器人不能再在那里发布。",
        "Mia 取消了它的发布权限。",
        "没有用于查看消息的核查聊天（BOT_AUDIT_CHAT）。",
        "它早于 2 天。",
        "Its source was odd.",
    ),
}


@pytest.fixture
def world() -> World:
    text = WORLD
    for language in ("de", "ur", "zh-hans"):
        text = text.replace('language_code = "en"', f'language_code = "{language}"', 1)
    return World.from_toml(text)


async def test_owners_read_cards_and_reasons_in_their_languages_after_a_restart(
    box: Box, tmp_path: Path, sqlite_url: str
) -> None:
    owners = (ANA, SAM, KIM)
    async with room_of(box, tmp_path, owners=owners) as room:
        await furnish(room)
        await go_wrong(room)
    async with room_of(box, tmp_path, owners=owners) as room:  # from what stands in the rows alone
        await room.begin()
        await troubles.once(room.parts.db, now=datetime.now(UTC))
        for name, person in (("ana", ANA), ("sam", SAM), ("kim", KIM)):
            codes = ("SW-S40", "SW-T403", "SW-T501", "SW-T999")

            async def told(person: int = person, codes: tuple[str, ...] = codes) -> list[Any] | None:
                found = await room.messages(person)
                return found if all(any(code in text_of(m) for m in found) for code in codes) else None

            shown = [text_of(m) for m in await room.until(told)]
            shown.append(text_of(await room.say(name, "/explain https://paper.example/1")))
            plain = [without_isolates(text) for text in shown]
            for words in SAID[person]:
                assert any(words in text for text in plain), (words, plain)
            assert "As it was said before." in "\n".join(plain), "an old row is read as it is"
            if person == SAM:
                assert any(f"{direction.FSI}valley.example{direction.PDI}" in text for text in shown)


def without_isolates(text: str) -> str:
    return "".join(mark for mark in text if mark not in (direction.FSI, direction.PDI, direction.RLM))


async def go_wrong(room: Room) -> None:
    """A source fails, a channel is taken away, a post is held; an article goes nowhere; and two rows are old ones."""
    now = datetime.now(UTC)
    article = await add_article(room, 1, "Ferry runs again")
    async with room.parts.db.write() as tx:
        for user_id, language in ((ANA, "de"), (SAM, "ur"), (KIM, "zh-hans")):
            await people.meet(tx, bot_id=1000001, user_id=user_id, name="x", language=language, now=now)
            await people.give_role(tx, bot_id=1000001, user_id=user_id, role=Role.OWNER, now=now)
        await source_fails(tx, now)
        demo, tech = await channels.every(tx, bot_id=1000001)
        gone = taken_away("Demo News", "Mia", outside=False)
        await channels.pause(tx, demo.id, problem=gone, now=now)
        held = causes.cannot_tell(phrase("There is no audit chat to look at messages in (BOT_AUDIT_CHAT)."))
        old = Problem(code="SW-T999", title="As it was said before.", cause="It was an old version.", fix="Wait.")
        for key, problem in ((f"channel-paused:{demo.id}", gone), ("post-held:1", held), ("flood:1", old)):
            await notices.tell(tx, bot_id=1000001, key=key, problem=problem, now=now)
        await tx.execute(update(cards).where(cards.c.key == "flood:1").values(problem=old.as_json()))
        reason = phrase("It is older than {length}.", length=lasting(2, "day"))
        for channel, stage, why in ((demo, Stage.AGE, reason), (tech, Stage.SOURCE, "Its source was odd.")):
            await decisions.put(
                tx,
                Decision(
                    article_id=article, channel_id=channel.id, posted=False, stage=stage, reason=why, decided_at=now
                ),
            )


async def source_fails(tx: Tx, now: datetime) -> None:
    url = "https://valley.example/feed"
    source = await sources.put(
        tx, Source(id=0, name="valley", kind=SourceKind.FEED, url=url, title="Tal Post"), now=now
    )
    since = now - timedelta(minutes=90)
    for _ in range(3):
        problem = failures.failure("SW-N05", url).problem
        await sources.record_failure(tx, source, problem, now=since, next_check_at=now + timedelta(hours=1))
