"""Telegram's refusals in people's words: what happened, one cause, what to do.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import Problem


def token_refused(description: str) -> Problem:
    return Problem(
        code="SW-T401",
        title="Telegram refuses the bot's token.",
        cause=f"It knows no bot with this token (Telegram says: {quoted(description)}).",
        fix="Ask @BotFather for the token, put it into BOT_TOKEN and start again.",
        meanwhile="Sending has stopped; every post waits and nothing is lost.",
    )


def conflict(description: str) -> Problem:
    return Problem(
        code="SW-T413",
        title="Another program uses this bot's token.",
        cause=f"Telegram says: {quoted(description)}.",
        fix="Stop the other instance, or give one of them its own bot.",
        meanwhile="The post is tried again.",
    )


def stranger_polls(description: str) -> Problem:
    return Problem(
        code="SW-T450",
        title="A program that I do not know reads this bot's messages.",
        cause=f"It uses the same token (Telegram says: {quoted(description)}).",
        fix="If it is an old copy of this bot, stop it. If it is not yours, send /revoke to @BotFather, put the new "
        "token into BOT_TOKEN and start again; nothing is lost.",
        meanwhile="Posts go out as usual; buttons and commands may not be answered.",
    )


def another_bot(new: str, old: str, channels: int, waiting: int) -> Problem:
    owned = "1 channel" if channels == 1 else f"{channels} channels"
    posts = "1 waiting post" if waiting == 1 else f"{waiting} waiting posts"
    return Problem(
        code="SW-T453",
        title=f"This is another bot than before: {new}.",
        cause=f"BOT_TOKEN is a token of {new}, but {owned} and {posts} here belong to {old}.",
        fix=f"Put a token of {old} back, or make {new} an administrator and run: sharewire channels add @yourchannel",
        meanwhile=f"Nothing goes to the channels of {old}, and nothing is lost.",
    )


def foreign_webhook(url: str) -> Problem:
    return Problem(
        code="SW-T451",
        title="Somebody set a webhook for this bot.",
        cause=f"Telegram sends its messages to {_host(url)}, and I did not ask for that.",
        fix="If it may go: sharewire webhook remove. If it is not yours, send /revoke to @BotFather as well.",
        meanwhile="Posts go out as usual; buttons and commands are not answered. I remove nothing by myself.",
    )


def strangers_post(where: str, links: Sequence[str]) -> Problem:
    count = "1 message" if len(links) == 1 else f"{len(links)} messages"
    return Problem(
        code="SW-T452",
        title=f"There are messages in {where} that I cannot explain.",
        cause=f"{count} came that I did not post and of which Telegram did not tell me: "
        f"{', '.join(links[:3])}{' …' if len(links) > 3 else ''}",
        fix="Look at them. If they are not yours, send /revoke to @BotFather and put the new token into BOT_TOKEN.",
        meanwhile="My own posts go out as usual.",
    )


def content(description: str) -> Problem:
    return Problem(
        code="SW-T400",
        title="Telegram refused this post's content.",
        cause=f"Telegram says: {quoted(description)}.",
        fix="Look at it with `sharewire queue list`, correct the article or template, then `sharewire queue retry`.",
        meanwhile="Later posts go on.",
    )


def message_gone(description: str) -> Problem:
    return Problem(
        code="SW-T410",
        title="The message cannot be changed.",
        cause=f"The bot has no such message there (Telegram says: {quoted(description)}).",
        fix="Post the correction as a new message, or leave it.",
        meanwhile="Everything else goes on.",
    )


def method_unknown(description: str) -> Problem:
    return Problem(
        code="SW-T411",
        title="This Bot API server does not know the request.",
        cause=f"It is older than the bot needs (Telegram says: {quoted(description)}).",
        fix="Update the Bot API server that BOT_API_BASE_URL names, or leave the setting empty.",
        meanwhile="This post is not sent; others go on.",
    )


def outcome_unknown(description: str | None) -> Problem:
    return Problem(
        code="SW-T500",
        title="It is not known whether this post went out.",
        cause=f"The connection ended without a clear answer ({quoted(description or 'the program was stopped')}).",
        fix="Nothing yet: the bot waits a minute and looks.",
        meanwhile="It is not sent again before that.",
    )


def cannot_tell(reason: str) -> Problem:
    return Problem(
        code="SW-T501",
        title="It is not known whether this post went out.",
        cause=reason,
        fix="Look into the channel, then choose: it is there, send again, or drop (`sharewire queue resolve`).",
        meanwhile="Later posts go on; this one waits for you.",
    )


def dropped() -> Problem:
    return Problem(
        code="SW-T502",
        title="It is not known whether this message went out.",
        cause="The connection ended without a clear answer, and its policy is to drop such messages.",
        fix="Nothing, or send it again with `sharewire queue retry`.",
        meanwhile="Later posts go on.",
    )


def unreachable(description: str | None) -> Problem:
    return Problem(
        code="SW-T503",
        title="Telegram cannot be reached.",
        cause=f"{quoted(description or 'No answer')}.",
        fix="Check the network, BOT_API_BASE_URL and BOT_PROXY.",
        meanwhile="Posts wait and are tried again by themselves.",
    )


def flood(chat: str, seconds: float) -> Problem:
    return Problem(
        code="SW-T429",
        title=f"Telegram asks to wait {_duration(seconds)}.",
        cause=f"Too many messages for {chat}.",
        fix="Nothing: posting goes on by itself.",
        meanwhile="Posts wait in order and nothing is lost.",
    )


def too_late() -> Problem:
    return Problem(
        code="SW-T420",
        title="This post's turn came too late.",
        cause="The channel had more to say than Telegram takes, and the post was no longer fresh (fresh_for).",
        fix="It goes into the channel's next digest, or send it with `sharewire queue retry`.",
        meanwhile="Nothing is lost.",
    )


def upload_failed(url: str, reason: str) -> Problem:
    return Problem(
        code="SW-T412",
        title="A picture or video of this post could not be fetched.",
        cause=f"{url}: {reason}",
        fix="Nothing: the post goes out without it.",
        meanwhile="The post goes out without it.",
    )


def taken_back(now: datetime) -> Problem:
    return Problem(
        code="SW-T421",
        title="This post was taken back.",
        cause=f"A person withdrew it at {now:%H:%M} UTC, before it was sent.",
        fix="To send it after all: `sharewire queue retry`.",
        meanwhile="It is kept, and not sent.",
    )


def left_out(now: datetime) -> Problem:
    return Problem(
        code="SW-T441",
        title="This post was left out.",
        cause=f"It came while the bot was away, and a person chose at {now:%H:%M} UTC not to post it.",
        fix="To send it after all: `sharewire queue retry`.",
        meanwhile="It is kept, and not sent.",
    )


def for_digest(now: datetime) -> Problem:
    return Problem(
        code="SW-T443",
        title="This post goes into a digest.",
        cause=f"It came while the bot was away, and a person chose a digest at {now:%H:%M} UTC.",
        fix="To send it by itself after all: `sharewire queue retry`.",
        meanwhile="The channel's next digest has it.",
    )


def gap(count: int, since: datetime, until: datetime, restored: bool) -> Problem:
    away = _duration((until - since).total_seconds())
    posts = "1 post waits" if count == 1 else f"{count} posts wait"
    why = f"The database is a copy from {since:%d %b %H:%M} UTC" if restored else f"The bot was away for {away}"
    return Problem(
        code="SW-T440",
        title=f"{posts} since {since:%a %H:%M} UTC.",
        cause=f"{why}, and does not post what came meanwhile without asking.",
        fix="Choose: post none, the newest 3 of each channel, as a digest, or all (sharewire queue catch-up).",
        meanwhile="What you post by hand goes out as usual.",
    )


def unremembered(found: Mapping[str, list[str]]) -> Problem:
    names = ", ".join(f"{name} ({len(links)}: {links[0]} …)" for name, links in sorted(found.items()))
    return Problem(
        code="SW-T442",
        title="There are messages that the bot does not remember.",
        cause=f"They are newer than its last post in {names}: posted by people, or after the copy was made.",
        fix="Look at them before you choose what to post.",
        meanwhile="Nothing is sent a second time: what waits is looked up there first.",
    )


def no_such_post(post_id: int) -> Problem:
    return Problem(
        code="SW-T430",
        title=f"There is no post {post_id}.",
        cause="No post has this number.",
        fix="Look it up with `sharewire queue list`.",
        meanwhile="Nothing was changed.",
    )


def not_in_that_state(post_id: int, state: str) -> Problem:
    return Problem(
        code="SW-T431",
        title=f"That cannot be done with post {post_id}.",
        cause=f"Its state is: {state}.",
        fix="Look at it with `sharewire queue list`.",
        meanwhile="Nothing was changed.",
    )


def is_a_change(post_id: int) -> Problem:
    return Problem(
        code="SW-T434",
        title=f"Post {post_id} is a change that waits for your word.",
        cause="It was not sent, so it cannot be there.",
        fix=f"Choose: `sharewire queue resolve {post_id} again` changes the post, `drop` leaves it as it is.",
        meanwhile="The post in the channel stays as it is.",
    )


def no_such_channel(words: str) -> Problem:
    return Problem(
        code="SW-T432",
        title=f'There is no channel "{words}".',
        cause="No channel has this name, address or id.",
        fix="See the names with `sharewire channels list`.",
        meanwhile="Nothing was changed.",
    )


def no_such_message(words: str) -> Problem:
    return Problem(
        code="SW-T433",
        title=f'"{words}" names no message.',
        cause="It is neither a message id nor an address like https://t.me/name/123.",
        fix="Open the message in Telegram, Copy Link, and give that.",
        meanwhile="Nothing was changed.",
    )


def already_running(path: str, holder: str) -> Problem:
    return Problem(
        code="SW-T600",
        title="Another sharewire is already sending with this database.",
        cause=f"{holder or 'It'} holds {path}.",
        fix="Stop that one first, or give this one its own BOT_DATA_DIR.",
        meanwhile="That one goes on sending.",
    )


def lease_held(holder: str, seconds: float) -> Problem:
    return Problem(
        code="SW-T601",
        title="Another sharewire is already sending for this bot.",
        cause=f"{holder} holds the lease for another {_duration(seconds)}.",
        fix="Nothing: this one stands by and takes over when the other stops.",
        meanwhile="The other one goes on sending.",
    )


def _host(url: str) -> str:
    """The address without its path, which may hold a secret."""
    return urlsplit(url).netloc.rpartition("@")[2] or "another address"


def quoted(text: str) -> str:
    return text.strip().rstrip(".")[:300] or "no reason given"


def _duration(seconds: float) -> str:
    whole = max(1, round(seconds))
    units: tuple[tuple[int, str], ...] = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    size, word = next((unit, word) for unit, word in units if whole >= unit)
    count = round(whole / size)
    return f"{count} {word}" + ("" if count == 1 else "s")
