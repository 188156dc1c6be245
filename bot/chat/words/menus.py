"""What the commands do, as the menus say it, at most 40 characters; and what the bot says of itself in its profile."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

LATEST: Final = N_("The newest articles")
SEARCH: Final = N_("Search the archive")
FOLLOW: Final = N_("Be told when something comes")
ALERTS: Final = N_("What you follow")
SAVED: Final = N_("What you put aside")
DIGEST: Final = N_("The news of the day, at your times")
SETTINGS: Final = N_("Language, time zone, quiet hours")
HELP: Final = N_("What you can do")
PUSH: Final = N_("Post an article by hand")
STATUS: Final = N_("How things are")
STATS: Final = N_("How posts did")
CHANNELS: Final = N_("Where posts go")
CONNECT: Final = N_("Add a channel")
SOURCES: Final = N_("What is watched")
SOURCE: Final = N_("Watch a site or feed")
RULES: Final = N_("Which articles go where")
PEOPLE: Final = N_("Who runs this bot")
LOG: Final = N_("What was done, and by whom")
DESCRIPTION: Final = N_(
    "News from many sources in one place. Type any words to search, or press START to see what I can do."
)
SHORT_DESCRIPTION: Final = N_("News from many sources: search it, follow it, share it.")
