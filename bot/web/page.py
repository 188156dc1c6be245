"""`Page`: what an address answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer of status 2xx or 304.  `body` is unpacked bytes, empty when `not_modified`."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    body: bytes = b""
    content_type: str | None = None  # without parameters, lower case
    charset: str | None = None  # of the header only
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False
    permanent_url: str | None = None  # where an unbroken run of 301 and 308 led
    max_age: timedelta | None = None
    retry_at: datetime | None = None
    headers: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)  # of the header, by relation
