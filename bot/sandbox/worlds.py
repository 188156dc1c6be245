"""The worlds that one server holds, by name; the first one's name is empty."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.sandbox.fetching import HostFetcher
from bot.sandbox.world import World


class Worlds:
    """`on_add` hears of each world before it is served."""

    def __init__(self, first: World, on_add: Callable[[World], None]) -> None:
        self.first = first
        self._on_add = on_add
        self._by_name: dict[str, World] = {}
        self._fetchers: list[HostFetcher] = []
        self.add("", first)

    def add(self, name: str, world: World) -> None:
        """Serve a world under a name, with the fetcher that its plan allows unless it brought its own."""
        if world.fetch is None:
            fetcher = HostFetcher(world.plan.fetch)
            self._fetchers.append(fetcher)
            world.fetch = fetcher
        self._on_add(world)
        self._by_name[name] = world

    def drop(self, name: str) -> None:
        if name:
            self._by_name.pop(name, None)

    def names(self) -> list[str]:
        return sorted(self._by_name)

    def all(self) -> list[World]:
        return list(self._by_name.values())

    def of(self, request: web.Request) -> World | None:
        """The world that a request's path names."""
        return self._by_name.get(request.match_info.get("world", ""))

    async def close(self) -> None:
        for fetcher in self._fetchers:
            await fetcher.close()
