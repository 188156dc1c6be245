"""Light stemming on folded words, so that a word is found in its other forms.

English is Porter's algorithm; the others are light stemmers in the manner of J. Savoy: strip
plural, case, gender and article, leave derivation alone.  The tables hold folded forms.
"""

from __future__ import annotations

from functools import lru_cache

from bot.language.detection import primary
from bot.language.folding import fold
from bot.language.porter import porter

# Language → (prefixes, suffixes, letters that must stay).  The longest fitting ending goes, once.
_TABLES: dict[str, tuple[str, str, int]] = {
    "de": ("", "ern em en er es e n s", 4),
    "nl": ("", "eren en er es e s", 4),
    "fr": (
        "",
        "issement issements ements ement ations ation euses euse eurs eur ives ive ifs if ites ite elles elle "
        "iques ique aux eaux ees ee es e er ez ent s x",
        4,
    ),
    "es": (
        "",
        "aciones acion idades idad amente mente adores adora ador istas ista icos icas ico ica es os as o a e",
        4,
    ),
    "pt": (
        "",
        "acoes acao oes ao idades idade amente mente adores adora ador istas ista icos icas ico ica es os as s o a e",
        4,
    ),
    "it": ("", "azioni azione ita amente mente atori atore isti ista ici iche ico ica i e o a", 4),
    "ca": ("", "acions acio itats itat ament es os as s a e", 4),
    "ro": ("", "urilor elor ilor ului urile ele ile ul ea ei lor le ii i a e u", 4),
    "sv": (
        "",
        "arnas ernas ornas arna erna orna andet heten heter arne aren ades erns are ade ast ar er or en et an s a e",
        4,
    ),
    "no": (
        "",
        "hetene hetens heten heter endes ande ende enes erte ene ane ets ens ers et en er ar es as s a e",
        4,
    ),
    "da": ("", "erendes erende hedens heden heder erens erne eres ernes ene ens ets ere en er es et e s", 4),
    "fi": ("", "issa issä ista istä illa illä ilta iltä ille ksi ssa sta lla lta lle na nä n t a", 4),
    "pl": ("", "ach ami iem ego emu ych ymi ich imi owi ow om em ej ie ia ii iu y i a e o u", 4),
    "cs": ("", "ach ech ich ami emi imi ovi ove ou em um am ho mu mi ych ym y i a e o u", 4),
    "sk": ("", "ach ech ich ami ovi ove ou om em am ho mu mi ych ym y i a e o u", 4),
    "hu": (
        "",
        "okban ekben oknak eknek ban ben bol rol nak nek val vel hoz hez okat eket ok ek ak at et ot on en ra re t k",
        4,
    ),
    "hr": ("", "ovima evima ama ima oga ega ome omu ih im om em og eg oj ju e i a o u", 4),
    "sl": ("", "ega emu ama ami ov ev ih im om em oj e i a o u", 4),
    "tr": (
        "",
        "larindan lerinden larinda lerinde larinin lerinin larini lerini larina lerine lardan lerden larda "
        "lerde larin lerin lari leri lara lere lar ler inin nin nun dan den tan ten da de ta te si su yi yu "
        "ya ye in un im um i u a e",
        4,
    ),
    "id": ("meng mem men me peng pem pen pe ber ter di se ke", "kannya annya nya kan an i lah kah", 4),
    "ms": ("meng mem men me peng pem pen pe ber ter di se ke", "kannya annya nya kan an i lah kah", 4),
    "el": ("", "ους ων ος ου ον οι ες ης ας εις η α ο ι ε", 4),
    "ru": (
        "",
        "иями ями ами иях ях ах иеи еи ого его ому ему ыми ими ых их ую юю ая яя ое ее ые ие ыи ии ои ым им "
        "ом ем ам ям ия ию ов ев ью а я о е ы и у ю ь",
        3,
    ),
    "uk": (
        "",
        "ями ами ях ах ого ьому ому ими их ую юю ая яя ои ии ім им ом ем ам ям ів ев ью а я о е и і у ю ь",
        3,
    ),
    "be": (
        "",
        "ямі амі ях ах ага яга аму яму ымі імі ых іх ую юю ая яя ае яе ыя ія ым ім ом ем ам ям оу еу а я о е ы і у ю ь",
        3,
    ),
    "bg": ("", "ията ието иите ата ята ото ето ите ът ят та то те ове ия ии и а я о е у", 3),
    "sr": ("", "овима евима ама има ога ега ома их им ом ем ои е и а о у", 3),
    "mk": ("", "ата ото ето ите от та то те ови и а о е", 3),
    "ar": ("وال بال كال فال لل ال و", "اتها هما كما ات ان ون ين هم هن ها نا كم يه ته تي ه ي", 3),
    "fa": ("", "هايشان هاي ها ترين تر يان ان يي اش ات ي", 3),
    "ur": ("", "يوں ياں وں اں ون ين يان ان ات ي ا ه و", 3),
    "ps": ("", "ونو ونه انو ان و ه ي", 3),
    "hi": ("", "ियों ियां ाओं ाएं ुओं ुएं ों ें ीं ां िया ो े ी ि ा ु ू", 2),
    "ne": ("", "हरूको हरूले हरूलाई हरू को का की ले लाई मा बाट सँग ो े ी ि ा", 2),
    "mr": ("", "ांच्या ांनी ांना ांचा ांची ाच्या ाला ाने ामध्ये ात ांत ने ला चा ची चे च्या ो े ी ि ा", 2),
    "bn": ("", "গুলোর গুলো গুলি দের রা ের তে কে টি টা র ে ী ি া", 2),
    "pa": ("", "ੀਆਂ ਿਆਂ ਾਂ ਆਂ ੇ ੀ ਿ ਾ", 2),
    "gu": ("", "ઓમાં ઓની ઓના ઓ માં ની નું ના નો ને થી ો ે ી ા", 2),
    "ta": ("", "களுக்கு களின் களில் களை கள் க்கு ில் ின் ால் ை ு", 3),
    "te": ("", "లలో లను లకు లో ను కు లు ు ి", 3),
    "he": ("ה ו ב ל מ ש כ", "ים ות ית", 3),
    "sw": ("", "ni", 5),
}
STEMMED = ("en", *_TABLES)
"""The languages that have a stemmer."""


@lru_cache(maxsize=200_000)
def stem(word: str, language: str | None) -> str:
    """The stem of one word (folded here if it was not); the folded word itself in a language without a table."""
    word = fold(word)
    code = primary(language)
    if code in ("nb", "nn"):
        code = "no"
    if code == "en":
        return porter(word)
    table = _table(code or "")
    if table is None or (word.isascii() and not word.isalpha()):
        return word
    prefixes, suffixes, least = table
    for prefix in prefixes:
        if word.startswith(prefix) and len(word) - len(prefix) >= (5 if len(prefix) == 1 else max(least, 3)):
            word = word[len(prefix) :]
            break
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)]
    return word


@lru_cache(maxsize=64)
def _table(code: str) -> tuple[tuple[str, ...], tuple[str, ...], int] | None:
    if code not in _TABLES:
        return None
    prefixes, suffixes, least = _TABLES[code]
    return _longest_first(prefixes), _longest_first(suffixes), least


def _longest_first(parts: str) -> tuple[str, ...]:
    return tuple(sorted(set(fold(parts).split()), key=lambda part: (-len(part), part)))
