"""Telegram's refusals in people's words: what happened, one cause, what to do.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import Phrase, Problem, counted, lasting, phrase, sentences


def token_refused(description: str) -> Problem:
    return Problem(
        code="SW-T401",
        title=phrase("Telegram refuses the bot's token."),
        cause=phrase("It knows no bot with this token (Telegram says: {quoted}).", quoted=quoted(description)),
        fix=phrase("Ask @BotFather for the token, put it into BOT_TOKEN and start again."),
        meanwhile=phrase("Sending has stopped; every post waits and nothing is lost."),
    )


def conflict(description: str) -> Problem:
    return Problem(
        code="SW-T413",
        title=phrase("Another program uses this bot's token."),
        cause=phrase("Telegram says: {quoted}.", quoted=quoted(description)),
        fix=phrase("Stop the other instance, or give one of them its own bot."),
        meanwhile=phrase("The post is tried again."),
    )


def stranger_polls(description: str) -> Problem:
    return Problem(
        code="SW-T450",
        title=phrase("A program that I do not know reads this bot's messages."),
        cause=phrase("It uses the same token (Telegram says: {quoted}).", quoted=quoted(description)),
        fix=phrase(
            "If it is an old copy of this bot, stop it. If it is not yours, send /revoke to @BotFather, put the new "
            "token into BOT_TOKEN and start again; nothing is lost."
        ),
        meanwhile=phrase("Posts go out as usual; buttons and commands may not be answered."),
    )


def another_bot(new: str, old: str, channels: int, waiting: int) -> Problem:
    owned = counted("{count} channel", "{count} channels", channels)
    posts = counted("{count} waiting post", "{count} waiting posts", waiting)
    return Problem(
        code="SW-T453",
        title=phrase("This is another bot than before: {new}.", new=new),
        cause=phrase(
            "BOT_TOKEN is a token of {new}, but {owned} and {posts} here belong to {old}.",
            new=new,
            owned=owned,
            posts=posts,
            old=old,
        ),
        fix=phrase(
            "Put a token of {old} back, or make {new} an administrator and run: sharewire channels add @yourchannel",
            old=old,
            new=new,
        ),
        meanwhile=phrase("Nothing goes to the channels of {old}, and nothing is lost.", old=old),
    )


def foreign_webhook(url: str) -> Problem:
    return Problem(
        code="SW-T451",
        title=phrase("Somebody set a webhook for this bot."),
        cause=phrase("Telegram sends its messages to {host}, and I did not ask for that.", host=_host(url)),
        fix=phrase("If it may go: sharewire webhook remove. If it is not yours, send /revoke to @BotFather as well."),
        meanwhile=phrase("Posts go out as usual; buttons and commands are not answered. I remove nothing by myself."),
    )


def strangers_post(where: str, links: Sequence[str]) -> Problem:
    more = " …" if len(links) > 3 else ""
    return Problem(
        code="SW-T452",
        title=phrase("There are messages in {where} that I cannot explain.", where=where),
        cause=counted(
            "{count} message came that I did not post and of which Telegram did not tell me: {links}",
            "{count} messages came that I did not post and of which Telegram did not tell me: {links}",
            len(links),
            links=f"{', '.join(links[:3])}{more}",
        ),
        fix=phrase(
            "Look at them. If they are not yours, send /revoke to @BotFather and put the new token into BOT_TOKEN."
        ),
        meanwhile=phrase("My own posts go out as usual."),
    )


def content(description: str) -> Problem:
    return Problem(
        code="SW-T400",
        title=phrase("Telegram refused this post's content."),
        cause=phrase("Telegram says: {quoted}.", quoted=quoted(description)),
        fix=phrase(
            "Look at it with `sharewire queue list`, correct the article or template, then `sharewire queue retry`."
        ),
        meanwhile=phrase("Later posts go on."),
    )


def message_gone(description: str) -> Problem:
    return Problem(
        code="SW-T410",
        title=phrase("The message cannot be changed."),
        cause=phrase("The bot has no such message there (Telegram says: {quoted}).", quoted=quoted(description)),
        fix=phrase("Post the correction as a new message, or leave it."),
        meanwhile=phrase("Everything else goes on."),
    )


def method_unknown(description: str) -> Problem:
    return Problem(
        code="SW-T411",
        title=phrase("This Bot API server does not know the request."),
        cause=phrase("It is older than the bot needs (Telegram says: {quoted}).", quoted=quoted(description)),
        fix=phrase("Update the Bot API server that BOT_API_BASE_URL names, or leave the setting empty."),
        meanwhile=phrase("This post is not sent; others go on."),
    )


def outcome_unknown(description: str | None) -> Problem:
    return Problem(
        code="SW-T500",
        title=phrase("It is not known whether this post went out."),
        cause=phrase(
            "The connection ended without a clear answer ({quoted}).",
            quoted=quoted(description) if description else phrase("the program was stopped"),
        ),
        fix=phrase("Nothing yet: the bot waits a minute and looks."),
        meanwhile=phrase("It is not sent again before that."),
    )


def cannot_tell(reason: str) -> Problem:
    return Problem(
        code="SW-T501",
        title=phrase("It is not known whether this post went out."),
        cause=reason,
        fix=phrase("Look into the channel, then choose: it is there, send again, or drop (`sharewire queue resolve`)."),
        meanwhile=phrase("Later posts go on; this one waits for you."),
    )


def dropped() -> Problem:
    return Problem(
        code="SW-T502",
        title=phrase("It is not known whether this message went out."),
        cause=phrase("The connection ended without a clear answer, and its policy is to drop such messages."),
        fix=phrase("Nothing, or send it again with `sharewire queue retry`."),
        meanwhile=phrase("Later posts go on."),
    )


def unreachable(description: str | None) -> Problem:
    return Problem(
        code="SW-T503",
        title=phrase("Telegram cannot be reached."),
        cause=phrase("Telegram says: {quoted}.", quoted=quoted(description)) if description else phrase("No answer."),
        fix=phrase("Check the network, BOT_API_BASE_URL and BOT_PROXY."),
        meanwhile=phrase("Posts wait and are tried again by themselves."),
    )


def flood(chat: str, seconds: float) -> Problem:
    return Problem(
        code="SW-T429",
        title=phrase("Telegram asks to wait {duration}.", duration=_duration(seconds)),
        cause=phrase("Too many messages for {chat}.", chat=chat),
        fix=phrase("Nothing: posting goes on by itself."),
        meanwhile=phrase("Posts wait in order and nothing is lost."),
    )


def too_late() -> Problem:
    return Problem(
        code="SW-T420",
        title=phrase("This post's turn came too late."),
        cause=phrase("The channel had more to say than Telegram takes, and the post was no longer fresh (fresh_for)."),
        fix=phrase("It goes into the channel's next digest, or send it with `sharewire queue retry`."),
        meanwhile=phrase("Nothing is lost."),
    )


def too_late_out_of_reach() -> Problem:
    why = phrase("Telegram could not be reached while the post was fresh (fresh_for).")
    return replace(too_late(), cause=why)


def upload_failed(url: str, reason: str) -> Problem:
    return Problem(
        code="SW-T412",
        title=phrase("A picture or video of this post could not be fetched."),
        cause=sentences(f"{url}:", reason),
        fix=phrase("Nothing: the post goes out without it."),
        meanwhile=phrase("Later posts go on."),
    )


def taken_back(now: datetime) -> Problem:
    return Problem(
        code="SW-T421",
        title=phrase("This post was taken back."),
        cause=phrase("A person withdrew it at {now} UTC, before it was sent.", now=f"{now:%H:%M}"),
        fix=phrase("To send it after all: `sharewire queue retry`."),
        meanwhile=phrase("It is kept, and not sent."),
    )


def left_out(now: datetime) -> Problem:
    return Problem(
        code="SW-T441",
        title=phrase("This post was left out."),
        cause=phrase(
            "It came while the bot was away, and a person chose at {now} UTC not to post it.", now=f"{now:%H:%M}"
        ),
        fix=phrase("To send it after all: `sharewire queue retry`."),
        meanwhile=phrase("It is kept, and not sent."),
    )


def for_digest(now: datetime) -> Problem:
    return Problem(
        code="SW-T443",
        title=phrase("This post goes into a digest."),
        cause=phrase("It came while the bot was away, and a person chose a digest at {now} UTC.", now=f"{now:%H:%M}"),
        fix=phrase("To send it by itself after all: `sharewire queue retry`."),
        meanwhile=phrase("The channel's next digest has it."),
    )


def gap(count: int, since: datetime, until: datetime, restored: bool) -> Problem:
    away = _duration((until - since).total_seconds())
    why = phrase("The bot was away for {away}, and does not post what came meanwhile without asking.", away=away)
    if restored:
        copied = f"{since:%Y-%m-%d %H:%M}"
        why = phrase(
            "The database is a copy from {copied} UTC, and what came since is not posted without asking.", copied=copied
        )
    return Problem(
        code="SW-T440",
        title=counted(
            "{count} post waits since {since} UTC.",
            "{count} posts wait since {since} UTC.",
            count,
            since=f"{since:%Y-%m-%d %H:%M}",
        ),
        cause=why,
        fix=phrase("Choose: post none, the newest 3 of each channel, as a digest, or all (sharewire queue catch-up)."),
        meanwhile=phrase("What you post by hand goes out as usual."),
    )


def unremembered(found: Mapping[str, list[str]]) -> Problem:
    names = ", ".join(f"{name} ({len(links)}: {links[0]} …)" for name, links in sorted(found.items()))
    return Problem(
        code="SW-T442",
        title=phrase("There are messages that the bot does not remember."),
        cause=phrase(
            "They are newer than its last post in {names}: posted by people, or after the copy was made.", names=names
        ),
        fix=phrase("Look at them before you choose what to post."),
        meanwhile=phrase("Nothing is sent a second time: what waits is looked up there first."),
    )


def no_such_post(post_id: int) -> Problem:
    return Problem(
        code="SW-T430",
        title=phrase("There is no post {number}.", number=post_id),
        cause=phrase("No post has this number."),
        fix=phrase("Look it up: sharewire queue list"),
        meanwhile=phrase("Nothing was changed."),
    )


def not_in_that_state(post_id: int, state: str) -> Problem:
    return Problem(
        code="SW-T431",
        title=phrase("That cannot be done with post {number}.", number=post_id),
        cause=phrase("Its state is: {state}.", state=state),
        fix=phrase("Look it up: sharewire queue list"),
        meanwhile=phrase("Nothing was changed."),
    )


def is_a_change(post_id: int) -> Problem:
    return Problem(
        code="SW-T434",
        title=phrase("Post {number} is a change that waits for your word.", number=post_id),
        cause=phrase("It was not sent, so it cannot be there."),
        fix=phrase(
            "Choose: `sharewire queue resolve {number} again` changes the post, `drop` leaves it as it is.",
            number=post_id,
        ),
        meanwhile=phrase("The post stays as it is."),
    )


def no_such_channel(words: str) -> Problem:
    return Problem(
        code="SW-T432",
        title=phrase('There is no channel "{words}".', words=words),
        cause=phrase("No channel has this name, address or id."),
        fix=phrase("See the names with `sharewire channels list`."),
        meanwhile=phrase("Nothing was changed."),
    )


def no_such_message(words: str) -> Problem:
    return Problem(
        code="SW-T433",
        title=phrase('"{words}" names no message.', words=words),
        cause=phrase("It is neither a message id nor an address like https://t.me/name/123."),
        fix=phrase("Open the message in Telegram, Copy Link, and give that."),
        meanwhile=phrase("Nothing was changed."),
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
    return urlsplit(url).netloc.rpartition("@")[2] or phrase("another address")


def quoted(text: str) -> str:
    return text.strip().rstrip(".")[:300] or phrase("no reason given")


def _duration(seconds: float) -> Phrase:
    whole = max(1, round(seconds))
    units: tuple[tuple[int, str], ...] = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    size, word = next((unit, word) for unit, word in units if whole >= unit)
    return lasting(round(whole / size), word)
