"""The archive's index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL, both over words that the program folded."""

from alembic import op

revision = "0002"
down_revision = "0001"

# Words come folded and stemmed, so the tokenizer only splits at what is neither letter, digit nor a mark of one;
# without Mn and Mc it would shatter Indic words at their vowel signs.
_FTS5 = """CREATE VIRTUAL TABLE search_texts USING fts5(
    title, body, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'")"""
_POSTGRES = (
    """CREATE TABLE search_texts (
        rowid BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        title TEXT NOT NULL, body TEXT NOT NULL, tokens TSVECTOR NOT NULL)""",
    "CREATE INDEX search_texts_tokens ON search_texts USING gin (tokens) WITH (fastupdate = off)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FTS5)
        op.execute(
            "CREATE TRIGGER search_follows_articles AFTER DELETE ON articles BEGIN "
            "DELETE FROM search_texts WHERE rowid = old.id; END"
        )
        return
    for statement in _POSTGRES:
        op.execute(statement)
