"""Bad luck is told: for every class of outcome, what becomes of the post, and what a person hears of it.

Nothing is withdrawn or deleted on an error; what a person has to act on is one card with what happened, one cause, what
to do and what happens meanwhile; what mends itself makes no card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from telegram.error import Conflict

from bot.channels import aftermath, causes, outcome, reconcile
from bot.channels.aftermath import Attempt
from bot.channels.outcome import Answer
from bot.channels.transport import NotSentError, UnansweredError
from bot.errors import Problem
from bot.model import Lane, Outcome, Post, PostKind, PostState, Request
from bot.store.unknowns import Unknown

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POST = Post(
    id=7, bot_id=1, once_key="t", kind=PostKind.SHARE, state=PostState.SENDING, lane=Lane.CHANNEL, chat_id=-1001,
    requests=(Request(method="sendMessage", params={"text": "x"}),), visible_text="x", channel_id=3, attempts=1,
)  # fmt: skip
READER = replace(POST, chat_id=5012, channel_id=None, kind=PostKind.ALERT, lane=Lane.ALERT)
EDIT = replace(POST, kind=PostKind.EDIT, lane=Lane.CORRECTION, target_post_id=6)


def said(status: int, description: str, **more: float) -> Answer:
    return Answer(status=status, description=description, **more)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Luck:
    """`card`: what the card is about, None = it mends itself; `follows`: what else the sender does."""

    outcome: Outcome
    answer: Answer
    post: Post = POST
    state: PostState
    card: str | None = None
    follows: str | None = None


LUCK = {
    "well": Luck(outcome=Outcome.SENT, answer=said(200, "OK"), state=PostState.SENT),
    "no connection": Luck(
        outcome=Outcome.NOT_SENT, answer=outcome.of_exception(NotSentError("refused")), state=PostState.QUEUED,
        follows="unreachable",
    ),
    "another program": Luck(
        outcome=Outcome.NOT_SENT, answer=outcome.of_exception(Conflict("Conflict: terminated by other getUpdates")),
        state=PostState.QUEUED, follows="unreachable",
    ),
    "a short wait": Luck(
        outcome=Outcome.FLOOD, answer=said(429, "Too Many Requests: retry after 35", retry_after=35),
        state=PostState.QUEUED, follows="flood",
    ),
    "a long wait": Luck(
        outcome=Outcome.FLOOD, answer=said(429, "Too Many Requests: retry after 3600", retry_after=3600),
        state=PostState.QUEUED, follows="flood", card="flood:-1001",
    ),
    "bad content": Luck(
        outcome=Outcome.CONTENT_ERROR, answer=said(400, "Bad Request: message text is empty"),
        state=PostState.REFUSED, card="post-refused:7",
    ),
    "a message that is gone": Luck(
        outcome=Outcome.CONTENT_ERROR, answer=said(400, "Bad Request: message to edit not found"), post=EDIT,
        state=PostState.REFUSED, card="post-refused:7",
    ),
    "a lost right": Luck(
        outcome=Outcome.DESTINATION_ERROR, answer=said(403, "Forbidden: bot was kicked from the channel chat"),
        state=PostState.QUEUED, card="channel-paused:3", follows="pause_channel",
    ),
    "a reader who left": Luck(
        outcome=Outcome.DESTINATION_ERROR, answer=said(403, "Forbidden: bot was blocked by the user"), post=READER,
        state=PostState.REFUSED, follows="blocked",
    ),
    "a revoked token": Luck(
        outcome=Outcome.TOKEN_ERROR, answer=said(401, "Unauthorized"), state=PostState.QUEUED, card="token",
        follows="token",
    ),
    "a new supergroup": Luck(
        outcome=Outcome.MIGRATED,
        answer=said(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-1009),
        state=PostState.QUEUED,
    ),
    "silence": Luck(
        outcome=Outcome.UNKNOWN, answer=outcome.of_exception(UnansweredError("cut")), state=PostState.UNKNOWN
    ),
    "silence after an edit": Luck(
        outcome=Outcome.UNKNOWN, answer=said(502, "Bad Gateway"), post=EDIT, state=PostState.QUEUED,
        follows="unreachable",
    ),
}  # fmt: skip


def is_whole(problem: Problem) -> bool:
    return bool(problem.code and problem.title and problem.cause and problem.fix and problem.meanwhile)


def test_every_class_of_outcome_is_in_the_table() -> None:
    assert {luck.outcome for luck in LUCK.values()} == set(Outcome)


@pytest.mark.parametrize("name", LUCK)
def test_what_becomes_of_the_post_and_what_is_told(name: str) -> None:
    luck = LUCK[name]
    verdict = outcome.classify(luck.answer)
    assert verdict.outcome is luck.outcome
    after = aftermath.decide(Attempt(post=luck.post, epoch=1, verdict=verdict, at=NOW, where="Demo News"))
    assert after.finished.state is luck.state is not PostState.CANCELLED
    assert [card.key for card in after.cards] == ([luck.card] if luck.card else [])
    followed = {"unreachable", "flood", "pause_channel", "token", "blocked"}
    assert {one for one in followed if getattr(after, one)} == ({luck.follows} if luck.follows else set())
    needs_a_person = after.finished.state is PostState.REFUSED and not after.blocked
    assert bool(after.cards) or not (needs_a_person or after.pause_channel or after.token)
    told = [*(card.problem for card in after.cards), after.finished.problem, after.unreachable, after.pause_channel]
    assert all(is_whole(problem) for problem in told if problem is not None), name


def test_a_lost_answer_that_cannot_be_looked_up_is_told_and_waits() -> None:
    unknown = Unknown(post=POST, started_at=NOW, unknown_at=NOW, last_known=None)
    kept = reconcile.held(unknown, "Nothing was posted there before.")
    assert kept.state is PostState.HELD and kept.problem is not None and is_whole(kept.problem)
    assert is_whole(causes.too_late()) and is_whole(causes.for_digest(NOW)) and is_whole(causes.left_out(NOW))
