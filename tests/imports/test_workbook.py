"""A sheet becomes CSV with the values that its cells have, one line for each row."""

import csv
import io
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.preview import preview
from chalicelib.imports.csv.choosing import SheetChoice
from chalicelib.imports.csv.head import inspect_head
from chalicelib.imports.csv.packed import SHEET
from chalicelib.imports.csv.sheets import LINE_BREAK, POINT
from chalicelib.imports.csv.workbook import (
    SheetOptions,
    WorkbookKind,
    convert_workbook,
    write_cell,
)
from chalicelib.imports.options import ImportOptions
from tests.fakes.source import MemorySource
from tests.imports.archives import zip_of
from tests.imports.mutants import Mutate, mutants
from tests.imports.reading import read_range_as
from tests.imports.workbooks import Rows, ods_of, xlsx_of

FEW = settings(max_examples=12, deadline=None)  # each starts a process
words = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"),
        exclude_characters="_\ufffe\uffff",
    ),
    min_size=1,
    max_size=8,
)
cells = st.one_of(
    words,
    words.map(lambda word: f"{word}\n{word}"),
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**6), 10**6, places=2).map(float),
    st.booleans(),
)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=5)


def convert(raw: bytes, kind: WorkbookKind = "xlsx", **options: Any) -> str:
    return b"".join(
        convert_workbook([raw], kind, SheetOptions(**options), SheetChoice(ImportOptions()).choose)
    ).decode()


def read(raw: bytes, kind: WorkbookKind = "xlsx") -> list[list[str]]:
    rows = csv.reader(io.StringIO(convert(raw, kind), newline=""))
    return [[cell.replace(LINE_BREAK, "\n").replace(POINT, ".") for cell in row] for row in rows]


def show(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@FEW
@given(tables)
def test_cells_of_excel_and_libreoffice_keep_their_values(rows: list[list[Any]]) -> None:
    expected = [
        [show(value).replace("-0", "0") if value == 0 else show(value) for value in row]
        for row in rows
    ]
    assert read(xlsx_of(rows)) == expected
    assert read(ods_of(rows), "ods") == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00123", "00123"),
        ("  padded ", "  padded "),
        ("12.5", "12.5"),
        (f"1{POINT}5", "1 5"),
        ("one\r\ntwo\nthree", f"one{LINE_BREAK}two{LINE_BREAK}three"),
        (4006381333931.0, "4006381333931"),
        (0.1 + 0.2, f"0{POINT}3"),
        (1e22, "10000000000000000000000"),
        (1e-7, f"0{POINT}0000001"),
        (-0.0, "0"),
        (12.50, f"12{POINT}5"),
        (1234567890123456789.0, "1234567890123460000"),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02T03:04:05"),
        (time(3, 4), "03:04:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        (None, ""),
    ],
)
def test_value_has_one_text(value: Any, text: str) -> None:
    assert write_cell(value) == text


def test_lines_are_the_rows_of_the_sheet() -> None:
    raw = xlsx_of([[], ["", "sku", "name"], [], ["", "A-1", "one\ntwo"], ["", "B;2", 'a "b"']])
    assert convert(raw) == f'\nsku,name\n\nA-1,"one{LINE_BREAK}two"\n"B;2","a ""b"""\n'


def test_line_breaks_in_cells_are_those_of_the_products() -> None:
    raw = convert(
        xlsx_of([["sku", "na\nme", "note"], ["A-1", "Lamp", "one\ntwo"], ["B-2", "x", "y"]])
    )
    found = inspect_head(
        MemorySource(raw.encode()), SHEET, ImportOptions(mapping={"na me": "name"}), 8
    )
    data = [raw.encode()[found.data_start :]]
    records = [record for _, record in read_range_as(found.reading, data, found.data_line)]
    assert records == [["A-1", "Lamp", "one\ntwo"], ["B-2", "x", "y"]]


SHEETS: dict[str, Rows] = {
    "Lamps": [["SKU", "Name", "Price"], ["A-1", "Lamp", 3.5]],
    "Values": [["Color", "Size"], ["red", "XL"]],
    "Chairs": [["SKU", "Name"], ["B-1", "Chair"]],
}


def look(raw: bytes, **options: Any) -> Any:
    return preview(raw, len(raw), ImportOptions(**options), (128, 512))


