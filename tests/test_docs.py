"""Docs cannot drift: the glossary, the errors and the README are read by tests.

`UPDATE_DOCS=1 pytest tests/test_docs.py` writes the generated pages anew.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import model
from bot.store import schema

pytestmark = pytest.mark.no_cover  # reads the code, runs little of it

ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(r"SW-[A-Z]\d{2,3}")


def glossary_words() -> set[str]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf8").lower()
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    return {word.strip() for cell in cells for word in re.split(r"[,/]", cell)}


def singular(name: str) -> str:
    name = re.sub(r"ies$", "y", name)
    return re.sub(r"s$", "", name)


@pytest.mark.parametrize(
    "name", ["Source", "Entry", "Article", "Channel", "Rule", "Decision", "Post", "Delivery", "Person",
                         "Request", "Extraction", "SourceDocument", "Lane", "Outcome", "Role", "Stage"]
)  # fmt: skip
def test_every_main_type_has_its_word_in_the_glossary(name: str) -> None:
    assert hasattr(model, name)
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf8")
    assert re.search(rf"\b{name}\b", text)


@pytest.mark.parametrize("table", ["sources", "entries", "articles", "channels", "rules", "decisions", "posts",
                                   "deliveries", "pauses", "leases", "notices", "drafts"])  # fmt: skip
def test_every_main_table_is_the_plural_of_a_word_in_the_glossary(table: str) -> None:
    assert table in schema.metadata.tables
    assert singular(table) in glossary_words()


def problems() -> Iterator[tuple[str, str, str, str]]:
    """code, title, cause, fix of every Problem made in the code; what varies shows as `…`."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Problem", "_problem"}:
                given = {k.arg: k.value for k in node.keywords if k.arg}
                if "code" in given and isinstance(given["code"], ast.Constant):
                    yield (
                        str(given["code"].value),
                        words_of(given.get("title")),
                        words_of(given.get("cause")),
                        words_of(given.get("fix")),
                    )


def words_of(node: ast.expr | None) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return re.sub(r"\{\w+\}", "…", text)  # a field of a table of problems
        case ast.Call(func=ast.Name(id="phrase"), args=[first, *_]):
            return words_of(first)
        case ast.Call(func=ast.Name(id="counted"), args=[_, first, *_]):
            return words_of(first)
        case ast.JoinedStr(values=parts):
            return "".join(words_of(part) if isinstance(part, ast.Constant) else "…" for part in parts)
        case _:
            return "…"


def codes_in_code() -> set[str]:
    return {code for path in (ROOT / "bot").rglob("*.py") for code in CODE.findall(path.read_text(encoding="utf8"))}


def errors_page() -> str:
    rows = {code: (title, cause, fix) for code, title, cause, fix in problems()}
    lines = [
        "# Errors",
        "",
        "Every failure that a person can meet has a code. This page is made from the code; `…` stands for what varies.",
        "",
        "| code | what happened | cause | next step |",
        "|---|---|---|---|",
    ]
    for code in sorted(codes_in_code()):
        cells = [cell.replace("|", "\\|").replace("\n", " ") for cell in rows.get(code, ("…", "…", "…"))]
        lines.append(f"| {code} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def test_the_page_of_errors_is_what_the_code_says() -> None:
    page = ROOT / "docs" / "errors.md"
    if os.environ.get("UPDATE_DOCS"):
        page.write_text(errors_page(), encoding="utf8")
    assert page.read_text(encoding="utf8") == errors_page()


def test_no_code_stands_for_two_different_problems() -> None:
    titles: dict[str, set[str]] = {}
    for code, title, _, _ in problems():
        titles.setdefault(code, set()).add(title)
    assert {code: sorted(found) for code, found in titles.items() if len(found) > 1} == {}


def test_the_readme_has_one_command_to_run_and_one_to_test() -> None:
    commands = re.findall(r"^python3 .*$", (ROOT / "README.md").read_text(encoding="utf8"), re.M)
    assert len(commands) == 2
    assert commands[0].endswith("sharewire demo")
    assert commands[1].endswith("pytest -q")


def test_the_readme_fits_two_screens_and_shows_one_picture() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf8")
    assert text.count("\n") <= 80
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(pictures) == 1
    assert (ROOT / pictures[0]).is_file()


@pytest.mark.parametrize("page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text(encoding="utf8")):
        assert (page.parent / target).exists(), target


def test_the_lock_holds_every_direct_dependency() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["postgres"]
    names = {re.split(r"[\[<>=;~! ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in wanted}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf8")
    locked = {m[1].lower() for m in re.finditer(r"^([A-Za-z0-9_.-]+)==", lock, re.M)}
    assert names - locked == set()
    whole = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ; [^\\]+)?(\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+\n")
    assert whole.sub("", lock) == "", "a line of the lock was cut"
