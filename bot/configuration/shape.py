"""The tables of sharewire.toml and their keys: one list for reading, for the schema and for the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.configuration import values
from bot.configuration.values import Read
from bot.model import BigChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: how it is read, what it means, an example as TOML; `kind` is its type for the schema."""

    read: Read
    help: str
    example: str
    kind: Any = "string"
    needed: bool = False


_ACTIONS: Final = ("auto", "buttons", "links", "none")
_PREVIEWS: Final = ("large-above", "large-below", "small", "none")
_LIST: Final = {"type": "array", "items": {"type": "string"}}
_WORDS: Final = {"anyOf": [{"type": "string"}, _LIST]}
_BIG: Final = tuple(one.value for one in BigChanges)

SITE: Final[Mapping[str, Key]] = {
    "name": Key(read=values.text, help="What the site is called.", example='"Harbor News"'),
    "timezone": Key(read=values.zone, help="Of channels that name none.", example='"Europe/Paris"'),
    "languages": Key(
        read=values.languages, help="The first is that of channels that name none.", example='["fr", "en"]', kind=_LIST
    ),
}

_SHARED: Final[Mapping[str, Key]] = {
    "template": Key(read=values.text, help="What posts look like.", example='"share"'),
    "actions": Key(
        read=values.choice(*_ACTIONS), help="Where share links stand.", example='"auto"', kind={"enum": _ACTIONS}
    ),
    "preview": Key(
        read=values.choice(*_PREVIEWS), help="The preview card.", example='"large-above"', kind={"enum": _PREVIEWS}
    ),
    "quiet": Key(read=values.quiet, help="Hours without sound.", example='"22:30-07:00"', kind={}),
    "pace": Key(
        read=values.pace, help="Most posts.", example='{ gap = "3m", per_hour = 8, per_day = 60 }', kind="object"
    ),
    "approve": Key(read=values.flag, help="An editor says yes to every post.", example="false", kind="boolean"),
    "fresh_for": Key(read=values.span, help="A post that would come later goes into the next digest.", example='"3h"'),
    "max_age": Key(read=values.span, help="Older articles are never posted.", example='"2d"'),
    "media": Key(
        read=values.choice("link", "copy"),
        help="link: the preview card; copy: upload pictures (own site).",
        example='"link"',
        kind={"enum": ("link", "copy")},
    ),
}

DEFAULTS: Final[Mapping[str, Key]] = {
    **_SHARED,
    "every": Key(read=values.span, help="How often to look at a source.", example='"10m"'),
    "backfill": Key(
        read=values.number(0, 50), help="Newest articles of a new source that are posted.", example="0", kind="integer"
    ),
}

CHANNEL: Final[Mapping[str, Key]] = {
    "chat": Key(read=values.chat, help="The channel.", example='"@harbornews"', kind={}, needed=True),
    "language": Key(read=values.language, help="Of the bot's own words in posts.", example='"fr"'),
    "timezone": Key(read=values.zone, help="Of its hours and times.", example='"Europe/Paris"'),
    **_SHARED,
    "languages": Key(read=values.languages, help="Only articles in these.", example='["fr"]', kind=_LIST),
    "photos": Key(read=values.number(1, 10), help="Most pictures of an album.", example="4", kind="integer"),
    "share": Key(read=values.names, help="Share links, in this order.", example='["whatsapp", "telegram"]', kind=_LIST),
    "save": Key(read=values.flag, help="A link to save the article.", example="false", kind="boolean"),
    "protect": Key(read=values.flag, help="Posts cannot be forwarded.", example="false", kind="boolean"),
    "show_link": Key(
        read=values.choice("auto", "yes", "no"),
        help="The bare address as last line.",
        example='"auto"',
        kind={"enum": ("auto", "yes", "no")},
    ),
    "also": Key(
        read=values.choice("edit", "reply", "none"),
        help="Other sources of a story that it has: named in the first post, in a reply to it, or nowhere.",
        example='"edit"',
        kind={"enum": ("edit", "reply", "none")},
    ),
    "big_changes": Key(
        read=values.choice(*_BIG),
        help="A posted article became another story: edit its post in silence, edit it and say so in a reply, ask "
        "first, or keep the post as it is.",
        example='"edit"',
        kind={"enum": _BIG},
    ),
    "versions": Key(
        read=values.flag, help="Posts name the article's other languages.", example="false", kind="boolean"
    ),
    "whatsapp_footer": Key(
        read=values.text, help="Last line of a WhatsApp share.", example='"Follow us: https://wa.example"'
    ),
    "utm": Key(read=values.flag, help="Campaign marks on links.", example="false", kind="boolean"),
    "windows": Key(
        read=values.windows, help="Posts only in these hours.", example='["07:00-09:00", "17:00-22:00"]', kind=_WORDS
    ),
    "pin_breaking": Key(read=values.span, help="Breaking posts stand pinned for so long.", example='"2h"'),
    "hold": Key(read=values.pause, help="Time to undo after Publish.", example='"10s"'),
    "editors_chat": Key(read=values.chat, help="Where posts wait for a yes.", example='"@harbordesk"', kind={}),
    "approve_after": Key(read=values.pause, help="Then a post that nobody refused goes out.", example='"30m"'),
    "seasons": Key(
        read=values.seasons,
        help="Overrides by date: tables [channels.NAME.seasons.SEASON].",
        example="{}",
        kind="object",
    ),
}

