"""Versions: an article's other languages as one line, each by the name that its readers use ("English · हिन्दी · اردو").

Names after CLDR's own-language names (https://cldr.unicode.org, common/main)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from bot import language as languages
from bot.model import Article
from bot.posts import links

MOST = 8
_ENDONYMS = MappingProxyType(
    dict(
        pair.split("=")
        for pair in (
            "af=Afrikaans|am=አማርኛ|ar=العربية|as=অসমীয়া|az=azərbaycan|be=беларуская|bg=български|bn=বাংলা|bs=bosanski|"
            "ca=català|ckb=کوردیی ناوەندی|cs=čeština|cy=Cymraeg|da=dansk|de=Deutsch|el=Ελληνικά|en=English|"
            "es=español|et=eesti|eu=euskara|fa=فارسی|fi=suomi|fil=Filipino|fr=français|ga=Gaeilge|gl=galego|gu=ગુજરાતી|"
            "ha=Hausa|he=עברית|hi=हिन्दी|hr=hrvatski|hu=magyar|hy=հայերեն|id=Indonesia|ig=Igbo|is=íslenska|it=italiano|"
            "ja=日本語|ka=ქართული|kk=қазақ тілі|km=ខ្មែរ|kn=ಕನ್ನಡ|ko=한국어|ku=kurdî|ky=кыргызча|lo=ລາວ|lt=lietuvių|"
            "lv=latviešu|mk=македонски|ml=മലയാളം|mn=монгол|mr=मराठी|ms=Melayu|mt=Malti|my=မြန်မာ|nb=norsk|ne=नेपाली|"
            "nl=Nederlands|nn=nynorsk|no=norsk|om=Oromoo|or=ଓଡ଼ିଆ|pa=ਪੰਜਾਬੀ|pl=polski|ps=پښتو|pt=português|ro=română|"
            "ru=русский|rw=Ikinyarwanda|sd=سنڌي|si=සිංහල|sk=slovenčina|sl=slovenščina|so=Soomaali|sq=shqip|sr=српски|"
            "sv=svenska|sw=Kiswahili|ta=தமிழ்|te=తెలుగు|tg=тоҷикӣ|th=ไทย|ti=ትግርኛ|tk=türkmen dili|tr=Türkçe|ug=ئۇيغۇرچە|"
            "uk=українська|ur=اردو|uz=o‘zbek|vi=Tiếng Việt|xh=isiXhosa|yi=ייִדיש|yo=Èdè Yorùbá|zh=中文|zu=isiZulu"
        ).split("|")
    )
)


def name_of(language: str) -> str:
    """A language by its own name; its tag where we have no name for it."""
    return _ENDONYMS.get(languages.primary(language) or "", language)


def versions_of(article: Article) -> tuple[dict[str, Any], ...]:
    """`{language, name, link}` of each language once, in the publisher's order; the article's own has no link.

    Empty unless there is one in another language."""
    own = languages.primary(article.language) if article.language else None
    found: dict[str, dict[str, Any]] = {}
    for alternate in article.alternates:
        language = languages.primary(alternate.language)
        link = links.acceptable(alternate.url)
        if language and link and language not in found:
            found[language] = {"language": language, "name": name_of(language), "link": link}
    if own in found:
        found[own]["link"] = None
    elif own and found:
        found = {own: {"language": own, "name": name_of(own), "link": None}} | found
    chosen = tuple(found.values())[:MOST]
    return chosen if any(version["link"] for version in chosen) else ()
