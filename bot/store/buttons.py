"""Buttons that are counted: where each leads (written down with the post that has it), and how often it was pressed.

Of who pressed nothing is kept: no address, no device, no time beyond the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from bot.model import PostKind, PostState
from bot.store import dialect
from bot.store.columns import to_millis
from bot.store.database import Tx
from bot.store.schema import button_links, button_presses, posts

_DAY: Final = 86_400_000
_SHARED: Final = (PostKind.SHARE, PostKind.FLASH, PostKind.REPOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonLink:
    """`id`: opaque, of one size; `button`: read, whatsapp or another service; `url`: the only place it leads to."""

    id: str
    bot_id: int
    channel_id: int
    article_id: int
    button: str
    url: str


async def put(tx: Tx, links: Sequence[ButtonLink]) -> None:
    """Known ones stay as they are: an id stands for its address."""
    if links:
        names = ("id", "bot_id", "channel_id", "article_id", "button", "url")
        rows = [{name: getattr(link, name) for name in names} for link in links]
        await tx.execute(dialect.insert(tx, button_links).on_conflict_do_nothing(), rows)


async def get(tx: Tx, link_id: str) -> ButtonLink | None:
    row = (await tx.execute(select(button_links).where(button_links.c.id == link_id))).one_or_none()
    return ButtonLink(**row._mapping) if row else None


async def count(tx: Tx, presses: Mapping[str, int], *, now: datetime) -> int:
    """Add presses, by link id, to the newest post that people see the button under; one that nobody sees yet (a
    preview's) is not counted.  How many links were counted."""
    counted = 0
    for link_id, number in presses.items():
        link = await get(tx, link_id)
        post_id = await _post_of(tx, link) if link is not None else None
        if link is None or post_id is None:
            continue
        key = {"post_id": post_id, "button": link.button, "day": to_millis(now) // _DAY}
        statement = dialect.insert(tx, button_presses).values(**key, count=number)
        more = {"count": button_presses.c.count + statement.excluded.count}
        await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))
        counted += 1
    return counted


async def of_posts(tx: Tx, post_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Presses of each post: button → number, the most pressed first."""
    found: dict[int, dict[str, int]] = {}
    for start in range(0, len(post_ids), 500):
        mine = button_presses.c.post_id.in_(post_ids[start : start + 500])
        total = func.sum(button_presses.c.count).label("total")
        query = select(button_presses.c.post_id, button_presses.c.button, total).where(mine)
        query = query.group_by(button_presses.c.post_id, button_presses.c.button).order_by(total.desc())
        for row in (await tx.execute(query)).all():
            found.setdefault(row.post_id, {})[row.button] = int(row.total)
    return found


async def _post_of(tx: Tx, link: ButtonLink) -> int | None:
    query = select(func.max(posts.c.id)).where(
        posts.c.article_id == link.article_id,
        posts.c.channel_id == link.channel_id,
        posts.c.state == PostState.SENT,
        posts.c.kind.in_(_SHARED),
    )
    found: int | None = (await tx.execute(query)).scalar_one_or_none()
    return found
