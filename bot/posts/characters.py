"""Characters: what Telegram counts, drops or refuses, so that what we write is what people read.

Telegram's server cleans every text (TDLib td/telegram/misc.cpp `clean_input_string`, MessageEntity.cpp
`fix_formatted_text`): control characters, U+2028 to U+202E and three combining lines go away.  We do the same first,
only kinder: a line separator stays a line break and a decomposed "å" is composed instead of losing its ring.
"""

from __future__ import annotations

import html
import re
import unicodedata

FSI, PDI = "\u2068", "\u2069"
ELLIPSIS = "…"
_ISOLATES = "\u2066\u2067\u2068\u2069"

_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\u202a-\u202e\u0333\u033f\ufeff"  # overrides and embeddings, combining lines, byte order mark
    "\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb]"  # non-characters, annotations
)
_RING = re.compile("(.?)\u030a", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।॥][\"'”’»)\]」』]*(?=\s|$)|[。！？」』]")
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f", "\u20e3", PDI)


def length(text: str) -> int:
    """UTF-16 code units: the unit of entity offsets, and the safer reading of Telegram's 4,096 and 1,024."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Text → Telegram HTML.  Only `&lt; &gt; &amp; &quot;` and numbers are decoded there (TDLib decode_html_entity)."""
    return html.escape(text, quote=True)


def clean(text: str) -> str:
    """The text without what Telegram would drop or what could disturb the text around it."""
    text = _SURROGATE.sub("\ufffd", text)
    text = _LINE_BREAKS.sub("\n", text)
    text = _DROPPED.sub("", text).replace("\t", " ")
    if "\u030a" in text:
        text = _RING.sub(_composed, text)
    if any(mark in text for mark in _ISOLATES):
        text = "\n".join(map(_balanced, text.split("\n")))
    return text


def one_line(text: str) -> str:
    """A title or a name: cleaned, runs of white space folded into one space."""
    return " ".join(clean(text).split())


def is_empty(text: str) -> bool:
    """True when nothing in it can be seen; Telegram answers such a message with 400."""
    return not _INVISIBLE.sub("", text)


def isolate(text: str) -> str:
    """Set a run apart from the direction of the text around it (UAX #9, FSI … PDI)."""
    bare = without_isolates(text)
    return f"{FSI}{bare}{PDI}" if bare.strip() else bare


def without_isolates(text: str) -> str:
    return "".join(mark for mark in text if mark not in _ISOLATES)


def prefix(text: str, units: int) -> str:
    """The longest beginning of at most `units` UTF-16 units that splits no emoji, accent or flag."""
    if length(text) <= units:
        return text
    size = index = 0
    while size + (2 if ord(text[index]) > 0xFFFF else 1) <= units:
        size += 2 if ord(text[index]) > 0xFFFF else 1
        index += 1
    while index > 0 and _glued(text, index):
        index -= 1
    return text[:index]


def shorten(text: str, units: int) -> str:
    """At most `units` UTF-16 units: whole sentences if they make at least half of it, else whole words and "…"."""
    if length(text) <= units:
        return text
    head = prefix(text, units)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, len(head) + 1) if match.end() <= len(head)]
    if ends and length(head[: ends[-1]]) * 2 >= units:
        return head[: ends[-1]]
    head = prefix(text, max(0, units - 1))
    space = max(head.rfind(" "), head.rfind("\n"))
    if space * 2 > len(head) and not text[len(head) :].startswith((" ", "\n")):
        head = head[:space]
    return head.rstrip(" \n,;:–—-(«“") + ELLIPSIS if units > 0 else ""


def _composed(match: re.Match[str]) -> str:
    pair = unicodedata.normalize("NFC", match.group())
    return pair if len(pair) == 1 and pair != "\u030a" else match.group(1)


def _balanced(line: str) -> str:
    """The line as it is if its isolates close, else without them: an open one would turn the text that follows."""
    depth = 0
    for mark in line:
        if mark in "\u2066\u2067\u2068":
            depth += 1
        elif mark == PDI:
            depth -= 1
            if depth < 0:
                break
    return line if depth == 0 else without_isolates(line)


def _glued(text: str, index: int) -> bool:
    """Whether a cut before `text[index]` would tear one visible character."""
    mark, before = text[index], text[index - 1]
    if mark in _JOINERS or before == "\u200d" or unicodedata.category(mark).startswith("M"):
        return True
    if "\U0001f3fb" <= mark <= "\U0001f3ff" or "\U000e0020" <= mark <= "\U000e007f":
        return True
    if _is_flag(mark) and _is_flag(before):
        run = index
        while run > 0 and _is_flag(text[run - 1]):
            run -= 1
        return (index - run) % 2 == 1
    return False


def _is_flag(mark: str) -> bool:
    return "\U0001f1e6" <= mark <= "\U0001f1ff"
