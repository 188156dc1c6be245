"""Rules from chat, over HTTP: an owner makes one with few taps and many slips, sees what it would have matched, and of
two people who change the same one the second is told who was first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.configuration import apply, parse
from bot.model import Entry, Role, Rule, Source, SourceKind
from bot.store import articles, audit, people, rules, sources, staff
from tests.chat.conftest import ANA, SAM, Json, Room, buttons_of, text_of
from tests.posts import samples

ISOLATES = {0x2068: None, 0x2069: None}
TITLES = ("Night ferry comes back", "Job ad: ferry captain wanted", "Tram line opens")


async def fill(room: Room) -> None:
    """A source whose articles were there when it was added, and go nowhere."""
    now = datetime.now(UTC)
    async with room.parts.db.write() as tx:
        source = await sources.put(
            tx,
            Source(id=0, name="harbor", title="Harbor <Times>", kind=SourceKind.FEED, url="https://harbor.example/f"),
            now=now,
        )
        for number, title in enumerate(TITLES, 1):
            url = f"https://harbor.example/{number}"
            entry = Entry(url=url, title=title, published=now)
            added = await articles.add_found(tx, source_id=source.id, entry=entry, baseline=True, now=now)
            when = now - timedelta(hours=number)
            made = samples.article(
                id=added.article_id, source_id=source.id, url=url, canonical_url=url, title=title, published=when,
                summary=("It was said on Monday.",), standfirst=None, tags=("city",), baseline=True,
            )  # fmt: skip
            await articles.store_ready(tx, made, now=now)


async def press(room: Room, card: Json, text: str, words: str, person: str = "ana") -> Json:
    """Press a button; the card once it has these words."""
    ids = {"ana": ANA, "sam": SAM}
    said = await room.box.people.press(person, "news", card["message_id"], text=text, wait=15)
    assert said is not None
    assert said["text"] == "", said["text"]

    async def look() -> Json | None:
        found = [m for m in await room.messages(ids[person]) if m["message_id"] == card["message_id"]]
        shown = found[0] if found else card
        return shown if words in plain(shown) and shown != card else None

    return await room.until(look)  # type: ignore[no-any-return]


async def alert(room: Room, card: Json, text: str, person: str = "ana") -> str:
    said = await room.box.people.press(person, "news", card["message_id"], text=text, wait=15)
    assert said is not None
    return str(said["text"]).translate(ISOLATES)


async def write(room: Room, words: str, expect: str, person: str = "ana") -> Json:
    await room.box.people.send(person, "news", words)
    return await room.answer({"ana": ANA, "sam": SAM}[person], words=expect)


def plain(card: Json) -> str:
    return text_of(card).translate(ISOLATES)


async def kept(room: Room) -> tuple[Rule, ...]:
    async with room.parts.db.read() as tx:
        return await rules.every(tx)


async def test_a_rule_is_made_tried_changed_paused_and_deleted(room: Room) -> None:
    await fill(room)
    card = await write(room, "/rules", "There is no rule yet")
    card = await press(room, card, "New rule", "A new rule, not saved yet")
    assert await alert(room, card, "Save it") == (
        "Say first what it is about: words, a source, a language, a tag, an author or an age."
    )
    await room.box.people.press("ana", "news", card["message_id"], text="Words", wait=15)
    await room.answer(ANA, words="Which words?")
    await room.stop()
    await room.begin()
    card = await write(room, "fery, FERRY , -job ad", "not saved yet")
    assert plain(card).splitlines() == [
        "A new rule, not saved yet",
        "One of these words: fery, FERRY",
        "None of these words: job ad",
        "Goes to: nowhere yet",
        "Tried on the articles of the last 7 days: 1 of 3 would have matched.",
        "In none of them: fery",
        "For example: “Night ferry comes back”",
    ]
    assert await alert(room, card, "Save it") == "Say first which channels it is for."
    card = await press(room, card, "Channels…", "Which channels?")
    card = await press(room, card, "Demo News", "Which channels?")
    assert ["✓ Demo News"] in buttons_of(card)
    card = await press(room, card, "◀ Back", "Goes to: ")
    card = await press(room, card, "Save it", " is saved.")
    assert await alert(room, card, "Delete") == ""
    (rule,) = await kept(room)
    assert (rule.name, rule.channels, rule.match) == ("fery", ("demo",), {"any": ["fery", "FERRY"], "not": ["job ad"]})
    card = await write(room, "/rules", "1. ")
    card = await press(room, card, "1", "Rule “")
    card = await press(room, card, "Pause", "paused")
    assert (await kept(room))[0].enabled is False
    card = await press(room, card, "Go on", "Tried")
    card = await press(room, card, "Change…", "not saved yet")
    card = await press(room, card, "Words", "Which words?")
    card = await press(room, card, "Headline only", "Which words?")
    assert buttons_of(card)[2] == ["✓ Headline only"]
    card = await press(room, card, "◀ Back", "In the headline: ")
    card = await press(room, card, "How it is posted", "How shall it be posted?")
    for label in ("silent", "an editor has to say yes", "template short"):
        if any(label in row for row in buttons_of(card)):
            card = await press(room, card, label, "How shall it be posted?")
    card = await press(room, card, "◀ Back", "How: silent, an editor has to say yes")
    await press(room, card, "Save it", "is saved")
    async with room.parts.db.read() as tx:
        deeds = [deed.what for deed in await audit.latest(tx, bot_id=1000001)]
    assert deeds == ["rule-changed", "rule-changed", "rule-changed", "rule-added"]


async def test_of_two_who_change_a_rule_the_second_is_told_who_was_first(room: Room) -> None:
    await fill(room)
    await room.box.people.start("sam", "news")
    async with room.parts.db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=SAM, role=Role.EDITOR, now=datetime.now(UTC))
        await rules.put(tx, Rule(id=0, name="ferry", channels=("demo",), match={"any": ["ferry"]}))
    hers = await press(room, await write(room, "/rules", "1. "), "1", "2 of 3 would have matched")
    his = await press(room, await write(room, "/rules", "1. ", "sam"), "1", "2 of 3 would have matched", "sam")
    his = await press(room, his, "Change…", "not saved yet", "sam")
    his = await press(room, his, "Keeps it out", "Kept out of: ", "sam")
    hers = await press(room, hers, "Pause", "paused")
    lost = await press(room, his, "Save it", "Ana changed this a moment ago", "sam")
    assert "Goes to: Demo News\npaused" in plain(lost)
    (rule,) = await kept(room)
    assert (rule.drop, rule.enabled) == (False, False)
    await press(room, lost, "Go on", "Tried", "sam")
    assert "changed this a moment ago" in await alert(room, hers, "Go on")
    async with room.parts.db.write() as tx:
        await staff.appoint(
            tx, bot_id=1000001, user_id=SAM, role=Role.EDITOR, channels=("tech",), now=datetime.now(UTC)
        )
    his = await press(room, await write(room, "/rules", "1. ", "sam"), "1", "Tried", "sam")
    assert "for a channel that is not yours" in await alert(room, his, "Pause", "sam")


async def test_what_the_file_decides_is_shown_with_its_line_and_not_changed_here(room: Room) -> None:
    text = """
