"""Which article an address leads to, in three strengths of cleaning, all from the address alone:

`clean`      the same page without what only tracks; always safe to open and to share;
`canonical`  also out of AMP and mobile versions, so far as an address can tell; an article's has one spelling;
`key`        for comparing only: scheme, `www`, trailing slash, index pages, order of parameters folded as well.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit

from bot.identity.domains import desktop_host, plain_host
from bot.identity.tracking import is_amp, is_tracking, is_tracking_fragment
from bot.identity.wrappers import unwrapped

_PORTS = {"http": 80, "https": 443}
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = "/%:@!$'()*,;~-._?"
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ROUTE_FRAGMENT = re.compile(r"!|/[^/]")  # "#!/story/1": the page is in the fragment
# AMP in a path: a segment of its own, or an ending of the last one.
_AMP_SEGMENT = re.compile(r"/(?:(?:platform|google)/amp|amp|amp-html|amphtml|google-?amp)(?=/)", re.I)
_AMP_LAST = re.compile(r"(?<=.)/(?:amp(?:/1)?|amphtml|amp\.(?:html|php)|google-?amp|tnamp)(/?)$", re.I)
_AMP_PANGEA = re.compile(r"^/amp(?=/[^/]*[^/\d][^/]*/\d{7,9}\.html$)")  # a CMS of broadcasters: /a/slug/1234567.html
# Other dresses of an article, behind the part of the path that names it: for paper, or without its scripts.
_DRESSES = ("/print", "/lite", "/imprimir", "/imprimer", "/print.html")
_AMP_INDEX = re.compile(r"(?<=/)index\.amp$", re.I)
_AMP_ENDING = re.compile(r"[._-]amp(?=\.(?:s?html?|php|aspx?|cms)$)", re.I)
_AMP_SUFFIX = re.compile(r"(?<=\w)(?:\.amp(?:html)?|-amp)(?=/?$)", re.I)
_AMP_PREFIX = re.compile(r"(?<=/)amp_(?=[a-z]+/)", re.I)
_AMP_KIND = re.compile(r"(?<=/)(article|news|story|post|video|photo|gallery)[_-]amp(?=/)", re.I)
_UNPLAIN = ("/0", "/1", *_DRESSES)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.I)  # a visit's number, in the path
_INDEX = re.compile(r"(?<=/)(?:index|default|home)\.(?:s?html?|php\d?|aspx?|jsp|cfm|amp)$", re.I)
_FIRST_PAGE = re.compile(r"(?<=./)(?:slide|page|seite|pagina)/[01]/?$", re.I)
_WORD = r"(?:[A-Za-z0-9]|%[0-9A-F]{2}){1,80}"
_ARTICLE = re.compile(rf"(?<![A-Za-z0-9%]){_WORD}(?:[-_]{_WORD}){{2}}|\d{{5}}")  # a slug of three words, or a number
# Most addresses need no cleaning, which takes ten times as long as seeing that.
_PLAIN = re.compile(r"https?://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)((?:/[A-Za-z0-9_-]+)+)/?")
_EXTENSION = re.compile(r"(?<=[\w)])\.(?:html?|shtml|xhtml)$", re.I)


def clean(url: str) -> str:
    """The same page's address without tracking parameters, session noise, default port, dot segments and doubled
    slashes; host in lower case and ASCII (IDNA), path percent-encoded.  Not http(s): comes back as it is, trimmed."""
    url = url.strip()
    parts = split(url)
    return url if parts is None else _join(parts, _clean_path(parts.path), _clean_query(parts.query))


def canonical(url: str) -> str:
    """The address of the article itself: `clean`, and out of AMP and mobile versions.

    Where the path names an article (by a slug or a number), `www.`, an index page and a slash at the end are mere
    spelling and go as well.  Other addresses keep them.  To open or share a page, take `clean`."""
    url = unwrapped(url.strip())
    parts = split(url)
    if parts is None:
        return url
    path = _undressed(_FIRST_PAGE.sub("", _without_amp(_clean_path(parts.path))))
    is_article = _ARTICLE.search(path) is not None
    host = (plain_host if is_article else desktop_host)(parts.hostname or "")
    if host != parts.hostname:
        parts = parts._replace(netloc=_netloc(parts, host))
    if is_article:
        path = _INDEX.sub("", path).rstrip("/")
    return _join(parts, path, _clean_query(parts.query, amp=True))


def key(url: str) -> str:
    """What two addresses of one article share.  Not an address, and never shown.

    Two articles of a site never share one: the path's case, every other parameter and every identifier stay."""
    plain = plain_key(url)
    if plain is not None:
        return plain
    url = unwrapped(url.strip())
    parts = split(url)
    if parts is None:
        return url
    host = plain_host(_ascii_host(parts.hostname or ""))
    port = f":{parts.port}" if _odd_port(parts) else ""
    path = _without_amp(_INDEX.sub("", _clean_path(parts.path)))
    path = _undressed(_INDEX.sub("", _FIRST_PAGE.sub("", path)).rstrip("/"))
    path = _without_accents(unquote(_EXTENSION.sub("", path)))
    pairs = sorted(_clean_query(parts.query, amp=True).split("&"))
    query = "&".join(filter(None, pairs))
    fragment = f"#{parts.fragment}" if _ROUTE_FRAGMENT.match(parts.fragment) else ""
    return f"{host}{port}{path}{'?' + query if query else ''}{fragment}"


