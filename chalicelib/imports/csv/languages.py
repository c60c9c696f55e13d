"""Guess the encoding of text by its characters: which language makes the bytes likely.

Statistical detectors need pages of text; a catalogue may have three words outside ASCII. So this
one knows only the characters that tell the supported encodings apart (languages.toml). An encoding
is likely if it turns the bytes above 127 into characters that one language uses often, in places
where such characters occur.
"""

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_SHARE = re.compile(r"(\S)(\d+)")
_PATH = Path(__file__).with_name("languages.toml")
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
    "iso-8859-2": -3,
    "cp1253": -4,
    "cp1255": -4,
    "cp1256": -4,
    "cp1257": -1.5,
    "cp874": -4,
    "koi8-r": -6,
    "iso-8859-5": -6,
    "euc-kr": -5,
    "big5": -5,
}
_SYMBOL, _CAPITAL, _RARE, _IMPOSSIBLE = (math.log(p) for p in (0.01, 0.15, 1e-4, 1e-6))
_MISPLACED = -4.0
_LEAST_LIKELY = -6.0  # of one byte, on average; anything less isn't text of a known language
_NO_SIGNS = "ØøµÀÉÈÁÓ"  # as in Ø20 and µF, or words
# As Windows writes them.
PYTHON_CODECS: Mapping[str, str] = {"shift_jis": "cp932", "euc-kr": "cp949", "big5": "cp950"}


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
    if rate := _RATES.get(codec):
        return placed + sum(times * rate(char) for char, times in chars.items())
    return placed + max(
        sum(times * _rate(char, shares) for char, times in chars.items())
        for shares in _shares(codec)
    )


@cache
def _read_characters() -> dict[str, Any]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


@cache
def _shares(codec: str) -> list[dict[str, float]]:
    """Return the logarithms of the shares of characters, for each language of an encoding."""
    return [
        {char: math.log(int(share) / 100) for char, share in _SHARE.findall(language["characters"])}
        for language in _read_characters()["languages"]
        if codec in language["encodings"]
    ]


def _rate(char: str, shares: Mapping[str, float]) -> float:
    if char in shares:
        return shares[char]
    if char.lower() in shares:
        return shares[char.lower()] + _CAPITAL
    if char in _read_characters()["symbols"]:
        return _SYMBOL
    return _RARE if char.isprintable() and char != "\ufffd" else _IMPOSSIBLE


def _place(before: str, char: str, after: str) -> float:
    """Return how much less likely a character is for its place: wrong encodings mix words."""
    if not (char.isalpha() or unicodedata.combining(char)):
        in_words = _read_characters()["symbols_in_words"]
        is_in_word = before.isalpha() and after.isalpha() and char not in in_words
        return _MISPLACED if is_in_word else 0
    misplaced = before.islower() and char.isupper()
    misplaced |= _is_sign(before, char, after)
    misplaced |= char.islower() and before.isupper() and after.isupper()
    is_foreign = "\u0370" <= char <= "\u0e7f"  # from Greek to Thai
    misplaced |= is_foreign and (_is_latin(before) or _is_latin(after))
    return _MISPLACED if misplaced else 0


def _is_sign(before: str, char: str, after: str) -> bool:
    """Say whether a letter stands where a sign would: Ł100, 12,90 Ä, 27î, 5 mł/h."""
    if after.isalpha() or char in _NO_SIGNS:
        return False
    if before.isalpha():
        return before + char == "mł"
    return char.isupper() or (char.islower() and before.isdigit())


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
    if "\u3000" <= char <= "\u3020" or "\uff01" <= char <= "\uff5e":  # marks, wide forms
        return math.log(1 / 50)
    if "\u4e00" <= char <= "\u9fff":
        return math.log(1 / 2000) if first <= char.encode(codec)[0] <= last else _IMPOSSIBLE
    return 2 * _RARE


def _rate_traditional(char: str) -> float:
    return _rate_ideograph(char, "cp950", 0xA4, 0xC6)


def _rate_korean(char: str) -> float:
    if "\uac00" <= char <= "\ud7a3" and char.encode("cp949")[0] >= 0xB0:
        return math.log(1 / 200 if char in _read_characters()["syllables"] else 1 / 10_000)
    return _rate_ideograph(char, "cp949", 0, 0)


_RATES: Mapping[str, Callable[[str], float]] = {
    "shift_jis": _rate_japanese,
    "gb18030": _rate_chinese,
    "big5": _rate_traditional,
    "euc-kr": _rate_korean,
}
