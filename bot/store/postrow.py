"""How a `model.Post` becomes a row and comes back: shared by those who compose and those who deliver."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Boolean

from bot.errors import sentences
from bot.model import Json, Lane, Post, PostKind, PostState, Request, UnknownPolicy, Upload
from bot.store import problems
from bot.store.columns import Instant, JsonText, from_millis
from bot.store.schema import posts


def requests_to_json(requests: Iterable[Request]) -> Json:
    """The column `posts.requests`: a list of objects, without what is empty."""
    return [_request_to_json(request) for request in requests]


def _request_to_json(request: Request) -> Json:
    found: dict[str, Json] = {"method": request.method, "params": dict(request.params), "why": request.why}
    if request.uploads:
        found["uploads"] = [
            {key: value for key in ("name", "url", "path", "mime") if (value := getattr(upload, key)) is not None}
            for upload in request.uploads
        ]
    return found


def requests_of(value: Json) -> tuple[Request, ...]:
    return tuple(
        Request(
            method=item["method"],
            params=item["params"],
            why=item.get("why", "as composed"),
            uploads=tuple(Upload(**upload) for upload in item.get("uploads", ())),
        )
        for item in value
    )


def chat_of(text: str) -> int | str:
    """`posts.chat_id` holds a number or @username as text."""
    return text if text.startswith("@") else int(text)


def stored_post(row: Sequence[Any]) -> Post:
    """A post from all columns of `posts`, as `dialect.in_one_row` gives them."""
    value = list(row)
    for index, read in _READ:
        if value[index] is not None:
            value[index] = read(value[index])
    return post_of(value)


def post_of(row: Sequence[Any]) -> Post:
    """A row that begins with the columns of `posts` as the schema orders them."""
    value = dict(zip(COLUMNS, row, strict=False))
    problem = problems.of_json(value.pop("problem"))
    value.pop("unknown_at")
    remote_ids = value["remote_ids"]
    value["kind"] = _KINDS[value["kind"]]
    value["state"] = _STATES[value["state"]]
    value["lane"] = _LANES[value["lane"]]
    value["unknown_policy"] = _POLICIES[value["unknown_policy"]]
    value["chat_id"] = chat_of(value["chat_id"])
    value["requests"] = requests_of(value["requests"])
    value["remote_ids"] = tuple(remote_ids) if remote_ids else ()
    if problem is not None:
        value["problem"] = sentences(problem.title, problem.cause)
        value["problem_code"] = problem.code
    return Post(**value)


# looked up by value: calling an enum costs more than all the rest
_KINDS: Final = {str(kind): kind for kind in PostKind}
_STATES: Final = {str(state): state for state in PostState}
_LANES: Final = {int(lane): lane for lane in Lane}
_POLICIES: Final = {str(policy): policy for policy in UnknownPolicy}
COLUMNS: Final = tuple(column.name for column in posts.columns)
_READERS: Final[tuple[tuple[type[Any], Callable[[Any], Any]], ...]] = (
    (Instant, from_millis),
    (JsonText, json.loads),
    (Boolean, bool),
)
_READ: Final = tuple(
    (index, read)
    for index, column in enumerate(posts.columns)
    for kind, read in _READERS
    if isinstance(column.type, kind)
)
"""What a value still needs when it did not come through SQLAlchemy's own types, by position."""
