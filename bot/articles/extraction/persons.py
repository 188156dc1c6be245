"""One name a person, out of what a byline or a meta element says of several."""

from __future__ import annotations

import re

from bot.articles.extraction.tree import fold, plain

BY = re.compile(
    r"^\W*(?:(?:(?:written|reported|posted|published|submitted|words|text|story|article|photos?|edited|compiled|"
    r"reviewed|analysis|opinion|review|interview|essay|column|commentary|perspective|guest\s+(?:post|essay|column)|"
    r"(?:blog\s+)?post)\s+by|"
    r"(?:alle\s+artikel|alle\s+beiträge|mehr)\s+von|(?:(?:view\s+)?all\s+)?(?:posts|articles|stories)\s+by|more\s+by|"
    r"by|(?:ein\s+)?(?:artikel|beitrag|text|gastbeitrag|interview)\s+von|(?:veröffentlicht|verfasst|geschrieben|"
    r"gespeichert|erstellt)\s+von|von\s+unsere[mnr]\s+\w+(?:\s+in\s+\w+)?|"
    r"von|(?:un\s+article\s+de|propos\s+recueillis\s+par|publié\s+par|écrit\s+par|texte?\s+par)|par|(?:escrito|"
    r"publicado|redactado)\s+por|por|"
    r"(?:scritto|pubblicato)\s+da|di|(?:skrevet|skriven)\s+av|skrevet\s+af|av|af|door|da|te(?:xte?|ksti?|xto|sto)(?=\s{0,3}[:：])|"
    r"autor(?:a|en|in|i|s|ius)?|auteur|autore|author|автор|аутор|текст|"
    r"(?:penulis|írta|szerző|egilea|piše|пише|avtor|napsala?|opracowała?|penned|toimittaja|tác\s+giả|συντάκτης|"
    r"mwandishi|müəllif|հեղինակ|ავტორი|लेखक|लेखिका|লেখক|લેખક|به\s+قلم)(?=\s{0,3}[:：])|oprac\.|"
    r"γράφει(?:\s+[οη])?|द्वारा|के\s+द्वारा|بقلم|كتبت?|از|نویسنده|تحریر|מאת|โดย|oleh|yazar|yazan|kirjoittaja|"
    r"文|記者|记者|著者|作者|작성자|글)(?:\s*[:：／/]\s*|\s+[-–—]\s+|\s+))",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:[,;]\s+(?:and|und|et|og|och|en|ja|y|e|и|та|ve|dan|और|اور)\s+|,|;|；|、|\||•|·|／|/|\s\+\s|\s&\s|&(?=\s)|"
    r"\s+(?:and|und|et|og|och|en|ja|y|и|та|ve|dan|और|اور)\s+)\s*|"
    r"\s+[ei]\s+(?=[A-ZÀ-Þ])",
    re.I,
)
_TAIL = re.compile(
    r"\s(?:[-–—|]\s+.{1,80}|\((?:[^()]{1,80})\)|@\S+|(?:published|posted|updated|aktualisiert|veröffentlicht|on|am|vom)\s.*|"
    r"(?:with|mit|avec|con|com|met)\s+(?:agenc\w*|agentur\w*|agências|material|input|files?|wire|dpa|afp|ap|reuters|efe|ansa|"
    r"lusa|anp|tt|ntb|ritzau|apa|sda)\b.*|(?:at|um|à|a\s+las|alle|kl\.?)\s\d.*|et\sal\.?|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d.*|\d{1,2}[.:/]\s?\d.*)$",
    re.I,
)
_PLACE = re.compile(r"(?<=\w\s)(\S+),?\s+(?:for|in|at|aus|of the|from|à|en|für)\s+(?:the\s+)?[A-ZÀ-Þ].{0,60}$")
ROLE = re.compile(
    r"\b(?:staff|editor(?:ial|s)?|correspondent|reporter|writer|contributor|columnist|bureau|desk|team|redaktion|"
    r"rédaction|"
    r"redacción|redazione|redação|redactie|newsroom|agenc(?:y|ies)|news|admin(?:istrator)?|journalist(?:in)?|chef|"
    r"photographer|producer|digital|senior|associate|assistant|professor|lecturer|director|fellow|guest|special to|"
    r"ceo|"
    r"author|columnista|reporterin|korrespondent(?:in)?|politics|business|sports?|health|science|technology|"
    r"magazine|press|"
    r"media|university|freelance|updated|published|min read|minutes?|ago)\b",
    re.I,
)
_WRONG = re.compile(
    r"https?:|www\.|\.com\b|(?<![a-z])\d{3,}|[<>{}=#$%^*]|^\W*$|^(?:null|none|undefined|unknown|n/?a|anonymous|guest|fail)$|"
    r"\?$|!$",
    re.I,
)
_SUFFIXES = frozenset("jr sr ii iii iv phd md dr esq mba ms ma msc ba bsc mph mfa jd do rd rdn rn lcsw cpa".split())
PARTICLES = frozenset(
    "de da do dos das del della di van von der den ten ter la le el al bin ibn ben bint abu ap af av zu zur y e du "
    "des st san o d' mac mc".split()
)  # words of names that are written in small letters
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
_LENT = re.compile(
    r"(?:additional\s+)?(?:editing|edited|photo\w*|fotos?|photos?|images?|bild(?:er)?|illustrat\w*|video|graphics?|grafik|"
    r"reporting|produced|fact.?checked|reviewed|translat\w*|redigering|foto)\s*(?:by\s|von\s|par\s|[:：])",
    re.I,
)  # work on an article by others than its writers
_JOB = re.compile(
    r"^((?:\S+\s){1,2}?\S+)\s+(?:(?:staff|senior|chief|special|guest|contributing|political|politics|business|sports?|health|science|"
    r"technology|tech|culture|economics|education|environment|foreign|home|legal|music|news|royal|security|travel|world|"
    r"bbc|cnn|ap|the|and|of)\s+){0,4}(?:writer|reporter|correspondent|editor|columnist|contributor|journalist|photographer|"
    r"producer)\b.{0,60}$",
    re.I,
)
_REPORTER = r"(?:(?:선임|수석|인턴|전문|객원)\s?)?(?:기자|특파원|논설위원|칼럼니스트)"
SIGNED = re.compile(
    rf"(?:^|.{{0,20}}[\s=\]])([가-힣]{{2,4}})\s?{_REPORTER}(?:\s?=)?$|^([一-龯々ぁ-んァ-ヶー]{{1,5}}\s?[一-龯々ぁ-んァ-ヶー]{{1,5}})\s?(?:記者|记者)$"
)  # a reporter's name with the word for what he is behind it


