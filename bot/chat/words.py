"""The bot's own words in chat, in one place, so that catalogs can take over without a search through handlers.

HTML of Telegram's kind; everything that comes from outside is escaped by the caller with `escape`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from bot.model import PostState

if TYPE_CHECKING:
    from bot.store.status import Counts

__all__ = ["escape"]

HELLO: Final = "Hi! I collect news{channels}.\nType any words to search, or pick:"
CHANNELS: Final = " and post it to {names}"
HELP: Final = (
    "<b>What you can do</b>\n"
    "Type any words, and I search the archive.\n"
    "/latest – the newest articles\n"
    "/search words – the same, in groups too\n"
    "In any chat, type @{username} and a word to share an article."
)
HELP_OWNER: Final = (
    "\n\n<b>For you, as {role}</b>\n"
    "/push address – see the post, then publish it\n"
    "Or just send me an address, or paste an article.\n"
    "/status – how things are"
)
LATEST: Final = "<b>Latest</b>"
NOTHING_YET: Final = "There are no articles yet. The first check of the sources takes a moment."
RESULTS: Final = "<b>{words}</b> — {total} {noun}, best first"
NO_RESULTS: Final = "Nothing for <b>{words}</b>.\nTry fewer or other words, or look at the latest articles."
EXPIRED: Final = "This list has expired. Search again: just type your words."
GONE: Final = "This article is no longer there."
ONLY_EDITORS: Final = "Only the owner and editors may do that. You can search: just type a word, or /latest."
WHAT_TO_PUSH: Final = (
    "Send /push and an address, or paste the article's text. Example: /push https://news.example/story"
)
NO_CHANNEL: Final = "There is no channel yet. Add one on the command line: sharewire channels add @yourchannel"
PREVIEW: Final = "<b>Preview for {channel}</b>\n{facts}"
NOT_SHOWN: Final = "Telegram did not take this post from me here, so I cannot show it."
CHOSEN: Final = "Now for <b>{channel}</b>, see below."
QUEUED: Final = "<b>Publishing in {channel}…</b>"
PUBLISHED: Final = "<b>Published in {channel}</b> by {name}{link}"
WAITING: Final = "<b>On its way to {channel}</b>\nIt goes out when Telegram's limits allow; nothing is lost."
HELD: Final = (
    "<b>Please look at {channel}</b>\n"
    "Telegram did not say whether the post went out, and I could not find out. Is it there?"
)
ALREADY: Final = "<b>Already posted in {channel}</b> by {name}{link}\nNothing was sent."
ALREADY_QUEUED: Final = "<b>Already on its way to {channel}</b>, by {name}\nNothing more will be sent."
REFUSED: Final = "<b>Not published in {channel}</b>\n{problem}"
DISCARDED: Final = "Discarded. Nothing was posted."
TAKEN: Final = "{name} {what} this already."
DONE: Final = {"publishing": "published", "published": "published", "discarded": "discarded"}
SOMEBODY: Final = "Somebody"
BY_RULE: Final = "a rule"
DRAFT_GONE: Final = "This preview is no longer there. Send the address again."
OWNER_NOW: Final = "Hello {name}. You are the owner of this bot.\nSend me an address and I show you the post."
OWNER_ALREADY: Final = "You are the owner of this bot already.\nSend me an address and I show you the post."
BAD_CODE: Final = "This code has expired or was used. The terminal prints a new one at each start: sharewire run"
UNKNOWN_COMMAND: Final = "I don't know {command}. Try /help, or just type words to search."
ONLY_WORDS: Final = "I can only read words. Type some to search, or /latest."
WHAT_TO_FIND: Final = "Send /search and some words. Example: /search night bus"
OLD_BUTTON: Final = "This button is too old. Send /help to begin again."
FAILED: Final = "Something went wrong on my side. It is written down; please try again."
NOTICE_OVER: Final = "<s>{title}</s>\nThis is over."
NOTICE_TIMES: Final = " · seen {count} times"
NOTICE_DONE: Final = "This is over already."
NOTED: Final = "Noted."
CHANNEL_WORKS: Final = "{channel} works again. {count} waiting posts will go out."
BUTTON_THERE: Final = "It is there"
BUTTON_AGAIN: Final = "Send again"
BUTTON_DROP: Final = "Drop"
BUTTON_RETRY: Final = "Try again"
BUTTON_CHECK: Final = "I fixed it, check"
BUTTON_LATEST: Final = "Latest"
BUTTON_PUBLISH: Final = "Publish"
BUTTON_DISCARD: Final = "Discard"
BUTTON_OPEN: Final = "Open"
BUTTON_OPEN_CHANNEL: Final = "Open the channel"
BUTTON_TO: Final = "To {channel}"
BUTTON_BACK: Final = "◀"
BUTTON_NEXT: Final = "▶"
BUTTON_INLINE: Final = "Search in any chat"
INLINE_ALL: Final = "Open the bot"


def plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def cut(text: str, most: int) -> str:
    """At most so many characters, at a word's end where there is one."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" .…,;:–-") + "…"


def ago(seconds: float) -> str:
    """ "just now", "5 min", "3 h", "2 d": short, for lists."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


def status(counts: Counts) -> str:
    """How things are; what is fine is not mentioned."""
    posts = counts.posts
    waiting = posts.get(PostState.QUEUED, 0) + posts.get(PostState.SENDING, 0)
    look = posts.get(PostState.UNKNOWN, 0) + posts.get(PostState.HELD, 0)
    lines = [
        "<b>Status</b>",
        f"Sources: {counts.sources:,}" + (f", {counts.failing:,} failing" if counts.failing else ""),
        f"Articles: {counts.articles:,}",
        f"Channels: {counts.channels:,}" + (f", {counts.paused:,} paused" if counts.paused else ""),
        f"Posts: {posts.get(PostState.SENT, 0):,} sent, {waiting:,} waiting"
        + (f", {look:,} to look at" if look else ""),
    ]
    return "\n".join(lines)
