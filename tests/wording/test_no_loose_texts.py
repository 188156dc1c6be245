"""What people read in chat stands in the words modules, and so in the catalogs: nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # reads the code, runs little of it

CHAT = Path(__file__).resolve().parents[2] / "bot" / "chat"
TAGS = re.compile(r"<[^>]*>?|&#?\w+;|%[a-zA-Z]")
SENTENCE = re.compile(r"[^\W\d_]\S*\s+\S*[^\W\d_]")
LETTER = re.compile(r"[^\W\d_]")
SAYS = {"InlineKeyboardButton", "KeyboardButton", "InlineQueryResultsButton", "ForceReply", "Card"}
METHODS = {"answer", "confirm", "reply_html", "reply_text", "send_message", "edit_message_text", "edit_text", "edit"}
QUIET = {"debug", "info", "warning", "error", "exception", "compile", "fullmatch", "match", "search", "sub"}
QUIET |= {"phrase", "counted"}  # marks: such a text is in the catalogs
QUIET |= {"NewType", "TypeVar", "AssertionError", "ValueError", "TypeError", "Regex", "RuntimeError"}
NO_WORDS_OF_OURS = {  # and why
    "inbox.py": {"another copy of this bot is running with the same token; this one waits for it to stop"}
    | {"Telegram does not answer; trying again"},  # for the log
    "readers/tongues.py": {"Português (Brasil)", "Bahasa Indonesia"},  # languages name themselves
    "editors/dials.py": {"30 min apart", "14:00-16:00 hold", "no limits"},  # what people type, in every language
}


def modules() -> list[Path]:
    return sorted(path for path in CHAT.rglob("*.py") if "words" not in path.parts)


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts of two words and more that could be shown: no docstrings, logs, patterns or texts that are compared."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Compare | ast.Assert) or (isinstance(node, ast.Call) and name_of(node) in QUIET):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.search(TAGS.sub("", node.value)):
            yield node.lineno, node.value
        yield from sentences(node)


def labels(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Words written where a button's or an answer's text stands."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or name_of(node) not in SAYS | METHODS:
            continue
        named = [key.value for key in node.keywords if key.arg in ("text", "html", "input_field_placeholder")]
        for given in [*node.args[:1], *named]:
            for part in given.values if isinstance(given, ast.JoinedStr) else [given]:
                text = part.value if isinstance(part, ast.Constant) else None
                if isinstance(text, str) and LETTER.search(TAGS.sub("", text)):
                    yield node.lineno, text


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_text_that_people_read_stands_outside_the_words_modules() -> None:
    strays = [
        f"{path.relative_to(CHAT)}:{line} {text!r}"
        for path in modules()
        for found in (sentences, labels)
        for line, text in found(ast.parse(path.read_text(encoding="utf8")))
        if text not in NO_WORDS_OF_OURS.get(path.relative_to(CHAT).as_posix(), ())
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("source", "strays"),
    [
        ('"""A docstring of words."""', 0),
        ('logger.info("not for people")', 0),
        ('Problem(code="SW-T1", title=phrase("two words"))', 0),
        ('Problem(code="SW-T1", title="two words")', 1),
        ('if "query is too old" in text: pass', 0),
        ('re.compile("two words")', 0),
        ('f"<b>{title}</b> · {time}"', 0),
        ('InlineKeyboardButton("▶", callback_data="v1:next")', 0),
        ('x = "two words"', 1),
        ('html = f"<b>{title}</b> was posted today"', 1),
        ('InlineKeyboardButton("Open", url=address)', 1),
        ('InlineKeyboardButton(text=f"{count} more")', 1),
        ('await press.answer("Done", show_alert=True)', 1),
    ],
)
def test_loose_texts_are_found(source: str, strays: int) -> None:
    tree = ast.parse(f"async def do():\n    {source}\n" if "await" in source else source)
    assert len([*sentences(tree), *labels(tree)]) == strays
