"""One name a person, out of what a byline or a meta element says of several."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from bot.articles.extraction.tree import fold, plain
from bot.articles.extraction.wordlists import table, whole

_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я])"
_BEHIND_BY = r"(?:\s*[:：／/｜＝]\s*|\s+[-–—]\s+|\s+)"


@cache
def _by() -> tuple[frozenset[str], re.Pattern[str]]:
    """The words that bylines begin with, and the pattern of such a beginning."""
    before = table("bylines")["before"]
    opening = rf"\W*(?:{whole(before['words'])}{_BEHIND_BY}|{whole(before['colon'])}\s{{0,3}}[:：／｜＝]\s*)"
    firsts = frozenset(_first_word(word) for word in before["words"] + before["colon"])
    return firsts, re.compile(opening, re.I)


_FIRST_WORD = re.compile(r"\W*(\w+)")


def _first_word(text: str) -> str:
    match = _FIRST_WORD.match(text)
    return match[1].lower() if match else ""


def length_of_by(text: str) -> int:
    """How many characters begin a byline ("By", "Written by: ", "Von unserem Korrespondenten"); 0 where none do."""
    firsts, opening = _by()
    match = opening.match(text) if _first_word(text) in firsts else None
    return match.end() if match else 0


def without_by(text: str) -> str:
    return text[length_of_by(text) :]


@cache
def _split() -> re.Pattern[str]:
    between = table("bylines")["between"]
    both = whole(between["words"])
    return re.compile(
        rf"\s*(?:[,;]\s+{both}\s+|,|;|；|、|\||•|·|／|/|\s\+\s|\s&\s|&(?=\s)|\s+{both}\s+|"
        rf"\s+{whole(between['before_names'])}\s+(?={_CAPITAL}\S*\s+\S))\s*|\s+[ei]\s+(?={_CAPITAL})",
        re.I,
    )


@cache
def _tail() -> re.Pattern[str]:
    behind = table("bylines")["behind"]
    return re.compile(
        rf"\s(?:[-–—|]\s+.{{1,80}}|\([^()]{{1,80}}\)|@\S+|{whole(behind['dated'])}\s.*|"
        rf"{whole(behind['with'])}\s+{whole(behind['agencies'])}\b.*|{whole(behind['at'])}\s\d.*|et\sal\.?|"
        rf"{whole(behind['life'])}\s.*|{whole(behind['ends'])}|"
        r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d.*|\d{1,2}[.:/]\s?\d.*)$",
        re.I,
    )


@cache
def _place() -> re.Pattern[str]:
    """Where somebody is or for whom: "Jane Roe in Berlin"."""
    return re.compile(
        rf"(?<=\w\s)(\S+),?\s+{whole(table('bylines')['behind']['place'])}\s+(?:the\s+)?[A-ZÀ-ÞА-Я].{{0,60}}$"
    )


@cache
def role() -> re.Pattern[str]:
    """Words for somebody's work, which no name holds."""
    return re.compile(rf"\b{whole(table('bylines')['work']['roles'])}\b", re.I)


@cache
def never_in_names() -> re.Pattern[str]:
    words = table("bylines")["names"]["never"]
    return re.compile(rf"[()\[\]„“\"»«]|(?:^|\s){whole(words)}(?:\s|$)|:", re.I)


@cache
def particles() -> frozenset[str]:
    """Words of names that are written in small letters."""
    return frozenset(table("bylines")["names"]["particles"])


_WRONG = re.compile(
    r"https?:|www\.|\.com\b|(?<![a-z])\d{3,}|[<>{}=#$%^*]|^\W*$|^(?:null|none|undefined|unknown|n/?a|anonymous|guest|fail)$|"
    r"\?$|!$",
    re.I,
)
# What stands around names in some scripts and on cards of writers, and is none of them.
_ADDRESS = re.compile(r"<?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+>?")
_DAY_FIRST = re.compile(
    r"^\W*(?:[^\W\d]{3,9}\.? \d{1,2}, \d{4}|\d{1,2}\.? [^\W\d]{3,9}\.? \d{4}|\d{4}-\d\d-\d\d)\W+"
    r"(?=(?:by|von|par|por)\s)",
    re.I,
)
_CHECKED = re.compile(
    r"^\W*(?:\w+\s+)?(?:reviewed|checked)\s+by\s+[^—–|•·]{3,60}[—–|•·]\s*(?=(?:written\s+)?by\s)", re.I
)


@cache
def _lent() -> re.Pattern[str]:
    """Work on an article by others than its writers."""
    return re.compile(
        rf"{whole(table('bylines')['before']['lent'])}\s*(?:(?:by|von|par|av|por)?\s*[:：]|(?:by|von|par|av|por)\s)",
        re.I,
    )


