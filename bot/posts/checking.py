"""Checking a template before it is used: against nine hard articles, on the path that previews and posts take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from bot.errors import Problem, TemplateError, phrase
from bot.model import Article, ArticleState, Channel, Image, Media
from bot.posts import fitting, markup, message
from bot.posts.context import Also, Extras, Mark
from bot.posts.fitting import Form, Shape
from bot.posts.order import Order
from bot.posts.press import Press

_THEN = datetime(2026, 12, 9, 14, 5, tzinfo=UTC)
_SPECIAL = ("digest", "retraction")
"""Templates that show no article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a template makes of the hard articles: shortest and longest, in UTF-16 units, and its entities."""

    template: str
    articles: int
    text: tuple[int, int]
    caption: tuple[int, int]
    entities: int

    def __str__(self) -> str:
        return (
            f"{self.template}  ok  {self.articles} articles  text {self.text[0]:,}–{self.text[1]:,} of 4,096  "
            f"caption {self.caption[0]:,}–{self.caption[1]:,} of 1,024  entities ≤ {self.entities} of 100"
        )


def check(press: Press, template: str, *, source: str | None = None) -> Report:
    """Raises TemplateError with the line and a suggestion.  `source`: a template that is not saved yet."""
    if template in _SPECIAL and source is None:
        press.renderer.load(template)
        return Report(template=template, articles=0, text=(0, 0), caption=(0, 0), entities=0)
    texts = [_made(press, template, source, name, Form.TEXT) for name in HARD]
    captions = [_made(press, template, source, name, Form.PHOTO) for name in HARD]
    return Report(
        template=template,
        articles=len(HARD),
        text=(min(made.length for made in texts), max(made.length for made in texts)),
        caption=(min(made.length for made in captions), max(made.length for made in captions)),
        entities=max(made.entities for made in (*texts, *captions)),
    )


def check_all(press: Press) -> tuple[list[Report], list[Problem]]:
    """Every template in the folders: those that are well, and what is wrong with the others."""
    reports: list[Report] = []
    problems: list[Problem] = []
    for name in press.renderer.names():
        try:
            reports.append(check(press, name))
        except TemplateError as error:
            problems.append(error.problem)
    return reports, problems


def _made(press: Press, template: str, source: str | None, name: str, form: Form) -> markup.Markup:
    article = HARD[name]
    photos = fitting.usable_photos(article) or (Image(url="https://news.example/photo.jpg"),)
    shape = Shape(form=form, photos=photos if form is Form.PHOTO else ())
    extras = Extras(
        note="Our readers asked for this.",
        mark=Mark(kind="Corrected", at=_THEN),
        also=(Also(source="Valley Post", url="https://valleypost.example/1"),),
    )
    order = Order(article=article, channel=CHANNEL, media=Media.LINK, extras=extras)
    made = message.fit_template(order, press.renderer, shape, template, source=source)
    if made.is_empty:
        problem = Problem(
            code="SW-P14",
            title=phrase('The template "{name}" shows nothing.', name=template),
            cause=phrase("What it makes of the article “{name}” has no visible character.", name=name),
            fix=phrase("Add the headline: {{ title }}"),
            where=template,
            meanwhile=phrase("Nothing was saved."),
        )
        raise TemplateError(problem)
    return made


def _article(title: str | None, *summary: str, **more: object) -> Article:
    values: dict[str, object] = {
        "id": 1,
        "source_id": 1,
        "state": ArticleState.READY,
        "url": "https://harbortimes.example/night-bus",
        "site_name": "Harbor Times",
        "language": "en",
        "published": _THEN,
        "minutes": 2,
        "tags": ("transport",),
        "image": Image(url="https://harbortimes.example/bus.jpg"),
    }
    return Article(title=title, summary=summary, **{**values, **more})  # type: ignore[arg-type]


CHANNEL = Channel(id=1, bot_id=1, name="news", address="@news", title="News", linked_chat_id=-1)
HARD: Mapping[str, Article] = MappingProxyType(
    {
        "short": _article("City opens its first night-bus line", "Fares stay the same as in daytime."),
        "long": _article("A very long headline " * 12, *(f"Sentence {n} is about buses and trams." for n in range(90))),
        "bare": _article(None, site_name=None, tags=(), published=None, minutes=None, image=None, language=None),
        "no picture": _article("Council votes on the tram line", "The vote is on Friday.", image=None),
        "Arabic": _article("افتتاح أول خط حافلات ليلي", "تبقى الأجرة كما هي.", language="ar", tags=("النقل",)),
        "Chinese": _article("城市开通首条夜间公交线路", "票价与白天相同。", language="zh-Hans", tags=("交通",)),
        "injection": _article('<b>x</b> & "y" {{ 7 * 7 }}', "Tom & <Jerry>.", site_name="</i><script>", tags=("<b>",)),
        "long word": _article("x" * 400, "y" * 5000),
        "emoji": _article("👨‍👩‍👧‍👦" * 40, "👍🏽" * 200, tags=("🚌",)),
    }
)
