"""Links and e-mail addresses that Telegram finds in plain text.

Mirrors match_urls, match_tg_urls, fix_url and is_email_address of td/telegram/MessageEntity.cpp, TDLib 1.8.69.
Positions are characters, lengths of host names bytes of UTF-8.
"""

import re

from .characters import is_word, lower_ascii
from .tlds import is_common_tld

# Space characters, and General Punctuation without the zero-width joiners and the dashes.
_BREAKS = "\x20\xa0\u1680\u2000-\u200b\u200e\u200f\u2016-\u206f\u3000"

_PATH = re.compile(f'[^\n<>"\xab\xbb{_BREAKS}]*')
_DOMAIN = re.compile(f"(?:[.A-Za-z0-9_\\-~@]|[^\0-\xbf{_BREAKS}])*")
_DOMAIN_CHAR = re.compile(f"[.A-Za-z0-9_\\-~]|[^\0-\xbf{_BREAKS}]")
_USER_CHAR = re.compile(f"[^\n/\\[\\]{{}}()'`<>\"@\xab\xbb{_BREAKS}]")
_PROTOCOL_CHAR = re.compile("[A-Za-z0-9+\\-]|[^\0-\x7f\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_TG_DOMAIN = re.compile(r"[A-Za-z0-9_\-]{1,253}")
_TG_SCHEME = re.compile(r"(?:tg|ton|tonsite)$", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(
    r"(?:[a-z0-9_\-]{0,26}[.+]){0,10}[a-z0-9_\-]{1,35}@"
    r"(?:(?:[a-z0-9][a-z0-9_\-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}",
    re.IGNORECASE | re.ASCII,
)
_BAD_END = ".:;,('?!`"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def find_tg_urls(text: str) -> list[tuple[int, int]]:
    """Start and end of each `tg://`, `ton://` and `tonsite://` link."""
    found: list[tuple[int, int]] = []
    start = 0
    # TDLib stops looking when no more than five bytes are left.
    while len(text) - start > 5 or len(text[start:].encode()) > 5:
        position = text.find("://", start)
        if position < 0:
            break
        start = position + 3
        scheme = _TG_SCHEME.search(text, max(position - 7, 0), position)
        domain = _TG_DOMAIN.match(text, start) if scheme else None
        if scheme is not None and domain is not None:
            start = _path_end(text, domain.end())
            # TDLib starts a tonsite link three characters before the colon.
            found.append((max(scheme.start(), position - 3), start))
    return found


def find_urls(text: str) -> list[tuple[int, int, str]]:
    """Start, end and kind (url or email) of each link and e-mail address."""
    found: list[tuple[int, int, str]] = []
    for start, end in _match_urls(text):
        url = text[start:end]
        if _EMAIL.fullmatch(url):
            found.append((start, end, "email"))
        elif url.startswith("mailto:") and _EMAIL.fullmatch(url, 7):
            found.append((start + 7, end, "email"))
        elif length := _valid_length(url):
            found.append((start, start + length, "url"))
    return found


def _match_urls(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin, size = 0, len(text)
    while True:
        dot = text.find(".", begin)
        if dot < 0 or dot + 1 == size:
            return found
        if text[dot + 1] == " ":
            begin = dot + 2
            continue
        start, end, is_bad = _around(text, begin, dot)
        if is_bad:
            end = text.rfind(".", 0, end) + 1
        else:
            if end > dot + 1:
                found.append((start, end))
            while end < size and text[end] == ".":
                end += 1
        begin = end if end > dot else dot + 1


def _around(text: str, begin: int, dot: int) -> tuple[int, int, bool]:
    """Start and end of what may be a link around a dot, and whether it is spoilt by what stands before it."""
    start = _back(_DOMAIN_CHAR, text, begin, dot)
    domain = _DOMAIN.match(text, dot)
    assert domain is not None
    has_at = "@" in domain[0]
    if has_at:
        start = _back(_USER_CHAR, text, begin, start)
    end = domain.end()
    port = _PORT.match(text, end)
    if port is not None and int(port[1]) <= 65535:
        end = port.end()
    end = _path_end(text, end)
    while end > dot + 1 and text[end - 1] == ".":
        end -= 1
    is_bad = False
    if start > begin and text[start - 1] == "@":
        user_start = _back(_USER_CHAR, text, begin, start - 1)
        is_bad = has_at or user_start == start - 1
        start = user_start
    if start > begin:
        shift = _protocol_length(text, begin, start)
        is_bad = is_bad or shift < 0
        start -= max(shift, 0)
    return start, end, is_bad


def _protocol_length(text: str, begin: int, start: int) -> int:
    """The length of the protocol before a host, 0 without one, -1 for one that spoils the link."""
    size = len(text[begin:start].encode()) if start - begin < 6 else 6
    if size < 6 or not text.endswith("://", begin, start):
        before = text[start - 1]
        return -1 if before in "/#@" or is_word(before) else 0
    protocol = lower_ascii(text[_back(_PROTOCOL_CHAR, text, begin, start - 3) : start - 3])
    if protocol.endswith("http") and protocol != "shttp":
        return 7
    if protocol.endswith("https"):
        return 8
    if protocol.endswith("ftp") and protocol not in ("tftp", "sftp"):
        return 6
    return 10 if protocol.endswith("tonsite") else -1


def _back(pattern: re.Pattern[str], text: str, begin: int, position: int) -> int:
    """The start of the run of such characters that ends at the position."""
    match = pattern.match
    while position > begin and match(text, position - 1):
        position -= 1
    return position


def _path_end(text: str, start: int) -> int:
    if text[start : start + 1] not in ("/", "?", "#"):
        return start
    path = _PATH.match(text, start + 1)
    assert path is not None
    end = path.end()
    while end > start + 1 and text[end - 1] in _BAD_END:
        end -= 1
    return end if text[start] == "/" or end > start + 1 else start


def _valid_length(url: str) -> int:
    """How much of it is the link (closing brackets without an opening one end it), or 0 when it is none."""
    rest, has_protocol = url, False
    if lower_ascii(url[:10]).startswith(("http://", "https://", "ftp://", "tonsite://")):
        rest, has_protocol = url[url.index(":") + 3 :], True
    domain_end = min((index for index in map(rest.find, "/?#") if index >= 0), default=len(rest))
    domain, path = rest[:domain_end], rest[domain_end:]
    _, at, host = domain.partition("@")
    domain = host if at else domain
    if ":" in domain:
        domain = domain[: domain.rindex(":")]
    if lower_ascii(domain) == "teiegram.org" or not _is_host(domain, has_protocol):
        return 0
    return len(url) - len(path) + _balanced(path)


def _balanced(path: str) -> int:
    balance = dict.fromkeys("([{", 0)
    end = len(path)
    for index, char in enumerate(path):
        if char in balance:
            balance[char] += 1
        elif char in _PAIRS:
            balance[_PAIRS[char]] -= 1
            if balance[_PAIRS[char]] < 0:
                end = index
                break
    while end > 0 and path[end - 1] in _BAD_END:
        end -= 1
    return end


def _is_host(domain: str, has_protocol: bool) -> bool:
    parts = domain.split(".")
    if len(parts) == 1 or any(not 0 < len(part.encode()) < 64 or part[-1] == "-" for part in parts):
        return False
    if all(part.isascii() and part.isdigit() for part in parts):
        return len(parts) == 4 and all(_is_byte(part) for part in parts)
    return "_" not in parts[-2] and _is_top_level(parts[-1], has_protocol)


def _is_byte(part: str) -> bool:
    return len(part) <= 3 and int(part) <= 255 and (part[0] != "0" or part == "0")


def _is_top_level(tld: str, has_protocol: bool) -> bool:
    if len(tld) <= 1:
        return False
    if tld.startswith("xn--"):
        return len(tld) > 5 and tld[4:].isascii() and tld[4:].isalnum()
    return "_" not in tld and "-" not in tld and (has_protocol or is_common_tld(tld))
