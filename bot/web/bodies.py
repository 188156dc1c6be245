"""Reading a body without swallowing a bomb: decompressed bytes are counted while they come, in small steps."""

from __future__ import annotations

import zlib

_STEP = 256 * 1024  # decompressed bytes at a time: what is over the limit never exists in memory
_LAYERS = 3  # a gzip file that a server packs once more, and one to spare


class TooLarge(Exception):
    """The body is over its limit."""


class Inflater:
    """Undoes one layer of `gzip` or `deflate`, chunk by chunk.  A cut stream gives what it held."""

    def __init__(self, limit: int, *, encoding: str = "gzip") -> None:
        self._limit = limit
        self._raw_deflate = encoding == "deflate"
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._total = 0
        self._started = False
        self._broken = False

    def feed(self, data: bytes) -> list[bytes]:
        """The decompressed pieces that `data` gives.  Raises TooLarge, or zlib.error for what was never compressed."""
        pieces: list[bytes] = []
        while data and not self._broken:
            try:
                piece = self._engine.decompress(data, _STEP)
            except zlib.error:
                if self._started:  # rubbish after or inside the stream: keep what was good
                    self._broken = True
                    break
                if not self._raw_deflate:
                    raise
                self._raw_deflate = False
                self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
                continue
            self._started = self._started or bool(piece)
            self._total += len(piece)
            if self._total > self._limit:
                raise TooLarge
            if piece:
                pieces.append(piece)
            data = self._engine.unconsumed_tail
            if self._engine.eof:
                data = self._engine.unused_data
                self._engine = zlib.decompressobj(zlib.MAX_WBITS | 32)
        return pieces


def gunzip(data: bytes, limit: int) -> bytes:
    """A gzip file's content, through several layers; anything else as it is.  Raises TooLarge."""
    for _ in range(_LAYERS):
        if data[:2] != b"\x1f\x8b":
            break
        inflater = Inflater(limit)
        try:
            data = b"".join(inflater.feed(data))
        except zlib.error:
            break
    if len(data) > limit:
        raise TooLarge
    return data
