"""Which updates a handler listens to."""

from __future__ import annotations

from typing import Final

from telegram.ext import filters

NEW: Final = filters.UpdateType.MESSAGE & ~filters.VIA_BOT
"""An edited message never repeats a command, a channel's post is none, and what was sent through us is not for us."""

PRIVATE: Final = NEW & filters.ChatType.PRIVATE
WRITTEN: Final = PRIVATE & filters.TEXT
