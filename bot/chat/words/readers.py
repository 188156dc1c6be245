"""Words for readers: searching, opening, saving, sources, settings, manners."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

HELLO: Final = N_("Hi! I collect news.\nType any words to search, or pick:")
HELLO_CHANNELS: Final = N_("Hi! I collect news and post it to {names}.\nType any words to search, or pick:")
HELP: Final = N_(
    "<b>What you can do</b>\n"
    "Type any words, and I search the archive.\n"
    "/latest – the newest articles\n"
    "/search words – the same, in groups too\n"
    "/follow words – I tell you when something comes\n"
    "/alerts – what you follow: how often, mute, stop\n"
    "/saved – what you put aside\n"
    "/digest – the news of the day, at your times\n"
    "/sources – what I watch\n"
    "/settings – language, time zone, quiet hours\n"
    "/export, /forgetme – see or delete what I know of you\n"
    "In any chat, type @{username} and a word to share an article."
)
HELP_SEARCH: Final = N_(
    '<b>To search exactly</b>: "night bus" for words together, -strike to leave out, since:7d, '
    "site:example.org, source:name, lang:en"
)
IN_GROUP: Final = N_("Here I answer /search, /latest and /sources. Everything else works in a private chat with me.")
LATEST: Final = N_("<b>Latest</b>")
NOTHING_YET: Final = N_("There are no articles yet. The first check of the sources takes a moment.")
RESULTS: Final = plural_("<b>{words}</b> — {count} result, best first", "<b>{words}</b> — {count} results, best first")
RESULTS_NEWEST: Final = plural_(
    "<b>{words}</b> — {count} result, newest first", "<b>{words}</b> — {count} results, newest first"
)
RESULTS_ONE: Final = N_("<b>{words}</b> — 1 result")
RESULTS_MANY: Final = N_("<b>{words}</b> — more than {count} results")
NO_RESULTS: Final = N_("Nothing for <b>{words}</b>.\nTry fewer or other words, or look at the latest articles.")
NO_RESULTS_HERE: Final = N_("Nothing for <b>{words}</b> with these filters.")
EXPIRED: Final = N_("This list has expired. Search again: just type your words.")
UNKNOWN_COMMAND: Final = N_("I don't know {command}. Try /help, or just type words to search.")
UNKNOWN_COMMAND_NEAR: Final = N_("I don't know {command}. Did you mean {near}?")
ONLY_WORDS: Final = N_("I can only read words. Type some to search, or /latest.")
WHAT_TO_FIND: Final = N_("Send /search and some words. Example: /search night bus")
SIMILAR: Final = N_("similar spelling")
DID_YOU_MEAN: Final = N_("Did you mean “{words}”?")

ADDRESS_UNKNOWN: Final = N_("I do not have this article.\nType a word of its headline, or look at the latest articles.")

HINT_TIME: Final = N_("“{value}” is no time. Write since:7d or since:2026-11-01.")
HINT_SITE: Final = N_("“{value}” is no site. Write site:example.org.")
HINT_SOURCE: Final = N_("I do not know the source “{value}”. See /sources.")
HINT_UNKNOWN_SITE: Final = N_("I found no article from “{value}”. See /sources.")
HINT_LANGUAGE: Final = N_("“{value}” is no language I know. Write lang:en.")
HINT_QUOTE: Final = N_("A quotation mark was not closed, so I took the words up to the end.")
HINT_ONLY_EXCLUDED: Final = N_("You only said what to leave out. Add a word to look for.")
HINT_TOO_LONG: Final = N_("That was long, so I looked for the beginning only.")
HINT_NO_WORDS: Final = N_("There is no word in it that I could look for. Type a word.")

SAVED: Final = N_("Saved. Find it again with /saved.")
SAVED_ALREADY: Final = N_("You have saved this already. See /saved")
UNSAVED: Final = N_("Removed.")
SAVED_LIST: Final = plural_("<b>Saved</b> — {count} article", "<b>Saved</b> — {count} articles")
SAVED_NONE: Final = N_("You have saved nothing yet. Open an article and tap Save.")
SAVED_HINT: Final = N_("Tap a number to open it.")
REMOVE_HINT: Final = N_("Tap a number to remove it from here.")

SOURCES: Final = plural_("<b>I watch {count} source</b>", "<b>I watch {count} sources</b>")
SOURCES_HINT: Final = N_("Tap a number to hear of everything new from that source.")
SOURCES_NONE: Final = N_("I watch no source yet.")
SOURCE_RESTS: Final = N_("nothing yet")

SLOW_DOWN: Final = N_("That was quick! Give me a few seconds, then go on.")

FORGET_ASK: Final = N_(
    "Shall I delete all that I know of you?\n"
    "That is: your alerts, saved articles, digest, searches, settings, and the record of what I sent you. "
    "It cannot be undone."
)
FORGET_OWNER: Final = N_("You own this bot, so I keep your number and that you are the owner, and nothing else.")
FORGET_EDITOR: Final = N_("What you published stays where it is, without your name.")
FORGOTTEN: Final = N_("Done. I know nothing of you any more. If you write again, we start anew.")
FORGOTTEN_OWNER: Final = N_("Done. I only know that you are the owner.")
NOT_FORGOTTEN: Final = N_("All stays as it is.")
EXPORT: Final = N_("This is all that I know of you.")
BUTTON_FORGET: Final = N_("Yes, delete it")
BUTTON_KEEP: Final = N_("No, keep it")

SETTINGS: Final = N_(
    "<b>Your settings</b>\nLanguage: {language}\nTime zone: {zone}, now {time}\nQuiet hours: {quiet}\nDigest: {digest}"
)
SETTING_NONE: Final = N_("none")
SETTING_BY_TELEGRAM: Final = N_("{language}, as your Telegram")
CHOOSE_LANGUAGE: Final = N_("Which language shall I speak?")
CHOOSE_ZONE: Final = N_(
    "Where are you? Now it is {time} in {zone}.\n"
    "Pick a place with your time, send me your location, or type a city or your time, like this: my time is 14:05"
)
CHOOSE_ZONE_OF: Final = N_("Which of these places has your time all year?")
CHOOSE_QUIET: Final = N_(
    "When shall I keep quiet? What comes then waits until the quiet hours end.\nOr type them, like this: 22:30-06:45"
)
ZONE_ASK: Final = N_(
    "I count in UTC until I know where you are. Send /settings and your city, like this: /settings London"
)
ZONE_SET: Final = N_("Done. It is {time} in {zone}.")
ZONE_UNKNOWN: Final = N_("I do not know a place called <b>{place}</b>. Try a bigger city nearby, or: my time is 14:05")
ZONE_NO_TIME: Final = N_("I know no place where it is {time} now. Send me the time that your clock shows, or a city.")
QUIET_SET: Final = N_("Done. Quiet from {start} to {end}.")
QUIET_OFF: Final = N_("Done. No quiet hours.")
LANGUAGE_SET: Final = N_("Done. I speak English now.")

BUTTON_OPEN_CHANNEL: Final = N_("Open the channel")
BUTTON_INLINE: Final = N_("Search in any chat")
BUTTON_SEARCH_FOR: Final = N_("Search: “{words}”")
BUTTON_NEWEST: Final = N_("Newest")
BUTTON_BEST: Final = N_("Best")
BUTTON_WEEK: Final = N_("This week")
BUTTON_MY_LANGUAGE: Final = N_("My language")
BUTTON_TELL_ME: Final = N_("Tell me about new ones")
BUTTON_TELL_ME_WHEN: Final = N_("Tell me when there is")
BUTTON_ALL_TIME: Final = N_("All time ({count})")
BUTTON_NO_FILTERS: Final = N_("Without filters ({count})")
BUTTON_SAVE: Final = N_("Save")
BUTTON_UNSAVE: Final = N_("Remove from saved")
BUTTON_EDIT_SAVED: Final = N_("Remove some")
BUTTON_DONE: Final = N_("Done")
BUTTON_LANGUAGE: Final = N_("Language")
BUTTON_ZONE: Final = N_("Time zone")
BUTTON_QUIET: Final = N_("Quiet hours")
BUTTON_DIGEST: Final = N_("Digest")
BUTTON_AS_TELEGRAM: Final = N_("As my Telegram")
BUTTON_OTHER_ZONE: Final = N_("Other places")
BUTTON_NO_QUIET: Final = N_("No quiet hours")
BUTTON_SETTINGS: Final = N_("Settings")
INLINE_NOTHING: Final = N_("Nothing found. Ask in the bot")
INLINE_ALL: Final = N_("Open the bot")
