"""Media by URL: the sandbox fetches only from hosts that its operator allows, never from the real network."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.sandbox.refusal import bad_request

if TYPE_CHECKING:
    import aiohttp

    from bot.sandbox.world import World

MAX_FETCH = 20 << 20  # files by URL
MAX_PHOTO_FETCH = 5 << 20
REMEMBER = 86_400.0  # Telegram keeps the outcome of a URL for days, a failure too
MAX_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at an address.  `status` 0 means that nobody answered."""

    status: int
    mime: str = ""
    data: bytes = b""


Fetch = Callable[[str], Awaitable[Fetched]]


class HostFetcher:
    """Fetches from a few named hosts and from nowhere else."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._hosts = frozenset(hosts)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, url: str) -> Fetched:
        import aiohttp

        if (urlsplit(url).hostname or "") not in self._hosts:
            return Fetched(0)
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(sock_connect=5, sock_read=10), trust_env=False
            )
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                data = await answer.content.read(MAX_FETCH + 1)
                while len(data) <= MAX_FETCH and not answer.content.at_eof():
                    data += await answer.content.read(MAX_FETCH + 1)
                return Fetched(answer.status, answer.content_type, data)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return Fetched(0)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


async def fetch_media(world: World, url: str, *, photo: bool) -> Fetched:
    """The file at a URL.  Raises 400 in the words of Telegram's servers; outcomes are remembered for a day."""
    now = world.clock.now()
    known = world.fetched.get(url)
    if known is not None and known[0] > now:
        found = known[1]
    else:
        found = await world.fetch(url) if world.fetch is not None else Fetched(0)
        if len(world.fetched) >= MAX_REMEMBERED:
            world.fetched.pop(next(iter(world.fetched)))
        world.fetched[url] = (now + REMEMBER, found)
    if found.status != 200 or len(found.data) > (MAX_PHOTO_FETCH if photo else MAX_FETCH):
        raise bad_request("WEBPAGE_CURL_FAILED")
    if not found.data or found.mime.startswith("text/html"):
        raise bad_request("WEBPAGE_MEDIA_EMPTY")
    return found
