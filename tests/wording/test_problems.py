"""Problems that can reach a chat are made of texts that stand in the catalogs, and none of them is lost on the way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from bot.wording import extraction

pytestmark = pytest.mark.no_cover  # reads the code, runs little of it

BOT = extraction.ROOT / "bot"
TEXTS = {"title", "cause", "fix"}  # `meanwhile` is for cards
MARKS = {"phrase": 1, "counted": 2}
TERMINAL = {  # rooms and modules whose problems are read at a terminal or in the log only
    "app.py", "callbacks.py", "commands", "configuration", "settings.py",
    "store/database.py", "store/upgrade.py", "store/sources.py", "store/copies.py",
    "store/swap.py", "backups/troubles.py",
}  # fmt: skip
NOT_IN_CHAT = {
    "SW-A03",  # the same article twice: the archive's own record
    "SW-A04",  # the language model's answer: a note in the archive
    "SW-T600", "SW-T601",  # another program holds the database or the lease: told where it was started
}  # fmt: skip


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(BOT.rglob("*.py")):
        name = path.relative_to(BOT).as_posix()
        if name in TERMINAL or name.partition("/")[0] in TERMINAL:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call):
                yield name, node


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def loose(node: ast.expr) -> bool:
    """A text of ours that no catalog knows: a literal with words in it outside of a mark."""
    if isinstance(node, ast.Call):
        return called(node) not in MARKS and any(loose(given) for given in node.args)
    if isinstance(node, ast.IfExp):
        return loose(node.body) or loose(node.orelse)
    if isinstance(node, ast.BoolOp):
        return any(loose(value) for value in node.values)
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and _has_words(part.value) for part in node.values)
    return isinstance(node, ast.Constant) and _has_words(node.value)


def _has_words(value: object) -> bool:
    return isinstance(value, str) and any(mark.isalpha() for mark in re.sub(r"\{\w+\}", "", value))


def code_of(call: ast.Call) -> str:
    code = next((key.value for key in call.keywords if key.arg == "code"), None)
    return str(code.value) if isinstance(code, ast.Constant) else ""


def test_every_problem_that_reaches_a_chat_is_made_of_marked_texts() -> None:
    strays = [
        f"{name}:{key.value.lineno} {code_of(call)} {key.arg}"
        for name, call in calls()
        if called(call) == "Problem" and code_of(call) not in NOT_IN_CHAT
        for key in call.keywords
        if key.arg in TEXTS and loose(key.value)
    ]
    assert strays == []


def test_every_marked_text_is_found_for_the_catalogs() -> None:
    """Babel drops a call that has another literal text among its values."""
    known = {texts for texts, _ in extraction.marked_texts()}
    lost = []
    for name, call in calls():
        first = call.args[: MARKS.get(called(call), 0)]
        texts = tuple(given.value for given in first if isinstance(given, ast.Constant))
        if texts and texts not in known:
            lost.append(f"{name}:{call.lineno} {texts}")
    assert lost == []


@pytest.mark.parametrize(
    ("source", "is_loose"),
    [
        ('"Two words"', True),
        ('f"{name} is gone"', True),
        ('"One." if it else phrase("Two.")', True),
        ('phrase("Two words")', False),
        ('counted("{count} word", "{count} words", count)', False),
        ('sentences(f"{url}:", reason)', False),
        ('sentences(f"{url}:", "a reason")', True),
        ("error.problem.title", False),
        ('f"{name}."', False),
    ],
)
def test_a_text_outside_the_catalogs_is_seen(source: str, is_loose: bool) -> None:
    assert loose(ast.parse(source, mode="eval").body) is is_loose
