"""What an owner can do about a source by the buttons of its card: check it now, pause it, watch it again, follow it to
its new address or stay, or say that it is well so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.chat.card import isolate
from bot.chat.context import Context
from bot.chat.roles import Visitor
from bot.chat.words import owner, setup
from bot.model import Role, Source
from bot.store import audit, sources
from bot.store import notices as store_notices
from bot.store.database import Tx
from bot.store.notices import Notice

Rows = tuple[tuple[tuple[str, str], ...], ...]

BUTTONS: Final[Mapping[str, Rows]] = {  # kind of the card -> rows (label, action)
    "source-failing": (((owner.BUTTON_CHECK_NOW, "look"), (setup.BUTTON_PAUSE, "stop")),),
    "source-silent": (((owner.BUTTON_CHECK_NOW, "look"), (owner.BUTTON_SEEN, "fine")),),
    "source-paused": (((owner.BUTTON_WATCH_AGAIN, "watch"), (owner.BUTTON_SEEN, "fine")),),
    "source-moved": (((owner.BUTTON_ACCEPT, "accept"), (owner.BUTTON_STAY, "fine")),),
    "source-moved-file": (((owner.BUTTON_STAY, "fine"),),),
    "source-all": (((owner.BUTTON_SEEN, "fine"),),),
}
ACTIONS: Final = frozenset({"look", "stop", "fine", "watch", "accept"})


async def act(context: Context, who: Visitor, action: str, notice: Notice) -> str:
    """Do it; the words for the toast."""
    if who.person.role is not Role.OWNER:
        return who.say(setup.ONLY_OWNER)
    number, now = int(notice.key.partition(":")[2]), context.now()
    async with context.db.write() as tx:
        source = await sources.get(tx, number)
        if source is None:
            await _settle(tx, context, notice)
            return who.say(owner.NOTED)
        match action:
            case "look":
                await sources.check_now(tx, number, now=now)
                told = owner.CHECKED_NOW
            case "watch":
                await sources.resume(tx, number, now=now)
                told = owner.CHECKED_NOW
            case "stop":
                await sources.pause(tx, number)
                told = setup.SOURCE_OFF
            case "accept":
                known = await sources.at(tx, source.moved_to or source.url)
                if known not in (None, source.name):
                    return who.say(setup.SOURCE_KNOWN, source=isolate(str(known)))
                await sources.accept_move(tx, number, now=now)
                told = owner.FOLLOWED
            case _:
                told = owner.NOTED
        if action != "look":
            await _settle(tx, context, notice)
        if action in _DEEDS:
            await _note(tx, context, who, _DEEDS[action], source)
    context.wake("watch")
    return who.say(told)


_DEEDS: Final = {"stop": "source-paused", "watch": "source-resumed", "accept": "source-moved"}


async def _settle(tx: Tx, context: Context, notice: Notice) -> None:
    """Done; the same trouble is not told again."""
    seen = {**notice.options, "seen": notice.options.get("mark")}
    await store_notices.settle(tx, bot_id=context.bot_id, key=notice.key, options=seen, now=context.now())


async def _note(tx: Tx, context: Context, who: Visitor, what: str, source: Source) -> None:
    about, now = source.title or source.name, context.now()
    await audit.write(tx, bot_id=context.bot_id, what=what, about=about, now=now, person=who.person)
