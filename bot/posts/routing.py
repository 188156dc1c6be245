"""Routing: whether an article goes to a channel, when and how; a pure function that names its reason.

The stages are asked in the order of `model.Stage`; the first that says no decides, and a person can read why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from bot import language as languages
from bot.errors import Phrase, lasting, phrase
from bot.model import Article, ArticleState, Channel, Decision, Json, Lane, PostState, Rule, Stage
from bot.posts import amendment, developments, hours, matching
from bot.posts.order import zone_of
from bot.store.rules import SourceFacts

STORY_LASTS = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A post of this channel about the same story."""

    post_id: int
    article_id: int
    source: str
    breaking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A source that lists the article; `baseline`: it did so when it was new itself."""

    source: SourceFacts
    baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the channel already has.

    posted   the post of this very article, if there is one
    told     a post of the same story from another source, of the last two days
    taken    times of posts sent and waiting, for the pace
    last     due time of the last one waiting, so that order holds"""

    posted: int | None = None
    told: Told | None = None
    taken: tuple[datetime, ...] = ()
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision, and when it posts how: `state` is DRAFT where an editor has to say yes first.

    `fold`: goes into the channel's next digest instead; `told`: the post that gets an "Also" line; `source`: whose
    rules and wishes counted; `pin`: for how long it stands pinned."""

    decision: Decision
    source: SourceFacts | None = None
    state: PostState = PostState.QUEUED
    due_at: datetime | None = None
    silent: bool = False
    lane: Lane = Lane.CHANNEL
    template: str | None = None
    thread_id: int | None = None
    breaking: bool = False
    pin: timedelta | None = None
    fold: bool = False
    told: Told | None = None

    @property
    def makes_post(self) -> bool:
        return self.decision.posted or self.decision.stage is Stage.APPROVAL


@dataclass(frozen=True, slots=True)
class _Case:
    article: Article
    source: SourceFacts | None
    channel: Channel
    facts: Facts
    now: datetime
    zone: tzinfo
    options: Mapping[str, Json]
    rule: Mapping[str, Json] = field(default_factory=dict)
    found: tuple[str, ...] = ()


def decide_for_all(
    article: Article,
    origins: Sequence[Origin],
    channel: Channel,
    rules: Sequence[Rule],
    facts: Facts,
    *,
    now: datetime,
) -> Verdict:
    """An article that several sources list goes to a channel through the first that brings it there; where none does,
    the refusal counts that came furthest."""
    verdicts = [
        decide(replace(article, baseline=origin.baseline), origin.source, channel, rules, facts, now=now)
        for origin in origins
    ] or [decide(article, None, channel, rules, facts, now=now)]
    order = list(Stage)
    goes = (verdict for verdict in verdicts if verdict.makes_post or verdict.fold)
    chosen = next(goes, None) or max(verdicts, key=lambda verdict: order.index(verdict.decision.stage))
    if chosen is verdicts[0] or chosen.source is None:
        return chosen
    evidence = {**chosen.decision.evidence, "through": chosen.source.name}
    return replace(chosen, decision=replace(chosen.decision, evidence=evidence))


def decide(
    article: Article,
    source: SourceFacts | None,
    channel: Channel,
    rules: Sequence[Rule],
    facts: Facts,
    *,
    now: datetime,
) -> Verdict:
    """Every article × channel has a verdict with the stage that decided and a plain reason."""
    zone = zone_of(channel.timezone)
    options = hours.effective(channel.options, now, zone)
    case = _Case(article, source, channel, facts, now, zone, options)
    for stage, ask in _QUESTIONS:
        if ask is _rule:
            case, no = _apply_rules(case, rules)
        else:
            no = ask(case)
        if no is not None:
            reason, evidence = no
            return _refused(case, stage, reason, evidence)
    return _accepted(case)


_No = tuple[Phrase, Mapping[str, Json]] | None


def _source(case: _Case) -> _No:
    if case.source is None:
        return phrase("It came by hand, not from a source; only a person posts it."), {}
    if not case.source.enabled:
        return phrase('Its source "{source}" is paused.', source=case.source.name), {"source": case.source.name}
    return None


def _baseline(case: _Case) -> _No:
    if case.article.baseline:
        return phrase("It was already there when its source was added."), {}
    return None


def _read(case: _Case) -> _No:
    if case.article.state is not ArticleState.READY:
        state = case.article.state.value
        return phrase("It is not read yet ({state}).", state=state), {"state": state}
    if not (case.article.title or case.article.summary):
        return phrase("It has neither a headline nor a text."), {}
    return None


def _age(case: _Case) -> _No:
    when = case.article.published or case.article.found_at
    most = hours.duration(case.options.get("max_age")) or case.channel.max_age
    if when is not None and case.now - when > most:
        length = _span(most)
        evidence = {"published": when.isoformat(), "max_age": str(length)}
        return phrase("It is older than {length}.", length=length), evidence
    return None


def _rule(case: _Case) -> _No:
    raise AssertionError("answered by _apply_rules")


def _apply_rules(case: _Case, rules: Sequence[Rule]) -> tuple[_Case, _No]:
    """The first rule that adds the channel gives its options; any rule that drops keeps it out."""
    source = case.source
    about = matching.subject(
        case.article,
        source=source.name if source else "",
        source_tags=source.tags if source else (),
        now=case.now,
    )
    adds: tuple[Rule, matching.Match] | None = None
    for rule in rules:
        if not rule.enabled or (rule.channels and case.channel.name not in rule.channels):
            continue
        if not rule.channels and not rule.drop:
            continue
        answer = matching.match(rule.match, about)
        if answer.matches and rule.drop:
            words = ", ".join(answer.found)
            reason = phrase('Rule "{rule}" keeps it out.', rule=rule.name)
            if words:
                reason = phrase('Rule "{rule}" keeps it out: {words}.', rule=rule.name, words=words)
            return case, (reason, {"rule": rule.name, "found": list(answer.found)})
        if answer.matches and adds is None:
            adds = (rule, answer)
    if adds is None:
        return case, (phrase("No rule sends it here."), {})
    rule, answer = adds
    found = replace(case, rule={"name": rule.name, **rule.options}, found=answer.found)
    return found, None


def _language(case: _Case) -> _No:
    wanted = case.options.get("languages")
    if not isinstance(wanted, list | tuple) or not wanted or not case.article.language:
        return None
    spoken = {languages.primary(str(tag)) for tag in wanted}
    if languages.primary(case.article.language) in spoken:
        return None
    taken = ", ".join(map(str, wanted))
    reason = phrase("It is in {language}; the channel takes {taken}.", language=case.article.language, taken=taken)
    return reason, {"language": case.article.language}


def _duplicate(case: _Case) -> _No:
    if case.facts.posted is not None:
        return phrase("It is already posted here."), {"post": case.facts.posted}
    return None


def _story(case: _Case) -> _No:
    told = case.facts.told
    if told is not None and not case.rule.get("repeat_stories"):
        evidence = {"post": told.post_id, "source": told.source}
        if told.breaking:
            reason = phrase("It is told in the breaking post about the same story, from {source}.", source=told.source)
            return reason, evidence
        return phrase("The same story was already posted from {source}.", source=told.source), evidence
    return None


_QUESTIONS = (
    (Stage.SOURCE, _source),
    (Stage.BASELINE, _baseline),
    (Stage.READ, _read),
    (Stage.AGE, _age),
    (Stage.RULE, _rule),
    (Stage.LANGUAGE, _language),
    (Stage.DUPLICATE, _duplicate),
    (Stage.STORY, _story),
)


def _accepted(case: _Case) -> Verdict:
    breaking = _is_breaking(case)
    evidence = {"rule": case.rule.get("name"), "found": list(case.found), "breaking": breaking or None}
    evidence[amendment.OPTION] = amendment.evidence_of(case.rule)
    rule = case.rule.get("name")
    why = phrase('Posted: the rule "{rule}" sends it here.', rule=rule) if rule else phrase("Posted.")
    accepted = Verdict(
        decision=_decision(case, Stage.POSTED, True, why, evidence),
        source=case.source,
        due_at=case.now,
        silent=bool(case.rule.get("silent")),
        lane=Lane.BREAKING if breaking else Lane.CHANNEL,
        template=_template(case),
        thread_id=thread if isinstance(thread := case.rule.get("thread"), int) else None,
        breaking=breaking,
        pin=developments.pinned_for(case.channel, *_breaking_wishes(case)) if breaking else None,
    )
    if _needs_approval(case):
        decision = _decision(case, Stage.APPROVAL, False, phrase("It waits for an editor."), evidence)
        return replace(accepted, decision=decision, state=PostState.DRAFT, due_at=None)
    if breaking and not _is_stopped(case):
        decision = _decision(case, Stage.POSTED, True, phrase("Breaking: posted at once."), evidence)
        return replace(accepted, decision=decision, silent=False)
    return _timed(case, accepted)


def _timed(case: _Case, accepted: Verdict) -> Verdict:
    """Pace, windows and quiet hours; what would come later than it is fresh folds into the digest."""
    earliest = max(case.now, case.facts.last or case.now)
    turn = hours.next_turn(case.channel.options, case.facts.taken, earliest, case.zone)
    due = turn.at
    at = _clock(case, due)
    if turn.quiet == "digest":
        return _folded(case, accepted, Stage.QUIET, phrase("Quiet hours: it goes into the next digest."))
    if turn.held:
        return _at(case, accepted, due, phrase("Posted at {time}, when the quiet hours end.", time=at))
    if due - case.now > case.channel.fresh_for:
        reason = phrase(
            "Its turn would come at {time}, later than {length}: it goes into the next digest.",
            time=at, length=_span(case.channel.fresh_for),
        )  # fmt: skip
        return _folded(case, accepted, Stage.PACE, reason)
    if turn.why == "windows":
        accepted = _at(case, accepted, due, phrase("Posted at {time}, when the channel's hours begin.", time=at))
    elif due > case.now:
        accepted = _at(case, accepted, due, phrase("Posted at {time}, to keep the channel's pace.", time=at))
    elif turn.quiet is not None:
        accepted = _at(case, accepted, due, phrase("Posted without sound: quiet hours."))
    return replace(accepted, silent=accepted.silent or turn.quiet is not None)


def _at(case: _Case, accepted: Verdict, due: datetime, reason: Phrase) -> Verdict:
    return replace(accepted, due_at=due, decision=replace(accepted.decision, reason=reason))


def _folded(case: _Case, accepted: Verdict, stage: Stage, reason: Phrase) -> Verdict:
    decision = _decision(case, stage, False, reason, accepted.decision.evidence)
    return replace(accepted, decision=decision, due_at=None, fold=True)


def _clock(case: _Case, moment: datetime) -> str:
    return f"{moment.astimezone(case.zone):%H:%M}"


def _template(case: _Case) -> str | None:
    wish = case.rule.get("template") or (case.source.template if case.source else None)
    return str(wish) if wish else None


def _needs_approval(case: _Case) -> bool:
    """What was set until a time counts first, then a season's setting before the channel's; a rule or a source may ask
    for it as well."""
    for override in hours.overrides(case.channel.options, case.now):
        if "approve" in override:  # a person said so, until a time: of every source and rule
            return bool(override["approve"])
    by_channel = case.options.get("approve", case.channel.approve)
    by_source = case.source.approve if case.source else False
    return bool(case.rule.get("approve", by_channel or by_source))


def _is_stopped(case: _Case) -> bool:
    """A person set that nothing goes out for a while: then not even breaking news does."""
    standing = [hours.quiet_of(one) for one in hours.overrides(case.channel.options, case.now) if "quiet" in one]
    return any(one.mode == "hold" and hours.is_quiet(one, case.now, case.zone) for one in standing)


def _is_breaking(case: _Case) -> bool:
    """By the rule, or from a source that is trusted for that: everything, or where its words stand in the headline."""
    return any(_breaks(case, wish) for wish in _breaking_wishes(case))


def _breaking_wishes(case: _Case) -> tuple[Json, ...]:
    return case.rule.get("breaking"), case.source.breaking if case.source else None


def _breaks(case: _Case, wish: Json) -> bool:
    if not isinstance(wish, Mapping):
        return wish is True
    words = wish.get("when")
    if words is None:
        return True
    named = [words] if isinstance(words, str) else words
    return any(matching.contains(case.article.title or "", str(word)) for word in named)


def _refused(case: _Case, stage: Stage, reason: Phrase, evidence: Mapping[str, Json]) -> Verdict:
    told = case.facts.told if stage is Stage.STORY else None
    return Verdict(decision=_decision(case, stage, False, reason, evidence), source=case.source, told=told)


def _decision(case: _Case, stage: Stage, posted: bool, reason: Phrase, evidence: Mapping[str, Json]) -> Decision:
    order = list(Stage)
    passed = tuple(order[: order.index(stage)])
    shown = {key: value for key, value in evidence.items() if value not in (None, [], "")}
    return Decision(
        article_id=case.article.id,
        channel_id=case.channel.id,
        posted=posted,
        stage=stage,
        reason=reason,
        passed=passed,
        evidence=shown,
        decided_at=case.now,
    )


def _span(length: timedelta) -> Phrase:
    """ "2 days", "3 hours", "90 minutes"."""
    minutes = round(length.total_seconds() / 60)
    size, unit = next(
        (size, unit) for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")) if minutes % size == 0
    )
    return lasting(minutes // size, unit)
