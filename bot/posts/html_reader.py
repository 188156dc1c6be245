"""The HTML reader: any bytes that call themselves HTML → styled text, in one pass and linear time.

Two ways to read white space.  Where block tags or <br> give the lines, newlines are spaces as in a browser.  Where
there are none, the text is plain text or Telegram's own HTML, and its newlines count: so what we wrote reads back
as the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from bot.posts import characters, links
from bot.posts.styled import Kind, Span, Styled

MAX_SOURCE = 262_144
"""Characters of HTML looked at; a post shows 4,096."""
MAX_TEXT = 20_000
_MAX_SPANS = 1_000

_FORMATS = {
    **dict.fromkeys(("b", "strong"), Kind.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Kind.ITALIC),
    **dict.fromkeys(("u", "ins"), Kind.UNDERLINE),
    **dict.fromkeys(("s", "strike", "del"), Kind.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Kind.CODE),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "th"), Kind.BOLD),
    "tg-spoiler": Kind.SPOILER,
    "pre": Kind.PRE,
}
_PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "figure", "hr"])
_LINES = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "option",
        "optgroup",
        "section",
        "summary",
        "tbody",
        "tfoot",
        "thead",
        "tr",
    ]
)
_HIDDEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "audio",
        "video",
        "svg",
        "math",
        "title",
        "head",
        "datalist",
    ]
)
_RAW = frozenset(["script", "style", "title", "iframe", "noscript", "textarea"])
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_BLOCK = re.compile(
    r"</?(?:" + "|".join(sorted((_PARAGRAPHS | _LINES) - {"html", "body"}, key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_PLAIN_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)([^>]*+)>")
_CUT_OFF = re.compile(r"</?[a-zA-Z][\w-]*\s+[\w:-]+\s*=|</?[a-zA-Z][\w-]+\s*$|</")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)language-([\w+#.-]{1,40})")
_TIME_FORM = re.compile(r"r|[wdDtT]{1,4}")


def read_html(source: str, *, enough: int = MAX_TEXT) -> Styled:
    """Never raises; scripts, styles and other hidden parts are left out; links only http, https and tg.

    Reading stops when the text has `enough` characters."""
    source = source[:MAX_SOURCE]
    reader = _Reader(keep_lines=_BLOCK.search(source) is None, enough=min(enough, MAX_TEXT))
    reader.read(source)
    styled = reader.result()
    if characters.is_empty(styled.text) and reader.alternatives:
        return Styled("\n".join(reader.alternatives))
    return styled


class _Reader:
    def __init__(self, *, keep_lines: bool, enough: int) -> None:
        self._keep_lines = keep_lines
        self._enough = enough
        self._parts: list[str] = []
        self._size = 0
        self._breaks = 0  # line breaks owed before the next text
        self._space = False  # a space owed before the next text
        self._glue = ""  # what goes before the next text: a bullet, a cell border
        self._open: dict[Kind, list[tuple[int, str]]] = {}
        self._depth: dict[Kind, int] = {}
        self._spans: list[Span] = []
        self._lists: list[int] = []  # 0 = bullets, n = the next number
        self._cell = False
        self._hidden: str | None = None
        self._hidden_depth = 0
        self._spoilers: list[bool] = []
        self.alternatives: list[str] = []

    def read(self, source: str) -> None:
        at, size, slow = 0, len(source), 0
        while at < size and self._size < self._enough:
            opening = _OPENING.search(source, at)
            bracket = opening.start() if opening else size
            self._add(source[at:bracket])
            if opening is None:
                return
            following = source[bracket + 1 : bracket + 2]
            if following in ("!", "?"):
                at = self._skip_declaration(source, bracket)
                continue
            # a tag with a broken quote is tried again without quotes; too many of those would cost quadratic time
            match = _TAG.match(source, bracket, min(size, bracket + 4096)) if slow < 16 else None
            if match is None:
                slow += 1
                match = _PLAIN_TAG.match(source, bracket, min(size, bracket + 4096))
            at = self._literal(source, bracket) if match is None else self._tag(source, match)

    def result(self) -> Styled:
        for kind, opened in self._open.items():
            for start, value in opened:
                self._spans.append(Span(start, self._size, kind, value))
        text = "".join(self._parts)
        spans = tuple(span for span in self._spans if span.end > span.start)
        return Styled(text, spans)

    def _literal(self, source: str, bracket: int) -> int:
        """A "<" that opens nothing is text ("1 < 2", "<3"); a tag cut off by the end of the source is not."""
        rest = source[bracket:]
        if len(rest) < 4096 and ">" not in rest and _CUT_OFF.match(rest):
            return len(source)
        self._add("&lt;")
        return bracket + 1

    def _skip_declaration(self, source: str, bracket: int) -> int:
        for opening, closing in (("<!--", "-->"), ("<![CDATA[", "]]>")):
            if source.startswith(opening, bracket):
                end = source.find(closing, bracket + len(opening))
                if opening == "<![CDATA[":
                    inner = source[bracket + len(opening) : end if end >= 0 else len(source)]
                    self._add(characters.escape(inner))
                return end + len(closing) if end >= 0 else len(source)
        end = source.find(">", bracket)
        if end < 0:
            self._add("&lt;")
            return bracket + 1
        return end + 1

    def _tag(self, source: str, match: re.Match[str]) -> int:
        name = match.group(1).lower()
        if source[match.start() + 1] == "/":
            self._end(name)
            return match.end()
        if self._hidden is not None:
            self._hidden_depth += name == self._hidden and name not in _RAW
            return match.end()
        attributes = _attributes(match.group(2))
        if name in _HIDDEN or _is_hidden(name, attributes):
            return self._hide(source, name, match)
        self._start(name, attributes)
        return match.end()

    def _hide(self, source: str, name: str, match: re.Match[str]) -> int:
        if name in _RAW:
            end = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(source, match.end())
            return end.end() if end else len(source)
        if not match.group(2).rstrip().endswith("/"):
            self._hidden, self._hidden_depth = name, 1
        return match.end()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _PARAGRAPHS or name in _LINES:
            self._start_block(name)
        if name in ("td", "th"):
            self._glue = " | " if self._cell and not self._glue.startswith("•") else self._glue
            self._cell = True
        match name:
            case "a":
                self._close(Kind.LINK)
                if (address := links.acceptable(attributes.get("href", ""))) is not None:
                    self._open[Kind.LINK] = [(self._size, address)]
            case "blockquote":
                self._break(1)
                self._push(Kind.FOLDED_QUOTE if "expandable" in attributes else Kind.QUOTE)
            case "span":
                spoiler = "tg-spoiler" in attributes.get("class", "").split()
                self._spoilers.append(spoiler)
                if spoiler:
                    self._push(Kind.SPOILER)
            case "q":
                self._add("“")
            case "img":
                self._picture(attributes)
            case "tg-emoji" if attributes.get("emoji-id", "").isdecimal() and attributes["emoji-id"].isascii():
                self._push(Kind.EMOJI, attributes["emoji-id"][:19])
            case "tg-time" | "time" if name == "tg-time":
                self._time(attributes)
            case _ if name in _FORMATS:
                self._start_format(name, attributes)

    def _start_format(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = _FORMATS[name]
        if kind is Kind.PRE:
            self._break(1)
        if name == "code" and self._depth.get(Kind.PRE):
            language = _LANGUAGE.search(attributes.get("class", ""))
            start, known = self._open[Kind.PRE][0]
            if language and not known:
                self._open[Kind.PRE][0] = (start, language.group(1))
        self._push(kind)

    def _start_block(self, name: str) -> None:
        if name == "br":
            self._hard_break()
            return
        self._break(2 if name in _PARAGRAPHS and not (name in ("ul", "ol") and self._lists) else 1)
        if name in ("ul", "ol", "menu"):
            self._lists.append(1 if name == "ol" else 0)
        elif name == "li":
            self._bullet()
        elif name == "tr":
            self._cell = False

    def _end(self, name: str) -> None:
        if self._hidden is not None:
            if name == self._hidden:
                self._hidden_depth -= 1
                if self._hidden_depth <= 0:
                    self._hidden = None
            return
        match name:
            case "a":
                self._close(Kind.LINK)
            case "blockquote":
                self._pop(Kind.FOLDED_QUOTE if self._depth.get(Kind.FOLDED_QUOTE) else Kind.QUOTE)
                self._break(1)
            case "span":
                if self._spoilers and self._spoilers.pop():
                    self._pop(Kind.SPOILER)
            case "q":
                self._add("”")
            case "tg-emoji":
                self._pop(Kind.EMOJI)
            case "tg-time":
                self._pop(Kind.TIME)
            case _ if name in _FORMATS:
                self._pop(_FORMATS[name])
                if name == "pre":
                    self._break(1)
        if name in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
        if name in _PARAGRAPHS or name in _LINES:
            self._glue = ""
            self._break(2 if name in _PARAGRAPHS and not self._lists else 1)

    def _time(self, attributes: Mapping[str, str]) -> None:
        unix = attributes.get("unix", "")
        if unix.isdecimal() and unix.isascii() and 0 < int(unix[:12]) < 2**31:
            form = attributes.get("format", "")
            self._push(Kind.TIME, f"{int(unix)}|{form if _TIME_FORM.fullmatch(form) else ''}")

    def _picture(self, attributes: Mapping[str, str]) -> None:
        """Telegram's text holds no pictures; an emoji drawn as a picture is its alt text."""
        alternative = html.unescape(attributes.get("alt", "")).strip()
        if re.search(r"emoji|smiley", attributes.get("class", ""), re.IGNORECASE) and len(alternative) <= 12:
            self._add(characters.escape(alternative))
        elif alternative and len(self.alternatives) < 10:
            self.alternatives.append(characters.one_line(alternative))

    def _bullet(self) -> None:
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        indent = "\u00a0\u00a0" * max(0, len(self._lists) - 1)
        self._glue = f"{indent}{number}. " if number else f"{indent}• "

    def _add(self, raw: str) -> None:
        if not raw or self._hidden is not None:
            return
        text = characters.clean(html.unescape(raw))
        if self._keep_lines or self._depth.get(Kind.PRE):
            self._emit(text)
            return
        words = " ".join(re.split(r"[ \t\n\r\f]+", text))
        if words.startswith(" "):
            self._space = True
            words = words[1:]
        if not words:
            return
        trailing = words.endswith(" ")
        self._emit(words.removesuffix(" "))
        self._space = trailing

    def _emit(self, text: str) -> None:
        if not text:
            return
        lead = ""
        if self._size:
            lead = "\n" * self._breaks or (" " if self._space else "")
        lead += self._glue
        self._glue, self._breaks, self._space = "", 0, False
        self._parts.append(lead + text)
        self._size += len(lead) + len(text)

    def _break(self, count: int) -> None:
        if self._glue or self._keep_lines:  # right after a bullet, or where newlines are text
            return
        self._breaks = max(self._breaks, count)

    def _hard_break(self) -> None:
        self._breaks = min(self._breaks + 1, 2)

    def _push(self, kind: Kind, value: str = "") -> None:
        """Only the outermost of nested equal tags counts, so depth costs nothing."""
        depth = self._depth.get(kind, 0)
        if depth == 0:
            self._open[kind] = [(self._size, value)]
        self._depth[kind] = depth + 1

    def _pop(self, kind: Kind) -> None:
        depth = self._depth.get(kind, 0)
        if depth == 1:
            self._close(kind)
        self._depth[kind] = max(0, depth - 1)

    def _close(self, kind: Kind) -> None:
        for start, value in self._open.pop(kind, ()):
            if len(self._spans) < _MAX_SPANS:
                self._spans.append(Span(start, self._size, kind, value))


def _attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw[:8192]):
        value = next((group for group in match.group(2, 3, 4) if group is not None), "")
        found.setdefault(match.group(1).lower(), html.unescape(value))
    return found


def _is_hidden(name: str, attributes: Mapping[str, str]) -> bool:
    if name in _VOID:
        return False
    return "hidden" in attributes or bool(_HIDING.search(attributes.get("style", "")))
