"""`sharewire doctor`: what `check` looks at, and Telegram, the sources and the machine; each line with its remedy."""

from __future__ import annotations

import shutil
import time
import zoneinfo
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final, TypeVar

from bot import settings
from bot.app import Parts, opened
from bot.backups.places import dump_line
from bot.backups.troubles import megabytes
from bot.channels.connect import Connection, connect, introduce
from bot.commands.checking import Checks, check_all
from bot.commands.looking import lasting_outages
from bot.errors import FetchError, Problem, SharewireError, StoreError
from bot.model import Channel, Role, Source
from bot.settings import machine_zone
from bot.sources import inspection
from bot.sources.schedule import span
from bot.store import backups, channels, people, sources
from bot.store.backups import LastBackup

T = TypeVar("T")
SKEW: Final = 30.0
"""Seconds that the clock may be off: schedules and signatures of web sites bear no more."""
DISK: Final = 500 * 1024 * 1024
MOST_SOURCES: Final = 200


async def examine(*, most_off: float = SKEW, least_free: int = DISK) -> Checks:
    """Everything, whatever fails on the way.  The clock may be off by seconds, so many bytes are to be free."""
    checks = await check_all()
    try:
        found = settings.load()
    except SharewireError:
        return checks  # told by check_all
    _machine(checks, found, least_free)
    for note in lasting_outages(found):
        checks.bad(f"since {note.since:%H:%M} UTC", SharewireError(note.problem))
    try:
        async with opened(found) as parts:
            if parts.telegram is not None and await _telegram(checks, parts, most_off):
                await _channels(checks, parts)
            await _sources(checks, parts)
            await _backup(checks, parts)
            await _public_address(checks, parts)
    except StoreError:
        return checks  # told by check_all
    return checks


async def _telegram(checks: Checks, parts: Parts, most_off: float) -> bool:
    """False where nothing more can be asked."""
    began = time.monotonic()
    me = await _try(checks, "token", lambda: introduce(parts.bot))
    if me is None:
        return False
    checks.good("token", f"@{me.username}, answered in {(time.monotonic() - began) * 1000:.0f} ms")
    _clock(checks, parts, most_off)
    if not me.inline:
        checks.note("inline mode", "off: send /setinline to @BotFather to let people search from any chat")
    hook = await parts.bot.call("getWebhookInfo", {})
    if hook.get("last_error_message"):
        checks.note("webhook", f"Telegram could not reach it: {hook['last_error_message']}")
    checks.good("updates", "come to the webhook" if hook.get("url") else "are fetched (polling)")
    await _audit_chat(checks, parts)
    return True


def _clock(checks: Checks, parts: Parts, most_off: float) -> None:
    if not parts.bot.dated:
        return
    off = (datetime.now(UTC) - parsedate_to_datetime(parts.bot.dated)).total_seconds()
    if abs(off) <= most_off:
        checks.good("clock", "agrees with Telegram's")
        return
    checks.bad("clock", SharewireError(_wrong_clock(off)))


async def _audit_chat(checks: Checks, parts: Parts) -> None:
    """Can the bot look at its own posts somewhere?  Typing is shown there, and nothing is sent."""
    async with parts.db.read() as tx:
        owners = await people.with_role(tx, bot_id=parts.bot.bot_id, role=Role.OWNER)
    chats = [parts.settings.audit_chat, *parts.settings.owner_ids, *(person.user_id for person in owners)]
    chat = next((one for one in chats if one is not None), None)
    if chat is None:
        checks.bad("owner", SharewireError(_no_owner()))
        return
    try:
        await parts.bot.call("sendChatAction", {"chat_id": chat, "action": "typing"})
    except Exception as error:
        checks.bad("audit chat", SharewireError(_no_audit_chat(error)))
        return
    checks.good("audit chat", "can be used" if parts.settings.audit_chat else "the owner's chat")


async def _channels(checks: Checks, parts: Parts) -> None:
    async with parts.db.read() as tx:
        every = await channels.every(tx, bot_id=parts.bot.bot_id)
    for channel in every:
        await _channel(checks, parts, channel)
    if not every:
        checks.note("channels", "none yet: send /connect to the bot, or run: sharewire setup")


async def _channel(checks: Checks, parts: Parts, channel: Channel) -> None:
    address = str(channel.chat_id or channel.address)
    found = await _try(checks, f"channel {channel.name}", lambda: connect(parts.bot, address))
    if found is None:
        return
    checks.good(f"channel {channel.name}", _rights(found))
    if channel.paused_at is not None:
        checks.note(f"channel {channel.name}", f"is paused: {channel.pause_reason}")


def _rights(found: Connection) -> str:
    if found.kind != "channel":
        return "can write"
    words = {"can_post_messages": "post", "can_edit_messages": "edit", "can_delete_messages": "delete"}
    return " · ".join(f"{word} {'yes' if right in found.rights else 'no'}" for right, word in words.items())


async def _sources(checks: Checks, parts: Parts) -> None:
    async with parts.db.read() as tx:
        every = await sources.every(tx)
    for source in [one for one in every if one.enabled][:MOST_SOURCES]:
        await _source(checks, parts, source)


