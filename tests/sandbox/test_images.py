from __future__ import annotations

import pytest

from bot.sandbox.images import Image, is_video, read_image
from tests.sandbox.pictures import gif, jpeg, png, webp


@pytest.mark.parametrize(
    ("data", "image"),
    [
        (png(640, 480), Image("png", 640, 480)),
        (jpeg(1280, 720), Image("jpeg", 1280, 720)),
        (gif(3, 4), Image("gif", 3, 4)),
        (webp("VP8 ", 100, 50), Image("webp", 100, 50)),
        (webp("VP8L", 100, 50), Image("webp", 100, 50)),
        (webp("VP8X", 5000, 40), Image("webp", 5000, 40)),
        (webp("ODD?", 5, 5), None),
        (b"", None),
        (b"<html>", None),
        (png(0, 5), None),
        (jpeg(10, 10)[:12], None),
        (b"\xff\xd8\xff\xe0\x00\x02nonsense that goes on", None),
        (gif(1, 1)[:8], None),
    ],
)
def test_a_header_tells_kind_and_size(data: bytes, image: Image | None) -> None:
    assert read_image(data) == image


def test_a_film_is_known_by_its_first_box() -> None:
    assert is_video(b"\0\0\0\x18ftypmp42") and not is_video(b"GIF89a")
