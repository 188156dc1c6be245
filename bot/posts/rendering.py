"""Rendering: a template and an article's plain values → the message's HTML.

Templates may be written by people we do not know well: the guard reads them first, Jinja2's immutable sandbox runs
them, they see nothing but plain dicts and lists, and budgets of text, steps and time end what gets out of hand.
Compiled once; then a post costs well under a millisecond.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.errors import Problem, TemplateError, phrase
from bot.posts import characters, direction, guard, styled
from bot.posts.context import FIELDS
from bot.posts.filters import FILTERS, Desk, LimitReached, bounded
from bot.posts.html_reader import read_html

SUFFIX = ".html.j2"
_NAME = re.compile(r"[\w-]{1,80}")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>")
_TELEGRAM_TAGS = frozenset(
    {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "span", "tg-spoiler"}
    | {"blockquote", "tg-emoji", "tg-time"}
)
_INSTEAD = {
    **dict.fromkeys(("p", "div", "h1", "h2", "h3", "section"), phrase("Use a blank line.")),
    **dict.fromkeys(("br", "li", "ul", "ol", "tr"), phrase("Start a new line.")),
    "img": phrase("Take it out: pictures are sent beside the text."),
}
_RUNTIME = (
    *(jinja2.TemplateError, LimitReached, TypeError, ValueError, ArithmeticError, AttributeError, LookupError),
    *(RecursionError, MemoryError),
)


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox with the guard in front: nothing is compiled that the guard has not read."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        where = filename or name or "template"
        if len(source) > guard.MAX_SOURCE:
            guard.refuse(
                None,
                phrase("It is longer than {most} characters.", most=guard.MAX_SOURCE),
                phrase("Make it shorter."),
                where,
            )
        _inspect_html(source, where)
        try:
            tree = super()._parse(source, name, filename)
            guard.inspect(tree, where)
        except (RecursionError, MemoryError):
            guard.refuse(None, phrase("It is nested too deeply."), phrase("Write it in simpler steps."), where)
        except (ValueError, OverflowError):
            guard.refuse(None, phrase("It holds too large a number."), phrase("Use a smaller one."), where)
        guard.check_names(tree, FIELDS, where)
        guard.limit(tree)
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            return bounded(super().call_binop(context, operator, left, right))
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise LimitReached(phrase('"{operator}" works on numbers only.', operator=operator))
        return super().call_binop(context, operator, left, right)


class Renderer:
    """Templates by name from a list of folders, the first that has it wins; each compiled once and again when its
    file changes.

    folders   as `settings.find_templates` gives them; both `FOLDER/posts/NAME.html.j2` and `FOLDER/NAME.html.j2` count
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        paths = [path for folder in folders for path in (folder / "posts", folder)]
        self._environment = _Environment(
            loader=jinja2.FileSystemLoader(paths),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
            cache_size=200,
        )
        self._environment.globals.clear()
        self._environment.filters = {
            name: call for name, call in self._environment.filters.items() if name in guard.FILTERS
        } | FILTERS
        self._environment.tests = {name: call for name, call in self._environment.tests.items() if name in guard.TESTS}

    def names(self) -> tuple[str, ...]:
        return tuple(
            sorted(
                name.removesuffix(SUFFIX)
                for name in self._environment.list_templates()
                if name.endswith(SUFFIX) and "/" not in name
            )
        )

    def render(self, name: str, values: Mapping[str, Any], desk: Desk) -> styled.Styled:
        """Raises TemplateError, with the line where it is known."""
        return self._run(self.load(name), values, desk, name)

    def render_source(
        self, source: str, values: Mapping[str, Any], desk: Desk, where: str = "template"
    ) -> styled.Styled:
        """A template that is not saved yet."""
        return self._run(self._compile(source, where), values, desk, where)

    def source(self, name: str) -> str:
        """A template as it is written.  Raises TemplateError where there is none."""
        if not _NAME.fullmatch(name):
            raise _missing(name, self.names())
        try:
            assert self._environment.loader is not None
            return self._environment.loader.get_source(self._environment, f"{name}{SUFFIX}")[0]
        except jinja2.TemplateNotFound:
            raise _missing(name, self.names()) from None

    def load(self, name: str) -> jinja2.Template:
        """The compiled template, read and inspected.  Raises TemplateError."""
        if not _NAME.fullmatch(name):
            raise _missing(name, self.names())
        try:
            return self._environment.get_template(f"{name}{SUFFIX}")
        except jinja2.TemplateNotFound:
            raise _missing(name, self.names()) from None
        except jinja2.TemplateSyntaxError as error:
            raise _syntax(error, error.filename or name) from error
        except (RecursionError, SyntaxError, UnicodeDecodeError) as error:
            raise _broken(name, None, f"It cannot be read: {type(error).__name__}.") from error

    def _compile(self, source: str, where: str) -> jinja2.Template:
        try:
            code = self._environment.compile(source, where, where)
            return jinja2.Template.from_code(self._environment, code, {})
        except jinja2.TemplateSyntaxError as error:
            raise _syntax(error, where) from error
        except (RecursionError, SyntaxError, MemoryError) as error:
            raise _broken(where, None, f"It cannot be read: {type(error).__name__}.") from error

    def _run(self, template: jinja2.Template, values: Mapping[str, Any], desk: Desk, where: str) -> styled.Styled:
        desk.begin()
        size, parts = 0, list[str]()
        try:
            for part in template.generate({**values, "_": desk.say, "_n": desk.count, "_desk": desk}):
                size += len(part)
                if size > 2 * guard.MAX_SOURCE:
                    raise LimitReached(phrase("The template makes too long a text."))
                parts.append(part)
        except _RUNTIME as error:
            raise _broken(where, _line_of(error, template), _said(error)) from error
        return finish("".join(parts), rtl=desk.rtl)


