"""How a `model.Post` becomes a row and comes back: shared by those who compose and those who deliver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from bot.errors import Problem
from bot.model import Json, Lane, Post, PostKind, PostState, Request, UnknownPolicy, Upload


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


def problem_of(value: Mapping[str, str | None] | None) -> Problem | None:
    return Problem(**value) if value else None  # type: ignore[arg-type]


def post_of(row: Row[Any]) -> Post:
    """A row of `posts` with all its columns."""
    problem = problem_of(row.problem)
    return Post(
        id=row.id,
        bot_id=row.bot_id,
        once_key=row.once_key,
        kind=PostKind(row.kind),
        state=PostState(row.state),
        lane=Lane(row.lane),
        chat_id=chat_of(row.chat_id),
        requests=requests_of(row.requests),
        visible_text=row.visible_text,
        channel_id=row.channel_id,
        thread_id=row.thread_id,
        article_id=row.article_id,
        target_post_id=row.target_post_id,
        revision=row.revision,
        request_index=row.request_index,
        weight=row.weight,
        template=row.template,
        silent=row.silent,
        unknown_policy=UnknownPolicy(row.unknown_policy),
        due_at=row.due_at,
        fresh_until=row.fresh_until,
        created_at=row.created_at,
        created_by=row.created_by,
        attempts=row.attempts,
        claimed_epoch=row.claimed_epoch,
        sent_at=row.sent_at,
        remote_id=row.remote_id,
        remote_ids=tuple(row.remote_ids or ()),
        remote_url=row.remote_url,
        problem=None if problem is None else f"{problem.title} {problem.cause}",
        problem_code=None if problem is None else problem.code,
        out_of_order=row.out_of_order,
    )
