"""Figures of a span of time, counted from posts: pure, for cards, the weekly summary and the command line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from statistics import median, quantiles

from bot.model import Channel
from bot.store import channels, stats
from bot.store.database import Tx
from bot.store.stats import Audience, PostFigures

BEST = 3
ENOUGH = 8
"""Fewer posts say nothing about hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One channel in one span.  Seconds are from publishing to the channel."""

    channel: Channel
    delivered: int
    refused: int
    reactions: int
    median_seconds: float | None
    most_seconds: float | None  # nine of ten are faster
    members: Audience
    best_hours: tuple[int, ...]  # of the day in the channel's zone, the best first
    liked: PostFigures | None
    presses: Mapping[str, int] = field(default_factory=dict)  # button → number, the most pressed first


async def of_channels(tx: Tx, *, bot_id: int, days: int, now: datetime) -> tuple[Figures, ...]:
    since = now - timedelta(days=days)
    found = []
    for channel in await channels.every(tx, bot_id=bot_id):
        posts = await stats.sent_posts(tx, bot_id=bot_id, since=since, until=now, channel_id=channel.id)
        refused = await stats.refused_count(tx, bot_id=bot_id, since=since, until=now, channel_id=channel.id)
        audience = await stats.members(tx, channel_id=channel.id, since=since)
        found.append(summed(channel, posts, refused=refused, members=audience, zone=_zone(channel)))
    return tuple(found)


def summed(channel: Channel, posts: Sequence[PostFigures], *, refused: int, members: Audience, zone: tzinfo) -> Figures:
    took = sorted(post.seconds for post in posts if post.seconds is not None)
    best = max(posts, key=lambda post: (post.reactions, post.sent_at), default=None)
    return Figures(
        channel=channel,
        delivered=len(posts),
        refused=refused,
        reactions=sum(post.reactions for post in posts),
        median_seconds=median(took) if took else None,
        most_seconds=quantiles(took, n=10, method="inclusive")[-1] if len(took) > 1 else (took[0] if took else None),
        members=members,
        best_hours=best_hours(posts, zone),
        liked=best if best is not None and best.reactions else None,
        presses=dict(sum((Counter(post.presses) for post in posts), Counter[str]()).most_common()),
    )


def best_hours(posts: Sequence[PostFigures], zone: tzinfo) -> tuple[int, ...]:
    """Hours whose posts got the most reactions each; nothing where there are too few posts to tell."""
    if len(posts) < ENOUGH or not any(post.reactions for post in posts):
        return ()
    by_hour: dict[int, list[int]] = defaultdict(list)
    for post in posts:
        by_hour[post.sent_at.astimezone(zone).hour].append(post.reactions)
    mean = {hour: sum(counts) / len(counts) for hour, counts in by_hour.items()}
    ranked = sorted(mean, key=lambda hour: (-mean[hour], hour))
    return tuple(hour for hour in ranked[:BEST] if mean[hour] > 0)


def _zone(channel: Channel) -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(channel.timezone)
