"""Another spelling is offered as a button, and what was found by its sound alone is marked."""

from __future__ import annotations

from tests.chat.conftest import SAM, Room, add_article, buttons_of, text_of
from tests.chat.test_readers_alerts import press


async def test_a_misspelt_word_is_one_tap_from_the_right_one(room: Room) -> None:
    for number in range(1, 6):
        await add_article(room, number, f"Night bus number {number} crosses the harbour")
    listed = await room.say("sam", "nigth harbour")
    offered = next(label for row in buttons_of(listed) for label in row if "night" in label)
    await press(room, listed, offered)
    shown = await room.message(f"1000001:{SAM}", listed["message_id"], "night harbour — 5 results")
    assert sum(line[:2] in ("1.", "2.", "3.", "4.", "5.") for line in text_of(shown).splitlines()) == 5
    assert "nigth" not in text_of(shown)


async def test_a_name_in_another_script_is_found_and_marked(room: Room) -> None:
    await add_article(room, 1, "عمران خان کی تقریر", language="ur", text="عمران خان نے پیر کو تقریر کی۔", summary=())
    listed = await room.say("sam", "imran khan")
    assert "similar spelling" in text_of(listed)
