"""Length and size of films and sounds, from the file itself."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from bot.sandbox.films import Film, read_film
from tests.sandbox.conftest import CHANNEL
from tests.sandbox.pictures import png


def box(kind: bytes, body: bytes, *, long: bool = False) -> bytes:
    if long:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(width: int = 640, height: int = 360, seconds: int = 7, *, wide: bool = False) -> bytes:
    if wide:
        mvhd = b"\x01\0\0\0" + bytes(16) + struct.pack(">IQ", 600, 600 * seconds)
        tkhd = b"\x01\0\0\0" + bytes(84) + struct.pack(">II", width << 16, height << 16)
    else:
        mvhd = bytes(12) + struct.pack(">II", 600, 600 * seconds)
        tkhd = bytes(76) + struct.pack(">II", width << 16, height << 16)
    moov = box(b"moov", box(b"mvhd", mvhd + bytes(80)) + box(b"trak", box(b"tkhd", tkhd)))
    return box(b"ftyp", b"mp42\0\0\0\0") + box(b"mdat", bytes(50), long=wide) + moov


def ogg(seconds: int, *, vorbis: bool = False) -> bytes:
    head = b"\x01vorbis" + bytes(5) + struct.pack("<I", 8000) if vorbis else b"OpusHead"
    last = b"OggS\0\x04" + struct.pack("<q", seconds * (8000 if vorbis else 48_000)) + bytes(20)
    return b"OggS\0\x02" + bytes(22) + head + last


@pytest.mark.parametrize(
    ("data", "film"),
    [
        (mp4(), Film(7, 640, 360)),
        (mp4(1920, 1080, 3, wide=True), Film(3, 1920, 1080)),
        (b"\0\0\0\x18ftypmp42" + bytes(12), Film()),
        (b"\0\0\0\x18ftypmp42" + bytes(8) + b"\0\0\0\x03moov", Film()),
        (box(b"ftyp", b"mp42") + box(b"moov", box(b"mvhd", b"\0")), Film()),
        (ogg(5), Film(5)),
        (ogg(5, vorbis=True), Film(5)),
        (b"OggS\0", Film()),
        (b"ID3\x03" + bytes(20) + b"\xff\xfb\x90\x64" + bytes(16_000 * 4), Film(4)),
        (b"ID3\x03" + bytes(20) + b"\xff\xfb", Film()),
        (b"nothing", Film()),
    ],
)
def test_a_header_tells_length_and_size(data: bytes, film: Film) -> None:
    assert read_film(data) == film


async def test_a_films_own_size_wins_and_comes_again_with_its_id(bot: Any) -> None:
    params = {"chat_id": str(CHANNEL), "duration": "99", "width": "1", "start_timestamp": "2"}
    files = {"video": mp4(), "thumbnail": png(90, 50), "cover": png(640, 360)}
    video = (await bot.upload("sendVideo", files, **params))["result"]["video"]
    assert (video["duration"], video["width"], video["height"], video["start_timestamp"]) == (7, 640, 360, 2)
    assert video["cover"][-1]["width"] == 640 and video["thumbnail"]["width"] == 90
    again = (await bot.ok("sendVideo", chat_id=CHANNEL, video=video["file_id"]))["video"]
    assert (again["duration"], again["thumbnail"]["width"]) == (7, 90)
    cover = video["cover"][-1]["file_id"]
    media = {"type": "video", "media": video["file_id"], "cover": cover, "start_timestamp": 3}
    item = {"type": "photo", "media": cover}
    group = await bot.ok("sendMediaGroup", chat_id=CHANNEL, media=[media, item])
    assert group[0]["video"]["start_timestamp"] == 3 and group[0]["video"]["cover"][-1]["width"] == 640
    voice = (await bot.upload("sendVoice", {"voice": ogg(4)}, chat_id="5011"))["result"]["voice"]
    assert voice["duration"] == 4
    note = (await bot.upload("sendVideoNote", {"video_note": mp4(240, 240)}, chat_id="5011"))["result"]["video_note"]
    assert (note["length"], note["duration"]) == (240, 7)


async def test_pictures_sent_as_files_get_a_thumbnail(bot: Any) -> None:
    sent = (await bot.upload("sendDocument", {"document": png(640, 320)}, chat_id=str(CHANNEL)))["result"]
    small = sent["document"]["thumbnail"]
    assert (small["width"], small["height"]) == (320, 160)
    assert len(sent["document"]["file_unique_id"]) == 15 and len(small["file_unique_id"]) == 16
