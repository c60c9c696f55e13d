"""The header is found below titles, notes and Excel's separator line, and its records exactly."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.head import Inspection
from tests.imports.oracle import read_records
from tests.imports.strategies import CatalogueFile, catalogue_files, delimiters, write_record
from tests.imports.test_head import inspect, refusal

_TITLES = ["Price list 2026", "", "Created: 12.05.2026", "Acme, Inc.", "a;b", '"two\nlines"', "|"]
_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def line_of(found: Inspection) -> int:
    """Return the line of the header."""
    return int(found.detected["header_line"])


def test_separator_line_sets_the_delimiter() -> None:
    raw = b"sep=;\nsku;name;price\nD-1;Rug;10.00\n"
    found = inspect(raw)
    assert (found.delimiter, line_of(found), found.data_line) == (";", 2, 3)
    assert raw[found.data_start :] == b"D-1;Rug;10.00\n"


@pytest.mark.parametrize("line", [b"SEP=|", b'"sep=|"', b"sep=|,,"])
def test_separator_line_may_be_quoted_and_padded(line: bytes) -> None:
    assert inspect(line + b"\r\nsku|a,b,c|name\r\nA|B|C\r\n").delimiter == "|"


def test_declared_delimiter_overrides_the_separator_line() -> None:
    assert inspect(b"sep=;\nsku,name\n", delimiter=",").columns.names == ("sku", "name")


def test_separator_that_is_not_supported_is_left_out() -> None:
    found = inspect(b"sep=^\nsku,name\nA,B\n")
    assert (found.delimiter, found.data_line) == (",", 3)


def test_file_with_only_a_separator_line_is_empty() -> None:
    assert refusal(b"sep=;\n").code == "file_empty"


def test_header_is_found_below_titles() -> None:
    raw = b"Price list;;;\nCreated;2026-05-12;;\n\nsku;name;price;\nA;Lamp;1,50;\nB;Desk;2,75;\n"
    found = inspect(raw)
    assert (line_of(found), found.data_line, found.delimiter) == (4, 5, ";")
    assert found.columns.fields[:3] == ("sku", "name", "price")


def test_delimiter_is_detected_below_a_title_with_another_one() -> None:
    found = inspect(b"Prices, spring, 2026, all\n\nsku;name;price\nA;Lamp;1,50\n")
    assert (found.delimiter, line_of(found)) == (";", 3)


def test_keys_below_labels_are_the_header() -> None:
    found = inspect(
        b"TemplateType=fptcustom\tVersion=2026.1\t\n"
        b"SKU\tProduct Name\tPrice\n"
        b"item_sku\titem_name\tstandard_price\n"
        b"R-1\tA\t3.00\n"
    )
    assert (line_of(found), found.data_line) == (3, 4)
    assert found.columns.names == ("item_sku", "item_name", "standard_price")


def test_keys_below_labels_in_another_language_are_the_header() -> None:
    found = inspect(
        b"TemplateType=x\t\t\t\nH\xc3\xa4ndler-Nr\tTitel\tBetrag\tAnzahl\n"
        b"item_sku\titem_name\tstandard_price\tquantity\nR-1\tA\t3.00\t1\n"
    )
    assert line_of(found) == 3


@pytest.mark.parametrize("repeated", [b"sku,name,price", b"SKU,NAME,Price,", b"s\0ku,name,price"])
def test_repeated_header_does_not_become_the_header(repeated: bytes) -> None:
    assert line_of(inspect(b"sku,name,price\n" + repeated + b"\nA,B,1\n")) == 1


def test_mapped_names_show_the_header() -> None:
    found = inspect(b"Stock report\nNr,Ware\nA,Lamp\n", mapping={"Nr": "sku", "Ware": "name"})
    assert (line_of(found), found.columns.fields) == (2, ("sku", "name"))


def test_unknown_names_below_a_title_are_the_header() -> None:
    found = refusal(b"Stock report\n\nNr,Ware,Art\n1,Lamp,x\n2,Desk,y\n")
    assert found.code == "header_incomplete"
    assert "'Nr', 'Ware', 'Art'" in found.message


def test_declared_line_is_the_header() -> None:
    raw = b'title "\nsku,name\r\nitem_sku,title,x\r\n\r\nA,B,C\r\n'
    found = inspect(raw, header_line=3)
    assert (line_of(found), found.data_line) == (3, 5)
    assert raw[found.data_start :] == b"A,B,C\r\n"
    assert inspect(raw, header_line=2).columns.names == ("sku", "name")


@pytest.mark.parametrize("number", [2, 4, 5])
def test_declared_line_must_have_a_header(number: int) -> None:
    assert refusal(b"sku,name\n\nA,B\n", header_line=number).code == "header_line_blank"


def test_header_below_the_twentieth_line_is_not_looked_for() -> None:
    titles = b"Title\n" * 19
    assert line_of(inspect(titles + b"sku,name\nA,B\n")) == 20
    with pytest.raises(JobEndedError):
        inspect(titles + b"Title\nsku,name\nA,B\n")


@given(
    titles=st.lists(st.sampled_from(_TITLES), max_size=8),
    has_separator=st.booleans(),
    bom=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    delimiter=delimiters,
    end=_ENDS,
    declares=st.booleans(),
)
def test_header_and_data_are_where_a_serial_reader_finds_them(
    titles: list[str], has_separator: bool, bom: bytes, delimiter: str, end: str, declares: bool
) -> None:
    above = [f"sep={delimiter}"] * has_separator + titles
    header = write_record(["sku", "name", "price", 'size "cm"\nwide'], delimiter)
    data = end.join(write_record(["A", "Lamp", str(n), "x"], delimiter) for n in range(30))
    before = "".join(line + end for line in above)
    text = before + header + end + end + data
    lines = len(list(io.StringIO(before, newline="")))
    options = {"header_line": lines + 1} if declares and lines < 20 else {}
    found: Inspection = inspect(bom + text.encode(), **options)
    first, second, *_ = read_records(text[len(before) :], delimiter)
    assert found.columns.names == tuple(first.fields)
    assert line_of(found) == lines + 1
    assert (bom + text.encode())[found.data_start :].decode() == data
    assert found.data_line == lines + second.line


@given(catalogue_files())
def test_plain_header_stays_the_first_record(file: CatalogueFile) -> None:
    found = inspect(file.raw, delimiter=file.delimiter)
    text = file.raw.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=file.delimiter)
    header = next(row for row in rows if row)
    assert found.columns.names == tuple(name.strip() for name in header)
    assert line_of(found) == 1 + text.startswith("\n")


def test_header_of_an_update_needs_no_names() -> None:
    raw = b"Stock report;;\nSKU;Bestand;Ort\nA;5;Berlin\n"
    assert line_of(inspect(raw, mode="update")) == 2
