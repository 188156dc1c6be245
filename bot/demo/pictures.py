"""Small landscapes drawn in pure Python, so that every article of the demo has a picture and none is stored.

A picture is drawn column by column as indexes into a palette, then turned by slicing; the same name always gives the
same picture.  1200 x 675 pixels take a few tens of milliseconds and fewer than 60 kB.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from math import pi, sin, sqrt

WIDTH, HEIGHT = 1200, 675

Color = tuple[int, int, int]

SKY = 64  # palette entries of the sky's gradient; the lower half of the palette is free for what stands before it
DITHER = (0.0, 0.5, 0.125, 0.625)

# sky above, sky at the horizon, light (sun or moon), nearest land
MOODS: dict[str, tuple[tuple[Color, Color, Color, Color], ...]] = {
    "day": (
        ((94, 156, 206), (240, 236, 214), (255, 250, 226), (44, 82, 74)),
        ((120, 172, 196), (250, 226, 196), (255, 244, 214), (66, 84, 58)),
        ((108, 130, 190), (252, 206, 178), (255, 238, 206), (74, 62, 88)),
        ((70, 140, 170), (226, 240, 228), (255, 255, 240), (30, 78, 92)),
        ((196, 122, 108), (255, 222, 164), (255, 246, 208), (82, 54, 66)),
    ),
    "night": (
        ((14, 22, 48), (70, 84, 128), (246, 240, 214), (10, 14, 28)),
        ((22, 18, 46), (112, 76, 116), (252, 236, 206), (16, 12, 30)),
        ((10, 30, 44), (52, 104, 118), (240, 246, 230), (6, 18, 26)),
    ),
}


def draw(name: str, scene: str) -> bytes:
    """A PNG for this name: `scene` is sea, hills, city or night."""
    chance = random.Random(f"{scene}:{name}")
    mood = chance.choice(MOODS["night" if scene == "night" else "day"])
    canvas = Canvas(mood)
    _sky(canvas, chance, stars=scene == "night")
    if scene == "sea":
        _hills(canvas, chance, layers=1, top=0.50, depth=0.12)
        _water(canvas, chance)
        _boats(canvas, chance)
    elif scene == "hills":
        _hills(canvas, chance, layers=4, top=0.42, depth=0.46)
    else:
        _hills(canvas, chance, layers=1, top=0.55, depth=0.1)
        _houses(canvas, chance, lights=scene == "night")
    return canvas.png()


class Canvas:
    """Columns of palette indexes; 0 to SKY-1 is the sky from top to horizon."""

    def __init__(self, mood: tuple[Color, Color, Color, Color]) -> None:
        self.top, self.horizon, self.light, self.land = mood
        self.palette: list[Color] = [_mix(self.top, self.horizon, i / (SKY - 1)) for i in range(SKY)]
        self.columns: list[bytearray] = []

    def ink(self, color: Color) -> int:
        """The palette index of a colour, added when new."""
        if color in self.palette[SKY:]:
            return self.palette.index(color, SKY)
        self.palette.append(color)
        return len(self.palette) - 1

    def span(self, x: int, top: float, bottom: float, color: int) -> None:
        if 0 <= x < WIDTH:
            first, last = max(0, round(top)), min(HEIGHT, round(bottom))
            if first < last:
                self.columns[x][first:last] = bytes((color,)) * (last - first)

    def png(self) -> bytes:
        joined = b"".join(self.columns)
        rows = b"".join(b"\0" + joined[y::HEIGHT] for y in range(HEIGHT))
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        palette = bytes(part for color in self.palette for part in color)
        chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _mix(one: Color, other: Color, share: float) -> Color:
    a, b, c = (round(x + (y - x) * share) for x, y in zip(one, other, strict=True))
    return a, b, c


def _sky(canvas: Canvas, chance: random.Random, *, stars: bool) -> None:
    deep = HEIGHT * 0.72
    patterns = [
        bytes(min(SKY - 1, int(y / deep * (SKY - 1) + DITHER[(x + 2 * y) % 4])) for y in range(HEIGHT))
        for x in range(4)
    ]
    canvas.columns = [bytearray(patterns[x % 4]) for x in range(WIDTH)]
    if stars:
        for _ in range(110):
            x, y = chance.randrange(WIDTH), chance.randrange(int(HEIGHT * 0.5))
            size = chance.choice((1, 1, 2))
            star = canvas.ink(_mix(canvas.top, canvas.light, chance.choice((0.45, 0.7, 0.95))))
            for step in range(size):
                canvas.span(x + step, y, y + size, star)
    _disc(canvas, chance)


def _disc(canvas: Canvas, chance: random.Random) -> None:
    x, y, radius = chance.uniform(0.15, 0.85) * WIDTH, chance.uniform(0.16, 0.36) * HEIGHT, chance.uniform(34, 62)
    around = _mix(canvas.top, canvas.horizon, y / HEIGHT)
    for grow, share in ((1.9, 0.16), (1.45, 0.3), (1.0, 1.0)):
        ink = canvas.ink(_mix(around, canvas.light, share))
        for step in range(int(-radius * grow), int(radius * grow) + 1):
            half = sqrt(max(0.0, (radius * grow) ** 2 - step * step))
            canvas.span(int(x) + step, y - half, y + half, ink)


def _ridge(chance: random.Random, roughness: float) -> Callable[[float], float]:
    """A smooth line over x in 0 to 1 with values from about -1 to 1."""
    waves = [(n, chance.uniform(0, 2 * pi), roughness**i) for i, n in enumerate((0.7, 1.7, 3.1, 6.3, 11.9))]
    total = sum(weight for _, _, weight in waves)
    return lambda x: sum(weight * sin(2 * pi * n * x + shift) for n, shift, weight in waves) / total


def _hills(canvas: Canvas, chance: random.Random, *, layers: int, top: float, depth: float) -> None:
    for layer in range(layers):
        near = (layer + 1) / (layers + 0.6)
        color = _mix(_mix(canvas.horizon, canvas.top, 0.35), canvas.land, near * 0.9)
        ink = canvas.ink(color)
        edge = canvas.ink(_mix(color, canvas.horizon, 0.45))
        ridge = _ridge(chance, 0.62 - 0.1 * near)
        base = HEIGHT * (top + depth * layer / max(1, layers - 1) if layers > 1 else top + depth / 2)
        for x in range(WIDTH):
            height = base + ridge(x / WIDTH) * HEIGHT * 0.075
            canvas.span(x, height - 0.8, height + 1, edge)
            canvas.span(x, height + 1, HEIGHT, ink)


def _water(canvas: Canvas, chance: random.Random) -> None:
    shore = int(HEIGHT * 0.62)
    deep = _mix(canvas.top, canvas.land, 0.55)
    near = [canvas.ink(_mix(_mix(canvas.horizon, deep, 0.45), deep, step / 15)) for step in range(16)]
    for x in range(WIDTH):
        shift = DITHER[x % 4]
        body = bytes(near[min(15, int((y / (HEIGHT - shore)) ** 0.7 * 15 + shift))] for y in range(HEIGHT - shore))
        canvas.columns[x][shore:] = body
    glint = canvas.ink(_mix(canvas.horizon, canvas.light, 0.5))
    for _ in range(170):
        y = shore + 3 + int((HEIGHT - shore) * chance.random() ** 1.6)
        length = int(10 + (y - shore) * chance.uniform(0.2, 0.9))
        start = int(chance.gauss(WIDTH * 0.5, WIDTH * 0.3))
        for x in range(start, start + length):
            canvas.span(x, y, y + 1 + (y - shore) // 120, glint)


def _boats(canvas: Canvas, chance: random.Random) -> None:
    hull = canvas.ink(_mix(canvas.land, (20, 20, 30), 0.5))
    for _ in range(chance.choice((1, 2, 2, 3))):
        size = chance.uniform(28, 105)
        x, line = chance.uniform(0.12, 0.88) * WIDTH, HEIGHT * 0.625 + size * 0.9
        sail = canvas.ink(_mix(canvas.light, canvas.horizon, chance.uniform(0, 0.5)))
        shade = canvas.ink(_mix(canvas.light, canvas.land, 0.3))
        for step in range(int(size)):
            share = step / size
            canvas.span(int(x + step * 0.55), line - size * 1.9 * (1 - share), line - size * 0.16, sail)
            canvas.span(int(x - step * 0.45), line - size * 1.5 * (1 - share), line - size * 0.16, shade)
        for step in range(int(-size * 0.62), int(size * 0.66)):
            canvas.span(int(x + step), line - size * 0.1, line + size * 0.1 - abs(step) * 0.12, hull)


def _houses(canvas: Canvas, chance: random.Random, *, lights: bool) -> None:
    lamp = canvas.ink((255, 214, 138) if lights else _mix(canvas.horizon, canvas.light, 0.6))
    for layer, (share, foot) in enumerate(((0.45, 0.5), (0.72, 0.62), (0.95, 0.76))):
        wall = canvas.ink(_mix(_mix(canvas.horizon, canvas.top, 0.4), canvas.land, share))
        x = -chance.randrange(60)
        while x < WIDTH:
            width, top = chance.randrange(52, 132), HEIGHT * (foot - chance.uniform(0.02, 0.2))
            pointed = chance.random() < 0.45
            for step in range(width):
                roof = (width / 2 - abs(step - width / 2)) * 0.7 if pointed else 0
                canvas.span(x + step, top - roof, HEIGHT, wall)
            if layer:
                _windows(canvas, chance, x, width, top, lamp, often=0.42 if lights else 0.2)
            x += width + chance.choice((0, 0, 0, 6, 26))


def _windows(canvas: Canvas, chance: random.Random, x: int, width: int, top: float, lamp: int, *, often: float) -> None:
    for y in range(int(top) + 16, HEIGHT - 8, 30):
        for left in range(x + 10, x + width - 14, 22):
            if chance.random() < often:
                for step in range(9):
                    canvas.span(left + step, y, y + 13, lamp)
