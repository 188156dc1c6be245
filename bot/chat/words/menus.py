"""What the commands of those who run the bot do, as their menu says it; at most 40 characters."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

LATEST: Final = N_("The newest articles")
SEARCH: Final = N_("Search the archive")
HELP: Final = N_("What you can do")
PUSH: Final = N_("Post an article by hand")
STATUS: Final = N_("How things are")
STATS: Final = N_("How posts did")
CHANNELS: Final = N_("Where posts go")
CONNECT: Final = N_("Add a channel")
SOURCES: Final = N_("What is watched")
SOURCE: Final = N_("Watch a site or feed")
PEOPLE: Final = N_("Who runs this bot")
LOG: Final = N_("What was done, and by whom")
