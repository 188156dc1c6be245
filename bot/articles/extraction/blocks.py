"""A page as a list of text blocks in order, each with where it stands and how much of it is links.

One walk over the tree does all the counting that choosing and cleaning a body needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from bot.articles.extraction.tree import Element

_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small", "span", "strike",
        "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "o:p", "nobr", "g-emoji", "st1:place",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "iframe", "button", "select", "option", "textarea", "input",
        "object", "embed", "audio", "video", "canvas", "map", "head", "math", "dialog", "amp-ad", "amp-analytics",
        "amp-embed", "picture", "img", "source",
    }
)  # fmt: skip
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OF_OTHERS = re.compile(
    r"schema\.org/(?:Person|Organization|ImageObject|VideoObject|Comment|WPAd|SiteNavigationElement)$"
)
_OUTSIDE = frozenset({"nav", "footer", "aside", "form", "menu", "figure", "figcaption"})
CONSENT = re.compile(
    r"cookie|consent|gdpr|onetrust|didomi|usercentrics|privacy-?(?:manager|banner|modal)|qc-cmp|(?:^|\W)cmp(?:\W|"
    r"box)|ccpa"
)

NEGATIVE = re.compile(
    r"(?:^|[\s_/-])(?:"
    r"shar(?:e|es|ing)(?:[\s_-]?(?:bar|box|tools?|buttons?|links?|icons?|this|wrapper|container|block|list|"
    r"article))?|social|sociales|socials|addthis|sharedaddy|sharethis|sns|"
    r"relate[ds]?|related[\w-]*|relacionad[ao]s?|correlat[io]|similar|recommend\w*|recirc\w*|read-?more|readmore|"
    r"read-?also|also-?read|see-?also|more-?(?:stories|news|articles|from|on|in|links|like|about)|moreon|"
    r"most-?(?:read|popular|viewed|shared)|mostread|popular|trending|latest(?:-\w+)?|teasers?|tease|outbrain|"
    r"taboola|revcontent|zergnet|dianomi|mgid|plista|"
    r"newsletters?|subscribe|subscription\w*|signup|sign-up|sign-in|signin|login|log-in|register|donat\w*|"
    r"membership|"
    r"promos?|promotion|promoted|advert\w*|ads?|adv|advt|dfp|gpt|sponsor\w*|banner|commercial|affiliate|"
    r"partner-content|"
    r"comments?|comentarios?|commentaires?|kommentare?|disqus|livefyre|coral|respond|replies|discussion|"
    r"sidebar|side-bar|rail|right-?(?:col|column|rail)|aside|complementary|footer|foot|navigation|navbar|nav|"
    r"nav-?links|menu|breadcrumbs?|pagination|pager|prev-?next|post-?nav|skip-?link|"
    r"cookies?|consent|gdpr|popup|pop-up|modal|overlay|lightbox|tooltip|toolbar|tools|utility|notification|"
    r"alert-?bar|"
    r"captions?|wp-caption-text|figcaption|photo-?credit|image-?credit|credits?|media-?credit|imagecaption|legend|"
    r"legenda|bildunterschrift|"
    r"bylines?|by-line|author(?:s|box|-box|-bio|-info|-card|-block|-name|-details|-profile|-meta|bio|info)?|"
    r"about-?(?:the-)?author|bio|biography|contributor-?(?:bio|info)|dateline|datetime|timestamp|"
    r"publish(?:ed)?-?(?:date|time)|post-?date|entry-?date|meta|entry-meta|post-meta|article-meta|postmeta|"
    r"tags?|tag-?list|tag-?cloud|tagcloud|topics?|keywords|categories|category-list|post-categories|filed-under|"
    r"entry-utility|cat-links|tags-links|"
    r"rating|ratings|vote|poll|quiz|survey|feedback|print-?only|noprint|no-print|hidden|visually-?hidden|"
    r"visuallyhidden|sr-only|screen-?reader(?:-text)?|offscreen|invisible|"
    r"gallery-?(?:nav|thumbs?)|thumbnails?|carousel|slider|slick|swiper|slideshow-?nav|video-?(?:player|meta|info|"
    r"list|playlist)|player|playlist|"
    r"widget\w*|toc|table-of-contents|copyright|disclaimer|legal|rss|follow|follow-?(?:us|button|links)|feedburner|"
    r"jp-relatedposts|yarpp\w*|contextly|"
    r"infobox|fact-?box|factbox|download-?app|app-?(?:banner|promo)|user-?info|correction-?form|errata-form|"
    r"report-?error|hatnote|editsection|mw-editsection|navbox|reflist|references|"
    r"inline-?(?:newsletter|promo|related)|kicker|eyebrow|rubrik|strap|ticker|marquee|weather|stock|quote-?table|"
    r"dropdown|accordion-?nav|actions?|controls?|buttons?|btn|icons?"
    r")(?:$|[\s_/-]|\d)"
)
POSITIVE = re.compile(
    r"article-?body|articlebody|article__?body|story-?body|storybody|story__body|entry-?content|post-?(?:body|"
    r"content|text|entry)|article-?(?:content|text|copy|detail|main)|"
    r"story-?(?:content|text)|content__?(?:body|article|text)|body-?(?:content|copy|text|main)|main-?(?:content|"
    r"text|article)|text-?(?:body|content|article)|richtext|rich-text|paragraphs|artikel-?(?:body|text|inhalt|"
    r"content)|"
    r"articulo|cuerpo|noticia|notizia|texto|corps|article-section|news-?(?:text|body|content|detail)|"
    r"detail-?(?:text|body|content)|blog-?(?:post|content|entry)|hentry|mw-parser-output|markdown-body|page-?content"
)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.I)


@dataclass(slots=True)
class Node:
    """A block-level element with sums over everything below it."""

    element: Element
    parent: int
    tag: str
    suspect: bool  # its name or tag says that it is no part of an article
    named: int  # 1 where its name says that it is the article, else 0
    end: int = 0  # index after the last element below
    consent: bool = False  # a dialog about cookies or privacy
    good: float = 0.0  # characters that read like an article's
    bad: float = 0.0  # characters of links and fragments
    direct: float = 0.0  # readability's score: paragraphs right below count most


@dataclass(slots=True)
class Block:
    """A run of text without a block boundary inside."""

    text: str
    links: int  # characters inside links
    node: int  # index of the nearest block-level element
    tag: str
    bold: int = 0  # characters in bold
    anchor: str | None = None  # address of the first link
    worth: float = 0.0


@dataclass(slots=True)
class Layout:
    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@lru_cache(maxsize=8192)
def judge_name(name: str) -> tuple[bool, int]:
    """Whether a class and id speak against an element, and whether they speak for it.

    Words that only say what a part has or what an article is filed under (`has-sidebar`, `tag-film`) do not count.
    """
    folded = _CAMEL.sub("-", name[:400]).lower()
    words = [word for word in folded.split() if not word.startswith(_FILED) and word.count("-") < 6]
    against = any(NEGATIVE.search(word) for word in words)
    named = int(any(POSITIVE.search(word) for word in words))
    return against, named


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FILED = (
    "has-", "no-", "with-", "without-", "is-", "not-", "category-", "tag-", "status-", "type-", "format-", "author-",
    "js-", "post_tag-", "topic-", "section-", "page-template", "u-", "mt-", "mb-", "lg:", "md:", "sm:", "hover:",
)  # fmt: skip


def _describe(element: Element, tag: str) -> tuple[bool, int, bool]:
    get = element.get
    called = get("class") or ""
    identity = get("id")
    if identity:
        called = f"{called} {identity}"
    for attribute in ("data-testid", "data-component", "data-module", "data-type", "role"):
        extra = get(attribute)
        if extra:
            called = f"{called} {extra}"
    negative, positive = judge_name(called) if called else (False, 0)
    if negative and (tag in _TITLES or (tag == "article" and positive)):
        negative = False
    if not negative and (kind := get("itemtype")) and _OF_OTHERS.search(kind):
        negative = True
    if tag in _OUTSIDE or get("hidden") is not None or get("aria-hidden") == "true":
        negative = True
    else:
        style = get("style")
        if style and _HIDDEN.search(style):
            negative = True
    if get("itemprop") == "articleBody" or get("property") == "articleBody":
        negative, positive = False, 2
    return negative, positive, bool(called and tag not in {"html", "body"} and CONSENT.search(called.lower()))


def lay_out(root: Element) -> Layout:
    """Walk the page once; text inside scripts, controls and players is not text."""
    layout = Layout()
    walker = _Walker(layout)
    skipping = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if skipping is not None:
                continue
            if not isinstance(tag, str) or tag in _SILENT:
                skipping = element
                continue
            walker.open(element, tag)
        else:
            if skipping is not None:
                if skipping is not element:
                    continue
                skipping = None
            else:
                walker.close(tag)
            if element.tail and element is not root:
                walker.add(element.tail)
    walker.flush()
    _add_up(layout)
    return layout


class _Walker:
    """Collects runs of text; a block-level element opening or closing ends a run."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.path: list[int] = []
        self.pieces: list[str] = []
        self.links = self.in_link = self.bold = self.in_bold = 0
        self.anchor: str | None = None

    def open(self, element: Element, tag: str) -> None:
        if tag in _INLINE:
            if tag == "a":
                self.in_link += 1
                self.anchor = self.anchor or element.get("href")
            elif tag == "br":
                self.pieces.append("\n")
            elif tag in {"b", "strong"}:
                self.in_bold += 1
        else:
            self.flush()
            suspect, named, consent = _describe(element, tag)
            parent = self.path[-1] if self.path else -1
            self.layout.nodes.append(Node(element, parent, tag, suspect, named, consent=consent))
            self.path.append(len(self.layout.nodes) - 1)
        if element.text:
            self.add(element.text)

    def close(self, tag: str) -> None:
        if tag in _INLINE:
            if tag == "a":
                self.in_link = max(0, self.in_link - 1)
            elif tag in {"b", "strong"}:
                self.in_bold = max(0, self.in_bold - 1)
        else:
            self.flush()
            self.layout.nodes[self.path.pop()].end = len(self.layout.nodes)

    def add(self, text: str) -> None:
        self.pieces.append(" " if text.isspace() else text.replace("\n", " "))
        if self.in_link or self.in_bold:
            size = len(text.strip())
            if self.in_link:
                self.links += size
            if self.in_bold:
                self.bold += size

    def flush(self) -> None:
        if self.pieces:
            whole = "".join(self.pieces)
            if not whole.isspace() and whole:
                self._store(whole)
            self.pieces = []
        self.links = self.bold = 0
        self.anchor = None

    def _store(self, whole: str) -> None:
        if not self.path:
            return
        parts = _DOUBLE_BREAK.split(whole) if "\n" in whole else [whole]
        texts = [text for text in (" ".join(part.split()) for part in parts) if text]
        total = sum(map(len, texts)) or 1
        node = self.path[-1]
        tag = self.layout.nodes[node].tag
        for text in texts:
            share = len(text) / total
            self.layout.blocks.append(
                Block(
                    text,
                    min(len(text), int(self.links * share)),
                    node,
                    tag,
                    min(len(text), int(self.bold * share)),
                    self.anchor,
                )
            )


