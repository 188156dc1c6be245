"""What a character is to Telegram: letter, digit, other number, space or empty.

TDLib carries Unicode tables of its own, newer than those of most Pythons, so the categories are written out here.
They were measured with TDLib 1.8.69 over all of Unicode; `tests/sandbox/text` measures them again.
"""

import functools
import re

# Runs of code points from U+0000 on, as length and category: l letter, d decimal digit, n other number, o the rest.
_RUNS = """\
48o10d7o26l6o26l47o1l7o2n1o1l3o1n1l1o3n1o23l1o31l1o458l4o12l14o5l7o1l1o1l129o5l1o2l2o4l1o1l6o1l1o3l1o1l1o20l1o
83l1o139l8o166l1o38l1o2l6o41l2o2l67o27l4o4l45o43l21o10d4o2l1o99l1o1l15o2l7o2l10d3l2o1l16o1l1o30l29o89l11o1l14o
10d33l9o2l4o1l5o22l4o1l9o1l3o1l23o25l7o11l5o24l1o7l16o42l58o54l3o1l18o1l7o10l4o10d1o16l4o8l2o2l2o22l1o7l1o1l3o4l
3o1l16o1l13o2l1o3l4o10d2l2o6n2o1l8o6l4o2l2o22l1o7l1o2l1o2l1o2l31o4l1o1l7o10d2o3l16o9l1o3l1o22l1o7l1o2l1o5l3o1l
18o1l15o2l4o10d9o1l11o8l2o2l2o22l1o7l1o2l1o5l3o1l30o2l1o3l4o10d1o1l6n11o1l1o6l3o3l1o4l3o2l1o1l1o2l3o2l3o3l3o12l
22o1l21o10d3n18o8l1o3l1o23l1o16l3o1l26o3l1o2l2o2l4o10d8o7n1o1l4o8l1o3l1o23l1o10l1o5l3o1l30o3l1o2l4o10d1o2l17o9l
1o3l1o41l2o1l16o1l5o3l1o7n3l4o10d9n1o6l5o18l3o24l1o9l1o1l2o7l31o10d17o48l1o2l12o7l9o10d39o2l1o1l1o5l1o24l1o1l1o
10l1o2l9o1l2o5l1o1l9o10d2o4l32o1l31o10d10n12o8l1o36l27o5l115o43l20o1l10d6o6l4o4l3o1l3o2l7o3l4o13l12o1l1o10d6o38l
1o1l5o1l2o43l1o333l1o4l2o7l1o1l1o4l2o41l1o4l2o33l1o4l2o7l1o1l1o4l2o15l1o57l1o4l2o67l14o20n3o16l16o86l2o6l3o620l
2o17l1o26l5o75l3o3n8l7o18l13o19l14o18l14o13l1o3l15o52l35o1l4o1l3o10d6o10n22o10d6o89l7o5l2o34l1o1l5o70l10o31l39o
10d30l2o5l11o44l4o26l6o10d1n37o23l9o53l43o10d6o10d13o1l93o47l17o8l3o10d41o30l13o2l10d44l26o36l28o10d3o3l10d36l2o
11l5o43l2o3l41o4l1o6l1o2l3o1l5o192l64o278l2o6l2o38l2o6l2o8l1o1l1o1l1o1l1o31l2o53l1o7l1o1l3o3l1o7l3o4l2o6l4o13l5o
3l1o7l115o1n1l2o6n5o1l10n5o17l98o1l4o1l2o10l1o1l3o5l6o1l1o1l1o1l1o4l1o11l2o4l5o5l4o1l1o51n2l5n726o60n78o22n630o
30n1132o229l6o4l3o2l9o1n2o38l1o1l5o1l2o56l7o1l16o23l9o7l1o7l1o7l1o7l1o7l1o7l1o7l1o7l80o1l469o2l1n25o9n7o5l2o3n2l
4o86l6o3l1o90l1o4l5o43l1o94l3o4n10o32l48o16l32o10n30o8n1o15n32o10n39o15n320o6592l64o22157l67o46l2o269l3o16l10d2l
20o47l16o31l2o70l10n39o9l2o103l2o83l4o1l14o17l1o3l1o4l1o23l13o6n10o52l14o50l28o10d24o6l3o1l1o2l1o10d28l10o23l25o
29l7o47l28o1l10d6o5l1o10l10d5l1o41l23o3l1o8l4o10d6o23l3o1l3o50l1o1l3o2l2o5l2o1l1o1l24o3l2o11l7o3l12o6l2o6l2o6l9o
7l1o7l1o43l1o14l2o2l2o115l13o10d6o11172l12o23l4o49l8452o366l2o106l38o7l12o5l5o1l1o10l1o13l1o5l1o1l1o2l1o2l1o108l
33o363l18o64l2o54l40o12l116o5l1o135l19o10d7o26l6o26l11o89l3o6l2o6l2o6l2o3l35o12l1o26l1o19l1o2l1o15l2o14l34o123l
12o45n12o57n17o2n244o29l3o49l16o27n4o32l4n9o20l1n8l1n5o38l10o30l2o36l4o8l1o5n42o158l2o10d6o36l4o36l4o40l8o52l12o
11l1o15l1o7l1o2l1o11l1o15l1o7l1o2l3o52l12o311l9o22l10o8l24o6l1o42l1o14l64o6l2o1l1o44l1o2l3o1l2o23l2o8n23l2o7n31l
8o9n48o19l1o2l5o5n22l6n4o26l6o26l38o56l4o2n2l16n2o46n1l15o4l1o3l1o29l10o9n23o29l2n1o29l3n32o8l1o28l6o5n16o54l10o
22l2o8n19l5o8n18l23o7n80o73l55o51l13o51l7o6n36l12o10d6o10d28l9o23l218o31n1o42l6o2l16o6l17o22l17o29l10n1l8o22l11o
4n27o18l46o21l7n20o23l12o53l26o20n10d1o2l2o1l13o45l32o25l7o10d9o36l15o10d4o1l2o1l8o35l3o1l12o48l14o4l11o10d1l1o
1l4o20n11o18l1o25l19o2l63o7l1o1l1o4l1o15l1o10l7o47l17o10d11o8l2o2l2o22l1o7l1o2l1o5l3o1l18o1l12o5l30o10l1o1l2o1l
1o38l1o1l25o1l1o1l44o53l18o4l5o10d5o3l30o48l20o2l1o1l8o10d166o47l41o4l36o48l20o1l11o10d38o43l13o1l7o10d6o20d28o
27l21o10d2n4o7l185o44l116o64l10d9n12o8l2o1l2o8l1o2l1o24l15o1l1o1l14o10d70o8l2o39l16o1l1o1l28o1l10o40l7o1l21o1l
11o46l19o1l18o73l17o1l181o33l15o10d6o9l1o37l17o1l15o10d19n5o30l112o7l1o2l1o38l21o1l9o10d6o6l1o2l1o32l14o1l7o10d
6o44l4o10d7o1l238o19l15o1l1o13l1o34l28o10d86o1l15o21n43o922l102o112n5o11n196l12o311n2313o97l15o1072l17o6l25o
3995l5o583l6841o30l18o10d1734o569l7o31l1o10d6o79l1o10d6o30l18o48l16o4l12o10d1o7n1o21l5o19l432o45l3o10d198o64l23n
9o25l2o25l44o75l5o1l66o13l64o2l1o1l14o2l3n9o7387l36o34l95o115l13o914l14o51l7709o4l1o7l1o2l1o297l9o1l29o3l2o1l14o
5l7o396l2308o107l5o13l3o9l7o10l4182o10d1478o20n12o20n108o25n135o85l1o71l1o2l2o1l2o2l2o4l1o12l1o1l1o7l1o65l1o4l2o
8l1o7l1o28l1o4l1o5l1o1l3o7l1o341l1o25l1o25l1o31l1o25l1o31l1o25l1o31l1o25l1o31l1o25l1o8l2o50d1792o130l14o7l54o51l
48o62l146o45l10o7l2o10d4o1l321o30l18o44l4o10d470o28l4o10d214o30l2o1l10d197o31l1o3l1o2l1o7l2o5l9o2l224o7l1o4l1o2l
1o15l1o197l2o9n48o68l7o1l4o10d791o59n1o3n1o4n76o45n1o15n194o4l1o27l1o2l1o1l2o1l1o10l1o4l1o1l1o1l6o1l4o1l1o1l1o1l
1o3l1o2l1o1l2o1l1o1l1o1l1o1l1o1l1o2l1o1l2o4l1o7l1o4l1o4l1o1l1o10l1o17l5o3l1o5l1o17l580o13n2787o10d1030o42720l32o
4383l1o5774l2o7473l15o622l2466o542l1506o4939l5o8490l39814o11328l
"""

