"""A small TCP proxy that breaks connections on purpose, between the bot and the sandbox."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from contextlib import suppress
from socket import SO_LINGER, SOL_SOCKET
from types import TracebackType
from typing import Self

WATCHED = b"/sendMessage"


class Proxy:
    """Passes bytes on; each watched request meets the next of `plan`:

    pass         nothing is wrong
    reset        RST before the request goes on
    lost         the request goes on, RST instead of its answer
    half         half of the answer, then the end
    black hole   nothing comes back, and the connection stays
    slow         the answer comes a few bytes at a time
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._tasks: set[asyncio.Task[None]] = set()
        self.plan: deque[str] = deque()
        self.met: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server, out = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while request := await _message(reader):
                way = "pass"
                if WATCHED in request.split(b"\r\n", 1)[0]:
                    way = self.plan.popleft() if self.plan else "pass"
                    self.met.append(way)
                if way == "reset":
                    return _reset(writer)
                out.write(request)
                answer = await _message(server)
                if way == "lost":
                    return _reset(writer)
                if way == "black hole":
                    await asyncio.sleep(60)
                if way == "half":
                    writer.write(answer[: len(answer) // 2])
                    await writer.drain()
                    return None
                await _write(writer, answer, slowly=way == "slow")
        finally:
            out.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message with a Content-Length, whole; b"" at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)


async def _write(writer: asyncio.StreamWriter, answer: bytes, *, slowly: bool) -> None:
    step = max(1, len(answer) // 10) if slowly else len(answer)
    for start in range(0, len(answer), step):
        writer.write(answer[start : start + step])
        await writer.drain()
        if slowly:
            await asyncio.sleep(0.03)


def _reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
