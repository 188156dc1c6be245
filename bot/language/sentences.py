"""Where sentences end, in the scripts that news is written in.

Terminators follow Unicode's Sentence_Terminal property (UAX 29); abbreviations, initials, ordinals and quotations are
what the annex leaves to the language.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language.stopwords import WORDS

_CLOSERS = "\"'”’»›)\\]）】」』》〉］｝"
_END = re.compile(rf"(?:[.!?…。！？｡．۔؟।॥։።፧။៕៖︒]|[.!?]\s(?=[”»)])){{1}}\s*[{_CLOSERS}]*$")
# A terminator (or several) with what closes behind it; ASCII and Arabic question marks need room behind them.
_STOP = re.compile(
    rf"(?:[.!?…؟]+\s?[”»]?[{_CLOSERS}]*(?=\s|$)|(?<!\d)[۔]+\s?[{_CLOSERS}]*(?!\d)|[।॥։።፧။៕]+[{_CLOSERS}]*|[。！？｡]+[{_CLOSERS}]*)"
)
_ABBREVIATIONS = frozenset(
    # titles, ranks, forms of address
    "mr mrs ms mx messrs dr drs prof rev fr sr sra srta sto sta jr st ste mt ft gen gov sen rep lt col capt "
    "cpt cmdr adm sgt cpl pvt maj hon pres supt insp det sec amb dep asst atty mme mlle mm mgr hr frl dipl ing "
    "mag d.h sig sigg dott avv on "
    # things
    "no nos nr nº num vol vols ed eds pp p fig figs art arts ch sect al etc vs v cf ca approx est dept univ "
    "assn bros inc ltd co corp llc plc ave blvd rd hwy sq apt bldg ext tel fax i.e e.g viz a.k.a op cit ibid "
    "bzw usw vgl evtl ggf inkl exkl zzgl sog str jh jhd mio mrd tsd z.b u.a d.h o.ä u.ä s.o abb abs bd hl geb "
    "gest env av apr av.j.-c núm pág págs ud uds vd vds aprox dra dres exmo excmo г гг им ул пр д стр тыс млн "
    "млрд руб коп т.е т.д т.п т.к и.о св см ср др проф акад обл р-н н.э tj tzv např mj resp atd ul np tzn m.in "
    "prof inż mgr św dr hab red jan feb mar jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun tl dk "
    "sn yy doç vb डॉ प्रो श्री पं ڈاکٹر ".split()
)
# Abbreviations after which a sentence may well end: a capitalised starter decides.
_MAY_END = frozenset(
    "etc inc ltd co corp jr sr usw u.a atd itd m.p p.m a.m u.s u.k u.n e.u d.c b.c a.d г гг др т.д т.п руб коп".split()
)
_INITIALS = re.compile(r"(?:^|[\s(«\"“'’\-.])(?:[^\W\d_]\.)*[^\W\d_]\.$")
_DOTTED = re.compile(r"(?:^|[\s(\"“'])((?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2})\.$")
_LAST_WORD = re.compile(r"[^\s(\[\"“«„‚‘'/–—-]+$")
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}\.$")
_ORDINAL_LANGUAGES = frozenset("de fi no nb nn da is et lv cs sk sl hr sr bs hu pl tr eu".split())
_NEXT_WORD = re.compile(r"[\"“”«»„‚‘’'(\[—–-]*([^\W\d_]+(?:['’][^\W\d_]+)?)")
_HEAD = re.compile(r"[\"“”«„‚‘'(\[¿¡—–\-\s]*")
# After a quotation's own end the sentence goes on: "…"と述べた, “……。”他说。
_GOES_ON = re.compile(r"(?:と|って|など|という|との|とし|を|に|は|が|も|の)")
_CJK_SAID = re.compile(r"[^。！？\n]{0,12}(?:说|說|表示|称|稱|道|指出|认为|認為|写道|強調|强调)")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does: a terminator of any script, closing quotes and brackets allowed."""
    return _END.search(text.rstrip()) is not None


