"""Fitting: which form a post takes (text, photo, album, video), and how it is made to fit Telegram's limits.

The summary gives way, sentence by sentence; the links never do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Article, Image, Media, Video
from bot.posts import characters, links, markup, styled

MAX_PHOTOS = 4
MAX_BY_ADDRESS = 20 * 1024**2
"""Bytes that Telegram fetches by itself (photos: 5 MB); Bot API "sending files"."""
MAX_UPLOAD = 50 * 1024**2
MAX_SIDES = 10_000
MAX_RATIO = 20
MIN_SIDE = 50
TITLE_STEPS = (1024, 300, 120)
KNOWN_STEPS = (14, 10, 7, 5, 3, 2)


class Form(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    ALBUM = "album"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The form and what it shows.  `player`: the page whose preview plays a video."""

    form: Form
    photos: tuple[Image, ...] = ()
    video: Video | None = None
    player: str | None = None

    @property
    def limit(self) -> int:
        return markup.TEXT_LIMIT if self.form is Form.TEXT else markup.CAPTION_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of an article one attempt shows."""

    sentences: tuple[str, ...]
    title_units: int = TITLE_STEPS[0]
    bare: bool = False  # without note, other sources and what is known so far
    known: int | None = None  # of what is known so far, the newest; None = all


def choose(article: Article, media: Media, *, max_photos: int = MAX_PHOTOS) -> Shape:
    """`link`: the publisher's preview card.  `copy`: our own upload of the pictures or the video."""
    player = _player(article)
    if media is Media.LINK:
        pictured = article.image is not None or links.acceptable(article.canonical_url or article.url or "") is not None
        return Shape(form=Form.TEXT, player=None if pictured else player)
    video = next((video for video in article.videos if is_playable(video)), None)
    if video is not None:
        return Shape(form=Form.VIDEO, video=video, player=player)
    if player is not None:
        return Shape(form=Form.TEXT, player=player)
    photos = usable_photos(article)
    if len(photos) >= 2:
        return Shape(form=Form.ALBUM, photos=photos[: max(2, min(max_photos, 10))])
    if photos:
        return Shape(form=Form.PHOTO, photos=photos)
    return Shape(form=Form.TEXT)


def usable_photos(article: Article) -> tuple[Image, ...]:
    """The gallery in the publisher's order, or the lead picture; what Telegram is known to refuse is left out."""
    found = {image.url: image for image in article.images if is_usable(image)}
    lead = article.image
    if not found and lead is not None and is_usable(lead):
        return (lead,)
    return tuple(found.values())


def is_usable(image: Image) -> bool:
    if links.acceptable(image.url) is None:
        return False
    if not image.width or not image.height:
        return True
    low, high = sorted((image.width, image.height))
    return low >= MIN_SIDE and low + high <= MAX_SIDES and high <= MAX_RATIO * low


def is_playable(video: Video) -> bool:
    """A file that Telegram plays: MPEG-4, small enough for a bot."""
    if not video.url or links.acceptable(video.url) is None or (video.size or 0) > MAX_UPLOAD:
        return False
    path = video.url.split("?")[0].lower()
    return (video.mime or "").lower() == "video/mp4" if video.mime else path.endswith((".mp4", ".m4v"))


def fit(
    render: Callable[[Share], styled.Styled], sentences: Sequence[str], limit: int, *, known: int = 0
) -> markup.Markup:
    """The longest message that fits: all sentences, fewer, one cut at a word, none; then a shorter headline.  On a
    breaking post the oldest of what is `known` (lines) go before its last sentence does.

    `render` makes the message of a share of the article; it may raise TemplateError."""
    for share in _shares(tuple(sentences), limit, known):
        made = markup.measure(render(share))
        if made.fits(limit):
            return made
    return markup.measure(styled.tidy(styled.cut(render(share), limit)))


def _shares(sentences: tuple[str, ...], limit: int, known: int) -> list[Share]:
    shares = [Share(sentences=sentences[:count]) for count in range(len(sentences), 0, -1)]
    shares.extend(Share(sentences=sentences[:1], known=count) for count in KNOWN_STEPS if count < known)
    if sentences and characters.length(sentences[0]) > limit // 4:
        shares.append(Share(sentences=(characters.shorten(sentences[0], limit // 4),)))
    shares.append(Share(sentences=()))
    shares.extend(Share(sentences=(), known=count) for count in KNOWN_STEPS if count < known)
    shares.extend(Share(sentences=(), title_units=units, bare=True) for units in TITLE_STEPS)
    return shares


def _player(article: Article) -> str | None:
    for video in article.videos:
        if video.player and (address := links.acceptable(video.player)):
            return address
    return None