def finish(html: str, *, rtl: bool) -> styled.Styled:
    """Rendered HTML as Telegram will have it: repaired, trimmed, every paragraph beginning in the story's direction."""
    made = styled.tidy(read_html(html))
    for offset, mark in reversed(direction.lead_paragraphs(made.text, rtl=rtl)):
        made = styled.insert(made, offset, mark)
    return made


def plain(value: Any) -> Any:
    """A value made of nothing but immutable plain parts, so that a template cannot reach or change an object."""
    if isinstance(value, Markup) or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): plain(item) for key, item in value.items()})
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Iterable):
        return tuple(plain(item) for item in value)
    raise TypeError(f"templates take plain values, not {type(value).__name__}")


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str | int | float | jinja2.Undefined):
        return value
    raise LimitReached(phrase("This prints a list or a mapping; print its parts."))


def _inspect_html(source: str, where: str) -> None:
    """Tags written in the template are Telegram's, and each that is opened is closed."""
    blanked = _CODE.sub(lambda match: re.sub(r"[^\n]", "x", match.group()), source)
    opened: dict[str, list[int]] = {}
    for match in _TAG.finditer(blanked):
        line = blanked.count("\n", 0, match.start()) + 1
        name = match.group(2).lower()
        if name not in _TELEGRAM_TAGS:
            cause = phrase("{tag} is not allowed in Telegram messages.", tag=f"<{name}>")
            guard.refuse(line, cause, _INSTEAD.get(name, phrase("Take it out.")), where)
        lines = opened.setdefault(name, [])
        if not match.group(1):
            lines.append(line)
        elif lines:
            lines.pop()
        else:
            cause = phrase("{tag} closes nothing.", tag=f"</{name}>")
            guard.refuse(line, cause, phrase("Open it with {tag} or take it out.", tag=f"<{name}>"), where)
    for name, lines in opened.items():
        if lines:
            cause = phrase("{tag} is never closed.", tag=f"<{name}>")
            guard.refuse(lines[-1], cause, phrase("Close it with {tag}.", tag=f"</{name}>"), where)


def _said(error: BaseException) -> str:
    if isinstance(error, LimitReached):
        return error.said
    if isinstance(error, jinja2.UndefinedError):
        return f"{characters.one_line(str(error.message or error))}."
    return f"{type(error).__name__}: {characters.one_line(str(error))[:200]}."


def _line_of(error: BaseException, template: jinja2.Template) -> int | None:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == template.filename]
    return lines[-1] if lines else None


def _broken(where: str, line: int | None, cause: str) -> TemplateError:
    problem = Problem(
        code="SW-P11",
        title=phrase("This template fails while it is filled in."),
        cause=cause,
        fix=phrase("Correct it, then run: sharewire check"),
        where=f"{where}:{line}" if line else where,
        meanwhile=phrase("The default template is used instead."),
    )
    return TemplateError(problem, line=line)


def _syntax(error: jinja2.TemplateSyntaxError, where: str) -> TemplateError:
    problem = Problem(
        code="SW-P12",
        title=phrase("This template cannot be read."),
        cause=f"{characters.one_line(error.message)}." if error.message else phrase("It breaks off."),
        fix=phrase("Correct this line; the syntax is Jinja2's."),
        where=f"{where}:{error.lineno}",
        meanwhile=phrase("The default template is used instead."),
    )
    return TemplateError(problem, line=error.lineno)


def _missing(name: str, names: Sequence[str]) -> TemplateError:
    listed = ", ".join(names)
    problem = Problem(
        code="SW-P13",
        title=phrase('There is no template "{name}".', name=characters.one_line(name)[:80]),
        cause=phrase("No file of that name is in the template folders."),
        fix=phrase("Use one of: {names}.", names=listed),
        meanwhile=phrase("The default template is used instead."),
        where="templates",
    )
    return TemplateError(problem)
