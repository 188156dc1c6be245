"""Text as Telegram takes it: markup, entities, cleaning, limits, links. Pure functions, strict to the letter.

Everything here follows TDLib 1.8.69 and the Bot API server, and is compared with TDLib itself by generated inputs.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from .cleaning import clean, finish
from .detection import find_entities
from .entity import BANK_CARD, MEDIA_TIMESTAMP, Entity, TextError, to_json
from .given import checked, read_entities
from .html import parse_html
from .links import check_link, link_user_id
from .markdown import parse_markdown
from .markdown_v2 import parse_markdown_v2
from .nesting import limit_entities, merge_new

__all__ = ["FormattedText", "TextError", "check_link", "clean", "detect", "link_user_id", "parse"]

MAX_RAW_BYTES = 32768
_HIDDEN = frozenset({BANK_CARD, MEDIA_TIMESTAMP})
_PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}


class FormattedText(NamedTuple):
    """What a message keeps: the text and its entities as Bot API JSON, offsets in UTF-16 code units.

    A text_mention's `user` holds only the id.
    """

    text: str
    entities: list[dict[str, Any]]


def parse(
    text: str,
    parse_mode: str | None = None,
    entities: Iterable[Any] | None = None,
    *,
    limit: int = 4096,
    caption: bool = False,
) -> FormattedText:
    """The text of a message or caption as Telegram would store it.

    `parse_mode` wins over `entities` (Bot API JSON); the limit counts code points after parsing; a caption may be
    empty. Raises TextError with Telegram's description, without the prefix "Bad Request: ".
    """
    if not text and not caption:
        raise TextError("message text is empty")
    plain, marked = _marked(text, parse_mode, entities)
    plain, marked = finish(plain, marked, allow_empty=caption)
    if len(plain) > limit:
        raise TextError("message caption is too long" if caption else "message is too long", late=True)
    return FormattedText(plain, _visible(merge_new(limit_entities(marked), find_entities(plain))))


def detect(text: str) -> list[dict[str, Any]]:
    """The entities Telegram finds in a plain text by itself, as Bot API JSON."""
    return _visible(find_entities(text))


def _marked(text: str, parse_mode: str | None, entities: Iterable[Any] | None) -> tuple[str, list[Entity]]:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise TextError("strings must be encoded in UTF-8") from None
    if size > MAX_RAW_BYTES:
        raise TextError("text is too long")
    mode = (parse_mode or "").lower()
    if text and mode and mode != "none":
        parser = _PARSERS.get(mode)
        if parser is None:
            raise TextError("unsupported parse_mode")
        plain, marked = parser(text)
        return plain, checked(marked)
    return text, read_entities(entities or ())


def _visible(entities: list[Entity]) -> list[dict[str, Any]]:
    return [to_json(entity) for entity in entities if entity.kind not in _HIDDEN]
