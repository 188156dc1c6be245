"""A small newsroom in a real database: one source, channels, articles that are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.model import Article, Channel, Entry, Post, PostState, Source, SourceKind
from bot.posts import compose
from bot.posts.press import Press
from bot.store import articles, channels, decisions, posts, rules, schema, sources
from bot.store.database import Database
from tests.posts import samples

NOW = samples.NOON + timedelta(minutes=10)


@dataclass
class Newsroom:
    db: Database
    press: Press
    now: datetime = NOW

    @staticmethod
    def press_of() -> Press:
        return Press(renderer=samples.renderer())

    @classmethod
    async def open(cls, db: Database, *, sources_to: tuple[str, ...] = ("news",), **channel: Any) -> Newsroom:
        room = cls(db, cls.press_of())
        await room.add_channel("news", **channel)
        await room.add_source("harbor-times", *sources_to)
        return room

    async def add_channel(self, name: str, **changes: Any) -> Channel:
        values = {"name": name, "address": f"@{name}", "chat_id": None, **changes}
        async with self.db.write() as tx:
            return await channels.put(tx, samples.channel(**values), now=self.now)

    async def add_source(self, name: str, *to: str, **changes: Any) -> Source:
        source = Source(id=0, name=name, kind=SourceKind.FEED, url=f"https://{name}.example/feed", **changes)
        async with self.db.write() as tx:
            stored = await sources.put(tx, source, now=self.now)
            await rules.send_source_to(tx, name, to)
        return stored

    async def add_article(self, *, source: str | None = "harbor-times", url: str | None = None, **changes: Any) -> int:
        address = url or f"https://harbortimes.example/{changes.get('title', 'night-bus')}".replace(" ", "-")
        async with self.db.write() as tx:
            found = await sources.named(tx, source) if source else None
            if found is None:
                article_id = await articles.add_pushed(tx, url=changes.pop("address", None), keys=[], now=self.now)
            else:
                entry = Entry(url=address, title=changes.get("title"), published=self.now)
                baseline = changes.pop("baseline", False)
                added = await articles.add_found(tx, source_id=found.id, entry=entry, baseline=baseline, now=self.now)
                article_id = added.article_id
        values = {"url": address if source else None, "source_id": found.id if found else None, **changes}
        await self.read(article_id, samples.article(**{"published": self.now - timedelta(minutes=5), **values}))
        return article_id

    async def read(self, article_id: int, article: Article) -> None:
        async with self.db.write() as tx:
            await articles.store_ready(tx, replace(article, id=article_id), now=self.now)

    async def change(self, article_id: int, **changes: Any) -> None:
        async with self.db.read() as tx:
            article = await articles.get(tx, article_id)
        assert article is not None
        await self.read(article_id, replace(article, **changes))

    async def compose(self) -> int:
        return await compose.once(self.db, self.press, now=self.now)

    async def posts(self, **wanted: Any) -> list[Post]:
        async with self.db.read() as tx:
            found = await posts.in_state(tx, list(PostState))
        found = tuple(sorted(found, key=lambda post: post.id))
        return [post for post in found if all(getattr(post, key) == value for key, value in wanted.items())]

    async def decision(self, article_id: int, channel: str = "news") -> Any:
        async with self.db.read() as tx:
            known = await channels.named(tx, channel)
            assert known is not None
            found = await decisions.of_article(tx, article_id)
        return next((decision for decision in found if decision.channel_id == known.id), None)

    async def send(self, post: Post, *, state: PostState = PostState.SENT, message_id: int = 41) -> None:
        """As the sender would record it."""
        values = {"state": state, "attempts": 1}
        if state is PostState.SENT:
            values |= {"sent_at": self.now, "remote_id": str(message_id), "remote_ids": [str(message_id)]}
        async with self.db.write() as tx:
            await tx.execute(update(schema.posts).where(schema.posts.c.id == post.id).values(**values))
