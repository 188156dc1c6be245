"""Extraction: marked texts of a program into catalogs, again and again, without losing a translation."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.wording import extraction, pofile
from bot.wording.catalogs import path_of

SOURCE = """
from bot.wording import N_, plural_

OPEN = N_("Open")
LONG = N_(
    "First line\\n"
    "second {field}"
)
CATS = plural_("{count} cat", "{count} cats")
named = N_(name)
other("Not marked")
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "bot" / "words.py").write_text(SOURCE, encoding="utf8")
    (tmp_path / "bot" / "plain.py").write_text("x = 1\n", encoding="utf8")
    (tmp_path / "templates" / "post.html.j2").write_text(
        """{{ _('Open') }} {{ _("It's {a}", a=b) }} {{ _n('{count} dog', '{count} dogs', n) }}""", encoding="utf8"
    )
    return tmp_path


def test_marked_texts_of_modules_and_templates_are_found(program: Path) -> None:
    assert list(extraction.marked_texts(program)) == [
        (("Open",), "bot/words.py"),
        (("First line\nsecond {field}",), "bot/words.py"),
        (("{count} cat", "{count} cats"), "bot/words.py"),
        (("Open",), "templates/post.html.j2"),
        (("It's {a}",), "templates/post.html.j2"),
        (("{count} dog", "{count} dogs"), "templates/post.html.j2"),
    ]


def test_an_update_keeps_translations_drops_what_is_gone_and_tells_what_is_open(program: Path) -> None:
    locales = program / "locales"
    assert extraction.update(("ru", "hi"), program, locales) == ["ru: 5 of 5 to translate", "hi: 5 of 5 to translate"]
    path = path_of("ru", locales)
    said = path.read_text(encoding="utf8").replace('msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "Открыть"')
    path.write_text(said, encoding="utf8")
    words = program / "bot" / "words.py"
    words.write_text(SOURCE.replace("second {field}", "another {field}"), encoding="utf8")
    assert extraction.update(("ru",), program, locales) == ["ru: 4 of 5 to translate"]
    text = path.read_text(encoding="utf8")
    assert pofile.read(text).texts == {"Open": "Открыть"}
    assert "second" not in text and "another {field}" in text
    assert "fuzzy" not in text and "Date" not in text
    before = path.read_bytes()
    extraction.update(("ru",), program, locales)
    assert path.read_bytes() == before, "the same texts make the same file"


def test_each_language_has_its_plural_rule_and_review(program: Path) -> None:
    locales = program / "locales"
    extraction.update(("ar", "bn", "tr", "id", "zh-Hans"), program, locales)
    texts = {tag: path_of(tag, locales).read_text(encoding="utf8") for tag in ("ar", "bn", "tr", "id", "zh-Hans")}
    counts = {tag: text.split("nplurals=")[1][0] for tag, text in texts.items()}
    assert counts == {"ar": "6", "bn": "2", "tr": "2", "id": "1", "zh-Hans": "1"}
    assert [tag for tag, text in texts.items() if "needs native review" in text] == ["bn"]
