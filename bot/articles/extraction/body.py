"""The body: the part of the page that reads like the article, without what publishers put between its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from bot.articles.extraction import phrases
from bot.articles.extraction.blocks import Block, Layout, Node, describe, lay_out
from bot.articles.extraction.page import Page
from bot.articles.extraction.standfirst import is_called
from bot.articles.extraction.tree import Element, fold, plain
from bot.model import Link

_MOST_COMPARED = 800  # blocks compared with one another
_MOST_ELEMENTS = 12_000  # a larger page gets no second opinion: it would take seconds
_LONGEST_SOURCE = 2_000_000  # bytes, likewise
_ENOUGH = 250.0  # worth of text under the headline that makes a later article on the page another one
_WEAK = 200  # characters of body below which a second opinion is asked
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class Body:
    """What was found: `text` with paragraphs split by an empty line, the element around it, cross-links met in it."""

    text: str | None = None
    container: Element | None = None
    related: list[Link] = field(default_factory=list)


def find_body(
    page: Page,
    title: str | None = None,
    authors: tuple[str, ...] = (),
    standfirst: str | None = None,
    container: Element | None = None,
) -> Body:
    """The article's own text in the page; `container` is the element that holds it, where that is known."""
    layout = lay_out(page.root)
    told = _told(page)
    if not layout.nodes:
        return Body(text=told or None)
    outside = _outside(layout)
    top = _place(layout, container)
    if top is None:
        top = _top(layout, outside, fold(title or ""))
    if top is None:
        return Body(text=_second_opinion(page, told, fold(title or "")) or None)
    body = Body(container=layout.nodes[top].element)
    chosen = _Chooser(
        page, layout, top, outside, fold(title or ""), authors, fold(told), fold(standfirst or "")
    ).choose(body.related)
    text = "\n\n".join(block.text for block in chosen)
    if len(text) < _WEAK and (
        len(told) > len(text) or sum(len(block.text) for block in layout.blocks) > _WEAK + 2 * len(text)
    ):
        text = _second_opinion(page, told if len(told) > len(text) else text, fold(title or ""))
    body.text = text or None
    return body


def _place(layout: Layout, container: Element | None) -> int | None:
    return next((index for index, node in enumerate(layout.nodes) if node.element is container), None)


def _told(page: Page) -> str:
    """The body as JSON-LD tells it, which some pages do that draw their text by script."""
    for thing in page.articles[:2]:
        told = thing.get("articleBody") or thing.get("text")
        if isinstance(told, str) and len(told) > _WEAK:
            paragraphs = [plain(part) for part in re.split(r"\n+|</p>|<br\s?/?>", told[:400_000])]
            return "\n\n".join(part for part in paragraphs if part)
    return ""


def _second_opinion(page: Page, own: str, title: str) -> str:
    """What trafilatura finds, where our own reading has found next to nothing; slow, so asked seldom."""
    if len(page.elements) > _MOST_ELEMENTS:
        return own
    from lxml import etree, html
    from trafilatura import extract

    source = etree.tostring(page.root, encoding="utf-8", method="html")
    if len(source) > _LONGEST_SOURCE:
        return own
    tree = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    found = extract(tree, favor_precision=True, include_comments=False, fast=True) or ""
    lines = [line for line in found.split("\n") if line.strip() and fold(line) != title and not phrases.is_around(line)]
    return "\n\n".join(lines) if len(found) > 1.5 * len(own) else own


def _outside(layout: Layout) -> list[bool]:
    """Per node, whether it stands in a part that is no article.  A part that holds most of the page's text is believed
    to be the article whatever its name, unless it is a dialog about cookies."""
    total = layout.nodes[0].good or 1.0
    outside: list[bool] = []
    for node in layout.nodes:
        if node.parent >= 0 and outside[node.parent]:
            outside.append(True)
            continue
        describe(node)
        own = node.suspect and node.good < 0.5 * total and node.tag not in {"html", "body", "main"}
        outside.append(own or (node.consent and node.good < 0.9 * total))
    return outside


