"""What the demo's newspapers have to say: the articles and papers in `site/`, read from their files.

An article is a Markdown-like file with TOML in front: fields between two `+++` lines, then paragraphs split by blank
lines.  A paragraph `also: slug` points at another article; nothing else is marked up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

FOLDER = Path(__file__).parent / "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One newspaper: its words, its colour and the format of its source."""

    name: str  # letters and dashes; also the first part of its addresses
    title: str
    tagline: str
    language: str
    zone: tzinfo
    format: str  # rss, atom, json, rdf, news-sitemap, page
    address: str  # of the source, below the publisher's own address
    marks: str  # how pages describe themselves: json-ld, graph, microdata, meta
    color: str
    words: Mapping[str, str]  # also, by, share, caption, updated, more, tags

    @property
    def direction(self) -> str:
        return "rtl" if self.language in {"ar", "ur"} else "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    name: str  # of the file, without its ending; also the seed it is drawn from
    scene: str  # sea, hills, city, night
    caption: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    file: str
    title: str
    caption: str
    duration: int  # seconds
    size: int  # bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    note: str
    replace: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article as its author left it, before it has a time."""

    slug: str
    publisher: Publisher
    title: str
    standfirst: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]  # ("text", paragraph) or ("also", slug)
    path: str  # below the publisher's address, percent-encoded
    age: timedelta | None  # published this long before the demo starts; None = published on cue
    order: int | None  # place in the script
    breaking: bool
    story: str | None  # articles of one story are translations of each other
    pictures: tuple[Picture, ...]  # the lead picture first
    film: Film | None
    correction: Correction | None

    @property
    def words(self) -> int:
        return sum(len(text.split()) for kind, text in self.blocks if kind == "text")


def read_publishers(folder: Path = FOLDER) -> dict[str, Publisher]:
    rows = tomllib.loads((folder / "publishers.toml").read_text("utf-8"))
    return {name: _publisher(name, row) for name, row in rows.items()}


def read_pieces(publishers: Mapping[str, Publisher], folder: Path = FOLDER) -> dict[str, Piece]:
    """Every article by its slug; slugs are unique over all papers.  Raises ValueError naming the file at fault."""
    pieces: dict[str, Piece] = {}
    for file in sorted((folder / "articles").glob("*/*.md")):
        if file.stem in pieces:
            raise ValueError(f"{file}: there is another article named {file.stem}")
        try:
            pieces[file.stem] = _piece(file, publishers[file.parent.name], folder)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{file}: {error!r}") from error
    return pieces


def _publisher(name: str, row: dict[str, Any]) -> Publisher:
    own = {key: row.pop(key) for key in ("title", "tagline", "language", "format", "address", "marks", "color")}
    hours, minutes = row.pop("zone").split(":")
    zone = timezone(timedelta(hours=int(hours), minutes=int(minutes)))
    return Publisher(name=name, zone=zone, words=row, **own)


def _piece(file: Path, publisher: Publisher, folder: Path) -> Piece:
    _, front, body = file.read_text("utf-8").split("+++\n", 2)
    row = tomllib.loads(front)
    return Piece(
        slug=file.stem,
        publisher=publisher,
        title=row["title"],
        standfirst=row["standfirst"],
        authors=tuple(row["authors"]),
        tags=tuple(row["tags"]),
        blocks=tuple(_block(part) for part in body.strip().split("\n\n")),
        path=quote(row.get("path", file.stem)),
        age=timedelta(hours=row["hours"]) if "hours" in row else None,
        order=row.get("order"),
        breaking=row.get("breaking", False),
        story=row.get("story"),
        pictures=_pictures(file.stem, row, publisher),
        film=_film(row["video"], folder) if "video" in row else None,
        correction=_correction(row.get("correction")),
    )


def _block(text: str) -> tuple[str, str]:
    if text.startswith("also: "):
        return "also", text.removeprefix("also: ").strip()
    return "text", " ".join(text.split())


def _pictures(slug: str, row: dict[str, Any], publisher: Publisher) -> tuple[Picture, ...]:
    if not row.get("picture", True):
        return ()
    if "gallery" in row:
        return tuple(
            Picture(name=f"{slug}-{place}", scene=item["scene"], caption=item["caption"], alt=item["alt"])
            for place, item in enumerate(row["gallery"], start=1)
        )
    return (Picture(name=slug, scene=row["scene"], caption=publisher.words["caption"], alt=row["title"]),)


def _film(row: dict[str, Any], folder: Path) -> Film:
    return Film(
        file=row["file"],
        title=row["title"],
        caption=row["caption"],
        duration=row["duration"],
        size=(folder / "video" / row["file"]).stat().st_size,
        width=row["width"],
        height=row["height"],
    )


def _correction(row: dict[str, Any] | None) -> Correction | None:
    if row is None:
        return None
    return Correction(note=row["note"], replace=tuple((old, new) for old, new in row["replace"]))
