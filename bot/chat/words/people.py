"""Words about those who run the bot: roles, invitations, the record."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

OWNER: Final = N_("owner")
EDITOR: Final = N_("editor")
VIEWER: Final = N_("viewer")
PEOPLE: Final = N_("<b>Who runs this bot</b>")
PERSON_LINE: Final = N_("{name}: {role}")
PERSON_LINE_CHANNELS: Final = N_("{name}: {role} of {channels}")
YOU: Final = N_("{name} (you)")
BUTTON_INVITE: Final = N_("Invite somebody")
WHICH_ROLE: Final = N_(
    "<b>Whom do you invite?</b>\n"
    "An editor publishes, schedules and corrects. A viewer looks at posts and figures. "
    "An owner may do everything, as you may."
)
WHICH_CHANNELS: Final = N_("<b>For which channels?</b>")
BUTTON_EVERY_CHANNEL: Final = N_("All channels")
INVITATION: Final = N_("Send this link to one person. It works once, for 24 hours, and makes them {role}.\n{link}")
INVITATION_CHANNELS: Final = N_(
    "Send this link to one person. It works once, for 24 hours, and makes them {role} of {channels}.\n{link}"
)
WELCOME: Final = N_("Hello {name}. You are {role} of this bot now. /help shows what you can do.")
BAD_INVITATION: Final = N_("This invitation has expired or was used. Ask for a new one.")
HAS_ROLE: Final = N_("You are {role} of this bot already.")
JOINED: Final = N_("{name} has accepted your invitation and is {role} now.")
PERSON: Final = N_("<b>{name}</b>\nRole: {role}\nChannels: {channels}")
ALL_CHANNELS: Final = N_("all")
BUTTON_MAKE: Final = N_("Make {role}")
BUTTON_REMOVE: Final = N_("Remove")
BUTTON_BACK: Final = N_("Everybody")
ROLE_CHANGED: Final = N_("{name} is {role} now.")
SURE: Final = N_("<b>Remove {name}?</b>\nTheir role, sessions, links and open drafts end at once.")
THEIR_POSTS: Final = plural_(
    "{count} post of theirs waits to go out or to be approved:",
    "{count} posts of theirs wait to go out or to be approved:",
)
POST_LINE: Final = N_("{title} → {channel}")
BUTTON_REMOVE_KEEP: Final = N_("Remove, keep the posts")
BUTTON_REMOVE_MINE: Final = N_("Remove, posts become mine")
BUTTON_REMOVE_CANCEL: Final = N_("Remove and cancel the posts")
STILL_ADMIN: Final = N_(
    "They are still an administrator of {channels} in Telegram, and I cannot change that. "
    "Open the channel → Administrators to remove them there."
)
REMOVED: Final = N_("{name} is removed. They can no longer do anything here but read.")
REMOVED_YOU: Final = N_("You no longer run this bot. You can still search and read.")
LAST_OWNER: Final = N_("This is the only owner. Make somebody else owner first.")
FROM_SETTINGS: Final = N_("This owner is named in the settings as BOT_OWNER_IDS. Change it there, then start again.")
PERSON_GONE: Final = N_("This person has no role here any more. See /people.")
LOG: Final = N_("<b>What was done</b>")
LOG_EMPTY: Final = N_("Nothing has been done yet.")
COMMAND_LINE: Final = N_("command line")
LOG_LINE: Final = N_("{time} · {deed}")
DEED: Final = N_("{who}: {what} {about}")
DEEDS: Final = {
    "owner-claimed": N_("{who} became owner"),
    "channel-added": N_("{who} connected the channel {about}"),
    "channel-removed": N_("{who} removed the channel {about}"),
    "channel-paused": N_("{who} paused the channel {about}"),
    "channel-resumed": N_("{who} let the channel {about} go on"),
    "source-added": N_("{who} added the source {about}"),
    "source-paused": N_("{who} paused the source {about}"),
    "source-resumed": N_("{who} let the source {about} go on"),
    "source-removed": N_("{who} removed the source {about}"),
    "source-moved": N_("{who} followed the source {about} to its new address"),
    "rule-added": N_("{who} made the rule {about}"),
    "rule-changed": N_("{who} changed the rule {about}"),
    "rule-removed": N_("{who} deleted the rule {about}"),
    "channel-changed": N_("{who} changed the settings of {about}"),
    "person-invited": N_("{who} invited somebody as {about}"),
    "person-joined": N_("{who} joined as {about}"),
    "role-changed": N_("{who} changed a role: {about}"),
    "person-removed": N_("{who} removed {about}"),
    "post-published": N_("{who} published “{about}”"),
    "post-scheduled": N_("{who} scheduled “{about}”"),
    "post-edited": N_("{who} edited “{about}”"),
    "post-retracted": N_("{who} took back “{about}”"),
    "post-approved": N_("{who} approved “{about}”"),
    "post-rejected": N_("{who} rejected “{about}”"),
    "post-cancelled": N_("{who} cancelled “{about}”"),
    "config-applied": N_("{who} applied the configuration file: {about}"),
}
