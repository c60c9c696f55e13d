"""What the head of a file tells: where the data begins, on which line, under which columns."""

from typing import Any

import pytest

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.dialect import detect_encoding
from chalicelib.imports.csv.head import HEAD_BYTES, Inspection, inspect_head
from chalicelib.imports.options import ImportOptions
from tests.fakes.source import MemorySource


def inspect(raw: bytes, **options: Any) -> Inspection:
    """Inspect a file of these bytes."""
    return inspect_head(
        MemorySource(raw), detect_encoding(raw[:16], None), ImportOptions(**options), 8
    )


def refusal(raw: bytes, **options: Any) -> JobEndedError:
    """Return why a file of these bytes ends the import."""
    with pytest.raises(JobEndedError) as caught:
        inspect(raw, **options)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "data", "line"),
    [
        (b"sku,name\nA,B\n", b"A,B\n", 2),
        (b"sku,name\r\nA,B\r\n", b"A,B\r\n", 2),
        (b"sku,name\rA,B\r", b"A,B\r", 2),
        (b"\n\r\n\rsku,name\nA,B", b"A,B", 5),
        (b"sku,name\n\n\nA,B", b"A,B", 4),
        (b'sku,name,"two\nlines"\nA,B,C', b"A,B,C", 3),
        (b'sku,name,"two\r\nlines\r"\r\nA,B,C', b"A,B,C", 4),
        (b"\xef\xbb\xbfsku,name\nA,B", b"A,B", 2),
        (b'\xef\xbb\xbf"sku","name"\nA,B', b"A,B", 2),
        (b"sku,name", b"", 1),
        (b"sku,name\n", b"", 2),
        (b"sku,name\n\n\r\n", b"", 4),
    ],
)
def test_data_starts_at_the_first_record_after_the_header(
    raw: bytes, data: bytes, line: int
) -> None:
    found = inspect(raw)
    assert raw[found.data_start :] == data
    assert found.data_line == line
    assert found.columns.fields[:2] == ("sku", "name")


def test_header_names_are_read_as_csv() -> None:
    found = inspect(b'sku,"name","say ""hi""\nthere","a,b"\n')
    assert found.columns.names == ("sku", "name", 'say "hi"\nthere', "a,b")


def test_declared_delimiter_is_not_detected() -> None:
    found = inspect(
        b"sku;name|x;y\nA;B|C;D\n", delimiter="|", mapping={"sku;name": "sku", "x;y": "name"}
    )
    assert found.delimiter == "|"
    assert len(found.columns) == 2


def test_delimiter_is_detected_after_a_byte_order_mark() -> None:
    assert inspect(b"\xef\xbb\xbfsku;name\nA;B\n").delimiter == ";"


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b"\n\r\n\r"])
def test_file_without_records_or_header_is_empty(raw: bytes) -> None:
    assert refusal(raw).code == "file_empty"


def test_header_that_does_not_end_in_the_first_mebibyte_is_too_long() -> None:
    assert (
        refusal(b'sku,name,"never closed\n' + b"x,y\n" * (HEAD_BYTES // 4)).code
        == "header_too_long"
    )
    assert refusal(b"sku,name," + b"x" * HEAD_BYTES).code == "header_too_long"


def test_many_blank_lines_may_precede_the_header() -> None:
    found = inspect(b"\n" * 100_000 + b"sku,name\nA,B\n")
    assert found.data_line == 100_002


def test_unclosed_quote_in_the_header_of_a_small_file_is_reported() -> None:
    assert refusal(b'sku,name,"oops\nA,B,C\n').code == "header_unclosed"


def test_header_that_is_not_utf8_asks_for_the_encoding() -> None:
    found = refusal("sku,name,größe\nA,B,C\n".encode("latin-1"))
    assert found.code == "header_not_utf8"
    assert "options.encoding" in found.message


def test_records_that_are_not_utf8_pass_the_inspection() -> None:
    assert inspect(b"sku,name\nA,gr\xf6\xdfe\n").data_line == 2


def test_utf16_without_mark_or_declaration_asks_for_the_encoding() -> None:
    found = refusal("sku,name\nA,B\n".encode("utf-16-le"))
    assert found.code == "header_has_nul"
    assert "UTF-16" in found.message


def test_inspection_round_trips_through_json() -> None:
    found = inspect(b"sku;name;color\nA;B;C\n", mapping={"color": None})
    assert Inspection.from_json(found.to_json()) == found
