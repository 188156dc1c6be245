"""Sharing: the links and buttons with which a reader passes an article on.

Addresses follow each service's own documentation; everything is quoted by RFC 3986, a space as %20.  Under a channel's
post stand only address and copy buttons: callback buttons are lost when a post is forwarded, and
`switch_inline_query` is refused there (TDLib ReplyMarkup.cpp).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from bot.model import Json
from bot.posts import characters, links
from bot.posts.words import COPY_LINK, READ, READ_ON, SAVE, SHARE, WHATSAPP
from bot.wording import Words

MAX_COPY = 256
"""Characters of a copy button's text (Bot API CopyTextButton)."""
LONG_ADDRESS = 200
MAX_LABEL = 20
MAX_READ_LABEL = 32
"""The Read button has a row of its own."""
PER_ROW = 3

_SERVICES: Mapping[str, Callable[[str, str], str]] = {
    # core.telegram.org/widgets/share
    "telegram": lambda url, text: f"https://t.me/share/url?url={_q(url)}&text={_q(text)}",
    # faq.whatsapp.com: click to chat without a number
    "whatsapp": lambda url, text: f"https://wa.me/?text={_q(whatsapp_text(text, url))}",
    # docs.x.com/x-for-websites
    "x": lambda url, text: f"https://x.com/intent/tweet?text={_q(text)}&url={_q(url)}",
    "facebook": lambda url, text: f"https://www.facebook.com/sharer/sharer.php?u={_q(url)}",
    "linkedin": lambda url, text: f"https://www.linkedin.com/sharing/share-offsite/?url={_q(url)}",
    "reddit": lambda url, text: f"https://www.reddit.com/submit?url={_q(url)}&title={_q(text)}",
    # docs.bsky.app/docs/advanced-guides/intent-links: 300 graphemes
    "bluesky": lambda url, text: f"https://bsky.app/intent/compose?text={_q(f'{text}{chr(10)}{url}')}",
    # blog.joinmastodon.org/2026/03/a-new-share-button: one field, in the fragment
    "mastodon": lambda url, text: f"https://share.joinmastodon.org/#text={_q(f'{text} {url}')}",
    "threads": lambda url, text: f"https://www.threads.com/intent/post?text={_q(text)}&url={_q(url)}",
}
SERVICES = tuple(_SERVICES)
_NAMES = {"x": "X", "facebook": "Facebook", "linkedin": "LinkedIn", "reddit": "Reddit", "bluesky": "Bluesky"} | {
    "mastodon": "Mastodon",
    "threads": "Threads",
}
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What the buttons of one post need.

    `utm`: parameters for every link ("medium", "campaign", …; the source is set by button), None = none.
    `services` beyond the default row.  `counted`: a button and its address → the address that counts the press; None =
    buttons lead straight there."""

    url: str | None
    title: str
    words: Words
    rtl: bool = False
    shortlink: str | None = None
    footer: str | None = None
    utm: Mapping[str, str] | None = None
    services: tuple[str, ...] = ()
    save: str | None = None
    counted: Callable[[str, str], str] | None = None


def share_link(service: str, url: str, title: str, *, footer: str | None = None) -> str:
    """The address that opens a service's own share window.  Raises KeyError for a service we do not know."""
    if service == "whatsapp":
        return f"https://wa.me/?text={_q(whatsapp_text(title, url, footer))}"
    return _SERVICES[service](url, characters.one_line(title))


def whatsapp_text(title: str, url: str, footer: str | None = None) -> str:
    """Bold headline, a blank line, the link alone on its line: the article's link comes first, since WhatsApp makes its
    preview from the first.  WhatsApp's own marks are taken out of the headline."""
    bare = characters.one_line(re.sub(r"[*_~`]", " ", characters.without_isolates(title)))
    text = f"*{bare}*\n\n{url}" if bare else url
    return f"{text}\n\n{footer.strip()}" if footer and footer.strip() else text


def keyboard(sharing: Sharing) -> list[list[dict[str, Json]]]:
    """Rows of Bot API buttons: Read; then WhatsApp, Share, Copy link and what else was asked for, three a row."""
    url = links.acceptable(sharing.url or "")
    if url is None:
        return []
    words = sharing.words
    row: list[dict[str, Json]] = [
        {"text": _label(words.say(WHATSAPP)), "url": _through(sharing, "whatsapp", whatsapp_link(sharing))},
        {"text": _label(words.say(SHARE)), "url": telegram_link(sharing)},
    ]
    if copied := copy_text(sharing):
        row.append({"text": _label(words.say(COPY_LINK)), "copy_text": {"text": copied}})
    for service, address in _others(sharing, url):
        row.append({"text": _NAMES[service], "url": _through(sharing, service, address)})
    if sharing.save:
        row.append({"text": _label(words.say(SAVE)), "url": sharing.save})
    opened = _through(sharing, "read", tagged(url, "telegram", sharing.utm))
    read = {"text": _read_label(words, url), "url": opened, "style": "primary"}
    rows = [[read], *(row[start : start + PER_ROW] for start in range(0, len(row), PER_ROW))]
    return [list(reversed(buttons)) for buttons in rows] if sharing.rtl else rows


