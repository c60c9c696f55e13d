"""A sheet becomes CSV with the values that its cells have, one line for each row."""

import csv
import io
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
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
from tests.imports.workbooks import ods_of, xlsx_of

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
    return b"".join(convert_workbook([raw], kind, SheetOptions(**options))).decode()


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
