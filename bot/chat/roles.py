"""Who speaks with us, in which language, and what they may do: looked up on every update, because command menus and
scopes are no access control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telegram import User

from bot.chat.context import Context
from bot.model import Channel, Person, Role
from bot.store import people
from bot.store.database import Tx
from bot.wording import Words, words_for

EDITORS: Final = frozenset({Role.OWNER, Role.EDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever sent an update, and the words for them."""

    person: Person
    words: Words

    @property
    def may_publish(self) -> bool:
        return self.person.role in EDITORS

    def may_publish_in(self, channel: str) -> bool:
        """An editor may be one of some channels only, by name."""
        mine = self.person.channels
        return self.may_publish and (not mine or channel in mine or self.person.role is Role.OWNER)

    def say(self, english: str, /, **values: object) -> str:
        """A text in their language; values for HTML are escaped by the caller."""
        return self.words.say(english, **values)

    def count(self, texts: tuple[str, str], count: int, /, **values: object) -> str:
        """A text with a number in it, in their language."""
        return self.words.count(texts, count, **values)


async def visit(context: Context, user: User) -> Visitor:
    """The person behind an update, remembered; owners named in the settings are owners from their first word."""
    person = await _meet(context, user)
    return Visitor(person=person, words=words_for(person.language or user.language_code))


async def _meet(context: Context, user: User) -> Person:
    async with context.db.write() as tx:
        person = await people.meet(
            tx,
            bot_id=context.bot_id,
            user_id=user.id,
            name=user.full_name,
            language=user.language_code,
            now=context.now(),
        )
        if user.id in context.owner_ids and person.role is not Role.OWNER:
            await people.give_role(tx, bot_id=context.bot_id, user_id=user.id, role=Role.OWNER, now=context.now())
            person = await people.get(tx, bot_id=context.bot_id, user_id=user.id) or person
    return person


async def deciders(tx: Tx, context: Context, channel: Channel) -> tuple[tuple[int | str, Words], ...]:
    """Whom to ask about a channel's posts: its editors' chat, or the owners and everybody who may publish there."""
    chat = channel.options.get("editors_chat")
    if isinstance(chat, int | str) and not isinstance(chat, bool):
        where = int(chat) if str(chat).removeprefix("-").isdecimal() else str(chat)
        return ((where, words_for(channel.language)),)
    found = [*await people.with_role(tx, bot_id=context.bot_id, role=Role.OWNER)]
    found += await people.with_role(tx, bot_id=context.bot_id, role=Role.EDITOR)
    known: dict[int | str, Words] = dict.fromkeys(context.owner_ids, words_for(None))
    may = [visitor(person) for person in found]
    known |= {who.person.user_id: who.words for who in may if who.may_publish_in(channel.name)}
    return tuple(known.items())


def visitor(person: Person) -> Visitor:
    """For those whom we write to first."""
    return Visitor(person=person, words=words_for(person.language))


def visitor_of(person: Person | None) -> Visitor | None:
    return visitor(person) if person else None
