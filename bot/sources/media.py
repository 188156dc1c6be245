"""Files that an item carries: enclosures, Media RSS with its groups, and podcast pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.model import Enclosure
from bot.sources.draft import EntryDraft
from bot.sources.words import absolute, plain
from bot.sources.xmltree import name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MEDIUMS = frozenset({"image", "audio", "video", "document", "executable"})
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


def read_enclosure(draft: EntryDraft, element: _Element) -> None:
    """`<enclosure url length type>` of RSS; Atom's `<link rel="enclosure" href length type title>`."""
    attributes = element.attrib
    url = absolute(draft.base, attributes.get("url") or attributes.get("href") or attributes.get("resource"))
    if url:
        mime = _mime(attributes.get("type"))
        draft.enclose(
            Enclosure(url=url, mime=mime, length=number(attributes.get("length")), medium=_medium(None, mime, url))
        )


def read_media(draft: EntryDraft, element: _Element, name: str) -> None:
    """One element of Media RSS (https://www.rssboard.org/media-rss), at the item or anywhere inside a group."""
    match name:
        case "media:content" | "media:player" | "media:peerlink":
            _read_content(draft, element, _texts(element))
        case "media:group":
            shared = _texts(element)
            for child in element:
                _read_in_group(draft, child, shared)
        case "media:thumbnail":
            draft.image_spare = draft.image_spare or absolute(draft.base, element.get("url") or text_of(element))
        case "media:title":
            draft.title_spare = draft.title_spare or text_of(element)
        case "media:description":
            draft.description_spare = draft.description_spare or text_of(element)
        case "media:keywords":
            draft.tags.extend(split_words(text_of(element)))
        case "media:category":
            draft.tags.extend(tag for tag in [plain(element.get("label") or text_of(element))] if tag)
        case "media:credit" if (element.get("role") or "").lower() in ("author", "writer", "reporter"):
            draft.authors_spare.append(text_of(element))
        case _:
            pass


def _read_in_group(draft: EntryDraft, child: _Element, shared: dict[str, str]) -> None:
    name = name_of(child.tag)
    if name == "media:content":
        _read_content(draft, child, shared | _texts(child))
    else:
        read_media(draft, child, name)


def _read_content(draft: EntryDraft, element: _Element, texts: dict[str, str]) -> None:
    attributes = element.attrib
    url = absolute(draft.base, attributes.get("url"))
    for child in element:
        if name_of(child.tag) in ("media:title", "media:keywords", "media:category"):
            read_media(draft, child, name_of(child.tag))
    if not url:
        return
    mime = _mime(attributes.get("type"))
    draft.enclose(
        Enclosure(
            url=url,
            mime=mime,
            length=number(attributes.get("fileSize")),
            medium=_medium(attributes.get("medium"), mime, url),
            width=number(attributes.get("width")),
            height=number(attributes.get("height")),
            duration=seconds(attributes.get("duration")),
            thumbnail=absolute(draft.base, texts.get("media:thumbnail")),
            caption=plain(texts.get("media:description") or texts.get("media:text") or texts.get("media:title")),
        )
    )


def _texts(element: _Element) -> dict[str, str]:
    """The words and the thumbnail that stand directly in a group or a content element."""
    found: dict[str, str] = {}
    for child in element:
        name = name_of(child.tag)
        if name == "media:thumbnail" and child.get("url"):
            found.setdefault(name, child.get("url") or "")
        elif name in ("media:description", "media:text", "media:title"):
            found.setdefault(name, text_of(child))
    return found


def read_podcast_picture(draft: EntryDraft, element: _Element) -> None:
    draft.image_spare = draft.image_spare or element.get("href") or text_of(element)


def set_duration(draft: EntryDraft, text: str) -> None:
    """`<itunes:duration>` belongs to the item's only sound or video file."""
    duration = seconds(text)
    if duration and len(draft.enclosures) == 1:
        ((url, enclosure),) = draft.enclosures.items()
        draft.enclose(Enclosure(url=url, medium=enclosure.medium, duration=duration))


def seconds(text: str | None) -> int | None:
    """`90`, `1:30`, `01:01:30` or `90.5` → seconds."""
    if not text:
        return None
    total = 0
    for part in text.strip().split(":"):
        value = number(part.partition(".")[0])
        if value is None:
            return None
        total = total * 60 + value
    return total if 0 < total < 10**7 else None


def number(text: str | None) -> int | None:
    text = (text or "").strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def split_words(text: str | None) -> Iterator[str]:
    """Comma-separated keywords, plain."""
    for part in (text or "").replace("،", ",").split(","):
        word = plain(part)
        if word:
            yield word


def _mime(text: str | None) -> str | None:
    kind = (text or "").partition(";")[0].strip().lower()
    return kind if "/" in kind else None


def _medium(said: str | None, mime: str | None, url: str) -> str | None:
    said = (said or "").strip().lower()
    if said in _MEDIUMS:
        return said
    kind = (mime or "").partition("/")[0]
    if kind in _MEDIUMS:
        return kind
    if not mime and url.partition("?")[0].lower().endswith(_IMAGE_ENDINGS):
        return "image"
    return None
