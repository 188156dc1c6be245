"""Words for those who publish."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

HELP_OWNER: Final = N_(
    "\n\n<b>For you, as {role}</b>\n"
    "/push address – see the post, then publish it\n"
    "Or just send me an address, or paste an article.\n"
    "/flash words – one line of breaking news\n"
    "/scheduled – what is planned\n"
    "/explain address – why it was posted, or why not\n"
    "/override – other limits for a while\n"
    "/template – how posts look\n"
    "/withdraw address – take it back everywhere\n"
    "/status – how things are"
)
WHAT_TO_PUSH: Final = N_(
    "Send /push and an address, or paste the article's text. Example: /push https://news.example/story"
)
WHICH_FILES: Final = N_("I read articles from text and HTML files of up to 1 MB. You can also paste the text.")
NO_CHANNEL: Final = N_("There is no channel yet. Add one with /connect.")
PREVIEW: Final = N_("<b>Preview for {channel}</b>\n{facts}")
NOT_SHOWN: Final = N_("Telegram did not take this post from me here, so I cannot show it.")
OWN_WORDS: Final = N_("in your own words")
NO_PICTURE: Final = N_("without a picture")
PICTURE_OF: Final = N_("picture {number} of {count}")
OWN_PICTURE: Final = N_("with your own picture")
TEMPLATE_IS: Final = N_("template {name}")
ALSO_TO: Final = N_("Also to {channels}.")
SIMILAR: Final = N_("Similar, posted here {ago} ago: {title}")
NOT_BEFORE: Final = N_("Not posted here before.")
QUEUED: Final = N_("<b>Publishing in {channel}…</b>")
HOLDING: Final = plural_(
    "<b>Publishing in {channel} in {count} second…</b>", "<b>Publishing in {channel} in {count} seconds…</b>"
)
TAKEN_BACK: Final = N_("Taken back. Nothing was posted.")
TOO_LATE: Final = N_("It is posted already. Press Retract to take it back.")
SCHEDULED: Final = N_("<b>Planned for {channel}</b>\n{when}")
WHEN: Final = N_("<b>When shall it go to {channel}?</b>\nNow it is {now}.")
ASK_TIME: Final = N_(
    "When shall it go to <b>{channel}</b>? Answer with a time: 18:00, tomorrow 9:30, fri 18:30, 24 dec 09:30, "
    "in 45m. Now it is {now}. /cancel stops this."
)
ASK_TEXT: Final = N_(
    "Send me the new text for <b>{channel}</b>, at most {limit} characters. Bold, links and the rest are kept. "
    "/cancel stops this."
)
ASK_PICTURE: Final = N_("Send me the picture for <b>{channel}</b>. /cancel stops this.")
NOT_A_PICTURE: Final = N_("This is not a picture. Send one as a photo, or /cancel.")
NOT_A_TEXT: Final = N_("This is not a text. Send some words, or /cancel.")
PAST: Final = N_("This time has passed. Choose another one.")
STOPPED: Final = N_("Stopped. Nothing was changed.")
NOTHING_TO_STOP: Final = N_("There is nothing to stop.")
CHOOSE_TEMPLATE: Final = N_("<b>Which template?</b>")
CHOOSE_PICTURE: Final = N_("<b>Which picture?</b>")
CHOOSE_CHANNELS: Final = N_("<b>Where shall it go?</b>\nFirst to {channel}; a tick adds another one.")
IN_MINUTES: Final = N_("{when}, in {minutes} min")
IN_HOURS: Final = N_("{when}, in {hours} h {minutes} min")
IN_DAYS: Final = plural_("{when}, in {count} day", "{when}, in {count} days")
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
TAKEN_PUBLISHED: Final = N_("{name} published this already.")
TAKEN_PLANNED: Final = N_("{name} planned this already.")
TAKEN_DISCARDED: Final = N_("{name} discarded this already.")
DRAFT_GONE: Final = N_("This preview is no longer there. Send the address again.")
BUTTON_PUBLISH: Final = N_("Publish")
BUTTON_DISCARD: Final = N_("Discard")
BUTTON_TO: Final = N_("To {channel}")
POST_GONE: Final = N_("This post is no longer in its channel.")
ASK_NEW_TEXT: Final = N_(
    "Send me the new text of the post in <b>{channel}</b>. It is changed in silence; links and bold are kept. "
    "/cancel stops this."
)
ASK_CORRECTION: Final = N_(
    "What was wrong? Send one sentence; it goes below the headline in <b>{channel}</b>, with the time. "
    "/cancel stops this."
)
REWORDED: Final = N_("<b>Changed in {channel}</b>, without a sound{link}")
SURE: Final = N_(
    "<b>Retract this post in {channel}?</b>\nPeople will read that it was withdrawn, and nothing of what it said."
)
RETRACTED: Final = N_("<b>Retracted in {channel}</b> by {name}")
RETRACTED_BEFORE: Final = N_("<b>Retracted in {channel}</b> before. Nothing was changed.")
PINNED: Final = N_("Pinned, without a sound.")
UNPINNED: Final = N_("Not pinned any more.")
CANNOT_PIN: Final = N_("I may not pin there. In the channel's administrators, turn on “Edit messages” for me.")
HISTORY: Final = N_("<b>What became of this post in {channel}</b>")
HISTORY_POST: Final = N_("{at} – posted by {name}")
HISTORY_EDIT: Final = N_("{at} – changed by {name}")
HISTORY_RETRACT: Final = N_("{at} – retracted by {name}")
HISTORY_VERSION: Final = N_("Until {at} the headline was: {title}")
BUTTON_MORE: Final = N_("{channel}: more…")
BUTTON_EDIT: Final = N_("Edit")
BUTTON_CORRECT: Final = N_("Correct")
BUTTON_PIN: Final = N_("Pin")
BUTTON_UNPIN: Final = N_("Unpin")
BUTTON_HISTORY: Final = N_("History")
BUTTON_RETRACT: Final = N_("Retract")
BUTTON_RETRACT_IT: Final = N_("Retract it")
APPROVE: Final = N_("<b>May this go to {channel}?</b>")
APPROVE_BY_ITSELF: Final = N_("If nobody says no, it goes out by itself after {span}.")
APPROVED: Final = N_("<b>Approved for {channel}</b> by {name}")
APPROVED_BY_ITSELF: Final = N_("<b>Approved for {channel}</b>: nobody said no in time.")
REJECTED: Final = N_("<b>Rejected for {channel}</b> by {name}")
TAKEN_APPROVED: Final = N_("{name} approved this already.")
TAKEN_REJECTED: Final = N_("{name} rejected this already.")
BUTTON_APPROVE: Final = N_("Approve")
BUTTON_CHANGE: Final = N_("Change…")
BUTTON_REJECT: Final = N_("Reject")
NOT_PLANNED: Final = N_("This is not planned any more.")
NOTHING_PLANNED: Final = N_("Nothing is planned.")
PLANNED: Final = plural_("<b>{count} post is planned</b>", "<b>{count} posts are planned</b>")
PLANNED_LINE: Final = N_("{number}. {when}, {channel}: {title}")
BUTTON_LIST: Final = N_("◀ List")
FLASH: Final = N_("<b>Post this at once, with a sound?</b>\nThe article that tells it later takes its place.")
FLASHED: Final = N_("<b>On its way to {channel}</b> already. Nothing more will be sent.")
BUTTON_FLASH: Final = N_("Flash to {channel}")
BUTTON_UNDO: Final = N_("Undo")
BUTTON_SCHEDULE: Final = N_("Schedule…")
BUTTON_TEXT: Final = N_("Edit text")
BUTTON_ORIGINAL: Final = N_("Original text")
BUTTON_TEMPLATE: Final = N_("Template…")
BUTTON_MUTE: Final = N_("Sound: on")
BUTTON_UNMUTE: Final = N_("Sound: off")
BUTTON_BREAKING: Final = N_("Breaking: off")
BUTTON_BREAKING_ON: Final = N_("Breaking: on")
BUTTON_PICTURE: Final = N_("Picture…")
BUTTON_CHANNELS: Final = N_("Channels…")
BUTTON_AGAIN: Final = N_("Post again")
BUTTON_NOW: Final = N_("Now")
BUTTON_OTHER_TIME: Final = N_("Other time")
BUTTON_CANCEL: Final = N_("Cancel it")
BUTTON_BACK_TO_CARD: Final = N_("◀ Back")
BUTTON_TYPE: Final = N_("Type a time")
BUTTON_IN_AN_HOUR: Final = N_("In 1 h")
BUTTON_TODAY: Final = N_("Today {time}")
BUTTON_TOMORROW: Final = N_("Tomorrow {time}")
BUTTON_SLOT: Final = N_("Next free slot {time}")
BUTTON_AUTOMATIC: Final = N_("As the article has it")
BUTTON_NONE: Final = N_("None")
BUTTON_NUMBER: Final = N_("Picture {number}")
BUTTON_SEND_ONE: Final = N_("Send one")
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
STATUS_BACKUP: Final = N_("Last backup: {since}")
STATUS_OLD_BACKUP: Final = N_("⚠️ Last backup: {since}. Run: sharewire backup")
STATUS_NO_BACKUP: Final = N_("⚠️ There is no backup. Run: sharewire backup")
STATUS_LOOK: Final = plural_(", {count} to look at", ", {count} to look at")
