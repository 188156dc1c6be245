"""Articles that were read: store what was read, keep what people saw before, and hand it to compose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from bot.model import Article, ArticleState, Image, Json, Video
from bot.store.articles.find import get_many
from bot.store.articles.found import give_keys
from bot.store.articles.listed import sources_of
from bot.store.articles.withdrawn import is_withdrawn
from bot.store.database import Tx
from bot.store.schema import article_versions, articles, media, related_links

_COLUMNS = (
    "source_id", "url", "canonical_url", "title", "standfirst", "authors", "published", "modified", "site_name",
    "language", "text", "tags", "summary", "summary_how", "shortlink", "minutes", "story_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """`changed`: people would see something else than before; False when it was read for the first time."""

    revision: int
    changed: bool


async def store_ready(
    tx: Tx, article: Article, *, keys: Sequence[str] = (), fingerprint: Json = None, now: datetime
) -> Stored:
    """Write down a read article (all but `state`, `revision`, `found_at` and `read_at`, which are set here).

    The revision rises when what people see of it in a post has changed since it was read before; the old words stay in
    `article_versions`."""
    before = (await tx.execute(select(articles).where(articles.c.id == article.id))).one()
    if await is_withdrawn(tx, article.id):  # its page was read before it was withdrawn, or is read again
        return Stored(revision=before.revision, changed=False)
    seen = content_hash(article)
    was_ready = before.state == ArticleState.READY
    changed = was_ready and before.content_hash != seen
    if changed:
        await _keep_version(tx, before, now)
    revision = before.revision + changed
    values = values_of(article, seen=seen, revision=revision, now=now) | {"fingerprint": fingerprint}
    await tx.execute(update(articles).where(articles.c.id == article.id).values(**values))
    await _store_parts(tx, article)
    await give_keys(tx, article.id, keys)
    return Stored(revision=revision, changed=changed)


def values_of(article: Article, *, seen: str, revision: int, now: datetime) -> dict[str, Any]:
    """A read article's columns.  `seen`: its `content_hash`."""
    values: dict[str, Any] = {name: getattr(article, name) for name in _COLUMNS}
    values |= {name: list(values[name]) for name in ("authors", "tags", "summary")}
    values |= {"alternates": [asdict(alternate) for alternate in article.alternates]}
    values |= {"state": ArticleState.READY, "revision": revision, "content_hash": seen, "read_at": now}
    return values | {"read_after": None, "claimed_until": None, "attempts": 0, "problem": None, "entry": None}


def content_hash(article: Article) -> str:
    """Of what people see in a post: headline, authors, summary, address, pictures, video."""
    seen = {
        "title": article.title,
        "authors": article.authors,
        "summary": article.summary,
        "url": article.canonical_url or article.url,
        "site_name": article.site_name,
        "image": article.image.url if article.image else None,
        "images": [image.url for image in article.images],
        "videos": [video.url or video.player for video in article.videos],
    }
    return hashlib.sha256(json.dumps(seen, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


async def to_compose(tx: Tx, *, limit: int) -> tuple[Article, ...]:
    """Read articles that compose has not looked at in their present revision, the earliest published first.  Those of
    a source's first check are not among them."""
    undecided = or_(articles.c.decided_revision.is_(None), articles.c.decided_revision < articles.c.revision)
    query = (
        select(articles.c.id)
        .where(articles.c.state == ArticleState.READY, articles.c.baseline.is_(False), undecided)
        .order_by(articles.c.published, articles.c.id)
        .limit(limit)
    )
    return await get_many(tx, (await tx.execute(query)).scalars().all())


async def mark_decided(tx: Tx, article_id: int, revision: int, *, sources: int | None = None) -> None:
    """Compose has looked at this revision; unless another source lists it by now than the so many that it knew."""
    if sources is not None and len(await sources_of(tx, article_id)) > sources:
        return
    await tx.execute(update(articles).where(articles.c.id == article_id).values(decided_revision=revision))


async def set_story(tx: Tx, ids: Sequence[int], story_id: int) -> None:
    if ids:
        await tx.execute(update(articles).where(articles.c.id.in_(ids)).values(story_id=story_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What people saw before a change."""

    revision: int
    title: str | None
    standfirst: str | None
    summary: tuple[str, ...]
    text: str | None
    replaced_at: datetime


async def versions(tx: Tx, article_id: int) -> tuple[Version, ...]:
    """Earlier versions, the oldest first."""
    query = select(article_versions).where(article_versions.c.article_id == article_id)
    rows = (await tx.execute(query.order_by(article_versions.c.revision))).all()
    return tuple(
        Version(
            revision=row.revision, replaced_at=row.replaced_at, **(row.seen | {"summary": tuple(row.seen["summary"])})
        )
        for row in rows
    )


async def _keep_version(tx: Tx, before: Any, now: datetime) -> None:
    seen = {
        "title": before.title,
        "standfirst": before.standfirst,
        "summary": before.summary or [],
        "text": before.text,
    }
    await tx.execute(
        insert(article_versions).values(article_id=before.id, revision=before.revision, seen=seen, replaced_at=now)
    )


async def _store_parts(tx: Tx, article: Article) -> None:
    await tx.execute(delete(media).where(media.c.article_id == article.id))
    await tx.execute(delete(related_links).where(related_links.c.article_id == article.id))
    await add_parts(tx, article)


async def add_parts(tx: Tx, article: Article) -> None:
    """The pictures, videos and related links of an article that has none yet."""
    parts: list[tuple[str, Image | Video]] = [("lead", article.image)] if article.image else []
    parts += [("image", image) for image in article.images] + [("video", video) for video in article.videos]
    if parts:
        names = [column.name for column in media.columns if column.name not in ("article_id", "position", "kind")]
        rows = [
            {"article_id": article.id, "position": position, "kind": kind}
            | {name: getattr(part, name, None) for name in names}
            for position, (kind, part) in enumerate(parts)
        ]
        await tx.execute(insert(media), rows)
    if article.related:
        links = [
            {"article_id": article.id, "position": position, "title": link.title, "url": link.url}
            for position, link in enumerate(article.related)
        ]
        await tx.execute(insert(related_links), links)