def test_sheet_with_products_is_read_though_it_is_not_the_first() -> None:
    raw = xlsx_of([["How to fill in the sheet"], ["Use it."]], more={"Lamps": SHEETS["Lamps"]})
    found = look(raw)
    assert [record.product["sku"] for record in found.records] == ["A-1"]
    assert "'Lamps'" in found.evidence["encoding"]
    assert not found.warnings


def test_first_of_several_sheets_with_products_is_read_with_a_warning() -> None:
    found = look(xlsx_of([["Contents"]], more=SHEETS))
    assert [record.product["sku"] for record in found.records] == ["A-1"]
    (warning,) = found.warnings
    assert warning.code == "sheets_left_out"
    assert "'Chairs' is left out" in warning.message
    chosen = look(xlsx_of([["Contents"]], more=SHEETS), sheet="Chairs")
    assert [record.product["sku"] for record in chosen.records] == ["B-1"]
    assert "sheets_left_out" not in {w.code for w in chosen.warnings}


def test_title_and_blank_rows_and_columns_before_the_header_are_passed_over() -> None:
    title: list[list[Any]] = [
        ["Price list 2026"],
        [],
        ["", "", "SKU", "Name"],
        ["", "", "A-1", "Lamp"],
    ]
    found = look(xlsx_of(title))
    assert (found.error, found.header_line) == (None, 3)
    assert [record.product["sku"] for record in found.records] == ["A-1"]


def test_stray_cell_far_to_the_right_rejects_only_its_record() -> None:
    stray: list[Any] = ["A-2", "Desk", *[None] * 5000, "note"]
    found = look(xlsx_of([["SKU", "Name"], ["A-1", "Lamp"], stray]))
    assert found.error is None
    codes = [record.reject.code if record.reject else None for record in found.records]
    assert codes == [None, "wrong_field_count"]


def test_rows_with_only_a_format_are_left_out() -> None:
    book = Workbook()
    for values in (["SKU", "Name", "Price"], ["A-1", "Lamp", 3.5]):
        book.active.append(values)  # type: ignore[union-attr]
    for row in range(3, 3000):
        book.active.cell(row, 1).font = Font(bold=True)  # type: ignore[union-attr]
    book.active["C2"].number_format = '#,##0.00 "EUR"'  # type: ignore[index]
    made = io.BytesIO()
    book.save(made)
    found = look(made.getvalue())
    assert [record.product["price"] for record in found.records] == ["3.5"]


def test_first_sheet_is_read_if_none_has_a_header_of_products() -> None:
    found = look(xlsx_of([["Nr", "Was"], ["1", "x"]], more={"Values": SHEETS["Values"]}))
    assert [column.header for column in found.columns] == ["Nr", "Was"]


def test_first_visible_sheet_with_data_is_read() -> None:
    more = {"Notes": [["hidden"]], "Empty": [], "Products": [["sku"], ["A"]]}
    raw = xlsx_of([], more=more, hidden=["Notes"])
    assert convert(raw) == "sku\nA\n"
    assert convert(raw, sheet="Notes") == "hidden\n"


@pytest.mark.parametrize(
    ("sheet", "code", "hint"),
    [("Prices", "sheet_unknown", "'First', 'Other'"), ("Other", "workbook_empty", "sheet")],
)
def test_missing_sheet_says_which_there_are(sheet: str, code: str, hint: str) -> None:
    raw = xlsx_of([["sku"]], more={"Other": []})
    with pytest.raises(JobEndedError) as caught:
        convert(raw, sheet=sheet)
    assert caught.value.code == code
    assert hint in caught.value.message


def test_sheet_that_claims_a_huge_area_ends_with_advice() -> None:
    rows: list[list[Any]] = [["sku"]] + [[] for _ in range(200_000)] + [[*[None] * 9_000, "x"]]
    with pytest.raises(JobEndedError) as caught:
        convert(xlsx_of(rows))
    assert caught.value.code == "workbook_too_large"
    assert "CSV" in caught.value.message


@FEW
@given(mutants(), st.sampled_from(["xlsx", "ods", "xls"]))
def test_damaged_workbook_gives_text_or_a_clear_end(mutate: Mutate, kind: WorkbookKind) -> None:
    raw = ods_of([["sku", 1]]) if kind == "ods" else xlsx_of([["sku", 1], ["A", True]])
    with suppress(JobEndedError):
        convert(mutate(raw), kind)


def test_archive_without_a_sheet_is_refused() -> None:
    with pytest.raises(JobEndedError) as caught:
        convert(zip_of({"[Content_Types].xml": b"<Types/>"}))
    assert caught.value.code == "workbook_broken"
