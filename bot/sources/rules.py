"""Site rules: `rules.toml` read and applied.  Pure; a rule is data, and no other file of this folder names a site."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.model import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFeed:
    """A candidate that a rule proposes."""

    url: str
    title: str
    kind: SourceKind
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    name: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    on_page: re.Pattern[str] | None
    feeds: tuple[Mapping[str, str], ...]
    page: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page behind a question for consent, and the cookie that says no to all that is not needed."""

    url: str
    cookie: str


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf8"))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            name=rule["name"],
            host=re.compile(rule["host"], re.IGNORECASE),
            path=re.compile(rule["path"]),
            on_page=re.compile(rule["on_page"]) if "on_page" in rule else None,
            feeds=tuple(rule["feeds"]),
            page=rule.get("page", {}),
        )
        for rule in _tables()["rule"]
    )


def feeds_for(url: str, page: str | None = None) -> tuple[SiteFeed, ...]:
    """What the rules propose for an address, best first.  Rules that need the page's text apply when it is given."""
    found: dict[str, SiteFeed] = {}
    for rule in _rules():
        for feed in _apply(rule, url, page):
            found.setdefault(feed.url, feed)
    return tuple(found.values())


def page_rule(url: str | None) -> Mapping[str, str] | None:
    """How items are read off a public page at this address, as XPath expressions."""
    for rule in _rules():
        if url and rule.page and _match(rule, url):
            return rule.page
    return None


def refused_consent(url: str) -> Asked | None:
    """What to ask for where a site answered with its question for consent; None for any other page."""
    parts = urlsplit(url)
    for rule in _tables()["consent"]:
        if parts.hostname == rule["host"]:
            behind = parse_qs(parts.query).get(rule["parameter"], [""])[0]
            if (urlsplit(behind).hostname or "").endswith(rule["site"]):
                return Asked(url=behind, cookie=rule["cookie"])
    return None


def _match(rule: _Rule, url: str) -> tuple[str, re.Match[str]] | None:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not rule.host.fullmatch(host):
        return None
    match = rule.path.search(path or "/")
    return (parts.netloc.rpartition("@")[2], match) if match else None


def _apply(rule: _Rule, url: str, page: str | None) -> list[SiteFeed]:
    matched = _match(rule, url)
    if matched is None:
        return []
    host, match = matched
    names = {"host": host} | {str(place): text or "" for place, text in enumerate(match.groups(), start=1)}
    if rule.on_page is not None:
        seen = rule.on_page.search(page or "")
        if seen is None:
            return []
        names |= {f"p{place}": text or "" for place, text in enumerate(seen.groups(), start=1)}
    return [
        SiteFeed(
            url=_fill(feed["url"], names),
            title=_fill(feed["title"], names),
            kind=SourceKind(feed.get("kind", "feed")),
            rule=rule.name,
        )
        for feed in rule.feeds
    ]


def _fill(template: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], ""), template)
