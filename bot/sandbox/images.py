"""Picture headers: what kind of image some bytes are, and how large.

Read by hand from the formats' own documents: PNG (W3C, 11.2.2 IHDR), JPEG (ITU T.81, B.2.2), GIF89a (section 18),
WebP (RFC 9649, section 2).  Only the header is looked at, and the end where a cut file shows.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Image:
    kind: str  # png, jpeg, gif, webp
    width: int
    height: int

    @property
    def mime(self) -> str:
        return f"image/{self.kind}"


def read_image(data: bytes) -> Image | None:
    """The image that these bytes are, or None."""
    for reader in (_png, _jpeg, _gif, _webp):
        image = reader(data)
        if image is not None and image.width > 0 and image.height > 0:
            return image
    return None


def _png(data: bytes) -> Image | None:
    if len(data) < 33 or not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return Image("png", width, height)


def _gif(data: bytes) -> Image | None:
    if len(data) < 13 or data[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return Image("gif", width, height)


def _jpeg(data: bytes) -> Image | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Image("jpeg", width, height)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def _webp(data: bytes) -> Image | None:
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return Image("webp", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Image("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Image("webp", width, height)
    return None


def is_video(data: bytes) -> bool:
    """An ISO base media file (MP4, MOV) or WebM, by its first box or mark."""
    return data[4:8] == b"ftyp" or data[:4] == b"\x1aE\xdf\xa3"
