"""Newspapers on loopback for `bench.watching`: N feeds of about 77 kB and 30 items, with ETag; `/phase/K` sets how many
editions each has had.  Prints its port, serves until it is killed.  Imports nothing of ours: it is its own process."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

WORDS = (
    "the council harbour tram library mayor budget night bus ferry school river bridge market station north south "
    "people said on Monday that it will open after years of work and letters from residents who had asked for more"
).split()
ITEMS = 30
STARTED = datetime.now(UTC)


def item(paper: int, number: int) -> str:
    say = random.Random(f"{paper}/{number}")

    def text(length: int) -> str:
        return " ".join(say.choice(WORDS) for _ in range(length))

    body = "".join(f"<p>{text(62)}</p>" for _ in range(6))
    moment = STARTED - timedelta(hours=2) * (ITEMS - number)
    return (
        f"<item><title>{text(8).capitalize()}</title><link>https://paper{paper}.example/2026/{number}</link>"
        f"<guid isPermaLink='false'>{paper}-{number}</guid><pubDate>{format_datetime(moment)}</pubDate>"
        f"<dc:creator>Lea Roy</dc:creator><category>city</category><description>{text(30)}</description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
    )


def feed(paper: int, editions: int) -> bytes:
    rows = "".join(item(paper, number) for number in range(ITEMS + editions - 1, editions - 1, -1))
    spaces = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    head = f"<title>Paper {paper}</title><link>https://paper{paper}.example/</link>"
    return f"<?xml version='1.0'?><rss version='2.0' {spaces}><channel>{head}{rows}</channel></rss>".encode()


class Papers:
    """Phase 0: the first edition of all; 1: one in twenty has a new item; 2: nothing has changed since."""

    def __init__(self, count: int) -> None:
        self.first = [feed(paper, 0) for paper in range(count)]
        self.second = {paper: feed(paper, 1) for paper in range(0, count, 20)}
        self.phase = 0

    async def serve(self, request: web.Request) -> web.Response:
        paper = int(request.match_info["paper"])
        news = self.phase > 0 and paper in self.second
        tag = f'"{paper}-{int(news)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        body = self.second[paper] if news else self.first[paper]
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": "application/rss+xml"})

    async def turn(self, request: web.Request) -> web.Response:
        self.phase = int(request.match_info["phase"])
        return web.Response(text="ok")


async def start(count: int) -> web.Application:
    papers = Papers(count)
    app = web.Application()
    app.router.add_get("/feed/{paper}", papers.serve)
    app.router.add_get("/phase/{phase}", papers.turn)
    return app


def main() -> None:
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    web.run_app(start(int(sys.argv[1])), sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    main()
