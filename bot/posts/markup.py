"""Markup: any HTML or text → the HTML that Telegram takes, and the figures that decide whether a message fits.

Whatever comes in, what goes out parses in Telegram, says the same words, holds at most 100 entities and links only to
http, https and tg.  The work is done in two steps, HTML → styled text (html_reader.py) → Telegram HTML (styled.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.posts import characters, styled
from bot.posts.html_reader import read_html

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
SOURCE_LIMIT = 32_768
"""Bytes of HTML before parsing (telegram-bot-api Client.cpp get_formatted_text): tags count here."""

escape = characters.escape
length = characters.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """Telegram HTML and what it amounts to.

    `length` in UTF-16 units of the visible text; `entities` as Telegram counts them, `automatic` those that it may add
    by itself; `size` in bytes of the HTML."""

    html: str
    text: str
    length: int
    entities: int
    automatic: int
    links: int
    size: int

    def as_json(self) -> dict[str, str | int]:
        """The shape that `sharewire markup` prints."""
        return {"html": self.html, "text": self.text, "length": self.length, "entities": self.entities}

    def fits(self, limit: int) -> bool:
        return self.length <= limit and self.size <= SOURCE_LIMIT and self.entities <= styled.MAX_ENTITIES

    @property
    def is_empty(self) -> bool:
        return characters.is_empty(self.text)


def to_telegram(html: str, *, limit: int | None = TEXT_LIMIT) -> Markup:
    """Any HTML, plain text or Telegram HTML → Telegram HTML of at most `limit` UTF-16 units, cut at a sentence or word.

    Never raises.  Reading the result again gives the same result."""
    if limit is None:
        return measure(styled.tidy(read_html(html)))
    found = styled.tidy(read_html(html, enough=2 * limit + 1_000))
    return measure(_within(found, limit))


def from_text(text: str, *, limit: int | None = TEXT_LIMIT) -> Markup:
    """Plain text, nothing in it read as HTML."""
    found = styled.tidy(styled.Styled(characters.clean(text)))
    if limit is not None:
        found = _within(found, limit)
    return measure(found)


def visible(html: str) -> str:
    """What people read of it, as Telegram shows it: cleaned and trimmed."""
    return styled.tidy(read_html(html)).text


def cut(html: str, limit: int) -> str:
    """Telegram HTML cut to `limit` UTF-16 units at a sentence or word end, with its tags closed."""
    return to_telegram(html, limit=limit).html


def _within(found: styled.Styled, limit: int) -> styled.Styled:
    """Cut to the limit, and further while the tags alone break the 32 KB."""
    found = styled.tidy(styled.cut(found, limit))
    while len(styled.to_html(found).encode()) > SOURCE_LIMIT:
        found = styled.tidy(styled.cut(found, characters.length(found.text) * 3 // 4))
    return found


def measure(found: styled.Styled) -> Markup:
    """Styled text with its figures."""
    html = styled.to_html(found)
    return Markup(
        html=html,
        text=found.text,
        length=characters.length(found.text),
        entities=styled.entity_count(found),
        automatic=styled.automatic_count(found),
        links=styled.link_count(found),
        size=len(html.encode()),
    )
