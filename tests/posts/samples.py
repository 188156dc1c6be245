"""Articles and channels for the tests of posts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.model import Article, ArticleState, Channel, Image, Link, Video
from bot.posts.rendering import Renderer

TEMPLATES = Path(__file__).parents[2] / "templates"
NOON = datetime(2026, 12, 9, 14, 5, tzinfo=UTC)
ADDRESS = "https://harbortimes.example/night-bus"


def renderer(*folders: Path) -> Renderer:
    return Renderer((*folders, TEMPLATES))


def article(**changes: Any) -> Article:
    values: dict[str, Any] = {
        "id": 7,
        "source_id": 1,
        "state": ArticleState.READY,
        "url": ADDRESS,
        "title": "City opens its first night-bus line",
        "site_name": "Harbor Times",
        "summary": (
            "Buses will run every 20 minutes between 00:30 and 05:00 from Friday.",
            "Fares stay the same as in daytime.",
        ),
        "tags": ("transport",),
        "published": NOON,
        "minutes": 2,
        "language": "en",
        "image": Image(url="https://harbortimes.example/bus.jpg", width=1200, height=675),
    }
    return Article(**{**values, **changes})


def channel(**changes: Any) -> Channel:
    values: dict[str, Any] = {
        "id": 3,
        "bot_id": 1_000_001,
        "name": "news",
        "address": "@harbornews",
        "title": "Harbor News",
        "chat_id": -1001000000001,
        "language": "en",
    }
    return Channel(**{**values, **changes})


def gallery(count: int, **changes: Any) -> Article:
    photos = tuple(
        Image(url=f"https://harbortimes.example/{place}.jpg", credit="Lea Roy", width=1200, height=800)
        for place in range(count)
    )
    return article(images=photos, **changes)


ARABIC = article(
    title="افتتاح أول خط حافلات ليلي في المدينة مع تطبيق iPhone 17 الجديد",
    site_name="Harbor Times",
    summary=("ستعمل الحافلات كل 20 دقيقة.", "تبقى الأجرة كما هي."),
    tags=("النقل", "Night bus"),
    language="ar",
    url="https://harbortimes.example/ar/%D8%AD%D8%A7%D9%81%D9%84%D8%A7%D8%AA",
)
URDU = article(
    title="BBC کے مطابق شہر میں رات کی بس سروس شروع",
    site_name="روزنامہ بندرگاہ",
    summary=("بسیں ہر 20 منٹ بعد چلیں گی۔",),
    tags=("ٹرانسپورٹ",),
    language="ur",
)
HINDI = article(
    title="शहर में रात की बस सेवा शुरू",
    summary=("बसें हर 20 मिनट में चलेंगी।",),
    tags=("चुनाव", "बस"),
    language="hi",
    url="https://harbortimes.example/" + "%E0%A4%AC%E0%A4%B8" * 40,
)
CHINESE = article(
    title="城市开通首条夜间公交线路",
    summary=("公交车每20分钟一班。", "票价与白天相同。"),
    tags=("交通",),
    language="zh-Hans",
)
LONG = article(
    title="A very long headline " * 12,
    summary=tuple(
        f"Sentence number {number} says something of medium length about the harbour." for number in range(80)
    ),
    tags=("transport", "harbour", "council"),
    related=(Link(title="Council votes", url="https://harbortimes.example/vote"),),
)
BARE = article(
    title=None, site_name=None, summary=(), tags=(), published=None, minutes=None, language=None, image=None, text=None
)
HOSTILE = article(
    title='<b>x</b> & "y" <a href="javascript:1">z</a> {{ 7*7 }}',
    site_name="</i></b><script>",
    summary=("Tom & <Jerry> \u202e evil.", "</blockquote>"),
    tags=("<b>", "a&b"),
    url="https://example.org/'><b>x</b>?a=1&b=2",
)
EMOJI = article(title="x" * 40 + "👨‍👩‍👧‍👦" * 30, summary=("👍🏽" * 100 + ".",), tags=("🚌",))
VIDEO = article(
    videos=(
        Video(
            url="https://harbortimes.example/bus.mp4",
            mime="video/mp4",
            duration=134,
            size=18_000_000,
            width=1280,
            height=720,
        ),
    )
)
HARD = {
    "long": LONG,
    "bare": BARE,
    "no picture": article(image=None),
    "arabic": ARABIC,
    "urdu": URDU,
    "hindi": HINDI,
    "chinese": CHINESE,
    "injection": HOSTILE,
    "emoji": EMOJI,
}
