"""Text of sharewire.toml → the items it decides, or every problem at once with line and suggestion."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bot import identity
from bot.configuration.lines import line_of, lines_of
from bot.configuration.shape import NAMED, SINGLE, Key
from bot.configuration.values import did_you_mean, shown
from bot.errors import Problem, SettingsError
from bot.model import Actions, Channel, Media, Owner, Preview, Rule, Source, SourceKind
from bot.settings import Settings

NAME: Final = "sharewire.toml"
_NAMES: Final = re.compile(r"[\w-]{1,60}")
_COLUMNS: Final = {"language", "timezone", "template", "actions", "preview", "approve", "fresh_for", "max_age"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDigest:
    """A digest before its channel has an id."""

    name: str
    to: str
    at: tuple[str, ...]
    title: str | None = None
    top: int = 7
    grouping: str = "none"
    takes: str = "all"
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a file decides.  `targets`: source name -> channels that get all of it."""

    path: str = NAME
    channels: tuple[Channel, ...] = ()
    sources: tuple[Source, ...] = ()
    rules: tuple[Rule, ...] = ()
    digests: tuple[PlannedDigest, ...] = ()
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def where(self, table: str, name: str) -> str:
        return f"{self.path}:{line_of(self.lines, (table, name))}"


def find(settings: Settings) -> Path | None:
    """The file that counts: the one of BOT_CONFIG, else beside the working folder, else in the data folder."""
    if settings.config is not None:
        return settings.config
    return next((path for path in (Path(NAME), settings.data_dir / NAME) if path.is_file()), None)


def read(path: Path) -> Configuration:
    """Raises SettingsError with every problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError([_unreadable(path, f"{error.strerror or 'It cannot be read'}.")]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([_unreadable(path, "It is not UTF-8 text.")]) from error
    return parse(text, path=str(path))


def parse(text: str, *, path: str = NAME) -> Configuration:
    """Raises SettingsError with every problem."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([_syntax(path, text, error)]) from error
    reader = _Reader(path, lines_of(text))
    found = reader.configuration(tables)
    if reader.problems:
        raise SettingsError(sorted(reader.problems, key=_place))
    return found


