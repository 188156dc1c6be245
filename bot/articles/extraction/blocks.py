"""A page as a list of text blocks in order, each with where it stands and how much of it is links.

One walk over the tree does all the counting that choosing and cleaning a body needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice

from bot.articles.extraction.tree import Element
from bot.articles.extraction.wordlists import beginning, table

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
        "title", "meta", "link", "base",
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
    r"cookie|consent|gdpr|onetrust|didomi|usercentrics|privacy-?(?:manager|banner|modal)|qc-cmp|cmp(?<!\wcmp)(?:\W|"
    r"box)|ccpa"
)

_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.I)


@dataclass(slots=True)
class Node:
    """A block-level element that holds text, with sums over everything below it.  `suspect`, `named` and `consent` are
    known once it was described, which only those are that stand in no suspect part."""

    element: Element
    parent: int
    tag: str
    end: int = 0  # index after the last element below
    suspect: bool = False  # its name or tag says that it is no part of an article
    named: int = 0  # 1 where its name says that it is the article, 2 where its markup does
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
    anchor: str | None = None  # address of the first link
    worth: float = 0.0


@dataclass(slots=True)
class Layout:
    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@cache
def _names() -> tuple[frozenset[str], frozenset[str], frozenset[str], tuple[str, ...], re.Pattern[str]]:
    """Words, compounds, the words that these begin with, beginnings; and what a name of an article may hold."""
    layout = table("layout")
    outside, inside = layout["outside"], layout["inside"]
    return (
        frozenset(outside["words"]),
        frozenset(outside["compounds"]),
        frozenset(compound.partition("-")[0] for compound in outside["compounds"]),
        tuple(outside["beginnings"]),
        re.compile(beginning(inside["parts"])),
    )


@lru_cache(maxsize=8192)
def judge_name(name: str) -> tuple[bool, int, bool]:
    """Whether a class and id speak against an element, whether they speak for it, and whether it is about consent.

    Words that only say what a part has or what an article is filed under (`has-sidebar`, `tag-film`) do not count.
    """
    against, named, consent = False, 0, False
    for word in name[:400].split():
        if len(word) < 80:
            word_against, word_named, word_consent = _judge_word(word)
            against |= word_against
            named |= word_named
            consent |= word_consent
    return against, named, consent


@lru_cache(maxsize=32768)
def _judge_word(word: str) -> tuple[bool, int, bool]:
    words, compounds, firsts, beginnings, inside = _names()
    folded = word if word.islower() else _CAMEL.sub("-", word).lower()
    named, consent = int(inside.search(folded) is not None), CONSENT.search(folded) is not None
    if folded.startswith(_FILED):
        return False, named, consent
    parts = [part.rstrip("0123456789") for part in _PART.split(folded) if part]
    if len(parts) > 6:
        return False, named, consent
    if not words.isdisjoint(parts):
        return True, named, consent
    for at, part in enumerate(parts):
        if part.startswith(beginnings):
            return True, named, consent
        if part in firsts and any("-".join(parts[at : at + size]) in compounds for size in (2, 3, 4)):
            return True, named, consent
    return False, named, consent


_PART = re.compile(r"[-_/:]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FILED = (
    "has-", "no-", "with-", "without-", "is-", "not-", "category-", "tag-", "status-", "type-", "format-",
    "author-", "js-", "elementor", "et_pb_", "vc_", "fl-", "siteorigin-", "so-widget", "post_tag-", "topic-",
    "section-", "page-template", "u-", "mt-", "mb-", "lg:", "md:", "sm:", "hover:",
)  # fmt: skip
_NAMING = frozenset({"class", "id", "data-testid", "data-component", "data-module", "data-type", "role"})


def describe(node: Node) -> None:
    """Set whether an element is suspect, whether it is called the article, whether it is a dialog about consent."""
    node.suspect, node.named, node.consent = _described(node.element, node.tag)


def _described(element: Element, tag: str) -> tuple[bool, int, bool]:
    called, suspect, body = "", tag in _OUTSIDE, False
    for attribute, value in element.items():
        if attribute in _NAMING:
            called = f"{called} {value}" if called else value
        elif attribute == "style":
            suspect = suspect or bool(_HIDDEN.search(value[:500]))
        elif attribute == "hidden" or (attribute == "aria-hidden" and value == "true"):
            suspect = True
        elif attribute in {"itemprop", "property"}:
            body = value == "articleBody"
        elif attribute == "itemtype":
            suspect = suspect or bool(_OF_OTHERS.search(value))
    if not called:
        return (suspect and not body), 2 * body, False
    negative, positive, consent = judge_name(called)
    if negative and (tag in _TITLES or (tag == "article" and positive)):
        negative = False
    if body:
        return False, 2, False
    return suspect or negative, positive, consent and tag not in {"html", "body"}


def lay_out(root: Element) -> Layout:
    """Walk the page once; text inside scripts, controls and players is not text."""
    walker = _Walker()
    walker.block(root, str(root.tag))
    if not walker.blocks and (head := root.find("head")) is not None:  # the page has no body tag: all is in its head
        walker = _Walker()
        walker.block(head, "body")
    layout = Layout(walker.nodes, walker.blocks)
    _add_up(layout)
    return layout


_DEEPEST = 150  # levels that are walked one by one; text below them is taken as it comes


_MOST_NODES = 30_000  # an article has some hundreds


class _Walker:
    """Collects runs of text; a block-level element opening or closing ends a run."""

    __slots__ = ("anchor", "at", "blocks", "depth", "in_link", "links", "nodes", "pieces")

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.at = -1
        self.links = self.in_link = self.depth = 0
        self.anchor: str | None = None

    def block(self, element: Element, tag: str) -> None:
        """Walk a block-level element; one without text inside leaves no node."""
        if self.pieces:
            self.flush()
        text = element.text
        if not len(element) and (not text or text.isspace()):
            return
        nodes, blocks, parent = self.nodes, self.blocks, self.at
        index, before = len(nodes), len(blocks)
        if index >= _MOST_NODES:
            return
        node = Node(element, parent, tag)
        self.at = index
        nodes.append(node)
        self.inside(element)
        if self.pieces:
            self.flush()
        self.at = parent
        if len(blocks) == before and parent >= 0:
            nodes.pop()
            return
        node.end = len(nodes)

    def inside(self, element: Element) -> None:
        pieces = self.pieces
        text = element.text
        if text and (pieces or not text.isspace()):
            self.add(text)
        self.depth += 1
        if self.depth > _DEEPEST:
            for text in islice(element.itertext(), 1, 2000):
                self.add(text)
        else:
            for child in element:
                tag = child.tag
                if tag in _INLINE:
                    self.inline(child, tag)
                elif tag not in _SILENT:
                    self.block(child, tag)
                text = child.tail
                if text and (pieces or not text.isspace()):
                    self.add(text)
        self.depth -= 1

    def inline(self, element: Element, tag: str) -> None:
        if tag == "a":
            self.in_link += 1
            self.anchor = self.anchor or element.get("href")
            self.inside(element)
            self.in_link -= 1
        elif tag == "br":
            self.pieces.append(_BREAK)
        elif len(element):
            self.inside(element)
        elif text := element.text:
            self.add(text)

    def add(self, text: str) -> None:
        if text.isspace():
            if self.pieces:
                self.pieces.append(" ")
            return
        self.pieces.append(text)
        if self.in_link:
            self.links += len(text.strip())

    def flush(self) -> None:
        whole = "".join(self.pieces)
        self.pieces.clear()
        if _BREAK in whole:
            parts = _DOUBLE_BREAK.split(whole)
            texts = [text for text in (" ".join(part.replace(_BREAK, " ").split()) for part in parts) if text]
        else:
            text = " ".join(whole.split())
            texts = [text] if text else []
        if len(texts) == 1:
            text = texts[0]
            self.blocks.append(Block(text, min(len(text), self.links), self.at, self.nodes[self.at].tag, self.anchor))
        elif texts:
            total = sum(map(len, texts))
            tag = self.nodes[self.at].tag
            for text in texts:
                links = min(len(text), self.links * len(text) // total) if self.links else 0
                self.blocks.append(Block(text, links, self.at, tag, self.anchor))
        self.links = 0
        self.anchor = None


_BREAK = "\0"  # stands for a br until the run is flushed; text of a page cannot hold it
_DOUBLE_BREAK = re.compile(r"\0\s*\0")
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
        text = block.text
        if ("ookie" in text or "CCPA" in text or "personal information" in text) and _ABOUT_COOKIES.search(text):
            continue
        signed = size >= 25 and density < 0.5 and _SENTENCE_SIGN.search(block.text) is not None
        if density < 0.5 and (size >= 80 or signed):
            factor = _FACTORS.get(block.tag, 0.7)
            block.worth = size * (1 - density) * factor * (1.0 if signed else 0.3)
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
        if nodes[index].tag == "li":  # a list of teasers, more often than an article in a list
            share *= 0.25
        nodes[index].direct += points * share
        index, share = nodes[index].parent, share * 0.6
