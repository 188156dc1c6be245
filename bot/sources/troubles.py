"""A source that needs a person becomes a card for the owner: it fails and fails, went quiet, was paused, or has moved.

One card for each source, changed in place and closed when the source is well again.  A first error makes none, nor does
what a person has seen already.  `trouble_of` decides, `once` writes it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.errors import Phrase, Problem, phrase
from bot.model import Json, Owner, Source
from bot.sources import schedule
from bot.sources.schedule import Rhythm
from bot.store import channels, facts, notices, troubled
from bot.store.database import Database, Tx
from bot.store.notices import Notice

MANY: Final = 3  # failures in a row, over at least so long:
LONG: Final = timedelta(minutes=30)
AT_ONCE: Final = 500  # sources looked at by one call, in turn
MOST_CARDS: Final = 5  # where most sources fail, and more than so many, the trouble is ours
ALL: Final = 0  # in the place of a source's number
PAGES_MISSING: Final = "SW-A22"  # has a card of its own
_TURN: Final = "troubles looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """`kind` names the card's buttons (failing, silent, paused, moved, moved-file); `mark` the trouble: whoever has
    seen this one is not told of it again."""

    kind: str
    mark: str
    problem: Problem


def trouble_of(source: Source, cause: Problem | None, now: datetime) -> Trouble | None:
    """What a person should know about a source; `cause` is the problem of its last check."""
    if not source.enabled:
        return _paused(source, cause) if cause and cause.code != PAGES_MISSING else None
    if source.failures >= MANY and cause is not None and cause.code != PAGES_MISSING:
        since = source.failing_since or now
        return _failing(source, cause, since, now) if now - since >= LONG else None
    if source.failures:
        return None
    if source.moved_to:
        return _moved(source, source.moved_to)
    rhythm = Rhythm.from_json(source.rhythm)
    if source.checked_at is not None and rhythm.newest is not None and schedule.is_silent(rhythm, now):
        return _silent(source, rhythm, rhythm.newest, now)
    return None


async def once(db: Database, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Bring the cards up to date; how many changed."""
    async with db.read() as tx:
        bots = await channels.bot_ids(tx)
        failing, watched = await troubled.count_failing(tx, failures=MANY)
        cards = {
            (bot, card.key): card for bot in bots for card in await notices.about(tx, bot_id=bot, prefix="source:")
        }
        after = await facts.get(tx, _TURN) or 0
        turn = await troubled.in_turn(tx, after=after, limit=limit)
        open_ids = {int(key.partition(":")[2]) for (_, key), card in cards.items() if card.closed_at is None}
        worth = await troubled.troubled(tx, open_ids, failures=MANY)
    found = {source.id: trouble_of(source, cause, now) for source, cause in (*turn, *worth)}
    told: dict[int, Trouble | None] = {number: found.get(number) for number in sorted(found.keys() | open_ids)}
    together = failing > max(MOST_CARDS, watched / 2)
    if together:  # one card for all, and those that are open stay as they are
        told = {number: one for number, one in told.items() if one is None or one.kind != "failing"}
    told[ALL] = _many_failing(failing, watched) if together else None
    changed = 0
    async with db.write() as tx:
        for bot in bots:
            for number, trouble in told.items():
                changed += await _tell(tx, bot, number, trouble, cards.get((bot, f"source:{number}")), now)
        await facts.put(tx, _TURN, turn[-1][0].id if len(turn) == limit else 0, now=now)
    return changed


async def _tell(tx: Tx, bot_id: int, number: int, trouble: Trouble | None, card: Notice | None, now: datetime) -> bool:
    """Whether the card of a source changed."""
    is_open = card is not None and card.closed_at is None
    if trouble is None:
        if is_open:
            await notices.close(tx, bot_id=bot_id, key=f"source:{number}", now=now)
        return is_open
    if card is not None and (card.options.get("seen") == trouble.mark or (is_open and card.problem == trouble.problem)):
        return False
    options: dict[str, Json] = {"kind": f"source-{trouble.kind}", "mark": trouble.mark}
    key = f"source:{number}"
    await notices.tell(tx, bot_id=bot_id, key=key, problem=trouble.problem, now=now, options=options, counted=False)
    return True


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(source: Source) -> str:
    return " ".join((source.title or source.name).split())[:80]


def _roughly(length: timedelta) -> Phrase:
    """A card is not changed every minute."""
    if length < timedelta(hours=2):
        return phrase("over an hour") if length >= timedelta(hours=1) else phrase("half an hour")
    return schedule.span(length)


def _failing(source: Source, cause: Problem, since: datetime, now: datetime) -> Trouble:
    problem = Problem(
        code="SW-S40",
        title=phrase("{name} has failed for {time}.", name=_name(source), time=_roughly(now - since)),
        cause=cause.title,
        fix=cause.fix,
        meanwhile=phrase("It is tried again by itself, at growing intervals; what it brings then is posted."),
        where=source.url,
    )
    return Trouble(kind="failing", mark=f"failing {since.isoformat()}", problem=problem)


def _many_failing(failing: int, watched: int) -> Trouble:
    problem = Problem(
        code="SW-S44",
        title=phrase("Most sources cannot be read."),
        cause=phrase("So many fail at once only where this machine has lost its way to the internet."),
        fix=phrase("Run: sharewire doctor"),
        meanwhile=phrase("They are tried again by themselves; nothing that they bring then is lost."),
        where=f"{failing} of {watched} sources",
    )
    return Trouble(kind="all", mark="all", problem=problem)


def _silent(source: Source, rhythm: Rhythm, newest: datetime, now: datetime) -> Trouble:
    problem = Problem(
        code="SW-S41",
        title=phrase("{name} has gone quiet: {usual}.", name=_name(source), usual=schedule.usual(rhythm, now)),
        cause=phrase("It answers well, but lists nothing new."),
        fix=phrase(
            "Open {url} and see whether the site has news that its feed has not.",
            url=source.homepage or source.url,
        ),
        meanwhile=phrase("It is checked as before; whatever it brings is posted."),
        where=source.url,
    )
    return Trouble(kind="silent", mark=f"silent {newest.isoformat()}", problem=problem)


def _paused(source: Source, cause: Problem) -> Trouble:
    problem = Problem(
        code="SW-S42",
        title=phrase("{name} is paused.", name=_name(source)),
        cause=cause.cause,
        fix=phrase("When its site has mended it, press Watch again."),
        meanwhile=phrase("Nothing of it is posted; all other sources go on."),
        where=source.url,
    )
    return Trouble(kind="paused", mark=f"paused {cause.code} {source.checked_at}", problem=problem)


def _moved(source: Source, target: str) -> Trouble:
    is_of_file = source.owner is Owner.FILE
    follow = phrase("Write the new address into sharewire.toml, at [sources.{name}].", name=source.name)
    problem = Problem(
        code="SW-S43",
        title=phrase("{name} has moved.", name=_name(source)),
        cause=phrase("Its site sends every visitor on to {target} for good.", target=target),
        fix=follow if is_of_file else phrase("Accept watches it there; nothing is posted twice."),
        meanwhile=phrase("It is read as before, through its old address."),
        where=source.url,
    )
    return Trouble(kind="moved-file" if is_of_file else "moved", mark=f"moved {target}", problem=problem)
