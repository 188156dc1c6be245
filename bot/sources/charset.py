"""Bytes → text, whatever the header, the declaration and the bytes claim about themselves.

Order: byte order mark, UTF-16 and UTF-32 by their zeros, UTF-8 when the bytes are valid UTF-8 (no other encoding looks
so by accident), then what the declaration and the header say, then windows-1252, which reads anything.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"Lo\xa7\x94", "cp037"),  # "<?xm" in EBCDIC
)
# supersets that writers of the smaller one really use (WHATWG encoding standard)
_WIDER = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "big5": "big5hkscs",
}
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([A-Za-z0-9_.:-]+)")
_META = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_STATEFUL = {"iso2022_jp", "hz", "utf-7"}
_FORBIDDEN = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


def as_utf8(data: bytes, header: str | None = None) -> tuple[bytes, bool]:
    """The same text in UTF-8 without mark; False when some characters could not be read and were replaced."""
    mark = _mark(data)
    if mark:
        name, length = mark
        return (data[length:], True) if name == "utf-8" and _is_utf8(data) else _recode(data[length:], name)
    for start, name in _STARTS:
        if data.startswith(start):
            return _recode(data, name)
    names = [name for name in (_codec(_declared(data)), _codec(header)) if name]
    if names and names[0] in _STATEFUL and b"\x1b" in data:
        return _recode(data, names[0])
    if _is_utf8(data):
        return data, True
    for name in names:
        if name != "utf-8":
            try:
                return data.decode(name).encode("utf-8"), True
            except (UnicodeError, ValueError):
                continue
    return _guess(data, says_utf8=not names or "utf-8" in names)


def as_text(data: bytes, header: str | None = None) -> str:
    """The text of a page or a text file."""
    return as_utf8(data, header)[0].decode("utf-8", "replace")


def _guess(data: bytes, *, says_utf8: bool) -> tuple[bytes, bool]:
    """UTF-8 with a few bad bytes stays UTF-8; anything else is read as windows-1252."""
    text = data.decode("utf-8", "replace")
    bad = text.count("�")
    good = sum(1 for character in text[:200_000] if character > "\x7f") - bad
    if bad * 4 < good or (says_utf8 and bad <= good):
        return text.encode("utf-8"), False
    return data.decode("cp1252", "replace").encode("utf-8"), True


def _recode(data: bytes, name: str) -> tuple[bytes, bool]:
    text = data.decode(name, "replace")
    return text.encode("utf-8", "replace"), "�" not in text


def _mark(data: bytes) -> tuple[str, int] | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, len(mark)
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(data: bytes) -> str | None:
    head = data[:2048]
    found = _DECLARED.search(head) or _META.search(head)
    return found[1].decode("ascii") if found else None


def _codec(name: str | None) -> str | None:
    """Python's name of a text encoding that may be used, widened to what its writers really send."""
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if info.name in _FORBIDDEN or not getattr(info, "_is_text_encoding", True):
        return None
    if info.name in ("utf-16", "utf-32"):
        return None  # without a mark or zeros it is neither
    return _WIDER.get(info.name, info.name)
