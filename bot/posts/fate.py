"""What became of a decision to post: what was not sent after all, and why, or what it still waits for.  Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.errors import Phrase, phrase, sentences
from bot.model import Channel, Decision, Post, PostState, Stage
from bot.posts.order import zone_of
from bot.store.gaps import ASKED_FOR

_OVER: Final = (PostState.CANCELLED, PostState.REFUSED, PostState.HELD)


def as_it_stands(
    decision: Decision, post: Post | None, channel: Channel, *, now: datetime, folded: bool = False, gap: bool = False
) -> Decision:
    """`folded`: its post went into a digest; `gap`: the sender asks what to do with what came while it was away."""
    if post is None or not decision.posted:
        return decision
    if post.state in _OVER:
        if post.problem is None:
            return decision
        stage = Stage.PACE if folded else Stage.DELIVERY
        return replace(decision, posted=False, stage=stage, reason=post.problem)
    waits = _waits_for(post, channel, now=now, gap=gap)
    return replace(decision, reason=sentences(decision.reason, waits)) if waits else decision


def _waits_for(post: Post, channel: Channel, *, now: datetime, gap: bool) -> Phrase | None:
    if post.state is PostState.UNKNOWN:
        return phrase("Telegram did not say whether it arrived; that is being looked up.")
    if post.state is not PostState.QUEUED:
        return None
    if channel.paused_at is not None:
        return phrase("It has not gone out yet: the channel is paused.")
    if gap and post.lane not in ASKED_FOR:
        return phrase("It has not gone out yet: the card about the time away waits for an answer.")
    if post.due_at is not None and post.due_at > now:
        local = post.due_at.astimezone(zone_of(channel.timezone))
        if local.date() == now.astimezone(local.tzinfo).date():
            return phrase("It has not gone out yet: its turn is at {time}.", time=f"{local:%H:%M}")
        day, time = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
        return phrase("It has not gone out yet: its turn is at {time} on {day}.", time=time, day=day)
    return None
