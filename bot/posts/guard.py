"""The guard: what a post's template may do, decided on its syntax tree before anything of it runs.

Jinja2's sandbox stops escapes but not bombs (`{{ 'a' * 10**9 }}`, nested loops, doubling variables), so everything
not listed here is refused, and what could still grow is wrapped: loops count against one budget a render, joined text
against one length.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NoReturn

from jinja2 import nodes

from bot.errors import Phrase, Problem, TemplateError, phrase

MAX_SOURCE = 8192
MAX_DEPTH = 24
MAX_NUMBER = 10**9

FILTERS = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "forceescape", "int", "items"),
        *("join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse"),
        *("round", "select", "selectattr", "sort", "string", "striptags", "title", "trim", "truncate", "unique"),
        *("upper", "wordcount", "clip", "tg_time", "hashtag", "hashtags", "bidi"),
    }
)
TESTS = frozenset(
    {
        *("boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "greaterthan", "gt"),
        *("in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none", "number", "odd"),
        *("sequence", "string", "true", "undefined", "upper"),
    }
)
METHODS = frozenset(
    {"capitalize", "endswith", "get", "lower", "lstrip", "rstrip", "split", "startswith", "strip", "title", "upper"}
)
_BY_NAME = {"map": FILTERS, "select": TESTS, "reject": TESTS}  # filters that take the name of another
_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.With),
    *(nodes.Name, nodes.NSRef, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Call, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
)
_WORDS: Mapping[str, str] = {
    "Pow": "**",
    "FromImport": "import",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "AssignBlock": "set … endset",
    "NSRef": "namespace",
}

_VARIABLE, _FILTER, _TEST = (
    phrase('There is no variable "{name}".'),
    phrase('There is no filter "{name}".'),
    phrase('There is no test "{name}".'),
)
_OUT, _SIMPLER = phrase("Take it out."), phrase("Write it in simpler steps.")
_WRITTEN_OUT, _ITS_NAME = phrase("Write the arguments out."), phrase("Write its name.")


def inspect(tree: nodes.Template, where: str) -> None:
    """Raises TemplateError, with the line, for anything that is not on the list."""
    for node, depth in _walk(tree):
        if depth > MAX_DEPTH:
            refuse(node.lineno, phrase("It is nested too deeply."), _SIMPLER, where)
        if not isinstance(node, _ALLOWED) or isinstance(node, nodes.NSRef):
            kind = type(node).__name__
            word = _WORDS.get(kind, kind.lower())
            refuse(node.lineno, phrase('Templates of posts have no "{word}".', word=word), _OUT, where)
        _inspect_one(node, where)


def limit(tree: nodes.Template) -> None:
    """Wrap, in place, what could grow: each loop's list goes through `_each`, joined text through `_joined`."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _call("_each", loop.iter, loop.lineno)
    for parent, _ in list(_walk(tree)):
        for field, value in list(parent.iter_fields()):
            if isinstance(value, list):
                value[:] = [_limited(item) if isinstance(item, nodes.Node) else item for item in value]
            elif isinstance(value, nodes.Node):
                setattr(parent, field, _limited(value))
    tree.set_environment(tree.environment)  # type: ignore[arg-type]


def check_names(tree: nodes.Template, known: Mapping[str, frozenset[str]], where: str) -> None:
    """Every free variable is one we pass, and a field asked of a documented mapping exists in it."""
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")} | {"loop", "_", "_n"}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in known and name.name not in own:
            _unknown(name.lineno, _VARIABLE, name.name, [*known, *own], where)
    for field in tree.find_all(nodes.Getattr):
        head = field.node.name if isinstance(field.node, nodes.Name) and field.node.name not in own else ""
        fields = known.get(head)
        if fields and field.attr not in fields and field.attr not in METHODS:
            choices = [f"{head}.{name}" for name in sorted(fields)]
            _unknown(field.lineno, _VARIABLE, f"{head}.{field.attr}", choices, where)


def refuse(line: int | None, cause: Phrase, fix: Phrase, where: str) -> NoReturn:
    at = f"{where}:{line}" if line else where
    problem = Problem(
        code="SW-P10",
        title=phrase("This template cannot be used."),
        cause=cause,
        fix=fix,
        where=at,
        meanwhile=phrase("Nothing was saved."),
    )
    raise TemplateError(problem, line=line)


