"""What can be done at the people's door: one function per act, from its JSON body to its JSON answer."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox import acting, groups, sharing
from bot.sandbox.accounts import User, Wire
from bot.sandbox.acting import Mistake, bot_named, chat_named, message_in, person_named, user_named
from bot.sandbox.chats import Chat
from bot.sandbox.polls import Poll
from bot.sandbox.standing import set_blocked
from bot.sandbox.view import chat_view, message_view
from bot.sandbox.world import World

Act = Callable[[World, Wire], Awaitable[Wire]]
MAX_NOTES = 2_000


def _where(world: World, body: Wire) -> tuple[User, Chat]:
    person = person_named(world, body["as"])
    return person, chat_named(world, body["chat"], person)


async def _send(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    photo = base64.b64decode(body["photo"]) if body.get("photo") else None
    message = acting.write(
        world,
        person,
        chat,
        str(body.get("text", "")),
        reply_to=int(body.get("reply_to", 0)),
        thread=int(body.get("thread", 0)),
        parse_mode=str(body.get("parse_mode", "")),
        photo=photo,
        contact=body.get("contact"),
        location=body.get("location"),
    )
    return {"message": message_view(message)}


async def _start(world: World, body: Wire) -> Wire:
    person = person_named(world, body["as"])
    message = acting.start(world, person, bot_named(world, body["bot"]), str(body.get("payload", "")))
    return {"message": message_view(message)}


async def _press(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    message = message_in(chat, body["message_id"])
    button = acting.find_button(
        message, data=body.get("data"), text=body.get("text"), row=body.get("row"), column=int(body.get("column", 0))
    )
    waiting = acting.press(world, person, message, button)
    if waiting is None:
        return {"button": button, "answer": None}
    seconds = float(body.get("wait", 0))
    reply: Any = None
    if seconds > 0:
        try:
            reply = await asyncio.wait_for(asyncio.shield(waiting.answer), seconds)
        except TimeoutError:
            reply = None
    return {"button": button, "query_id": waiting.id, "answer": reply}


async def _inline(world: World, body: Wire) -> Wire:
    person = person_named(world, body["as"])
    bot = bot_named(world, body["bot"])
    found = await acting.ask_inline(
        world,
        person,
        bot,
        str(body.get("query", "")),
        offset=str(body.get("offset", "")),
        chat_type=str(body.get("chat_type", "sender")),
        wait=float(body.get("wait", 10)),
    )
    shown = world.queries.shown.setdefault((person.id, bot.id), {})
    if not body.get("offset"):
        shown.clear()
    shown.update({result["id"]: {**result, "query": body.get("query", "")} for result in found["results"]})
    results = [{"type": r["type"], "id": r["id"], **r["shown"], "markup": r["markup"]} for r in found["results"]]
    return {**found, "results": results}


async def _choose(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    bot = bot_named(world, body["bot"])
    result = world.queries.shown.get((person.id, bot.id), {}).get(str(body["result_id"]))
    if result is None:
        raise Mistake("there is no such result; ask inline first")
    message = await acting.choose(world, person, bot, chat, result, str(result["query"]))
    return {"message": message_view(message)}


async def _join(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.join(world, person, chat, str(body.get("link", "")))
    return {}


async def _leave(world: World, body: Wire) -> Wire:
    acting.leave(world, *_where(world, body))
    return {}


async def _block(world: World, body: Wire) -> Wire:
    person = person_named(world, body["as"])
    set_blocked(world, world.private_chat(bot_named(world, body["bot"]), person), blocked=True)
    return {}


async def _unblock(world: World, body: Wire) -> Wire:
    person = person_named(world, body["as"])
    set_blocked(world, world.private_chat(bot_named(world, body["bot"]), person), blocked=False)
    return {}


async def _add(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.add(world, person, chat, user_named(world, body["user"]))
    return {}


async def _kick(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.kick(world, person, chat, user_named(world, body["user"]))
    return {}


async def _promote(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.promote(world, person, chat, user_named(world, body["user"]), body.get("rights"))
    return {}


async def _demote(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.demote(world, person, chat, user_named(world, body["user"]))
    return {}


async def _edit(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    return {"message": message_view(acting.edit(world, person, message_in(chat, body["message_id"]), body["text"]))}


async def _react(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    message = message_in(chat, body["message_id"])
    acting.react(world, person, message, str(body.get("emoji", "")))
    return {"message": message_view(message)}


async def _delete(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.delete(world, person, message_in(chat, body["message_id"]))
    return {}


async def _vote(world: World, body: Wire) -> Wire:
    """Vote in a poll by option numbers; none takes the vote back."""
    person, chat = _where(world, body)
    message = message_in(chat, body["message_id"])
    poll = message.content.get("poll")
    if not isinstance(poll, Poll):
        raise Mistake("this is no poll")
    poll.vote(world, person, [int(number) for number in body.get("options", [])])
    world.touch(chat, message.id)
    world.events.emit("edited", chat=chat.ref, message=message)
    return {"message": message_view(message)}


async def _forward(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    source = message_in(chat, body["message_id"])
    message = acting.forward(world, person, source, chat_named(world, body["to"], person))
    return {"message": message_view(message)}


async def _request(world: World, body: Wire) -> Wire:
    person, chat = _where(world, body)
    acting.request_to_join(world, person, chat, str(body.get("link", "")))
    return {}


async def _upgrade(world: World, body: Wire) -> Wire:
    """A basic group becomes a supergroup with a new id."""
    person, chat = _where(world, body)
    return {"chat": chat_view(groups.upgrade(world, person, chat))}


async def _clock(world: World, body: Wire) -> Wire:
    world.clock.advance(float(body["advance"]))
    world.events.emit("clock", now=world.clock.now())
    return {"now": world.clock.now()}


async def _faults(world: World, body: Wire) -> Wire:
    return {"id": world.faults.add(body).id}


async def _flood_control(world: World, body: Wire) -> Wire:
    world.flood_control = bool(body["on"])
    return {}


async def _reset(world: World, _body: Wire) -> Wire:
    world.reset()
    return {}


async def _user(world: World, body: Wire) -> Wire:
    """Deactivate an account, or bring it back."""
    user_named(world, body["user"]).deactivated = bool(body["deactivated"])
    return {}


async def _notes(world: World, body: Wire) -> Wire:
    """What happened behind a post, told by the product: shown beside the channel."""
    note = {
        "chat_id": body.get("chat_id"),
        "message_id": body.get("message_id"),
        "kind": str(body["kind"]),
        "text": str(body.get("text", "")),
        "at": world.clock.now(),
    }
    for name in body.keys() - note.keys():
        note[name] = body[name]
    world.notes.append(note)
    del world.notes[:-MAX_NOTES]
    world.events.emit("note", note=note)
    return {}


async def _share(world: World, body: Wire) -> Wire:
    """A person taps a "choose a chat" button of a bot's reply keyboard and picks `chat`."""
    person = person_named(world, body["as"])
    bot = bot_named(world, body["bot"])
    picked = chat_named(world, body["chat"], person)
    return {"message": message_view(sharing.share_chat(world, person, bot, picked, text=body.get("text")))}


ACTS: dict[str, Act] = {
    "send": _send, "start": _start, "press": _press, "inline": _inline, "choose": _choose, "join": _join,
    "leave": _leave, "block": _block, "unblock": _unblock, "add": _add, "kick": _kick, "promote": _promote,
    "demote": _demote, "edit": _edit, "react": _react, "delete": _delete, "clock": _clock, "faults": _faults,
    "flood_control": _flood_control, "reset": _reset, "user": _user, "notes": _notes, "vote": _vote,
    "forward": _forward, "request": _request, "upgrade": _upgrade, "share": _share,
}  # fmt: skip
