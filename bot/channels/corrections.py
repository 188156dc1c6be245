"""Changes of what was sent: which message they mean, and taking back what has not gone out yet.

Edits and retractions are posts like any other and take the same way through the outbox; the composing side writes
them with the keyboard that the message shall have, since an edit without one removes it.  Only the message's id is
filled in here, at the last moment: it may not be known when the change is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.channels import causes
from bot.model import Json, PostState, Request
from bot.store import posts
from bot.store.database import Database
from bot.store.outbox import Claim


def addressed(claim: Claim) -> Request | None:
    """The claimed post's next request; a change names the message that it changes.  None = there is no such message."""
    request = claim.request
    params: Mapping[str, Json] = request.params
    if not request.method.startswith(("edit", "deleteMessage")) or params.keys() & {"message_id", "message_ids"}:
        return request
    numbers = [int(id) for id in claim.target]
    if not numbers:
        return None
    if request.method == "deleteMessages":
        return replace(request, params={**params, "message_ids": numbers})
    return replace(request, params={**params, "message_id": numbers[0]})


async def undo(db: Database, post_id: int, *, now: datetime) -> PostState | None:
    """Take back a post within its hold time: one that still waits is cancelled.

    Gives the state after it: anything but `CANCELLED` came too late (retract it instead); None = no such post."""
    async with db.write() as tx:
        await posts.cancel(tx, post_id, problem=causes.taken_back(now))
        post = await posts.get(tx, post_id)
        return None if post is None else post.state
