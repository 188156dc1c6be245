"""A minimal stand-in for `bot.sandbox.text`, used until that package is there."""

from __future__ import annotations

import html
import re


class TextError(ValueError):
    pass


_TAG = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "s": "strikethrough",
        "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link"}  # fmt: skip


def parse(text: str, mode: str | None) -> tuple[str, list[dict[str, object]]]:
    if mode != "html":
        return text.strip(), []
    out, length = "", 0
    stack: list[tuple[str, int, str]] = []
    entities: list[dict[str, object]] = []
    at = 0
    for match in re.finditer(r"<(/?)([a-z-]*)([^>]*)>", text):
        plain = html.unescape(text[at : match.start()])
        out += plain
        length += len(plain.encode("utf-16-le")) // 2
        at = match.end()
        if match[1]:
            if not stack:
                offset = len(text[: match.start()].encode())
                raise TextError(f"can't parse entities: Unexpected end tag at byte offset {offset}")
            name, start, attributes = stack.pop()
            entity: dict[str, object] = {"offset": start, "length": length - start, "type": _TAG[name]}
            if name == "a":
                href = re.search(r'href="([^"]*)"', attributes)
                entity["url"] = html.unescape(href[1]) if href else ""
            if length > start:
                entities.append(entity)
        elif match[2] not in _TAG:
            offset = len(text[: match.start()].encode())
            raise TextError(f'can\'t parse entities: Unsupported start tag "{match[2]}" at byte offset {offset}')
        else:
            stack.append((match[2], length, match[3]))
    if stack:
        raise TextError(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    out += html.unescape(text[at:])
    entities.sort(key=lambda entity: (int(str(entity["offset"])), -int(str(entity["length"]))))
    return out.rstrip(), entities


def check_link(url: str) -> str:
    if "://" not in url:
        url = "http://" + url
    scheme, rest = url.split("://", 1)
    if scheme.lower() not in ("http", "https", "tg", "ton", "tonsite"):
        raise TextError("Unsupported URL protocol")
    host = re.split(r"[/?#]", rest)[0]
    if scheme.lower() in ("http", "https") and "." not in host and "[" not in host:
        raise TextError("Wrong HTTP URL")
    return url if "/" in rest or scheme == "tg" else url + "/"