async def _source(checks: Checks, parts: Parts, source: Source) -> None:
    name = f"source {source.name}"
    found = await _try(
        checks, name, lambda: inspection.inspect(parts.web, source.url, kind=source.kind, parser=parts.parser)
    )
    if found is None:
        return
    checks.good(name, f"{len(found.entries)} articles")
    try:
        card = await inspection.newest_card(parts.web, found)
    except FetchError as error:
        checks.note(f"{name}, links", f"the newest one cannot be opened: {error.problem.title}")
        return
    if card is not None and card.problems:  # the site's own matter: worth telling its owner, no fault of ours
        checks.note(f"{name}, links", f"when shared: {' '.join(card.problems)}")
    elif card is not None:
        checks.good(f"{name}, links", "look right when shared")


async def _public_address(checks: Checks, parts: Parts) -> None:
    """Does the world reach us there?  Asked for only where something leads through it."""
    url = parts.settings.public_url
    if not url:
        return
    try:
        page = await parts.web.fetch(f"{url}/healthz", accept="application/json", limit=1_000)
    except FetchError as error:
        checks.bad("public address", SharewireError(_not_reached(url, error.problem.title)))
        return
    if page.body.lstrip().startswith(b'{"ok": true'):
        checks.good("public address", f"{url} answers")
    else:
        checks.bad("public address", SharewireError(_not_reached(url, "Something else answers there.")))


def _machine(checks: Checks, found: settings.Settings, least_free: int) -> None:
    folder = found.data_dir if found.data_dir.is_dir() else Path()
    free = shutil.disk_usage(folder).free
    if free < least_free:
        checks.bad("disk", SharewireError(_little_disk(folder, free)))
    else:
        checks.good("disk", f"{free / 2**30:,.1f} GB free")
    zone = machine_zone()
    known = len(zoneinfo.available_timezones())
    checks.good("time zone", f"{zone}; {known} zones known")
    env = Path(".env")
    if env.is_file() and env.stat().st_mode & 0o077:
        checks.bad(".env", SharewireError(_open_env()))


async def _try(checks: Checks, name: str, look: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await look()
    except SharewireError as error:
        checks.bad(name, error)
        return None


async def _backup(checks: Checks, parts: Parts) -> None:
    """How old is the last one?  A database that is a day old has none yet."""
    if parts.db.path is None:
        checks.note("backup", f"PostgreSQL's own: {dump_line(parts.settings.database)}")
        return
    async with parts.db.read() as tx:
        last, began = await backups.last(tx), await backups.began(tx)
    now = datetime.now(UTC)
    since = last.at if last else began
    is_old = since is not None and now - since > backups.TOO_OLD
    if is_old and parts.settings.keep_backups:
        checks.bad("backup", SharewireError(_old_backup(last, now)))
    elif last is None:
        checks.note("backup", "none yet: sharewire backup")
    else:
        words = f"{span(now - last.at)} ago, {megabytes(last.size)}: {last.path}"
        (checks.note if is_old else checks.good)("backup", words)


def _old_backup(last: LastBackup | None, now: datetime) -> Problem:
    return Problem(
        code="SW-D46",
        title=f"The last backup is {span(now - last.at)} old." if last else "There is no backup.",
        cause="The bot, which makes one every day, did not run, or could not write it.",
        fix="Run: sharewire backup",
        where="backup",
        meanwhile="The bot works; what is lost now could not be brought back.",
    )


def _wrong_clock(off: float) -> Problem:
    return Problem(
        code="SW-C60",
        title=f"This machine's clock is {abs(off):,.0f} s {'ahead' if off > 0 else 'behind'}.",
        cause="It differs from Telegram's.",
        fix="Turn on time synchronisation: sudo timedatectl set-ntp true",
        where="clock",
        meanwhile="Posts go out, at wrong times.",
    )


def _no_owner() -> Problem:
    return Problem(
        code="SW-C61",
        title="Nobody owns this bot yet.",
        cause="Nobody pressed START with the claim link.",
        fix="Run: sharewire setup",
        where="owner",
        meanwhile="Troubles are told in the log only.",
    )


def _no_audit_chat(error: Exception) -> Problem:
    return Problem(
        code="SW-C62",
        title="The bot cannot look at its own posts.",
        cause=f"Its chat for that cannot be written to ({getattr(error, 'message', type(error).__name__)}).",
        fix="Open the bot in Telegram and press START, or set BOT_AUDIT_CHAT to another chat.",
        where="BOT_AUDIT_CHAT",
        meanwhile="A post whose outcome is unknown waits for a person.",
    )


def _little_disk(folder: Path, free: int) -> Problem:
    return Problem(
        code="SW-C63",
        title=f"Only {free / 2**20:,.0f} MB are free in {folder}.",
        cause="The disk is nearly full.",
        fix="Make room, or set BOT_DATA_DIR to a folder on another disk.",
        where=str(folder),
        meanwhile="It works until the disk is full; then nothing is sent.",
    )


def _not_reached(url: str, why: str) -> Problem:
    return Problem(
        code="SW-C67",
        title=f"This bot is not reached at {url}.",
        cause=why,
        fix="Start it with `sharewire run`, and let the proxy hand that address on to BOT_HTTP.",
        where="BOT_PUBLIC_URL",
        meanwhile="Counted buttons lead nowhere until it answers, and hubs cannot push.",
    )


def _open_env() -> Problem:
    return Problem(
        code="SW-C64",
        title="Other people of this machine can read .env.",
        cause="Its permissions let them, and it holds the token.",
        fix="Run: chmod 600 .env",
        where=".env",
        meanwhile="The bot works.",
    )
