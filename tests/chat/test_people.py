"""Who runs the bot: invitations, roles, removing somebody with all that is theirs, menus and the record, over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.chat.owner.menus import ROLE_MENUS
from bot.model import Role
from bot.store import audit, people, staff
from bot.store.schema import claim_codes, posts
from tests.chat.conftest import ANA, KIM, SAM, Room, add_article, buttons_of, text_of

BOT = 1000001


async def role(room: Room, person: int) -> Role:
    async with room.parts.db.read() as tx:
        found = await people.get(tx, bot_id=BOT, user_id=person)
    return found.role if found else Role.READER


class Card:
    """One of the bot's messages to Ana, whose buttons she presses."""

    def __init__(self, room: Room, message: dict[str, Any]) -> None:
        self.room, self.id = room, message["message_id"]

    async def press(self, button: str, then: str) -> str:
        await self.room.box.people.press("ana", "news", self.id, text=button)
        return text_of(await self.room.message("1000001:5011", self.id, then))

    async def buttons(self) -> list[list[str]]:
        found = [m for m in await self.room.messages(ANA) if m["message_id"] == self.id]
        return buttons_of(found[0])


async def invite(room: Room, role: str, channel: str | None = None) -> str:
    card = Card(room, await room.say("ana", "/people"))
    await card.press("Invite somebody", "Whom do you invite?")
    if channel is None:
        told = await card.press(role, "Send this link")
    else:
        await card.press(role, "For which channels?")
        told = await card.press(channel, "Send this link")
    found = re.search(r"start=(inv_\w+)", told)
    assert found is not None
    return found[1]


async def join(room: Room, person: str, number: int, link: str, words: str = "of this bot now") -> None:
    await room.box.people.start(person, "news", link)
    await room.answer(number, words=words)
    if words == "of this bot now":
        await room.answer(ANA, words="accepted your invitation")


async def test_an_invitation_works_once_and_gives_its_role_and_channels(room: Room) -> None:
    link = await invite(room, "editor", "Demo News")
    await join(room, "sam", SAM, link)
    assert await role(room, SAM) is Role.EDITOR
    async with room.parts.db.read() as tx:
        sam = await people.get(tx, bot_id=BOT, user_id=SAM)
    assert sam is not None and sam.channels == ("demo",)
    await join(room, "kim", KIM, link, "expired or was used")
    await join(room, "sam", SAM, link, "editor of this bot already")
    assert await role(room, KIM) is Role.READER
    listed = text_of(await room.say("ana", "/people"))
    assert "Ana\u2069 (you): owner" in listed and "editor of demo" in listed


async def test_roles_change_and_menus_follow(room: Room) -> None:
    await join(room, "sam", SAM, await invite(room, "viewer", "All channels"))
    menus = [str(c["params"]) for c in await room.box.people.journal() if c["method"] == "setMyCommands"]
    assert [("stats" in menu, "people" in menu) for menu in menus if str(SAM) in menu] == [(True, False)]
    card = Card(room, await room.say("ana", "/people"))
    await card.press("Sam <b>", "Role: viewer")
    await card.press("Make editor", "Role: editor")
    assert await role(room, SAM) is Role.EDITOR
    assert "Only the owner" in text_of(await room.say("sam", "/people"))
    await card.press("Make owner", "Role: owner")
    assert "Who runs this bot" in text_of(await room.say("sam", "/people"))


async def test_the_only_owner_and_owners_of_the_settings_stay(room: Room) -> None:
    card = Card(room, await room.say("ana", "/people"))
    await card.press("Ana", "Role: owner")
    told = await room.box.people.press("ana", "news", card.id, text="Remove", wait=5)
    assert told is not None and "BOT_OWNER_IDS" in str(told)
    assert await role(room, ANA) is Role.OWNER


async def waiting_posts(room: Room, author: int) -> list[int]:
    article = await add_article(room, 1, "Night bus")
    made = []
    async with room.parts.db.write() as tx:
        for number, state in enumerate(("queued", "draft", "sent")):
            values = {
                "bot_id": BOT, "once_key": f"t{number}", "kind": "share", "state": state, "lane": 2,
                "chat_id": "-1001000000001", "article_id": article, "requests": [], "visible_text": "Night bus",
                "created_at": datetime.now(UTC), "created_by": author, "due_at": datetime.now(UTC) + timedelta(days=1),
                "channel_id": 1,
            }  # fmt: skip
            made.append((await tx.execute(insert(posts).values(values).returning(posts.c.id))).scalar_one())
    return made


async def states(room: Room) -> list[tuple[str, int]]:
    async with room.parts.db.read() as tx:
        query = select(posts.c.state, posts.c.created_by).order_by(posts.c.id)
        return [(row.state, row.created_by) for row in (await tx.execute(query)).all()]


