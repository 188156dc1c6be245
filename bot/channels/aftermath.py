"""What one outcome means for the post, its chat, its channel and the people in charge.  Pure.

`decide` gives values; the sender writes them down in the transaction that records the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from bot.channels import causes, mending
from bot.channels.destinations import destination
from bot.channels.outcome import Verdict
from bot.channels.pace import Pause
from bot.channels.telegram import Receipt
from bot.errors import Problem, phrase
from bot.model import Json, Outcome, Post, PostKind, PostState
from bot.store.outbox import Claim
from bot.store.outcomes import Finished

LONG_WAIT: Final = 300.0
"""A halt of at least so many seconds is told."""

CHANGES: Final = frozenset({PostKind.EDIT, PostKind.RETRACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Something to tell the admins (store.notices)."""

    key: str
    problem: Problem
    options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """finished       the outcome, as it is recorded
    cards          what to tell
    pauses         halts to be remembered
    pause_channel  nothing more to this channel until a person acts
    blocked        this reader cannot be written to
    flood          seconds that Telegram asked this chat to wait
    unreachable    Telegram was not reached, or another program is in the way: everything waits a little
    token          the bot's token is refused: stop
    """

    finished: Finished
    chat_id: int | str
    channel_id: int | None = None
    cards: tuple[Card, ...] = ()
    pauses: tuple[Pause, ...] = ()
    pause_channel: Problem | None = None
    blocked: bool = False
    flood: float | None = None
    unreachable: Problem | None = None
    token: Problem | None = None

    @property
    def is_plain(self) -> bool:
        """Sent, and nothing follows."""
        return self.finished.plain and not self.cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call as it ended: the post as it was claimed, what came of it, and when."""

    post: Post
    epoch: int
    verdict: Verdict
    at: datetime
    receipt: Receipt = field(default_factory=Receipt)
    where: str | None = None  # the channel's name for people


def decide(attempt: Attempt) -> Aftermath:
    """The state of the post after this attempt, and all that follows from it."""
    match attempt.verdict.outcome:
        case Outcome.SENT:
            return _sent(attempt)
        case Outcome.NOT_SENT:
            problem = attempt.verdict.problem or causes.unreachable(attempt.verdict.error)
            return _aftermath(attempt, finished=_finished(attempt, PostState.QUEUED), unreachable=problem)
        case Outcome.FLOOD:
            return _flood(attempt)
        case Outcome.CONTENT_ERROR:
            return _content(attempt)
        case Outcome.DESTINATION_ERROR:
            return _destination(attempt)
        case Outcome.TOKEN_ERROR:
            problem = attempt.verdict.problem or causes.token_refused(attempt.verdict.error or "")
            card = Card(key="token", problem=problem)
            return _aftermath(attempt, finished=_finished(attempt, PostState.QUEUED), cards=(card,), token=problem)
        case Outcome.MIGRATED:
            moved = _finished(attempt, PostState.QUEUED, chat_id=attempt.verdict.migrate_to)
            return _aftermath(attempt, finished=moved)
        case Outcome.UNKNOWN:
            return _unknown(attempt)


def plainly_sent(claim: Claim, epoch: int, receipt: Receipt, at: datetime) -> Aftermath:
    """What `decide` gives for nearly every call: it went out, and nothing follows."""
    finished = Finished(
        post_id=claim.id,
        attempt=claim.attempt,
        epoch=epoch,
        outcome=Outcome.SENT,
        state=PostState.SENT,
        at=at,
        status=200,
        remote_ids=receipt.remote_ids,
        remote_url=receipt.remote_url,
    )
    return Aftermath(finished=finished, chat_id=claim.chat_id, channel_id=claim.channel_id)


def given_back(claim: Claim, epoch: int, at: datetime) -> Aftermath:
    """The call was not made after all."""
    finished = Finished(
        post_id=claim.id,
        attempt=claim.attempt,
        epoch=epoch,
        outcome=Outcome.NOT_SENT,
        state=PostState.QUEUED,
        at=at,
        error="given back before it was sent",
    )
    return Aftermath(finished=finished, chat_id=claim.chat_id, channel_id=claim.channel_id)


def _sent(attempt: Attempt) -> Aftermath:
    receipt = attempt.receipt
    done = _finished(attempt, PostState.SENT, remote_ids=receipt.remote_ids, remote_url=receipt.remote_url)
    return _aftermath(attempt, finished=done)


def _flood(attempt: Attempt) -> Aftermath:
    wait = attempt.verdict.retry_after or 0.0
    cards: tuple[Card, ...] = ()
    if wait >= LONG_WAIT:
        problem = replace(causes.flood(attempt.where or phrase("this chat"), wait), where=attempt.where)
        cards = (Card(key=f"flood:{attempt.post.chat_id}", problem=problem),)
    return _aftermath(attempt, finished=_finished(attempt, PostState.QUEUED), cards=cards, flood=wait)


def _content(attempt: Attempt) -> Aftermath:
    post, verdict = attempt.post, attempt.verdict
    if post.kind is PostKind.RETRACT and "not found" in (verdict.error or ""):
        return _sent(attempt)  # it was to go, and it is gone
    following = mending.next_request(post, verdict)
    if following is not None:
        index, requests = following
        made = requests if len(requests) > len(post.requests) else None
        again = _finished(attempt, PostState.QUEUED, request_index=index, requests=made)
        return _aftermath(attempt, finished=again)
    problem = replace(verdict.problem or causes.content(verdict.error or ""), where=attempt.where)
    card = Card(key=f"post-refused:{post.id}", problem=problem, options={"post": post.id})
    return _aftermath(attempt, finished=_finished(attempt, PostState.REFUSED, problem=problem), cards=(card,))


def _destination(attempt: Attempt) -> Aftermath:
    post = attempt.post
    problem = replace(attempt.verdict.problem or destination(attempt.verdict.error or ""), where=attempt.where)
    if post.channel_id is None:  # a reader's chat: their alerts end, nobody has to act
        return _aftermath(attempt, finished=_finished(attempt, PostState.REFUSED, problem=problem), blocked=True)
    card = Card(key=f"channel-paused:{post.channel_id}", problem=problem, options={"channel": post.channel_id})
    return _aftermath(attempt, finished=_finished(attempt, PostState.QUEUED), cards=(card,), pause_channel=problem)


def _unknown(attempt: Attempt) -> Aftermath:
    if attempt.post.kind in CHANGES:  # doing it twice changes nothing
        again = _finished(attempt, PostState.QUEUED)
        return _aftermath(attempt, finished=again, unreachable=causes.unreachable(attempt.verdict.error))
    problem = causes.outcome_unknown(attempt.verdict.error)
    return _aftermath(attempt, finished=_finished(attempt, PostState.UNKNOWN, problem=problem))


def _aftermath(attempt: Attempt, *, finished: Finished, **more: Any) -> Aftermath:
    post = attempt.post
    return Aftermath(finished=finished, chat_id=post.chat_id, channel_id=post.channel_id, **more)


def _finished(attempt: Attempt, state: PostState, **more: Any) -> Finished:
    verdict = attempt.verdict
    return Finished(
        post_id=attempt.post.id,
        attempt=attempt.post.attempts,
        epoch=attempt.epoch,
        outcome=verdict.outcome,
        state=state,
        at=attempt.at,
        status=verdict.status,
        error=verdict.error,
        retry_after=verdict.retry_after,
        **more,
    )
