"""A cell that holds a number is that number, whatever the decimal mark of the sheet's texts is."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.head import inspect_head
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.packed import SHEET
from chalicelib.imports.csv.summing import sum_notes
from chalicelib.imports.csv.workbook import write_row
from chalicelib.imports.options import ImportOptions
from tests.fakes.source import MemorySource
from tests.imports.pipeline import Pipeline, read_catalogue, read_rejects
from tests.imports.reading import cut, read_range_as
from tests.imports.test_preview import look
from tests.imports.workbooks import ods_of, xlsx_of

HEADER = ["sku", "name", "price", "quantity", "weight"]
PRICES: list[list[Any]] = [
    ["A-1", "Lamp", 1.125, "1", 0.5],
    ["A-2", "Desk", "12,90", 1125, 1.25],
    ["A-3", "Rug", 12.5, 3.0, "1.5"],
    ["A-4", "Sofa", "1.250", "1.000", 7],
    ["A-5", "Bed", 1250, 2.5, "a"],
    ["A-6", None, 12.5, 1, 0.5],
]


def sheet(rows: Sequence[Sequence[Any]]) -> bytes:
    return b"".join(write_row(row, ",") for row in [HEADER, *rows])


@pytest.fixture
def connection(database_dsn: str) -> Iterator[Connection]:
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened


def run(connection: Connection, raw: bytes, **options: Any) -> dict[str, Any]:
    """Import a converted sheet; return the products by sku."""
    chosen = ImportOptions(**options)
    pipeline = Pipeline("", raw, "job_1", chosen, connection=connection, encoding=SHEET)
    pipeline.run()
    return {product["sku"]: product for product in read_catalogue(connection).values()}


@pytest.mark.parametrize("make", [xlsx_of, ods_of])
def test_preview_reads_numbers_as_the_sheet_shows_them(make: Any) -> None:
    rows = [[cell or "" for cell in row] for row in [HEADER, *PRICES]]
    response = look(make(rows), rounding="half_up")
    assert response.decimal_mark == ","
    assert "1 of 3 prices" in response.evidence["decimal_mark"]
    shown = [
        (r.product["price"], r.product["quantity"], r.product["attributes"])
        if r.product
        else r.reject and r.reject.code
        for r in response.records
    ]
    assert shown == [
        ("1.13", 1, {"weight": "0.5"}),
        ("12.90", 1125, {"weight": "1.25"}),
        ("12.5", 3, {"weight": "1.5"}),
        ("1250", 1000, {"weight": "7"}),
        "quantity_not_integer",
        "name_missing",
    ]
    assert response.records[0].cells == ["A-1", "Lamp", "1.125", "1", "0.5"]


def test_import_reads_numbers_as_the_sheet_shows_them(connection: Connection) -> None:
    found = run(connection, sheet(PRICES), rounding="half_up")
    assert {sku: (str(p["price"]), p["quantity"]) for sku, p in found.items()} == {
        "A-1": ("1.13", 1),
        "A-2": ("12.90", 1125),
        "A-3": ("12.50", 3),
        "A-4": ("1250.00", 1000),
    }
    assert found["A-2"]["attributes"] == {"weight": "1.25"}


def test_rejects_have_numbers_that_the_same_options_read_alike(connection: Connection) -> None:
    run(connection, sheet(PRICES))
    rejects = {line: r.record.decode() for line, r in read_rejects(connection, "job_1").items()}
    assert rejects == {
        2: 'A-1,Lamp,"1,125",1,0.5',
        6: 'A-5,Bed,1250,"2,5",a',
        7: 'A-6,,"12,5",1,0.5',
    }


def test_rejects_have_the_line_breaks_of_the_sheet(connection: Connection) -> None:
    run(connection, sheet([["A-1", "two\nlines", "x", 1, "a\nb"]]))
    assert read_rejects(connection, "job_1")[2].record == b'A-1,"two\nlines",x,1,"a\nb"'


@pytest.mark.parametrize("cell", [date(2026, 3, 1), datetime(2026, 3, 26, 10, 30)])  # noqa: DTZ001
def test_sku_that_became_a_date_is_imported_with_a_warning(
    connection: Connection, cell: Any
) -> None:
    rows = [["A-1", "Lamp", 1, 1, 1], [cell, "Desk", 1, 1, 1]]
    response = look(xlsx_of([HEADER, *rows]))
    assert [(w.code, w.lines) for w in response.warnings] == [("sku_date", [3])]
    pipeline = Pipeline("", sheet(rows), connection=connection, encoding=SHEET)
    pipeline.prepare()
    pipeline.stage(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT notes FROM import_ranges")
        noted = sum_notes(note for (notes,) in cursor for note in notes)
    assert (noted["sku_date"].columns, noted["sku_date"].lines) == (["sku"], [3])


def test_upload_of_text_has_no_marked_numbers() -> None:
    response = look(b"sku,name,price,weight\nA-1,Lamp,1\x1f125,0\x1f5\n")
    assert response.records[0].cells[2:] == ["1\x1f125", "0\x1f5"]
    assert response.records[0].reject is not None
    assert response.records[0].reject.code == "price_not_decimal"


def _to_text(value: Decimal, mark: str, *, grouped: bool) -> str:
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.translate(str.maketrans(".,", ",.")) if mark == "," else text


@st.composite
def shown_cells(draw: st.DrawFn, mark: str, most_places: int) -> tuple[Any, Decimal]:
    """A cell that a person sees as a number: a number, or its text with the mark."""
    places = draw(st.integers(0, most_places))
    value = draw(st.decimals(0, 10**6, places=places))
    if draw(st.booleans()):
        return float(value), value
    return _to_text(value, mark, grouped=draw(st.booleans())), value


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, list[tuple[Any, Any, Decimal, Decimal]]]:
    """Rows with a price and a quantity, and what they are, with one mark in all texts."""
    mark = draw(st.sampled_from([".", ","]))
    prices, quantities = shown_cells(mark, 3), shown_cells(mark, 1)
    pairs = draw(st.lists(st.tuples(prices, quantities), min_size=1, max_size=12))
    return mark, [(p, q, price, quantity) for (p, price), (q, quantity) in pairs]


@given(sheets(), st.sampled_from(["detected", "set"]), st.integers(5, 60))
def test_any_mix_of_numbers_and_texts_gives_what_a_person_sees(
    made: tuple[str, list[tuple[Any, Any, Decimal, Decimal]]], how: str, piece_bytes: int
) -> None:
    mark, rows = made
    raw = sheet([[f"A-{n}", "Lamp", p, q, 1.5] for n, (p, q, _, _) in enumerate(rows)])
    options = ImportOptions.model_validate(
        {"rounding": "half_up", "decimal_mark": mark if how == "set" else None}
    )
    found = inspect_head(MemorySource(raw), SHEET, options, 8)
    known = found.reading.numbers.decimal_mark
    pieces = cut(raw[found.data_start :], piece_bytes)
    read = read_range_as(found.reading, pieces, found.data_line)
    assert len(read) == len(rows)
    for (_, record), (p, q, price, quantity) in zip(read, rows, strict=True):
        if isinstance(record, Reject):
            is_text = isinstance(p if record.field == "price" else q, str)
            is_ambiguous = record.code.endswith("_ambiguous") and known is None and is_text
            is_part = record.code == "quantity_not_integer" and quantity != int(quantity)
            assert is_ambiguous or is_part
            assert b"\x1f" not in record.record
        elif isinstance(record, list):
            shown = price.quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert Decimal(record[2].replace(",", ".")) == shown
            assert Decimal(record[3]) == quantity
