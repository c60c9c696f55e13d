"""Other encodings become UTF-8, and only what cannot be decoded is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imports.csv.languages import PYTHON_CODECS
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.transcode import transcode
from tests.imports.reading import cut, cut_at, name_columns, read_range

CODECS = [
    "utf-16-le",
    "utf-16-be",
    "utf-32-le",
    "utf-32-be",
    "latin-1",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1254",
    "mac-roman",
    "shift_jis",
    "gb18030",
    "iso-8859-2",
    "koi8-r",
    "cp874",
    "euc-kr",
    "big5",
]
MARK = b"\xff"  # never part of UTF-8
cuts = st.lists(st.integers(0, 10_000), max_size=10)


@given(st.sampled_from(CODECS), st.text(max_size=40), cuts)
def test_text_of_every_encoding_is_the_same_in_utf8(codec: str, text: str, at: list[int]) -> None:
    python = PYTHON_CODECS.get(codec, codec)
    raw = text.encode(python, "ignore")
    assert b"".join(transcode(cut_at(raw, at), codec)) == raw.decode(python).encode()


@given(st.sampled_from(CODECS), st.binary(max_size=40), cuts)
def test_undecodable_bytes_are_marked_where_python_would_replace_them(
    codec: str, raw: bytes, at: list[int]
) -> None:
    found = b"".join(transcode(cut_at(raw, at), codec))
    python = PYTHON_CODECS.get(codec, codec)
    assert found.replace(MARK, "\ufffd".encode()) == raw.decode(python, "replace").encode()


@pytest.mark.parametrize(
    ("codec", "raw"),
    [
        ("cp1252", b"A,L\xe4ufer,\x80\nB,bad \x81 byte,c\nC,Lamp,c\n"),
        (
            "utf-16-le",
            "A,Läufer,€\nB,bad \ud800 byte,c\nC,Lamp,c\n".encode("utf-16-le", "surrogatepass"),
        ),
        (
            "utf-16-be",
            "A,Läufer,€\nB,bad \udc00 byte,c\nC,Lamp,c\n".encode("utf-16-be", "surrogatepass"),
        ),
    ],
)
@pytest.mark.parametrize("piece_bytes", [1, 3, 1000])
def test_only_the_undecodable_record_is_rejected(codec: str, raw: bytes, piece_bytes: int) -> None:
    pieces = list(transcode(cut(raw, piece_bytes), codec))
    first, second, third = read_range(name_columns("sku", "name", "color"), pieces)
    assert first == (1, ["A", "Läufer", "€"])
    assert isinstance(second[1], Reject)
    assert (second[0], second[1].code) == (2, "invalid_encoding")
    assert third == (3, ["C", "Lamp", "c"])


def test_truncated_character_at_the_end_rejects_only_the_last_record() -> None:
    raw = "A,Lamp,c\nB,Desk,d".encode("utf-16-le")[:-1]
    first, second = read_range(
        name_columns("sku", "name", "color"), list(transcode([raw], "utf-16-le"))
    )
    assert first == (1, ["A", "Lamp", "c"])
    assert isinstance(second[1], Reject)
