"""Extraction: every marked English text of the program into a template for translators, and from there into each
language's catalog, whose translations stay.  The files carry no dates, so that the same texts make the same files.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

from bot.wording.catalogs import DOMAIN, LOCALES, path_of

ROOT: Final = Path(__file__).parent.parent.parent
MARKS: Final[Mapping[str, tuple[int, ...]]] = {"N_": (1,), "plural_": (1, 2), "phrase": (1,), "counted": (1, 2)}
_PLURALS: Final = {  # as CLDR has them, where Babel's table for gettext is older
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "bn": "nplurals=2; plural=(n > 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "hi": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "tr": "nplurals=2; plural=(n != 1);",
}
UNREVIEWED: Final = frozenset({"hi", "ur", "bn"})
_IN_TEMPLATE: Final = re.compile(r"\b(_n?)\((?P<quote>['\"])(.+?)(?P=quote)(?:, (?P<two>['\"])(.+?)(?P=two))?[,)]")
_NOISE: Final = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|[\w-]+: [\w ]*<?(?:EMAIL@ADDRESS|LL@li\.org)).*\n',
    re.MULTILINE,
)

Text = tuple[str, ...]
"""One English text, or two: for one and for many."""


def marked_texts(root: Path = ROOT) -> Iterator[tuple[Text, str]]:
    """Every marked text with the file it stands in, in the order of files and lines."""
    for path in sorted((root / "bot").rglob("*.py")):
        source = path.read_bytes()
        if not any(f"{mark}(".encode() in source for mark in MARKS):
            continue
        with io.BytesIO(source) as file:
            for _, mark, texts, _ in extract_python(file, MARKS, [], {}):
                assert isinstance(mark, str)
                given: Sequence[object] = texts if isinstance(texts, list | tuple) else (texts,)
                found = tuple(text for text in given if isinstance(text, str))
                if len(found) == len(MARKS[mark]):  # the definitions of the marks have no texts
                    yield found, path.relative_to(root).as_posix()
    for path in sorted((root / "templates").rglob("*.j2")):
        for match in _IN_TEMPLATE.finditer(path.read_text(encoding="utf8")):
            yield (match[3], match[5]) if match[1] == "_n" else (match[3],), path.relative_to(root).as_posix()


def template(root: Path = ROOT) -> Catalog:
    catalog = _empty(None)
    catalog.header_comment = "# Words of Sharewire; see docs/translating.md"
    for texts, place in marked_texts(root):
        catalog.add(texts if len(texts) > 1 else texts[0], locations=[(place, None)])  # type: ignore[list-item]
    return catalog


def updated(tag: str, english: Catalog, path: Path) -> Catalog:
    """A language's catalog with exactly the texts of today.  A text that has changed is a new one."""
    locale = Locale.parse(tag.replace("-", "_"))
    catalog = _empty(locale)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale, domain=DOMAIN)
    if tag in _PLURALS:
        catalog.mime_headers = [("Plural-Forms", _PLURALS[tag])]
    catalog.update(english, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = header(tag, locale)
    return catalog


def _empty(locale: Locale | None) -> Catalog:
    return Catalog(locale=locale, domain=DOMAIN, project="Sharewire", version="1", charset="utf-8", fuzzy=False)


def header(tag: str, locale: Locale) -> str:
    review = f"# {locale.english_name}: needs native review\n" if tag in UNREVIEWED else ""
    return f"# {locale.english_name} ({locale.display_name}) words of Sharewire; see docs/translating.md\n{review}#"


def written(catalog: Catalog) -> bytes:
    """The file: sorted as the program's files are, without dates and line numbers, nothing wrapped."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, include_lineno=False, include_previous=False, ignore_obsolete=True)
    return _NOISE.sub(b"", out.getvalue())


def update(tags: tuple[str, ...], root: Path = ROOT, locales: Path = LOCALES) -> list[str]:
    """Write the template and the catalogs; one line for each language that lacks translations."""
    english = template(root)
    locales.mkdir(exist_ok=True)
    (locales / f"{DOMAIN}.pot").write_bytes(written(english))
    lacking = []
    for tag in tags:
        path = path_of(tag, locales)
        catalog = updated(tag, english, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalog))
        open_ones = sum(not is_translated(message) for message in catalog if message.id)
        if open_ones:
            lacking.append(f"{tag}: {open_ones} of {len(english)} to translate")
    return lacking


def is_translated(message: Message) -> bool:
    said = message.string or ""
    return all((said,) if isinstance(said, str) else said) and not message.fuzzy
