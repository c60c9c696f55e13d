"""The encoding of a few lines of a catalogue is detected in each language."""

import tomllib
from pathlib import Path

import pytest

from chalicelib.imports.csv.languages import PYTHON_CODECS, guess_encoding

SAMPLES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
NAMED = {sample["language"]: sample for sample in SAMPLES["samples"]}


def read(text: str, encoding: str) -> str | None:
    """Return text as it is read from bytes of the encoding, or None if none is detected."""
    guess = guess_encoding(text.encode(PYTHON_CODECS.get(encoding, encoding)))
    return (
        text.encode(PYTHON_CODECS.get(encoding, encoding)).decode(
            PYTHON_CODECS.get(guess.codec, guess.codec), "replace"
        )
        if guess
        else None
    )


@pytest.mark.parametrize("language", NAMED)
@pytest.mark.parametrize("lines", [2, 4, 100])
def test_text_of_a_catalogue_is_read_right(language: str, lines: int) -> None:
    sample = NAMED[language]
    text = "\n".join(sample["text"].splitlines()[:lines])
    assert read(text, sample["encoding"]) == text


def test_nearly_every_single_line_is_read_right() -> None:
    lines = [
        (line, sample["encoding"])
        for sample in NAMED.values()
        for line in sample["text"].splitlines()
        if not line.isascii()
    ]
    wrong = [line for line, encoding in lines if read(line, encoding) != line]
    assert len(lines) > 100
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    "text",
    [
        "T-1,Men’s T-Shirt\nT-2,Women’s Hoodie\nT-3,Kids’ Socks\n",
        "HDMI Cable – 2 m\nUSB – 3 m\n",
        "LEGO™ City\n" * 8,
        "27” monitor\n" * 30,
        "Lamp • LED\nBulb • E27\n",
        "Lampe,12,90 €\nTisch,80,00 €\n" * 3,
        "Kettle,was £29.99\nToaster,was £24.99\n",
        "£100.50\n£2\n" * 50,
        "Pumpe 5 m³/h\n",
        "¥1200\n¥33\n",
        "20 µF\n±2 °C\n",
        "Men’s Café\nWomen’s Crème\n" * 50,
        "Ø20 mm Rohr\nØ30 mm Rohr\n",
    ],
)
def test_signs_alone_are_read_as_windows_writes_them(text: str) -> None:
    assert read(text, "cp1252") == text


@pytest.mark.parametrize("raw", [b"", b"plain", b"\xff", b"a\x81b\xfe", bytes(range(128, 160)) * 4])
def test_other_bytes_are_not_guessed(raw: bytes) -> None:
    assert guess_encoding(raw) is None
