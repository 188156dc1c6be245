"""What belongs to one bot on this machine, and where: its database, its configuration file, its edited templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from bot import configuration
from bot.backups.manifest import CONFIG
from bot.settings import Settings
from bot.store.database import parse_url

FOLDER: Final = "backups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """database    the SQLite file; None on PostgreSQL
    config      where sharewire.toml is, or would be
    """

    data: Path
    database: Path | None
    config: Path
    bot_id: int = 0

    @property
    def templates(self) -> Path:
        return self.data / "templates"

    @property
    def backups(self) -> Path:
        return self.data / FOLDER

    @property
    def anchor(self) -> Path:
        """The path beside which a restore keeps its journal."""
        return self.database or self.data / "sharewire.db"

    def template_files(self) -> Iterator[tuple[PurePosixPath, Path]]:
        """Edited templates by their path in the folder; links are not followed."""
        for path in sorted(self.templates.rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield PurePosixPath(path.relative_to(self.templates).as_posix()), path


def places_of(settings: Settings) -> Places:
    url = parse_url(settings.database)
    is_sqlite = url.get_backend_name() == "sqlite"
    data = settings.data_dir.absolute()
    return Places(
        data=data,
        database=Path(url.database or "").absolute() if is_sqlite else None,
        config=(configuration.find(settings) or data / CONFIG).absolute(),
        bot_id=settings.bot_id,
    )


def dump_line(address: str) -> str:
    """The command that copies a PostgreSQL database, without the password."""
    return f"pg_dump --format=custom --file=sharewire.dump {_target(address)}"


def load_line(address: str) -> str:
    """The command that puts such a copy back, all or nothing."""
    return f"pg_restore --clean --if-exists --no-owner --single-transaction {_target(address)} sharewire.dump"


def _target(address: str) -> str:
    url = parse_url(address)
    url = url._replace(drivername="postgresql", password=None).difference_update_query(["password", "sslpassword"])
    return f"--dbname='{url.render_as_string(hide_password=True)}'"