@cache
def _job() -> re.Pattern[str]:
    work = table("bylines")["work"]
    return re.compile(
        rf"^((?:\S+\s){{1,2}}?\S+)\s+(?:{whole(work['fields'])}\s+){{0,4}}{whole(work['jobs'])}\b.{{0,60}}$", re.I
    )


_REPORTER = r"(?:(?:선임|수석|인턴|전문|객원)\s?)?(?:기자|특파원|논설위원|칼럼니스트)"
SIGNED = re.compile(
    rf"(?:^|.{{0,20}}[\s=\]])([가-힣]{{2,4}})\s?{_REPORTER}(?:\s?=)?$|^([一-龯々ぁ-んァ-ヶー]{{1,5}}\s?[一-龯々ぁ-んァ-ヶー]{{1,5}})\s?(?:記者|记者)$"
)  # a reporter's name with the word for what he is behind it


_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}(?: [A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}){1,2}")


@cache
def _telling() -> frozenset[str]:
    """Words at which a text has to be looked at more closely."""
    lists = table("bylines")
    phrases = chain.from_iterable(
        words for part in ("before", "between", "behind", "work") for words in lists[part].values()
    )
    return frozenset(word for phrase in phrases for word in phrase.lower().split() if word != "*")


_INVERTED = re.compile(r"(\w[\w'’-]+), (\w[\w'’.-]+)")


def split_names(text: str) -> list[str]:
    """One name a person, out of "By Jane Roe and John Doe, Staff writers"."""
    text = plain(text)[:400]
    if _NAME.fullmatch(text) and _telling().isdisjoint(text.lower().split()) and not text.isupper():
        return [text]  # as most are written; what follows would leave it as it is
    if text.startswith(("http://", "https://", "www.")):
        return []
    text = _bare(text)
    front, bar, back = (part.strip() for part in text.partition("|"))
    if bar and " " in front and not front.isupper() and (" " not in back or back.isupper()):
        text = front  # a paper or a place follows the names
    found: list[str] = []
    inverted = _INVERTED.fullmatch(text)
    if inverted:
        text = f"{inverted[2]} {inverted[1]}"
    for piece in _split().split(text):
        _add(found, piece.strip())
    return found


def _bare(text: str) -> str:
    """A byline without the word that begins it, a day before that, and addresses."""
    if "@" in text:
        without = _ADDRESS.sub(" ", text).strip()
        held = without.removeprefix("(").removesuffix(")") if without.startswith("(") else without
        text = held if fold(held) else text
    text = _CHECKED.sub("", _DAY_FIRST.sub("", text))
    return without_by(text).strip()


_CALLED = re.compile(  # "本報記者王小明", "記者王小明台北5日電"
    r"^\W*[一-龯]{0,6}?(?:記者|记者|通讯员|通訊員)\s?(?!会|會)([一-龯]{2,4})(?:[一-龯]{2,3}\d{1,2}日[電电讯訊])?\W*$"
)
_SENT = re.compile(r"(?:報導|报道|報道|综合|綜合|日[電电讯訊]|摄|攝)$")  # where a report comes from, behind a name


def _add(found: list[str], piece: str) -> None:
    """Add the name in a piece of a byline, if there is one."""
    if found and (_lent().match(piece) or _SENT.search(piece)):
        return
    name = _place().sub(r"\1", _tail().sub("", " " + without_by(piece))).strip(" .,:;|-–—\"'")
    if signed := SIGNED.match(name):
        name = signed[1] or signed[2]
    elif called := _CALLED.match(name):
        name = called[1]
    if (
        not name
        or _WRONG.search(name)
        or len(name) > 60
        or (found and name.lower() in table("bylines")["behind"]["others"])
    ):
        return
    if not found and len(name.split()) > 3 and (job := _job().match(name)):
        name = job[1]
    if len(name.split()) > 6:
        return
    if found and fold(name) in table("bylines")["names"]["suffixes"]:
        found[-1] = f"{found[-1]}, {name}"
        return
    if role().search(name) and (found or len(name.split()) > 3):
        return
    if found and _says_where(name, found[-1]):
        return
    found.append(name.title() if name.isupper() and len(name) > 4 and " " in name else name)


def _says_where(words: str, before: str) -> bool:
    """Whether what follows a name says where somebody is, or what for: "à Paris", "inviato a Roma"."""
    first, *others = words.split()
    return bool(others) and first.islower() and first not in particles() and before[0].isupper()
