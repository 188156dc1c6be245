"""Where a read article belongs: to a story that others tell, or to a row that is this very article.

The archive's index brings the articles of the last days that share rare words; `likeness` judges.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.articles.likeness import SAME_TEXT, WINDOW, Rarity, Story, story_score, text_score
from bot.articles.merging import same_publisher
from bot.identity import alike
from bot.model import Article
from bot.store import articles, search
from bot.store.database import Tx

SURE_STORY = 0.4  # against all articles of three days chance brings likeness, so more is asked than of two at hand
_SURE_TEXT = 0.8  # with a headline alike, on one site: the article itself under another address
_SURE_TITLE = 0.5
_TOKENS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`same`: the row that this article is; `story_id`: the story that it tells with others."""

    same: Article | None = None
    story_id: int | None = None


def story_of(article: Article) -> Story:
    return Story.of(title=article.title, text=article.text, published=article.published, language=article.language)


async def find_place(tx: Tx, article: Article, story: Story) -> Place:
    """Compare with the articles of the days around; a story gets its id from its first article.

    Articles of one publisher are never one story: what a site adds is news of its own."""
    if article.published is None or not story.terms:
        return Place()
    tokens = sorted(story.terms, key=lambda term: -story.terms[term])[:_TOKENS]
    since, until = article.published - WINDOW, article.published + WINDOW
    ids = [n for n in await search.find_alike(tx, tokens, since=since, until=until) if n != article.id]
    prints = await articles.fingerprints(tx, ids)
    others = await articles.get_many(tx, [n for n in ids if n in prints])
    stories = {
        other.id: Story.from_json(prints[other.id], language=other.language, published=other.published)
        for other in others
    }
    rarity = Rarity()
    for one in (story, *stories.values()):
        rarity.add(one)
    for other in others:
        if _is_same(article, story, other, stories[other.id]):
            return Place(same=other)
    likely = [(_likeness(story, stories[other.id], rarity), -other.id, other) for other in others]
    for score, _, other in sorted(likely, key=lambda one: one[:2], reverse=True):
        if score < SURE_STORY:
            break
        if not await _told_by(tx, article, other):
            if other.story_id is None:
                await articles.set_story(tx, [other.id], other.id)
            return Place(story_id=other.story_id or other.id)
    return Place()


def _likeness(one: Story, other: Story, rarity: Rarity) -> float:
    """A reprint is the same story whatever its headline says."""
    return 1.0 if text_score(one, other) >= SAME_TEXT else story_score(one, other, rarity)


def _is_same(article: Article, story: Story, other: Article, others_story: Story) -> bool:
    """The same text on the same site, or pasted by somebody without its address."""
    if not same_publisher(article, other):
        return False
    score = text_score(story, others_story)
    if article.url and other.url:
        return score >= _SURE_TEXT and alike(article.title, other.title) >= _SURE_TITLE
    return score >= SAME_TEXT


async def _told_by(tx: Tx, article: Article, other: Article) -> bool:
    """Whether this article's publisher has told the other's story already."""
    members = await articles.of_story(tx, other.story_id) if other.story_id else (other,)
    return any(same_publisher(article, member) for member in members if member.id != article.id)