def _top(layout: Layout, outside: list[bool], title: str) -> int | None:
    """The element that holds the article: the best scored, then upwards while its parents add more of the same."""
    nodes = layout.nodes
    headline, rivals = _headline(layout, title)
    apart = _article(nodes, headline) is not None and _own_worth(layout, outside, headline, rivals) > _ENOUGH
    foreign = 0.05 if apart else 0.35
    best, best_score = None, 0.0
    for index, node in enumerate(nodes):
        if outside[index] or node.tag == "html" or not node.direct:
            continue
        score = node.direct * (node.good / (node.good + node.bad + 1)) * (1.0 + 0.3 * node.named)
        if headline is not None:
            if node.end <= headline:
                score *= 0.4
            score *= foreign ** min(3, sum(1 for rival in rivals if headline < rival < (node.end if apart else index)))
        if score > best_score:
            best, best_score = index, score
    return None if best is None else _climbed(layout, outside, best, headline, rivals)


def _own_worth(layout: Layout, outside: list[bool], headline: int | None, rivals: list[int]) -> float:
    """How much of an article stands between the page's headline and the next main heading."""
    end = min((rival for rival in rivals if headline is not None and rival > headline), default=0)
    if headline is None or not end:
        return 0.0
    return sum(block.worth for block in layout.blocks if headline < block.node < end and not outside[block.node])


def _headline(layout: Layout, title: str) -> tuple[int | None, list[int]]:
    """Where the page's own headline stands, and the main headings of articles that follow on the same page."""
    headline: int | None = None
    others: list[int] = []
    for block in layout.blocks:
        if block.tag == "h1" or (block.tag in _HEADINGS and headline is None):
            if title and fold(block.text) == title:
                headline = block.node if headline is None else headline
            elif block.tag == "h1":
                others.append(block.node)
    home = _article(layout.nodes, headline)
    return headline, [other for other in others[:20] if home is None or _article(layout.nodes, other) != home]


def _article(nodes: list[Node], index: int | None) -> int | None:
    """The nearest `article` element around a node."""
    while index is not None and index >= 0:
        if nodes[index].tag == "article":
            return index
        index = nodes[index].parent
    return None


def _climbed(layout: Layout, outside: list[bool], best: int, headline: int | None, rivals: list[int]) -> int:
    """Upwards while parents add more of the same; beyond what also holds the headline only for much more."""
    nodes = layout.nodes
    good, bad = _sums(layout, outside)
    base, index = best, best
    complete = headline is not None and best <= headline < nodes[best].end
    while (index := nodes[index].parent) >= 0 and nodes[index].tag not in {"html", "body"}:
        if headline is not None and any(index <= rival < nodes[index].end for rival in rivals if rival > headline):
            break
        complete = complete or nodes[base].named == 2 or nodes[base].tag == "article"
        added, noise = good[index] - good[base], bad[index] - bad[base]
        if added > (0.5 if complete else 0.05) * good[base] and added > 0.7 * noise:
            base = index
        complete = complete or (headline is not None and index <= headline < nodes[index].end)
    return base


def _sums(layout: Layout, outside: list[bool]) -> tuple[list[float], list[float]]:
    """Per node, the worth and the noise of the blocks below it that do not stand outside; paragraphs inside list items
    count little, since lists of teasers have them and articles seldom do."""
    good, bad = [0.0] * len(layout.nodes), [0.0] * len(layout.nodes)
    listed: list[bool] = []
    for node in layout.nodes:
        listed.append(node.tag == "li" or (node.parent >= 0 and listed[node.parent]))
    for block in layout.blocks:
        if not outside[block.node]:
            good[block.node] += block.worth * (0.3 if listed[block.node] else 1.0)
            if not block.worth and block.tag not in _HEADINGS:
                bad[block.node] += len(block.text)
    for index in range(len(good) - 1, 0, -1):
        parent = layout.nodes[index].parent
        if parent >= 0:
            good[parent] += good[index]
            bad[parent] += bad[index]
    return good, bad