def suggest(word: str, choices: list[str]) -> Phrase:
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return phrase('Did you mean "{name}"?', name=close[0])
    return phrase("See: sharewire templates vars.")


def _inspect_one(node: nodes.Node, where: str) -> None:
    line = node.lineno
    match node:
        case nodes.Filter(name=name):
            if name not in FILTERS:
                _unknown(line, _FILTER, name, sorted(FILTERS), where)
            _inspect_named(node, name, where)
        case nodes.Test(name=name) if name not in TESTS:
            _unknown(line, _TEST, name, sorted(TESTS), where)
        case nodes.Getattr(attr=attr) if attr.startswith("_") or attr in ("format", "format_map"):
            refuse(line, phrase(_VARIABLE, name=attr), _OUT, where)
        case nodes.Getitem(arg=nodes.Const(value=str(key))) if key.startswith("_"):
            refuse(line, phrase(_VARIABLE, name=key), _OUT, where)
        case nodes.Name(name=name) if name.startswith("_") and name not in ("_", "_n"):
            refuse(line, phrase(_VARIABLE, name=name), _OUT, where)
        case nodes.Const(value=int() | float() as value) if not isinstance(value, bool) and abs(value) > MAX_NUMBER:
            refuse(line, phrase("It holds too large a number."), phrase("Use a smaller one."), where)
        case nodes.Call():
            _inspect_call(node, where)


def _inspect_call(node: nodes.Call, where: str) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        refuse(node.lineno, phrase("Calls and filters take no * arguments."), _WRITTEN_OUT, where)
    match node.node:
        case nodes.Name(name="_") if node.args and isinstance(node.args[0], nodes.Const):
            return
        case nodes.Name(name="_n") if len(node.args) == 3 and all(isinstance(a, nodes.Const) for a in node.args[:2]):
            return
        case nodes.Getattr(node=nodes.Name(name="loop"), attr="cycle"):
            return
        case nodes.Getattr(attr=attr) if attr in METHODS:
            return
    refuse(
        node.lineno,
        phrase("Templates call no functions but _() and _n()."),
        phrase("Use a filter, as in {{ title|upper }}."),
        where,
    )


def _inspect_named(node: nodes.Filter, name: str, where: str) -> None:
    """`map('lower')` names a filter, `map(attribute='link')` a field: both must be written out and be allowed."""
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        refuse(node.lineno, phrase("Calls and filters take no * arguments."), _WRITTEN_OUT, where)
    values = [*node.args[:1], *(pair.value for pair in node.kwargs if pair.key == "attribute")]
    if name in _BY_NAME:
        for value in node.args[:1]:
            if not isinstance(value, nodes.Const) or value.value not in _BY_NAME[name]:
                refuse(node.lineno, phrase('"{name}" takes a known name, written out.', name=name), _ITS_NAME, where)
    if name in ("map", "selectattr", "rejectattr", "sort", "unique", "join", "min", "max"):
        attributes = values if name in ("selectattr", "rejectattr") else values[len(node.args[:1]) :]
        attributes = [*attributes, *(node.args[1:2] if name == "join" else [])]
        for value in attributes:
            if not isinstance(value, nodes.Const) or not str(value.value).isidentifier() or str(value.value)[0] == "_":
                refuse(node.lineno, phrase('"{name}" takes a known name, written out.', name=name), _ITS_NAME, where)
        for value in node.args[1:2] if name in ("selectattr", "rejectattr") else ():
            if not isinstance(value, nodes.Const) or value.value not in TESTS:
                refuse(node.lineno, phrase('"{name}" takes a known name, written out.', name=name), _ITS_NAME, where)


def _limited(node: nodes.Node) -> nodes.Node:
    if isinstance(node, nodes.Concat):
        return _call("_joined", nodes.List(node.nodes, lineno=node.lineno), node.lineno)
    return node


def _call(filter_name: str, node: nodes.Node, line: int) -> nodes.Filter:
    assert isinstance(node, nodes.Expr)
    return nodes.Filter(node, filter_name, [], [], None, None, lineno=line)


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def _unknown(line: int, kind: Phrase, name: str, choices: list[str], where: str) -> NoReturn:
    refuse(line, phrase(kind, name=name), suggest(name, choices), where)
