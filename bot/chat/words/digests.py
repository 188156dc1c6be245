"""Words about a reader's own digest: the news of the day, at their times."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

ON: Final = N_("You get the news of the day: <b>{times}</b>\nNext: {next}")
OFF: Final = N_("You get no digest. Choose when you want the news of the day:")
HOW: Final = N_(
    "Or send your own times: /digest 07:30 mon-fri, /digest every day at 8, /digest 7:30 and 18:00, /digest off"
)
SET: Final = N_("Done. The next digest comes {next}.")
ENDED: Final = N_("Done. No digest any more.")
NOT_UNDERSTOOD: Final = N_(
    "I do not understand the times <b>{times}</b>.\n"
    "Write them like this: /digest 07:30 mon-fri or /digest every day at 8"
)
MORNING: Final = N_("Morning, 08:00")
EVENING: Final = N_("Evening, 18:00")
BOTH: Final = N_("Morning and evening")
BUTTON_OFF: Final = N_("No digest")

DAYS_AND_TIMES: Final = N_("{days}, {times}")
EVERY_DAY: Final = N_("every day")
ABOUT: Final = N_("About: <b>{about}</b>")
ABOUT_EVERYTHING: Final = N_("everything")
ABOUT_FOLLOWED: Final = N_("what your alerts look for")
LIVE: Final = N_("It is one message that grows as news comes, until the next time.")
ASK_ABOUT: Final = N_(
    "What shall your digest be about? Send me words, parted by commas, like this: "
    'ferry, "night bus" -strike, source:harbor-times'
)
ABOUT_SET: Final = N_("Done. Your digest is about: <b>{about}</b>.")
BUTTON_EVERYTHING: Final = N_("Everything")
BUTTON_FOLLOWED: Final = N_("What I follow")
BUTTON_WORDS: Final = N_("My own words")
BUTTON_LIVE: Final = N_("One growing message")
