"""Words by which a text says whose claim something is, and words by which a sentence leans on the one before it."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.language import fold, words

# Attribution and doubt, as stems (a word counts when it begins so); multi-word forms are left out on purpose: their
# head word is here.  The table is used to keep sentences together, so a word too many costs little.
_HEDGES: dict[str, str] = {
    "en": "alleg claim said says say told accord report suggest accus suspect denied denies deny warn argu believ "
    "may might could would unconfirm purport appar quot statement reckon estimat likely possib perhaps seem "
    "appear insist assert maintain contend rumour rumor expect think thought hint",
    "de": "sagt sagte sagten laut zufolge angeblich behaupt berichtet erklart erklarte mutmass vermut soll sollen "
    "wirft vorwurf konnte wohl warnt warnte moglich offenbar bestatigt nannte verdacht meint zitiert",
    "fr": "selon dit affirm declar accus pretend presum soupcon aurait auraient serait seraient pourrait assur "
    "estim nie dement rapport indiqu confi avert suppos allegu peut-etre semble",
    "es": "segun dijo dice dicen afirm declar acus asegur supuest presunt alega neg podria habria sostien advirt "
    "advier sospech indic inform senal denunci estim posibl aparent",
    "pt": "segundo disse dizem afirm declar acus alega suposta supost neg poderia teria suspeit indic inform garant "
    "adverti estim possivel aparent denunci",
    "it": "secondo detto dice afferm dichiar accus presunt sostien nega avrebbe sarebbe potrebbe sospett avvert "
    "riferi stima possibil forse denunci",
    "nl": "volgens zegt zei zeiden beweer vermoed vermeend zou zouden beschuldig meld waarschuw ontken mogelijk "
    "verdacht verklaar blijkbaar",
    "sv": "enligt sager sa sade pastar pastod misstank uppge uppger anklag varnar fornekar kan skulle mojlig tros",
    "no": "ifolge sier sa pastar hevder mistenk opplyser anklag advarer nekter skal kan mulig antatt",
    "da": "ifolge siger sagde pastar haevder mistaenk oplyser anklag advarer afviser skulle kan mulig formodet",
    "tr": "gore soyledi iddia acikla belirtti dedi ileri suphe sucla yalanla uyardi olabilir bildir savun ifade "
    "oldugunu",
    "id": "kata mengatakan menurut diduga dugaan mengklaim klaim menuduh tuduh membantah mungkin dilaporkan "
    "menyebut ujar tegas",
    "pl": "powiedzia wedlug twierdz rzekom podejrz oskarz ostrzeg zaprzecz mogl moze podobno poinform oswiadcz domniem",
    "ru": "сказал заяв сообщ утвержд по-словам словам якобы предполага подозрева обвин отрица возможн предупред "
    "считает мнению данным может рассказал отметил подчеркнул предположит",
    "uk": "сказа заяв повідом стверд словами нібито підозр звинувач запереч можлив попередж вважає думку даними може",
    "ar": "قال وقال قالت وقالت صرح زعم يزعم اتهم ادعى بحسب حسب وفق وفقا نفى ينفي ذكر اكد واكد اضاف واضاف اعلن مزاعم "
    "يشتبه محتمل ربما قد حذر اشار",
    "fa": "گفت گفته گفتند اعلام ادعا مدعي متهم بنا گزارش احتمال هشدار تكذيب تاكيد افزود شايد مظنون اظهار",
    "ur": "كها كهنا بتايا مطابق الزام دعوي مبينه بقول ترديد انكشاف اعلان خدشه ممكنه شايد بيان خبردار اظهار",
    "hi": "कहा कहना बताया अनुसार मुताबिक आरोप दावा कथित आशंका संभावना शायद चेतावनी खारिज इनकार बयान संदिग्ध",
    "bn": "বলেছেন বলেন জানান জানিয়েছেন অভিযোগ দাবি অনুযায়ী কথিত সন্দেহ সম্ভবত অস্বীকার",
    "zh": "表示 称 稱 据 據 涉嫌 指 说 說 报道 報道 警告 否认 否認 可能 疑似 认为 認為 声称 指控",
    "ja": "述べ 語 よると 主張 疑 とされ 報 発表 明らか 警告 否定 可能 みられ という 容疑",
    "ko": "말했 밝혔 주장 의혹 혐의 따르면 전했 경고 부인 가능",
}
# A sentence that begins so leans on the one before: pronouns, demonstratives, "but", "also".
_LEANING: dict[str, str] = {
    "en": "i we my our me he she it they his her their its this that these those such but however also and yet so "
    "then there instead meanwhile nevertheless both neither the-latter still otherwise therefore thus him "
    "them one another",
    "de": "ich wir mein unser er sie es dies diese dieser dieses das aber doch allerdings jedoch auch damit dabei "
    "dazu darauf zudem ausserdem und seine ihre ihr sein dagegen deshalb daher",
    "fr": "je nous notre il elle ils elles ce cela cette ces mais or cependant toutefois aussi et son sa ses leur "
    "leurs celui-ci ainsi pourtant c qui",
    "es": "yo nosotros el ella ellos ellas esto esta este estos estas eso ese pero sin tambien ademas y su sus asi "
    "asimismo por",
    "pt": "eu nos ele ela eles elas isso isto este esta esse essa mas porem tambem alem e seu sua seus assim",
    "it": "io noi lui lei loro questo questa questi queste quello ma pero anche inoltre e suo sua cosi tuttavia egli",
    "nl": "ik wij we hij zij ze het dit dat deze die maar echter ook en zijn haar hun daarom daarnaast",
    "sv": "han hon det de den detta dessa men dock ocksa och hans hennes deras dessutom",
    "no": "han hun det de den dette disse men ogsa og hans hennes deres dessuten",
    "da": "han hun det de den dette disse men ogsa og hans hendes deres desuden",
    "tr": "ben biz o bu bunlar onlar ancak fakat ama ayrica ve bunun onun",
    "id": "saya kami kita dia ia mereka ini itu tetapi namun tapi juga dan hal selain",
    "pl": "on ona ono oni to ten ta te ale jednak takze i jego jej ich tymczasem",
    "ru": "я мы он она оно они это этот эта эти но однако также и его ее их при того тем",
    "uk": "він вона воно вони це цей ця ці але однак також і його її їх",
    "ar": "وقال وقالت واضاف واضافت واكد واشار لكن ولكن كما هذا هذه ذلك وهو وهي وكان وكانت انه وقد الا",
    "fa": "او وي انها اين ان اما ولي همچنين و",
    "ur": "وه اس ان انهوں يه ليكن مگر تاهم بهي اور جبكه اسي انهي انهون",
    "hi": "उन्होंने वह वे इस यह ये लेकिन हालांकि मगर और उनका उनकी उनके इसके इसमें इन उस वहीं साथ",
    "bn": "তিনি তারা এই এটি কিন্তু তবে এবং তার তাদের",
    "zh": "他 她 它 这 這 该 該 但 此 不过 不過 而",
    "ja": "これ この それ その しかし また だが 同 彼 なお",
    "ko": "그 이 이는 그는 그러나 하지만 또",
}
_MONTH = re.compile(r"(?<=[a-z0-9,] )May\b(?! [a-z]+ (?:be|have)\b)")  # "in May" doubts nothing
_UNSPACED = frozenset({"zh", "ja", "ko"})
_MARKS = re.compile(r"(?<!\d)\"|[“”„«»「」『』]")
_PARTNERS = {"“": "”", "„": "“”", "”": "”", "«": "»", "»": "«", '"': '"', "「": "」", "『": "』"}


def is_hedged(sentence: str, language: str | None) -> bool:
    """Whether a sentence says whose claim it is, or doubts it."""
    if language in _UNSPACED:
        return any(part in sentence for part in _HEDGES[language].split())
    stems = _stems("hedges", language)
    if language == "en":
        sentence = _MONTH.sub(" ", sentence)
    return any(word.startswith(stems) for word in words(sentence))


def leans(sentence: str, language: str | None) -> bool:
    """Whether a sentence begins as one that cannot be understood, or may mislead, without the one before."""
    if language in _UNSPACED:
        return sentence.lstrip("“「『 ").startswith(tuple(_LEANING[language].split()))
    first = words(sentence[:80])[:1]
    return bool(first) and first[0] in _stems("leaning", language)


def quotation_open(text: str) -> bool:
    """Whether a text ends inside a quotation, in any of the customs: “x”, „x“, «x», »x«, ”x”, "x", 「x」."""
    stack: list[str] = []
    both_ends_alike = "”" in text and "“" not in text and "„" not in text
    for mark in _MARKS.findall(text):
        if stack and mark in _PARTNERS[stack[-1]]:
            stack.pop()
        elif mark not in "”」』" or (mark == "”" and both_ends_alike):
            stack.append(mark)
    return bool(stack)


@lru_cache(maxsize=128)
def _stems(table: str, language: str | None) -> tuple[str, ...]:
    words_of = _HEDGES if table == "hedges" else _LEANING
    return tuple(fold(words_of.get(language or "", words_of["en"])).split())
