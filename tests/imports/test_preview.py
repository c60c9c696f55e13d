"""A preview tells what the import will do, of the file's first bytes alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.preview import SHOWN_RECORDS, preview
from chalicelib.imports.api.previewed import PreviewResponse
from chalicelib.imports.csv.dialect import detect_encoding
from chalicelib.imports.csv.head import Inspection, inspect_head
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.options import ImportOptions
from chalicelib.products.limits import MOST_COLUMNS
from tests.fakes.source import MemorySource
from tests.imports.archives import zip_of
from tests.imports.reading import read_range_as
from tests.imports.strategies import CatalogueFile, catalogue_files
from tests.imports.workbooks import xlsx_of

LIMITS = 128, 512


def look(raw: bytes, more_bytes: int = 0, **options: Any) -> PreviewResponse:
    """Preview a file that begins with these bytes, and has so many more."""
    return preview(raw, len(raw) + more_bytes, ImportOptions(**options), LIMITS)


def inspect(raw: bytes) -> Inspection | JobEndedError:
    """Return what the import's own step finds."""
    try:
        return inspect_head(
            MemorySource(raw),
            detect_encoding(raw, "utf-8", is_whole=True),
            ImportOptions(encoding="utf-8"),
            span_bytes=8,
        )
    except JobEndedError as error:
        return error


def fields_of(response: PreviewResponse) -> dict[str, str | None]:
    return {column.header: column.field for column in response.columns}


def cells_of(response: PreviewResponse) -> list[list[str]]:
    return [record.cells for record in response.records]


def rejects_of(response: PreviewResponse) -> list[tuple[int, str | None]]:
    return [(r.line, r.reject.code if r.reject else None) for r in response.records]


@given(catalogue_files())
def test_preview_equals_what_inspect_and_stage_find(file: CatalogueFile) -> None:
    response, found = look(file.raw, encoding="utf-8"), inspect(file.raw)
    if isinstance(found, JobEndedError):
        assert response.error is not None
        assert (response.error.code, response.error.message) == (found.code, found.message)
        return
    assert response.error is None
    assert (response.delimiter, fields_of(response)) == (found.delimiter, found.columns.describe())
    data = [file.raw[found.data_start :]]
    staged = read_range_as(found.reading, data, found.data_line)
    assert rejects_of(response) == [
        (line, outcome.code if isinstance(outcome, Reject) else None)
        for line, outcome in staged[:SHOWN_RECORDS]
    ]


