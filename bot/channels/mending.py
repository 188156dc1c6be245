"""What to send instead when Telegram refuses a post's content: the next fallback, or one made here.  Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.channels.outcome import ALONE, PLAIN, Verdict
from bot.model import Json, Post, Request

TEXT_LIMIT: Final = 4_096
CAPTION_LIMIT: Final = 1_024
"""In UTF-16 units (https://core.telegram.org/bots/api#sendmessage, and TDLib's MessageContent.cpp)."""

_FORMATTING: Final = frozenset({"parse_mode", "entities", "caption_entities", "reply_markup"})
_REPLYING: Final = frozenset({"reply_parameters", "reply_to_message_id"})


def next_request(post: Post, verdict: Verdict) -> tuple[int, tuple[Request, ...]] | None:
    """Which request comes next (its index, and all requests, with one added if it had to be made); None = nothing
    mends it.  Each request is tried once, so this ends."""
    if not verdict.mendable:
        return None
    later = range(post.request_index + 1, len(post.requests))
    for kind in verdict.mend:
        for index in later:
            if post.requests[index].why == kind:
                return index, post.requests
    made = _made(post, verdict.mend)
    if made is not None:
        return len(post.requests), (*post.requests, made)
    if later:
        return later[0], post.requests
    return None


def _made(post: Post, kinds: tuple[str, ...]) -> Request | None:
    current = post.requests[post.request_index]
    tried = {request.why for request in post.requests}
    if ALONE in kinds and ALONE not in tried and _REPLYING & current.params.keys():
        return replace(current, why=ALONE, params=_without(current, _REPLYING))
    if PLAIN in kinds and PLAIN not in tried:
        return _plain(current, post.visible_text)
    return None


def _plain(request: Request, visible_text: str) -> Request | None:
    """The same message with nothing that can be malformed: no tags, no keyboard."""
    params = _without(request, _FORMATTING)
    if "text" in params:
        return replace(request, why=PLAIN, params={**params, "text": _cut(visible_text, TEXT_LIMIT)})
    if "caption" in params:
        return replace(request, why=PLAIN, params={**params, "caption": _cut(visible_text, CAPTION_LIMIT)})
    return None


def _without(request: Request, names: frozenset[str]) -> dict[str, Json]:
    return {name: value for name, value in request.params.items() if name not in names}


def _cut(text: str, limit: int) -> str:
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    kept = text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", "ignore")
    return f"{kept.rstrip()}…"
