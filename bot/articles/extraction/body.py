"""The body: the part of the page that reads like the article, without what publishers put between its paragraphs."""

from __future__ import annotations

from bot.articles.extraction import phrases
from bot.articles.extraction.blocks import Block, Layout, Node, lay_out
from bot.articles.extraction.page import Page
from bot.articles.extraction.title import fold
from bot.articles.extraction.tree import Element
from bot.model import Link

_WEAK = 200  # characters of body below which a second opinion is asked
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def find_body(
    page: Page, title: str | None = None, standfirst: str | None = None
) -> tuple[str | None, Element | None, tuple[Link, ...]]:
    """The text with paragraphs split by an empty line, the element that holds it, and the cross-links met in it."""
    layout = lay_out(page.root)
    if not layout.nodes:
        return None, None, ()
    outside = _outside(layout)
    top = _top(layout, outside)
    if top is None:
        return _second_opinion(page, "") or None, None, ()
    related: list[Link] = []
    kept = _kept(page, layout, top, outside, fold(title or ""), related)
    text = "\n\n".join(block.text for block in kept)
    if len(text) < _WEAK:
        text = _second_opinion(page, text)
    return text or None, layout.nodes[top].element, tuple(related[:20])


def _second_opinion(page: Page, own: str) -> str:
    """What trafilatura finds, where our own reading has found next to nothing; slow, so asked seldom."""
    from lxml import etree, html
    from trafilatura import extract

    tree = html.document_fromstring(
        etree.tostring(page.root, encoding="utf-8"), parser=html.HTMLParser(encoding="utf-8")
    )
    found = extract(tree, favor_precision=True, include_comments=False) or ""
    lines = [line for line in found.split("\n") if line.strip() and not phrases.is_around(line)]
    return "\n\n".join(lines) if len(found) > 1.5 * len(own) else own


def _outside(layout: Layout) -> list[bool]:
    """Per node, whether it stands in a part that is no article.  A part that holds most of the page's text is believed
    to be the article whatever its name."""
    total = layout.nodes[0].good or 1.0
    outside: list[bool] = []
    for node in layout.nodes:
        above = node.parent >= 0 and outside[node.parent]
        own = node.suspect and node.good < 0.5 * total and node.tag not in {"html", "body", "main"}
        outside.append(above or own)
    return outside


def _top(layout: Layout, outside: list[bool]) -> int | None:
    """The element that holds the article: the best scored, then upwards while its parent adds more of the same."""
    nodes = layout.nodes
    best, best_score = None, 0.0
    for index, node in enumerate(nodes):
        if outside[index] or node.tag in {"html"} or not node.direct:
            continue
        score = node.direct * (node.good / (node.good + node.bad + 1)) * (1.0 + 0.3 * node.named)
        if score > best_score:
            best, best_score = index, score
    if best is None:
        return None
    clean = _clean_good(layout, outside)
    while (parent := nodes[best].parent) >= 0 and nodes[parent].tag not in {"html"}:
        added = clean[parent] - clean[best]
        noise = nodes[parent].bad - nodes[best].bad
        if added > 0.08 * clean[best] and added > 0.5 * noise:
            best = parent
        elif (
            (grand := nodes[parent].parent) >= 0
            and nodes[grand].tag != "html"
            and clean[grand] - clean[best] > 0.25 * clean[best]
            and (clean[grand] - clean[best] > 0.7 * (nodes[grand].bad - nodes[best].bad))
        ):
            best = grand
        else:
            break
    return best


def _clean_good(layout: Layout, outside: list[bool]) -> list[float]:
    """Per node, the worth of the blocks below it that do not stand outside."""
    sums = [0.0] * len(layout.nodes)
    for block in layout.blocks:
        if not outside[block.node]:
            sums[block.node] += block.worth
    for index in range(len(sums) - 1, 0, -1):
        parent = layout.nodes[index].parent
        if parent >= 0:
            sums[parent] += sums[index]
    return sums


def _kept(page: Page, layout: Layout, top: int, outside: list[bool], title: str, related: list[Link]) -> list[Block]:
    inside = _below(layout.nodes, top)
    kept: list[Block] = []
    seen: set[str] = set()
    for block in layout.blocks:
        if not inside[block.node] or outside[block.node]:
            continue
        link = phrases.cross_link(block.text)
        if link is not None:
            if link and fold(link) != title:
                related.append(Link(title=link, url=page.absolute(block.anchor)))
            continue
        folded = fold(block.text)
        if not folded or (folded in seen and len(folded) > 25) or (folded == title and not kept):
            continue
        if _is_content(block):
            kept.append(block)
            seen.add(folded)
    while kept and kept[-1].tag in _HEADINGS:
        kept.pop()
    return kept


def _below(nodes: list[Node], top: int) -> list[bool]:
    inside = [False] * len(nodes)
    for index, node in enumerate(nodes):
        inside[index] = index == top or (node.parent >= 0 and inside[node.parent])
    return inside


def _is_content(block: Block) -> bool:
    if block.tag in {"figcaption", "h1"} or phrases.is_around(block.text):
        return False
    density = block.links / len(block.text)
    if block.tag in _HEADINGS:
        return density < 0.9
    if density > 0.9 and (len(block.text) < 100 or block.tag in {"li", "div", "section"}):
        return False
    return not (density > 0.6 and len(block.text) < 60 and block.tag != "p")
