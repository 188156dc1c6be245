"""`sharewire check`: everything that can be looked at without the network."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot import configuration, settings
from bot.app import make_press
from bot.commands.problems import describe
from bot.errors import Problem, SettingsError, SharewireError
from bot.posts import checking
from bot.store import status
from bot.store.database import open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    ok: bool
    words: str


@dataclass(slots=True)
class Checks:
    done: list[Check] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    exit_code: int = 0

    def good(self, name: str, words: str) -> None:
        self.done.append(Check(name=name, ok=True, words=words))

    def note(self, name: str, words: str) -> None:
        """Worth knowing, and no problem."""
        self.done.append(Check(name=name, ok=True, words=f"! {words}"))

    def bad(self, name: str, error: SharewireError) -> None:
        told = error.problems if isinstance(error, SettingsError) else [error.problem]
        self.done.append(Check(name=name, ok=False, words=told[0].title))
        self.problems += told
        self.exit_code = max(self.exit_code, error.exit_code)


async def check_all() -> Checks:
    checks = Checks()
    try:
        found = settings.load()
    except SettingsError as error:
        checks.bad("settings", error)
        return checks
    chosen = sum(origin != "default" for origin in found.origins.values())
    checks.good("settings", f"{chosen} of {len(found.origins)} set, the rest by default")
    checks.good("token", f"of bot {found.bot_id}" if found.token else "none: sharewire demo works without")
    _check_buttons(checks, found)
    _check_file(checks, found)
    await _check_store(checks, found)
    _check_templates(checks, found)
    return checks


def _check_buttons(checks: Checks, found: settings.Settings) -> None:
    """Counted buttons lead through our public address: it has to be there, and readers see whether it is https."""
    if not found.count_buttons:
        return
    if not found.public_url:
        checks.bad("counted buttons", SettingsError([_no_public_address()]))
    elif not found.public_url.startswith("https://"):
        checks.bad("counted buttons", SettingsError([_open_address(found.public_url)]))
    else:
        checks.good("counted buttons", f"lead through {found.public_url}")


def _no_public_address() -> Problem:
    return Problem(
        code="SW-C65",
        title="Buttons are not counted.",
        cause="BOT_COUNT_BUTTONS is on, and BOT_PUBLIC_URL does not say where readers reach this machine.",
        fix="Set BOT_PUBLIC_URL, for example https://news.example.org, or BOT_COUNT_BUTTONS=off.",
        where="BOT_COUNT_BUTTONS",
        meanwhile="Posts go out, and their buttons lead straight to the articles.",
    )


def _open_address(url: str) -> Problem:
    return Problem(
        code="SW-C66",
        title=f"Buttons lead through {url}, which is not https.",
        cause="Anybody on the way could read and change where readers go.",
        fix="Put a proxy with https in front and set BOT_PUBLIC_URL to its https address.",
        where="BOT_PUBLIC_URL",
        meanwhile="Buttons work and are counted.",
    )


def _check_file(checks: Checks, found: settings.Settings) -> None:
    path = configuration.find(found)
    if path is None:
        checks.good("sharewire.toml", "none: everything is set in chat and on the command line")
        return
    try:
        read = configuration.read(path)
    except SettingsError as error:
        checks.bad("sharewire.toml", error)
        return
    counts = {"sources": read.sources, "channels": read.channels, "rules": read.rules, "digests": read.digests}
    checks.good("sharewire.toml", ", ".join(f"{len(items)} {name}" for name, items in counts.items()))


async def _check_store(checks: Checks, found: settings.Settings) -> None:
    try:
        async with open_database(found.database) as db, db.read() as tx:
            counts = await status.count(tx, bot_id=found.bot_id)
    except SharewireError as error:
        checks.bad("database", error)
        return
    checks.good("database", f"{counts.sources} sources, {counts.articles} articles, {counts.channels} channels")


def _check_templates(checks: Checks, found: settings.Settings) -> None:
    press = make_press(found)
    for name in press.renderer.names():
        try:
            checks.good(f"template {name}", str(checking.check(press, name)).removeprefix(f"{name}  ok  "))
        except SharewireError as error:
            checks.bad(f"template {name}", error)


def show_checks(checks: Checks) -> None:
    for check in checks.done:
        print(f"  {'✓' if check.ok else '✗'} {check.name:24} {check.words}")
    for problem in checks.problems:
        print(describe(problem))
    count = len(checks.problems)
    print(f"{count} problem{'s' if count > 1 else ''}." if count else "No problem found.")
