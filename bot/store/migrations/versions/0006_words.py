"""The archive's own words: how they sound, how they end, how they are written."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NEWEST = 20_000  # read articles of an older archive whose words are taken in; the others' come as they change


def upgrade() -> None:
    lite = op.get_bind().dialect.name == "sqlite"
    plain = "TEXT" if lite else 'TEXT COLLATE "C"'
    op.execute(
        f"CREATE TABLE search_words (word {plain} PRIMARY KEY, shown TEXT, skeleton {plain}, tail {plain})"
        + (" WITHOUT ROWID" if lite else "")
    )
    op.execute("CREATE INDEX search_words_skeleton ON search_words (skeleton) WHERE skeleton IS NOT NULL")
    op.execute("CREATE INDEX search_words_tail ON search_words (tail) WHERE tail IS NOT NULL")
    _take_in()


def _take_in() -> None:
    """As `bot.store.search.vocabulary` does for a new article."""
    from bot.store.search.vocabulary import INSERT, entries

    connection = op.get_bind()
    read = sa.text(
        "SELECT title, standfirst, text, language FROM articles WHERE state = 'ready' AND id < :before "
        "ORDER BY id DESC LIMIT 500"
    )
    last = connection.execute(sa.text("SELECT max(id) FROM articles")).scalar() or 0
    for before in range(last + 1, max(0, last - _NEWEST), -500):
        for title, standfirst, text, language in connection.execute(read, {"before": before}):
            found = entries(re.sub(r"\s+", " ", f"{title or ''} {standfirst or ''} {text or ''}"), language)
            if found:
                connection.execute(sa.text(INSERT), [entry.as_row() for entry in found.values()])
