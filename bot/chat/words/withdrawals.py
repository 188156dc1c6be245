"""Words for withdrawing an article everywhere."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

WHICH: Final = N_(
    "Send /withdraw and the article's address, or answer one of its posts with /withdraw. It is taken back everywhere."
)
SURE: Final = N_("<b>Withdraw this everywhere?</b>\n{title}\nIt stands in:")
IN_CHANNELS: Final = plural_("{count} message in channels", "{count} messages in channels")
WAITING: Final = plural_("{count} post that waits", "{count} posts that wait")
IN_DIGESTS: Final = plural_("{count} digest", "{count} digests")
IN_ALERTS: Final = plural_("{count} message to a reader", "{count} messages to readers")
ON_LISTS: Final = plural_("{count} saved list", "{count} saved lists")
SEARCH: Final = N_("search and inline answers")
OUT_OF_REACH: Final = N_("Out of my reach: what people forwarded or copied.")
OLD: Final = plural_(
    "{count} message is older than 48 hours: I change its words. To delete it too, open it and delete it by hand:",
    "{count} messages are older than 48 hours: I change their words. To delete them too, open and delete them by hand:",
)
DONE: Final = N_("<b>Withdrawn everywhere</b>\nIt stood in:")
NOT_WITHDRAWN: Final = N_("Nothing was withdrawn.")
ALREADY: Final = N_("This article was withdrawn. Nobody finds, shares or posts it any more.")
ERASED: Final = N_("Erased. Nothing of what it said is left here.")
ONLY_OWNER: Final = N_("Only the owner may do that.")
BUTTON_YES: Final = N_("Withdraw it")
BUTTON_NO: Final = N_("Keep it")
BUTTON_SHOW: Final = N_("Show the original")
BUTTON_ERASE: Final = N_("Erase it")
