"""Withdrawn for legal reasons: nothing of it is read anywhere, in any chat; erased, in any table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from bot.app import make_press
from bot.errors import Problem
from bot.model import Lane, PostKind, PostState, Request
from bot.posts import markup, preview, rewording, striking
from bot.posts.preview import Wish
from bot.posts.takedown import reach, withdraw_everywhere
from bot.store import audit, drafts, finds, notices, posts, saved
from bot.store.finds import Find
from bot.store.posts import NewPost
from bot.store.schema import sightings
from tests.chat.conftest import ANA, SAM, Room, add_article, text_of
from tests.posts import samples

MARKER = "Quokka zeppelin marmalade found"
TITLE = f"{MARKER} at the pier"
BOT, DEMO, TECH = 1000001, -1001000000001, -1001000000002
LINK = "https://paper.example/1"
HERS = f'<a href="{LINK}">Test &amp; Paper</a>'
OTHERS = '<a href="https://other.example/12">Other</a>'
NAMING = {  # what other messages say of it -> what is left
    "list": (
        PostKind.SHARE,
        f"<b>Other story</b>\n<blockquote expandable><b>What we know so far</b>\n14:05 {TITLE} ({HERS})\n"
        f"14:00 Other story ({OTHERS})</blockquote>\nThe end",
        "Other story\nWhat we know so far\n14:00 Other story (Other)\nThe end",
    ),
    "also": (PostKind.SHARE, f"<b>Third story</b>\nAlso: {HERS}, {OTHERS}", "Third story\nAlso: Other"),
    "digest": (PostKind.DIGEST, f"<b>Brief</b>\n1. {TITLE} — {HERS}\n2. Other — {OTHERS}", "Brief\n2. Other — Other"),
    "reply": (PostKind.SHARE, f"Also: {HERS} · {TITLE}", "Story withdrawn"),
}


def message(key: str, kind: PostKind, html: str, chat_id: int = DEMO) -> NewPost:
    params = {"chat_id": chat_id, "text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    plain = {name: value for name, value in params.items() if name != "parse_mode"}
    words = markup.to_telegram(html).text
    return NewPost(
        bot_id=BOT, once_key=key, kind=kind, lane=Lane.ALERT if chat_id > 0 else Lane.CHANNEL, chat_id=chat_id,
        requests=(
            Request(method="sendMessage", params=params),
            Request(method="sendMessage", params={**plain, "text": words}, why="plain"),
        ),
        visible_text=words, channel_id=1 if chat_id == DEMO else None, due_at=datetime.now(UTC),
    )  # fmt: skip


async def everywhere(room: Room) -> int:
    """An article in every place that a message or a row can hold it."""
    article = await add_article(
        room, 1, f"{MARKER} at the pier", text=f"{MARKER}. It was said.", summary=(f"{MARKER}.",)
    )
    db, press, now = room.parts.db, make_press(room.parts.settings), datetime.now(UTC)
    sent = await preview.push(db, press, article, 1, by=ANA, now=now, wish=Wish(note=f"Read: {MARKER}"))
    await preview.push(
        db, press, article, 2, by=ANA, now=now, at=now + timedelta(hours=5), wish=Wish(wording=f"<b>{MARKER}</b>")
    )
    async with db.write() as tx:
        for name, (kind, html, _) in NAMING.items():
            await posts.add_post(tx, message(name, kind, html), now=now)
        gathered = f"<b>2 new</b>\n1. {TITLE} — {HERS}\n2. Other — {OTHERS}"
        await posts.add_post(tx, message("gathered", PostKind.ALERT, gathered, SAM), now=now)
        await drafts.add(
            tx, bot_id=BOT, user_id=ANA, article_id=article, channel_id=1, now=now, options={"wording": MARKER}
        )
        await saved.add(tx, bot_id=BOT, user_id=SAM, article_id=article, now=now)
        find = Find(bot_id=BOT, user_id=SAM, article_id=article, words="ferry", due_at=now + timedelta(hours=9))
        await finds.add(tx, [find], now=now)
        await finds.looked(tx, article, up_to=0, done=True, now=now)  # the bot may have looked already
        problem = Problem(code="SW-A21", title=f"The page of “{MARKER}” is gone.", cause="x", fix="y")
        await notices.tell(tx, bot_id=BOT, key=f"page-missing:{article}", problem=problem, now=now)
        await audit.write_posts(tx, [sent.post_id or 0], what="post-published", now=now, by=ANA)
    room_is_sent = await settled(room)
    async with db.write() as tx:
        post = await posts.get(tx, sent.post_id or 0)
        assert post is not None and room_is_sent
        body = {"text": f"{MARKER} at the pier"}
        copy = {"bot_id": BOT, "chat_id": DEMO, "message_id": int(post.remote_id or 0), "body": body, "seen_at": now}
        await tx.execute(insert(sightings).values(**copy))
    await rewording.reword(db, post.id, f"In other words: {MARKER}", now=now, by=ANA)
    await settled(room)
    return article


async def settled(room: Room) -> bool:
    """Once everything that is due was sent."""

    async def look() -> bool:
        async with room.parts.db.read() as tx:
            waiting = await posts.in_state(tx, (PostState.QUEUED, PostState.SENDING, PostState.UNKNOWN))
        return not [post for post in waiting if post.due_at is None or post.due_at <= datetime.now(UTC)]

    return bool(await room.until(look))


async def seen(room: Room) -> list[str]:
    """Everything that can be read in channels and in a reader's chat."""
    chats: list[str | int] = ["demo", "tech", f"{BOT}:{SAM}"]
    return [text_of(m) for chat in chats for m in await room.box.people.messages(chat)]


