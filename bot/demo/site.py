"""The demo's own small news site: seven made-up papers on loopback, with a script that the demo plays.

Some articles are out from the start, the others come when `publish_next` is called; one can be corrected, any source
can break and heal.  It is an ordinary web site: the pipeline reads it over HTTP like any other.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.demo import pictures
from bot.demo.content import FOLDER, Publisher, read_pieces, read_publishers
from bot.demo.pages import CONTENT_TYPES, Press, Published, newest, shortcode

Clock = Callable[[], datetime]


class Breakage(StrEnum):
    """How a source breaks."""

    DOWN = "down"  # 503
    GONE = "gone"  # 410
    HTML = "html"  # 200, but a page that asks for patience
    CUT = "cut"  # 200, but the body ends in the middle


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSource:
    """One address that the demo watches."""

    name: str
    kind: str  # feed, sitemap or page
    format: str
    address: str
    language: str
    title: str
    homepage: str


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Site:
    """The papers, what they have published so far, and the cues."""

    def __init__(self, url: str, now: Clock) -> None:
        self.url = url
        self.answers: Counter[tuple[str, int]] = Counter()  # how often a path was answered with a status
        self._now = now
        self._press = Press(url)
        self._papers = read_publishers()
        self._pieces = read_pieces(self._papers)
        self._addresses = {(piece.publisher.name, piece.path): slug for slug, piece in self._pieces.items()}
        self._shots = {shot.name: shot for piece in self._pieces.values() for shot in piece.pictures}
        self._drawn: dict[str, bytes] = {}
        self._drawing = asyncio.Lock()
        self._broken: dict[str, Breakage] = {}
        start = now().replace(microsecond=0)
        self._touched = dict.fromkeys(self._papers, start)
        self.out: dict[str, Published] = {
            slug: Published(piece=piece, published=start - piece.age, modified=start - piece.age)
            for slug, piece in self._pieces.items()
            if piece.age is not None
        }

    # ── what the demo asks and cues ──────────────────────────────────────────────────────────────────────────────

    @property
    def sources(self) -> tuple[SiteSource, ...]:
        return tuple(self._source(paper) for paper in self._papers.values())

    @property
    def waiting(self) -> tuple[str, ...]:
        """Slugs of the script that are not out yet, in order."""
        script = [piece for piece in self._pieces.values() if piece.order is not None and piece.slug not in self.out]
        return tuple(piece.slug for piece in sorted(script, key=lambda piece: piece.order or 0))

    def address(self, slug: str) -> str:
        """Where the article is, or will be.  Raises KeyError for a slug that no paper has."""
        return self._press.link(self._pieces[slug])

    def publish_next(self) -> str | None:
        """Bring the script's next article out; None when all are."""
        waiting = self.waiting
        return self.publish(waiting[0]) if waiting else None

    def publish(self, slug: str) -> str:
        """Bring this article out now, at the head of its paper's source; nothing happens when it is out already."""
        piece = self._pieces[slug]
        if slug not in self.out:
            moment = self._touch(piece.publisher)
            self.out[slug] = Published(piece=piece, published=moment, modified=moment)
        return slug

    def breaking(self) -> str | None:
        """Bring the next breaking article out; None when there is none left."""
        for slug, piece in self._pieces.items():
            if piece.breaking and slug not in self.out:
                return self.publish(slug)
        return None

    def correct(self, slug: str | None = None) -> str | None:
        """Let a paper correct an article that is out: this one, or the first that can be; its slug, or None."""
        for name, article in self.out.items():
            if slug in (None, name) and article.piece.correction and article.note is None:
                self.out[name] = article.corrected(self._touch(article.paper))
                return name
        return None

    def break_feed(self, name: str, how: Breakage = Breakage.DOWN) -> None:
        """Break a paper's source until `heal_feed`.  Its articles stay."""
        self._broken[self._papers[name].name] = how

    def heal_feed(self, name: str) -> None:
        self._broken.pop(self._papers[name].name, None)

    def _touch(self, paper: Publisher) -> datetime:
        moment = self._now().replace(microsecond=0)
        self._touched[paper.name] = moment
        return moment

    def _source(self, paper: Publisher) -> SiteSource:
        kind = {"page": "page", "news-sitemap": "sitemap"}.get(paper.format, "feed")
        return SiteSource(
            name=paper.name,
            kind=kind,
            format=paper.format,
            address=self._press.source(paper),
            language=paper.language,
            title=paper.title,
            homepage=self._press.home(paper),
        )

    # ── what visitors get ────────────────────────────────────────────────────────────────────────────────────────

    async def kiosk(self, request: web.Request) -> web.StreamResponse:
        return _page(request, self._press.kiosk(list(self._papers.values())))

    async def front_or_article(self, request: web.Request) -> web.StreamResponse:
        """Everything below a paper: its front page, icon, source and articles."""
        paper = self._papers.get(request.match_info["paper"])
        if paper is None:
            raise web.HTTPNotFound(text="No such paper.")
        path = quote(request.match_info["path"])
        if path == paper.address:
            return self._answer_source(request, paper)
        if path == "":
            return _page(request, self._press.front(paper, self._of(paper)))
        if path == "icon.svg":
            return web.Response(text=_icon(paper), content_type="image/svg+xml")
        article = self.out.get(self._addresses.get((paper.name, path), ""))
        if article is None:
            raise web.HTTPNotFound(text="This article is not here.")
        return _page(request, self._press.article(article, self.out), changed=article.modified)

    async def short(self, request: web.Request) -> web.StreamResponse:
        for article in self.out.values():
            if shortcode(article.piece) == request.match_info["code"]:
                raise web.HTTPMovedPermanently(self._press.link(article.piece))
        raise web.HTTPNotFound(text="This short address leads nowhere.")

    async def picture(self, request: web.Request) -> web.StreamResponse:
        shot = self._shots.get(request.match_info["name"])
        if shot is None:
            raise web.HTTPNotFound(text="No such picture.")
        async with self._drawing:
            if shot.name not in self._drawn:
                self._drawn[shot.name] = await asyncio.to_thread(pictures.draw, shot.name, shot.scene)
        headers = {"Cache-Control": "public, max-age=86400"}
        return web.Response(body=self._drawn[shot.name], content_type="image/png", headers=headers)

    def _of(self, paper: Publisher) -> list[Published]:
        return newest(article for article in self.out.values() if article.paper == paper)

    def _answer_source(self, request: web.Request, paper: Publisher) -> web.StreamResponse:
        how = self._broken.get(paper.name)
        if how is Breakage.DOWN:
            raise web.HTTPServiceUnavailable(text="The printing press is being oiled.")
        if how is Breakage.GONE:
            raise web.HTTPGone(text="This source has been closed.")
        if how is Breakage.HTML:
            return _page(request, "<!DOCTYPE html><title>Back soon</title><h1>We are repairing something.</h1>")
        text = self._press.feed(paper, self._of(paper))
        if how is Breakage.CUT:
            text = text[: len(text) // 2]
        return _page(request, text, kind=CONTENT_TYPES[paper.format], changed=self._touched[paper.name])


def _page(
    request: web.Request, text: str, *, kind: str = "text/html; charset=utf-8", changed: datetime | None = None
) -> web.Response:
    """The text with an ETag, or 304 when the visitor has it (RFC 9110 section 13.2.2: If-None-Match goes first)."""
    body = text.encode()
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if changed is not None:
        headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    if _is_known(request, tag, changed):
        return web.Response(status=304, headers=headers)
    response = web.Response(body=body, headers=headers | {"Content-Type": kind})
    response.enable_compression()
    return response


def _is_known(request: web.Request, tag: str, changed: datetime | None) -> bool:
    if (given := request.headers.get("If-None-Match")) is not None:
        return given.strip() == "*" or tag.removeprefix("W/") in {
            part.strip().removeprefix("W/") for part in given.split(",")
        }
    since = request.headers.get("If-Modified-Since")
    if since is None or changed is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False  # an unreadable date is ignored (RFC 9110 section 13.1.3)


def _icon(paper: Publisher) -> str:
    initial = paper.title.removeprefix("Le ").removeprefix("El ")[0]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="7" fill="{paper.color}"/>'
        '<text x="16" y="23" font-size="20" text-anchor="middle" fill="#fff" font-family="serif">'
        f"{initial}</text></svg>"
    )


def _application(site: Site) -> web.Application:
    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            site.answers[request.path, refusal.status] += 1
            raise
        site.answers[request.path, response.status] += 1
        return response

    app = web.Application(middlewares=[count])
    app.add_routes(
        [
            web.get("/", site.kiosk),
            web.get("/site.css", _style),
            web.get("/robots.txt", _robots),
            web.get("/favicon.ico", _no_icon),
            web.get("/s/{code}", site.short),
            web.get("/pictures/{name}.png", site.picture),
            web.static("/video", FOLDER / "video"),
            web.get("/{paper}/{path:.*}", site.front_or_article),
        ]
    )
    return app


async def _style(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(FOLDER / "site.css")


async def _robots(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="User-agent: *\nAllow: /\n")


async def _no_icon(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


@asynccontextmanager
async def running_site(*, port: int = 0, host: str = "127.0.0.1", now: Clock = _utc_now) -> AsyncIterator[Site]:
    """The site while the block runs, on loopback; port 0 takes a free one.  Raises OSError when the port is taken."""
    listener = socket.create_server((host, port))
    site = Site(f"http://{host}:{listener.getsockname()[1]}", now)
    runner = web.AppRunner(_application(site), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield site
    finally:
        await runner.cleanup()
