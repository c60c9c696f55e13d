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
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize("text", SAMPLES["signs"])
def test_signs_alone_are_read_as_windows_writes_them(text: str) -> None:
    assert read(text, "cp1252") == text


@pytest.mark.parametrize("raw", [b"", b"plain", b"\xff", b"a\x81b\xfe", bytes(range(128, 160)) * 4])
def test_other_bytes_are_not_guessed(raw: bytes) -> None:
    assert guess_encoding(raw) is None
