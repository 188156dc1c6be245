"""The work of `sharewire push`: read it, show it, write it down, send it, say where it is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from bot import settings
from bot.app import App, Parts, make_press, opened
from bot.articles.read import read_one
from bot.commands.choices import one_of
from bot.commands.documents import as_typed, is_address, read_document
from bot.commands.output import as_json as to_json
from bot.errors import AlreadyRunning, Problem, UsageError
from bot.model import Article, Channel, Post, PostState
from bot.posts import preview as composing
from bot.posts.message import Message
from bot.posts.moments import parse_moment
from bot.store import articles, audit, channels, posts

FOLLOWED: Final = 60.0  # seconds to wait for another process, which is the sender, to send it
_STEP: Final = 0.2
_SETTLED: Final = frozenset({PostState.SENT, PostState.REFUSED, PostState.HELD, PostState.CANCELLED, PostState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    document: str
    to: tuple[str, ...] = ()
    at: str | None = None
    url: str | None = None
    silent: bool | None = None
    template: str | None = None

    @property
    def chosen(self) -> composing.Wish:
        return composing.Wish(template=self.template, silent=self.silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    channel: Channel
    message: Message
    already: Post | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    article: Article
    targets: tuple[Target, ...]

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "id": None,
                "channel": target.channel.name,
                "state": "already posted" if target.already else "would be posted",
                "message_id": target.already.remote_id if target.already else None,
                "link": target.already.remote_url if target.already else None,
                "at": to_json(target.at),
                "requests": [{"method": r.method, "params": to_json(r.params)} for r in target.message.requests[:1]],
            }
            for target in self.targets
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one push."""

    channel: Channel
    post: Post
    already: bool = False

    @property
    def failed(self) -> bool:
        return not self.already and self.post.state in {PostState.REFUSED, PostState.HELD, PostState.UNKNOWN}

    def as_json(self) -> Mapping[str, Any]:
        remote = self.post.remote_id
        return {
            "id": self.post.id,
            "channel": self.channel.name,
            "state": "already posted" if self.already else self.post.state.value,
            "message_id": int(remote) if remote else None,
            "link": self.post.remote_url,
            "problem": self.post.problem,
        }

    def sentence(self) -> str:
        where, link = self.channel.title or self.channel.name, self.post.remote_url or ""
        if self.already:
            return f"Already posted in {where}: {link or self.post.state.value}. Nothing was sent."
        match self.post.state:
            case PostState.SENT:
                return f"Posted in {where}: {link}"
            case PostState.QUEUED if self.post.due_at and self.post.due_at > datetime.now(UTC):
                return f"Scheduled for {where} at {self.post.due_at:%Y-%m-%d %H:%M} UTC."
            case PostState.QUEUED | PostState.SENDING:
                return f"Waiting for {where}; sharewire run sends it when Telegram's limits allow."
            case state:
                return f"Not posted in {where} ({state}): {self.post.problem}"


async def prepare(wish: Wish) -> Prepared:
    """Read the article and compose its post for every channel; nothing is sent."""
    async with opened(settings.load()) as parts:
        press = make_press(parts.settings)
        if wish.template is not None:
            one_of(wish.template, press.renderer.names(), "--template")
        chosen = await _channels(parts, wish.to)
        article = await _article(parts, wish)
        targets = []
        for channel in chosen:
            message = await composing.preview(parts.db, press, article.id, channel.id, wish=wish.chosen)
            async with parts.db.read() as tx:
                already = await posts.carrying(tx, article.id, channel.id)
            at = parse_moment(wish.at, zone=channel.timezone, now=datetime.now(UTC)) if wish.at else None
            targets.append(Target(channel=channel, message=message, already=already, at=at))
    return Prepared(article=article, targets=tuple(targets))


async def publish(wish: Wish, prepared: Prepared) -> list[Result]:
    """Write the posts down and see them sent: by us, or by the process that is the sender."""
    async with opened(settings.load()) as parts:
        press = make_press(parts.settings)
        made: list[tuple[Target, int | None, Post | None]] = []
        for target in prepared.targets:
            pushed = await composing.push(
                parts.db,
                press,
                prepared.article.id,
                target.channel.id,
                now=datetime.now(UTC),
                at=target.at,
                wish=wish.chosen,
            )
            if pushed.post_id is not None:
                what = "post-scheduled" if target.at else "post-published"
                async with parts.db.write() as tx:
                    await audit.write_posts(tx, [pushed.post_id], what=what, now=datetime.now(UTC))
            made.append((target, pushed.post_id, pushed.already))
        fresh = [post_id for target, post_id, _ in made if post_id is not None and target.at is None]
        if fresh:
            await _send(parts, fresh)
        return [await _result(parts, target, post_id, already) for target, post_id, already in made]


