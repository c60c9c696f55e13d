"""Guess the encoding of text by its letters: which language makes the bytes likely.

Statistical detectors need pages of text; a catalogue may have three words outside ASCII. So this one
knows only the letters that tell the supported encodings apart. An encoding is likely if it turns the
bytes above 127 into letters that one language uses often, in places where such letters occur.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

_WESTERN = ("cp1252", "iso-8859-15", "mac-roman")
_CENTRAL, _CYRILLIC = ("cp1250",), ("cp1251",)
# The lower-case letters of a language outside ASCII, each with its share of them in percent.
_LANGUAGES: tuple[tuple[tuple[str, ...], str], ...] = (
    (_WESTERN, "ü34 ä28 ö20 ß12 é3 à1 è1"),  # German
    (_WESTERN, "é60 è12 à10 ê5 ç4 ô3 î2 û2 â2 œ1 ù1 ë1 ï1"),  # French
    (_WESTERN, "ó32 á18 í18 é13 ñ10 ú7 ü1"),  # Spanish
    (_WESTERN, "à38 è22 ù15 ò12 é9 ì4"),  # Italian
    (_WESTERN, "é36 ë28 ï12 è9 ö7 ü3 ê2 à1 á1 ç1"),  # Dutch
    (_WESTERN, "ã22 ç20 á16 é12 í8 ó8 õ5 ê5 ú4 â3 à3 ô2"),  # Portuguese
    (_WESTERN, "ä26 ö24 å20 ø15 æ11 é3"),  # Danish, Finnish, Norwegian, Swedish
    (_CENTRAL, "ł23 ó13 ą14 ę14 ż13 ś11 ć6 ń4 ź2"),  # Polish
    (_CENTRAL, "í18 á16 é9 ě10 ř8 š7 č8 ý7 ž7 ů5 ú1 ň1 ť1 ď1 ó1 ľ1 ô1 ĺ1"),  # Czech, Slovak
    (_CENTRAL, "á24 é26 ö11 ó10 ő9 ü6 í5 ú4 ű4"),  # Hungarian
    (_CENTRAL, "č35 š28 ž22 ć10 đ5"),  # Croatian, Slovenian
    (_CENTRAL, "ă32 â18 î16 ţ18 ş16"),  # Romanian
    (("cp1254",), "ı34 ş14 ü15 ç10 ğ10 ö10 İ4 â1"),  # Turkish
    (
        _CYRILLIC,  # Bulgarian, Russian
        "о10 е8 а8 и7 н6 т6 с5 р5 в4 л4 к4 м3 д3 п3 у3 я2 ы2 ь2 г2 з2 б2 ч2 й1 х1 ж1 ш1 ю1 ц1 щ1 э1"
        " ф1 ё1 ъ1",
    ),
    (
        _CYRILLIC,  # Ukrainian
        "о9 а8 н7 і6 и6 в5 р5 т5 е5 с4 к4 л4 у3 д3 м3 п3 з2 я2 ь2 б2 г2 ч2 й1 х1 ц1 ї1 ж1 ю1 ш1 ф1"
        " щ1 є1 ґ1",
    ),
)
# How much less likely than Windows-1252 an encoding is before a byte is read, as a logarithm.
_PRIORS: Mapping[str, float] = {
    "cp1252": 0,
    "iso-8859-15": -1,
    "cp1250": -1.5,
    "cp1254": -1.5,
    "cp1251": -4,
    "mac-roman": -4,
    "shift_jis": -4,
    "gb18030": -4,
}
_SYMBOLS = "€£°™®©–—…„“”‘’«»•×½¼²³·§¡¿\u00a0№"
_IN_WORDS = "’·"
_SYMBOL, _CAPITAL, _RARE, _IMPOSSIBLE = (math.log(p) for p in (0.01, 0.15, 1e-4, 1e-6))
_MISPLACED = -4.0
_LEAST_LIKELY = -6.0  # of one byte, on average; anything less isn't text of a known language
PYTHON_CODECS: Mapping[str, str] = {"shift_jis": "cp932"}  # as Windows writes it


class Guess(NamedTuple):
    """An encoding, and how sure it is, from 0 to 1."""

    codec: str
    confidence: float


def guess_encoding(sample: bytes) -> Guess | None:
    """Return the likeliest encoding of `sample`, or None if it isn't text of a known language."""
    outside = sum(byte > 127 for byte in sample)
    found = {codec: prior + _likelihood(sample, codec) for codec, prior in _PRIORS.items()}
    best = max(found, key=lambda codec: found[codec])
    if not outside or found[best] < _LEAST_LIKELY * outside:
        return None
    text = _decode(sample, best)
    # An encoding that gives the same text isn't a competitor.
    others = [score for codec, score in found.items() if _decode(sample, codec) != text]
    ahead = found[best] - max(others, default=-math.inf)
    return Guess(best, min(0.99, round(1 / (1 + math.exp(-min(ahead, 50))), 2)))


