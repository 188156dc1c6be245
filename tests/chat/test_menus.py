"""Command menus and the bot's profile: each person's in their language, set only when they differ."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.chat.application import build
from bot.chat.context import Context
from bot.chat.editors.cards import Cards
from bot.chat.menus import AT_ONCE, GROUPS, READERS, Menus, code_of
from bot.chat.owner.menus import ROLE_MENUS, sync_menu
from bot.chat.words import menus as words
from bot.sandbox import Box
from bot.store import people
from bot.wording import spoken, words_for
from tests.chat.conftest import KIM, SAM, Room, text_of
from tests.chat.test_readers import fill

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ALL = 4 * len(spoken())  # private chats, groups, two texts of the profile


async def calls_of(box: Box) -> list[str]:
    return [call["method"] for call in await box.people.journal() if "My" in call["method"]]


async def set_all(context: Context, now: datetime = NOW) -> None:
    stage = Menus(context)
    for _ in range(2 + ALL // AT_ONCE):
        assert await stage.once(now) == 0


async def described(context: Context, **where: Any) -> dict[str, str]:
    return {one.command: one.description for one in await context.telegram.bot.get_my_commands(**where)}


async def test_every_language_gets_its_menus_once(context: Context, box: Box) -> None:
    await set_all(context)
    private, groups = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
    assert await described(context, scope=private) == dict(READERS)
    assert await described(context, scope=groups) == dict(GROUPS)
    for tag in spoken()[1:]:
        said = words_for(tag)
        theirs = await described(context, scope=private, language_code=code_of(tag))
        assert theirs == {command: said.say(english) for command, english in READERS}
        assert (await context.telegram.bot.get_my_description(code_of(tag))).description == said.say(words.DESCRIPTION)
        short = await context.telegram.bot.get_my_short_description(code_of(tag))
        assert short.short_description == said.say(words.SHORT_DESCRIPTION)
    before = await calls_of(box)
    await set_all(context)
    assert await calls_of(box) == before, "nothing differs"
    assert sum(method.startswith("set") for method in before) == ALL


async def test_a_chosen_language_changes_the_menu_of_that_chat(context: Context) -> None:
    french = {command: words_for("fr").say(english) for command, english in READERS}
    async with context.db.write() as tx:
        await people.meet(tx, bot_id=context.bot_id, user_id=KIM, name="Kim", language="en", now=NOW)
    for chosen, menu in (("fr", french), (None, {})):
        async with context.db.write() as tx:
            await people.choose_language(tx, bot_id=context.bot_id, user_id=KIM, language=chosen)
            person = await people.get(tx, bot_id=context.bot_id, user_id=KIM)
        assert person is not None
        await sync_menu(context, person)
        assert await described(context, scope=BotCommandScopeChat(KIM)) == menu


async def test_a_profile_that_the_operator_wrote_is_left_alone(context: Context, box: Box) -> None:
    bot = context.telegram.bot
    await bot.set_my_description("Written by hand.")
    await set_all(context)
    assert (await bot.get_my_description()).description == "Written by hand."
    assert (await bot.get_my_description("de")).description == "Written by hand."
    assert (await bot.get_my_short_description()).short_description == words.SHORT_DESCRIPTION
    assert (await calls_of(box)).count("setMyDescription") == 1


async def test_refused_menus_wait(context: Context, box: Box, caplog: pytest.LogCaptureFixture) -> None:
    await box.people.fault("error", method="setMyCommands", status=400, times=1)
    stage = Menus(context)
    await stage.once(NOW)
    assert "command menus not set" in caplog.text
    assert len(await calls_of(box)) == 1
    await stage.once(NOW + timedelta(minutes=1))
    assert len(await calls_of(box)) == 1, "later"
    await set_all(context, NOW + timedelta(minutes=11))
    assert await described(context, scope=BotCommandScopeAllPrivateChats()) == dict(READERS)


async def test_telegrams_pause_is_kept(context: Context, box: Box) -> None:
    await box.people.fault("flood", method="setMyCommands", times=1, retry_after=30)
    stage = Menus(context)
    await stage.once(NOW)
    await stage.once(NOW + timedelta(seconds=29))
    assert len(await calls_of(box)) == 1
    await stage.once(NOW + timedelta(seconds=31))
    assert len(await calls_of(box)) == 1 + AT_ONCE


async def test_every_command_in_a_menu_is_handled(context: Context) -> None:
    application = build(context.telegram.bot, context, Cards(context.telegram.bot, context))
    handled = {
        command
        for handlers in application.handlers.values()
        for handler in handlers
        for command in getattr(handler, "commands", ())
    }
    assert {command for table in (READERS, *ROLE_MENUS.values()) for command, _ in table} <= handled
    assert {command for command, _ in GROUPS} <= handled


@pytest.mark.parametrize("tag", spoken())
def test_descriptions_fit(tag: str) -> None:
    said = words_for(tag)
    for table in (GROUPS, READERS, *ROLE_MENUS.values()):
        lengths = [len(said.say(english)) for _, english in table]
        assert min(lengths) >= 1 and max(lengths) <= 60
        assert len({command for command, _ in table}) == len(table)
    assert len(said.say(words.DESCRIPTION)) <= 512
    assert len(said.say(words.SHORT_DESCRIPTION)) <= 120


async def test_somebody_who_chooses_a_language_is_answered_and_offered_commands_in_it(room: Room) -> None:
    listed = await room.say("sam", "/settings")
    await room.box.people.press("sam", "news", listed["message_id"], text="Language")
    await room.message(f"1000001:{SAM}", listed["message_id"], "Which language")
    await room.box.people.press("sam", "news", listed["message_id"], text="العربية")
    await room.message(f"1000001:{SAM}", listed["message_id"], "إعداداتك")
    unknown = text_of(await room.say("sam", "/nonsense"))
    assert unknown.startswith("لا أعرف \u2068/nonsense\u2069")

    async def menu() -> bool:
        own = await room.parts.bot.bot.get_my_commands(scope=BotCommandScopeChat(SAM))
        return "تنبيه حين يأتي شيء" in {one.description for one in own}

    assert await room.until(menu)
    await fill(room)
    found = text_of(await room.say("sam", "/latest")).splitlines()
    assert len(found) > 10
    assert [line[0] for line in found if line[:1].isascii() and line] == [], "every line begins on the right"
