"""How good is an error?  Six rules, each worth 0, 1 or 2; an error passes with ten of twelve and no nought.

The rules look at words as people read them; what varies shows as `…`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, fields
from pathlib import Path

PASS = 10

# Rooms whose problems get their place when they are told: the address (bot/web/failures.py, bot/sources/complaints.py)
# and the post or channel (bot/channels/aftermath.py).
PLACED_LATER = frozenset("NST")
# …and what happens meanwhile (the same two of the first).
CALMED_LATER = frozenset("NS")

_JARGON = re.compile(
    r"\b(?:[A-Z][a-z]+(?:Error|Exception)|Exception|Traceback|NoneType|null|stderr|errno|HTTP/\d|regex|JSONDecode\w*|"
    r"stack ?trace|invalid argument|segfault|assertion|syntax error)\b"
)
_BLAME = re.compile(
    r"\b(?:you (?:forgot|failed|must|should have|did it wrong)|your fault|stupid|illegal|invalid user)\b", re.I
)
_SECRET = re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{20,}")
_TWO_CAUSES = re.compile(
    r",? or (?:it|they|the|its|somebody|an? \w+ (?:was|is))\b|\b(?:and/or|either)\b|\bmaybe\b|\bpossibly\b", re.I
)
_STEP = re.compile(
    r"^(?:\S+: )?(?:Add|Ask|Ask its|Change|Check|Choose|Close|Connect|Copy|Correct|Did you mean|Do|End|Export|Follow|"
    r"Give|Install|Keep|Leave|Look|Make|Mend|Name|Nothing|Open|Paste|Pause|Press|Push|Put|Remove|Restore|Run|See|Send|"
    r"Set|Shorten|Stop|Tell|Turn|Try|Update|Use|Wait|Write|Please report|It goes|To send|To post|Lower|Free|Post|Start|"
    r"Say|Take|Pick|Type|Read|Look up|Search|Only|When|In )"
)
_COMMAND = re.compile(r"sharewire ([a-z]+)(?: ([a-z][a-z-]*))?")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One problem as the code makes it."""

    code: str
    title: str
    cause: str
    fix: str
    where: bool
    meanwhile: str | None
    file: str


@dataclass(frozen=True, kw_only=True)
class Score:
    happened: int
    cause: int
    step: int
    where: int
    meanwhile: int
    findable: int

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))

    @property
    def passes(self) -> bool:
        return self.total >= PASS and min(getattr(self, one.name) for one in fields(self)) > 0


def score(told: Told, *, commands: Set[str], documented: Set[str]) -> Score:
    return Score(
        happened=_happened(told.title),
        cause=_cause(told.cause),
        step=_step(told.fix, commands),
        where=2 if told.where or told.code[3] in PLACED_LATER else _named(told),
        meanwhile=2 if told.meanwhile or told.code[3] in CALMED_LATER else _reassures(told),
        findable=_findable(told, documented),
    )


def _happened(title: str) -> int:
    """What happened, in the reader's words: a sentence, no exception's name, no blame."""
    if title == "…":  # filled in by whoever raises it
        return 1
    if _JARGON.search(title) or _BLAME.search(title) or len(title.split()) < 3:
        return 0
    return 2 if title.rstrip('”"').endswith((".", "…")) else 1


def _cause(cause: str) -> int:
    """One cause, never "this or that"."""
    if not cause or _TWO_CAUSES.search(cause) or _JARGON.search(cause) or _BLAME.search(cause):
        return 0
    return 2 if re.search(r"\w{3}", cause) else 1  # "…": filled in by whoever raises it


def _step(fix: str, commands: Set[str]) -> int:
    """A next step that exists: a command, a button, an address, a setting; or the word that nothing is to do."""
    for first, second in _COMMAND.findall(fix):
        if first not in commands and f"{first} {second}" not in commands:
            return 0
        if first not in commands and not second:
            return 0
    if not fix:
        return 0
    return 2 if _STEP.match(fix) else 1


def _named(told: Told) -> int:
    """No place of its own: its words have to name the thing."""
    return 1 if "…" in told.title or re.search(r"BOT_|--\w|\.env|/\w", f"{told.title} {told.fix}") else 0


def _reassures(told: Told) -> int:
    words = f"{told.title} {told.cause} {told.fix}"
    return 1 if re.search(r"\bNothing\b|goes on|tried again|waits?\b|is paused|was posted", words) else 0


def _findable(told: Told, documented: Set[str]) -> int:
    """A stable code with its line in docs/errors.md, and no secret in its words."""
    if _SECRET.search(f"{told.title}{told.cause}{told.fix}") or told.code not in documented:
        return 0
    return 2 if re.fullmatch(r"SW-[ACDNPST]\d{2,3}", told.code) else 0


def every(root: Path) -> Iterator[Told]:
    """All problems that the code can make."""
    for path in sorted((root / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Problem", "_problem", "_add"}:
                told = _told(node, str(path.relative_to(root)))
                if told is not None:
                    yield told


def _told(node: ast.Call, file: str) -> Told | None:
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if "code" in given:
        words = [given.get(name) for name in ("title", "cause", "fix")]
        place, calm = "where" in given, given.get("meanwhile")
        code = given["code"]
    elif len(node.args) == 5 and file.endswith("configuration/reading.py"):  # _add(code, place, …), _problem(code, …)
        first = 2 if ast.unparse(node.func).endswith("_add") else 1
        words, place, code = list(node.args[first : first + 3]), True, node.args[0]
        calm = ast.Constant("Nothing of the file was applied; what ran before runs on.")
    else:
        return None
    if not isinstance(code, ast.Constant):
        return None
    title, cause, fix = (_words(one) for one in words)
    meanwhile = _words(calm) if calm is not None else None
    return Told(code=str(code.value), title=title, cause=cause, fix=fix, where=place, meanwhile=meanwhile, file=file)


def _words(node: ast.expr | None) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\{\w+\}", "…", text)
        case ast.Call(func=ast.Name(id="phrase"), args=[first, *_]):
            return _words(first)
        case ast.Call(func=ast.Name(id="counted"), args=[_, first, *_]):
            return _words(first)
        case ast.JoinedStr(values=parts):
            return "".join(_words(part) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=body):
            return _words(body)
        case _:
            return "…"
