"""Which encoding and delimiter a file's first bytes give away."""

import codecs

import pytest

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.dialect import Encoding, detect_delimiter, detect_encoding


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (codecs.BOM_UTF8 + b"sku", Encoding("utf-8", 3)),
        (codecs.BOM_UTF16_LE + "sku".encode("utf-16-le"), Encoding("utf-16-le", 2)),
        (codecs.BOM_UTF16_BE + "sku".encode("utf-16-be"), Encoding("utf-16-be", 2)),
        (b"sku,name", Encoding("utf-8", 0)),
        (b"", Encoding("utf-8", 0)),
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8"])
def test_byte_order_mark_determines_the_encoding(
    head: bytes, encoding: Encoding, declared: str | None
) -> None:
    assert detect_encoding(head, declared) == encoding


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("latin-1", "latin-1"), ("cp1252", "cp1252"), ("utf-16", "utf-16-le"), ("utf-8", "utf-8")],
)
def test_declared_encoding_applies_without_a_mark(declared: str, codec: str) -> None:
    assert detect_encoding(b"s\0k\0", declared) == Encoding(codec, 0)


def test_mark_overrides_a_wrong_declaration() -> None:
    assert detect_encoding(codecs.BOM_UTF8 + b"sku", "latin-1").is_utf8


def test_file_that_is_not_text_is_rejected_with_its_type() -> None:
    with pytest.raises(JobEndedError) as caught:
        detect_encoding(b"%PDF-1.7", None)
    assert caught.value.code == "not_csv"
    assert "PDF" in caught.value.message


@pytest.mark.parametrize(
    ("mark", "codec"),
    [(codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")],
)
def test_mark_of_utf32_is_not_read_as_that_of_utf16(mark: bytes, codec: str) -> None:
    assert detect_encoding(mark + "sku".encode(codec), None) == Encoding(codec, 4)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("declared", [None, "same"])
@pytest.mark.parametrize(
    "text",
    ["sku,name\nA-1,Läufer\n", "sku,наименование\nA-1,Стол\n", "sku,名称,价格\nA-1,木椅,299\n" * 9],
)
def test_text_without_a_mark_is_known_by_its_nul_bytes(
    text: str, declared: str | None, codec: str
) -> None:
    found = detect_encoding(text.encode(codec), declared and codec[:6])
    assert (found.codec, found.bom_bytes) == (codec, 0)


@pytest.mark.parametrize(
    "raw", [b"sku\0,name\nA,B\n", b"sku,name\n" + b"\0" * 40, b"sku,name\nA-1,\0\0\n" * 9]
)
def test_stray_nul_bytes_do_not_make_another_encoding(raw: bytes) -> None:
    assert detect_encoding(raw, None, is_whole=True).is_utf8


def test_older_encoding_is_detected_in_a_file_of_two_records() -> None:
    raw = "sku;name\nH-1;Küchenstühle für Gäste\nH-2;Café-Set\n".encode("cp1252")
    found = detect_encoding(raw, None, is_whole=True)
    assert (found.codec, found.evidence) == (
        "cp1252",
        "Windows-1252: 2 lines have bytes that aren't UTF-8, for example line 2.",
    )
    assert found.confidence > 0.9


def test_one_bad_byte_in_a_utf8_file_changes_nothing() -> None:
    raw = "sku,name\nA,Läufer\nB,Stühle\n".encode() + b"C,Caf\xe9\n"
    assert detect_encoding(raw, None, is_whole=True).is_utf8


def test_bytes_that_are_text_in_no_known_language_stay_undecided() -> None:
    assert detect_encoding(b"sku,name\nA,\xff\xfe\x81\n", None, is_whole=True).is_utf8


def test_head_of_a_longer_file_decides_only_with_enough_evidence() -> None:
    lines = "sku,name\n" + "A,Lamp\n" * 1000
    few, many = (lines + "B,Café\n" * times for times in (5, 200))
    assert detect_encoding(few.encode("cp1252"), None).is_utf8
    assert detect_encoding(many.encode("cp1252"), None).codec == "cp1252"
    assert detect_encoding("sku,größe\n".encode("cp1252"), None).codec == "cp1252"


def test_character_cut_by_the_end_of_the_head_is_not_invalid() -> None:
    raw = ("sku,name\n" + "A,€\n" * 3).encode()
    for cut in range(1, 4):
        found = detect_encoding(raw[: -1 - cut], None)
        assert (found.codec, found.confidence) == ("utf-8", 0.99)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_detected(delimiter: str) -> None:
    rows = [["sku", "name", "price"], ["A-1", "Desk, oak; big", "1,50"], ["B", "x", "2"]]
    text = "\n".join(delimiter.join(f'"{c}"' if " " in c else c for c in row) for row in rows)
    assert detect_delimiter(text) == delimiter


def test_decimal_commas_do_not_hide_the_semicolon() -> None:
    assert detect_delimiter("sku;name;price\nA;Lamp, red, big;1,50\nB;x;2,75\n") == ";"


def test_delimiters_in_quotes_do_not_count() -> None:
    assert detect_delimiter('sku,"name; as sold",price\nA,"Lamp; red",1\n') == ","


def test_delimiter_of_all_records_beats_one_only_in_the_header() -> None:
    assert detect_delimiter("sku|name;first;second\nA|Lamp\nB|Desk\nC|Sofa\n") == "|"


@pytest.mark.parametrize("text", ["", "\n\n", "sku\nA\n", "sku"])
def test_one_column_gives_the_comma(text: str) -> None:
    assert detect_delimiter(text) == ","


def test_delimiter_is_detected_by_a_header_alone() -> None:
    assert detect_delimiter("sku\tname") == "\t"


def test_delimiter_is_detected_in_a_head_that_ends_within_a_record() -> None:
    assert detect_delimiter("sku;name\nA;Lamp\nB;Desk\nC") == ";"
    assert detect_delimiter('sku;name\nA;"Lamp, never closed, and so on\n') == ";"
