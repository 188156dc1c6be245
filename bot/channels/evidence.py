"""Is this message our post?  Pure.

A forward keeps the text, the media and where and when the original was posted; it keeps a keyboard of links alone.
Telegram trims and cleans text (TDLib `fix_formatted_text`), so texts are compared without their spaces and marks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.model import Json, Post, Request

SKEW: Final = timedelta(minutes=2)
"""How far our clock and Telegram's may differ, before a message's age by Telegram's own clock is looked at."""

_MEDIA: Final = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendDocument": "document",
    "sendAudio": "audio",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A candidate as its forward shows it."""

    message_id: int
    text: str
    media: str | None  # photo, video, …
    buttons: frozenset[str]  # addresses
    posted_at: datetime | None
    age: timedelta | None = None  # when it was looked at, by Telegram's clock alone


def seen(message_id: int, forward: Mapping[str, Json]) -> Seen:
    """What `forwardMessage` answered, reduced to what can be compared."""
    origin: Mapping[str, Json] = forward.get("forward_origin") or {}
    posted, asked = origin.get("date"), forward.get("date")
    return Seen(
        message_id=message_id,
        text=str(forward.get("text") or forward.get("caption") or ""),
        media=next((kind for kind in _MEDIA.values() if kind in forward), None),
        buttons=_buttons(forward.get("reply_markup")),
        posted_at=None if posted is None else datetime.fromtimestamp(posted, UTC),
        age=None if posted is None or asked is None else timedelta(seconds=asked - posted),
    )


def fits(post: Post, started_at: datetime, candidate: Seen, *, now: datetime | None = None) -> bool:
    """Whether the candidate, looked at `now`, can be the post whose attempt began at `started_at`."""
    request = post.requests[post.request_index]
    if _is_older(candidate, started_at, now):
        return False
    if post.attempts == 0:
        return _tells_of_the_same(post, request, candidate)
    if bare(candidate.text) not in {bare(text) for text in _texts(post, request)}:
        return False
    wanted = _wanted_media(request)
    if wanted is not None and candidate.media not in wanted:
        return False
    expected = _buttons(request.params.get("reply_markup"))
    return not candidate.buttons or not expected or candidate.buttons == expected


def _tells_of_the_same(post: Post, request: Request, candidate: Seen) -> bool:
    """After a restore the post was written a second time, at another hour and perhaps with another picture: the same
    headline, and a link in common where both have any."""
    headline = bare(post.visible_text.strip().partition("\n")[0])
    if not headline or bare(candidate.text.strip().partition("\n")[0]) != headline:
        return False
    expected = _buttons(request.params.get("reply_markup"))
    return not candidate.buttons or not expected or bool(candidate.buttons & expected)


def _is_older(candidate: Seen, started_at: datetime, now: datetime | None) -> bool:
    """Older than the attempt by both clocks: ours may be wrong by hours, and then only the age tells."""
    earliest = started_at - SKEW
    if candidate.posted_at is None or candidate.posted_at >= earliest:
        return False
    return now is None or candidate.age is None or now - candidate.age < earliest


def follows_in_album(candidate: Seen) -> bool:
    """An album's further items: media without a text of their own."""
    return candidate.media is not None and not candidate.text


def bare(text: str) -> str:
    """Letters and digits in their canonical form: what survives Telegram's cleaning and our markup."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNS")


def _texts(post: Post, request: Request) -> Iterable[str]:
    yield post.visible_text
    sent = request.params.get("text") or request.params.get("caption")
    if sent and not request.params.get("parse_mode"):
        yield str(sent)


def _wanted_media(request: Request) -> frozenset[str] | None:
    if request.method == "sendMediaGroup":
        return frozenset(_MEDIA.values())
    kind = _MEDIA.get(request.method)
    return None if kind is None else frozenset({kind, "animation"} if kind == "video" else {kind})


def _buttons(markup: Json) -> frozenset[str]:
    if not isinstance(markup, Mapping):
        return frozenset()
    rows = markup.get("inline_keyboard") or ()
    return frozenset(str(button["url"]).rstrip("/") for row in rows for button in row if button.get("url"))