_DOUBLE_BREAK = re.compile(r"\n\s*\n")
_SENTENCE_SIGN = re.compile(r"[.!?,;:…。！？，、।۔؟،؛](?:\s|$|[\"'”’»])|[。！？，、]")


_ABOUT_COOKIES = re.compile(
    r"\b(?:uses?|using|store|accept|necessary|essential|functional|advertising|verwende[nt]\w*|nutzen|utilis\w+|"
    r"utiliza\w*|usa|usiamo|bruker|gebruik\w*|använder)\b.{0,60}\bcookies?\b"
    r"|\bcookies?\b.{0,200}\b(?:website|browser|consent|preferences|site|webseite|einwillig\w*|navigateur|navegador|"
    r"sito)\b|sale of your personal information|\bCCPA\b",
    re.I,
)


def _add_up(layout: Layout) -> None:
    nodes = layout.nodes
    for block in layout.blocks:
        size = len(block.text)
        density = block.links / size
        nodes_here = nodes[block.node]
        if _ABOUT_COOKIES.search(block.text):
            continue
        if density < 0.5 and (size >= 80 or (size >= 25 and _SENTENCE_SIGN.search(block.text))):
            factor = _FACTORS.get(block.tag, 0.7)
            block.worth = size * (1 - density) * factor * (1.0 if _SENTENCE_SIGN.search(block.text) else 0.3)
            nodes_here.good += block.worth
            if block.worth > 15:
                _lift(nodes, block)
        elif block.tag not in _TITLES:
            nodes_here.bad += size
    for index in range(len(nodes) - 1, 0, -1):
        node = nodes[index]
        if node.parent >= 0:
            nodes[node.parent].good += node.good
            nodes[node.parent].bad += node.bad


_FACTORS = {
    "p": 1.0,
    "li": 0.5,
    "td": 0.5,
    "th": 0.2,
    "h1": 0.0,
    "h2": 0.1,
    "h3": 0.1,
    "h4": 0.1,
    "h5": 0.1,
    "h6": 0.1,
    "figcaption": 0.0,
    "blockquote": 0.9,
    "pre": 0.9,
    "dd": 0.6,
}


def _lift(nodes: list[Node], block: Block) -> None:
    """Give a paragraph's score to the elements around it, less with distance."""
    points = min(block.worth, 600.0)
    index, share = (
        (nodes[block.node].parent, 1.0) if block.tag in {"p", "pre", "blockquote", "li", "dd"} else (block.node, 1.0)
    )
    for _ in range(5):
        if index < 0:
            return
        nodes[index].direct += points * share
        index, share = nodes[index].parent, share * 0.6