_STAMP = re.compile(
    r"\d{1,2}[:.h]\d{2}|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\b(?:19|20)\d{2}\b|\b\d{1,2} (?:min|hour|hr|"
    r"day)s? ago",
    re.I,
)
_DATED = re.compile(
    r"\W*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{2}[./-]\d{2})\b"
)  # a line that begins with a day
_CREDIT = re.compile(
    r"\W{0,3}(?:photo|foto|image|bild|picture|credit|crédit|photograph|fotograf\w*|grafik|illustration|quelle|"
    r"source|video|copyright|©|\(c\)|фото|источник)\b\W{0,3}(?:by|von|credit|courtesy|:|©|/)",
    re.I,
)
_CREDIT_WITHIN = re.compile(
    r"\((?:image|photo|foto|bild|picture|video|pic|credit|fig\w*)\s?(?:credit)?\s?[:)]|(?:getty images|"
    r"shutterstock|/ ?afp|/ ?reuters|/ ?dpa|/ ?ap)\)?$|^.{0,60}(?:/|via )\s?(?:getty images|shutterstock|reuters|"
    r"afp|ap photo)",
    re.I,
)
_HOLDS_CREDIT = re.compile(r"[(/]|getty|shutter|via ", re.I)  # whatever the former finds holds one of these
_STAFF = re.compile(
    r"\W{0,3}(?:(?:additional\s+)?(?:reporting|writing|editing|compiled)\s+by\b|(?:with\s+)?(?:additional\s+)?reporting\s+from\b)",
    re.I,
)
_CONTRIBUTED = re.compile(r"\bcontributed (?:reporting|to this (?:report|story|article|post|piece))\b.{0,40}$", re.I)
_CLICK = re.compile(
    r"\bclick here (?:to|for)\b|\bfor more information\b.{0,20}$|\bhier klicken\b|\bcliquez ici\b|\bhaga clic\b", re.I
)
_ENDING = re.compile(r"[.!?…:;。！？।۔؟]['\"”’»›)\]]*$")


def _is_credit(text: str) -> bool:
    return bool(_CREDIT.match(text) or (_HOLDS_CREDIT.search(text) and _CREDIT_WITHIN.search(text)))


def _is_staff(text: str) -> bool:
    return bool(_STAFF.match(text) or ("contributed" in text.lower() and _CONTRIBUTED.search(text)))


