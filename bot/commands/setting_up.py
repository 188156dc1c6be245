"""The work of `sharewire setup`: each step is skipped when it is done, asked for, or given as an option.

The bot runs meanwhile, so that START, the choice of a channel and the first post go the way they always go.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from bot import settings
from bot.app import STAGES, App, Parts, opened
from bot.channels.connect import Me, connect, introduce, prove
from bot.channels.telegram import Telegram
from bot.chat import roles
from bot.chat.owner import connecting
from bot.commands.watching import AddedSource, add_source
from bot.errors import Problem, SharewireError, UsageError
from bot.model import Channel, Person, PostState, Role
from bot.sources import discover
from bot.store import audit, channels, people, posts, sources

ENV: Final = Path(".env")
TRIES: Final = 3
CHOICES: Final = 5  # things to watch that are offered
FIRST_POST: Final = 90.0
"""Seconds in which the newest article of a source is fetched, read and posted."""
TEST: Final = "This is a test of the bot. It removes itself in a moment."
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was given as an option.  `ask` false: nobody can be asked."""

    token_file: Path | None = None
    owner: int | None = None
    channel: str | None = None
    source: str | None = None
    pick: int | None = None  # of several things to watch at the source's address, 1 = the best
    newest: bool | None = None
    wait: float = 600.0
    ask: bool = True


class Terminal:
    """Whoever sits there."""

    def say(self, line: str) -> None:
        print(line, flush=True)

    async def ask(self, question: str, *, hidden: bool = False) -> str:
        """The answer, without the loop waiting for it.  A token is never shown."""
        if not sys.stdin.isatty():
            raise UsageError(_nobody_to_ask(question))
        return (await asyncio.to_thread(getpass.getpass if hidden else input, f"     {question} ")).strip()


async def set_up(wish: Wish, terminal: Terminal, *, env: Path = ENV) -> str | None:
    """The address of the first post, if one was made.

    Raises UsageError, NotAllowed, TelegramUnreachable, AlreadyRunning."""
    terminal.say("1/4  Bot token")
    me = await _token(wish, terminal, env)
    terminal.say(f"     ✓ @{me.username} — {me.name}")
    if not me.inline:
        terminal.say("     ! Inline mode is off. Send /setinline to @BotFather to let people search from any chat.")
    async with opened(settings.load(env_file=env)) as parts:
        app = App(parts, STAGES)
        async with app.started():
            running = asyncio.create_task(app.run())
            try:
                return await _steps(wish, terminal, parts, app)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


async def _steps(wish: Wish, terminal: Terminal, parts: Parts, app: App) -> str | None:
    terminal.say("2/4  You")
    await _owner(wish, terminal, parts, app)
    terminal.say("3/4  A channel")
    channel = await _channel(wish, terminal, parts, app)
    terminal.say(f"     ✓ {channel.title or channel.name} ({channel.address})")
    if channel.linked_chat_id is not None:
        terminal.say("       It has a comments group, so links stand inside the post and the comments stay.")
    terminal.say("4/4  A source")
    link = await _source(wish, terminal, parts, app, channel)
    terminal.say("Done.  Run it: sharewire run    Look at everything: sharewire doctor")
    return link


# ── 1. the token ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _token(wish: Wish, terminal: Terminal, env: Path) -> Me:
    given = _token_in(wish.token_file) if wish.token_file else ""
    known = settings.load(env_file=env).token
    if known and not given:
        return await _meet(known, env)
    for left in reversed(range(TRIES)):
        if not given:
            terminal.say("     In Telegram open @BotFather, send /newbot, and copy the token that it gives you.")
            given = await _asked(wish, terminal, "Token (hidden):", hidden=True, option="--token-file")
        try:
            if not re.fullmatch(r"\d+:\S+", given):
                raise UsageError(_no_token())
            me = await _meet(given, env)
            keep_token(env, given)
            return me
        except SharewireError as error:
            if not left or not wish.ask or wish.token_file is not None or error.exit_code == 3:
                raise
            terminal.say(f"     ✗ {error.problem.title} {error.problem.cause}")
            given = ""
    raise AssertionError("the last try returns or raises")


