"""From read articles to posts: decided once, written down with the request, changed when the article changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.model import Entry, Lane, Media, PostKind, PostState, Rule, Stage
from bot.posts import compose, digest, preview
from bot.posts.message import Message
from bot.posts.order import Order
from bot.posts.press import Press
from bot.store import articles, posts, rules, schema, sightings, sources
from bot.store.database import Database
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom


async def test_a_read_article_becomes_a_queued_post_with_its_request_and_decision(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    assert await room.compose() == 1
    (post,) = await room.posts()
    assert post.once_key == f"share:{article_id}:{post.channel_id}:0"
    assert (post.kind, post.state, post.lane) == (PostKind.SHARE, PostState.QUEUED, Lane.CHANNEL)
    assert (post.chat_id, post.due_at, post.fresh_until) == ("@news", NOW, NOW + timedelta(hours=3))
    assert [request.why for request in post.requests] == ["as composed", "shorter", "plain"]
    assert post.visible_text.startswith("City opens its first night-bus line\n\n")
    decision = await room.decision(article_id)
    assert (decision.posted, decision.stage, decision.post_id) == (True, Stage.POSTED, post.id)
    assert await room.compose() == 0, "an article is decided about once"


async def test_the_same_decision_twice_makes_one_post(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    async with db.write() as tx:
        await tx.execute(update(schema.articles).values(decided_revision=None))
    await room.compose()
    assert len(await room.posts(article_id=article_id)) == 1
    assert (await room.decision(article_id)).posted


async def test_what_was_there_when_a_source_was_added_is_never_posted(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article(baseline=True)
    assert await room.compose() == 0
    assert await room.posts() == []
    (decision,) = await compose.explain(db, article_id, now=room.now)
    assert (decision.stage, decision.posted) == (Stage.BASELINE, False)
    assert await compose.explain(db, 999, now=room.now) == ()


async def test_every_channel_has_a_decision_with_a_reason(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_channel("tech")
    await room.add_channel("sport")
    async with db.write() as tx:
        await rules.put(tx, Rule(id=0, name="tech", channels=("tech",), match={"any": ["software"]}))
        await rules.put(tx, Rule(id=0, name="no-bus", channels=("sport",), match={"any": ["bus"]}, drop=True))
    article_id = await room.add_article()
    await room.compose()
    found = {name: await room.decision(article_id, name) for name in ("news", "tech", "sport")}
    assert [found[name].posted for name in ("news", "tech", "sport")] == [True, False, False]
    assert found["tech"].reason == "No rule sends it here."
    assert found["sport"].reason == 'Rule "no-bus" keeps it out: bus.'
    explained = await compose.explain(db, article_id, now=room.now)
    assert {decision.reason for decision in explained} == {decision.reason for decision in found.values()}


@pytest.mark.parametrize(
    ("code", "state", "stage"),
    [
        (digest.TOO_LATE, PostState.CANCELLED, Stage.PACE),
        (digest.CHOSEN, PostState.CANCELLED, Stage.PACE),
        ("SW-T441", PostState.CANCELLED, Stage.DELIVERY),
        ("SW-T400", PostState.REFUSED, Stage.DELIVERY),
        ("SW-T501", PostState.HELD, Stage.DELIVERY),
    ],
)
async def test_what_was_to_be_posted_and_was_not_says_why(
    sqlite_db: Database, code: str, state: PostState, stage: Stage
) -> None:
    room = await Newsroom.open(sqlite_db)
    article_id = await room.add_article()
    await room.compose()
    problem = {"code": code, "title": "Not this time.", "cause": "There was a reason.", "fix": "Wait."}
    async with sqlite_db.write() as tx:
        await tx.execute(update(schema.posts).values(state=state, problem=problem))
    (told,) = await compose.explain(sqlite_db, article_id, now=room.now)
    assert (told.posted, told.stage, told.reason) == (False, stage, "Not this time. There was a reason.")
    assert (await room.decision(article_id)).posted, "what was decided stays written down"


async def test_pace_counts_what_the_same_round_decided(db: Database) -> None:
    room = await Newsroom.open(db, options={"pace": {"gap": "1h"}})
    for number in range(6):
        await room.add_article(title=f"Story {number}")
    assert await room.compose() >= 6
    dues = [post.due_at for post in await room.posts()]
    assert dues == [NOW + timedelta(hours=hour) for hour in range(4)]
    folded = [await room.decision(number) for number in range(1, 7)]
    assert [decision.stage for decision in folded[4:]] == [Stage.PACE, Stage.PACE]


async def test_drafts_wait_for_an_editor_and_only_one_of_two_wins(db: Database) -> None:
    room = await Newsroom.open(db, approve=True)
    article_id = await room.add_article()
    await room.compose()
    (draft,) = await room.posts()
    assert (draft.state, draft.due_at) == (PostState.DRAFT, None)
    assert (await room.decision(article_id)).reason == "It waits for an editor."
    assert await preview.approve(db, room.press, draft.id, now=room.now, by=5)
    assert not await preview.approve(db, room.press, draft.id, now=room.now, by=6)
    (post,) = await room.posts()
    assert (post.state, post.due_at, post.created_by) == (PostState.QUEUED, room.now, 5)
    assert (await room.decision(article_id)).posted
    assert await preview.reject(db, post.id, now=room.now, by=6)
    assert not await preview.reject(db, post.id, now=room.now, by=6)
    assert not await preview.approve(db, room.press, 999, now=room.now)
    assert (await room.decision(article_id)).reason == "An editor said no."
    await room.change(article_id, title="Another headline")
    await room.compose()
    assert [post.state for post in await room.posts()] == [PostState.CANCELLED]


# ── corrections ──────────────────────────────────────────────────────────────────────────────────────────────────

SUMMARY = ("Buses will run every 30 minutes between 00:30 and 05:00 from Friday.", "Fares stay the same as in daytime.")


async def test_a_correction_of_a_queued_post_changes_the_queued_row(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    await room.change(article_id, summary=SUMMARY)
    assert await room.compose() == 1
    (post,) = await room.posts()
    assert "every 30 minutes" in post.visible_text
    assert "Corrected" not in post.visible_text
    assert post.revision == 1
    await room.change(article_id, text="The body does not show.")
    await room.compose()
    assert len(await room.posts()) == 1


async def test_a_correction_of_a_sent_post_is_a_silent_edit_with_a_mark(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    room.now = NOW + timedelta(hours=1)
    await room.change(article_id, summary=SUMMARY, modified=samples.NOON + timedelta(hours=1))
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert edit.once_key == f"edit:{post.id}:1"
    assert (edit.lane, edit.silent, edit.target_post_id, edit.revision) == (Lane.CORRECTION, True, post.id, 1)
    assert "\nCorrected 15:05\n" in edit.visible_text
    assert edit.requests[0].method == "editMessageText"
    assert edit.requests[0].params["reply_markup"] == post.requests[0].params["reply_markup"]
    assert await room.compose() == 0


async def test_a_new_story_under_the_same_address_is_marked_as_updated(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    await room.send((await room.posts())[0])
    await room.change(article_id, title="Night service stopped after protest", summary=("Drivers went home at noon.",))
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert "\nUpdated 14:15\n" in edit.visible_text


async def test_a_newer_edit_takes_the_place_of_one_that_still_waits(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    await room.change(article_id, summary=SUMMARY)
    await room.compose()
    await room.change(article_id, summary=(*SUMMARY, "A third sentence."))
    await room.compose()
    edits = await room.posts(kind=PostKind.EDIT)
    assert [(edit.state, edit.revision) for edit in edits] == [(PostState.CANCELLED, 1), (PostState.QUEUED, 2)]
    await room.send(edits[1])
    await room.change(article_id, authors=("Lea Roy",))
    await room.compose()
    assert len(await room.posts(kind=PostKind.EDIT)) == 2, "nothing that the post shows has changed"


async def test_a_post_under_way_is_edited_once_it_is_known_to_be_there(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    await room.send(post, state=PostState.UNKNOWN)
    await room.change(article_id, summary=SUMMARY)
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert "message_id" not in edit.requests[0].params
    assert (await room.posts(id=post.id))[0].requests == post.requests


async def test_refused_and_cancelled_posts_are_left_alone(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    await room.send(post, state=PostState.REFUSED)
    await room.change(article_id, summary=SUMMARY)
    await room.compose()
    assert len(await room.posts()) == 1


async def test_a_pasted_article_gets_its_link_buttons_and_card_when_the_feed_brings_it(db: Database) -> None:
    room = await Newsroom.open(db)
    article_id = await room.add_article(source=None)
    async with db.read() as tx:
        news = await compose.channels.named(tx, "news")
    assert news is not None
    pushed = await preview.push(db, room.press, article_id, news.id, now=room.now, by=1)
    again = await preview.push(db, room.press, article_id, news.id, now=room.now, by=1)
    assert pushed.post_id is not None
    assert again.already is not None
    assert again.already.id == pushed.post_id
    (post,) = await room.posts()
    assert post.requests[0].params["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in post.requests[0].params
    await room.compose()
    await room.send(post)
    async with db.read() as tx:
        source = await compose.rules.sources_by_id(tx, [1])
    summary = ("Buses will run every 20 minutes.",)
    await room.change(article_id, url=samples.ADDRESS, source_id=source[1].id, summary=summary)
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert edit.requests[0].params["link_preview_options"]["url"] == samples.ADDRESS
    assert edit.requests[0].params["reply_markup"]
    assert "Corrected" not in edit.visible_text
    assert "Updated" not in edit.visible_text
    assert len(await room.posts(kind=PostKind.SHARE)) == 1


# ── stories ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def tell(room: Newsroom, number: int, *, story: int = 5) -> int:
    site = f"https://paper{number}.example"
    return await room.add_article(
        url=f"{site}/ferry", title=f"Ferry stops, paper {number}", site_name=f"Paper {number}", story_id=story
    )


async def test_the_same_story_from_a_second_source_is_added_to_the_first_post(db: Database) -> None:
    room = await Newsroom.open(db)
    await tell(room, 1)
    await room.compose()
    (post,) = await room.posts()
    second = await tell(room, 2)
    await room.compose()
    (post,) = await room.posts()
    assert "\nAlso: Paper 2" in post.visible_text, "it still waits, so its own words are changed"
    decision = await room.decision(second)
    assert (decision.stage, decision.reason) == (Stage.STORY, "The same story was already posted from Paper 1.")
    await room.send(post)
    await tell(room, 3)
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert "\nAlso: Paper 2, Paper 3" in edit.visible_text
    assert "Updated" not in edit.visible_text
    await room.send(edit)
    await room.change(1, summary=SUMMARY)
    await room.compose()
    last = (await room.posts(kind=PostKind.EDIT))[-1]
    assert "Paper 2, Paper 3" in last.visible_text
    assert "Updated" in last.visible_text or "Corrected" in last.visible_text


async def test_a_channel_may_have_other_sources_as_a_reply_to_the_first_post_or_not_at_all(db: Database) -> None:
    room = await Newsroom.open(db, options={"also": "reply"})
    await room.add_channel("quiet", options={"also": "none"})
    await tell(room, 1)
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    await tell(room, 2)
    await room.compose()
    reply = (await room.posts())[-1]
    params = reply.requests[0].params
    assert reply.visible_text.startswith("Also: Paper 2 · ")
    assert params["reply_parameters"] == {"message_id": 41, "allow_sending_without_reply": True}
    assert (reply.silent, "reply_markup" in params, reply.article_id) == (True, False, None)
    assert await room.posts(kind=PostKind.EDIT) == []
    await room.change(1, summary=SUMMARY)
    await room.compose()
    (edit,) = await room.posts(kind=PostKind.EDIT)
    assert "Also" not in edit.visible_text


async def test_where_a_channel_has_a_discussion_group_the_reply_stands_among_the_posts_comments(db: Database) -> None:
    room = await Newsroom.open(db, chat_id=-1001, linked_chat_id=-1002, options={"also": "reply"})
    await tell(room, 1)
    await room.compose()
    (post,) = await room.posts()
    await room.send(post)
    copy = {
        "chat": {"id": -1002}, "message_id": 7, "is_automatic_forward": True, "text": "x",
        "forward_origin": {"type": "channel", "chat": {"id": -1001}, "message_id": 41},
    }  # fmt: skip
    async with db.write() as tx:
        await sightings.note(tx, bot_id=post.bot_id, update={"message": copy}, now=room.now)
    await tell(room, 2)
    await room.compose()
    reply = (await room.posts())[-1]
    params = reply.requests[0].params
    assert (params["chat_id"], params["reply_parameters"]["message_id"]) == (-1002, 7)
    assert (str(reply.chat_id), reply.channel_id) == ("-1002", None), "it is no message of the channel"


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Stumbling(Press):
    """With a bug that one article meets."""

    def write(self, order: Order) -> Message:
        if order.article.title == "Story 1":
            raise ZeroDivisionError
        return super().write(order)


async def test_one_article_that_trips_over_a_bug_keeps_no_other_back(db: Database) -> None:
    room = await Newsroom.open(db)
    for number in range(3):
        await room.add_article(title=f"Story {number}")
    room.press = Stumbling(renderer=room.press.renderer)
    assert await room.compose() == 3
    assert len(await room.posts()) == 2
    assert (await room.decision(2)).reason == "It could not be composed; the log has the details."
    assert await room.compose() == 0


async def test_a_source_that_copies_its_pictures_uploads_them(db: Database) -> None:
    room = await Newsroom.open(db, sources_to=())
    await room.add_source("own", "news", media=Media.COPY)
    await room.add_article(source="own")
    await room.compose()
    (post,) = await room.posts()
    assert post.requests[0].method == "sendPhoto"
    assert post.requests[1].uploads


async def test_breaking_news_says_so_and_goes_first(db: Database) -> None:
    room = await Newsroom.open(db, sources_to=())
    await room.add_source("ferry", "news", options={"breaking": {"when": ["suspended"]}})
    article_id = await room.add_article(source="ferry", title="Ferry suspended")
    await room.compose()
    (post,) = await room.posts()
    assert (post.lane, post.silent) == (Lane.BREAKING, False)
    assert post.visible_text.startswith("BREAKING\n")
    await room.change(article_id, summary=("Both piers closed.",))
    await room.compose()
    (post,) = await room.posts()
    assert post.visible_text.startswith("BREAKING\n")


async def test_rules_and_source_lists_come_and_go(db: Database) -> None:
    room = await Newsroom.open(db)
    async with db.write() as tx:
        assert (await rules.every(tx))[0].name == "to-harbor-times"
        assert await rules.send_source_to(tx, "harbor-times", ()) is None
        assert await rules.every(tx) == ()
        assert not await rules.remove(tx, "nothing")
        assert await posts.get(tx, 5) is None
        assert await posts.by_key(tx, bot_id=1, once_key="x") is None
        assert await posts.taken_times(tx, (), since=NOW) == {}
        assert await posts.of_stories(tx, (), since=NOW) == ()
    assert await room.compose() == 0


async def test_every_source_that_lists_an_article_brings_it_to_its_own_channels_once(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_channel("politics")
    await room.add_source("politics-feed", "politics", "news", options={"rhash": "1234567890"})
    article_id = await room.add_article()
    await room.compose()
    assert [post.channel_id for post in await room.posts()] == [1]
    async with db.read() as tx:
        entry = Entry(url=(await articles.get(tx, article_id)).url)  # type: ignore[union-attr]
        other = await sources.named(tx, "politics-feed")
        assert other is not None
    async with db.write() as tx:
        await articles.add_found(tx, source_id=other.id, entry=entry, baseline=False, now=room.now)
    assert await room.compose() == 1
    assert sorted(post.channel_id or 0 for post in await room.posts(article_id=article_id)) == [1, 2]
    through = {one.channel_id: one for one in await compose.explain(db, article_id, now=room.now)}
    assert through[2].evidence["through"] == "politics-feed" and "through" not in through[1].evidence
    (post,) = [post for post in await room.posts() if post.channel_id == 2]
    assert "rhash=1234567890" in str(post.requests[0].params), "as its own source wishes"
    await room.change(article_id, title="Night bus opens later")
    await room.compose()
    (post,) = [post for post in await room.posts() if post.channel_id == 2]
    assert "rhash=1234567890" in str(post.requests[0].params)


async def test_what_is_old_for_a_source_stays_old_for_its_channels_when_another_brings_it(
    db: Database,
) -> None:
    room = await Newsroom.open(db)
    await room.add_channel("politics")
    await room.add_source("politics-feed", "politics")
    article_id = await room.add_article(baseline=True)
    async with db.write() as tx:
        other = await sources.named(tx, "politics-feed")
        entry = Entry(url=(await articles.get(tx, article_id)).url)  # type: ignore[union-attr]
        await articles.add_found(tx, source_id=other.id, entry=entry, baseline=False, now=room.now)  # type: ignore[union-attr]
    await room.compose()
    assert [post.channel_id for post in await room.posts()] == [2]
    first, second = await compose.explain(db, article_id, now=room.now)
    assert (first.stage, second.posted) == (Stage.RULE, True)