_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}(?: [A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}){1,2}")
_NO_NAMES = frozenset(
    "and und och für aus from the von par por text texte texts words story article artikel beitrag photo photos "
    "autor autora autoren autorin auteur autore author yazar tekst oleh door kirjoittaja more mehr view all alle posts "
    "articles stories ein gastbeitrag interview escrito publicado redactado scritto pubblicato publié écrit propos "
    "written reported posted published submitted edited compiled reviewed veröffentlicht verfasst geschrieben "
    "gespeichert erstellt updated aktualisiert vom null none undefined unknown anonymous guest fail dan for with mit "
    "avec con com met writer reporter correspondent editor columnist contributor journalist photographer "
    "producer".split()
)  # words at which a text has to be looked at more closely
_OTHERS = frozenset("al others autres otros outros altri andere weitere team agencies agencias agenturen".split())
_INVERTED = re.compile(r"(\w[\w'’-]+), (\w[\w'’.-]+)")


def split_names(text: str) -> list[str]:
    """One name a person, out of "By Jane Roe and John Doe, Staff writers"."""
    text = plain(text)[:400]
    if _NAME.fullmatch(text) and _NO_NAMES.isdisjoint(text.lower().split()) and not text.isupper():
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
    for piece in _SPLIT.split(text):
        _add(found, piece.strip())
    return found


def _bare(text: str) -> str:
    """A byline without the word that begins it, a day before that, and addresses."""
    if "@" in text:
        without = _ADDRESS.sub(" ", text).strip()
        held = without.removeprefix("(").removesuffix(")") if without.startswith("(") else without
        text = held if fold(held) else text
    text = _CHECKED.sub("", _DAY_FIRST.sub("", text))
    return BY.sub("", text, count=1).strip()


def _add(found: list[str], piece: str) -> None:
    """Add the name in a piece of a byline, if there is one."""
    if found and _LENT.match(piece):
        return
    name = _PLACE.sub(r"\1", _TAIL.sub("", " " + BY.sub("", piece, count=1))).strip(" .,:;|-–—\"'")
    if signed := SIGNED.match(name):
        name = signed[1] or signed[2]
    if not name or _WRONG.search(name) or len(name) > 60 or (found and name.lower() in _OTHERS):
        return
    if not found and len(name.split()) > 3 and (job := _JOB.match(name)):
        name = job[1]
    if len(name.split()) > 6:
        return
    if found and fold(name) in _SUFFIXES:
        found[-1] = f"{found[-1]}, {name}"
        return
    if ROLE.search(name) and (found or len(name.split()) > 3):
        return
    if found and _says_where(name, found[-1]):
        return
    found.append(name.title() if name.isupper() and len(name) > 4 and " " in name else name)


def _says_where(words: str, before: str) -> bool:
    """Whether what follows a name says where somebody is, or what for: "à Paris", "inviato a Roma"."""
    first, *others = words.split()
    return bool(others) and first.islower() and first not in PARTICLES and before[0].isupper()
