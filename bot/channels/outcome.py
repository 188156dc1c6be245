"""What one answer of Telegram means for a post: sent, surely not sent, to be mended, or not known.

Pure: `of_exception` and `of_answer` turn what the transport raised or returned into an `Answer`, and `classify` turns
that into a `Verdict`.  The rule that keeps the promise: whatever is not *surely* a refusal is `UNKNOWN`, and is looked
up before anything is sent again.  Texts are those of tdlib/telegram-bot-api `Client::fail_query_with_error` and of
tdlib/td, matched in lower case anywhere in the description, since albums wrap them ("failed to send message #2 with
the error message …").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels import causes
from bot.channels.destinations import destination
from bot.channels.transport import NotSentError, ServerError, TooLargeError
from bot.errors import Problem
from bot.model import Json, Outcome

DEFAULT_RETRY: Final = 5.0
"""Seconds to wait after a 429 that names no time."""

UPLOAD: Final = "upload"
PREVIEW: Final = "preview"
SHORTER: Final = "shorter"
PLAIN: Final = "plain"
ALONE: Final = "alone"
"""What a fallback gives up (`model.Request.why`): the picture's address, the picture, length, formatting, the reply."""

MENDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("can't parse entities", (PLAIN,)),
    ("entities too long", (PLAIN, SHORTER)),
    ("entity_", (PLAIN,)),
    ("inline keyboard", (PLAIN,)),
    ("button_", (PLAIN,)),
    ("reply markup", (PLAIN,)),
    ("is too long", (SHORTER, PLAIN)),
    ("_too_long", (SHORTER, PLAIN)),
    ("failed to get http url content", (UPLOAD, PREVIEW)),
    ("wrong type of the web page content", (UPLOAD, PREVIEW)),
    ("wrong file identifier", (UPLOAD, PREVIEW)),
    ("wrong http url", (UPLOAD, PREVIEW)),
    ("webpage_", (UPLOAD, PREVIEW)),
    ("media_empty", (UPLOAD, PREVIEW)),
    ("photo", (UPLOAD, PREVIEW)),
    ("image", (UPLOAD, PREVIEW)),
    ("video", (UPLOAD, PREVIEW)),
    ("media", (PREVIEW,)),
    ("file", (PREVIEW,)),
    ("album", (PREVIEW,)),
    ("group send failed", (PREVIEW,)),
    ("too large", (PREVIEW,)),
    ("message to be replied not found", (ALONE,)),
    ("message to reply not found", (ALONE,)),
    ("quote_text_invalid", (ALONE,)),
)
"""The part of a description, and which fallbacks can mend it, best first; the first row that matches decides."""

DESTINATION: Final = (
    "chat not found",
    "chat_id is empty",
    "rights",
    "no write access",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "chat_send_",
    "channel_private",
    "channel_invalid",
    "peer_id_invalid",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "group chat was upgraded",
    "group chat was deactivated",
    "group is deactivated",
    "user_is_blocked",
    "user is deactivated",
    "user_deactivated",
    "user not found",
    "not a member",
    "was kicked",
)
"""Parts of a 400 that say: this chat cannot be posted to until a person acts."""

GONE: Final = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "message identifier is not specified",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
"""Parts of a 400 to an edit or a deletion: nothing mends it, a person is told."""

