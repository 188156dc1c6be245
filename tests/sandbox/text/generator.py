# ruff: noqa: E501, PLE2502
"""Texts that are likely to be handled wrongly: a grammar for each parse mode, and one for what is found in plain text.

Everything comes from one `random.Random`, so a seed names an input.
"""

from collections.abc import Callable
from random import Random

_CHARS = (
    "abzABZ019 ..,:;!?-+=_*~|`'\"()[]{}<>&#$@/\\%^\n\r\t\x01\x1f\x7f"
    "éßłжЖщαΩاب‏‎א中あ한😀🏟👍🏽🇩🇪"
    "\u0301\u0333\u033f\u030a\u200b\u200c\u200d\u200e\u200f\u2010\u2028\u2029\u202e\u202f\u2060\ufeff\xa0\xab\xbb\xb7\u3000"
    "कितাবংதமிతెਪੰگුණ෧٣²½Ⅷ①𝒜𞤀𐐀𝟘"
)
_WORDS = (
    "word", "привет", "मौसम", "বাংলা", "தமிழ்", "తెలుగు", "ਪੰਜਾਬੀ", "خبریں", "שלום", "中文", "ไทย", "සිංහල", "日本語", "한국어",
    "ñandú", "e\u0301te\u0301", "😀", "👨‍👩‍👧", "🇩🇪", "Straße", "İstanbul", "a", "1", "0", "_", "-", "x_y", "a-b", "1a",
)  # fmt: skip
_HOSTS = (
    "example.com", "t.me", "EXAMPLE.COM", "Example.Com", "sub.example.co.uk", "пример.рф", "münchen.de", "例え.jp", "1.2.3.4",
    "256.1.1.1", "01.2.3.4", "1.2.3", "localhost", "a.b", "a..b.com", "-a.com", "a-.com", "a_b.com", "x.a_b.com", "a.b_c",
    "xn--p1ai.xn--p1ai", "a.xn--", "a.xn--a", "a.museum", "a.zz", "example.com.", ".com", "com", "teiegram.org", "a.Com", "a.COM",
    "[::1]", "[::g]", "[fe80::1%25en0]", "a%20b.c", "a%zz.c", "a%2", "foo~bar.com", "a" * 63 + ".com", "a" * 64 + ".com", "é.com",
    "user@example.com", "u:p@example.com", "a@b@c.com", "💩.la", "a,b.com", "a!b.com", "x.भारत", "x.中国", "1.2.3.4.5", "a.1",
)  # fmt: skip
_SCHEMES = (
    "", "", "http://", "https://", "HTTPS://", "ftp://", "sftp://", "shttp://", "xhttp://", "tg://", "tg:", "ton://", "ton:", "tonsite://",
    "TONSITE:", "mailto:", "javascript:", "://", "//", "жhttp://", "http:/", "http//", "viber://", "éftp://", "http+x://",
)  # fmt: skip
_PORTS = ("", "", "", ":80", ":080", ":0", ":00", ":65535", ":65536", ":123456", ":", ":x", ":-1", ":000080")
_PATHS = (
    "", "", "/", "/path", "/a_(b)", "/a(b", "/a)b", "/a]b}", "/x.", "/x,y;", "/x?!", "?q=1", "?", "#", "#frag", "/ж/中", "/a b", "/«x»",
    "/a\tb", "/%20", "//", "/a/b/c?d=e&f=g#h", "/'x'", "/\"x\"", "/<x>", "/x\u2013y", "/x\u200by", "/x😀", "/...", "/(((", "/)))",
    "/a\x01b", "/e\u0333", "/\u2028x",
)  # fmt: skip
_LINKS = (
    "tg://user?id=123", "tg://user?id=0", "tg://user?id=-5", "tg://user?id=007", "tg:user?id=1099511627775", "tg:user?id=1099511627776",
    "TG://USER/?x=1&ID=5#z", "tg://userx?id=1", "tg://user", "tg://resolve?domain=abc", "tg://emoji?id=5", "tg:emoji/?a=b&id=7#c",
    "tg://emoji?id=0", "tg://emoji?ID=7", "tg://EMOJI?id=-9223372036854775808", "tg://emoji?id=9223372036854775808", "tg://emoji",
    "tg://time?unix=1700000000", "tg://time?unix=5&format=r", "tg://time?format=wDT&unix=5", "tg://time?unix=5&format=x",
    "tg://time?unix=0", "tg://time?unix=2147483648", "tg://time?unix=5&unix=6", "tg:time?unix=1&format=tT", "tg://time?unix=1#format=z",
    "tg://user?id=5&id=6", "tg://user?", "tg://emoji?id=5&id=x", "tg://time?format=d", "tg:",
)  # fmt: skip
_DIGITS = (
    "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "5500005555555559", "340000000000009", "2200000000000004", "6200000000000005",
    "12345678901234", "4111111111111111 2", "4222222222222", "41111111111111111111", "12:34", "1:02:03", "1:2", "99:59", "10000:00", "1:60", "::1",
    "00:00:00:00", "0:61:00", "8100000000000000006", "4000000000000000006", "1234567812345670", "3.14", "1.5.2", "01:02", "1: 02",
)  # fmt: skip