def _decode(sample: bytes, codec: str) -> str:
    return sample.decode(PYTHON_CODECS.get(codec, codec), "replace")


def _likelihood(sample: bytes, codec: str) -> float:
    """Return the logarithm of how likely the sample is in the language that fits best."""
    text = f" {_decode(sample, codec)} "
    seen = Counter(
        (before, char, after)
        for before, char, after in zip(text, text[1:], text[2:], strict=False)
        if char > "\x7f"
    )
    placed = sum(times * _place(*around) for around, times in seen.items())
    chars: Counter[str] = Counter()
    for (_, char, _), times in seen.items():
        chars[char] += times
    if codec in ("shift_jis", "gb18030"):
        rate = _rate_japanese if codec == "shift_jis" else _rate_chinese
        return placed + sum(times * rate(char) for char, times in chars.items())
    return placed + max(
        sum(times * _rate(char, shares) for char, times in chars.items())
        for shares in _shares(codec)
    )


@cache
def _shares(codec: str) -> list[dict[str, float]]:
    """Return the logarithms of the shares of letters, for each language of an encoding."""
    return [
        {letter: math.log(int(share) / 100) for letter, share in re.findall(r"(\w)(\d+)", letters)}
        for codecs, letters in _LANGUAGES
        if codec in codecs
    ]


def _rate(char: str, shares: Mapping[str, float]) -> float:
    if char in shares:
        return shares[char]
    if char.lower() in shares:
        return shares[char.lower()] + _CAPITAL
    if char in _SYMBOLS:
        return _SYMBOL
    return _RARE if char.isprintable() and char != "\ufffd" else _IMPOSSIBLE


def _place(before: str, char: str, after: str) -> float:
    """Return how much less likely a character is for its place: wrong encodings mix words."""
    if not char.isalpha():
        is_in_word = before.isalpha() and after.isalpha() and char not in _IN_WORDS
        return _MISPLACED if is_in_word else 0
    misplaced = before.islower() and char.isupper()
    misplaced |= char.islower() and before.isupper() and after.isupper()
    is_foreign = "\u0400" <= char <= "\u04ff"
    misplaced |= is_foreign and (_is_latin(before) or _is_latin(after))
    return _MISPLACED if misplaced else 0


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _rate_japanese(char: str) -> float:
    if "\u3040" <= char <= "\u30ff":  # kana
        return math.log(1 / 60)
    return _rate_ideograph(char, "cp932", 0x88, 0x98)


def _rate_chinese(char: str) -> float:
    return _rate_ideograph(char, "gb18030", 0xB0, 0xD7)


def _rate_ideograph(char: str, codec: str, first: int, last: int) -> float:
    """Rate a character of two bytes; the common ideographs have these first bytes."""
    if "\u3000" <= char <= "\u3020" or "\uff01" <= char <= "\uff5e":  # marks, wide letters
        return math.log(1 / 50)
    if "\u4e00" <= char <= "\u9fff":
        return math.log(1 / 2000 if first <= char.encode(codec)[0] <= last else 1e-5)
    return 2 * _RARE