_WAIT = re.compile(r"retry after (\d+)|(?:flood|slowmode)_(?:premium_)?wait_(\d+)", re.IGNORECASE)
_ALBUM = re.compile(r"failed to send message #\d+ with the error message \"(.*)\"", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, or its absence.  `status` is None where none was read; then `surely_not_sent` says what is known."""

    status: int | None
    description: str
    retry_after: float | None = None  # seconds
    migrate_to: int | None = None
    surely_not_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the sender does next.

    mend     which fallbacks (`Request.why`) can mend a content error, best first; empty = any next one may
    problem  what a person is told, one cause; None for `SENT` and for what mends itself
    """

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    migrate_to: int | None = None
    mend: tuple[str, ...] = ()
    mendable: bool = False
    problem: Problem | None = None


def of_exception(error: BaseException) -> Answer:
    """What `bot.request.post` raised, as an `Answer`.  An exception that we do not know means: not known."""
    match error:
        case NotSentError():
            return Answer(status=None, description=error.message, surely_not_sent=True)
        case RetryAfter():
            return Answer(status=429, description=error.message, retry_after=_seconds(error))
        case ChatMigrated():
            return Answer(status=400, description=error.message, migrate_to=error.new_chat_id)
        case Forbidden():
            return Answer(status=403, description=error.message)
        case InvalidToken():
            return Answer(status=404 if "not found" in error.message.lower() else 401, description=error.message)
        case BadRequest():
            return Answer(status=400, description=error.message)
        case Conflict():
            return Answer(status=409, description=error.message)
        case TooLargeError():
            return Answer(status=413, description=error.message)
        case ServerError():
            return Answer(status=error.status, description=error.message)
        case TelegramError():
            return Answer(status=None, description=error.message)
        case _:
            return Answer(status=None, description=type(error).__name__)


def of_answer(status: int, body: Mapping[str, Json] | None) -> Answer:
    """An HTTP status and the parsed body (None where it is not a JSON object), as an `Answer`."""
    if body is None or ("ok" not in body and "description" not in body):
        return Answer(status=None if status < 300 else status, description=f"unreadable answer ({status})")
    parameters = body.get("parameters") or {}
    description = str(body.get("description") or "")
    wait = parameters.get("retry_after")
    return Answer(
        status=status,
        description=description,
        retry_after=None if wait is None else float(wait),
        migrate_to=parameters.get("migrate_to_chat_id"),
    )


def classify(answer: Answer) -> Verdict:
    """The meaning of one answer (design: the delivery promise, point 3)."""
    status = answer.status
    if answer.surely_not_sent:
        return Verdict(outcome=Outcome.NOT_SENT, error=answer.description)
    if status is None or status >= 500:
        return Verdict(outcome=Outcome.UNKNOWN, status=status, error=answer.description)
    if 200 <= status < 300:
        return Verdict(outcome=Outcome.SENT, status=status)
    wait = _wait(answer)
    if wait is not None:
        return _verdict(Outcome.FLOOD, answer, retry_after=wait)
    match status:
        case 400:
            return _bad_request(answer)
        case 401:
            return _verdict(Outcome.TOKEN_ERROR, answer, problem=causes.token_refused(answer.description))
        case 403:
            return _verdict(Outcome.DESTINATION_ERROR, answer, problem=destination(answer.description))
        case 404:
            return _not_found(answer)
        case 409:
            return _verdict(Outcome.NOT_SENT, answer, problem=causes.conflict(answer.description))
        case 413:
            return _content(answer)
        case _:
            return _verdict(Outcome.UNKNOWN, answer)


def _bad_request(answer: Answer) -> Verdict:
    text = _inner(answer.description).lower()
    if answer.migrate_to is not None:
        return _verdict(Outcome.MIGRATED, answer)
    if "message is not modified" in text or "message_not_modified" in text:
        return Verdict(outcome=Outcome.SENT, status=answer.status, error=answer.description)
    if any(part in text for part in GONE):
        gone = _verdict(Outcome.CONTENT_ERROR, answer, problem=causes.message_gone(answer.description))
        return replace(gone, mendable="can't be deleted" in text)  # too old: a tombstone may still do
    if any(part in text for part in DESTINATION):
        return _verdict(Outcome.DESTINATION_ERROR, answer, problem=destination(answer.description))
    return _content(answer)


def _content(answer: Answer) -> Verdict:
    text = _inner(answer.description).lower()
    mend = next((kinds for part, kinds in MENDS if part in text), ())
    return Verdict(
        outcome=Outcome.CONTENT_ERROR,
        status=answer.status,
        error=answer.description,
        mend=mend,
        mendable=True,
        problem=causes.content(answer.description),
    )


def _not_found(answer: Answer) -> Verdict:
    if "method not found" in answer.description.lower():
        return _verdict(Outcome.CONTENT_ERROR, answer, problem=causes.method_unknown(answer.description))
    return _verdict(Outcome.TOKEN_ERROR, answer, problem=causes.token_refused(answer.description))


def _verdict(
    outcome: Outcome, answer: Answer, *, retry_after: float | None = None, problem: Problem | None = None
) -> Verdict:
    return Verdict(
        outcome=outcome,
        status=answer.status,
        error=answer.description,
        retry_after=retry_after,
        migrate_to=answer.migrate_to,
        problem=problem,
    )


def _wait(answer: Answer) -> float | None:
    """Seconds to wait if this is flood control in any of its guises, else None."""
    named = _WAIT.search(answer.description)
    if answer.retry_after is not None:
        return answer.retry_after
    if named is not None:
        return float(named.group(1) or named.group(2))
    if answer.status in (420, 429) or "too many requests" in answer.description.lower():
        return DEFAULT_RETRY
    return None


def _inner(description: str) -> str:
    """The text that an album error wraps, else the description itself."""
    wrapped = _ALBUM.search(description)
    return wrapped.group(1) if wrapped else description


def _seconds(error: RetryAfter) -> float:
    wait = error._retry_after  # the public property warns about its coming change from int to timedelta
    return wait.total_seconds()
