"""Whose turn it is: urgent lanes first, each chat in its own order, nobody for ever behind the others.  Pure.

One message of a chat is under way at a time.  Within one chat and lane the order is `(due, id)`, always; between chats
it is lane, then waiting time.  Every eighth turn goes to whoever has waited longest in any lane, so a stream of channel
posts cannot starve the alerts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

FAIR_TURN: Final = 8
"""Every so many turns the longest waiting goes first, whatever its lane."""


class Waiting(NamedTuple):
    """A queued post that is due.  `due` is in milliseconds since 1970, as stored.  Compares by turn."""

    lane: int
    due: int
    id: int
    chat: str
    weight: int = 1


class Lanes:
    """Due posts by chat.  `replace` fills, `turns` walks over the free chats' next posts, `done` takes one away."""

    def __init__(self) -> None:
        self._by_chat: dict[str, deque[Waiting]] = {}
        self._size = 0
        self._turn = 0

    def __len__(self) -> int:
        return self._size

    def chats(self) -> set[str]:
        return set(self._by_chat)

    def replace(self, waiting: Iterable[Waiting]) -> None:
        """What the database holds now."""
        self._by_chat, self._size = {}, 0
        for post in sorted(waiting):
            self._by_chat.setdefault(post.chat, deque()).append(post)
            self._size += 1

    def done(self, post: Waiting) -> None:
        """This head was taken; the chat's next one moves up."""
        queue = self._by_chat[post.chat]
        taken = queue.popleft()
        assert taken.id == post.id, "only the head of a chat can be taken"
        self._size -= 1
        if not queue:
            del self._by_chat[post.chat]

    def drop_chat(self, chat: str) -> None:
        """Nothing more of this chat until the next `replace`."""
        self._size -= len(self._by_chat.pop(chat, ()))

    def turns(self, busy: Collection[str]) -> Iterator[Waiting]:
        """The next post of each chat that is not busy, in the order of their turns."""
        heads = sorted(queue[0] for chat, queue in self._by_chat.items() if chat not in busy)
        if not heads:
            return
        one_lane = heads[0].lane == heads[-1].lane
        oldest = iter(()) if one_lane else iter(sorted(heads, key=lambda post: (post.due, post.id)))
        given: set[int] = set()
        for head in heads:
            self._turn += 1
            if self._turn % FAIR_TURN == 0:
                early = next((post for post in oldest if post.id not in given), None)
                if early is not None and early.id != head.id:
                    given.add(early.id)
                    yield early
            if head.id not in given:
                given.add(head.id)
                yield head