@given(catalogue_files(), st.integers(0, 2000))
def test_complete_records_of_a_longer_file_are_shown(file: CatalogueFile, cut: int) -> None:
    options: dict[str, Any] = {
        "delimiter": file.delimiter,
        "encoding": "utf-8",  # another one may show only in the whole
        "decimal_mark": file.decimal_mark or ".",  # it too
    }
    whole = look(file.raw, **options)
    head = look(file.raw[:cut], max(1, len(file.raw) - cut), **options)
    if head.error is None:
        assert head.columns == whole.columns
        assert head.records == whole.records[: len(head.records)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_record_is_complete_once_its_line_end_is_in_the_head(end: str) -> None:
    raw = f"sku,name{end}A,Lamp{end}B,Lamp{end}".encode()
    assert cells_of(look(raw, 1)) == [["A", "Lamp"], ["B", "Lamp"]]
    assert cells_of(look(raw[: -len(end)], 1)) == [["A", "Lamp"]]
    assert cells_of(look(raw[: -len(end)])) == [["A", "Lamp"], ["B", "Lamp"]]


def test_ten_records_are_shown() -> None:
    response = look(b"sku,name\n" + b"".join(b"A-%d,Lamp\n" % n for n in range(20)))
    assert [record.line for record in response.records] == list(range(2, 12))


@pytest.mark.parametrize(
    ("codec", "declared", "detected"),
    [
        ("utf-8-sig", None, "utf-8"),
        ("utf-16", None, "utf-16-le"),
        ("utf-16-le", "utf-16", "utf-16-le"),
        ("cp1252", "cp1252", "cp1252"),
    ],
)
def test_file_in_another_encoding_is_read(codec: str, declared: str | None, detected: str) -> None:
    raw = "Artikelnummer;name;Größe\nA;Läufer;2 €\nB;Lamp;1\n".encode(codec)
    for more_bytes, cut in ((0, 0), (1, 1), (3, 3)):  # even within a character
        response = look(
            raw[: len(raw) - cut], more_bytes, encoding=declared, mapping={"Artikelnummer": "sku"}
        )
        assert (response.encoding, response.delimiter, response.error) == (detected, ";", None)
        assert fields_of(response) == {
            "Artikelnummer": "sku",
            "name": "name",
            "Größe": "attributes",
        }
        assert cells_of(response)[0] == ["A", "Läufer", "2 €"]


def test_options_override_what_is_detected() -> None:
    response = look(b"Nr|name;x\nA|B;C\n", delimiter="|", mapping={"Nr": "sku", "name;x": "name"})
    assert (response.delimiter, response.error) == ("|", None)
    left_out = look(b"sku,name,color\nA,B,C\n", mapping={"color": None})
    assert fields_of(left_out) == {"sku": "sku", "name": "name", "color": None}


def test_record_that_would_be_rejected_says_why() -> None:
    response = look(b"sku,name,price\nA,Lamp,12\nB,Lamp,12 pcs\nC\n", 100)
    assert rejects_of(response) == [(2, None), (3, "price_not_decimal"), (4, "wrong_field_count")]
    reject = response.records[1].reject
    assert reject is not None
    assert (reject.field, reject.message[:20]) == ("price", "Price isn't a number")


@pytest.mark.parametrize(
    ("raw", "code", "columns", "cells"),
    [
        (b"%PDF-1.7", "not_csv", {}, []),
        (b"\x1f\x8b\x08\x00", "archive_truncated", {}, []),
        (b"PK\x03\x04", "archive_broken", {}, []),
        (b"\n\n", "file_empty", {}, []),
        (b'sku,name,"oops\nA,B,C\n', "header_unclosed", {}, []),
        (
            b"ean,title\nA,B\n",
            "header_incomplete",
            {"ean": "attributes", "title": "name"},
            [["A", "B"]],
        ),
        (
            b"sku,name,Name\nA,B,C\n",
            "header_repeated",
            {"sku": "sku", "name": "name", "Name_2": "attributes"},
            [["A", "B", "C"]],
        ),
        (
            b"sku,name,gr\xf6\xdfe\n" + "A,äöü,ß\n".encode(),
            "header_not_utf8",
            {},
            [["A", "äöü", "ß"]],
        ),
        (b"sku,na\0me\nA,B\n", "header_has_nul", {}, [["A", "B"]]),
    ],
)
def test_invalid_file_shows_what_can_be_detected(
    raw: bytes, code: str, columns: dict[str, str], cells: list[list[str]]
) -> None:
    response = look(raw)
    assert response.error is not None
    assert (response.error.code, fields_of(response), cells_of(response)) == (code, columns, cells)
    assert [record.reject for record in response.records] == [None] * len(cells)


def test_invalid_mapping_leaves_the_other_columns_as_detected() -> None:
    response = look(b"Nr,name\nA,B\n", mapping={"No": "sku", "Nr": "quantity"})
    assert response.error is not None
    assert response.error.code == "mapping_unknown_column"
    assert fields_of(response) == {"Nr": "quantity", "name": "name"}


def test_header_that_is_too_wide_shows_the_most_columns() -> None:
    names = ["sku", "name", *(f"c{n}" for n in range(100_000))]
    response = look(",".join(names).encode() + b"\nA,B\n")
    assert response.error is not None
    assert response.error.code == "header_too_wide"
    assert len(response.columns) == MOST_COLUMNS


def test_header_that_does_not_end_in_the_head_is_too_long() -> None:
    response = look(b'sku,name,"' + b"x" * 256 * 1024, 10**9)
    assert response.error is not None
    assert response.error.code == "header_too_long"
    assert "0.25 MiB" in response.error.message


def test_record_shows_the_product_that_it_becomes() -> None:
    response = look(b"sku;name;Preis;color\nA;Lamp; 12,50 ;red\nB;Desk;;\nC;Sofa;x;\n")
    assert [record.product for record in response.records] == [
        {"sku": "A", "name": "Lamp", "price": "12.50", "attributes": {"color": "red"}},
        {"sku": "B", "name": "Desk", "price": None, "attributes": {}},
        None,
    ]


def test_row_rules_apply_to_the_records_shown() -> None:
    response = look(
        b"Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n"
        b"tee,Plain Tee,Acme,Size,S,TEE-S,15.00,https://x/1.jpg\n"
        b"tee,,,,M,TEE-M,15.00,\n"
        b"tee,,,,,,,https://x/2.jpg\n"
    )
    assert response.format == "shopify_products"
    assert [record.product and record.product["name"] for record in response.records] == [
        "Plain Tee - S",
        "Plain Tee - M",
        None,
    ]
    skip = response.records[2].skip
    assert skip is not None
    assert skip.reason == "image_row"


def test_repeated_header_is_skipped() -> None:
    response = look(b"sku,name\nA,Lamp\nsku,name\nB,Desk\n")
    assert [record.skip and record.skip.reason for record in response.records] == [
        None,
        "header_row",
        None,
    ]


def test_warnings_are_shown_even_if_the_columns_cannot_be_imported() -> None:
    response = look(b"Artikelnr,name\nA-1,Lamp\nB-2,Desk\n", format="none")
    assert response.error is not None
    assert [warning.code for warning in response.warnings] == ["sku_not_mapped"]


_SHEETS = xlsx_of([], {"Spring": [["sku", "name"], ["A-1", "Lamp"]], "Old": [["x"]]}, ["Old"])


@pytest.mark.parametrize(
    ("chosen", "read", "code"),
    [
        (None, "Spring", None),
        ("Old", "Old", "header_incomplete"),
        ("First", None, "workbook_empty"),
        ("Gone", None, "sheet_unknown"),
    ],
)
def test_sheets_to_choose_from_are_listed(
    chosen: str | None, read: str | None, code: str | None
) -> None:
    response = look(_SHEETS, sheet=chosen)
    assert (response.sheets, response.sheet) == (["First", "Spring", "Old"], read)
    assert (response.error.code if response.error else None) == code


@pytest.mark.parametrize("chosen", [None, "b/two.csv", "gone.csv"])
def test_files_to_choose_from_are_listed(chosen: str | None) -> None:
    raw = zip_of({"a.csv": b"sku,name\nA-1,Lamp\n", "b/two.csv": b"sku,name\nB-1,Rug\n"})
    response = look(raw, member=chosen)
    assert response.members == ["a.csv", "b/two.csv"]
    assert response.member == (chosen if chosen == "b/two.csv" else None)
    assert cells_of(response) == ([["B-1", "Rug"]] if response.member else [])


def test_only_names_that_options_accept_are_listed() -> None:
    raw = zip_of({"x" * 1001: b"", **{f"{n}.csv": b"" for n in range(120)}})
    assert look(raw).members == [f"{n}.csv" for n in range(100)]


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        (
            {"missing": "delete"},
            ("all products of the catalogue", "deleted", "10 % and 1,000 products"),
        ),
        (
            {"missing": "zero_stock", "scope": {"active": True}, "max_missing": {"percent": 2.5}},
            ("all products of options.scope", "set to quantity 0", "2.5 %,"),
        ),
    ],
)
def test_preview_warns_that_products_the_file_does_not_name_are_changed(
    options: dict[str, Any], texts: tuple[str, ...]
) -> None:
    raw = b"sku,name\nA,Lamp\n"
    [warning] = [w for w in look(raw, **options).warnings if w.code == "missing_products"]
    assert all(text in warning.message for text in texts)
    assert look(b"nothing\n", **options).warnings[0].code == "missing_products"
    assert "missing_products" not in {w.code for w in look(raw, missing="keep").warnings}
