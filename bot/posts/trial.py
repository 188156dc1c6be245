"""Eight hard articles on which a template is tried before it is trusted: long, bare, without picture, Arabic, Chinese,
injection, one endless word, emoji."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from bot.model import Article, ArticleState, Channel, Image, Media
from bot.posts.fitting import choose
from bot.posts.message import fit_template
from bot.posts.press import Press

_OF_SEVERAL_OR_NONE: Final = frozenset({"digest", "retraction"})
"""Templates that are not made from one article; composing a digest or a withdrawal tries those."""

_PLAIN: Final = Article(
    id=0,
    source_id=None,
    state=ArticleState.READY,
    url="https://news.example/story",
    title="City opens its first night-bus line",
    summary=("Buses will run every 20 minutes from Friday.", "Fares stay the same, the council said."),
    site_name="Harbor Times",
    language="en",
    published=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    authors=("Lea Roy",),
    image=Image(url="https://news.example/bus.jpg", width=1200, height=675),
    tags=("transport", "city"),
    minutes=2,
)


def names_to_try(press: Press) -> tuple[str, ...]:
    """The templates that are made from one article."""
    return tuple(name for name in press.renderer.names() if name not in _OF_SEVERAL_OR_NONE)


def hard_articles() -> dict[str, Article]:
    """What it is about -> the article."""
    return {
        "long": replace(
            _PLAIN, title="Budget " * 60, summary=tuple(f"Sentence {n} says a little more." for n in range(400))
        ),
        "bare": Article(id=0, source_id=None, state=ArticleState.READY, url="https://news.example/bare"),
        "no picture": replace(_PLAIN, image=None, summary=()),
        "Arabic": replace(
            _PLAIN, language="ar", title="افتتاح أول خط حافلات ليلية", summary=("تعمل الحافلات كل 20 دقيقة.",)
        ),
        "Chinese": replace(
            _PLAIN, language="zh", title="城市开通首条夜间公交线", summary=("每二十分钟一班。", "票价不变。")
        ),
        "injection": replace(
            _PLAIN, title='<b>5 < 6 & "7"</b><script>x</script>', summary=("{{ 7*7 }} </b> &lt;i&gt;",)
        ),
        "one long word": replace(_PLAIN, title="x" * 5000, summary=("y" * 9000,)),
        "emoji": replace(_PLAIN, title="👩‍👩‍👧‍👦" * 40, summary=("🇺🇸🏳️‍🌈 " * 300,), tags=("👍🏽",)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Lengths in UTF-16 units and entities that a template came to on the hard articles."""

    shortest: int
    longest: int
    entities: int

    def __str__(self) -> str:
        return f"8 articles, text {self.shortest:,}-{self.longest:,} of 4,096, at most {self.entities} of 100 entities"


def try_template(press: Press, name: str, *, source: str | None = None) -> Trial:
    """Render every hard article with a saved template, or with `source`.  Raises TemplateError with line and cause."""
    channel = Channel(id=0, bot_id=0, name="trial", address="@trial")
    made = []
    for article in hard_articles().values():
        order = replace(press.order(article, channel), template=name)
        made.append(fit_template(order, press.renderer, choose(article, Media.LINK), name, source=source))
    return Trial(
        shortest=min(m.length for m in made),
        longest=max(m.length for m in made),
        entities=max(m.entities for m in made),
    )
