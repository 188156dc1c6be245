"""Words for the owner: claims, troubles and what can be done about them."""

from __future__ import annotations

from typing import Final

from bot.wording import N_, plural_

OWNER_NOW: Final = N_("Hello {name}. You are the owner of this bot.")
OWNER_ALREADY: Final = N_("You are the owner of this bot already.\nSend me an address and I show you the post.")
BAD_CODE: Final = N_("This code has expired or was used. The terminal prints a new one at each start: sharewire run")
NOTICE_OVER: Final = N_("<s>{title}</s>\nThis is over.")
NOTICE_TIMES: Final = plural_(" · seen once", " · seen {count} times")
NOTICE_DONE: Final = N_("This is over already.")
NOTED: Final = N_("Noted.")
CHANNEL_WORKS: Final = plural_(
    "{channel} works again. {count} waiting post will go out.",
    "{channel} works again. {count} waiting posts will go out.",
)
CATCHING_UP: Final = plural_("{count} post will go out.", "{count} posts will go out.")
BUTTON_NONE: Final = N_("Post none")
BUTTON_NEWEST: Final = N_("The newest 3")
BUTTON_DIGEST: Final = N_("As a digest")
BUTTON_ALL: Final = N_("All of them")
BUTTON_SEEN: Final = N_("Seen")
BUTTON_CHANGE: Final = N_("Change the post")
BUTTON_LEAVE: Final = N_("Keep it as it is")
BUTTON_THERE: Final = N_("It is there")
BUTTON_AGAIN: Final = N_("Send again")
BUTTON_DROP: Final = N_("Drop")
BUTTON_RETRY: Final = N_("Try again")
BUTTON_CHECK: Final = N_("I fixed it, check")
BUTTON_CHECK_NOW: Final = N_("Check now")
BUTTON_WATCH_AGAIN: Final = N_("Watch again")
BUTTON_ACCEPT: Final = N_("Accept")
BUTTON_STAY: Final = N_("Keep the old address")
CHECKED_NOW: Final = N_("It is checked now.")
FOLLOWED: Final = N_("It is watched at its new address.")
