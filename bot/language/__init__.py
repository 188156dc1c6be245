"""What the program knows about languages: which one a text is in, which way it runs, where its sentences end, and how
its words are compared.  Pure functions over small tables of our own; every room may use them.
"""

from bot.language.detection import KNOWN, detect, primary
from bot.language.folding import WORD, fold, spelled, stop_words, words
from bot.language.scripts import base_direction, is_rtl
from bot.language.sentences import ends_sentence, sentences
from bot.language.skeleton import skeleton, sounds_alike
from bot.language.stemming import STEMMED, stem

__all__ = [
    "KNOWN",
    "STEMMED",
    "WORD",
    "base_direction",
    "detect",
    "ends_sentence",
    "fold",
    "is_rtl",
    "primary",
    "sentences",
    "skeleton",
    "sounds_alike",
    "spelled",
    "stem",
    "stop_words",
    "words",
]