class _Chooser:
    """Picks the blocks of the article out of its part of the page."""

    def __init__(
        self,
        page: Page,
        layout: Layout,
        top: int,
        outside: list[bool],
        title: str,
        authors: tuple[str, ...],
        told: str,
        standfirst: str,
    ) -> None:
        self.page, self.layout, self.top, self.outside = page, layout, top, outside
        self.title, self.authors, self.told = title, {fold(author) for author in authors}, told
        self.standfirst = standfirst
        self.seen: dict[str, int] = {}

    def choose(self, related: list[Link]) -> list[Block]:
        nodes = self.layout.nodes
        start, end = self.top, nodes[self.top].end
        kept: list[Block] = []
        for block in self.layout.blocks:
            if not start <= block.node < end or (self.outside[block.node] and not self._is_told(block)):
                continue
            link = phrases.cross_link(block.text)
            if link is not None:
                if link and fold(link) != self.title and block.links:
                    related.append(Link(title=link, url=self.page.absolute(block.anchor)))
                continue
            if self._is_pointer(block):
                related.append(Link(title=block.text, url=self.page.absolute(block.anchor)))
            elif self._is_content(block, not kept):
                kept.append(block)
        return self._trimmed(self._without_echoes(kept))

    def _is_pointer(self, block: Block) -> bool:
        """A paragraph that is one link and no sentence: another article's headline."""
        size = len(block.text)
        return (
            block.tag in {"p", "div", "strong", "section"}
            and 25 < size < 220
            and block.links > 0.92 * size
            and block.anchor is not None
            and len(block.text.split()) > 3
            and not block.text.endswith((".", ":", ",", "”", "»"))
        )

    def _is_told(self, block: Block) -> bool:
        return len(block.text) > 60 and bool(self.told) and fold(block.text)[:80] in self.told

    def _is_content(self, block: Block, first: bool) -> bool:
        text, size = block.text, len(block.text)
        folded = fold(text)
        parent = self.layout.nodes[block.node].parent
        if not folded or folded == self.title or (len(folded) > 25 and self.seen.get(folded, parent) != parent):
            return False
        if block.tag in {"figcaption", "h1"} or phrases.is_around(text):
            return False
        density = block.links / size
        if block.tag not in _HEADINGS:
            if density > 0.9 and (size < 100 or block.tag in {"li", "div", "section"}):
                return False
            if density > 0.6 and size < 60 and block.tag != "p":
                return False
            if (
                block.tag in {"div", "section", "header"}
                and size < 25
                and len(text.split()) <= 3
                and not _ENDING.search(text)
            ):
                return False
            if size < 250 and _is_credit(text):
                return False
            if size < 120 and block.tag != "blockquote" and not _ENDING.search(text) and self._is_byline(text, folded):
                return False
            if size < 70 and _DATED.match(text) and len(text.split()) <= 9:
                return False
            if (size < 300 and _is_staff(text)) or (block.links and size < 220 and _CLICK.search(text)):
                return False
        elif density > 0.9 and size > 30:
            return False
        self.seen[folded] = parent
        return True

    def _is_byline(self, text: str, folded: str) -> bool:
        """A short line that names the author or the hour and says little else."""
        named = sum(len(author) for author in self.authors if author and author in folded)
        if named and named > 0.4 * len(folded):
            return True
        return bool(_STAMP.search(text)) and len(text.split()) <= 12

    def _without_echoes(self, kept: list[Block]) -> list[Block]:
        """Pull quotes and teasers of paragraphs repeat a sentence that stands whole in the body."""
        if len(kept) > _MOST_COMPARED:
            return kept
        whole = [fold(block.text) for block in kept]
        found: list[Block] = []
        text = "\n".join(whole)
        for block, folded in zip(kept, whole, strict=True):
            repeated = block.tag not in _HEADINGS and 30 < len(folded) < 400 and text.count(folded) > 1
            if repeated and any(len(other) > len(folded) + 10 and folded in other for other in whole):
                continue
            found.append(block)
        return found

    def _stands_first(self, block: Block) -> bool:
        element = self.layout.nodes[block.node].element
        return block.tag in _HEADINGS or is_called(element) or is_called(element.getparent())

    def _signature(self, block: Block) -> tuple[str, str, int]:
        node = self.layout.nodes[block.node]
        parent = node.parent
        return (block.tag, node.element.get("class") or "", parent if block.tag != "li" else 0)

    def _trimmed(self, kept: list[Block]) -> list[Block]:
        """Without headings at the end and fragments of another make before the first and after the last paragraph."""
        weights: Counter[tuple[str, str, int]] = Counter()
        for block in kept:
            weights[self._signature(block)] += len(block.text)
        total = sum(weights.values()) or 1
        own = {signature for signature, size in weights.items() if size > 0.15 * total}
        is_own = [self._signature(block) in own or len(block.text) > 0.1 * total for block in kept]
        if True not in is_own:
            return kept
        if not is_own[0] and fold(kept[0].text) == self.standfirst and self._stands_first(kept[0]):
            kept, is_own = kept[1:], is_own[1:]
        last = len(is_own) - 1 - is_own[::-1].index(True)
        tail = kept[last + 1 :]
        alike = {signature[:2] for signature in own}
        kept = kept[: last + 1] + [
            block
            for block in tail
            if (len(block.text) > 150 and block.worth > 100)
            or (
                block.tag in {"p", *_HEADINGS}
                and self._signature(block)[:2] in alike
                and (block.worth or block.tag in _HEADINGS)
            )
        ]
        while kept and kept[-1].tag in _HEADINGS:
            kept.pop()
        return kept
