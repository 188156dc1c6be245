"""Words for rules: why an article was posted or not, and what is set for a while."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

EXPLAIN_WHICH: Final = N_("Send /explain and an article's address, or answer one of its posts with /explain.")
EXPLAIN: Final = N_("<b>Why, or why not</b>\n{title}")
POSTED: Final = N_("✓ <b>{channel}</b>: posted. {reason}")
NOT_POSTED: Final = N_("✗ <b>{channel}</b>: not posted ({stage}). {reason}")
WITHDRAWN: Final = N_("It was withdrawn.")
OVERRIDE_WHERE: Final = N_("<b>For which channel?</b>\nWhat you choose next ends by itself.")
OVERRIDE_WHAT: Final = N_("<b>What shall be different in {channel} for a while?</b>")
OVERRIDE_UNTIL: Final = N_("<b>{channel}: {what}</b>\nUntil when?")
OVERRIDE_SET: Final = N_("<b>{channel}: {what}</b>\nuntil {when}. It ends by itself; /override ends it now.")
OVERRIDE_ENDED: Final = N_("<b>{channel}</b> is as it always is.")
OVERRIDE_NOW: Final = N_("{channel}: {what} until {when}")
NO_LIMITS: Final = N_("no limits")
NO_QUIET: Final = N_("no quiet hours")
QUIET: Final = N_("quiet, without sound")
HOLD: Final = N_("nothing goes out")
ASK: Final = N_("an editor has to say yes")
NO_ASK: Final = N_("no editor has to say yes")
ASK_UNTIL: Final = N_(
    "Until when, in <b>{channel}</b>? Answer with a time: 02:00, tomorrow 9, in 3 hours. Now it is {now}. "
    "/cancel stops this."
)
BUTTON_HOURS: Final = plural_("{count} hour", "{count} hours")
BUTTON_END: Final = N_("As always")
