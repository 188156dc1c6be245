"""Words that everybody meets."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

SOMEBODY: Final = N_("Somebody")
BY_RULE: Final = N_("a rule")
ONLY_EDITORS: Final = N_("Only the owner and editors may do that. You can search: just type a word, or /latest.")
OLD_BUTTON: Final = N_("This button is too old. Send /help to begin again.")
FAILED: Final = N_("Something went wrong on my side. It is written down; please try again.")
GONE: Final = N_("This article is no longer there.")
BUTTON_OPEN: Final = N_("Open")
BUTTON_BACK: Final = "◀"
BUTTON_NEXT: Final = "▶"
BUTTON_LATEST: Final = N_("Latest")
JUST_NOW: Final = N_("just now")
