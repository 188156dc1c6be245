"""Words for readers."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

HELLO: Final = N_("Hi! I collect news{channels}.\nType any words to search, or pick:")
CHANNELS: Final = N_(" and post it to {names}")
HELP: Final = N_(
    "<b>What you can do</b>\n"
    "Type any words, and I search the archive.\n"
    "/latest – the newest articles\n"
    "/search words – the same, in groups too\n"
    "In any chat, type @{username} and a word to share an article."
)
LATEST: Final = N_("<b>Latest</b>")
NOTHING_YET: Final = N_("There are no articles yet. The first check of the sources takes a moment.")
RESULTS: Final = plural_("<b>{words}</b> — {count} result, best first", "<b>{words}</b> — {count} results, best first")
NO_RESULTS: Final = N_("Nothing for <b>{words}</b>.\nTry fewer or other words, or look at the latest articles.")
EXPIRED: Final = N_("This list has expired. Search again: just type your words.")
UNKNOWN_COMMAND: Final = N_("I don't know {command}. Try /help, or just type words to search.")
ONLY_WORDS: Final = N_("I can only read words. Type some to search, or /latest.")
WHAT_TO_FIND: Final = N_("Send /search and some words. Example: /search night bus")
BUTTON_OPEN_CHANNEL: Final = N_("Open the channel")
BUTTON_INLINE: Final = N_("Search in any chat")
INLINE_ALL: Final = N_("Open the bot")
