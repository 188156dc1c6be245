"""One lease, many who want it, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.errors import StoreError
from bot.store import leases
from bot.store.columns import from_millis
from bot.store.database import Database
from bot.store.schema import leases as table

SHORT = timedelta(seconds=30)


async def run_out(db: Database) -> None:
    async with db.write() as tx:
        await tx.execute(update(table).values(expires_at=from_millis(0)))


async def test_a_lease_has_one_holder_and_its_epoch_only_rises(db: Database) -> None:
    async with db.write() as tx:
        first = await leases.take(tx, name="bot", holder="a", lasts=SHORT)
        assert first is not None and first.epoch == 1
        assert await leases.take(tx, name="bot", holder="b", lasts=SHORT) is None
        assert await leases.is_ours(tx, name="bot", epoch=1, lasts=SHORT)
        held = await leases.current(tx, name="bot")
        assert held is not None and held.holder == "a" and await leases.current(tx, name="else") is None
    await run_out(db)
    async with db.write() as tx:
        second = await leases.take(tx, name="bot", holder="b", lasts=SHORT)
        assert second is not None and second.epoch == 2
        assert not await leases.is_ours(tx, name="bot", epoch=1, lasts=SHORT)
        assert not await leases.renew(tx, name="bot", epoch=1, lasts=SHORT)
        assert await leases.renew(tx, name="bot", epoch=2, lasts=SHORT)


async def test_a_holder_that_is_frozen_inside_a_transaction_keeps_nobody_waiting(db: Database) -> None:
    if db.is_sqlite:
        return
    brief = timedelta(milliseconds=300)
    async with db.write() as tx:
        assert await leases.take(tx, name="bot", holder="a", lasts=brief)
    with pytest.raises(StoreError):  # its connection is gone when it wakes
        async with db.write() as frozen:
            assert await leases.is_ours(frozen, name="bot", epoch=1, lasts=brief)
            async with asyncio.timeout(20), db.write() as tx:
                await asyncio.sleep(0.35)
                taken = await leases.take(tx, name="bot", holder="b", lasts=SHORT)
            assert taken is not None and taken.epoch == 2
            await leases.current(frozen, name="bot")


async def test_a_lease_that_ran_out_is_not_renewed(db: Database) -> None:
    async with db.write() as tx:
        await leases.take(tx, name="bot", holder="a", lasts=SHORT)
    await run_out(db)
    async with db.write() as tx:
        assert not await leases.renew(tx, name="bot", epoch=1, lasts=SHORT)


async def test_a_lease_given_back_is_free_at_once(db: Database) -> None:
    async with db.write() as tx:
        await leases.take(tx, name="bot", holder="a", lasts=SHORT)
        await leases.give_back(tx, name="bot", epoch=1)
        taken = await leases.take(tx, name="bot", holder="b", lasts=SHORT)
        assert taken is not None and taken.epoch == 2


async def test_a_file_lock_takes_over_without_waiting(db: Database) -> None:
    async with db.write() as tx:
        await leases.take(tx, name="bot", holder="a", lasts=SHORT)
        taken = await leases.take(tx, name="bot", holder="b", lasts=SHORT, force=True)
        assert taken is not None and taken.epoch == 2


async def test_of_many_who_start_together_one_gets_it(db: Database) -> None:
    async def contender(name: str) -> bool:
        async with db.write() as tx:
            return await leases.take(tx, name="bot", holder=name, lasts=SHORT) is not None

    assert sum(await asyncio.gather(*(contender(str(n)) for n in range(8)))) == 1
