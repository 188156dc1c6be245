"""The bot's own copy: when it is due, what stays, and one card where it fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.backups.daily import Daily, Moment, is_due
from bot.backups.places import Places
from bot.store import backups, channels, notices
from bot.store.database import open_database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOT = 1000001


def test_a_backup_is_due_a_day_after_the_last_at_a_quiet_moment() -> None:
    cases = [
        (Moment(now=NOW), False),
        (Moment(now=NOW, began=NOW - 23 * HOUR), False),
        (Moment(now=NOW, began=NOW - 24 * HOUR), True),
        (Moment(now=NOW, began=NOW - 900 * HOUR, last=NOW - 23 * HOUR), False),
        (Moment(now=NOW, last=NOW - 24 * HOUR), True),
        (Moment(now=NOW, last=NOW - 25 * HOUR, busy=True), False),
        (Moment(now=NOW, last=NOW - 26 * HOUR, busy=True), True),
        (Moment(now=NOW, last=NOW - 90 * HOUR, failed=NOW - HOUR / 2), False),
        (Moment(now=NOW, last=NOW - 90 * HOUR, failed=NOW - HOUR), True),
        (Moment(now=NOW, last=NOW + HOUR), False),
        (Moment(now=NOW, last=NOW + 30 * HOUR), True),
    ]
    assert [is_due(moment) for moment, _ in cases] == [due for _, due in cases]


async def test_a_backup_a_day_the_newest_stay_and_trouble_is_one_card(sqlite_url: str, tmp_path: Path) -> None:
    places = Places(data=tmp_path, database=tmp_path / "sharewire.db", config=tmp_path / "sharewire.toml")
    async with open_database(sqlite_url) as db:
        async with db.write() as tx:
            await channels.meet_bot(tx, bot_id=BOT, username="news", name="News", now=NOW)
        daily = Daily(db, places, bot_id=BOT, keep=2)
        assert await daily.once(NOW + HOUR) == 0
        for day in range(1, 4):
            assert await daily.once(NOW + day * 24 * HOUR) == 1
            assert await daily.once(NOW + day * 24 * HOUR + HOUR) == 0
        (places.backups / "sharewire-20200101T000000Z.zip").write_text("made by hand")
        names = sorted(path.name for path in places.backups.iterdir())
        assert names == [
            "sharewire-20200101T000000Z.zip",
            "sharewire-daily-20261125T020000Z.zip",
            "sharewire-daily-20261126T020000Z.zip",
        ]
        for path in places.backups.iterdir():
            path.unlink()
        places.backups.rmdir()
        places.backups.write_text("in the way")
        for hour in range(4):
            assert await daily.once(NOW + 96 * HOUR + hour * HOUR) == 0
        async with db.read() as tx:
            (card,) = await notices.opened(tx, bot_id=BOT)
            last = await backups.last(tx)
        assert card.key == "backup" and card.count == 1 and card.problem.code == "SW-D45"
        assert last is not None and last.at == NOW + 72 * HOUR
        places.backups.unlink()
        assert await daily.once(NOW + 100 * HOUR) == 1
        async with db.read() as tx:
            assert await notices.opened(tx, bot_id=BOT) == ()