SOURCE: Final[Mapping[str, Key]] = {
    "url": Key(
        read=values.address,
        help="A feed, sitemap or page.",
        example='"https://harbortimes.example/feed.xml"',
        needed=True,
    ),
    "kind": Key(
        read=values.choice("feed", "sitemap", "page"),
        help="feed unless said.",
        example='"feed"',
        kind={"enum": ("feed", "sitemap", "page")},
    ),
    "title": Key(read=values.text, help="What it is called; its own title unless said.", example='"Harbor Times"'),
    "to": Key(read=values.names, help="Channels that get all of it.", example='["news"]', kind=_WORDS),
    "tags": Key(read=values.names, help="For rules (tag).", example='["harbor", "city"]', kind=_LIST),
    "language": Key(read=values.language, help="If the source does not say.", example='"fr"'),
    "every": Key(read=values.span, help="How often to look.", example='"2m"'),
    "backfill": Key(
        read=values.number(0, 50), help="Newest articles that are posted at first.", example="0", kind="integer"
    ),
    "media": Key(
        read=values.choice("link", "copy"), help="As for channels.", example='"link"', kind={"enum": ("link", "copy")}
    ),
    "enabled": Key(read=values.flag, help="false pauses it.", example="true", kind="boolean"),
    "approve": Key(
        read=values.flag, help="An editor says yes to every article of it.", example="false", kind="boolean"
    ),
    "template": Key(read=values.text, help="What its posts look like.", example='"share"'),
    "breaking": Key(
        read=values.breaking,
        help="Trusted for breaking news, with these words or in all it says (true); pin: for so long.",
        example='{ when = ["collision"], pin = "2h" }',
        kind={},
    ),
    "same_address": Key(
        read=values.flag,
        help="Meant: another source has this address too, for other channels or with other wishes.",
        example="true",
        kind="boolean",
    ),
    "single": Key(
        read=values.flag,
        help="A page that is one article: each change is a new version.",
        example="false",
        kind="boolean",
    ),
    "rhash": Key(
        read=values.rhash, help="Instant View template: posts link through t.me/iv.", example='"1a2b3c4d5e6f70"'
    ),
    "headers": Key(
        read=values.headers, help="Sent with each visit.", example='{ Accept-Language = "fr" }', kind="object"
    ),
}

RULE: Final[Mapping[str, Key]] = {
    "match": Key(
        read=values.conditions,
        help='source, tag, any, all, not, title, text, lang, tags, authors; younger, older (a span: "2h").',
        example='{ any = ["tram"], not = ["job ad"] }',
        kind="object",
        needed=True,
    ),
    "add_to": Key(read=values.names, help="Channels that get what matches.", example='["tech"]', kind=_WORDS),
    "drop": Key(read=values.flag, help="What matches is kept out.", example="false", kind="boolean"),
    "template": Key(read=values.text, help="What its posts look like.", example='"compact"'),
    "silent": Key(read=values.flag, help="Without sound.", example="false", kind="boolean"),
    "thread": Key(read=values.number(1, 2**31), help="Topic of a group.", example="5", kind="integer"),
    "approve": Key(read=values.flag, help="An editor says yes first.", example="false", kind="boolean"),
    "breaking": Key(read=values.breaking, help="Goes out at once, and is updated in place.", example="false", kind={}),
    "big_changes": Key(
        read=values.choice(*_BIG), help="As for channels; it comes first.", example='"ask"', kind={"enum": _BIG}
    ),
    "repeat_stories": Key(
        read=values.flag, help="Also what another source told already.", example="false", kind="boolean"
    ),
    "enabled": Key(read=values.flag, help="false switches it off.", example="true", kind="boolean"),
}

DIGEST: Final[Mapping[str, Key]] = {
    "to": Key(read=values.text, help="The channel.", example='"news"', needed=True),
    "at": Key(read=values.moments, help="Times, in the channel's zone.", example='"07:30 mon-fri"', kind=_WORDS),
    "cron": Key(read=values.cron, help="The same as a cron line.", example='"30 7 * * 1-5"'),
    "title": Key(read=values.text, help="By the hour unless said.", example='"Morning brief"'),
    "top": Key(read=values.number(1, 30), help="Stories shown.", example="7", kind="integer"),
    "grouping": Key(
        read=values.choice("none", "tag", "source"),
        help="Sections.",
        example='"none"',
        kind={"enum": ("none", "tag", "source")},
    ),
    "takes": Key(
        read=values.choice("all", "folded"),
        help="folded: only what was not posted by itself.",
        example='"all"',
        kind={"enum": ("all", "folded")},
    ),
    "live": Key(read=values.flag, help="One message, edited as articles come.", example="false", kind="boolean"),
}

SINGLE: Final[Mapping[str, Mapping[str, Key]]] = {"site": SITE, "defaults": DEFAULTS}
NAMED: Final[Mapping[str, Mapping[str, Key]]] = {
    "channels": CHANNEL,
    "sources": SOURCE,
    "rules": RULE,
    "digests": DIGEST,
}
