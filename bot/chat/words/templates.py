"""Words for templates: how the posts of a channel look."""

from __future__ import annotations

from typing import Final

from bot.wording import N_

WHICH: Final = N_("<b>The template of which channel?</b>")
SHOWN: Final = N_("<b>{channel} uses the template “{name}”</b>\n{meter}")
METER: Final = N_(
    "Nine hard articles make {text_from} to {text_to} of 4,096 characters, as a caption {caption_from} to {caption_to} "
    "of 1,024, and at most {entities} of 100 entities."
)
BROKEN: Final = N_("It does not work, so the default one is used.")
ASK: Final = N_(
    "Send me the new template for <b>{channel}</b>. Start from this one: copy it, change it, send it back. "
    "/cancel stops this."
)
SAVED: Final = N_("<b>Saved for {channel}</b>\n{meter}\nThis is how the newest article looks now:")
RESET: Final = N_("<b>{channel}</b> has the default template again.")
LOCKED: Final = N_("This channel is set in the file sharewire.toml. Change its template there.")
NO_FOLDER: Final = N_("I cannot write the template down: the data folder is not mine to write.")
LINE: Final = N_("Line {line}: {text}")
BUTTON_SOURCE: Final = N_("Show it")
BUTTON_CHANGE: Final = N_("Replace it")
BUTTON_LOOK: Final = N_("See the newest article")
BUTTON_DEFAULT: Final = N_("Back to the default")
