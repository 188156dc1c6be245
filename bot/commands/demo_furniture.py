"""What the demo's rooms hold at the start: the sandbox's people and channels, our sources and rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.app import Parts
from bot.demo.site import Site
from bot.model import Channel, Media, Source, SourceKind
from bot.store import channels, rules, sources

BOT_TOKEN: Final = "1000001:sandbox"  # noqa: S105 - the sandbox's, known to all
OWNER: Final = 5011
CHECK_EVERY: Final = timedelta(seconds=2)

WORLD: Final = """
flood_control = true
fetch = ["127.0.0.1"]

[bots.news]
token = "1000001:sandbox"
id = 1000001
username = "demo_news_bot"
first_name = "Demo News bot"
inline = true

[users.ana]
id = 5011
first_name = "Ana"
username = "ana"
language_code = "en"
started = ["news"]

[users.sam]
id = 5012
first_name = "Sam"
username = "sam"
language_code = "en"
started = ["news"]

[users.kim]
id = 5013
first_name = "Kim"
username = "kim"
language_code = "en"

[chats.demo]
id = -1001000000001
type = "channel"
title = "Demo News"
username = "demonews"
creator = "ana"
members = ["sam", "kim"]
[chats.demo.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.akhbar]
id = -1001000000003
type = "channel"
title = "اخبار · أخبار"
username = "demoakhbar"
creator = "ana"
members = ["sam", "kim"]
[chats.akhbar.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.valley]
id = -1001000000004
type = "channel"
title = "Valley Post, with comments"
username = "demovalley"
creator = "ana"
members = ["sam", "kim"]
linked = "talk"
[chats.valley.admins.news]
rights = ["post_messages", "edit_messages", "delete_messages"]

[chats.talk]
id = -1001000000002
type = "supergroup"
title = "Valley talk"
creator = "ana"
members = ["news", "sam", "kim"]
"""

ROUTES: Final = {  # source -> channels
    "harbor-times": ("demonews",),
    "valley-post": ("demonews", "demovalley"),
    "courrier": ("demonews",),
    "faro": ("demonews",),
    "neeltat": ("demonews",),
    "sahil": ("demoakhbar",),
    "nawaris": ("demoakhbar",),
}


def world_text() -> str:
    return WORLD


async def furnish(parts: Parts, site: Site) -> None:
    """Channels, sources and the rules between them.  A kept folder (--data) is furnished anew: the site's address
    changes with every start."""
    now = datetime.now(UTC)
    bot_id = parts.bot.bot_id
    async with parts.db.write() as tx:
        for name, chat_id, title, language, linked in (
            ("demonews", -1001000000001, "Demo News", "en", None),
            ("demoakhbar", -1001000000003, "اخبار · أخبار", "ur", None),
            ("demovalley", -1001000000004, "Valley Post, with comments", "en", -1001000000002),
        ):
            await channels.put(
                tx,
                Channel(
                    id=0,
                    bot_id=bot_id,
                    name=name,
                    address=f"@{name}",
                    chat_id=chat_id,
                    title=title,
                    username=name,
                    language=language,
                    linked_chat_id=linked,
                    max_age=timedelta(days=30),
                ),
                now=now,
            )
        for paper in site.sources:
            await sources.put(
                tx,
                Source(
                    id=0,
                    name=paper.name,
                    kind=SourceKind(paper.kind),
                    url=paper.address,
                    title=paper.title,
                    homepage=paper.homepage,
                    language=paper.language,
                    every=CHECK_EVERY,
                    media=Media.COPY,
                ),
                now=now,
            )
            await rules.send_source_to(tx, paper.name, ROUTES[paper.name])