def text_links(sharing: Sharing) -> list[tuple[str, str]]:
    """The same links for the text, where no keyboard can stand: (label, address)."""
    if links.acceptable(sharing.url or "") is None:
        return []
    found = [
        (sharing.words.say(WHATSAPP), _through(sharing, "whatsapp", whatsapp_link(sharing))),
        (sharing.words.say(SHARE), telegram_link(sharing)),
    ]
    return [(label, address) for label, address in found if links.acceptable(address)]


def read_link(sharing: Sharing) -> str:
    """Where "Read" leads in the text."""
    return _through(sharing, "read", tagged(sharing.url or "", "telegram", sharing.utm))


def destinations(sharing: Sharing) -> tuple[tuple[str, str], ...]:
    """Each button whose presses can be counted, and where it leads."""
    url = links.acceptable(sharing.url or "")
    if url is None:
        return ()
    read = ("read", tagged(url, "telegram", sharing.utm))
    return read, ("whatsapp", whatsapp_link(sharing)), *_others(sharing, url)


def _others(sharing: Sharing, url: str) -> list[tuple[str, str]]:
    wanted = [service for service in dict.fromkeys(sharing.services) if service in _NAMES]
    return [(name, share_link(name, tagged(url, name, sharing.utm), sharing.title)) for name in wanted]


def _through(sharing: Sharing, button: str, address: str) -> str:
    return sharing.counted(button, address) if sharing.counted is not None else address


def bare_address(sharing: Sharing) -> str | None:
    """The short address for the last line: it opens without a confirm window and survives copying."""
    url = links.acceptable(sharing.url or "")
    if url is None:
        return None
    short = _short(sharing)
    return short if short and len(short) < len(url) else readable(url)


def whatsapp_link(sharing: Sharing) -> str:
    url = tagged(links.acceptable(sharing.url or "") or "", "whatsapp", sharing.utm)
    link = share_link("whatsapp", url, sharing.title, footer=sharing.footer)
    if len(link) > links.MAX_ADDRESS:
        link = share_link("whatsapp", _shared(sharing, "whatsapp"), characters.shorten(sharing.title, 120))
    return link


def telegram_link(sharing: Sharing) -> str:
    link = share_link("telegram", _shared(sharing, "telegram"), sharing.title)
    if len(link) > links.MAX_ADDRESS:
        link = share_link("telegram", _shared(sharing, "telegram"), characters.shorten(sharing.title, 80))
    return link


def copy_text(sharing: Sharing) -> str | None:
    """The address to copy, as people read it; None when it is too long for the button."""
    text = readable(_shared(sharing, "copy"))
    return text if len(text) <= MAX_COPY else None


def tagged(url: str, source: str, utm: Mapping[str, str] | None) -> str:
    """The address with utm parameters; those that it has already stay as they are."""
    if utm is None:
        return url
    parts = urlsplit(url)
    present = {pair.split("=")[0] for pair in parts.query.split("&")}
    wanted = {"source": source, **{name: value for name, value in utm.items() if name != "source"}}
    added = [f"utm_{name}={_q(value)}" for name, value in wanted.items() if f"utm_{name}" not in present]
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, *added]))))


def readable(url: str) -> str:
    """The address with its letters as letters (RFC 3987 3.2): `%E0%A4%9A` → "च"; everything else stays encoded."""
    return _ENCODED.sub(_decoded, url)


def _decoded(match: re.Match[str]) -> str:
    try:
        text = unquote_to_bytes(match.group()).decode("utf-8")
    except UnicodeDecodeError:
        return match.group()
    return "".join(mark if mark.isalnum() or _is_mark(mark) else quote(mark, safe="") for mark in text)


def _is_mark(mark: str) -> bool:
    return unicodedata.category(mark) in ("Mn", "Mc") or mark in "\u200c\u200d"


def _shared(sharing: Sharing, source: str) -> str:
    """The address to hand on: the site's short link when the address is too long to look at."""
    url = links.acceptable(sharing.url or "") or ""
    if len(url) > LONG_ADDRESS and (short := _short(sharing)):
        return short
    return tagged(url, source, sharing.utm)


def _short(sharing: Sharing) -> str | None:
    """The site's own short link (rel=shortlink), taken only from the same site."""
    short = links.acceptable(sharing.shortlink or "")
    if short is None:
        return None
    here, there = links.host(sharing.url), links.host(short)
    same = here == there or here.endswith(f".{there}") or there.endswith(f".{here}")
    return short if same else None


def _read_label(words: Words, url: str) -> str:
    domain = links.host(url)
    while domain.count(".") > 1 and len(words.say(READ_ON, domain=domain)) > MAX_READ_LABEL:
        domain = domain.split(".", 1)[1]
    label = words.say(READ_ON, domain=domain)
    return label if len(label) <= MAX_READ_LABEL else _label(words.say(READ))


def _label(text: str) -> str:
    return characters.shorten(text, MAX_LABEL)


def _q(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")
