"""Amendments: how big the change of a posted article is, and what its rule or channel wants of a big one.

A small change, the same story said better, is always edited in silence and marked as corrected.  A big one, where less
than half of the words of headline and summary stayed, is another story under the same address: `big_changes` decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot import language as languages
from bot.errors import Problem, phrase
from bot.model import Article, BigChanges, Json
from bot.posts import characters
from bot.store.articles import Version

OPTION: Final = "big_changes"
CARD: Final = "big-change"
SMALL: Final = 0.5
"""Of the words of both versions, how many must be the same for a change to be called a correction."""


def wish_of(*wishes: Json) -> BigChanges:
    """The first that says something: the rule's, then the channel's."""
    return next((BigChanges(wish) for wish in wishes if wish in set(BigChanges)), BigChanges.EDIT)


def words_of(one: Article | Version) -> tuple[str, ...]:
    return languages.words(f"{one.title or ''} {' '.join(one.summary)}")


def is_small(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether enough of both is the same (Dice's coefficient of their words)."""
    ours, theirs = set(old), set(new)
    return 2 * len(ours & theirs) / max(1, len(ours) + len(theirs)) >= SMALL


def is_big(article: Article, versions: Sequence[Version], shown: int) -> bool:
    """Whether little is left of revision `shown`, which people see."""
    before = next((version for version in versions if version.revision >= shown), None)
    return before is not None and not is_small(words_of(before), words_of(article))


def question(where: str, article: Article, versions: Sequence[Version], shown: int) -> Problem:
    """Asks whether the post is to follow."""
    before = next((version.title for version in versions if version.revision >= shown), None)
    return Problem(
        code="SW-P52",
        title=phrase("An article that {where} has posted is another story now.", where=where),
        cause=phrase('It was "{before}", it is "{now}".', before=_head(before), now=_head(article.title)),
        fix=phrase("Choose: change the post, or leave it as it is (sharewire queue resolve POST again|drop)."),
        meanwhile=phrase("The post stays as it is."),
    )


def evidence_of(rule: Mapping[str, Json]) -> str | None:
    """What a decision remembers of the rule's wish."""
    wish = rule.get(OPTION)
    return str(wish) if wish in set(BigChanges) else None


def _head(title: str | None) -> str:
    return characters.shorten(characters.one_line(title or "…"), 120)
