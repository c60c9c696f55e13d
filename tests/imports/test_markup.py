"""Tables in HTML and in Excel's XML, which shops and programs export as .xls."""

import csv
import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.preview import preview
from chalicelib.imports.csv.foreign import is_markup
from chalicelib.imports.csv.markup import read_tables
from chalicelib.imports.csv.sheets import LINE_BREAK
from chalicelib.imports.options import ImportOptions
from tests.imports.mutants import Mutate, mutants
from tests.imports.reading import cut_at

PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=%s">
<style>td {color: red}</style></head><body>
<table border=1>
<tr><th colspan="3">Price list</th></tr>
<tr><th>SKU</th><th>Name</th><th>Preis</th></tr>
<tr><td>00123<td>Stühle &amp;
   Tische<td>12,90&nbsp;&euro;
<tr><td>A-2</td><td><p>Lamp<br>red, small</p></td><td></td></tr>
</table></body></html>"""
ROWS = [
    ["Price list", "", ""],
    ["SKU", "Name", "Preis"],
    ["00123", "Stühle & Tische", "12,90\u00a0€"],
    ["A-2", "Lamp\nred, small", ""],
]
XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Empty"><Table/></Worksheet>
<Worksheet ss:Name="Products"><Table>
<Row><Cell><Data ss:Type="String">SKU</Data></Cell><Cell><Data ss:Type="String">Name</Data></Cell>
<Cell><Data ss:Type="String">Price</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">A-1</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">12.5</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="More"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>
</Worksheet></Workbook>"""


def look(raw: bytes, more_bytes: int = 0, **options: Any) -> Any:
    return preview(raw, len(raw) + more_bytes, ImportOptions(**options), (128, 512))


def read(text: str, cuts: tuple[int, ...] = ()) -> list[list[str]]:
    written = b"".join(read_tables(cut_at(text.encode(), cuts), "utf-8", ","))
    rows = csv.reader(io.StringIO(written.decode(), newline=""))
    return [[cell.replace(LINE_BREAK, "\n") for cell in row] for row in rows]


@given(st.lists(st.integers(0, 1000), max_size=4))
def test_rows_of_a_page_are_the_same_wherever_it_is_cut(cuts: list[int]) -> None:
    assert read(PAGE % "utf-8", tuple(cuts)) == ROWS


def test_rows_of_the_first_sheet_with_data_in_xml_are_read() -> None:
    assert read(XML) == [["SKU", "Name", "Price"], ["A-1", "", "12.5"]]


def test_merged_cells_have_their_value_in_the_first_cell() -> None:
    page = "<table><tr><td>a<td rowspan=2 colspan=2>b<td>c</tr><tr><td>d<td>e</tr></table>"
    assert read(page) == [["a", "b", "", "c"], ["d", "", "", "e"]]


def test_table_inside_a_layout_is_read() -> None:
    page = "<table><tr><td>menu <table><tr><td>sku<td>name</tr></table> end</td></tr></table>"
    assert read(page) == [["sku", "name"]]


@pytest.mark.parametrize(
    ("codec", "charset"),
    [("utf-8", "utf-8"), ("cp1252", "iso-8859-1"), ("cp1252", "windows-1252"), ("utf-16", "x")],
)
def test_page_is_imported_in_the_encoding_that_it_names(codec: str, charset: str) -> None:
    found = look((PAGE % charset).encode(codec))
    assert found.error is None
    products = [record.product for record in found.records if record.product]
    assert [(p["sku"], p["name"], p["price"]) for p in products] == [
        ("00123", "Stühle & Tische", "12.90"),
        ("A-2", "Lamp\nred, small", None),
    ]


def test_start_of_a_long_page_shows_its_complete_rows() -> None:
    raw = (PAGE % "utf-8").encode()
    found = look(raw[: raw.index(b"A-2")], 10**7)
    assert found.error is None
    assert [record.cells[0] for record in found.records] == ["00123"]


@pytest.mark.parametrize("page", ["<html><body>Sign in</body></html>", "<table></table>"])
def test_page_without_a_row_is_refused_with_advice(page: str) -> None:
    with pytest.raises(JobEndedError) as caught:
        read(page)
    assert caught.value.code == "not_csv"
    assert "login" in caught.value.message


@given(mutants())
def test_damaged_page_gives_rows_or_a_clear_end(mutate: Mutate) -> None:
    with suppress(JobEndedError):
        list(read_tables([mutate((PAGE % "utf-8").encode())], "utf-8", ","))


def test_unknown_declaration_is_passed_over_or_refused() -> None:
    with suppress(JobEndedError):
        read("<table><![foo bar]><tr><td>a</table>")


def test_tag_that_never_ends_takes_no_more_memory_than_allowed() -> None:
    pieces = [b"<table><!--", *[b"x" * 1024**2] * 12]
    with pytest.raises(JobEndedError):
        list(read_tables(pieces, "utf-8", ","))


@pytest.mark.parametrize("text", ["<Name>,sku\n", "sku,<table>\n", "", "a<b\n"])
def test_csv_is_not_taken_for_a_page(text: str) -> None:
    assert not is_markup(text.encode())


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"%PDF-1.7", "PDF"),
        (b'[\n {"sku": "A"}]', "JSON"),
        (b'{"sku": "A"}\n{"sku": "B"}\n', "JSON"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><products/>', "XML"),
        (b"<products><product/></products>", "XML"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7-Zip"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"SQLite format 3\0", "database"),
        (b"{\\rtf1\\ansi sku}", "RTF"),
    ],
)
def test_other_files_are_named_with_what_to_do(raw: bytes, what: str) -> None:
    error = look(raw).error
    assert error is not None
    assert error.code == "not_csv"
    assert what in error.message
    assert "upload" in error.message


def test_header_in_angle_brackets_is_not_xml() -> None:
    assert look(b"<sku>,<name>\nA-1,Lamp\n").error is None
