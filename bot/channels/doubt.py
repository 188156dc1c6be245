"""After a restore a post may be in its channel though the ledger does not know it.  For a day each new post of such a
channel is therefore looked up among the messages that nobody remembers, before it is sent; each post once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.channels.lanes import Waiting
from bot.channels.lease import Lease
from bot.model import Channel
from bot.store import gaps, outbox
from bot.store.database import Database, Tx


class Doubts:
    """The chats in doubt, and the posts that were looked up already."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._chats: frozenset[str] = frozenset()
        self._until: datetime | None = None
        self._settled: set[int] = set()

    async def load(self, tx: Tx, channels: Mapping[int, Channel], now: datetime) -> None:
        """Which chats hold messages that the ledger does not know."""
        found = await gaps.forgotten(tx, bot_id=self._bot_id, now=now)
        self._chats = frozenset(str(channels[id].chat_id) for id in found if id in channels)
        self._until = now + gaps.KEPT

    async def look_up(
        self, db: Database, lease: Lease, waiting: Sequence[Waiting], now: datetime, *, done: Collection[int]
    ) -> set[int]:
        """Posts that are not to be sent before somebody has looked; they are of unknown outcome now.  `done`: of which
        it is known already that they are not there.

        Raises LeaseLostError."""
        if not self._chats or self._until is None or now > self._until:
            return set()
        ids = [
            post.id
            for post in waiting
            if post.chat in self._chats and post.id not in self._settled and post.id not in done
        ]
        if not ids:
            return set()
        async with db.write() as tx:
            await lease.hold(tx)
            doubted = await outbox.doubt(tx, bot_id=self._bot_id, ids=ids, now=now)
        self._settled.update(ids)
        return doubted
