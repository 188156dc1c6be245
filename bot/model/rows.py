"""Rows as values: what the store keeps and the stages decide on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.model.parts import Alternate, Image, Link, Video
from bot.model.words import (
    Actions,
    AlertKind,
    AlertState,
    ArticleState,
    Lane,
    Media,
    Outcome,
    Owner,
    PostKind,
    PostState,
    Preview,
    Role,
    SourceKind,
    Stage,
    UnknownPolicy,
)

Json = Any
"""A value that `json.dumps` takes: None, bool, int, float, str, list or dict of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something we watch."""

    id: int
    name: str  # unique; letters, digits and dashes; what people type
    kind: SourceKind
    url: str
    title: str | None = None
    homepage: str | None = None
    language: str | None = None
    owner: Owner = Owner.CHAT
    enabled: bool = True
    media: Media = Media.LINK
    tags: tuple[str, ...] = ()
    backfill: int = 0  # entries of the first check that are posted all the same
    every: timedelta | None = None  # the operator's wish; None = the source's own rhythm
    options: Mapping[str, Json] = field(default_factory=dict)
    checked_at: datetime | None = None
    next_check_at: datetime | None = None
    baseline_at: datetime | None = None  # when the silent first check was done
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    problem: str | None = None  # the last failure in words
    moved_to: str | None = None  # a permanent redirect we were told of; proposed, never followed for good
    ttl: timedelta | None = None  # the feed's own wish
    hub: str | None = None  # WebSub hub and topic, as the document names them
    topic: str | None = None
    kills: int = 0  # times its document cost us a parser
    rhythm: Mapping[str, Json] = field(default_factory=dict)  # gap, newest, skip_hours, skip_days: sources/schedule.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A stored entry, read."""

    id: int
    source_id: int | None
    state: ArticleState
    url: str | None
    canonical_url: str | None = None
    baseline: bool = False
    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    site_name: str | None = None
    language: str | None = None
    image: Image | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    text: str | None = None
    related: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    summary_how: str | None = None  # standfirst, extractive, model, none; with the reason where one was refused
    shortlink: str | None = None
    alternates: tuple[Alternate, ...] = ()
    minutes: int | None = None  # reading time
    story_id: int | None = None
    revision: int = 0  # rises each time what people see has changed
    found_at: datetime | None = None
    read_at: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A Telegram channel (or group) we post to."""

    id: int
    bot_id: int
    name: str  # unique; what people type
    address: str  # @username or numeric chat id, as text
    network: str = "telegram"
    chat_id: int | None = None
    title: str | None = None
    username: str | None = None
    owner: Owner = Owner.CHAT
    language: str | None = None
    timezone: str = "UTC"
    template: str = "share"
    actions: Actions = Actions.AUTO
    preview: Preview = Preview.LARGE_ABOVE
    linked_chat_id: int | None = None  # discussion group: a keyboard would remove the comments
    protected: bool = False
    approve: bool = False
    fresh_for: timedelta = timedelta(hours=3)
    max_age: timedelta = timedelta(days=2)
    options: Mapping[str, Json] = field(default_factory=dict)  # quiet, pace, languages, whatsapp_footer, utm, …
    paused_at: datetime | None = None
    pause_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which articles go to which channels, how.  A source's `to` list is a rule that matches the source alone."""

    id: int
    name: str
    owner: Owner = Owner.CHAT
    position: int = 0
    enabled: bool = True
    drop: bool = False  # a match keeps the article out instead of adding it
    channels: tuple[str, ...] = ()  # names; empty with drop = every channel
    match: Mapping[str, Json] = field(default_factory=dict)  # source, any, all, not, title, lang, tags, authors
    options: Mapping[str, Json] = field(default_factory=dict)  # template, silent, thread, approve, breaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why an article did or did not go to a channel; the stage that decided, and all that were passed."""

    article_id: int
    channel_id: int
    posted: bool
    stage: Stage
    reason: str
    passed: tuple[Stage, ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)
    post_id: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that a request carries as `attach://name`; fetched from `url` (guarded) or read from `path`."""

    name: str
    url: str | None = None
    path: str | None = None
    mime: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One Bot API call, ready to post: `params` hold JSON values, without `chat_id`'s secrets or any token."""

    method: str
    params: Mapping[str, Json]
    uploads: tuple[Upload, ...] = ()
    why: str = "as composed"  # for a fallback: what it gives up ("upload", "preview", "shorter", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message (or one album, or one edit) for one chat; in the outbox until sent."""

    id: int
    bot_id: int
    once_key: str
    kind: PostKind
    state: PostState
    lane: Lane
    chat_id: int | str  # number, or @username until it is resolved
    requests: tuple[Request, ...]  # the composed one first, then ordered fallbacks
    visible_text: str  # what people read; reconciling compares it
    channel_id: int | None = None
    thread_id: int | None = None
    article_id: int | None = None
    target_post_id: int | None = None  # for edits and retractions
    revision: int = 0
    request_index: int = 0  # which of `requests` is next
    weight: int = 1  # messages it makes; an album of n counts n
    template: str | None = None
    silent: bool = False
    unknown_policy: UnknownPolicy = UnknownPolicy.RECONCILE
    due_at: datetime | None = None
    fresh_until: datetime | None = None
    created_at: datetime | None = None
    created_by: int | None = None  # the person's user id; None = by rule
    attempts: int = 0
    claimed_epoch: int | None = None
    sent_at: datetime | None = None
    remote_id: str | None = None  # of the first message
    remote_ids: tuple[str, ...] = ()
    remote_url: str | None = None
    problem: str | None = None  # last trouble in words
    problem_code: str | None = None
    out_of_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to send a post, with its outcome (None while under way)."""

    id: int
    bot_id: int
    post_id: int
    attempt: int
    epoch: int
    request_index: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    status: int | None = None  # HTTP status
    error: str | None = None
    retry_after: float | None = None  # seconds
    remote_id: str | None = None
    remote_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has met the bot.  Ids are unique only per bot.

    language  to speak with them: what they chose, else what their Telegram spoke last
    channels  names of the only channels that their role is for; empty = all
    """

    bot_id: int
    user_id: int
    role: Role = Role.READER
    name: str | None = None
    language: str | None = None
    chosen_language: str | None = None
    started_at: datetime | None = None
    channels: tuple[str, ...] = ()
    blocked_at: datetime | None = None
    options: Mapping[str, Json] = field(default_factory=dict)  # language, zone (IANA name), quiet ("22:00-07:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One search result."""

    id: int
    title: str
    url: str | None
    published: datetime | None
    score: float
    source: str | None
    snippet: str | None = None
    similar: bool = False  # found by a similar spelling alone, perhaps in another script


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A reader's standing search: all words and phrases, none of the excluded, from any of the sources or sites and in
    any of the languages where some are named."""

    id: int
    bot_id: int
    user_id: int
    text: str  # as typed
    kind: AlertKind = AlertKind.INSTANT
    state: AlertState = AlertState.ON
    muted_until: datetime | None = None
    created_at: datetime | None = None
    words: tuple[str, ...] = ()  # folded
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()  # a single word is a phrase of one
    sources: tuple[str, ...] = ()  # names or titles, folded in case
    sites: tuple[str, ...] = ()  # hosts
    languages: tuple[str, ...] = ()  # ISO 639