async def rows_with(room: Room, words: str) -> list[str]:
    """Tables that hold these words in any column."""
    found = []
    async with room.parts.db.read() as tx:
        names = (await tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        for name in names:
            for row in (await tx.execute(text(f'SELECT * FROM "{name}"'))).all():
                if any(words.lower() in str(value).lower() for value in row if not isinstance(value, bytes)):
                    found.append(name)
    return found


async def test_what_is_withdrawn_and_erased_stands_in_no_chat_and_no_table(room: Room) -> None:
    article = await everywhere(room)
    assert sum(MARKER in words for words in await seen(room)) == 5, "or the test would show nothing"
    held = set(await rows_with(room, MARKER))
    assert {"articles", "posts", "drafts", "decisions", "notices", "audit", "sightings"} <= held
    db, press, now = room.parts.db, make_press(room.parts.settings), datetime.now(UTC)
    touched = await reach(db, article, now=now)
    assert (touched.sent, touched.waiting, touched.alerts, touched.digests, touched.saved) == (4, 1, 1, 1, 1)
    await withdraw_everywhere(db, press, article, now=now, by=ANA)
    await settled(room)
    told = await seen(room)
    assert [words for words in told if MARKER in words] == []
    for _, _, left in NAMING.values():
        assert any(words.startswith(left) for words in told), left
    assert "articles" in await rows_with(room, MARKER), "the owner can still see it"
    await withdraw_everywhere(db, press, article, now=now, by=ANA, erase=True)
    await settled(room)
    assert await rows_with(room, MARKER) == []
    assert len([words for words in await seen(room) if words.startswith("Story withdrawn")]) == 2


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<b>Nothing of it</b>", None),
        ('<a href="https://paper.example/12">Another page</a>', None),
        (f'<a href="{LINK}?utm_source=x">It</a>', ""),
        ('<a href="https://t.me/iv?url=https%3A%2F%2Fpaper.example%2F1&amp;rhash=1">It</a>\nRest', "Rest"),
        (f"Line\n{LINK}\nRest", "Line\nRest"),
        (f"Also: {OTHERS}, {HERS}, <i>more</i>", "Also: Other, more"),
        (f"Also: {OTHERS}, {HERS}", "Also: Other"),
        (f"{MARKER} at the pier, and more\nRest", "Rest"),
    ],
)  # fmt: skip
def test_a_line_goes_by_its_address_or_a_telling_headline(html: str, left: str | None) -> None:
    marks = striking.marks_of(samples.article(url=LINK, canonical_url=None, title=f"{MARKER} at the pier"))
    made = striking.strike(html, marks)
    assert (made.text if made is not None else None) == left


def test_a_short_headline_counts_only_in_lists_of_headlines() -> None:
    marks = striking.marks_of(samples.article(url=LINK, canonical_url=None, title="Live"))
    assert striking.strike("Live music tonight\nRest", marks) is None
    listed = striking.strike("1. Live\n2. Rest", marks, by_head=True)
    assert listed is not None and listed.text == "2. Rest"


def test_albums_and_plain_fallbacks_are_struck_too() -> None:
    marks = striking.marks_of(samples.article(url=LINK, canonical_url=None, title="x"))
    items = [{"type": "photo", "caption": f"One\n{HERS}", "parse_mode": "HTML"}, {"type": "photo"}]
    album = striking.strike_request(Request(method="sendMediaGroup", params={"media": items}), marks)
    assert album.params["media"] == [{"type": "photo", "caption": "One", "parse_mode": "HTML"}, {"type": "photo"}]
    plain = striking.strike_request(Request(method="sendMessage", params={"text": f"One\n{LINK}"}), marks)
    assert plain.params == {"text": "One"}
    other = Request(method="deleteMessages", params={"chat_id": 1})
    assert striking.strike_request(other, marks) == other
