"""How the demo's newspapers look from outside: article pages, front pages and sources in six formats."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import jinja2

from bot.demo.content import FOLDER, Picture, Piece, Publisher

FEED_LENGTH = 15  # entries a source lists, newest first

CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "news-sitemap": "application/xml; charset=utf-8",
    "page": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An article that is out, as it reads now."""

    piece: Piece
    published: datetime
    modified: datetime
    note: str | None = None  # of the correction

    @property
    def slug(self) -> str:
        return self.piece.slug

    @property
    def paper(self) -> Publisher:
        return self.piece.publisher

    def corrected(self, now: datetime) -> Published:
        """The same article after its author's correction; ValueError when the author left none."""
        correction = self.piece.correction
        if correction is None:
            raise ValueError(f"{self.slug} has no correction")

        def mend(text: str) -> str:
            for old, new in correction.replace:
                text = text.replace(old, new)
            return text

        piece = replace(
            self.piece,
            title=mend(self.piece.title),
            standfirst=mend(self.piece.standfirst),
            blocks=tuple((kind, mend(text) if kind == "text" else text) for kind, text in self.piece.blocks),
        )
        return replace(self, piece=piece, modified=now, note=correction.note)


class Press:
    """Renders for one address; `base` has no slash at its end."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self._templates.filters.update(rfc822=_rfc822, iso=_iso, human=_human)
        self._templates.globals.update(
            link=self.link, picture=self.picture, film=self.film, shortlink=self.shortlink, home=self.home
        )

    def home(self, paper: Publisher) -> str:
        return f"{self.base}/{paper.name}/"

    def source(self, paper: Publisher) -> str:
        return self.home(paper) + paper.address

    def link(self, piece: Piece) -> str:
        return self.home(piece.publisher) + piece.path

    def shortlink(self, piece: Piece) -> str:
        return f"{self.base}/s/{shortcode(piece)}"

    def picture(self, picture: Picture) -> str:
        return f"{self.base}/pictures/{picture.name}.png"

    def film(self, file: str) -> str:
        return f"{self.base}/video/{file}"

    def article(self, article: Published, out: Mapping[str, Published]) -> str:
        """The page; it links only to what is out."""
        related = [out[slug] for kind, slug in article.piece.blocks if kind == "also" and slug in out]
        others = [
            other for other in newest(out.values()) if other.paper == article.paper and other.slug != article.slug
        ]
        translations = [
            other for other in out.values() if article.piece.story and other.piece.story == article.piece.story
        ]
        return self._render(
            "article.html.j2",
            paper=article.paper,
            article=article,
            out=out,
            related=related,
            others=others[:4],
            translations=translations if len(translations) > 1 else [],
            data=json.dumps(self._linked_data(article), ensure_ascii=False).replace("</", "<\\/"),
        )

    def front(self, paper: Publisher, articles: Sequence[Published]) -> str:
        return self._render("front.html.j2", paper=paper, articles=articles, source=self.source(paper))

    def kiosk(self, papers: Sequence[Publisher]) -> str:
        return self._render("kiosk.html.j2", papers=papers)

    def feed(self, paper: Publisher, articles: Sequence[Published]) -> str:
        """The paper's source in its own format."""
        shown = articles[:FEED_LENGTH]
        if paper.format == "page":
            return self.front(paper, shown)
        if paper.format == "json":
            return json.dumps(self._json_feed(paper, shown), ensure_ascii=False, indent=1)
        return self._render(f"{paper.format}.xml.j2", paper=paper, articles=shown, source=self.source(paper))

    def _render(self, template: str, **words: Any) -> str:
        return self._templates.get_template(template).render(**words)

    def _json_feed(self, paper: Publisher, articles: Sequence[Published]) -> dict[str, Any]:
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": paper.title,
            "description": paper.tagline,
            "home_page_url": self.home(paper),
            "feed_url": self.source(paper),
            "language": paper.language,
            "items": [self._json_item(article) for article in articles],
        }

    def _json_item(self, article: Published) -> dict[str, Any]:
        piece = article.piece
        return {
            "id": f"{article.paper.name}:{piece.slug}",
            "url": self.link(piece),
            "title": piece.title,
            "summary": piece.standfirst,
            "content_text": "\n\n".join(text for kind, text in piece.blocks if kind == "text"),
            "date_published": _iso(article.published, article.paper),
            "date_modified": _iso(article.modified, article.paper),
            "authors": [{"name": name} for name in piece.authors],
            "tags": list(piece.tags),
            "language": article.paper.language,
        } | ({"image": self.picture(piece.pictures[0])} if piece.pictures else {})

    def _linked_data(self, article: Published) -> dict[str, Any]:
        piece, paper = article.piece, article.paper
        publisher = {"@type": "NewsMediaOrganization", "name": paper.title, "url": self.home(paper)}
        data: dict[str, Any] = {
            "@type": "NewsArticle",
            "mainEntityOfPage": self.link(piece),
            "headline": piece.title,
            "description": piece.standfirst,
            "datePublished": _iso(article.published, paper),
            "dateModified": _iso(article.modified, paper),
            "inLanguage": paper.language,
            "keywords": list(piece.tags),
            "author": [{"@type": "Person", "name": name} for name in piece.authors],
            "publisher": publisher,
            "image": [self.picture(picture) for picture in piece.pictures],
        }
        if piece.film:
            data["video"] = self._video(article)
        if article.note:
            data["correction"] = article.note
        if paper.marks == "graph":
            page = {"@type": "WebPage", "@id": self.link(piece), "name": f"{piece.title} | {paper.title}"}
            return {"@context": "https://schema.org", "@graph": [page, publisher, data]}
        return {"@context": "https://schema.org", **data}

    def _video(self, article: Published) -> dict[str, Any]:
        piece, film = article.piece, article.piece.film
        assert film is not None
        return {
            "@type": "VideoObject",
            "name": film.title,
            "description": film.caption,
            "contentUrl": self.film(film.file),
            "thumbnailUrl": self.picture(piece.pictures[0]),
            "uploadDate": _iso(article.published, article.paper),
            "duration": f"PT{film.duration}S",
            "contentSize": str(film.size),
            "width": film.width,
            "height": film.height,
            "encodingFormat": "video/mp4",
        }


def newest(articles: Any) -> list[Published]:
    return sorted(articles, key=lambda article: (article.published, article.slug), reverse=True)


def shortcode(piece: Piece) -> str:
    """A few letters that name an article for good."""
    number = int.from_bytes(piece.slug.encode()[:64], "big") % 36**5
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(letters[number // 36**place % 36] for place in range(5))


def _rfc822(moment: datetime, paper: Publisher) -> str:
    return format_datetime(moment.astimezone(paper.zone))


def _iso(moment: datetime, paper: Publisher) -> str:
    return moment.astimezone(paper.zone).isoformat(timespec="seconds")


def _human(moment: datetime, paper: Publisher) -> str:
    return f"{moment.astimezone(paper.zone):%Y-%m-%d %H:%M}"
