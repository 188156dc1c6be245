"""Catalog files: what a translator has said so far, from the text of a .po file.

Babel's reader takes ten times as long, and loading its package takes longer still; whoever answers a first message
in a language should not wait for that.  A test holds both readers against each other for every catalog of ours.
The format: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r'(?:(msgid|msgid_plural|msgstr|msgctxt)(?:\[(\d+)\])?[ \t]+)?"((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(r"\\(.)")
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r"}
_RULE: Final = re.compile(r"plural\s*=\s*([^;\n]+)")
_ENGLISH_RULE: Final = "n != 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Finished translations only: neither empty nor marked fuzzy.

    texts        English -> the translation
    plurals      (English for one, for many) -> a form for each class of numbers
    plural_rule  C expression over n that gives the class, as the file's header states it
    """

    texts: Mapping[str, str]
    plurals: Mapping[tuple[str, str], tuple[str, ...]]
    plural_rule: str


def read(source: str) -> Catalog:
    texts: dict[str, str] = {}
    plurals: dict[tuple[str, str], tuple[str, ...]] = {}
    for entry in _entries(source):
        english, many = entry.pop("msgid", ""), entry.pop("msgid_plural", None)
        forms = tuple(said for _, said in sorted(entry.items()))
        if not forms or not all(forms):
            continue
        if many is None:
            texts[english] = forms[0]
        else:
            plurals[english, many] = forms
    rule = _RULE.search(texts.pop("", ""))
    return Catalog(texts=texts, plurals=plurals, plural_rule=rule[1].strip() if rule else _ENGLISH_RULE)


def _entries(source: str) -> Iterator[dict[str, str]]:
    """One mapping for each entry that counts: "msgid", perhaps "msgid_plural", and "msgstr0", "msgstr1", …"""
    for block in re.split(r"\n[ \t]*\n", source.replace("\r\n", "\n")):
        entry: dict[str, str] = {}
        name = ""
        for line in block.split("\n"):
            if line.startswith("#,") and "fuzzy" in line:
                break
            found = _LINE.match(line)
            if found is None:  # a comment
                continue
            if found[1]:
                name = f"msgstr{found[2] or 0}" if found[1] == "msgstr" else found[1]
            entry[name] = entry.get(name, "") + _ESCAPE.sub(lambda mark: _PLAIN.get(mark[1], mark[1]), found[3])
        else:
            if entry:
                yield entry