async def remove(room: Room, button: str) -> str:
    card = Card(room, await room.say("ana", "/people"))
    await card.press("Sam <b>", "Role: editor")
    sure = await card.press("Remove", "2 posts of theirs wait")
    assert "Night bus" in sure and "Demo News" in sure
    return await card.press(button, "is removed")


async def test_removing_somebody_ends_everything_at_once_and_keeps_their_posts(room: Room) -> None:
    await join(room, "sam", SAM, await invite(room, "editor", "All channels"))
    await waiting_posts(room, SAM)
    async with room.parts.db.write() as tx:
        now = datetime.now(UTC)
        await people.add_code(
            tx, "theirs", bot_id=BOT, purpose="invite", now=now, valid=timedelta(hours=1),
            options={"role": "owner", "channels": [], "by": SAM},
        )  # fmt: skip
    told = await remove(room, "Remove, keep the posts")
    assert "still an administrator" not in told
    assert await role(room, SAM) is Role.READER
    await join(room, "kim", KIM, "inv_theirs", "expired or was used")
    assert await states(room) == [("queued", SAM), ("draft", SAM), ("sent", SAM)]
    assert "Only the owner and editors" in text_of(await room.say("sam", "/push https://paper.example/1"))
    cleared = [c for c in await room.box.people.journal() if c["method"] == "deleteMyCommands"]
    assert len(cleared) == 1


async def test_their_posts_become_mine_and_telegram_admins_are_warned_of(room: Room) -> None:
    await room.box.people.promote("ana", "demo", "sam", ["post_messages"])
    await join(room, "sam", SAM, await invite(room, "editor", "All channels"))
    await waiting_posts(room, SAM)
    told = await remove(room, "Remove, posts become mine")
    assert "still an administrator of \u2068Demo News" in told
    assert await states(room) == [("queued", ANA), ("draft", ANA), ("sent", SAM)]


async def test_their_posts_are_cancelled_with_a_reason(room: Room) -> None:
    await join(room, "sam", SAM, await invite(room, "editor", "All channels"))
    await waiting_posts(room, SAM)
    await remove(room, "Remove and cancel the posts")
    assert [state for state, _ in await states(room)] == ["cancelled", "cancelled", "sent"]


async def test_the_log_says_who_did_what(room: Room) -> None:
    assert "Nothing has been done yet" in text_of(await room.say("ana", "/log"))
    async with room.parts.db.write() as tx:
        for what, about in (("config-applied", "3 changes"), ("something-new", "<x>")):
            await audit.write(tx, bot_id=BOT, what=what, about=about, now=datetime.now(UTC))
    await invite(room, "editor", "Demo News")
    log = text_of(await room.say("ana", "/log"))
    assert "Ana\u2069 invited somebody as \u2068editor (Demo News)" in log
    assert "command line\u2069 applied the configuration file: \u20683 changes" in log
    assert "something-new \u2068<x>" in log
    assert "Only the owner" in text_of(await room.say("kim", "/log"))


async def test_old_buttons_about_people_say_why(room: Room) -> None:
    await join(room, "sam", SAM, await invite(room, "viewer", "All channels"))
    card = Card(room, await room.say("ana", "/people"))
    async with room.parts.db.write() as tx:
        await staff.end(tx, bot_id=BOT, user_id=SAM, now=datetime.now(UTC))
        assert (await tx.execute(select(claim_codes.c.used_by))).scalars().all() == [SAM]
    told = await room.box.people.press("ana", "news", card.id, text="Sam <b>", wait=5)
    assert told is not None and "no role here any more" in str(told)


def test_menus_are_short_and_every_role_has_one() -> None:
    assert set(ROLE_MENUS) == {Role.OWNER, Role.EDITOR, Role.VIEWER}
    for commands in ROLE_MENUS.values():
        assert len({name for name, _ in commands}) == len(commands)
        assert all(len(text) <= 40 and re.fullmatch("[a-z]{1,32}", name) for name, text in commands)


async def test_an_editor_of_one_channel_is_offered_no_other(room: Room) -> None:
    await join(room, "sam", SAM, await invite(room, "editor", "Demo News"))
    article = "Night buses begin.\n" + "The city council said on Monday that the night buses will begin. " * 8
    await room.box.people.send("sam", "news", article)
    card = await room.answer(SAM, words="Preview for")
    assert "Demo News" in text_of(card)
    row = next(r for r in await room.box.people.messages("1000001:5012") if r["message_id"] == card["message_id"])
    data = str(row["reply_markup"]["inline_keyboard"])
    draft = re.search(r"v1:pub:([\w-]+)", data)
    assert draft is not None
    async with room.parts.db.write() as tx:
        await staff.appoint(tx, bot_id=BOT, user_id=SAM, role=Role.EDITOR, channels=["tech"], now=datetime.now(UTC))
    told = await room.box.people.press("sam", "news", card["message_id"], data=f"v1:pub:{draft[1]}", wait=8)
    assert told is not None and "Only the owner and editors" in str(told)
    assert await room.posts() == []
