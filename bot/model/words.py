"""Words with few values: kinds, states, lanes, outcomes."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
    TOKEN_ERROR = "token_error"  # noqa: S105 - a word, not a secret
    MIGRATED = "migrated"
    UNKNOWN = "unknown"  # may have been sent


class BigChanges(StrEnum):
    """What becomes of a post whose article has become another story."""

    EDIT = "edit"  # edited in silence, marked as updated
    REPLY = "reply"  # the same, and a short answer below it says so
    ASK = "ask"  # the edit waits for a person
    KEEP = "keep"  # the post stays as it was


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
    DELIVERY = "delivery"  # it was to be posted, and was left out, refused or held since


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    READER = "reader"


class AlertKind(StrEnum):
    """When a reader is told of what their alert found."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"


class AlertState(StrEnum):
    ON = "on"
    STOPPED = "stopped"  # kept, finds nothing until it is started again


class AlertRefusal(StrEnum):
    """Why an alert was not added."""

    NOTHING = "nothing"  # no word, source or site to look for, or only words that stand in every article
    TOO_MANY = "too_many"  # the person has as many as one may have
    UNKNOWN_SOURCE = "unknown_source"  # it names a source that is not watched