def sentences(text: str, language: str | None = None) -> tuple[str, ...]:
    """A text's sentences in order, each trimmed, inner white space made single spaces, no character of a word lost.

    A blank line always ends one; a single line break ends one unless the next line plainly goes on with it."""
    found: list[str] = []
    for block in _blocks(text):
        found.extend(_split(block, (language or "").casefold().split("-")[0]))
    return tuple(found)


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    for paragraph in re.split(r"\n\s*\n|[\u2029\x0b\x0c]", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [re.sub(r"\s+", " ", line).strip() for line in re.split(r"[\n\u2028]", paragraph)]
        joined: list[str] = []
        for line in filter(None, lines):
            if joined and _wraps(joined[-1], line):
                joined[-1] += " " + line
            else:
                joined.append(line)
        blocks.extend(joined)
    return blocks


def _wraps(before: str, line: str) -> bool:
    """A line break inside a sentence: no end before it, and a small letter or a digit after a full line."""
    if ends_sentence(before) or before.endswith(":"):
        return False
    return line[0].islower() and (before.endswith(",") or len(before) >= 40)


def _split(block: str, language: str) -> list[str]:
    found: list[str] = []
    start = 0
    caseless = not any(c.isupper() for c in block)
    for stop in _STOP.finditer(block):
        end = stop.end()
        if end < len(block) and not _ends_here(block, start, stop, language, caseless):
            continue
        sentence = block[start:end].strip()
        if sentence:
            found.append(sentence)
        start = end
    rest = block[start:].strip()
    if rest:
        found.append(rest)
    return _mend(found)


def _ends_here(block: str, start: int, stop: re.Match[str], language: str, caseless: bool) -> bool:
    mark = stop[0].strip()
    rest = block[stop.end() :].lstrip()
    if mark[0] in "。！？｡":
        return not _inside_quotation(block, start, stop.end()) and not (
            mark[-1] in "」』”’" and (_GOES_ON.match(rest) or _CJK_SAID.match(rest))
        )
    following = rest[_HEAD.match(rest).end() :][:1]  # type: ignore[union-attr]
    if not following:
        return True
    if mark[0] == "." and rest[0] in "–—-" and _is_dateline(block[start : stop.start()]):
        return False
    if mark[0] == ".":
        return _full_stop(
            block[max(0, stop.start() - 80) : stop.start() + 1], mark, rest, following, language, caseless
        )
    if mark[0] in "!?…":
        return caseless or not following.islower()
    return True


def _is_dateline(text: str) -> bool:
    """Whether a text is a place in capitals with its state, which a dash parts from the story: `WEST BAY, Fla. – …`"""
    return len(text) <= 40 and any(word.isalpha() and len(word) > 2 and word.isupper() for word in text.split())


def _full_stop(before: str, mark: str, rest: str, following: str, language: str, caseless: bool) -> bool:
    if following.islower() and not caseless:
        return False
    if mark.startswith(".."):
        return True
    if following in ",;:":
        return False
    last = _LAST_WORD.search(before[:-1])
    word = last[0].casefold().rstrip(".") if last else ""
    starter = _starts(rest, language)
    dotted = _DOTTED.search(before)
    if dotted or word in _MAY_END:
        return starter and not (caseless and dotted is None and word not in _MAY_END)
    if word in _ABBREVIATIONS and (len(word) > 1 or caseless or language in ("ru", "uk", "bg", "be")):
        return (
            word in ("no", "co", "on", "art", "st", "al", "sat", "sun", "mar", "fig")
            and starter
            and not following.isdigit()
        )
    if _INITIALS.search(before) and len(word) == 1 and word.isalpha():
        return starter and not caseless
    if _ORDINAL.search(before) and language in _ORDINAL_LANGUAGES:
        return starter
    return True


def _starts(rest: str, language: str) -> bool:
    """Whether the next word is a function word with a capital: it opens a sentence, and is no name."""
    match = _NEXT_WORD.match(rest)
    return match is not None and re.split("['’]", match[1].casefold())[0] in _starters(language)


@lru_cache(maxsize=64)
def _starters(language: str) -> frozenset[str]:
    words = WORDS.get(language) or WORDS["en"]
    return frozenset(word for word in words.split() if len(word) > 1) - {
        "van",
        "von",
        "de",
        "del",
        "der",
        "den",
        "la",
        "le",
        "da",
        "di",
    }


def _inside_quotation(block: str, start: int, end: int) -> bool:
    """An open 「 or “ whose partner is near: a terminator inside belongs to the quotation."""
    part = block[start:end]
    for opening, closing in ("「」", "『』", "“”", "（）"):
        if part.count(opening) > part.count(closing):
            close = block.find(closing, end)
            return 0 <= close - end <= 200
    return False


def _mend(found: list[str]) -> list[str]:
    """Pieces that are no sentence of their own (a lone quote or bracket, a number) go back to the one before."""
    mended: list[str] = []
    for sentence in found:
        if mended and not any(c.isalnum() for c in sentence):
            mended[-1] += sentence if _UNSPACED.search(mended[-1][-2:]) or sentence[0] in "”’»)" else " " + sentence
        else:
            mended.append(sentence)
    return mended
