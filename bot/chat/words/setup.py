"""Words of setting up: channels and sources."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

ONLY_OWNER: Final = N_("Only the owner may do that.")
CHOOSE: Final = N_(
    "<b>Which channel may I post to?</b>\n"
    "Tap <b>Choose a channel</b> below. Telegram asks you to make me an administrator who may post, edit and delete.\n"
    "You can also forward me any post of the channel, or write this in it: <code>/connect {code}</code>"
)
BUTTON_CHOOSE_CHANNEL: Final = N_("Choose a channel")
BUTTON_CHOOSE_GROUP: Final = N_("Choose a group")
LOOKING: Final = N_("Looking at the channel…")
CONNECTED: Final = N_("<b>{channel} is connected.</b>")
CONNECTED_ALREADY: Final = N_("<b>{channel} is connected already.</b> I have looked at my rights again.")
CAN_ALL: Final = N_("I can post, edit and delete.")
CAN_WRITE: Final = N_("I can write there.")
MISSING_EDIT: Final = N_(
    "I may not edit there, so a correction cannot change a post. "
    "Turn it on in the channel: Administrators → my name → <b>Edit messages</b>."
)
MISSING_DELETE: Final = N_(
    "I may not delete there, so only my newest posts can be taken back. "
    "Turn it on in the channel: Administrators → my name → <b>Delete messages</b>."
)
COMMENTS: Final = N_("It has a comments group, so links stand inside the post and the comments stay.")
TESTED: Final = N_("A silent test message arrived, and I removed it again.")
TEST_LEFT: Final = N_("A silent test message arrived. I could not remove it; please delete it by hand.")
NO_LOOK: Final = N_(
    "This channel does not allow forwarding. If a connection breaks while I post, I ask you instead of looking."
)
ZONE: Final = N_("Times are shown in {zone}.")
TEST_MESSAGE: Final = N_("This is a test of the bot. It removes itself in a moment.")
NEXT_SOURCE: Final = N_("Next: tell me what to post there. Send /source and the address of a site.")
ASKED: Final = N_("{name} made me an administrator of <b>{channel}</b>.\nShall I post there?")
BUTTON_USE: Final = N_("Use it")
BUTTON_LEAVE: Final = N_("Leave it")
LEFT: Final = N_("I have left {channel}.")
ANSWERED: Final = N_("Somebody has answered that already.")
CHANNELS: Final = N_("<b>Channels</b>")
NO_CHANNELS: Final = N_("There is no channel yet. Add one with /connect.")
CHANNEL_LINE: Final = N_("{channel}: {state}")
ACTIVE: Final = N_("posting")
PAUSED: Final = N_("paused")
BUTTON_ADD_CHANNEL: Final = N_("Add a channel")
CHANNEL_CARD: Final = N_(
    "<b>{channel}</b>\nName here: {name}\nTime zone: {zone}\nLanguage: {language}\nTemplate: {template}"
)
FROM_FILE: Final = N_(
    "This is set in the configuration file ({file}, {block}). Change it there, then run: sharewire config apply"
)
BUTTON_CHECK_RIGHTS: Final = N_("Check my rights")
BUTTON_PAUSE: Final = N_("Pause")
BUTTON_RESUME: Final = N_("Go on")
BUTTON_REMOVE: Final = N_("Remove")
BUTTON_CANCEL: Final = N_("Cancel")
BUTTON_ALL_CHANNELS: Final = N_("All channels")
SURE_CHANNEL: Final = plural_(
    "Remove <b>{channel}</b>? Its {count} waiting post goes too; what was sent stays in the channel.",
    "Remove <b>{channel}</b>? Its {count} waiting posts go too; what was sent stays in the channel.",
)
CHANNEL_REMOVED: Final = N_("{channel} is removed. I no longer post there; what was sent stays.")
CHANNEL_GONE: Final = N_("This channel is no longer connected. See /channels.")
PAUSED_BY_YOU: Final = N_("{channel} is paused. Posts wait until you press Go on.")
RESUMED: Final = N_("{channel} goes on.")
WHAT_SOURCE: Final = N_("To watch more, send /source and the address of a site or feed. Example: /source news.example")
FOUND: Final = plural_("Found {count} thing to watch on {site}", "Found {count} things to watch on {site}")
CANDIDATE: Final = N_("<b>{number}</b> {title} – {how}")
CANDIDATE_ENTRIES: Final = plural_("{count} article", "{count} articles")
CANDIDATE_NEWEST: Final = N_("newest {ago} ago")
CANDIDATE_COMMENTS: Final = N_("readers' comments, probably not what you want")
HOW_FEED: Final = N_("feed")
HOW_SITEMAP: Final = N_("sitemap")
HOW_PAGE: Final = N_("page, new links of its main list")
NOTHING_OLD: Final = N_("What is there already will not be posted, unless you ask for the newest one as a test.")
BUTTON_ADD: Final = N_("Add {number}")
BUTTON_ADD_POST: Final = N_("Add {number} and post the newest")
WHERE_TO: Final = N_("Where do the new articles of <b>{source}</b> go?")
BUTTON_EVERYWHERE: Final = N_("To every channel")
SOURCE_ADDED: Final = N_("<b>{source} is added.</b> Its new articles go to {channels}.")
SOURCE_ADDED_NOWHERE: Final = N_("<b>{source} is added.</b> There is no channel yet to post to: /connect")
SOURCE_FIRST: Final = N_("The newest article is posted in a moment, as a test.")
SOURCE_KNOWN: Final = N_("You watch this already, as {source}.")
SOURCE_TWICE: Final = N_("A second source of the same address can go to other channels, with rules of its own.")
BUTTON_ADD_TWICE: Final = N_("Add it a second time")
SOURCES: Final = N_("<b>Sources</b>")
NO_SOURCES: Final = N_("There is no source yet. Send /source and the address of a site.")
SOURCE_LINE: Final = N_("{source}: {state}")
SOURCE_WELL: Final = N_("looked at {ago} ago")
SOURCE_NEW: Final = N_("not looked at yet")
SOURCE_OFF: Final = N_("paused")
EXPIRED: Final = N_("This list has expired. Send the address again.")
HELP_STAFF: Final = N_("\n/stats – how posts did\n/channels – where posts go\n/source – what is watched")
HELP_OWNER: Final = N_(
    "\n/connect – add a channel\n/source address – watch a site or feed\n"
    "/people – who runs this bot\n/log – what was done, and by whom"
)
HELP_RULES: Final = N_("\n/rules – which articles go where")
