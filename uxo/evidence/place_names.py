"""Names of places in a form in which different ways to write one name are equal.

Arabic is written with and without hamza, dots and vowels; English letters for Arabic names follow
no one rule. What is equal here is only *likely* to be one place: a person chooses.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Letters that are written for one another, on phones most of all. Persian and Urdu forms included.
_ARABIC: Final = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ؤ": "و",
        **dict.fromkeys("ئىی", "ي"),
        "ة": "ه",
        **dict.fromkeys("کگ", "ك"),
        "پ": "ب",
        "چ": "ج",
        "ء": None,
        "ـ": None,  # tatweel only stretches a word
    }
)
_HAS_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_NOT_IN_WORDS: Final = re.compile(r"['’‘`ʿʾʼ´]")
_BETWEEN_WORDS: Final = re.compile(r"[^0-9a-z\u0600-\u06ff]+")
_DOUBLED: Final = re.compile(r"([a-z])\1+")
# The article before "sun letters" is written as it is spoken: ash-Shaykh, as-Safira.
_ARTICLES: Final = frozenset(
    {"al", "el", "ul", "il", "ad", "ed", "an", "en", "ar", "er", "as", "es", "ash", "esh", "at",
     "et", "az", "ez"}
)  # fmt: skip
_ARABIC_ARTICLE: Final = "ال"
_SHORTEST_WORD: Final = 2
# Spellings of one sound, the longer ones first.
_SOUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ou": "u", "oo": "u", "ow": "u", "aw": "u", "au": "u", "ee": "i", "ei": "i", "ey": "i",
        "ay": "i", "ai": "i", "iy": "i", "ie": "i", "dh": "d", "th": "t", "ph": "f", "ck": "k",
        "o": "u", "e": "i", "y": "i", "q": "k", "c": "k", "w": "u", "x": "ks",
    }
)  # fmt: skip
_SOUND: Final = re.compile("|".join(_SOUNDS))
_LAST_BREATH: Final = re.compile(r"[ah]+$")


def words_of(name: str) -> list[str]:
    """Cut a name into plain words, without marks, vowel signs and articles.

    Examples
    --------
    >>> words_of("Tall ar-Rifʿat"), words_of("Al-Bāb")
    (['tal', 'rifat'], ['bab'])
    >>> words_of("إعزاز") == words_of("اعزاز"), words_of("الباب") == words_of("باب")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", name).translate(_ARABIC)
    apart = unicodedata.normalize("NFKD", plain.casefold())
    # Vowel signs and accents are marks of their own now; digits of any script become one.
    letters = "".join(
        str(unicodedata.digit(one)) if one.isdigit() else one
        for one in apart.translate(_ARABIC)
        if not unicodedata.combining(one)
    )
    parts = _BETWEEN_WORDS.sub(" ", _NOT_IN_WORDS.sub("", letters)).split()
    words = [_DOUBLED.sub(r"\1", _without_article(part)) for part in parts]
    kept = [word for word, part in zip(words, parts, strict=True) if part not in _ARTICLES]
    return kept or words


def _without_article(word: str) -> str:
    """Take the Arabic article off a word that is one without it."""
    rest = word.removeprefix(_ARABIC_ARTICLE)
    return rest if len(rest) > _SHORTEST_WORD else word


def name_key(name: str) -> str:
    """Write a name so that common variants are equal: words joined, in their order.

    Examples
    --------
    >>> name_key("El Jabboul") == name_key("al-Jaboul"), name_key("Al Bab")
    (True, 'bab')
    >>> name_key("تل رفعت") == name_key("تلّ رفعة"), name_key("مدينة") == name_key("مدينه")
    (False, True)
    """
    return "".join(words_of(name))


def sound_key(name: str) -> str:
    """Write a name in English letters as it may sound; Arabic stays as `name_key` gives it.

    Examples
    --------
    >>> sound_key("Qabasin") == sound_key("Kabaseen"), sound_key("A'zaz") == sound_key("Azaz")
    (True, True)
    >>> sound_key("Salqina") == sound_key("Salqeenah")
    True
    """
    return "".join(_sound(word) for word in words_of(name))


def _sound(word: str) -> str:
    if _HAS_ARABIC.search(word):
        return word
    spoken = _DOUBLED.sub(r"\1", _SOUND.sub(lambda found: _SOUNDS[found[0]], word))
    return _LAST_BREATH.sub("", spoken) or spoken


def typing_errors(length: int) -> int:
    """Say how many wrong letters a name of some length may have and still be that name.

    Examples
    --------
    >>> [typing_errors(length) for length in (3, 4, 7, 8)]
    [0, 1, 1, 2]
    """
    if length < 4:  # noqa: PLR2004 - of three letters every other name is one letter away
        return 0
    return 1 if length < 8 else 2  # noqa: PLR2004