def _token_in(path: Path) -> str:
    """Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "It is not a text"
        raise UsageError(
            Problem(
                code="SW-C56",
                title="The file with the token cannot be read.",
                cause=f"{cause}.",
                fix="Name the file that holds the token of @BotFather and nothing else: --token-file FILE",
                where=str(path),
                meanwhile="Nothing was saved.",
            )
        ) from error


async def _meet(token: str, env: Path) -> Me:
    found = settings.load(env_file=env)
    async with Telegram(token, base_url=found.api_base_url, proxy=found.proxy) as telegram:
        return await introduce(telegram)


def keep_token(env: Path, token: str) -> None:
    """Into the file's own line, or a new one; the file is readable by its owner only, from its first byte on."""
    lines = env.read_text(encoding="utf-8").splitlines() if env.is_file() else []
    kept = [line for line in lines if not re.match(r"\s*(?:export\s+)?BOT_TOKEN\s*=", line)]
    fresh = env.with_name(f"{env.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join([f"BOT_TOKEN={token}", *kept]) + "\n")
    fresh.chmod(0o600)
    fresh.replace(env)


# ── 2. the owner ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _owner(wish: Wish, terminal: Terminal, parts: Parts, app: App) -> None:
    bot_id = parts.bot.bot_id
    if wish.owner is not None:
        async with parts.db.write() as tx:
            await people.give_role(tx, bot_id=bot_id, user_id=wish.owner, role=Role.OWNER, now=datetime.now(UTC))
    elif not await _owner_name(parts):
        for line in app.lines:
            terminal.say(f"     {line.removeprefix('Nobody owns this bot yet. ')}")
        terminal.say("     waiting…")
    name = await _until(lambda: _owner_name(parts), wish.wait, _nobody_came)
    terminal.say(f"     ✓ {name} owns this bot.")


async def _owner_name(parts: Parts) -> str | None:
    if parts.settings.owner_ids:
        return "Whoever BOT_OWNER_IDS names"
    async with parts.db.read() as tx:
        found = await people.with_role(tx, bot_id=parts.bot.bot_id, role=Role.OWNER)
    return (found[0].name or str(found[0].user_id)) if found else None


# ── 3. the channel ───────────────────────────────────────────────────────────────────────────────────────────────


async def _channel(wish: Wish, terminal: Terminal, parts: Parts, app: App) -> Channel:
    if wish.channel is not None:
        return await _connect(wish.channel, parts, app)
    known = await _first_channel(parts)
    if known is not None:
        return known
    assert app.context is not None
    async with parts.db.read() as tx:
        owners = await people.with_role(tx, bot_id=parts.bot.bot_id, role=Role.OWNER)
    asked = [await _offer_again(app, person) for person in owners]
    if any(asked):
        terminal.say('     In the chat with the bot, tap "Choose a channel".')
    else:
        terminal.say(f"     Open https://t.me/{app.context.username} , press START, and send /connect")
    terminal.say("     waiting…")
    return await _until(lambda: _first_channel(parts), wish.wait, _no_channel)


async def _offer_again(app: App, person: Person) -> bool:
    """Whoever pressed START a moment ago is asked by that already; after a break the button is sent again."""
    assert app.context is not None
    for _ in range(8):
        if await connecting.was_offered(app.context, person.user_id):
            return True
        await asyncio.sleep(0.25)
    return await connecting.offer(app.context, roles.visitor(person))


async def _connect(address: str, parts: Parts, app: App) -> Channel:
    found = await connect(parts.bot, address)
    async with parts.db.read() as tx:
        owners = await people.with_role(tx, bot_id=parts.bot.bot_id, role=Role.OWNER)
    audit_chat = parts.settings.audit_chat or (owners[0].user_id if owners else None)
    await prove(parts.bot, found, words=TEST, audit_chat=audit_chat)
    async with parts.db.write() as tx:
        known = await channels.find(tx, str(found.chat_id), bot_id=parts.bot.bot_id)
        if known is not None:
            return known
        name = await channels.free_name(tx, found.username or found.title or "")
        zone = app.context.zone if app.context else "UTC"
        channel = found.as_channel(bot_id=parts.bot.bot_id, name=name, timezone=zone)
        now = datetime.now(UTC)
        await audit.write(tx, bot_id=channel.bot_id, what="channel-added", about=found.title or name, now=now)
        return await channels.put(tx, channel, now=now)


async def _first_channel(parts: Parts) -> Channel | None:
    async with parts.db.read() as tx:
        found = await channels.every(tx, bot_id=parts.bot.bot_id)
    return found[0] if found else None


# ── 4. the source ────────────────────────────────────────────────────────────────────────────────────────────────


async def _source(wish: Wish, terminal: Terminal, parts: Parts, app: App, channel: Channel) -> str | None:
    async with parts.db.read() as tx:
        known = await sources.every(tx)
    if known and wish.source is None:
        terminal.say(f"     ✓ {known[0].title or known[0].name} is watched already.")
        return None
    address = wish.source
    if address is None and wish.ask:
        address = await terminal.ask("Paste a site or feed address (Enter to skip):")
    if not address:
        terminal.say("     Skipped. Later: send /source and an address to the bot.")
        return None
    address, kind = await _picked(wish, terminal, parts, address)
    newest = wish.newest
    if newest is None and wish.ask:
        terminal.say("     Nothing old will be posted.")
        newest = (await terminal.ask("Post the newest article now, as a test? [y/N]")).lower().startswith("y")
    wanted = AddedSource(address=address, kind=kind, to=(channel.name,), backfill=int(bool(newest)))
    added = await add_source(wanted, dry_run=False)
    terminal.say(f"     ✓ {added['title'] or added['name']} — {added['kind']}, {added['entries']} articles")
    app.wake("watch")
    if not newest:
        return None
    link = await _until(lambda: _posted(parts, channel), FIRST_POST, _not_posted)
    terminal.say(f"     ✓ posted: {link}")
    return link


async def _picked(wish: Wish, terminal: Terminal, parts: Parts, address: str) -> tuple[str, str | None]:
    """The address to watch and its kind, where several things at an address are good: the one that was chosen."""
    if wish.pick is None and not wish.ask:
        return address, None
    found = (await discover.discover(parts.web, address, parser=parts.parser)).candidates
    offered = [one for one in found if not one.comments][:CHOICES]
    if wish.pick is not None and wish.pick > max(1, len(offered)):
        raise UsageError(_no_such_choice(wish.pick, len(offered)))
    if len(offered) < 2:
        return address, None
    number = wish.pick or await _number(terminal, offered)
    return offered[number - 1].url, offered[number - 1].kind.value


async def _number(terminal: Terminal, offered: list[discover.Candidate]) -> int:
    """Which of them; a slip of the pen is asked about again."""
    for number, one in enumerate(offered, 1):
        count = f", {one.entries} articles" if one.entries is not None else ""
        terminal.say(f"     {number}  {one.title or one.url} — {one.kind}{count}")
    for _ in range(TRIES):
        given = await terminal.ask("Which one? [1]") or "1"
        if given.isdecimal() and 1 <= int(given) <= len(offered):
            return int(given)
        terminal.say(f"     ✗ Type a number from 1 to {len(offered)}.")
    raise UsageError(_no_such_choice(given, len(offered)))


async def _posted(parts: Parts, channel: Channel) -> str | None:
    async with parts.db.read() as tx:
        sent = await posts.in_state(tx, (PostState.SENT,), bot_id=parts.bot.bot_id, channel_id=channel.id)
    return (sent[0].remote_url or str(sent[0].id)) if sent else None


# ── waiting and asking ───────────────────────────────────────────────────────────────────────────────────────────


async def _until(look: Callable[[], Awaitable[T | None]], seconds: float, problem: Callable[[], Problem]) -> T:
    ends = asyncio.get_running_loop().time() + seconds
    while (found := await look()) is None:
        if asyncio.get_running_loop().time() > ends:
            raise SharewireError(problem())
        await asyncio.sleep(0.25)
    return found


async def _asked(wish: Wish, terminal: Terminal, question: str, *, hidden: bool, option: str) -> str:
    if not wish.ask:
        raise UsageError(_nobody_to_ask(option))
    return await terminal.ask(question, hidden=hidden)


def _nobody_to_ask(what: str) -> Problem:
    return Problem(
        code="SW-C50",
        title="Setup has a question that nobody can answer.",
        cause=f"This is not a terminal, or --yes was given, and this is missing: {what}",
        fix="Give it as an option; see them with: sharewire setup --help",
        where="sharewire setup",
        meanwhile="What was done so far is kept; run it again to go on.",
    )


def _no_token() -> Problem:
    return Problem(
        code="SW-C51",
        title="This is not a bot token.",
        cause="A token is digits, a colon, and letters.",
        fix="Copy the whole line that @BotFather gave you, then run: sharewire setup",
        where="BOT_TOKEN",
        meanwhile="Nothing was saved.",
    )


def _no_such_choice(given: object, count: int) -> Problem:
    return Problem(
        code="SW-C55",
        title=f'There is no choice "{given}" at this address.',
        cause=f"It has {count} things to watch.",
        fix="See them with: sharewire discover URL",
        where="--pick",
        meanwhile="Nothing was added; run setup again to go on.",
    )


def _nobody_came() -> Problem:
    return Problem(
        code="SW-C52",
        title="Nobody pressed START.",
        cause="The time to wait is over.",
        fix="Run it again and open the link that it prints: sharewire setup",
        where="sharewire setup",
        meanwhile="The token is saved and is not asked again.",
    )


def _no_channel() -> Problem:
    return Problem(
        code="SW-C53",
        title="No channel was chosen.",
        cause="The time to wait is over.",
        fix="Run it again and tap Choose a channel: sharewire setup",
        where="sharewire setup",
        meanwhile="Token and owner are saved and are not asked again.",
    )


def _not_posted() -> Problem:
    return Problem(
        code="SW-C54",
        title="The first post is not out yet.",
        cause="Reading the source took longer than setup waits.",
        fix="Let it go on with: sharewire run",
        where="sharewire setup",
        meanwhile="Everything is saved; the post goes out as soon as its article is read.",
    )