# The characters of TDLib's is_space (tdutils misc.h); NUL also stands for the end of the text.
SPACES = " \t\r\n\0\v"

# Characters above the Basic Multilingual Plane count twice in UTF-16.
ASTRAL = re.compile("[\U00010000-\U0010ffff]")

# strip_empty_characters (td/telegram/misc.cpp): a text of nothing else is empty.
_EMPTY = re.compile(
    "[ \n\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)

_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@functools.cache
def categories() -> bytes:
    """One byte (`l`, `d`, `n` or `o`) for every code point."""
    runs = ((int(length), kind.encode()) for length, kind in re.findall(r"(\d+)([a-z])", _RUNS))
    return b"".join(kind * length for length, kind in runs).ljust(0x110000, b"o")


def is_word(char: str) -> bool:
    """Letters, numbers of any kind and the underscore (TDLib is_word_character)."""
    return char == "_" or categories()[ord(char)] != 111


def is_letter(char: str) -> bool:
    return categories()[ord(char)] == 108


def is_hashtag_letter(char: str) -> bool:
    """Letters, decimal digits, `_`, `·`, the zero-width non-joiner and all of Sinhala (TDLib is_hashtag_letter)."""
    return categories()[ord(char)] in b"ld" or char in "_\u200c\xb7" or "\u0d80" <= char <= "\u0dff"


def lower_ascii(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_UPPER)


def is_empty(text: str) -> bool:
    """Whether nothing of the text can be seen (TDLib is_empty_string)."""
    return _EMPTY.fullmatch(text) is not None


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(ASTRAL.findall(text))


def byte_offset(text: str, position: int) -> int:
    """The offset in the UTF-8 form of the text of a position in characters."""
    return len(text[:position].encode("utf-8", "surrogatepass"))


def widen(text: str) -> str:
    """The text with a character for each UTF-16 code unit, so that positions are Telegram's offsets."""
    if text.isascii() or not ASTRAL.search(text):
        return text
    return ASTRAL.sub(_surrogates, text)


def narrow(text: str) -> str:
    """The opposite of `widen`."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _surrogates(match: re.Match[str]) -> str:
    code = ord(match[0]) - 0x10000
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))