# What a parser stumbles over, thrown together at random.
_HTML_TOKENS = (
    "<", "<", ">", ">", "/", "b", "a", "i", "pre", "code", "=", '"', "'", " ", "&", "lt", ";", "#", "x", "href", "class", "language-", "tg-", "span",
    "spoiler", "blockquote", "expandable", "é", "😀", "\0", "\n", "\t", "tg-time", "tg-emoji", "unix", "emoji-id", "format", "1", "5", "</b>", "<b>", "</>",
    "<i>", "</i>", '<a href="', "t.me", '">', "</a>", "<pre>", "<code>", "</code>", "</pre>", "\f", "\v", "-", ".", "_",
)  # fmt: skip
_MARKDOWN_V2_TOKENS = (
    "*", "_", "__", "~", "||", "|", "`", "```", "[", "]", "(", ")", "!", ">", "\n", "\\", "a", "b", "é", "😀", "\r", "t.me", "**>", "py", "\0", " ",
    "tg://emoji?id=5", "tg://time?unix=5", "tg://user?id=5", "#", "\\.", "![", "||\n", "\n>", "](t\\.me)",
)  # fmt: skip
_MARKDOWN_TOKENS = (
    "*",
    "_",
    "`",
    "```",
    "[",
    "]",
    "(",
    ")",
    "\n",
    "\\",
    "a",
    "b",
    "é",
    "😀",
    "\r",
    "t.me",
    "py",
    " ",
    "\0",
    "x.y",
    "\\_",
)
_PLAIN_TOKENS = (
    *"abAB019 ..::/@@#$-+_()[]é中ж😀\u200c\u200b·!?,'\"<>{}~%&=*^\n\r\t", "http://", "https://", "ftp://", "tg://", "ton://", "tonsite://", "www.", ".com",
    ".рф", ".co.uk", "@gmail.com", "mailto:", "4111111111111111", "1INCH", "USD", "127.0.0.1", "xn--p1ai", "::", ":80", ":65536",
)  # fmt: skip


