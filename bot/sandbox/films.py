"""How long a film or sound lasts and how large its picture is, read from the file as Telegram's servers do.

Only headers are looked at: ISO base media boxes (ISO/IEC 14496-12, 8.2.2 mvhd and 8.3.2 tkhd), the last page of an Ogg
stream (RFC 3533, section 6; Opus runs at 48 kHz, RFC 7845), and the first frame of an MP3 (constant rate assumed).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_CONTAINERS = (b"moov", b"trak")
_BITRATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)  # kbit/s of MPEG 1 layer III


@dataclass(slots=True)
class Film:
    duration: int = 0  # seconds, rounded
    width: int = 0
    height: int = 0


def read_film(data: bytes) -> Film:
    """What the header says; zeros where it says nothing."""
    if data[4:8] == b"ftyp":
        film = Film()
        _boxes(data, 0, len(data), film)
        return film
    if data.startswith(b"OggS"):
        return Film(_ogg(data))
    return Film(_mp3(data))


def _boxes(data: bytes, at: int, end: int, film: Film) -> None:
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if size == 1 and at + 16 <= end:
            size = struct.unpack(">Q", data[at + 8 : at + 16])[0]
        if size < 8:
            return
        body = at + 8
        if kind in _CONTAINERS:
            _boxes(data, body, min(at + size, end), film)
        elif kind == b"mvhd":
            _movie(data[body : at + size], film)
        elif kind == b"tkhd" and not film.width:
            wide = data[body : body + 1] == b"\x01"
            place = body + (88 if wide else 76)
            if place + 8 <= len(data):
                width, height = struct.unpack(">II", data[place : place + 8])
                film.width, film.height = width >> 16, height >> 16
        at += size


def _movie(body: bytes, film: Film) -> None:
    wide = body[:1] == b"\x01"
    form, start = (">IQ", 20) if wide else (">II", 12)
    if len(body) >= start + struct.calcsize(form):
        scale, length = struct.unpack_from(form, body, start)
        film.duration = round(length / scale) if scale else 0


def _ogg(data: bytes) -> int:
    last = data.rfind(b"OggS")
    if last + 14 > len(data):
        return 0
    granule = int(struct.unpack("<q", data[last + 6 : last + 14])[0])
    rate = 48_000
    vorbis = data.find(b"\x01vorbis")
    if vorbis >= 0 and vorbis + 16 <= len(data):
        rate = struct.unpack("<I", data[vorbis + 12 : vorbis + 16])[0] or rate
    return max(0, round(granule / rate))


def _mp3(data: bytes) -> int:
    frame = re.search(rb"\xff[\xfa\xfb]", data[: 1 << 20])
    if frame is None or frame.start() + 3 > len(data):
        return 0
    rate = _BITRATES[data[frame.start() + 2] >> 4]
    return round((len(data) - frame.start()) * 8 / (rate * 1000)) if rate else 0
