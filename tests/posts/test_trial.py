"""Rules tried on the last days' articles, windows of a channel's day, and a template that fails told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.model import Rule, Stage
from bot.posts import hours
from bot.posts.press import Press
from bot.posts.trial import try_rules
from bot.store import notices
from bot.store.database import Database
from tests.posts import samples
from tests.posts.newsroom import NOW, Newsroom


async def test_rules_are_tried_on_every_article_and_channel_without_posting(db: Database) -> None:
    room = await Newsroom.open(db)
    await room.add_channel("tech")
    first = await room.add_article(title="Night buses for the city")
    second = await room.add_article(title="Chips for everybody")
    asked = (
        Rule(id=0, name="no-chips", drop=True, match={"any": ["chips"]}),
        Rule(id=0, name="all", channels=("news",), match={"source": ["harbor-times"]}),
    )
    found = await try_rules(db, now=NOW, asked=asked)
    told = {(one.article_id, one.channel): (one.decision.posted, one.decision.stage) for one in found}
    assert told == {
        (first, "news"): (True, Stage.POSTED),
        (first, "tech"): (False, Stage.RULE),
        (second, "news"): (False, Stage.RULE),
        (second, "tech"): (False, Stage.RULE),
    }
    assert any('Rule "no-chips" keeps it out' in one.decision.reason for one in found)
    assert await room.posts() == []
    assert len(await try_rules(db, now=NOW)) == 4, "with the rules in force"
    assert await try_rules(db, now=NOW + timedelta(days=30)) == ()


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("windows", "local", "opens"),
    [
        ([], "2026-12-08 03:00", "2026-12-08 03:00"),
        (["07:00-09:00", "17:00-22:00"], "2026-12-08 03:00", "2026-12-08 07:00"),
        (["07:00-09:00", "17:00-22:00"], "2026-12-08 08:59", "2026-12-08 08:59"),
        (["07:00-09:00", "17:00-22:00"], "2026-12-08 09:00", "2026-12-08 17:00"),
        ("07:00-09:00", "2026-12-08 10:00", "2026-12-09 07:00"),
        (["22:00-02:00"], "2026-12-08 01:00", "2026-12-08 01:00"),
        (["nonsense"], "2026-12-08 03:00", "2026-12-08 03:00"),
        (["02:30-04:00"], "2027-03-27 12:00", "2027-03-28 03:30"),  # a window that begins in a skipped hour
    ],
)
def test_a_channel_posts_in_its_windows(windows: object, local: str, opens: str) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=PARIS)
    found = hours.next_open(hours.windows_of({"windows": windows}), moment, PARIS)
    assert f"{found.astimezone(PARIS):%Y-%m-%d %H:%M}" == opens


async def test_an_article_outside_the_windows_waits_for_the_next_one(db: Database) -> None:
    opens = (NOW + timedelta(hours=1)).strftime("%H:%M")
    ends = (NOW + timedelta(hours=2)).strftime("%H:%M")
    room = await Newsroom.open(db, timezone="UTC", options={"windows": [f"{opens}-{ends}"]})
    article = await room.add_article()
    await room.compose()
    (post,) = await room.posts()
    assert post.due_at is not None
    assert f"{post.due_at:%H:%M}" == opens
    assert "when the channel's hours begin" in (await room.decision(article)).reason


async def test_a_template_that_fails_is_told_once_and_the_default_stands_in(db: Database, tmp_path: Path) -> None:
    (tmp_path / "evening.html.j2").write_text("{{ sumary }}")
    room = await Newsroom.open(db, template="evening")
    room.press = Press(renderer=samples.renderer(tmp_path))
    await room.add_article(title="One")
    await room.add_article(title="Two")
    await room.compose()
    assert {post.template for post in await room.posts()} == {"share"}
    async with db.read() as tx:
        (notice,) = await notices.to_show(tx, bot_id=(await room.posts())[0].bot_id)
    assert notice.key.startswith("template:")
    assert notice.count == 2
    assert "sumary" in f"{notice.problem.title} {notice.problem.cause} {notice.problem.fix}"
