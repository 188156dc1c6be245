"""An order: one article for one channel, how it is to be said, and what follows from that alone: language, zone,
share links, preview card, and whether buttons may stand under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import Actions, Article, Channel, Image, Json, Media, Preview
from bot.posts import characters, counting, direction, fitting, links, sharing
from bot.posts.context import Extras
from bot.posts.counting import Counter
from bot.posts.filters import Desk
from bot.posts.fitting import Form, Shape
from bot.store.buttons import ButtonLink
from bot.wording import words_for

NO_PICTURE: Final = "none"
OWN_FILE: Final = "file:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to say, where and how.

    rhash        the source's Instant View template: the post links through it
    wording      an editor's own words as Telegram HTML, instead of a template's
    picture      what an editor chose: "none", the number of one of the article's pictures, or "file:" and a file id
    counter      counts presses of buttons; None = they lead where they lead
    username     the bot's, for "Save" links
    spoken       the language of the buttons, where one person alone sees them; None = the article's"""

    article: Article
    channel: Channel
    media: Media = Media.LINK
    template: str | None = None
    silent: bool = False
    thread_id: int | None = None
    wording: str | None = None
    picture: str | None = None
    extras: Extras = field(default_factory=Extras)
    rhash: str | None = None
    counter: Counter | None = None
    username: str | None = None
    spoken: str | None = None


def zone_of(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def chat_of(channel: Channel) -> int | str:
    return channel.chat_id if channel.chat_id is not None else channel.address


def desk(order: Order) -> Desk:
    language = order.article.language or order.channel.language
    return Desk(
        words=words_for(language),
        zone=zone_of(order.channel.timezone),
        rtl=direction.is_rtl(language, order.article.title or ""),
    )


def pictures_of(article: Article) -> tuple[Image, ...]:
    """What an editor may choose from: the gallery, or the lead picture."""
    return fitting.usable_photos(article)


def shape_of(order: Order) -> Shape:
    """The form that the article's media and the editor's choice give."""
    chosen = order.picture
    if chosen == NO_PICTURE:
        return Shape(form=Form.TEXT)
    if chosen is not None and chosen.startswith(OWN_FILE):
        return Shape(form=Form.PHOTO, photos=(Image(url=chosen.removeprefix(OWN_FILE)),))
    if chosen is not None and chosen.isdecimal():
        offered = pictures_of(order.article)
        if 0 < int(chosen) <= len(offered):
            return Shape(form=Form.PHOTO, photos=(offered[int(chosen) - 1],))
    photos = order.channel.options.get("photos")
    return fitting.choose(order.article, order.media, max_photos=photos if type(photos) is int else fitting.MAX_PHOTOS)


def in_buttons(order: Order, shape: Shape) -> bool:
    if shape.form is Form.ALBUM or order.channel.actions in (Actions.LINKS, Actions.NONE):
        return False
    return order.channel.actions is Actions.BUTTONS or order.channel.linked_chat_id is None


def sharing_of(order: Order) -> sharing.Sharing:
    article, options = order.article, order.channel.options
    name, said = order.username, desk(order)
    words = words_for(order.spoken) if order.spoken else said.words
    return sharing.Sharing(
        url=links.acceptable(article.canonical_url or article.url or ""),
        title=characters.one_line(article.title or ""),
        words=words,
        rtl=words.is_rtl if order.spoken else said.rtl,
        shortlink=article.shortlink,
        footer=_words(options.get("whatsapp_footer")),
        utm=_utm(options.get("utm")),
        services=tuple(str(service) for service in options.get("share") or ()),
        save=f"https://t.me/{name}?start=sv_{article.id}" if options.get("save") and name else None,
        counted=_counted(order),
    )


def counted_links(order: Order) -> tuple[ButtonLink, ...]:
    """Where the counted buttons of this order lead; to be written down with its post."""
    counter = order.counter
    if counter is None or not counting.counts(order.article, order.channel):
        return ()
    pairs = sharing.destinations(sharing_of(order))
    return tuple(counter.link(order.article, order.channel, button, url) for button, url in pairs)


def _counted(order: Order) -> Callable[[str, str], str] | None:
    counter = order.counter
    if counter is None or not counting.counts(order.article, order.channel):
        return None
    return lambda button, url: counter.address(counter.link(order.article, order.channel, button, url))


def keyboard_of(order: Order) -> list[list[dict[str, Json]]]:
    return sharing.keyboard(sharing_of(order))


def preview_of(order: Order, shape: Shape) -> dict[str, Json]:
    """Always explicit, so that no other link of the text steals the card."""
    url = shape.player or link_of(order)
    wish = order.channel.preview
    if url is None or wish is Preview.NONE or order.picture == NO_PICTURE:
        return {"is_disabled": True}
    if wish is Preview.SMALL:
        return {"url": url, "prefer_small_media": True}
    return {"url": url, "prefer_large_media": True, "show_above_text": wish is Preview.LARGE_ABOVE}


def link_of(order: Order) -> str | None:
    """The article's address, through its source's Instant View template where there is one
    (https://instantview.telegram.org/docs, "Where can I use my templates?")."""
    address = links.acceptable(order.article.canonical_url or order.article.url or "")
    if address is None or not order.rhash:
        return address
    return links.acceptable(f"https://t.me/iv?{urlencode({'url': address, 'rhash': order.rhash})}") or address


def _utm(value: Json) -> Mapping[str, str] | None:
    if not value:
        return None
    return {str(name): str(item) for name, item in value.items()} if isinstance(value, Mapping) else {}


def _words(value: Json) -> str | None:
    return characters.clean(value) if isinstance(value, str) and value.strip() else None
