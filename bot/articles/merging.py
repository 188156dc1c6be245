"""What a source said and what the page says, made one article.  Pure: values in, an `Article` out."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from bot.articles.feedtext import line, paragraphs
from bot.articles.identity import sound_canonical
from bot.articles.summary import Summary, count_words, summarise
from bot.identity import clean, is_bare, key, keys, registrable_domain
from bot.language import detect, primary, words
from bot.model import Article, Entry, Extraction, Image, Video

_WORDS_A_MINUTE = 220  # Brysbaert 2019, silent reading of non-fiction, a little under the mean of 238
_MUCH_SHORTER = 0.5
_KEPT = 0.3  # of the words that the source's headline promised, on the page


def belongs(page: Extraction, entry: Entry | None, *, url: str, final_url: str) -> bool:
    """Whether a page that answered is the article: not the front page it was sent to, not a login or "not found" page
    that says 200."""
    if is_bare(final_url) and not is_bare(url):
        return False
    promised = set(words((entry.title if entry else None) or ""))
    there = set(words(f"{page.title or ''} {page.standfirst or ''} {page.text or ''}"))
    return len(promised & there) >= _KEPT * len(promised)


def merge(
    found: Article,
    entry: Entry | None,
    page: Extraction | None,
    *,
    now: datetime,
    final_url: str | None = None,
    source_title: str | None = None,
    source_language: str | None = None,
) -> Article:
    """One article from its row, the source's item and the page; each may be missing but the row."""
    entry = entry or Entry()
    page = page or Extraction()
    address = final_url or found.url or entry.url
    own = paragraphs(entry.content) or paragraphs(entry.description)
    text = _longer(page.text, own)
    title = page.title or line(entry.title) or found.title
    declared = page.language or entry.language or source_language
    language = detect(f"{title or ''}\n{text or ''}", declared)
    article = replace(
        found,
        url=found.url or entry.url or page.canonical_url,
        canonical_url=_canonical(page, address, found, language),
        title=title or _first_words(text),
        standfirst=page.standfirst or _standfirst(entry, text),
        authors=page.authors or entry.authors,
        published=_published(page, entry, found, now),
        modified=_not_after(page.modified or entry.modified, now),
        site_name=page.site_name or source_title,
        language=language,
        image=page.image or _image(entry),
        images=page.images or _images(entry),
        videos=page.videos or _videos(entry),
        text=text,
        related=page.related,
        tags=tuple(dict.fromkeys([*page.tags, *entry.tags])),
        shortlink=page.shortlink,
        alternates=page.alternates,
        minutes=minutes(text, language),
    )
    return with_summary(article, summarise(article.title, article.standfirst, article.text, language))


def with_summary(article: Article, summary: Summary) -> Article:
    return replace(article, summary=summary.sentences, summary_how=summary.how)


def keys_of(article: Article, *, guid: str | None = None, urls: tuple[str | None, ...] = ()) -> tuple[str, ...]:
    """Every key by which a read article is known again.  Its short link is not among them: a template that prints one
    for all pages would make one article of a whole site."""
    return keys(
        source_id=article.source_id,
        guid=guid,
        urls=(article.canonical_url, article.url, *urls),
        title=article.title,
        text=article.text,
    )


def minutes(text: str | None, language: str | None) -> int | None:
    """Reading time in whole minutes, at least one; None without text."""
    return max(1, math.ceil(count_words(text, language) / _WORDS_A_MINUTE)) if text else None


def same_publisher(one: Article, other: Article) -> bool:
    """Whether two articles stand on one site; one without address may stand on any."""
    a, b = one.canonical_url or one.url, other.canonical_url or other.url
    return not a or not b or _domain(a) == _domain(b)


def _domain(url: str) -> str:
    return registrable_domain(key(url).partition("/")[0].partition(":")[0])


def _longer(page: str | None, own: str | None) -> str | None:
    """The page's text, unless the feed carries the whole and the page hardly any (a paywall, a script-built page)."""
    if page and own:
        return page if len(page) >= _MUCH_SHORTER * len(own) else own
    return page or own


def _standfirst(entry: Entry, text: str | None) -> str | None:
    """The item's description, where it is more than the beginning of its text."""
    said = line(entry.description)
    if not said or len(said) > 1_000:
        return None
    flat = " ".join((text or "").split())
    return None if flat.startswith(said) and flat != said else said


def _canonical(page: Extraction, address: str | None, found: Article, language: str | None) -> str | None:
    """The address that the page declares, if it can be believed; one of the article in another language is not its own
    (a translation is an article of its own, whatever its template says)."""
    if address is None:
        return page.canonical_url
    if is_bare(address) and found.url and not is_bare(found.url):
        address = found.url
    declared = None if _is_translation(page, language) else page.canonical_url
    return sound_canonical(address, declared) or clean(address)


def _is_translation(page: Extraction, language: str | None) -> bool:
    declared = key(page.canonical_url) if page.canonical_url else None
    spoken = {primary(other.language) for other in page.alternates if declared and key(other.url) == declared}
    return bool(spoken) and primary(language) not in spoken


def _published(page: Extraction, entry: Entry, found: Article, now: datetime) -> datetime:
    """When it was published: the page's time, unless that is only a day and the source knows the hour; the time it was
    found where nobody says.  Never in the future, since posts go out in this order."""
    said = page.published
    if said and entry.published and _is_midnight(said) and abs(said - entry.published) < timedelta(days=1, hours=14):
        said = entry.published
    return _not_after(said or entry.published or found.published, now) or found.found_at or now


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _not_after(moment: datetime | None, now: datetime) -> datetime | None:
    return None if moment is None else min(moment, now)


def _image(entry: Entry) -> Image | None:
    if entry.image:
        return Image(url=entry.image)
    pictures = _images(entry)
    return pictures[0] if pictures else None


def _images(entry: Entry) -> tuple[Image, ...]:
    return tuple(
        Image(url=part.url, caption=part.caption, width=part.width, height=part.height)
        for part in entry.enclosures
        if part.medium == "image" or (part.mime or "").startswith("image/")
    )


def _videos(entry: Entry) -> tuple[Video, ...]:
    return tuple(
        Video(
            url=part.url, mime=part.mime, duration=part.duration, size=part.length,
            width=part.width, height=part.height, thumbnail=part.thumbnail, title=part.caption,
        )
        for part in entry.enclosures
        if part.medium == "video" or (part.mime or "").startswith("video/")
    )  # fmt: skip


def _first_words(text: str | None) -> str | None:
    """A headline for an item without one: the first words of its text, cut between words."""
    if not text:
        return None
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else flat[:100].rsplit(" ", 1)[0].rstrip(",;:–- ") + "…"
