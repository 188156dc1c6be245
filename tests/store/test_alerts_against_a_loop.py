"""The index of alerts finds what a plain loop over all alerts finds, word by word: made alerts, made articles."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.language import detect, fold, stem, stop_words
from bot.model import AlertKind, AlertState, Article, ArticleState
from bot.store import alerts, people
from bot.store.database import Database, Tx
from bot.store.schema import sources
from bot.store.search.terms import tokens

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOTS, BLOCKED, READERS, ALERTS, ARTICLES = (7, 8), 1, 12, 80, 25
WORDS = (
    "bus buses night nights line lines city cities haus häuser hafen häfen opening opened drivers driver election "
    "elections wahl wahlen کتاب کتابیں किताब किताबों москва москве"
).split()
COMMON = "war man the die of und".split()  # function words of one language or another
LANGUAGES = ("en", "de", "ur", "hi", "ru")
SITES = ("news.example.org", "example.org", "other.example", "harbor.example")


@dataclass(frozen=True)
class Asked:
    """An alert as its parts, which the loop reads, and as it is typed."""

    words: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    site: str | None = None
    source: str | None = None

    def __str__(self) -> str:
        parts = list(self.words)
        parts += [f'"{" ".join(self.phrase)}"'] if self.phrase else []
        parts += [f'-"{" ".join(self.without)}"'] if self.without else []
        parts += [f"lang:{language}" for language in self.languages]
        parts += [f"site:{self.site}"] if self.site else []
        return " ".join(parts + ([f"source:{self.source}"] if self.source else []))


def make_asked(chooser: random.Random) -> Asked:
    words = tuple(chooser.sample(WORDS, chooser.choice((1, 1, 2, 3))))
    phrase = tuple(chooser.sample(WORDS, 2)) if chooser.random() < 0.15 else ()
    if phrase:
        words = words[: chooser.choice((0, 1))]
    elif chooser.random() < 0.2:
        words = (*words, chooser.choice(COMMON))
    only_site = chooser.random() < 0.05
    return Asked(
        words=() if only_site else words,
        phrase=() if only_site else phrase,
        without=tuple(chooser.sample(WORDS, chooser.choice((1, 2)))) if chooser.random() < 0.2 else (),
        languages=tuple(chooser.sample(LANGUAGES, chooser.choice((1, 2)))) if chooser.random() < 0.2 else (),
        site=chooser.choice(SITES[1:]) if only_site or chooser.random() < 0.1 else None,
        source="harbor" if chooser.random() < 0.1 else None,
    )


def make_article(chooser: random.Random, number: int, source_id: int) -> Article:
    def text(most: int) -> str:
        return " ".join(chooser.choices([*WORDS, *COMMON], k=chooser.randrange(most)))

    return Article(
        id=number,
        source_id=chooser.choice((None, source_id)),
        state=ArticleState.READY,
        url=chooser.choice((None, f"https://{chooser.choice(SITES)}/{number}")),
        title=text(7),
        text=text(18),
        language=chooser.choice((*LANGUAGES, None)),
    )


def answers(asked: Asked, article: Article) -> bool:
    """By looking at every word of the article for every word of the alert."""
    language = article.language
    title, body = tokens(article.title, language), tokens(f"\n{article.text}", language)
    stops = stop_words(language)
    typed = str(asked)
    left_out = stop_words("en" if typed.isascii() else detect(typed) or "en")
    said = [fold(word) for word in (*asked.words, *asked.phrase) if fold(word) not in left_out]

    def stands(word: str) -> bool:
        return any(token in (word, stem(word, language)) for token in [*title, *body])

    def together(phrase: Sequence[str]) -> bool:
        forms = [stem(word, language) for word in phrase if fold(word) not in stops]
        runs = [part[n : n + len(forms)] for part in (title, body) for n in range(len(part))]
        return forms in runs

    host = (article.url or "").removeprefix("https://").split("/")[0]
    return (
        all(stands(word) or word in stops for word in said)
        and (not said or any(stands(word) for word in said))
        and (not asked.phrase or together(asked.phrase))
        and not (asked.without and together(asked.without))
        and (not asked.languages or language in asked.languages)
        and (asked.site is None or host == asked.site or host.endswith(f".{asked.site}"))
        and (asked.source is None or article.source_id is not None)
    )


async def _add(tx: Tx, asked: Asked, chooser: random.Random) -> tuple[alerts.Hit, bool]:
    """The alert as it should be hit, and whether it rests."""
    mine = {"bot_id": chooser.choice(BOTS), "user_id": chooser.randrange(1, READERS + 1)}
    kind = chooser.choice(list(AlertKind))
    alert = (await alerts.add(tx, text=str(asked), kind=kind, now=NOW, **mine)).alert
    assert alert is not None, str(asked)
    rests = chooser.random()
    if rests < 0.1:
        await alerts.change(tx, alert.id, state=AlertState.STOPPED, **mine)
    elif rests < 0.3:
        await alerts.mute(tx, alert.id, until=NOW + timedelta(hours=1 if rests < 0.2 else -1), **mine)
    hit = alerts.Hit(alert.id, mine["bot_id"], mine["user_id"], alert.text, kind, NOW)
    return hit, rests < 0.2 or hit.user_id == BLOCKED


async def _paged(tx: Tx, article: Article, bot_id: int | None) -> list[alerts.Hit]:
    found: list[alerts.Hit] = []
    while page := await alerts.matching(
        tx, article, now=NOW, bot_id=bot_id, after=found[-1].id if found else 0, most=5
    ):
        found += page
    return found


async def test_the_index_finds_what_a_loop_over_all_alerts_finds(db: Database) -> None:
    chooser = random.Random(20261122)
    async with db.write() as tx:
        row = {"name": "harbor", "title": "Harbor Times", "kind": "feed", "url": "https://harbor.example/feed"}
        source_id = (await tx.execute(insert(sources).values(**row, created_at=NOW).returning(sources.c.id))).scalar()
        for bot_id in BOTS:
            await people.meet(tx, bot_id=bot_id, user_id=BLOCKED, name="Ana", language="en", now=NOW)
            await people.mark_blocked(tx, bot_id=bot_id, user_id=BLOCKED, now=NOW)
        waiting: dict[int, tuple[alerts.Hit, Asked]] = {}
        for _ in range(ALERTS):
            asked = make_asked(chooser)
            hit, rests = await _add(tx, asked, chooser)
            waiting.pop(hit.id, None)  # who asks again for the same has it once
            if not rests:
                waiting[hit.id] = hit, asked
        hits, wrong = 0, []
        for number in range(ARTICLES):
            article = make_article(chooser, number, source_id)
            expected = [hit for _, (hit, asked) in sorted(waiting.items()) if answers(asked, article)]
            found = list(await alerts.matching(tx, article, now=NOW))
            of_one = [hit for hit in expected if hit.bot_id == BOTS[0]]
            if found != expected or await _paged(tx, article, BOTS[0]) != of_one:
                wrong.append((article, {hit.text for hit in {*found} ^ {*expected}}))
            hits += len(found)
    assert wrong == []
    assert hits > ARTICLES  # they do find something
