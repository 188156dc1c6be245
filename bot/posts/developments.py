"""Developments: what is known so far about breaking news; a line for each article of the story, the newest first.

The post that was first is edited in place as they come, in silence: nobody is rung up twice for one event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.model import Article, Channel, Json
from bot.posts import characters, hours, links
from bot.posts.context import Known

MOST: Final = 20
"""Two entities a line, of a hundred; the oldest go first."""
LONGEST: Final = 160  # characters of a line
_BELIEVED: Final = timedelta(hours=12)
"""A publisher's time that lies farther from when we found the article says the day alone, or is wrong."""
OPTION: Final = "pin_breaking"


def so_far(first: Article, later: Sequence[Article]) -> tuple[Known, ...]:
    """Nothing while the first article is the only one."""
    story = {article.id: article for article in (*later, first) if article.title}
    if set(story) <= {first.id}:
        return ()
    lines = [_line(article) for article in story.values()]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))[:MOST]


def pinned_for(channel: Channel, *wishes: Json) -> timedelta | None:
    """For how long a breaking post is pinned: by its rule or source (`breaking = { pin = "2h" }`), else by the channel;
    None = not at all."""
    asked = (wish.get("pin") for wish in wishes if isinstance(wish, dict))
    for wish in (*asked, channel.options.get(OPTION)):
        if wish is not None and wish is not False:
            return hours.duration(wish) or None
    return None


def _line(article: Article) -> Known:
    address = links.acceptable(article.canonical_url or article.url or "")
    return Known(
        text=characters.shorten(characters.one_line(article.title or ""), LONGEST),
        at=_moment(article),
        source=characters.one_line(article.site_name or "") or links.host(address),
        url=address,
    )


def _moment(article: Article) -> datetime:
    found, said = article.found_at, article.published
    if said is not None and (found is None or timedelta() <= found - said <= _BELIEVED):
        return said
    assert found is not None, "every stored article was found at a time"
    return found
