"""Every article and every channel have a decision that a person can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleState, Lane, PostState, Rule, Stage
from bot.posts import hours, matching, routing
from bot.posts.routing import Facts, Told, Verdict
from bot.store.rules import SourceFacts
from tests.cost import measured
from tests.posts import samples

NOW = samples.NOON + timedelta(minutes=10)
SOURCE = SourceFacts(id=1, name="harbor-times", tags=("city",))
TO_NEWS = Rule(id=1, name="to-harbor-times", channels=("news",), match={"source": "harbor-times"})


def decide(
    article: Any = None,
    *,
    source: SourceFacts | None = SOURCE,
    rules: tuple[Rule, ...] = (TO_NEWS,),
    facts: Facts | None = None,
    now: datetime = NOW,
    **channel: Any,
) -> Verdict:
    subject = article or samples.article()
    return routing.decide(subject, source, samples.channel(**channel), rules, facts or Facts(), now=now)


def test_a_new_article_of_a_source_with_a_channel_is_posted_at_once() -> None:
    verdict = decide()
    assert verdict.decision.posted
    assert verdict.decision.stage is Stage.POSTED
    assert verdict.due_at == NOW
    assert verdict.decision.passed == tuple(Stage)[: tuple(Stage).index(Stage.POSTED)]
    assert verdict.decision.evidence == {"rule": "to-harbor-times", "found": ["harbor-times"]}
    assert (verdict.state, verdict.lane, verdict.silent) == (PostState.QUEUED, Lane.CHANNEL, False)


DROP = Rule(id=2, name="no-labour", drop=True, match={"title": "union"})


@pytest.mark.parametrize(
    ("stage", "words", "given"),
    [
        (Stage.SOURCE, "only a person posts it", {"source": None}),
        (Stage.SOURCE, '"harbor-times" is paused', {"source": replace(SOURCE, enabled=False)}),
        (Stage.BASELINE, "already there", {"article": samples.article(baseline=True)}),
        (Stage.READ, "not read yet (found)", {"article": samples.article(state=ArticleState.FOUND)}),
        (Stage.READ, "neither a headline nor a text", {"article": samples.article(title=None, summary=())}),
        (Stage.AGE, "older than 2 days", {"now": NOW + timedelta(days=3)}),
        (Stage.AGE, "older than 1 h", {"now": NOW + timedelta(hours=2), "options": {"max_age": "1h"}}),
        (Stage.RULE, "No rule sends it here", {"rules": ()}),
        (Stage.RULE, "No rule sends it here", {"rules": (replace(TO_NEWS, enabled=False),)}),
        (Stage.RULE, "No rule sends it here", {"rules": (replace(TO_NEWS, channels=("tech",)),)}),
        (Stage.RULE, "No rule sends it here", {"rules": (replace(TO_NEWS, channels=()),)}),
        (
            Stage.RULE,
            'Rule "no-labour" keeps it out: union.',
            {"article": samples.article(title="Drivers' union backs buses"), "rules": (TO_NEWS, DROP)},
        ),
        (Stage.LANGUAGE, "It is in en; the channel takes fr, de.", {"options": {"languages": ["fr", "de"]}}),
        (Stage.DUPLICATE, "already posted here", {"facts": Facts(posted=5)}),
        (Stage.STORY, "posted from AFP", {"facts": Facts(told=Told(post_id=5, article_id=6, source="AFP"))}),
        (Stage.APPROVAL, "waits for an editor", {"approve": True}),
    ],
)
def test_the_stage_that_says_no_decides_and_says_why(stage: Stage, words: str, given: dict[str, Any]) -> None:
    verdict = decide(given.pop("article", None), **given)
    assert not verdict.decision.posted
    assert verdict.decision.stage is stage
    assert words in verdict.decision.reason
    assert verdict.decision.passed == tuple(Stage)[: tuple(Stage).index(stage)]
    assert verdict.makes_post == (stage is Stage.APPROVAL)
    assert bool(verdict.told) == (stage is Stage.STORY)


def test_a_rules_options_are_the_posts() -> None:
    options = {"template": "compact", "silent": True, "thread": 12, "approve": False}
    verdict = decide(rules=(replace(TO_NEWS, options=options),), approve=True)
    assert (verdict.template, verdict.silent, verdict.thread_id) == ("compact", True, 12)
    assert verdict.decision.posted, "a rule may spare its articles the approval"
    assert decide(source=replace(SOURCE, template="quiet")).template == "quiet"
    assert decide(source=replace(SOURCE, approve=True)).state is PostState.DRAFT
    again = replace(TO_NEWS, options={"repeat_stories": True})
    assert decide(rules=(again,), facts=Facts(told=Told(post_id=1, article_id=2, source="x"))).decision.posted


def test_breaking_news_overtakes_pace_and_quiet_hours_with_sound() -> None:
    busy = Facts(taken=(NOW,), last=NOW + timedelta(hours=2))
    options = {"pace": {"gap": "1h"}, "quiet": "00:00-23:59"}
    by_rule = decide(rules=(replace(TO_NEWS, options={"breaking": True}),), facts=busy, options=options)
    by_source = decide(
        samples.article(title="Ferry service suspended"),
        source=replace(SOURCE, breaking={"when": ["suspended", "collision"]}),
        facts=busy,
        options=options,
    )
    for verdict in (by_rule, by_source):
        assert (verdict.due_at, verdict.silent, verdict.lane) == (NOW, False, Lane.BREAKING)
        assert verdict.breaking


def test_pace_gives_each_post_its_turn_and_folds_what_would_be_stale() -> None:
    options = {"pace": {"gap": "30m"}}
    taken: list[datetime] = []
    verdicts = []
    for _ in range(10):
        facts = Facts(taken=tuple(taken), last=taken[-1] if taken else None)
        verdict = decide(facts=facts, options=options)
        verdicts.append(verdict)
        if verdict.due_at:
            taken.append(verdict.due_at)
    assert [due - NOW for due in taken] == [timedelta(minutes=30) * place for place in range(7)]
    assert [verdict.fold for verdict in verdicts] == [False] * 7 + [True] * 3
    late = verdicts[-1].decision
    assert (late.stage, late.posted) == (Stage.PACE, False)
    assert late.reason == "Its turn would come at 17:45, later than 3 hours: it goes into the next digest."
    assert "to keep the channel's pace" in verdicts[1].decision.reason


@pytest.mark.parametrize(
    ("quiet", "due", "silent", "stage"),
    [
        ("13:00-15:00", NOW, True, Stage.POSTED),
        ("15:00-16:00", NOW, False, Stage.POSTED),
        (["01:00-03:00", "14:00-14:30"], NOW, True, Stage.POSTED),
        ({"hours": "13:00-15:00", "mode": "hold"}, NOW.replace(hour=15, minute=0), False, Stage.POSTED),
        ({"hours": ["13:00-15:00"], "mode": "digest"}, None, False, Stage.QUIET),
        ("nonsense", NOW, False, Stage.POSTED),
    ],
)
def test_quiet_hours_silence_hold_or_fold(quiet: Any, due: datetime | None, silent: bool, stage: Stage) -> None:
    verdict = decide(options={"quiet": quiet})
    assert (verdict.due_at, verdict.silent, verdict.decision.stage) == (due, silent, stage)
    assert verdict.fold == (stage is Stage.QUIET)


def test_seasons_and_temporary_settings_override_and_end_by_themselves() -> None:
    options: dict[str, Any] = {
        "quiet": "13:00-15:00",
        "seasons": {"market": {"from": "2026-12-01", "until": "2026-12-31", "quiet": "01:00-02:00"}},
        "override": {"until": "2026-12-09T15:00:00+00:00", "approve": True},
    }
    assert decide(options=options).state is PostState.DRAFT
    later = decide(samples.article(published=NOW), now=NOW + timedelta(hours=2), options=options)
    assert later.decision.posted
    assert not decide(options={**options, "override": None}).silent
    assert decide(options={"quiet": "13:00-15:00", "seasons": {"x": {"from": "bad"}}}).silent


# ── quiet hours and pace ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "moment", "ends"),
    [
        # clocks go forward on 28 March 2027 in Europe, back on 31 October
        ("Europe/Paris", "2027-03-28T00:30:00+00:00", "2027-03-28T05:00:00+00:00"),
        ("Europe/Paris", "2027-10-31T00:30:00+00:00", "2027-10-31T06:00:00+00:00"),
        ("America/New_York", "2027-03-14T06:30:00+00:00", "2027-03-14T11:00:00+00:00"),
        ("Asia/Karachi", "2027-03-28T20:30:00+00:00", "2027-03-29T02:00:00+00:00"),
        ("Australia/Lord_Howe", "2027-04-03T13:30:00+00:00", "2027-04-03T20:30:00+00:00"),
        ("Asia/Karachi", "2027-03-28T10:30:00+00:00", None),
    ],
)
def test_a_night_ends_at_the_local_time_it_names_across_both_clock_changes(
    zone: str, moment: str, ends: str | None
) -> None:
    quiet = hours.quiet_of({"quiet": "22:30-07:00"})
    found = hours.quiet_until(quiet, datetime.fromisoformat(moment), ZoneInfo(zone))
    assert found == (datetime.fromisoformat(ends) if ends else None)
    assert hours.is_quiet(quiet, datetime.fromisoformat(moment), ZoneInfo(zone)) == (ends is not None)


offsets = st.lists(st.integers(min_value=-86_400, max_value=86_400), max_size=40)


@given(offsets, st.integers(1, 3600), st.integers(1, 10), st.integers(5, 40))
def test_a_slot_keeps_gap_hour_and_day(taken: list[int], gap: int, per_hour: int, per_day: int) -> None:
    times = [NOW + timedelta(seconds=offset) for offset in taken]
    pace = hours.Pace(gap=timedelta(seconds=gap), per_hour=per_hour, per_day=per_day)
    slot = hours.next_slot(pace, times, NOW)
    assert slot >= NOW
    assert all(abs(slot - time) >= timedelta(seconds=gap) for time in times)
    assert sum(slot - timedelta(hours=1) < time <= slot for time in times) < per_hour
    assert sum(slot - timedelta(days=1) < time <= slot for time in times) < per_day


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("3m", 180), ("2h", 7200), ("1.5d", 129_600), ("90", 90), (45, 45), ("1w", 604_800), ("x", None)),
        *((0, None), (None, None), (True, None), ("-3m", None), ("99999999999d", None)),
    ],
)
def test_durations_are_written_as_people_write_them(text: Any, seconds: float | None) -> None:
    assert hours.duration(text) == (timedelta(seconds=seconds) if seconds else None)


def test_settings_that_make_no_sense_set_nothing() -> None:
    assert hours.pace_of({"pace": "fast"}) == hours.Pace()
    assert hours.pace_of({"pace": {"gap": "x", "per_hour": True, "per_day": -1}}) == hours.Pace()
    assert hours.quiet_of({"quiet": {"hours": "25:99-07:00", "mode": "loud"}}) == hours.Quiet()
    naive = {"override": {"until": "2026-12-09T15:00:00", "quiet": "x"}}
    assert hours.effective(naive, NOW, UTC)["quiet"] == "x"
    assert "quiet" not in hours.effective({"override": {"until": "never", "quiet": "x"}}, NOW, UTC)


# ── matching ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({}, True),
        ({"any": ["tram", "night bus"]}, True),
        ({"any": ["night-bus"]}, True),
        ({"any": "NIGHT BÜS"}, True),
        ({"any": ["nigh"]}, False),
        ({"any": ["nigh*"]}, True),
        ({"any": ["*"]}, False),
        ({"any": []}, False),
        ({"all": ["city", "bus"]}, True),
        ({"all": ["city", "tram"]}, False),
        ({"not": ["tram"]}, True),
        ({"not": ["fares"]}, False),
        ({"title": ["fares"]}, False),
        ({"title": "city opens"}, True),
        ({"text": "timetable"}, True),
        ({"any": "timetable"}, False),
        ({"lang": ["en-GB", "fr"]}, True),
        ({"lang": "fr"}, False),
        ({"tags": ["Transport"]}, True),
        ({"tag": "city"}, True),
        ({"authors": "lea roy"}, True),
        ({"source": ["harbor-times"], "any": ["bus"]}, True),
        ({"source": "other"}, False),
        ({"unknown": "x"}, False),
        ({"any": 5}, False),
    ],
)
def test_rules_match_whole_folded_words(conditions: dict[str, Any], matches: bool) -> None:
    article = samples.article(text="The timetable is online.", authors=("Lea Roy",))
    about = matching.subject(article, source="harbor-times", source_tags=("City",))
    assert matching.match(conditions, about).matches is matches


def test_matching_folds_other_scripts_too() -> None:
    about = matching.subject(samples.URDU)
    assert matching.match({"any": ["بس سروس"]}, about).found == ("بس سروس",)
    assert matching.match({"title": ["بی"]}, about).missed == "title"
    assert matching.match({"any": ["公交"]}, matching.subject(samples.CHINESE)).matches


def test_matching_takes_time_linear_in_the_text() -> None:
    article = samples.article(text="a" * 200_000 + " " + "ab " * 50_000)
    about = matching.subject(article)
    with measured() as cost:
        assert not matching.match({"text": ["ab " * 500 + "c", "(a+)+$"]}, about).matches
    assert cost.units < 20


def test_rules_match_by_age() -> None:
    about = matching.subject(samples.article(published=NOW - timedelta(hours=3)), now=NOW)
    for conditions, matches in (
        ({"younger": "4h"}, True),
        ({"younger": "2h"}, False),
        ({"older": "2h"}, True),
        ({"older": ["4h"]}, False),
        ({"older": "soon"}, False),
    ):
        assert matching.match(conditions, about).matches is matches, conditions
    rule = replace(TO_NEWS, match={"younger": "1h"})
    late = decide(samples.article(published=NOW - timedelta(hours=3)), rules=(rule,))
    assert late.decision.stage is Stage.RULE
    assert decide(samples.article(published=NOW), rules=(rule,)).decision.posted


def _until(hours_: float, **values: Any) -> dict[str, Any]:
    return {"until": (NOW + timedelta(hours=hours_)).isoformat(), **values}


_ALL_DAY = {"hours": ["00:00-00:00"], "mode": "hold"}


@pytest.mark.parametrize(
    ("standing", "override", "after", "silent"),
    [  # what a channel has; what is set for two hours; when a post goes out, in hours from now; whether without sound
        ({"windows": "20:00-22:00"}, {"pace": None, "windows": None}, 0, False),
        ({"pace": {"gap": "4h"}}, {"pace": None, "windows": None}, 0, False),
        ({}, {"pace": {"gap": "30m"}}, 0.5, False),
        ({}, {"pace": {"gap": "3h"}}, 2, False),  # no longer than it is set for
        ({}, {"quiet": _ALL_DAY}, 2, False),
        ({"pace": {"gap": "5h"}}, {"quiet": _ALL_DAY}, 5, False),
        ({"quiet": "00:00-23:59"}, {"quiet": None}, 0, False),
        ({}, {"quiet": {"hours": ["00:00-00:00"]}}, 0, True),
        ({}, {"windows": ["23:00-23:30"]}, 2, False),
        ({"quiet": {"hours": "14:00-18:00", "mode": "hold"}}, {"windows": None}, 3.75, False),  # NOW is 14:15,
    ],
)
def test_what_is_set_until_a_time_counts_until_then_and_no_longer(
    standing: Any, override: Any, after: float, silent: bool
) -> None:
    busy = Facts(taken=(NOW,))
    options = {**standing, "override": [_until(2, **override)]}
    verdict = decide(facts=busy, options=options, fresh_for=timedelta(hours=12))
    assert verdict.due_at is not None
    assert (verdict.due_at - NOW, verdict.silent) == (timedelta(hours=after), silent)


def test_a_person_who_says_nothing_goes_out_stops_breaking_news_too_and_approval_of_every_kind_can_be_lifted() -> None:
    breaking = replace(TO_NEWS, options={"breaking": True})
    stopped = decide(rules=(breaking,), options={"override": _until(2, quiet=_ALL_DAY)})
    assert stopped.due_at == NOW + timedelta(hours=2)
    usual = decide(rules=(breaking,), options={"quiet": _ALL_DAY})
    assert usual.due_at == NOW, "the channel's own quiet hours do not"
    asking = (replace(TO_NEWS, options={"approve": True}),)
    lifted = {"override": _until(1, approve=False)}
    for case in ({"approve": True}, {"source": replace(SOURCE, approve=True)}, {"rules": asking}):
        assert decide(**case).state is PostState.DRAFT  # type: ignore[arg-type]
        assert decide(**case, options=lifted).state is PostState.QUEUED  # type: ignore[arg-type]
    spared = (replace(TO_NEWS, options={"approve": False}),)
    assert decide(rules=spared, options={"override": _until(1, approve=True)}).state is PostState.DRAFT