[channels.demo]
chat = "@demonews"

[sources.harbor]
url = "https://harbor.example/f"
to = ["demo"]

[rules.no-jobs]
match = { title = "job ad", younger = "2h", lang = ["en"] }
drop = true
"""
    async with room.parts.db.write() as tx:
        await rules.put(tx, Rule(id=0, name="no-jobs", channels=("tech",), match={"any": ["jobs"]}))
        await apply(tx, parse(text, path="/etc/news/sharewire.toml"), bot_id=1000001, now=datetime.now(UTC))
    card = await write(room, "/rules", "1. ")
    assert plain(card).splitlines()[2:] == [
        "1. no-jobs-from-chat: jobs → Demo <Tech>",
        "2. no-jobs: job ad, English → kept out of every channel",
        "3. to-harbor: harbor → Demo News",
    ]
    number = next(line[0] for line in plain(card).splitlines() if "no-jobs:" in line)
    card = await press(room, card, number, "Decided in sharewire.toml, line 9.")
    assert buttons_of(card) == [["Rules"]]
    card = await press(room, card, "Rules", "1. ")
    number = next(line[0] for line in plain(card).splitlines() if "from-chat" in line)
    card = await press(room, card, number, "Rule “")
    card = await press(room, card, "Delete", "Delete the rule")
    assert await alert(room, card, "Delete") == "Rule “no-jobs-from-chat” is deleted."
    assert {rule.name for rule in await kept(room)} == {"no-jobs", "to-harbor"}
