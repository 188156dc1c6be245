"""STAGE: when nothing can be sent because Telegram is out of reach or the database takes nothing, that is known
everywhere at once (log, status, health, a message where one can be sent), and told by one card when it is over.

Nothing else is done about it: posts wait where they are, and each stage tries again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.channels import causes
from bot.channels.reach import Reach
from bot.errors import Problem, StoreError, counted, phrase, sentences
from bot.model import Json
from bot.store import notices, outages
from bot.store.database import Database, Tx
from bot.store.notices import Notice
from bot.store.outages import Note, Notepad, Waited

logger = logging.getLogger(__name__)

TELEGRAM: Final = "telegram-away"
DATABASE: Final = "database-stuck"
"""Both kinds, which are also the keys of their cards."""
LONG: Final = timedelta(minutes=5)
"""A silence of Telegram of less than that is not worth a card."""
BRIEF: Final = timedelta(seconds=10)
"""A database that was busy for less than that is no news."""
_WORTH: Final = {TELEGRAM: LONG, DATABASE: BRIEF}
SAME: Final = timedelta(hours=1)
"""What begins so soon after the last one ended is told on its card."""
FOLLOWED: Final = timedelta(hours=24)
FRESH: Final = timedelta(minutes=10)
"""A note that was not renewed for so long was left by a process that ended: nobody knows how it went on."""


class Outages:
    """Of one process.

    bot_id   whose posts wait
    reach    whether its Telegram answers; None = nothing is sent here
    folder   where outages are noted for others and for the next start
    """

    def __init__(self, db: Database, *, bot_id: int, reach: Reach | None = None, folder: Path | None = None) -> None:
        self._db = db
        self._bot_id = bot_id
        self._reach = reach
        self._notepad = Notepad(outages.notes_path(folder, bot_id) if folder is not None else None)
        self.current: dict[str, Note] = {}
        """What lasts now, by its kind."""
        self._left = {note.kind: note for note in self._notepad.read()}  # by the life before
        self._notepad.write(tuple(self._left.values()))  # its room is taken while there is some

    async def once(self, now: datetime) -> int:
        """Notice what begins and what is over, and bring its card up to date; changes."""
        changed = self._look_at_telegram(now)
        changed += await self._look_at_the_database(now)
        if self._db.stuck is not None:
            return changed
        return changed + await self._tell(now) + await self._follow(now)

    def told(self, kind: str, messages: Mapping[str, int]) -> None:
        """It was told there without the database."""
        self.current[kind] = replace(self.current[kind], messages=dict(messages))
        self._write_down()

    def _look_at_telegram(self, now: datetime) -> int:
        silence = self._reach.silence() if self._reach is not None else None
        if silence is None or now - silence.since < LONG / 5:
            return 0
        return self._goes_on(TELEGRAM, silence.since, causes.unreachable(silence.reason), now)

    async def _look_at_the_database(self, now: datetime) -> int:
        stuck = self._db.stuck
        if stuck is None:
            return 0
        try:
            async with self._db.write() as tx:
                await outages.try_to_write(tx, now=now)
            async with self._db.write() as tx:
                await outages.clean_up(tx)
        except StoreError as error:
            return self._goes_on(DATABASE, stuck.since, error.problem, now)
        self._db.works_again()
        return 0

    def _goes_on(self, kind: str, since: datetime, problem: Problem, now: datetime) -> int:
        before = self.current.get(kind)
        if before is None:
            logger.error(
                "nothing can be sent", extra={"action": "outage", "code": problem.code, "problem": str(problem)}
            )
            left = self._left.pop(kind, None)
            if left is not None and now - left.until <= FRESH:
                before, since = left, min(left.since, since)
        messages = before.messages if before is not None else {}
        self.current[kind] = Note(kind=kind, since=since, until=now, problem=problem, messages=messages)
        self._write_down()
        return int(before is None)

    def _write_down(self) -> None:
        self._notepad.write((*self._left.values(), *self.current.values()))

    async def _tell(self, now: datetime) -> int:
        """What is over: one card for each, in the place where it was told before, if it was."""
        over = [replace(note, until=now) if now - note.until <= FRESH else note for note in self._left.values()]
        if self._reach is not None and (silence := self._reach.take_over()) is not None:
            known = self.current.get(TELEGRAM)
            problem = known.problem if known is not None else causes.unreachable(silence.reason)
            over.append(Note(kind=TELEGRAM, since=silence.since, until=silence.until or now, problem=problem))
        if DATABASE in self.current and self._db.stuck is None:
            over.append(replace(self.current[DATABASE], until=now))
        for note in over:
            if note.until - note.since >= _WORTH[note.kind] or note.messages:
                await self._card(note, now)
            self.current.pop(note.kind, None)
            self._left.pop(note.kind, None)
            logger.warning(
                "it goes on", extra={"action": "outage_over", "kind": note.kind, "since": note.since.isoformat()}
            )
        if over:
            self._write_down()
        return len(over)

    async def _card(self, note: Note, now: datetime) -> None:
        async with self._db.write() as tx:
            before = await self._card_of_the_last(tx, note)
            since = _time_in(before, "since") if before is not None else note.since
            key = before.key if before is not None else f"{note.kind}:{note.since:%Y%m%d%H%M%S}"
            await self._say(tx, key, replace(note, since=since), now, counted=True)
            if note.messages:
                await notices.stands(tx, bot_id=self._bot_id, key=key, messages=note.messages)

    async def _card_of_the_last(self, tx: Tx, note: Note) -> Notice | None:
        known = [card for card in await self._cards(tx, note.kind) if note.since - _time_in(card, "until") <= SAME]
        return known[-1] if known else None

    async def _cards(self, tx: Tx, kind: str) -> list[Notice]:
        return [card for card in await notices.opened(tx, bot_id=self._bot_id) if card.key.startswith(f"{kind}:")]

    async def _follow(self, now: datetime) -> int:
        """What waited goes out, or into a digest: the card keeps up with it."""
        async with self._db.read() as tx:
            cards = [card for kind in _WORTH for card in await self._cards(tx, kind) if card.options.get("open")]
        changed = 0
        for card in cards:
            note = Note(
                kind=card.key.partition(":")[0],
                since=_time_in(card, "since"),
                until=_time_in(card, "until"),
                problem=replace(card.problem, cause=card.problem.cause),
            )
            async with self._db.write() as tx:
                changed += await self._say(tx, card.key, note, now, counted=False, before=card)
        return changed

    async def _say(
        self, tx: Tx, key: str, note: Note, now: datetime, *, counted: bool, before: Notice | None = None
    ) -> int:
        """The card as it is now; 0 where it says that already."""
        waited = await outages.waited(tx, bot_id=self._bot_id, since=note.since, until=note.until)
        problem = was_out(note, waited)
        goes_on = bool(waited.waiting or waited.doubtful) and now - note.until < FOLLOWED
        options: dict[str, Json] = {
            "since": note.since.isoformat(), "until": note.until.isoformat(), "open": goes_on,
        }  # fmt: skip
        if before is not None and before.problem == problem and before.options == options:
            return 0
        await notices.tell(tx, bot_id=self._bot_id, key=key, problem=problem, now=now, options=options, counted=counted)
        return 1


def was_out(note: Note, waited: Waited) -> Problem:
    """The card of an outage that is over.  Pure."""
    since, until = _span(note.since, note.until)
    if note.kind == TELEGRAM:
        return Problem(
            code="SW-T504",
            title=phrase("Telegram could not be reached from {since} to {until} UTC.", since=since, until=until),
            cause=note.problem.cause,
            fix=phrase("Nothing: posting goes on by itself."),
            meanwhile=what_waited(waited),
        )
    return Problem(
        code="SW-D10",
        title=phrase("Nothing could be written down from {since} to {until} UTC.", since=since, until=until),
        cause=note.problem.cause,
        fix=phrase("Nothing: posting goes on by itself."),
        meanwhile=what_waited(waited),
    )


def what_waited(waited: Waited) -> str:
    """ "12 posts waited. All of them went out." """
    if not waited.count:
        return phrase("No post waited.")
    posts = counted("{count} post waited.", "{count} posts waited.", waited.count)
    if waited.sent == waited.count:
        return sentences(posts, phrase("All went out."))
    parts = (
        counted("{count} went out.", "{count} went out.", waited.sent) if waited.sent else None,
        counted("{count} still waits.", "{count} still wait.", waited.waiting) if waited.waiting else None,
        counted("{count} came too late for a post of its own.", "{count} came too late for posts of their own.",
                waited.folded) if waited.folded else None,
        counted("{count} is being looked for.", "{count} are being looked for.", waited.doubtful)
        if waited.doubtful else None,
    )  # fmt: skip
    return sentences(posts, *parts, phrase("The next digest takes what came too late.") if waited.folded else None)


def _span(since: datetime, until: datetime) -> tuple[str, str]:
    form = "%H:%M" if since.date() == until.date() else "%Y-%m-%d %H:%M"
    return since.strftime(form), until.strftime(form)


def _time_in(card: Notice, name: str) -> datetime:
    return datetime.fromisoformat(str(card.options[name]))
