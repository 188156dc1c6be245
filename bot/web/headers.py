"""What the headers of an answer say: how long it keeps, when to come back, which characters it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

_LONGEST_RETRY = timedelta(days=7)


def content_type(value: str | None) -> tuple[str | None, str | None]:
    """`text/xml; charset="utf-8"` → (`text/xml`, `utf-8`)."""
    if not value:
        return None, None
    kind, _, rest = value.partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([^\s\"';,]+)", rest, re.IGNORECASE)
    return kind.strip().lower() or None, charset[1].lower() if charset else None


def max_age(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer may be kept (RFC 9111, sections 5.2.2 and 5.3); None when it says nothing useful."""
    control = headers.get("Cache-Control")
    if control:
        if re.search(r"\bno-(cache|store)\b", control, re.IGNORECASE):
            return None
        seconds = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control, re.IGNORECASE)
        if seconds:
            age = headers.get("Age", "")
            left = int(seconds[1]) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)
            return timedelta(seconds=max(0, left))
    expires = http_date(headers.get("Expires"))
    date = http_date(headers.get("Date")) if expires else None
    if expires and date and expires > date:
        return expires - date
    return None


def retry_at(value: str | None, now: datetime) -> datetime | None:
    """`Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), at most a week ahead."""
    if not value:
        return None
    text = value.strip()
    when = now + timedelta(seconds=min(int(text), 10**7)) if text.isascii() and text.isdigit() else http_date(text)
    if when is None or when <= now:
        return None
    return min(when, now + _LONGEST_RETRY)


def links(values: Iterable[str], base: str) -> dict[str, str]:
    """Addresses by relation, the first of each, out of `Link` fields (RFC 8288, section 3)."""
    found: dict[str, str] = {}
    for value in values:
        for target, parameters in _LINK.findall(value[:_LONGEST_LINKS]):
            relation = _RELATION.search(parameters)
            try:
                address = urljoin(base, target.strip())
            except ValueError:
                continue
            for name in (relation[1] or relation[2]).lower().split() if relation else ():
                found.setdefault(name, address)
    return found


_LONGEST_LINKS = 8_000  # characters
_LINK = re.compile(r"""<([^<>]{1,2000})>((?:\s*+;\s*+[^\s;,="]++(?:\s*+=\s*+(?:"[^"]*+"|[^\s;,"]*+))?+)*+)""")
_RELATION = re.compile(r"""(?:^|[;\s])rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


def http_date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
