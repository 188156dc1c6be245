"""Words for those who publish."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

HELP_OWNER: Final = N_(
    "\n\n<b>For you, as {role}</b>\n"
    "/push address – see the post, then publish it\n"
    "Or just send me an address, or paste an article.\n"
    "/status – how things are"
)
WHAT_TO_PUSH: Final = N_(
    "Send /push and an address, or paste the article's text. Example: /push https://news.example/story"
)
NO_CHANNEL: Final = N_("There is no channel yet. Add one on the command line: sharewire channels add @yourchannel")
PREVIEW: Final = N_("<b>Preview for {channel}</b>\n{facts}")
NOT_SHOWN: Final = N_("Telegram did not take this post from me here, so I cannot show it.")
CHOSEN: Final = N_("Now for <b>{channel}</b>, see below.")
QUEUED: Final = N_("<b>Publishing in {channel}…</b>")
PUBLISHED: Final = N_("<b>Published in {channel}</b> by {name}{link}")
WAITING: Final = N_("<b>On its way to {channel}</b>\nIt goes out when Telegram's limits allow; nothing is lost.")
HELD: Final = N_(
    "<b>Please look at {channel}</b>\n"
    "Telegram did not say whether the post went out, and I could not find out. Is it there?"
)
ALREADY: Final = N_("<b>Already posted in {channel}</b> by {name}{link}\nNothing was sent.")
ALREADY_QUEUED: Final = N_("<b>Already on its way to {channel}</b>, by {name}\nNothing more will be sent.")
REFUSED: Final = N_("<b>Not published in {channel}</b>\n{problem}")
DISCARDED: Final = N_("Discarded. Nothing was posted.")
TAKEN: Final = N_("{name} {what} this already.")
DONE: Final = {"publishing": N_("published"), "published": N_("published"), "discarded": N_("discarded")}
DRAFT_GONE: Final = N_("This preview is no longer there. Send the address again.")
BUTTON_PUBLISH: Final = N_("Publish")
BUTTON_DISCARD: Final = N_("Discard")
BUTTON_TO: Final = N_("To {channel}")
SILENT: Final = N_("silent")
WITH_SOUND: Final = N_("with sound")
ALBUM: Final = plural_("album of {count}", "album of {count}")
WITH_PREVIEW: Final = N_("with preview card")
NO_PREVIEW: Final = N_("no preview card")
CHARACTERS: Final = N_("{used} of {limit} characters")
STATUS: Final = N_("Status")
STATUS_SOURCES: Final = N_("Sources: {count}")
STATUS_FAILING: Final = plural_(", {count} failing", ", {count} failing")
STATUS_ARTICLES: Final = N_("Articles: {count}")
STATUS_CHANNELS: Final = N_("Channels: {count}")
STATUS_PAUSED: Final = plural_(", {count} paused", ", {count} paused")
STATUS_POSTS: Final = N_("Posts: {sent} sent, {waiting} waiting")
STATUS_LOOK: Final = plural_(", {count} to look at", ", {count} to look at")
