"""A draft as a value: what an editor has chosen so far, kept in its row, so that a restart forgets nothing.

options   wording, picture, template, silent: what differs from the channel's own; also: more channels; posts: what it
          became; card and shown: our messages about it, as [chat, message] and [chat, [messages]]; told: said to wait
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Json
from bot.posts.preview import Wish
from bot.store.drafts import Draft


def wish_of(options: Mapping[str, Json]) -> Wish:
    silent = options.get("silent")
    return Wish(
        template=_text(options, "template"),
        silent=silent if isinstance(silent, bool) else None,
        wording=_text(options, "wording"),
        picture=_text(options, "picture"),
        breaking=options.get("breaking") is True,
    )


def also_of(draft: Draft) -> tuple[int, ...]:
    """More channels, beside the first."""
    found = draft.options.get("also")
    return tuple(one for one in found if isinstance(one, int)) if isinstance(found, list) else ()


def posts_of(draft: Draft) -> tuple[int, ...]:
    """What it became, the first channel's first."""
    found = draft.options.get("posts")
    listed = tuple(one for one in found if isinstance(one, int)) if isinstance(found, list) else ()
    return listed or ((draft.post_id,) if draft.post_id else ())


def place_of_card(draft: Draft) -> tuple[int, int] | None:
    place = draft.options.get("card")
    return (int(place[0]), int(place[1])) if isinstance(place, list) and len(place) == 2 else None


def _text(options: Mapping[str, Json], name: str) -> str | None:
    value = options.get(name)
    return value if isinstance(value, str) else None