def _place(problem: Problem) -> int:
    number = re.search(r":(\d+)", problem.where or "")
    return int(number[1]) if number else 0


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, path: str, lines: Mapping[str, int]) -> None:
        self._path = path
        self._lines = lines
        self._broken: set[tuple[str, ...]] = set()
        self.problems: list[Problem] = []

    def configuration(self, tables: Mapping[str, Any]) -> Configuration:
        allowed = (*SINGLE, *NAMED)
        for name in tables:
            if name not in allowed:
                self._unknown((name,), name, allowed)
        site = self._table(("site",), tables.get("site", {}), SINGLE["site"])
        defaults = self._table(("defaults",), tables.get("defaults", {}), SINGLE["defaults"])
        named = {kind: self._named(kind, tables.get(kind, {})) for kind in NAMED}
        self._check_references(named)
        self._check_twice(named)
        if self.problems:
            return Configuration()
        return Configuration(
            path=self._path,
            channels=tuple(_channel(name, got, site, defaults) for name, got in named["channels"].items()),
            sources=tuple(_source(name, got, defaults) for name, got in named["sources"].items()),
            rules=tuple(_rule(name, got, place) for place, (name, got) in enumerate(named["rules"].items())),
            digests=tuple(_digest(name, got) for name, got in named["digests"].items()),
            targets={name: got.get("to", ()) for name, got in named["sources"].items()},
            lines=self._lines,
        )

    def _named(self, kind: str, tables: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(tables, Mapping):
            title = f"[[{kind}]] is a list." if isinstance(tables, list) else f'"{kind}" is no table.'
            self._add("SW-C42", (kind,), title, "Each item has a name of its own.", f"Write [{kind}.NAME] instead.")
            return {}
        found = {}
        for name, table in tables.items():
            if not _NAMES.fullmatch(name):
                cause = f"{shown(name)} has other characters, or more than 60."
                fix = "Use letters, digits and dashes."
                self._add("SW-C42", (kind, name), "This name cannot be used.", cause, fix)
            found[name] = self._table((kind, name), table, NAMED[kind])
        return found

    def _table(self, path: tuple[str, ...], table: Any, keys: Mapping[str, Key]) -> dict[str, Any]:
        if not isinstance(table, Mapping):
            fix = f"Write [{'.'.join(path)}] on a line of its own, and its keys below."
            self._add("SW-C42", path, f"{'.'.join(path)} cannot be used.", "It is a value, not a table.", fix)
            return {}
        found: dict[str, Any] = {}
        for name, value in table.items():
            if name not in keys:
                self._unknown((*path, name), name, tuple(keys))
                continue
            self._read(found, (*path, name), keys[name], value)
        for name, key in keys.items():
            if key.needed and name not in table:
                title = f'{".".join(path)} has no "{name}".'
                self._add("SW-C42", path, title, key.help, f"Add a line like: {name} = {key.example}")
        return found

    def _read(self, found: dict[str, Any], path: tuple[str, ...], key: Key, value: Any) -> None:
        try:
            found[path[-1]] = key.read(value)
        except ValueError as error:
            self._broken.add(path)
            cause, _, rest = str(error).partition(". ")
            fix = rest or f"Write it like: {path[-1]} = {key.example}"
            self._add("SW-C42", path, f"{'.'.join(path)} cannot be used.", f"{cause.rstrip('.')}.", fix)

    def _check_references(self, named: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Names of channels and sources that the file itself should have."""
        channels, sources = tuple(named["channels"]), tuple(named["sources"])
        for kind, key in (("sources", "to"), ("rules", "add_to"), ("digests", "to")):
            for name, table in named[kind].items():
                wished = table.get(key, ())
                for one in (wished,) if isinstance(wished, str) else wished:
                    self._refer((kind, name, key), "channel", one, channels)
        for name, table in named["rules"].items():
            for one in (table.get("match") or {}).get("source", ()):
                self._refer(("rules", name, "match"), "source", one, sources)
            if not table.get("drop") and not table.get("add_to") and "match" in table:
                fix = 'Add a line like: add_to = ["news"], or: drop = true'
                self._add("SW-C42", ("rules", name), f"rules.{name} does nothing.", "It neither adds nor drops.", fix)
        for name, table in named["digests"].items():
            told = {("digests", name, "at"), ("digests", name, "cron")} & self._broken
            if "at" not in table and "cron" not in table and not told:
                fix = 'Add a line like: at = "07:30 mon-fri"'
                self._add("SW-C42", ("digests", name), f"digests.{name} has no time.", "It would never come.", fix)

    def _refer(self, path: tuple[str, ...], what: str, name: str, known: tuple[str, ...]) -> None:
        if name in known:
            return
        fix = did_you_mean(name, known).strip() or f"Add a table [{what}s.{name}], or remove the name here."
        self._add("SW-C43", path, f'There is no {what} "{name}" in the file.', f"{'.'.join(path)} names it.", fix)

    def _check_twice(self, named: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        for kind, key in (("channels", "chat"), ("sources", "url")):
            seen: dict[str, str] = {}
            for name, table in named[kind].items():
                value = str(table.get(key, ""))
                value = identity.url_key(value) or value.lower()
                if table.get("same_address"):
                    continue
                if value and value in seen:
                    title = f"{kind}.{name} is the same as {kind}.{seen[value]}."
                    fix = "Remove one." if kind == "channels" else "Remove one, or add the line: same_address = true"
                    self._add("SW-C44", (kind, name, key), title, f"Both have {key} = {shown(table[key])}.", fix)
                seen.setdefault(value, name)

    def _unknown(self, path: tuple[str, ...], name: str, known: tuple[str, ...]) -> None:
        fix = did_you_mean(name, known).strip() or f"Remove it; known are {', '.join(known[:8])}."
        self._add(
            "SW-C41",
            path,
            f'"{name}" is not known here.',
            f"No {'key' if len(path) > 1 else 'table'} has this name.",
            fix,
        )

    def _add(self, code: str, path: tuple[str, ...], title: str, cause: str, fix: str) -> None:
        where = f"{self._path}:{line_of(self._lines, path)} {'.'.join(path)}"
        self.problems.append(_problem(code, title, cause, fix, where))


def _problem(code: str, title: str, cause: str, fix: str, where: str) -> Problem:
    return Problem(
        code=code,
        title=title,
        cause=cause,
        fix=fix,
        where=where,
        meanwhile="Nothing of the file was applied; what ran before runs on.",
    )


def _channel(name: str, got: Mapping[str, Any], site: Mapping[str, Any], defaults: Mapping[str, Any]) -> Channel:
    inherited = {key: value for key, value in defaults.items() if key not in ("every", "backfill")}
    chosen = {**inherited, **got}
    languages = site.get("languages") or (None,)
    columns: dict[str, Any] = {key: chosen[key] for key in _COLUMNS & chosen.keys()}
    columns.setdefault("timezone", site.get("timezone", "UTC"))
    columns.setdefault("language", languages[0])
    for key, kind in (("actions", Actions), ("preview", Preview)):
        if key in columns:
            columns[key] = kind(columns[key])
    options = {key: _plain(value) for key, value in chosen.items() if key not in _COLUMNS | {"chat"}}
    return Channel(id=0, bot_id=0, name=name, address=got["chat"], owner=Owner.FILE, options=options, **columns)


def _source(name: str, got: Mapping[str, Any], defaults: Mapping[str, Any]) -> Source:
    chosen = {**{key: defaults[key] for key in ("every", "backfill", "media") if key in defaults}, **got}
    options: dict[str, Any] = {
        key: _plain(chosen[key])
        for key in ("approve", "template", "breaking", "headers", "single", "rhash", "same_address")
        if key in chosen
    }
    return Source(
        id=0,
        name=name,
        kind=SourceKind(chosen.get("kind", "feed")),
        url=chosen["url"],
        title=chosen.get("title"),
        language=chosen.get("language"),
        owner=Owner.FILE,
        enabled=chosen.get("enabled", True),
        media=Media(chosen.get("media", "link")),
        tags=tuple(chosen.get("tags", ())),
        backfill=chosen.get("backfill", 0),
        every=chosen.get("every"),
        options=options,
    )


def _rule(name: str, got: Mapping[str, Any], position: int) -> Rule:
    kept = ("template", "silent", "thread", "approve", "breaking", "big_changes", "repeat_stories")
    return Rule(
        id=0,
        name=name,
        owner=Owner.FILE,
        position=position,
        enabled=got.get("enabled", True),
        drop=got.get("drop", False),
        channels=tuple(got.get("add_to", ())),
        match=got["match"],
        options={key: got[key] for key in kept if key in got},
    )


def _digest(name: str, got: Mapping[str, Any]) -> PlannedDigest:
    times = (*got.get("at", ()), *((got["cron"],) if "cron" in got else ()))
    kept = {key: got[key] for key in ("title", "top", "grouping", "takes", "live") if key in got}
    return replace(PlannedDigest(name=name, to=got["to"], at=times), **kept)


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return list(value) if isinstance(value, tuple) else value


def _syntax(path: str, text: str, error: Exception) -> Problem:
    """tomllib's words are for programmers; its place is right."""
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    number = int(found[1]) if found else max(1, text.count("\n") + (not text.endswith("\n")))
    line = (text.splitlines() or [""])[min(number, len(text.splitlines()) or 1) - 1].strip()
    title, fix = _syntax_words(str(error), line)
    return _problem("SW-C40", title, f"The line reads: {shown(line)[1:-1]}", fix, f"{path}:{number}")


def _syntax_words(raw: str, line: str) -> tuple[str, str]:
    words = raw.lower()
    if line.count('"') % 2 or "unterminated" in words or "illegal character '\\n'" in words:
        return "A closing quote is missing.", 'Put a " at the end of the text.'
    if "cannot declare" in words or "cannot overwrite" in words or "duplicate" in words or "cannot redefine" in words:
        return (
            "The same name stands here for the second time.",
            "Keep one of both; a table's keys stand under one header.",
        )
    if "invalid value" in words:
        return "This is not a value.", 'Texts stand in quotes, like timezone = "Europe/Paris".'
    if line.startswith("[") and "]" not in line:
        return "A closing bracket is missing.", "End the header with ], like [sources.news]."
    if "unclosed" in words or "array" in words or "inline table" in words:
        return "A list or table is not closed.", "End it with ] or }, and put commas between its items."
    if "=" not in line and not line.startswith("["):
        return "This line is no setting.", 'A setting is a name, =, and a value, like every = "10m".'
    return "This line cannot be read.", "Look for a missing quote, comma or bracket."


def _unreadable(path: Path, cause: str) -> Problem:
    return _problem(
        "SW-C45",
        "The configuration file cannot be read.",
        cause,
        "Name another with BOT_CONFIG, or mend this one.",
        str(path),
    )
