"""Bytes become text: by byte order mark, valid UTF-8, the server's word, the page's word, then detection.

The order differs from the HTML standard in one point: bytes that are valid UTF-8 with multi-byte letters are UTF-8
whatever a header says, since text of another charset almost never passes that test by chance.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Labels that mean a superset in practice (WHATWG Encoding, section 4.2, and what browsers do).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-big5": "big5hkscs",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "visual": "iso8859-8",
    "iso-8859-8-i": "iso8859-8",
}
_DECLARED = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.\-]{2,40})""", re.I)
_XML_DECLARED = re.compile(rb"""^\s{0,99}<\?xml[^>]{0,200}encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_:.\-]{2,40})""", re.I)
_HEADER_DECLARED = re.compile(r"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.\-]{2,40})""", re.I)
_SAMPLE = 60_000  # bytes looked at where the charset has to be guessed
_TOLERATED = 0.002  # share of unreadable characters that still speaks for a charset


def as_utf8(data: bytes, content_type: str | None = None) -> bytes:
    """The text of `data` in UTF-8.  Most pages are that already: they are looked at and handed on as they are."""
    if not is_foreign(data):
        try:
            if data.isascii() or data.decode("utf-8"):
                return data
        except UnicodeDecodeError:
            pass
    return decode(data, content_type).encode("utf-8", "ignore")


def is_foreign(data: bytes) -> bool:
    """Whether bytes are surely more than plain UTF-8: with a byte order mark, NULs or shift signs."""
    return b"\x00" in data or data.startswith(codecs.BOM_UTF8) or _shifts(data)


def decode(data: bytes, content_type: str | None = None) -> str:
    """Return the text of `data`; never fails, unreadable bytes become U+FFFD."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return clean(data[len(bom) :].decode(name, "replace"))
    if wide := _wide(data):
        return clean(data.decode(wide, "replace"))
    declared = _declared(data, content_type) if _shifts(data) else None
    if not any(name.startswith(("iso2022", "hz")) for name in declared or ()):
        try:
            return clean(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    for name in _declared(data, content_type) if declared is None else declared:
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= _TOLERATED * len(text) + 1:
            return clean(text)
    return clean(_guessed(data))


def _shifts(data: bytes) -> bool:
    """Whether there are shift signs of charsets that write everything in ASCII: ISO 2022 (escape) and HZ (`~{`)."""
    return b"\x1b" in data or data.find(b"~{", 0, _SAMPLE) != -1


def clean(text: str) -> str:
    """Without NULs and a leading byte order mark; the parser drops what else XML forbids."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.lstrip("\ufeff")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as a NUL in every second byte of markup."""
    head = data[:400]
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.4 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.4 and odd < len(head) * 0.05:
        return "utf-16-be"
    return None


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """The charsets named by the header, the XML declaration and the page, in this order, as Python names them."""
    labels = _HEADER_DECLARED.findall(content_type or "")[:1]
    labels += [label.decode("ascii") for label in _XML_DECLARED.findall(data[:600])]
    labels += [label.decode("ascii") for label in _DECLARED.findall(data[:_SAMPLE])[:3]]
    names: list[str] = []
    for label in labels:
        name = _codec(label)
        if name and name not in names:
            names.append(name)
    return names


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
        "".encode(name)  # refuses codecs that are not of text (hex, rot13, zlib)
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if name in {"idna", "punycode", "unicode_escape", "raw_unicode_escape"} else _SUPERSETS.get(name, name)


def _guessed(data: bytes) -> str:
    """Nobody said, or somebody lied.  A few broken bytes in UTF-8 stay UTF-8; else the likeliest charset of the
    non-ASCII part of the text."""
    utf8 = data.decode("utf-8", "replace")
    beyond_ascii = sum(1 for letter in utf8[:_SAMPLE] if letter > "\x7f")
    if utf8[:_SAMPLE].count("\ufffd") <= 0.1 * beyond_ascii:
        return utf8
    from charset_normalizer import from_bytes

    found = from_bytes(_foreign_words(data), steps=5, chunk_size=2048).best()
    name = _codec(found.encoding) if found else None
    return data.decode(name or "cp1252", "replace")


_ASCII_RUN = re.compile(rb"[\x00-\x7f]{40,}")


def _foreign_words(data: bytes) -> bytes:
    """The part of the bytes that says something about the charset: long runs of ASCII (markup, script) left out."""
    return _ASCII_RUN.sub(b" ", data[: 10 * _SAMPLE])[:_SAMPLE] or data[:_SAMPLE]
