"""A template says in its first row where the header is and where the records start."""

import pytest

from chalicelib.imports.api.preview import preview
from chalicelib.imports.csv.templates import find_template_rows
from chalicelib.imports.options import ImportOptions
from tests.imports.workbooks import xlsx_of

SETTINGS = "settings=attributeRow=3&contentLanguageTag=en_US&dataRow=5&labelRow=2"
ROWS = [
    [SETTINGS, "", ""],
    ["SKU", "Product Name", "Price"],
    ["item_sku", "item_name", "standard_price"],
    ["ABC123", "Example", "9.99"],
    ["R-1", "Lamp", "3.00"],
    ["R-2", "Desk", "4.00"],
]


def skus_of(raw: bytes, header_line: int | None = None) -> list[tuple[int, str]]:
    options = ImportOptions(header_line=header_line)
    found = preview(raw, len(raw), options, (128, 512))
    assert found.error is None
    return [(record.line, record.cells[0]) for record in found.records]


def test_examples_between_header_and_records_are_left_out() -> None:
    text = "".join("\t".join(row) + "\r\n" for row in ROWS)
    assert skus_of(text.encode()) == [(5, "R-1"), (6, "R-2")]
    assert skus_of(xlsx_of(ROWS)) == [(5, "R-1"), (6, "R-2")]


def test_line_of_the_header_can_be_set_in_spite_of_the_settings() -> None:
    text = "".join("\t".join(row) + "\n" for row in ROWS)
    assert [sku for _, sku in skus_of(text.encode(), 3)] == ["ABC123", "R-1", "R-2"]


@pytest.mark.parametrize(
    ("cell", "rows"),
    [
        (SETTINGS, (3, 5)),
        ("TemplateType=fptcustom", None),
        ("attributeRow=5", None),
        ("attributeRow=5&dataRow=5", None),
        ("attributeRow=0&dataRow=2", None),
        ("attributeRow=99999&dataRow=2", None),
    ],
)
def test_settings_that_make_no_sense_are_ignored(cell: str, rows: tuple[int, int] | None) -> None:
    assert find_template_rows(["x", cell]) == rows


def test_template_without_a_record_is_empty_not_broken() -> None:
    text = "".join("\t".join(row) + "\n" for row in ROWS[:4])
    assert skus_of(text.encode()) == []
