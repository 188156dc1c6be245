"""A channel's settings from chat, over HTTP: every value on one card, changed by a button or by typed words,
slips and all, and shown back with what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat import sharing
from bot.chat.editors import dials, panels
from bot.configuration import apply, parse
from bot.model import Channel, Role
from bot.store import audit, channels, people
from bot.wording import words_for
from tests.chat.conftest import ANA, SAM, Json, Room, buttons_of
from tests.chat.test_ruling import alert, plain, press, write


async def demo(room: Room) -> Channel:
    async with room.parts.db.read() as tx:
        found = await channels.named(tx, "demo")
    assert found is not None
    return found


async def settings(room: Room, person: str = "ana") -> Json:
    card = await write(room, "/channels", ": posting", person)
    card = await press(room, card, "Demo News", "Name here: demo", person)
    return await press(room, card, "Settings", "Demo News: settings", person)


async def test_every_setting_is_shown_and_changed_by_buttons_and_by_words_with_slips(room: Room) -> None:
    card = await settings(room)
    assert "An article that came now would go out at once." in plain(card)
    card = await press(room, card, "Quiet hours", "Now: none")
    card = await press(room, card, "22:00–07:00", "Now: 22:00–07:00, without sound")
    card = await press(room, card, "held until they end", "Now: 22:00–07:00, held until they end")
    assert ["✓ 22:00–07:00"] in [row[1:2] for row in buttons_of(card)]
    await room.box.people.press("ana", "news", card["message_id"], text="Type it", wait=15)
    await room.answer(ANA, words="From when to when?")
    await room.stop()
    await room.begin()
    await write(room, "10 pm too late", "names no hours. Nothing was changed.")
    card = await write(room, "0-24 hold", "Quiet hours: 00:00–00:00, held until they end")
    assert "An article that came now would go out " in plain(card)
    assert (await demo(room)).options["quiet"] == {"hours": ["00:00-00:00"], "mode": "hold"}
    card = await settings(room)
    card = await press(room, card, "Quiet hours", "Now: 00:00")
    card = await press(room, card, "none", "Now: none")
    card = await press(room, card, "◀ Back", "Quiet hours: none")
    card = await press(room, card, "Time zone", "Now: UTC")
    await room.box.people.press("ana", "news", card["message_id"], text="Type it", wait=15)
    await room.answer(ANA, words="Which city's time?")
    await write(room, "Pairs", "Time zone: Europe/Paris")
    assert (await demo(room)).timezone == "Europe/Paris"


@pytest.mark.parametrize(
    ("read", "typed", "german"),
    [
        (dials.hours_typed, "ten till four", "„ten till four“ nennt keine Uhrzeiten."),
        (dials.hours_typed, "25-7", "Die Uhrzeit 25:00 gibt es nicht."),
        (dials.hours_typed, "13pm-2pm", "Die Uhrzeit 13 pm gibt es nicht."),
        (dials.pace_typed, "99999 per hour", "So viele Posts sind nicht möglich: 99999."),
        (dials.pace_typed, "briskly", "„briskly“ verstehe ich nicht als Tempo."),
        (dials.span_typed, "a while", "„a while“ ist keine Dauer."),
        (dials.zone_typed, "Atlantis City", "Ich kenne keinen Ort namens „Atlantis City“."),
        (dials.tags_typed, "klingonisch", "„klingonisch“ ist kein Kurzname einer Sprache."),
    ],
)
def test_what_cannot_be_a_value_is_said_in_the_editors_language(read: Any, typed: str, german: str) -> None:
    with pytest.raises(ValueError) as refused:
        read(typed)
    assert sharing.told(words_for("de"), refused.value.args[0]) == german


async def test_pace_for_a_while_seasons_and_switches(room: Room) -> None:
    card = await settings(room)
    card = await press(room, card, "Pace", "Now: no limits")
    card = await press(room, card, "4 an hour", "Now: 4 an hour")
    card = await press(room, card, "10 min apart", "Now: 10 min apart, 4 an hour")
    await room.box.people.press("ana", "news", card["message_id"], text="Only for a while", wait=15)
    await room.answer(ANA, words="What, and until when?")
    await write(room, "2 h apart", "does not say until when")
    await write(room, "2 h apart until yesterdy", "cannot be used as a time")
    told = await write(room, "2 hours apart, 5 per day until in 3h", "It ends by itself")
    assert "Demo News: 2 hr apart, 5 a day" in plain(told)
    assert "Demo News: 2 hr apart, 5 a day until" in plain(await write(room, "/status", "Status"))
    card = await settings(room)
    assert "Demo News: 2 hr apart, 5 a day until" in plain(card)
    card = await press(room, card, "Seasons", "Now: none")
    await room.box.people.press("ana", "news", card["message_id"], text="New season", wait=15)
    await room.answer(ANA, words="From which day to which?")
    card = await write(room, "24 dec - 2 jan", "24 Dec to 2 Jan")
    card = await press(room, card, "Approval", "no editor has to say yes")
    card = await press(room, card, "an editor has to say yes", "Now: an editor has to say yes")
    (season,) = (await demo(room)).options["seasons"].values()
    assert (season["from"][5:], season["until"][5:], season["approve"]) == ("12-24", "01-02", True)


async def test_two_people_at_one_dial_and_an_editor_of_another_channel(room: Room) -> None:
    await room.box.people.start("sam", "news")
    async with room.parts.db.write() as tx:
        await people.give_role(tx, bot_id=1000001, user_id=SAM, role=Role.EDITOR, now=datetime.now(UTC))
    hers = await press(room, await settings(room), "Switches", "Demo News: Switches")
    his = await press(room, await settings(room, "sam"), "Switches", "Demo News: Switches", "sam")
    await press(room, hers, "No forwarding", "Switches")
    assert (await demo(room)).options["protect"] is True
    assert await alert(room, his, "No forwarding", "sam") == (
        "Ana changed this a moment ago. Nothing of yours was saved; here it is now."
    )
    assert (await demo(room)).options["protect"] is True
    async with room.parts.db.write() as tx:
        text = '[channels.demo]\nchat = "@demonews"\npace = { gap = "3m" }\n'
        await apply(tx, parse(text, path="/x/sharewire.toml"), bot_id=1000001, now=datetime.now(UTC))
        assert "channel-changed" in {deed.what for deed in await audit.latest(tx, bot_id=1000001)}
    assert "Decided in sharewire.toml, line 1." in await alert(room, hers, "Link to save the article")
    card = await settings(room)
    assert buttons_of(card) == [["Pace", "Quiet hours"], ["Posting hours"], ["◀ Back"]]
    card = await press(room, card, "Pace", "Now: 3 min apart")
    assert buttons_of(card) == [["Only for a while"], ["◀ Back"]]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("pace", "5 min apart, 8 per hour, 60 a day", {"gap": "5m", "per_hour": 8, "per_day": 60}),
        ("pace", "8/h", {"per_hour": 8}),
        ("pace", "every 1.5 hours", {"gap": "1.5h"}),
        ("pace", "no limits", None),
        ("pace", "3 apples", ValueError),
        ("pace", "5 min, 6 min", ValueError),
        ("pace", "0 per hour", ValueError),
        ("quiet", "22:30-7", {"hours": ["22:30-07:00"], "mode": "silent"}),
        ("quiet", "hold 10pm to 6 am", {"hours": ["22:00-06:00"], "mode": "hold"}),
        ("quiet", "off", None),
        ("quiet", "25-7", ValueError),
        ("windows", "7-9 and 17.30–22", ["07:00-09:00", "17:30-22:00"]),
        ("windows", "13pm-14", ValueError),
        ("windows", "mornings", ValueError),
        ("timezone", "berlin", "Europe/Berlin"),
        ("timezone", "America/New_York", "America/New_York"),
        ("timezone", "Nowhereville", ValueError),
        ("fresh_for", "90 min", "90m"),
        ("max_age", "2 days", "2d"),
        ("hold", "0", ValueError),
        ("languages", "fr, Deutsch", ["fr", "de"]),
        ("languages", "all", None),
        ("languages", "french-ish!", ValueError),
    ],
)
def test_what_people_type_is_understood_or_refused_with_a_sentence(key: str, text: str, value: Any) -> None:
    read = dials.DIALS[key].read
    assert read is not None
    if value is ValueError:
        with pytest.raises(ValueError, match=r"\w+ .*[.?]$"):
            read(text)
    else:
        assert read(text) == value


def test_every_choice_of_every_dial_is_taken_kept_and_reads_as_it_was_chosen() -> None:
    words = words_for("en")
    channel = Channel(id=7, bot_id=1, name="news", address="@news", timezone="UTC")
    for dial in dials.DIALS.values():
        for code in dial.codes:
            value = dial.take(code, dials.value_of(channel, dial.key))
            changed = Channel(**{**_fields(channel), **dials.changed(channel, dial.key, value)})
            shown = dials.value_of(changed, dial.key)
            assert dial.say(words, shown) == dial.say(words, value)
            card = panels.dial_card(words, changed, dial)
            assert card is not None and card.keyboard is not None
            labels = [button.text for row in card.keyboard.inline_keyboard for button in row]
            assert f"✓ {dial.label(words, code)}"[:40] in labels, (dial.key, code)
            data = [str(button.callback_data) for row in card.keyboard.inline_keyboard for button in row]
            assert max(len(one.encode()) for one in data) <= 64
        with pytest.raises((KeyError, ValueError)):
            panels.change_of(channel, dial.key, "", "nonsense", ())(None)
    for key in dials.FLAGS:
        on = panels.change_of(channel, "flags", "", key, ())
        assert on(on(None)) is None


def _fields(channel: Channel) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in Channel.__dataclass_fields__}


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [("2026-11-20", "2026-12-24", "2027-01-02"), ("2026-12-28", "2026-12-24", "2027-01-02")],
)
def test_a_season_may_have_begun_already(today: str, first: str, last: str) -> None:
    now = datetime.fromisoformat(today).replace(tzinfo=UTC) + timedelta(hours=9)
    channel = Channel(id=7, bot_id=1, name="news", address="@news", timezone="Europe/Paris")
    seasons, name = panels.with_season(channel, "24 dec - 2 jan", now)
    assert (seasons[name]["from"], seasons[name]["until"]) == (first, last)
    with pytest.raises(ValueError, match="does not name two days"):
        panels.with_season(channel, "christmas", now)
