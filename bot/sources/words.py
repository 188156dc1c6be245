"""Text of feeds → plain text: titles and names without markup, addresses made whole."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

_TAG = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|blockquote|br|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|"
    r"pre|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|tt|u|ul|wbr|svg|video|iframe|script|style)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK_START = re.compile(r"<(script|style)\b", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:script|style)\b[^<>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*?\ssrc\s*=\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s>]+))", re.IGNORECASE)
_TINY = re.compile(r"\b(?:width|height)\s*=\s*[\"']?[01](?:px)?[\"'\s>/]", re.IGNORECASE)
_LINK = re.compile(r"(<[a-z][^<>]*?\s(?:href|src|poster)\s*=\s*)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
_LONGEST_LINK = 4_000
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad\u2060]")


def plain(text: str | None) -> str | None:
    """A title or a name: markup and entities undone, white space collapsed; None when nothing is left.

    Only tags of HTML are taken out, so that `5 < 8, <BIGCO>` keeps its words."""
    if not text:
        return None
    if "<" in text:
        text = _TAG.sub("", _without_blocks(text))
    if "&" in text:
        text = unescape(text)
        if "&" in text and ";" in text:  # escaped once more than it should be
            text = unescape(text)
        if "<" in text:
            text = _TAG.sub("", text)
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split()) or None


def _without_blocks(text: str) -> str:
    """Scripts and styles taken out, in one pass: what is never closed stays."""
    kept, place = [], 0
    while start := _BLOCK_START.search(text, place):
        end = _BLOCK_END.search(text, start.end())
        if end is None:
            break
        kept.append(text[place : start.start()])
        place = end.end()
    return "".join([*kept, text[place:]])


def language_tag(text: str | None) -> str | None:
    """`en_US ` → `en-US`; None for what is no language tag (BCP 47, as far as feeds use it)."""
    if not text:
        return None
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def has_markup(text: str) -> bool:
    """True when a text holds at least one tag of HTML."""
    return "<" in text and _TAG.search(text) is not None


def absolute(base: str | None, link: str | None) -> str | None:
    """The whole address of a link, or None when it leads nowhere a browser goes."""
    if not link or len(link) > _LONGEST_LINK:
        return None
    link = "".join(link.split()) if "\n" in link or "\t" in link else link.strip()
    if link.startswith(("http://", "https://")):
        return link
    if not link or link.lower().startswith(("javascript:", "data:", "mailto:", "tel:", "about:")):
        return None
    if not base:
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return None


def is_web(link: str | None) -> bool:
    """True for an address that can be opened in a browser."""
    if not link or not link.lower().startswith(("http://", "https://")):
        return False
    try:
        return bool(urlsplit(link).hostname) and " " not in link
    except ValueError:
        return False


def first_image(html: str | None, base: str | None) -> str | None:
    """The first picture in a text that is not a counting pixel."""
    if not html or ("<" not in html and "&lt;" not in html):
        return None
    for found in _IMAGE.finditer(html if "<" in html else unescape(html)):
        end = found.string.find(">", found.end())
        if not _TINY.search(found.string[found.start() : end + 1 if end >= 0 else found.end()]):
            return absolute(base, unescape(found[1] or found[2] or found[3]))
    return None


def absolute_links(html: str | None, base: str | None) -> str | None:
    """The same HTML with relative addresses made whole."""
    if not html or not base or "<" not in html:
        return html

    def whole(match: re.Match[str]) -> str:
        quote, link = match[2][0], match[2][1:-1].strip()
        if not link or link.startswith("#") or _ABSOLUTE.match(link):
            return match[0]
        try:
            return f"{match[1]}{quote}{urljoin(base, link)}{quote}"
        except ValueError:
            return match[0]

    return _LINK.sub(whole, html)
