"""The work of `sharewire sources edit, pause, resume, move, remove`.

Each finds the source, says in words what changes, and writes it down unless only asked what would happen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import settings
from bot.commands.choices import choose
from bot.commands.watched import the_source
from bot.commands.watching import SAME_ADDRESS, refuse_twice, rhash_of, the_channel
from bot.errors import Problem, UsageError
from bot.model import Media, Owner, Source
from bot.store import audit, rules, sources
from bot.store.database import Tx, open_database
from bot.web import addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What to change; None leaves it as it is."""

    url: str | None = None
    to: tuple[str, ...] | None = None
    media: str | None = None
    every: int | None = None  # seconds; 0 = the source's own rhythm
    language: str | None = None
    tags: str | None = None
    rhash: str | None = None
    again: bool = False


async def edit_source(words: str, wish: Edit, *, dry_run: bool) -> dict[str, Any]:
    """Raises UsageError, and FetchError for what is no address."""
    now = datetime.now(UTC)
    async with open_database(settings.load().database) as db, db.write() as tx:
        before = await _editable(tx, words)
        after = _edited(before, wish)
        if after.url != before.url:
            if not wish.again:
                await refuse_twice(tx, after.url, but=before.name)
            options = {name: value for name, value in after.options.items() if name not in SAME_ADDRESS}
            shared = await sources.at(tx, after.url, but=before.name) is not None
            after = replace(after, options=options | (dict(SAME_ADDRESS) if shared else {}))
        names = [await the_channel(tx, name) for name in wish.to or ()]
        changes = _differences(before, after) + ([f"goes to {', '.join(names)}"] if names else [])
        if not dry_run and changes:
            await sources.put(tx, after, now=now)
            if wish.language:
                await sources.change(tx, before.id, language=wish.language)
            if names:
                await rules.send_source_to(tx, before.name, names)
    words_told = f"{before.name}: {'; '.join(changes)}." if changes else f"{before.name}: nothing to change."
    return {"name": before.name, "url": after.url, "changed": changes, "words": words_told}


def _edited(before: Source, wish: Edit) -> Source:
    options = dict(before.options)
    if wish.rhash is not None:
        options = {key: value for key, value in options.items() if key != "rhash"}
        options |= {"rhash": rhash_of(wish.rhash)} if wish.rhash else {}
    every = before.every if wish.every is None else timedelta(seconds=wish.every) or None
    return replace(
        before,
        url=str(addresses.parse(wish.url) and wish.url.strip()) if wish.url else before.url,
        media=choose(Media, wish.media, "--media") if wish.media else before.media,
        every=every,
        language=wish.language or before.language,
        tags=_words(wish.tags) if wish.tags is not None else before.tags,
        options=options,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for part in text.split(",") if (word := part.strip())))


def _differences(before: Source, after: Source) -> list[str]:
    names = {"url": "address", "media": "media", "every": "every", "language": "language", "tags": "tags"}
    found = [
        f"{label} is now {_said(getattr(after, name))}"
        for name, label in names.items()
        if getattr(after, name) != getattr(before, name)
    ]
    rhash = after.options.get("rhash")
    if rhash != before.options.get("rhash"):
        found.append(f"posts link through Instant View {rhash}" if rhash else "posts link to the articles directly")
    return found


def _said(value: object) -> str:
    if value is None:
        return "its own rhythm"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)


async def pause_source(words: str, *, dry_run: bool) -> dict[str, Any]:
    async with open_database(settings.load().database) as db, db.write() as tx:
        source = await _editable(tx, words)
        if not dry_run:
            await sources.pause(tx, source.id)
            await _note(tx, "source-paused", source)
    return _result(source, f"{source.name} is paused. Watch it again: sharewire sources resume {source.name}")


async def resume_source(words: str, *, dry_run: bool) -> dict[str, Any]:
    async with open_database(settings.load().database) as db, db.write() as tx:
        source = await _editable(tx, words)
        if not dry_run:
            await sources.resume(tx, source.id, now=datetime.now(UTC))
            await _note(tx, "source-resumed", source)
    return _result(source, f"{source.name} is watched again and looked at now.")


async def move_source(words: str, *, dry_run: bool) -> dict[str, Any]:
    """Accept the address that a permanent redirect proposed.  Raises UsageError when none was."""
    async with open_database(settings.load().database) as db, db.write() as tx:
        source = await _editable(tx, words)
        if source.moved_to is None:
            raise UsageError(_has_not_moved(source))
        both = f"or have both there: sharewire sources edit {source.name} --url {source.moved_to} --again"
        fix = f"This one is not needed any more: sharewire sources remove {source.name}  {both}"
        await refuse_twice(tx, source.moved_to, but=source.name, fix=fix)
        if not dry_run:
            await sources.accept_move(tx, source.id, now=datetime.now(UTC))
    told = f"{source.name} is followed to {source.moved_to}. What it brought stays known; nothing is posted twice."
    return _result(source, told) | {"from": source.url, "url": source.moved_to}


async def remove_source(words: str, *, dry_run: bool) -> dict[str, Any]:
    async with open_database(settings.load().database) as db, db.write() as tx:
        source = await _editable(tx, words)
        kept = await sources.counts(tx, source.id)
        if not dry_run:
            await rules.send_source_to(tx, source.name, ())
            await sources.remove(tx, source.id)
            await _note(tx, "source-removed", source)
    return _result(source, f"{source.name} is removed. Its {kept} articles stay and can be found.")


async def _note(tx: Tx, what: str, source: Source) -> None:
    about = source.title or source.name
    await audit.write(tx, bot_id=settings.load().bot_id, what=what, about=about, now=datetime.now(UTC))


def _result(source: Source, words: str) -> dict[str, Any]:
    return {"name": source.name, "url": source.url, "words": words}


async def _editable(tx: Tx, words: str) -> Source:
    source = await the_source(tx, words)
    if source.owner is Owner.FILE:
        raise UsageError(
            Problem(
                code="SW-S34",
                title=f"{source.name} is set in the configuration file.",
                cause="What the file decides is not changed here.",
                fix="Change it in sharewire.toml and start again.",
                where=source.name,
                meanwhile="Nothing was changed.",
            )
        )
    return source


def _has_not_moved(source: Source) -> Problem:
    return Problem(
        code="SW-S33",
        title=f"{source.name} has not moved.",
        cause="Its site did not name a new address at the last check.",
        fix=f"To watch another address: sharewire sources edit {source.name} --url URL",
        where=source.url,
        meanwhile="Nothing was changed.",
    )
