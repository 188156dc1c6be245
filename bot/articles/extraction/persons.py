"""One name a person, out of what a byline or a meta element says of several."""

from __future__ import annotations

import re

from bot.articles.extraction.tree import fold, plain

BY = re.compile(
    r"^\W*(?:(?:written|reported|posted|published|submitted|words|text|story|article|photos?|edited|compiled|"
    r"reviewed|analysis|opinion|review|interview|essay|column|commentary|perspective)\s+by|"
    r"(?:alle\s+artikel|alle\s+beiträge|mehr)\s+von|(?:(?:view\s+)?all\s+)?(?:posts|articles|stories)\s+by|more\s+by|"
    r"by|(?:ein\s+)?(?:artikel|beitrag|text|gastbeitrag|interview)\s+von|(?:veröffentlicht|verfasst|geschrieben|"
    r"gespeichert|erstellt)\s+von|"
    r"von|(?:un\s+article\s+de|propos\s+recueillis\s+par|publié\s+par|écrit\s+par|texte?\s+par)|par|(?:escrito|"
    r"publicado|redactado)\s+por|por|"
    r"(?:scritto|pubblicato)\s+da|di|av|af|door|da|te(?:xte|xt|kst)(?=\s{0,3}[:：])|autor(?:a|en|in)?|auteur|autore|author|автор|текст|"
    r"द्वारा|"
    r"के द्वारा|بقلم|كتب|از|نویسنده|تحریر|oleh|yazar|kirjoittaja|文|記者|记者|著者|作者|작성자)(?:\s*[:：]\s*|\s+)",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:,|;|；|、|\||•|·|／|/|\s&\s|&(?=\s)|\s+(?:and|und|et|og|och|en|ja|y|и|та|ve|dan|और|اور)\s+)\s*|"
    r"\s+[ei]\s+(?=[A-ZÀ-Þ])",
    re.I,
)
_TAIL = re.compile(
    r"\s(?:[-–—|]\s+.{1,80}|\((?:[^()]{1,80})\)|@\S+|(?:published|posted|updated|aktualisiert|veröffentlicht|on|am|vom)\s.*|"
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


_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}(?: [A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ]{2,16}){1,2}")
_NO_NAMES = frozenset(
    "and und och für aus from the von par por text texte texts words story article artikel beitrag photo photos "
    "autor autora autoren autorin auteur autore author yazar tekst oleh door kirjoittaja more mehr view all alle posts "
    "articles stories ein gastbeitrag interview escrito publicado redactado scritto pubblicato publié écrit propos "
    "written reported posted published submitted edited compiled reviewed veröffentlicht verfasst geschrieben "
    "gespeichert erstellt updated aktualisiert vom null none undefined unknown anonymous guest fail dan for".split()
)  # words at which a text has to be looked at more closely
_INVERTED = re.compile(r"(\w[\w'’-]+), (\w[\w'’.-]+)")


def split_names(text: str) -> list[str]:
    """One name a person, out of "By Jane Roe and John Doe, Staff writers"."""
    text = plain(text)[:400]
    if _NAME.fullmatch(text) and _NO_NAMES.isdisjoint(text.lower().split()) and not text.isupper():
        return [text]  # as most are written; what follows would leave it as it is
    if text.startswith(("http://", "https://", "www.")):
        return []
    text = BY.sub("", text, count=1).strip()
    front, bar, back = (part.strip() for part in text.partition("|"))
    if bar and " " in front and not front.isupper() and (" " not in back or back.isupper()):
        text = front  # a paper or a place follows the names
    found: list[str] = []
    inverted = _INVERTED.fullmatch(text)
    if inverted:
        text = f"{inverted[2]} {inverted[1]}"
    for piece in _SPLIT.split(text):
        name = _PLACE.sub(r"\1", _TAIL.sub("", " " + BY.sub("", piece.strip(), count=1))).strip(" .,:;|-–—\"'")
        if not name or _WRONG.search(name) or len(name) > 60 or len(name.split()) > 6:
            continue
        if found and fold(name) in _SUFFIXES:
            found[-1] = f"{found[-1]}, {name}"
            continue
        if ROLE.search(name) and (found or len(name.split()) > 3):
            continue
        found.append(name.title() if name.isupper() and len(name) > 4 and " " in name else name)
    return found
