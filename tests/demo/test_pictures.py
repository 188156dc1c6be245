"""Drawn pictures: real PNG files, small, and the same every time."""

from __future__ import annotations

import struct
import zlib

import pytest

from bot.demo import pictures


@pytest.mark.parametrize("scene", ["sea", "hills", "city", "night"])
@pytest.mark.parametrize("name", ["night-bus", "tall-ships-3", "दीया"])
def test_a_picture_is_a_small_png_of_the_promised_size(name: str, scene: str) -> None:
    body = pictures.draw(name, scene)
    assert body.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", body[16:24]) == (1200, 675)
    assert len(body) < 60_000
    start = body.index(b"IDAT")
    length = struct.unpack(">I", body[start - 4 : start])[0]
    rows = zlib.decompress(body[start + 4 : start + 4 + length])
    assert len(rows) == 675 * 1201
    assert len(set(rows)) > 30


def test_a_name_decides_the_picture() -> None:
    assert pictures.draw("rain", "hills") == pictures.draw("rain", "hills")
    assert pictures.draw("rain", "hills") != pictures.draw("snow", "hills")
