"""Words about how it went."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

HEAD: Final = plural_("<b>The last day</b>", "<b>The last {count} days</b>")
WEEK: Final = N_("<b>Your week</b>")
CHANNEL: Final = N_("<b>{channel}</b>")
DELIVERED: Final = plural_("{count} post delivered", "{count} posts delivered")
REFUSED: Final = plural_("{count} post needs a look: /status", "{count} posts need a look: /status")
LATENCY: Final = N_("From publishing to the channel: {median}, nine of ten within {most}")
REACTIONS: Final = plural_("{count} reaction", "{count} reactions")
PRESSES: Final = plural_("{count} button pressed: {buttons}", "{count} buttons pressed: {buttons}")
READ: Final = N_("Read")
WHATSAPP: Final = N_("WhatsApp")
MEMBERS: Final = plural_("{count} subscriber", "{count} subscribers")
MEMBERS_CHANGE: Final = plural_("{count} subscriber ({change})", "{count} subscribers ({change})")
BEST_HOURS: Final = N_("Most reactions to posts of: {hours}")
LIKED: Final = N_("Liked most: {title}")
NOTHING: Final = N_("No post in this time.")
UNDER_A_MINUTE: Final = N_("under a minute")
BUTTON_DAYS: Final = plural_("{count} day", "{count} days")
WEEK_HINT: Final = N_("/stats shows more, sharewire stats --csv everything.")
