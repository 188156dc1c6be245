"""What a person sees before is what goes out, and what went out can be taken back."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.model import Channel, Extraction, Image, Lane, Media, PostKind, PostState, Stage
from bot.posts import preview
from bot.posts.counting import Counter
from bot.posts.press import EXAMPLE, Press, as_article, render
from bot.posts.preview import Wish
from bot.store import channels, decisions, posts
from bot.store.database import Database, open_database
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom


async def channel_of(room: Newsroom, name: str = "news") -> Channel:
    async with room.db.read() as tx:
        found = await channels.named(tx, name)
    assert found is not None
    return found


async def test_what_is_previewed_is_what_the_outbox_holds(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article(source=None, address=samples.ADDRESS)
    channel = await channel_of(room)
    wish = Wish(silent=True, note="Our readers asked", thread_id=7)
    shown = await preview.preview(db, room.press, article_id, channel.id, wish=wish)
    later = NOW + timedelta(hours=3)
    pushed = await preview.push(db, room.press, article_id, channel.id, now=NOW, at=later, by=5, wish=wish)
    (post,) = await room.posts()
    assert post.id == pushed.post_id
    assert post.requests == shown.requests
    assert post.visible_text == shown.visible_text
    assert "Our readers asked" in post.visible_text
    assert (post.lane, post.due_at, post.created_by, post.thread_id) == (Lane.MANUAL, later, 5, 7)
    decision = await room.decision(article_id)
    assert decision.evidence == {"by": 5, "note": "Our readers asked"}
    await room.change(article_id, url=samples.ADDRESS, summary=("New.",))
    await room.compose()
    assert "Our readers asked" in (await room.posts())[0].visible_text, "a correction keeps the editor's note"


texts = st.text(max_size=200)
drawn = st.fixed_dictionaries(
    {
        "title": texts,
        "summary": st.lists(texts, max_size=6).map(tuple),
        "tags": st.lists(texts, max_size=4).map(tuple),
        "address": texts.map(lambda path: f"https://e.example/{path}"),
        "images": st.integers(0, 3).map(
            lambda count: tuple(Image(url=f"https://e.example/{place}.jpg") for place in range(count))
        ),
    }
)
wishes = st.builds(
    Wish,
    silent=st.booleans(),
    note=st.one_of(st.none(), texts),
    template=st.sampled_from([None, "share", "flash"]),
    wording=st.one_of(st.none(), texts, texts.map(lambda text: f"<b>{text}</b> <i>&amp;")),
    picture=st.sampled_from([None, None, "none", "1", "2", "file:AgAD"]),
)


ROUNDS = int(os.environ.get("PREVIEW_ROUNDS", "6"))
"""Of 25 articles each; PREVIEW_ROUNDS=400 makes ten thousand."""


@pytest.mark.no_cover
@settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(drawn, st.sampled_from(Media), wishes), min_size=25, max_size=25))
def test_preview_equals_sent_for_any_article(sqlite_url: str, cases: list[Any]) -> None:
    async def scenario() -> None:
        async with open_database(sqlite_url) as db:
            counter = Counter(site="https://n.example", key=b"k")
            for place, (words, media, wish) in enumerate(cases):
                press = Press(renderer=samples.renderer(), counter=counter if place % 2 else None)
                await shown_and_pushed(Newsroom(db, press), dict(words), media, wish)

    asyncio.run(scenario())


async def shown_and_pushed(room: Newsroom, words: dict[str, Any], media: Media, wish: Wish) -> None:
    channel = await room.add_channel("news", options={"media": media.value})
    article_id = await room.add_article(source=None, **words)
    shown = await preview.preview(room.db, room.press, article_id, channel.id, wish=wish)
    pushed = await preview.push(room.db, room.press, article_id, channel.id, now=NOW, wish=wish)
    async with room.db.read() as tx:
        post = await posts.get(tx, pushed.post_id or 0)
    assert post is not None
    assert (post.requests, post.visible_text) == (shown.requests, shown.visible_text)


async def test_a_push_of_what_is_posted_says_so_and_a_repost_is_asked_for(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    channel = await channel_of(room)
    (post,) = await room.posts()
    await room.send(post)
    answer = await preview.push(db, room.press, article_id, channel.id, now=NOW)
    assert answer.already is not None
    assert (answer.post_id, answer.already.id, answer.already.remote_id) == (None, post.id, "41")
    again = await preview.push(db, room.press, article_id, channel.id, now=NOW, again=True)
    (repost,) = await room.posts(kind=PostKind.REPOST)
    assert (repost.id, repost.once_key) == (again.post_id, f"repost:{post.id}:1")


async def test_a_push_of_a_draft_releases_it_and_of_a_cancelled_post_makes_a_new_one(db: Database) -> None:
    room = await Newsroom.open(db, approve=True)
    article_id = await room.add_article()
    await room.compose()
    channel = await channel_of(room)
    (draft,) = await room.posts()
    pushed = await preview.push(db, room.press, article_id, channel.id, now=NOW, by=5)
    assert pushed.post_id == draft.id
    assert (await room.posts())[0].state is PostState.QUEUED
    assert await preview.retract(db, room.press, draft.id, now=NOW) is None
    assert (await room.posts())[0].state is PostState.CANCELLED
    new = await preview.push(db, room.press, article_id, channel.id, now=NOW, by=5)
    assert new.post_id not in (None, draft.id)


async def test_unknown_articles_channels_and_posts_are_told(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    with pytest.raises(UsageError, match="no article 999"):
        await preview.preview(db, room.press, 999, 1)
    with pytest.raises(UsageError, match="no channel 999"):
        await preview.push(db, room.press, article_id, 999, now=NOW)
    with pytest.raises(UsageError, match="no post 999"):
        await preview.retract(db, room.press, 999, now=NOW)
    assert not await preview.reject(db, 999, now=NOW)


async def sent_post(room: Newsroom, **changes: Any) -> Any:
    await room.add_article(**changes)
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    return post


async def test_a_retraction_is_a_tombstone_that_quotes_nothing(db: Database) -> None:
    room = await Newsroom.open(db)
    post = await sent_post(room)
    await room.change(1, summary=("A pending correction.",))
    await room.compose()
    note = "https://harbortimes.example/note"
    done = await preview.retract(db, room.press, post.id, now=NOW, by=5, link=note)
    (tomb,) = await room.posts(kind=PostKind.RETRACT)
    assert tomb.id == done
    assert (tomb.once_key, tomb.lane, tomb.target_post_id) == (f"retract:{post.id}", Lane.CORRECTION, post.id)
    assert tomb.visible_text == (
        "Story withdrawn (14:15)\nWe withdrew a report at its publisher's request.\n"
        "Read the note on harbortimes.example"
    )
    request = tomb.requests[0]
    assert request.method == "editMessageText"
    assert request.params["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in request.params
    assert [edit.state for edit in await room.posts(kind=PostKind.EDIT)] == [PostState.CANCELLED]
    assert await preview.retract(db, room.press, post.id, now=NOW) is None, "once is enough"
    await room.change(1, summary=("Later words.",))
    await room.compose()
    assert len(await room.posts(kind=PostKind.EDIT)) == 1, "a withdrawn post is not edited again"


async def test_a_withdrawn_picture_is_deleted_and_its_caption_replaced_if_too_old(db: Database) -> None:
    room = await Newsroom.open(db, options={"media": "copy"})
    await sent_post(room)
    (done,) = await preview.withdraw(db, room.press, 1, now=NOW)
    (tomb,) = await room.posts(id=done)
    assert [request.method for request in tomb.requests] == ["deleteMessages", "editMessageCaption"]


async def test_a_withdrawal_survives_a_broken_template(db: Database, tmp_path: Path) -> None:
    (tmp_path / "retraction.html.j2").write_text("{{ nonsense }}")
    room = await Newsroom.open(db)
    room.press = Press(renderer=samples.renderer(tmp_path))
    post = await sent_post(room)
    await preview.retract(db, room.press, post.id, now=NOW, delete=True, reason="Wrong")
    (tomb,) = await room.posts(kind=PostKind.RETRACT)
    assert tomb.visible_text == "Story withdrawn (14:15)"
    assert tomb.requests[0].method == "deleteMessages"


def test_render_gives_the_request_of_a_push_alone() -> None:
    press = Press(renderer=samples.renderer(), username="harbor_bot")
    (request,) = render(press, samples.article(), samples.channel(), note="N", silent=True)
    assert request["method"] == "sendMessage"
    assert request["params"]["disable_notification"] is True
    assert "\nN\n" in request["params"]["text"]


def test_what_was_only_read_can_be_rendered_too() -> None:
    read = Extraction(title="A headline", text="word " * 660, summary=("One sentence.",), canonical_url=samples.ADDRESS)
    (request,) = render(Press(renderer=samples.renderer()), as_article(read), EXAMPLE)
    assert request["params"]["chat_id"] == "@example"
    assert "3 min read" in request["params"]["text"]
    pasted = as_article(Extraction(title="A headline"), url=None)
    assert (pasted.url, pasted.minutes) == (None, None)


async def test_decisions_are_read_back_by_channel(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_article()
    await room.compose()
    channel = await channel_of(room)
    async with db.read() as tx:
        (found,) = await decisions.of_channel(tx, channel.id, since=NOW, posted=True)
        assert found.stage is Stage.POSTED
        assert await decisions.of_channel(tx, channel.id, posted=False) == ()
        assert len(await posts.in_state(tx, [PostState.QUEUED], bot_id=channel.bot_id, channel_id=channel.id)) == 1
        assert await posts.by_key(tx, bot_id=channel.bot_id, once_key=f"share:1:{channel.id}:0")
