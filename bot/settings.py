"""Settings: secrets and machine facts, read once from the environment and `.env`, then passed down.

The environment beats `.env`; `NAME_FILE` names a file that holds the value of NAME (container secrets).  Every problem
is reported at once.  This module is the only reader of `os.environ`.
"""

from __future__ import annotations

import difflib
import os
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import Problem, SettingsError

OFFICIAL_API = "https://api.telegram.org"


class Secret(str):
    """A string that shows itself only when asked: `repr` and formatting in dataclasses hide it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)" if self else "Secret('')"


_NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    token: Secret = _NO_SECRET
    owner_ids: tuple[int, ...] = ()
    audit_chat: int | None = None
    data_dir: Path = Path("data")
    config: Path | None = None
    database_url: Secret = _NO_SECRET  # may hold a password; empty = SQLite in data_dir
    public_url: str | None = None
    http: tuple[str, int] = ("127.0.0.1", 8080)
    count_buttons: bool = False
    model_url: str | None = None
    model_key: Secret = _NO_SECRET
    api_base_url: str = OFFICIAL_API
    paid_broadcast: int = 0  # messages a second; 0 = Telegram's free pace
    proxy: str | None = None
    fetch_proxy: str | None = None
    allow_private_hosts: tuple[str, ...] = ()
    keep_backups: int = 7  # of those that a running bot makes; 0 = it makes none
    log_format: str = "text"
    log_level: str = "info"
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)  # variable -> environment, .env:LINE, default

    @property
    def database(self) -> str:
        """The database's address; never print it."""
        return str(self.database_url) or f"sqlite:///{self.data_dir / 'sharewire.db'}"

    @property
    def bot_id(self) -> int:
        """The number before the colon of the token is the bot's own id (Bot API, "Authorizing your bot")."""
        return int(self.token.partition(":")[0]) if self.token else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One setting as operators see it."""

    name: str
    attribute: str
    read: Callable[[str], Any]  # raises ValueError with a sentence for people
    default: str = ""
    secret: bool = False
    help: str = ""


def _token(value: str) -> Secret:
    if value and not re.fullmatch(r"\d+:\S+", value):
        raise ValueError("A bot token looks like 123456789:AAE… (digits, a colon, letters).")
    return Secret(value)


def _number(value: str) -> int | None:
    if not value:
        return None
    if not re.fullmatch(r"-?\d+", value):
        raise ValueError(f'"{value}" is not a number.')
    return int(value)


def _numbers(value: str) -> tuple[int, ...]:
    parts = [part.strip() for part in value.split(",") if part.strip()]
    bad = [part for part in parts if not re.fullmatch(r"-?\d+", part)]
    if bad:
        raise ValueError(f'"{bad[0]}" is not a number.')
    return tuple(int(part) for part in parts)


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _address(value: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("An address starts with http:// or https:// and names a host.")
    return value.rstrip("/")


def _listen(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f'"{value}" is not HOST:PORT, for example 127.0.0.1:8080.')
    return host.strip("[]"), int(port)


def _choice(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in words:
            near = difflib.get_close_matches(value.lower(), words, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise ValueError(f'"{value}" is not one of {", ".join(words)}.{hint}')
        return value.lower()

    return read


def _paid_rate(value: str) -> int:
    if not value.isdecimal() or not (int(value) == 0 or 30 < int(value) <= 1_000):
        raise ValueError(f'"{value}" is neither 0 nor a number of messages a second from 31 to 1000.')
    return int(value)


def _kept(value: str) -> int:
    if not value.isdecimal() or int(value) > 1_000:
        raise ValueError(f'"{value}" is not a number of backups from 0 to 1000.')
    return int(value)


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _file(value: str) -> Path | None:
    return _path(value) if value else None


VARIABLES: tuple[Variable, ...] = (
    Variable(
        name="BOT_TOKEN",
        attribute="token",
        read=_token,
        secret=True,
        help="The bot's token from @BotFather. `sharewire demo` needs none.",
    ),
    Variable(
        name="BOT_OWNER_IDS",
        attribute="owner_ids",
        read=_numbers,
        help="Who owns the bot (numeric ids, comma separated). Empty: the first person who opens the claim link "
        "that `sharewire run` prints.",
    ),
    Variable(
        name="BOT_AUDIT_CHAT",
        attribute="audit_chat",
        read=_number,
        help="A private chat where the bot may look at its own posts when a call's outcome is unknown. "
        "Empty: the owner's chat with the bot.",
    ),
    Variable(
        name="BOT_DATA_DIR",
        attribute="data_dir",
        read=_path,
        default="./data",
        help="Where the database, its copies and edited templates live.",
    ),
    Variable(
        name="BOT_KEEP_BACKUPS",
        attribute="keep_backups",
        read=_kept,
        default="7",
        help="How many daily backups to keep in BOT_DATA_DIR/backups; 0: make none. PostgreSQL has pg_dump instead.",
    ),
    Variable(
        name="BOT_CONFIG",
        attribute="config",
        read=_file,
        help="Path of sharewire.toml (sources, channels, rules, digests), if it is neither here nor in BOT_DATA_DIR.",
    ),
    Variable(
        name="BOT_DATABASE_URL",
        attribute="database_url",
        read=Secret,
        secret=True,
        help="sqlite:///path/file.db or postgresql://user:password@host/name. Empty: sharewire.db in BOT_DATA_DIR.",
    ),
    Variable(
        name="BOT_API_BASE_URL",
        attribute="api_base_url",
        read=_address,
        default=OFFICIAL_API,
        help="Another Bot API server: a local one, or the sandbox (http://127.0.0.1:8081).",
    ),
    Variable(
        name="BOT_PAID_BROADCAST",
        attribute="paid_broadcast",
        read=_paid_rate,
        default="0",
        help="Messages a second with Telegram's paid broadcast, 31 to 1000. Each message beyond 30 a second costs 0.1 "
        "Star; it needs 10,000 Stars and as many monthly readers. 0: off.",
    ),
    Variable(
        name="BOT_PROXY",
        attribute="proxy",
        read=_address,
        help="Proxy to reach Telegram. Example: http://127.0.0.1:3128",
    ),
    Variable(name="BOT_FETCH_PROXY", attribute="fetch_proxy", read=_address, help="Proxy to reach the sources."),
    Variable(
        name="BOT_ALLOW_PRIVATE_HOSTS",
        attribute="allow_private_hosts",
        read=_names,
        help="Private hosts that sources may be read from (comma separated). Example: 127.0.0.1,intranet.example",
    ),
    Variable(
        name="BOT_PUBLIC_URL",
        attribute="public_url",
        read=_address,
        help="Public https address of this machine, if any. Example: https://news.example.org",
    ),
    Variable(
        name="BOT_HTTP",
        attribute="http",
        read=_listen,
        default="127.0.0.1:8080",
        help="Where hubs' callbacks are answered when BOT_PUBLIC_URL is set (put a proxy with https in front).",
    ),
    Variable(
        name="BOT_COUNT_BUTTONS",
        attribute="count_buttons",
        read=lambda value: _choice("on", "off")(value) == "on",
        default="off",
        help="on: buttons under posts lead through BOT_PUBLIC_URL and are counted, without who pressed (/stats).",
    ),
    Variable(
        name="BOT_MODEL_URL",
        attribute="model_url",
        read=_address,
        help="A language model for summaries, OpenAI-compatible, up to /v1. Its text is used only when every name, "
        "number and hedge of it stands in the article. Empty: none.",
    ),
    Variable(
        name="BOT_MODEL_KEY",
        attribute="model_key",
        read=Secret,
        secret=True,
        help="The key for BOT_MODEL_URL, if it wants one.",
    ),
    Variable(
        name="BOT_LOG_FORMAT", attribute="log_format", read=_choice("text", "json"), default="text", help="text or json"
    ),
    Variable(
        name="BOT_LOG_LEVEL",
        attribute="log_level",
        read=_choice("debug", "info", "warning", "error"),
        default="info",
        help="debug, info, warning or error",
    ),
)


RESERVED = frozenset({"BOT_SECRET", "BOT_UPDATES", "BOT_HEARTBEAT_URL"})
"""Names kept for what is coming; set today they are accepted and do nothing."""


def load(environ: Mapping[str, str] | None = None, *, env_file: Path | None = Path(".env")) -> Settings:
    """Read all settings.  Raises SettingsError with every problem found, unknown `BOT_` names included."""
    environ = os.environ if environ is None else environ
    lines = _read_env_file(env_file)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[Problem] = []
    for variable in VARIABLES:
        try:
            raw, origin = _look_up(variable.name, environ, lines, env_file)
            origins[variable.name] = origin if raw else "default"
            values[variable.attribute] = variable.read((raw or variable.default).strip())
        except (ValueError, OSError) as error:
            problems.append(_bad_value(variable, error, origins.get(variable.name, variable.name)))
    problems += _unknown_names(environ, lines, env_file)
    if problems:
        raise SettingsError(problems)
    return Settings(**values, origins=origins)


def _look_up(
    name: str, environ: Mapping[str, str], lines: Mapping[str, tuple[str, int]], env_file: Path | None
) -> tuple[str, str]:
    for source, origin in ((environ, "environment"), ({k: v for k, (v, _) in lines.items()}, str(env_file))):
        if source.get(name):
            line = f":{lines[name][1]}" if origin != "environment" else ""
            return source[name], origin + line
        if source.get(f"{name}_FILE"):
            return Path(source[f"{name}_FILE"]).read_text(encoding="utf8").strip(), f"{name}_FILE"
    return "", "default"


def _read_env_file(path: Path | None) -> dict[str, tuple[str, int]]:
    """name -> (value, line)"""
    if path is None or not path.is_file():
        return {}
    from dotenv import dotenv_values

    text = path.read_text(encoding="utf8")
    found = dotenv_values(path, interpolate=False)
    numbers = {
        match[1]: number
        for number, line in enumerate(text.splitlines(), 1)
        if (match := re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", line))
    }
    return {name: (value or "", numbers.get(name, 1)) for name, value in found.items()}


def _bad_value(variable: Variable, error: Exception, origin: str) -> Problem:
    cause = str(error)  # our sentences never repeat a secret's value
    if isinstance(error, OSError):
        cause = f"The file it names cannot be read: {error.strerror}."
    return Problem(
        code="SW-C01",
        title=f"{variable.name} cannot be used.",
        cause=cause,
        fix=f"{variable.help.split('. ')[0].rstrip('.')}: correct it in {origin}.",
        where=variable.name,
        meanwhile="Nothing was started.",
    )


def _unknown_names(
    environ: Mapping[str, str], lines: Mapping[str, tuple[str, int]], env_file: Path | None
) -> list[Problem]:
    known = {variable.name for variable in VARIABLES} | RESERVED
    known |= {f"{name}_FILE" for name in known}
    problems = []
    for name, (_, line) in sorted(lines.items()):
        if name.startswith("BOT_") and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            fix = f"Did you mean {near[0]}?" if near else "Remove it; .env.example lists every setting."
            problems.append(_unknown_name(name, f"{env_file}:{line}", fix))
    for name in sorted(set(environ) - set(lines) - known):  # other programs have names too: only a slip is told
        near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.85) if name.startswith("BOT_") else []
        if near:
            problems.append(_unknown_name(name, "environment", f"Did you mean {near[0]}?"))
    return problems


def _unknown_name(name: str, where: str, fix: str) -> Problem:
    return Problem(
        code="SW-C02",
        title=f"{name} is not a setting.",
        cause="No setting has this name.",
        fix=fix,
        where=where,
        meanwhile="Nothing was started.",
    )


def example() -> str:
    """The text of `.env.example`; a test holds the file and this in step."""
    head = [
        "# Secrets and machine settings only; everything else is said on the command line or to the bot.",
        "# Copy to .env. The environment beats this file; NAME_FILE names a file that holds NAME's value.",
        "",
    ]
    for variable in VARIABLES:
        head += [f"# {variable.help}", f"{variable.name}={variable.default}", ""]
    return "\n".join(head).rstrip() + "\n"


def machine_zone(environ: Mapping[str, str] | None = None, *, link: Path = Path("/etc/localtime")) -> str:
    """The tz database's name of this machine's zone, UTC where it cannot be told: where a new channel begins."""
    wish = (os.environ if environ is None else environ).get("TZ", "").lstrip(":")
    if not wish and link.is_symlink():
        wish = str(link.readlink()).partition("zoneinfo/")[2]
    return wish if wish in zoneinfo.available_timezones() else "UTC"


def find_templates(settings: Settings) -> tuple[Path, ...]:
    """Folders of templates, first wins: the operator's own, those beside the working folder, then ours: inside the
    package when installed from a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    folders = (settings.data_dir / "templates", Path("templates"), package / "templates", package.parent / "templates")
    own, *others = (folder.resolve() for folder in folders)  # ours may come later: it is made when chat saves one
    return tuple(dict.fromkeys([own, *(folder for folder in others if folder.is_dir())]))