def plain_key(url: str) -> str | None:
    """The key of an address that leads somewhere and needs no cleaning; None for any other."""
    plain = _PLAIN.fullmatch(url)
    if plain is None:
        return None
    host, path = plain.groups()
    if path.endswith(_UNPLAIN) or "amp" in path.lower():
        return None
    return plain_host(host) + path


def is_bare(url: str) -> bool:
    """A site's front page or nothing at all: no article lives there."""
    if _PLAIN.fullmatch(url):
        return False
    parts = split(url.strip())
    return parts is None or (not _INDEX.sub("", parts.path).strip("/") and not _clean_query(parts.query))


# ── parts of an address ──────────────────────────────────────────────────────────────────────────────────────────


def split(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a host; None for anything else."""
    try:
        parts = urlsplit(url.rstrip("\"'<>"))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _PORTS or not host:
        return None
    return parts


def _join(parts: SplitResult, path: str, query: str) -> str:
    fragment = parts.fragment if _ROUTE_FRAGMENT.match(parts.fragment) else ""
    if is_tracking_fragment(fragment):
        fragment = ""
    address = f"{parts.scheme.lower()}://{_netloc(parts, parts.hostname or '')}{path}"
    return address + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _netloc(parts: SplitResult, host: str) -> str:
    host = _ascii_host(host)
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{parts.port}" if _odd_port(parts) else host


def _odd_port(parts: SplitResult) -> bool:
    return parts.port is not None and parts.port != _PORTS[parts.scheme.lower()]


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _clean_path(path: str) -> str:
    path = _percent(_SESSION.sub("", path), _PATH_SAFE)
    kept: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", ".") or (not segment and kept and kept[-1] in ("http:", "https:")):
            kept.append(segment)  # an address inside a path keeps its two slashes
        if last and segment in ("", ".", "..") and kept:
            kept.append("")
    return "/" + "/".join(kept)


def _percent(text: str, safe: str) -> str:
    """Percent-encoding in one form (RFC 3986, 6.2.2): unreserved characters plain, hex in capitals, the rest UTF-8."""
    decoded = _PERCENT.sub(lambda m: chr(int(m[1], 16)) if chr(int(m[1], 16)) in _UNRESERVED else m[0].upper(), text)
    return quote(re.sub(r"%(?![0-9A-F]{2})", "%25", decoded), safe=safe, errors="replace")


def _clean_query(query: str, *, amp: bool = False) -> str:
    kept = []
    for pair in re.split(r"&amp;|&", query):
        name, _, value = pair.partition("=")
        plain, content = unquote_plus(name), unquote_plus(value)
        if pair and not is_tracking(plain, content) and not (amp and is_amp(plain, content)):
            kept.append(_percent(pair, _QUERY_SAFE + "=+"))
    return "&".join(kept)


def _undressed(path: str) -> str:
    """The path of the article itself where a version of it is asked for."""
    bare = path.rstrip("/")
    if not bare.endswith(_DRESSES):
        return path
    article = bare[: bare.rindex("/")]
    return article + path[len(bare) :] if _ARTICLE.search(article) else path


def _without_amp(path: str) -> str:
    path = _AMP_PANGEA.sub("/a", path)
    path = _AMP_LAST.sub(r"\1", _AMP_INDEX.sub("", path))
    path = _AMP_ENDING.sub("", _AMP_KIND.sub(r"\1", _AMP_PREFIX.sub("", path)))
    return _AMP_SUFFIX.sub("", _AMP_SEGMENT.sub("", path, count=1))


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))
