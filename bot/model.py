"""The vocabulary: frozen values and enums that cross borders between rooms.

Every word here is in docs/glossary.md and means the same in code, tables, commands and pages.  Times are aware
datetimes in UTC unless a comment says otherwise; durations are `timedelta`; addresses are absolute `str`.
This module depends on nothing of ours and does nothing when imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

Json = Any
"""A value that `json.dumps` takes: None, bool, int, float, str, list or dict of these."""


# ── words with few values ────────────────────────────────────────────────────────────────────────────────────────


class SourceKind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"


class Owner(StrEnum):
    """Who decides an item: the configuration file, or people in chat, console and command line.  Never both."""

    FILE = "file"
    CHAT = "chat"


class Media(StrEnum):
    """What a post does with pictures and video: `link` shows the publisher's preview card, `copy` uploads them."""

    LINK = "link"
    COPY = "copy"


class Actions(StrEnum):
    """Where the share links stand.  `auto` = buttons, unless the channel has comments (a keyboard removes them)."""

    AUTO = "auto"
    BUTTONS = "buttons"
    LINKS = "links"
    NONE = "none"


class Preview(StrEnum):
    LARGE_ABOVE = "large-above"
    LARGE_BELOW = "large-below"
    SMALL = "small"
    NONE = "none"


class ArticleState(StrEnum):
    FOUND = "found"
    READY = "ready"
    SKIPPED = "skipped"
    FAILED = "failed"


class PostKind(StrEnum):
    SHARE = "share"
    FLASH = "flash"
    REPOST = "repost"
    DIGEST = "digest"
    ALERT = "alert"
    EDIT = "edit"
    RETRACT = "retract"


class PostState(StrEnum):
    DRAFT = "draft"  # a person has to say yes
    HELD = "held"  # a person has to look; later posts of the channel go on
    QUEUED = "queued"  # goes out when due
    SENDING = "sending"  # the attempt is written down, the call may be under way
    SENT = "sent"
    UNKNOWN = "unknown"  # the call's outcome is not known: settle, look, then decide
    REFUSED = "refused"  # Telegram said no, and nothing can mend it
    CANCELLED = "cancelled"  # a person or a rule withdrew it before it was sent


class Lane(IntEnum):
    """Lower goes first.  Order is kept within one channel and lane."""

    CORRECTION = 0  # withdrawals, retractions, edits
    BREAKING = 1
    MANUAL = 2
    CHANNEL = 3
    ALERT = 4


class Outcome(StrEnum):
    """What is known about one delivery (design: the delivery promise, point 3)."""

    SENT = "sent"
    NOT_SENT = "not_sent"  # surely not sent; repeat when due
    FLOOD = "flood"  # 429: surely not sent, repeat after `retry_after`
    CONTENT_ERROR = "content_error"  # a 400 that the next fallback may mend
    DESTINATION_ERROR = "destination_error"  # this chat cannot be posted to until a person acts
    TOKEN_ERROR = "token_error"
    MIGRATED = "migrated"
    UNKNOWN = "unknown"  # may have been sent


class UnknownPolicy(StrEnum):
    """What to do with a post whose outcome is unknown and cannot be looked up."""

    RECONCILE = "reconcile"  # channels and supergroups: look, else hold
    RESEND = "resend"
    DROP = "drop"
    HOLD = "hold"


class Stage(StrEnum):
    """Which step decided about an article and a channel; also the order in which they are asked."""

    SOURCE = "source"
    BASELINE = "baseline"
    READ = "read"
    AGE = "age"
    RULE = "rule"
    LANGUAGE = "language"
    DUPLICATE = "duplicate"
    STORY = "story"
    APPROVAL = "approval"
    PACE = "pace"
    QUIET = "quiet"
    POSTED = "posted"


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    READER = "reader"


# ── parts of an article ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    url: str
    caption: str | None = None
    credit: str | None = None
    width: int | None = None  # pixels
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A playable file (`url`), a player page (`player`), or both."""

    url: str | None = None
    player: str | None = None
    title: str | None = None
    thumbnail: str | None = None
    mime: str | None = None
    duration: int | None = None  # seconds
    size: int | None = None  # bytes
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to another article ("Also read").  `url` is None where pasted text carries the title alone."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The same article in another language (hreflang)."""

    language: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    url: str
    mime: str | None = None
    length: int | None = None  # bytes
    medium: str | None = None  # image, video, audio, document (media RSS)
    width: int | None = None
    height: int | None = None
    duration: int | None = None  # seconds
    thumbnail: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item as found in a source, before it is an article.  Text fields are as the source has them (HTML allowed
    in `description` and `content`); `title` is plain text."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    content: str | None = None
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """What one check of a source brought: the parsed feed, sitemap or listing page."""

    kind: SourceKind
    format: str  # rss20, rss10, atom10, json11, sitemap, sitemap-index, news-sitemap, page, …
    title: str | None = None
    url: str | None = None  # the site's address as the document gives it
    description: str | None = None
    language: str | None = None
    hub: str | None = None  # WebSub hub
    topic: str | None = None  # rel=self
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()  # hours of the day in UTC
    skip_days: tuple[str, ...] = ()  # English day names
    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()  # of a sitemap index
    problems: tuple[str, ...] = ()  # oddities met while parsing, in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything read off one page or one pasted text.  None or () when absent."""

    title: str | None = None
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None  # with the zone the page gives
    modified: datetime | None = None
    canonical_url: str | None = None
    shortlink: str | None = None
    alternates: tuple[Alternate, ...] = ()
    site_name: str | None = None
    language: str | None = None
    image: Image | None = None
    images: tuple[Image, ...] = ()
    videos: tuple[Video, ...] = ()
    text: str | None = None  # paragraphs split by "\n\n"
    related: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()  # whole sentences


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    """Somebody who has met the bot.  Ids are unique only per bot."""

    bot_id: int
    user_id: int
    role: Role = Role.READER
    name: str | None = None
    language: str | None = None
    started_at: datetime | None = None
    blocked_at: datetime | None = None


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
