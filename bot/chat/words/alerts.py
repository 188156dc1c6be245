"""Words about alerts: following, being told, keeping quiet."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

WHAT_TO_FOLLOW: Final = N_(
    "Send /follow and what you wait for, and I write to you when something comes.\n\n"
    "/follow night bus – both words\n"
    '/follow "night bus" -strike – these words together, without the other\n'
    "/follow ferry source:harbor-times lang:en – from one source, in one language"
)
ADDED: Final = N_("I will tell you when something comes for <b>{words}</b>.")
ADDED_KNOWN: Final = N_("You follow <b>{words}</b> already. It is on.")
REFUSED_NOTHING: Final = N_(
    "There is no word to wait for in <b>{words}</b>.\n"
    "Add a word that says what you look for, for example: /follow ferry"
)
REFUSED_TOO_MANY: Final = plural_(
    "You have {count} alert, and that is the most I keep for one person.\nStop one first: /alerts",
    "You have {count} alerts, and that is the most I keep for one person.\nStop one first: /alerts",
)
REFUSED_SOURCE: Final = N_("I do not watch a source of that name.\nSee which ones I watch: /sources")
LIST: Final = plural_("<b>Your alert</b> ({count})", "<b>Your alerts</b> ({count})")
LIST_HINT: Final = N_("Tap a number to change how often I write, to mute it or to stop it.")
NONE_YET: Final = N_("You have no alerts yet.\nSend /follow and some words, and I tell you when something comes.")
ONE: Final = N_("Alert: <b>{words}</b>\n{state}")
INSTANT: Final = N_("At once")
HOURLY: Final = N_("Every hour")
DAILY: Final = N_("Once a day")
MUTED_UNTIL: Final = N_("muted until {time}")
QUIET_NOW: Final = N_("Your quiet hours are {hours}: what comes then waits until they end.")
FOR_ALERT: Final = N_("For your alert <b>{words}</b>")
GATHERED: Final = plural_("{count} article for your alerts", "{count} articles for your alerts")
GATHERED_ONE: Final = plural_("{count} article for your alert “{words}”", "{count} articles for your alert “{words}”")
WHILE_AWAY: Final = plural_(
    "While you were away: {count} article for your alerts", "While you were away: {count} articles for your alerts"
)
STOPPED: Final = N_("Stopped. I no longer write about <b>{words}</b>.")
STOPPED_SHORT: Final = N_("Stopped. I no longer write about this.")
MUTED_SHORT: Final = N_("Muted until {time}.")
SPEAKS_SHORT: Final = N_("It speaks again.")
FOLLOWED_SHORT: Final = N_("Done. I will tell you when something comes. See /alerts")
GONE: Final = N_("This alert is no longer there. See /alerts")
BUTTON_MUTE_HOUR: Final = N_("Mute 1 h")
BUTTON_MUTE_DAY: Final = N_("Until tomorrow")
BUTTON_MUTE_WEEK: Final = N_("Mute a week")
BUTTON_UNMUTE: Final = N_("Unmute")
BUTTON_STOP: Final = N_("Stop")
BUTTON_LIST: Final = N_("My alerts")
BUTTON_AGAIN: Final = N_("Follow again")