async def _send(parts: Parts, fresh: Sequence[int]) -> None:
    app = App(parts, ("deliver",))
    try:
        async with app.started():
            await app.run_until_idle()
    except AlreadyRunning:  # `sharewire run` is the sender: it sees the rows within a second
        for _ in range(int(FOLLOWED / _STEP)):
            async with parts.db.read() as tx:
                found = [await posts.get(tx, post_id) for post_id in fresh]
            if all(post is None or post.state in _SETTLED for post in found):
                return
            await asyncio.sleep(_STEP)


async def _result(parts: Parts, target: Target, post_id: int | None, already: Post | None) -> Result:
    if already is not None:
        return Result(channel=target.channel, post=already, already=True)
    assert post_id is not None
    async with parts.db.read() as tx:
        post = await posts.get(tx, post_id)
    assert post is not None
    return Result(channel=target.channel, post=post)


async def _channels(parts: Parts, names: tuple[str, ...]) -> list[Channel]:
    async with parts.db.read() as tx:
        if names:
            found = [(name, await channels.find(tx, name)) for name in names]
        else:
            listed = await channels.every(tx)
            if len(listed) != 1:
                raise UsageError(_which([channel.name for channel in listed]))
            found = [("", listed[0])]
    for name, channel in found:
        if channel is None:
            raise UsageError(_unknown(name))
    return [channel for _, channel in found if channel is not None]


async def _article(parts: Parts, wish: Wish) -> Article:
    now = datetime.now(UTC)
    read = partial(read_one, parts.db, parts.web, now=now, parser=parts.parser, model=parts.model)
    address = as_typed(wish.document)
    if is_address(address):
        return await read(url=address, text=None)
    if wish.document.isdigit():
        async with parts.db.read() as tx:
            known = await articles.get(tx, int(wish.document))
        if known is not None:
            return known
    text = read_document(wish.document).body.decode("utf8", "replace")
    return await read(url=None, text=text)


def show(prepared: Prepared) -> None:
    line = "─" * 60 if sys.stdout.isatty() else "-" * 60
    for target in prepared.targets:
        when = f"at {target.at:%Y-%m-%d %H:%M %Z}" if target.at else "now"
        made = target.message
        sound = "without sound" if made.requests[0].params.get("disable_notification") else "with sound"
        print(f"To {target.channel.title or target.channel.name} ({target.channel.address}), {when}, {sound}")
        print(f"{line}\n{made.visible_text}")
        for row in (made.requests[0].params.get("reply_markup") or {}).get("inline_keyboard", []):
            print(" ".join(f"[{button['text']}]" for button in row))
        already = target.already.remote_url or target.already.state.value if target.already else "no"
        limit = 4096 if "text" in made.requests[0].params else 1024
        print(f"{line}\n{made.requests[0].method} · text {made.markup.length}/{limit} · already posted: {already}")


def confirm(prepared: Prepared) -> bool:
    """Ask on a terminal, unless everything is there already.  Raises UsageError where nobody can be asked."""
    from bot.commands.choices import agreed

    return all(target.already for target in prepared.targets) or agreed("Post this?", where="sharewire push")


def _which(names: Sequence[str]) -> Problem:
    listed = ", ".join(names)
    return Problem(
        code="SW-C32",
        title="It is not clear where to post.",
        cause=f"There are {len(names)} channels: {listed}." if names else "There is no channel yet.",
        fix="Add --to and one of them." if names else "Add one: sharewire channels add @yourchannel",
        where="--to",
        meanwhile="Nothing was sent.",
    )


def _unknown(name: str) -> Problem:
    return Problem(
        code="SW-C33",
        title=f'There is no channel "{name}".',
        cause="No connected channel has this name.",
        fix=f"See them with sharewire channels list, or connect it: sharewire channels add {name}",
        where="--to",
        meanwhile="Nothing was sent.",
    )