class Generator:
    """Inputs from one seed.

    Two of three seeds are tidy: what they write is rarely refused. Every seventh throws tokens together.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._tidy = seed % 3 != 0
        self._heaps = seed % 7 == 0

    def html(self) -> str:
        return self._heap(_HTML_TOKENS) if self._heaps else self._many(self._html, 0)

    def markdown_v2(self) -> str:
        return self._heap(_MARKDOWN_V2_TOKENS) if self._heaps else self._many(self._markdown_v2, 0)

    def markdown(self) -> str:
        return self._heap(_MARKDOWN_TOKENS) if self._heaps else self._many(self._markdown, 0)

    def plain(self) -> str:
        if self._heaps:
            return self._heap(_PLAIN_TOKENS)
        return "".join(self._automatic() for _ in range(self._random.randint(1, 7)))

    def text(self) -> str:
        return "".join(self._atom() for _ in range(self._random.randint(0, 12)))

    def link(self) -> str:
        if self._chance(0.2):
            return self._pick(_LINKS)
        if self._heaps and self._chance(0.5):
            return self._heap(_PLAIN_TOKENS)
        url = self._pick(_SCHEMES) + self._pick(_HOSTS) + self._pick(_PORTS) + self._pick(_PATHS)
        return self._damaged(url) if self._chance(0.15) else url

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def pick(self, *values: str) -> str:
        return self._pick(values)

    def _pick(self, values: "tuple[str, ...] | str") -> str:
        return self._random.choice(values)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _heap(self, tokens: tuple[str, ...]) -> str:
        return "".join(self._pick(tokens) for _ in range(self._random.randint(1, 14)))

    def _spoil(self, probability: float) -> bool:
        return not self._tidy and self._chance(probability)

    def _damaged(self, text: str) -> str:
        position = self._random.randint(0, len(text))
        cut = self._random.randint(0, 2)
        return text[:position] + (self._pick(_CHARS) if self._chance(0.7) else "") + text[position + cut :]

    def _many(self, part: "Callable[[int], str]", depth: int) -> str:
        text = "".join(part(depth) for _ in range(self._random.randint(1, 5 - depth)))
        return self._damaged(text) if depth == 0 and self._spoil(0.3) else text

    def _atom(self) -> str:
        kind = self._random.random()
        if kind < 0.35:
            return self._pick(_WORDS)
        if kind < 0.6:
            return self._pick(_CHARS)
        if kind < 0.75:
            return self._pick((" ", "  ", "\n", " \n", ". ", ", "))
        return self._automatic()

    def _automatic(self) -> str:
        kind = self._random.randint(0, 11)
        if kind <= 2:
            return self.link()
        if kind == 3:
            return self._pick(_DIGITS)
        if kind == 4:
            return "#" + self._name() + self._pick(("", "", "@", "#", "@abcde", "@ab", "@" + "c" * 33, " ", "·"))
        if kind == 5:
            return self._pick(("@", "@", " @", "x@", "@@")) + self._pick(
                ("gif", "Vid", "ab", "abc", "abcd", "a_b_c", "a" * 32, "a" * 33)
            )
        if kind == 6:
            name = self._pick(("USD", "BTC", "1INCH", "1INCHX", "usd", "ABCDEFGH", "ABCDEFGHI", "T", ""))
            return "$" + name + self._pick(("", "", "$", "@abcd", "@ab", "1", "ж", "."))
        if kind == 7:
            return (
                self._pick(("/", " /", "x/", "</", "//"))
                + self._pick(("start", "a", "a" * 64, "a" * 65, "a_1", "ж"))
                + self._pick(("", "@bot", "@bo", "/", "<", ".", "ж"))
            )
        if kind == 8:
            user = self._pick(("user", "a.b", "a+b", "first.last+tag", "a" * 36, "-x-", "ü", ".a", "a..b", "mailto:u"))
            return user + "@" + self._pick(_HOSTS)
        if kind == 9:
            return self._pick(_CHARS)
        return self._pick(_WORDS) + self._pick((" ", ".", ". ", "\n", "", ",", ": "))

    def _name(self) -> str:
        if self._chance(0.03):
            return self._pick(("a", "ж")) * self._random.randint(250, 260)
        return "".join(
            self._pick(_WORDS) if self._chance(0.8) else self._pick(_CHARS) for _ in range(self._random.randint(0, 3))
        )

    # HTML

    def _html(self, depth: int) -> str:
        kind = self._random.random()
        if depth >= 4 or kind < 0.35:
            atom = self._atom()
            return atom.replace("<", "&lt;") if self._tidy else atom
        if kind < 0.45:
            return self._pick(
                ("&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;", "&apos;", "&#60;", "&#x3c;", "&#X3c;", "&lt", "&ltx", "&#128512;", "&#0;", "&#1;", "&#xa",
                 "&#1114111;", "&#x10ffff;", "&#x10fffe;", "&", "&&lt;", "&#55357;", "&#;", "&#x;", "&#13;", "&#000000060;", "&#00000060;", "&#x41g", "&amp;lt;", "&#8234;")
            )  # fmt: skip
        if kind < 0.52 and not self._tidy:
            return self._pick(
                (
                    "<br>",
                    "<br/>",
                    "<p>",
                    "<",
                    ">",
                    "</>",
                    "</b>",
                    "</ b>",
                    "<b",
                    "<i ",
                    "<3",
                    "<!-- x -->",
                    "<b/>",
                    "</b ",
                    "<>",
                    "</i\n>",
                    "< b>",
                    "<É>",
                )
            )
        tag = self._pick(
            (
                "b",
                "B",
                "strong",
                "i",
                "em",
                "u",
                "ins",
                "s",
                "strike",
                "del",
                "a",
                "a",
                "code",
                "pre",
                "span",
                "tg-spoiler",
                "tg-emoji",
                "tg-time",
                "blockquote",
                "Blockquote",
                "tG-Time",
            )
        )
        attributes = self._attributes(tag.lower())
        closing = tag if not self._spoil(0.1) else self._pick(("", "b", "x", tag.upper(), tag + " "))
        inside = self._many(self._html, depth + 1) if self._chance(0.93) else ""
        if tag == "pre" and self._chance(0.5):
            inside = f"<code{self._attributes('code')}>{inside}</code>"
        if tag == "code" and self._chance(0.3):
            inside = f"<pre>{inside}</pre>"
        end = f"</{closing}>" if not self._spoil(0.05) else ""
        return f"<{tag}{attributes}>{inside}{end}"

    def _attributes(self, tag: str) -> str:
        if tag in ("b", "i", "u", "s", "strong", "em", "pre") and self._chance(0.85):
            return ""
        names = {
            "a": "href",
            "code": "class",
            "span": "class",
            "tg-emoji": "emoji-id",
            "tg-time": "unix",
            "blockquote": "expandable",
        }
        name = (
            names.get(tag, "x")
            if tag == "span" or not self._spoil(0.07)
            else self._pick(("x", "HREF", "Class", "data-x", "é", "a/b", "", "format"))
        )
        value = self._value(tag)
        extra = ""
        if tag == "tg-time" and self._chance(0.7):
            extra = " format=" + self._quoted(
                self._pick(
                    ("r", "R", "t", "wDT", "dt", "TTtDdwW", "", "WDt", "wd") + (() if self._tidy else ("x", "rt"))
                )
            )
        form = self._random.random()
        if form < 0.12 and tag not in ("span", "tg-emoji"):
            written = name
        elif form < 0.2:
            written = f"{name} = {self._quoted(value)}"
        elif form < 0.3:
            written = f"{name}={value}"
        else:
            written = f"{name}={self._quoted(value)}"
        order = (
            f" {written}{extra}",
            f"{extra} {written}",
            f"  {written} {extra} ",
            f"\n{written}{extra}",
            f" {written} {written}{extra}",
        )
        return self._pick(order) if self._chance(0.95) else ""

    def _quoted(self, value: str) -> str:
        kind = self._random.random()
        if kind < 0.8:
            return f'"{value}"'
        return f"'{value}'" if kind < 0.95 else value

    def _value(self, tag: str) -> str:
        if tag == "a":
            return self.link().replace("&", self._pick(("&", "&amp;")))
        values = {
            "code": ("language-python", "language-c++", "language-", "python", "Language-x", "language-\u202ex\ty", "language-&lt;é"),
            "span": ("tg-spoiler", "tg-spoiler", "tg-x", "spoiler", "", "TG-SPOILER"),
            "tg-emoji": ("5368324170671202286", "0", "-1", "01", "x", "", "9223372036854775807", "9223372036854775808", "5 "),
            "tg-time": ("1700000000", "5", "0", "-5", "05", "99999999999", "2147483648", "x", "", "5x", " 5", "+5", "4294967296", "12345678901234567890123"),
            "blockquote": ("", "1", "false", "expandable"),
        }  # fmt: skip
        if self._tidy and tag in ("span", "tg-emoji"):
            return values[tag][0]
        return self._pick(values.get(tag, ("", "v", "&#65;", "é")))

    # MarkdownV2

    def _markdown_v2(self, depth: int) -> str:
        kind = self._random.random()
        if depth >= 4 or kind < 0.4:
            atom = self._atom()
            return "".join(
                "\\" + char if char in "_*[]()~`>#+-=|{}.!\\" and not self._spoil(0.05) else char for char in atom
            )
        if kind < 0.45 and not self._tidy:
            return self._pick(
                (
                    "\\",
                    "\\a",
                    "\\\n",
                    "\\\\",
                    "\\é",
                    "\n",
                    "\n>",
                    ">",
                    "**>",
                    "||\n",
                    "\n\n",
                    "\r\n>",
                    "\r",
                    "!",
                    "(",
                    "\\\r",
                    "\n**>",
                )
            )
        inside = self._many(self._markdown_v2, depth + 1) if self._chance(0.93) else ""
        link = self.link()
        if self._chance(0.8):
            link = "".join("\\" + char if char in ")\\" else char for char in link)
        mark = self._random.randint(0, 12)
        if mark <= 5:
            sign = ("*", "_", "__", "~", "||", "`")[mark]
            return sign + inside + (sign if not self._spoil(0.06) else self._pick(("", "*", "_", "__", "|")))
        if mark == 6:
            return (
                "```"
                + self._pick(("", "python", "c++", "\n", "py\n", "py\r\n", "\n\n", "\r", "a b", "é ", "py"))
                + inside
                + self._pick(("```", "```", "\n```") if self._tidy else ("```", "``", "\n```"))
            )
        if mark <= 9:
            return "[" + inside + "]" + (f"({link})" if self._chance(0.9) else self._pick(("", "(", "(x", " (x)")))
        if mark == 10:
            if self._tidy:
                return (
                    f"![{inside}]({self._pick(('tg://emoji?id=7', 'tg://time?unix=5&format=wDt', 'tg://time?unix=9'))})"
                )
            return (
                "!["
                + inside
                + "]"
                + (f"({self._pick(_LINKS)})" if not self._spoil(0.3) else self._pick(("", "(", f"({link})")))
            )
        lines = inside.replace("\n", "\n>") if self._chance(0.8) else inside
        return (
            self._pick((">", "\n>", "\n>", "**>", "\n**>"))
            + lines
            + self._pick(("\n", "\n", "||\n", "||", "", "\n>x||\n", "||\r\n"))
        )

    # The first Markdown

    def _markdown(self, depth: int) -> str:
        kind = self._random.random()
        if kind < 0.5:
            atom = self._atom()
            return "".join("\\" + char if char in "_*`[" and self._chance(0.9) else char for char in atom)
        inside = "".join(self._atom() for _ in range(self._random.randint(0, 3)))
        if self._chance(0.9):
            inside = "".join(char for char in inside if char not in "*_`]")
        mark = self._random.randint(0, 7)
        if mark <= 2:
            sign = "*_`"[mark]
            return sign + inside + (sign if self._chance(0.95) else "")
        if mark <= 4:
            return (
                "```"
                + self._pick(("", "python", "\n", "py\n", "py\r\n", "\n\n", "\n\r", "a b", "py"))
                + inside
                + self._pick(("```", "```", "``", "````"))
            )
        if mark <= 6:
            return (
                "[" + inside + "]" + (f"({self.link()})" if self._chance(0.9) else self._pick(("", "(", "(x", " (x)")))
            )
        return self._pick(("\\", "\\*", "\\\\", "\\_", "\\[", "[", "]", "``", "**", "\\a"))
