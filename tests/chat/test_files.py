"""An article given as a file: read as if it had been pasted; a picture or a program is not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.chat.context import Context
from bot.chat.editors.given import MOST_BYTES, is_text_file, text_in
from bot.chat.editors.push import Pushing
from bot.model import Channel
from bot.sandbox import Box
from bot.store import channels
from tests.chat.conftest import ANA, KIM, text_of

SEED = (
    "City opens its first night-bus line\nBy Lea Roy, Harbor Times\n\n"
    "Buses will run every 20 minutes between 00:30 and 05:00 from Friday. Fares stay the same as in daytime, the "
    "council said on Monday.\n\n"
    "Our night workers asked for this for ten years, said mayor Ana Brandt. The café is open too.\n"
)


async def give(context: Context, body: bytes, name: str, *, person: int = ANA, size: int | None = None) -> None:
    """A person sends a file; it stands on Telegram's side already."""
    bot = context.telegram.bot
    held = await bot.send_document(ANA, document=body, filename=name)
    assert held.document is not None
    user = {"id": person, "is_bot": False, "first_name": "Ana"}
    document = held.document.to_dict() | {"file_name": name, "file_size": size or len(body)}
    message: dict[str, Any] = {
        "message_id": held.message_id, "date": int(datetime.now(UTC).timestamp()), "from": user,
        "chat": {"id": person, "type": "private"}, "document": document,
    }  # fmt: skip
    update = Update.de_json({"update_id": 1, "message": message}, bot)
    await Pushing(context).push_file(update, None)  # type: ignore[arg-type]


async def told(box: Box, person: int = ANA) -> list[str]:
    return [text_of(m) for m in await box.people.messages(f"1000001:{person}") if text_of(m)]


async def test_a_file_with_an_article_becomes_its_preview_and_other_files_say_what_is_read(
    box: Box, context: Context
) -> None:
    demo = Channel(id=0, bot_id=1000001, name="demo", address="@demonews", chat_id=-1001000000001, title="Demo News")
    async with context.db.write() as tx:
        await channels.put(tx, demo, now=datetime.now(UTC))
    context = replace(context, owner_ids=(ANA,))
    await give(context, SEED.encode(), "night-bus.txt")
    post, card = (await told(box))[-2:]
    assert post.startswith("City opens its first night-bus line\n")
    assert card.startswith("Preview for Demo News")
    for body, name, size in (
        (b"\x89PNG\x00\x00", "picture.png", None),
        (b"\x00\x00", "x.txt", None),
        (b"a", "b.txt", 2 << 20),
    ):
        before = len(await told(box))
        await give(context, body, name, size=size)
        assert (await told(box))[before:] == [
            "I read articles from text and HTML files of up to 1 MB. You can also paste the text."
        ]
    await give(context, SEED.encode(), "night-bus.txt", person=KIM)
    only_words = ["I can only read words. Type some to search, or /latest."]
    assert await told(box, KIM) == only_words, "a reader's file is no search, and nothing of a stranger is published"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_usual_codings(coding: str) -> None:
    assert text_in(SEED.encode(coding)) == SEED.strip()


def test_what_is_no_text_is_known_by_name_type_and_content() -> None:
    assert text_in(b"") is None
    assert text_in(b"a\x00b") is None
    named = {"a.TXT": None, "a.html": None, "a": "text/plain; charset=utf-8", "b": "application/xhtml+xml"}
    assert all(is_text_file(name, mime) for name, mime in named.items())
    assert not is_text_file("a.pdf", "application/pdf")
    assert not is_text_file(None, None)
    assert MOST_BYTES == 1024 * 1024
