"""A person picks a chat for a bot, as clients carry it out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Box
from bot.sandbox.people import DoorError

RIGHTS = {"can_post_messages": True, "can_edit_messages": True, "can_delete_messages": True, "can_invite_users": True}


def keyboard(**more: Any) -> dict[str, Any]:
    request = {"request_id": 1, "chat_is_channel": True, "request_title": True, "request_username": True, **more}
    return {"keyboard": [[{"text": "Choose", "request_chat": request}]], "resize_keyboard": True}


async def test_picking_a_channel_makes_the_bot_its_administrator_and_tells_it_which(bot: Any, box: Box) -> None:
    rights = {"user_administrator_rights": RIGHTS, "bot_administrator_rights": RIGHTS}
    with pytest.raises(DoorError, match="no button to choose a chat"):
        await box.people.share("ana", "news", "demo")
    await bot.ok("sendMessage", chat_id=5011, text="Which?", reply_markup=keyboard(**rights))
    with pytest.raises(DoorError, match="not of the kind"):
        await box.people.share("ana", "news", "talk")
    await box.people.share("ana", "news", "demo")
    found = await bot.ok("getUpdates", allowed_updates=["message", "my_chat_member"])
    changed = [u["my_chat_member"] for u in found if "my_chat_member" in u]
    assert [c["new_chat_member"]["can_invite_users"] for c in changed] == [True]
    shared = [u["message"]["chat_shared"] for u in found if "chat_shared" in u.get("message", {})]
    assert shared == [{"request_id": 1, "chat_id": -1001000000001, "title": "Demo News", "username": "demonews"}]


async def test_nobody_gives_rights_that_are_not_theirs(bot: Any, box: Box) -> None:
    await bot.ok("sendMessage", chat_id=5012, text="Which?", reply_markup=keyboard(bot_administrator_rights=RIGHTS))
    with pytest.raises(DoorError, match="cannot give these rights"):
        await box.people.share("sam", "news", "demo")
