"""Words for a channel's settings: each with its value, what there is to choose, and what it comes to."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

SETTINGS: Final = N_("<b>{channel}: settings</b>")
LINE: Final = N_("{what}: <b>{value}</b>")
AT_ONCE: Final = N_("An article that came now would go out at once.")
LATER: Final = N_("An article that came now would go out {when}.")
INTO_DIGEST: Final = N_("An article that came now would go into the next digest.")
TO_EDITOR: Final = N_("An article that came now would wait for an editor.")
WAITS: Final = N_("The channel is paused: an article that came now would wait.")
ZONE: Final = N_("Time zone")
LANGUAGE: Final = N_("My words in posts")
LANGUAGES: Final = N_("Only articles in")
TEMPLATE: Final = N_("Template")
PACE: Final = N_("Pace")
QUIET: Final = N_("Quiet hours")
WINDOWS: Final = N_("Posting hours")
SEASONS: Final = N_("Seasons")
APPROVE: Final = N_("Approval")
AFTER: Final = N_("If nobody says no")
ALSO: Final = N_("Other sources of a story")
BIG_CHANGES: Final = N_("Big changes")
ACTIONS: Final = N_("Share links")
PREVIEW: Final = N_("Preview card")
FLAGS: Final = N_("Switches")
FRESH: Final = N_("Too late after")
AGE: Final = N_("Oldest articles")
UNDO: Final = N_("Time to undo")
APART: Final = N_("{span} apart")
PER_HOUR: Final = N_("{number} an hour")
PER_DAY: Final = N_("{number} a day")
SILENT: Final = N_("without sound")
HOLD: Final = N_("held until they end")
DIGEST: Final = N_("into the next digest")
ALWAYS: Final = N_("at any hour")
ANY_LANGUAGE: Final = N_("any language")
IT_WAITS: Final = N_("it waits")
ALSO_EDIT: Final = N_("named in the first post")
ALSO_REPLY: Final = N_("named in a reply")
ALSO_NONE: Final = N_("not named")
BIG_EDIT: Final = N_("edited in silence")
BIG_REPLY: Final = N_("edited, and told in a reply")
BIG_ASK: Final = N_("the owner is asked")
BIG_KEEP: Final = N_("the post stays as it was")
AUTO: Final = N_("as it fits")
BUTTONS: Final = N_("buttons")
LINKS: Final = N_("links")
LARGE_ABOVE: Final = N_("large, above")
LARGE_BELOW: Final = N_("large, below")
SMALL: Final = N_("small")
SAVE: Final = N_("Link to save the article")
PROTECT: Final = N_("No forwarding")
VERSIONS: Final = N_("Name other languages")
MARKS: Final = N_("Campaign marks on links")
COPY: Final = N_("Upload the pictures")
ADDRESS: Final = N_("Address as last line")
CHOOSE: Final = N_("<b>{channel}: {what}</b>\nNow: {value}")
SET: Final = N_("<b>{channel}</b>\n{what}: {value}")
SEASON: Final = N_("<b>{channel}, {first} to {last}</b>")
CANNOT: Final = N_("{reason} Nothing was changed.\n{ask}")
ASK_ZONE: Final = N_("Which city's time? For example: Paris. /cancel stops this.")
ASK_PACE: Final = N_("What pace? For example: <code>5 min apart, 8 per hour, 60 per day</code>. /cancel stops this.")
ASK_HOURS: Final = N_(
    "From when to when? For example: <code>22:30-7</code>, or <code>7-9, 17-22</code>. /cancel stops this."
)
ASK_SPAN: Final = N_(
    "How long? For example: <code>30 min</code>, <code>3h</code>, <code>2 days</code>. /cancel stops this."
)
ASK_TAGS: Final = N_(
    "Which languages? Their short names, with commas between them: <code>fr, en</code>. /cancel stops this."
)
ASK_SEASON: Final = N_("From which day to which? For example: <code>24 dec - 2 jan</code>. /cancel stops this.")
ASK_WHILE: Final = N_(
    "What, and until when? For example: <code>{example} until 18:00</code>. Now it is {now}. /cancel stops this."
)
BUTTON_WHILE: Final = N_("Only for a while")
BUTTON_NEW_SEASON: Final = N_("New season")
