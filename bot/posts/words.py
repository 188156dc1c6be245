"""Words: what the bot itself says inside posts besides its templates, in the story's language.

Each English text is the key of its translations in bot/locales; templates mark theirs with `_()` and `_n()`.
"""

from __future__ import annotations

from typing import Final

from bot.wording import N_

READ_ON: Final = N_("Read on {domain}")
READ: Final = N_("Read")
WHATSAPP: Final = N_("WhatsApp")
SHARE: Final = N_("Share")
COPY_LINK: Final = N_("Copy link")
SAVE: Final = N_("Save")
CORRECTED: Final = N_("Corrected {time}")
WITHDRAWN: Final = N_("Story withdrawn ({time})")
OTHER_NEWS: Final = N_("Other news")
MORNING: Final = N_("Morning brief")
MIDDAY: Final = N_("Midday brief")
EVENING: Final = N_("Evening brief")
SO_FAR: Final = N_("Today so far")
