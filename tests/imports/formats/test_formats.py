"""Formats: each one is valid, has a sample, and is detected by it; and what a format decides."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.imports.csv.rows import Condition, RowRules, SkipRule
from chalicelib.imports.formats.applying import MappedHeader, map_header
from chalicelib.imports.formats.catalogue import list_names, load_formats
from chalicelib.imports.formats.detection import detect_format
from chalicelib.imports.formats.model import Format
from chalicelib.imports.options import ImportOptions
from chalicelib.products.words import FALSE_WORDS, TRUE_WORDS
from infra.openapi.formats import FORMATS_PATH, write_formats
from infra.packaging.package import ROOT

SAMPLES = Path(__file__).parent / "samples"
# The format of a header, the header, and the columns that are product fields.
HEADERS = json.loads((SAMPLES.parent / "headers.json").read_text(encoding="utf-8"))
HEADER_LINES = {"amazon_flat_file": 3, "amazon_template": 5}
each_format = pytest.mark.parametrize("name", list_names())


def find_sample(name: str) -> Path:
    """Return the file of a format's sample."""
    (path,) = set(SAMPLES.glob(f"{name}.*")) - {SAMPLES / f"{name}.json"}
    return path


def read_sample(name: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the records of a format's sample."""
    text = find_sample(name).read_text(encoding="utf-8-sig")
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    records = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    at = HEADER_LINES.get(name, 1) - 1
    return records[at], records[at + 1 :]


def read_expected(name: str) -> dict[str, Any]:
    """Return what a format's sample must give."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def read_header(*header: str, chosen: str | None = None, **mapping: str) -> MappedHeader:
    return map_header(header, ImportOptions(format=chosen, mapping=dict(mapping)), [])


def fields_of(mapped: MappedHeader) -> dict[str, str]:
    """Return the header of each product field."""
    columns = mapped.columns
    return {f: name for name, f in zip(columns.names, columns.fields, strict=True) if f}


@each_format
def test_sample_is_detected_with_its_evidence(name: str) -> None:
    found = detect_format(read_sample(name)[0])
    assert found
    assert found.format.name == name
    assert found.evidence == read_expected(name)["evidence"]


@each_format
def test_sample_has_a_column_for_every_required_field(name: str) -> None:
    header, records = read_sample(name)
    assert {"sku", "name"} <= set(map_header(header, ImportOptions(), records).columns.fields)


def test_page_has_the_current_titles() -> None:
    text = (ROOT / FORMATS_PATH).read_text(encoding="utf-8")
    assert text == write_formats(), f"{FORMATS_PATH} is not up to date: run `make openapi`"


def test_titles_are_unique() -> None:
    titles = [found.title for found in load_formats().values()]
    assert len(set(titles)) == len(titles)


def test_plain_header_has_no_format() -> None:
    assert detect_format(["sku", "name", "price"]) is None


def test_format_that_is_set_wins_over_the_detected_one() -> None:
    mapped = read_header("Artikelnummer", "Bezeichnung", "sku", "name", chosen="none")
    assert mapped.format is None
    assert fields_of(mapped) == {"sku": "sku", "name": "name"}
    mapped = read_header("sku", "name", chosen="generic_german")
    assert mapped.format_name == "generic_german"


def test_unknown_format_is_rejected_with_the_known_names() -> None:
    with pytest.raises(ValidationError, match=r"Use one of none, .*shopify_products"):
        ImportOptions(format="shopfy")


def test_shop_is_preferred_to_a_language() -> None:
    header = ("Handle", "Title", "Variant SKU", "Variant Price", "Preis", "Bestand", "Marke")
    assert read_header(*header).format_name == "shopify_products"


@pytest.mark.parametrize(("name", "header", "taken"), HEADERS)
def test_headers_seen_in_real_files_are_recognised(name: str, header: str, taken: str) -> None:
    mapped = read_header(*header.split(","))
    assert mapped.format_name == name
    columns = mapped.columns
    found = [n for n, field in zip(columns.names, columns.fields, strict=True) if field]
    assert found == taken.split(",")


def test_quantities_of_several_locations_are_ambiguous() -> None:
    header = ("Handle", "Title", "SKU", "HS Code", "COO", "Old Town", "Harbour")
    sample = [["a", "A", "A-1", "", "", "", "4"], ["b", "B", "B-1", "", "", "3", "2"]]
    mapped = map_header(header, ImportOptions(), sample)
    assert fields_of(mapped)["quantity"] == "Harbour"
    (ambiguity,) = mapped.ambiguities
    assert ambiguity.headers == ("Old Town", "Harbour")


def test_alias_that_the_format_uses_for_something_else_is_an_attribute() -> None:
    mapped = read_header("name", "default_code", "standard_price")
    assert mapped.format_name == "odoo"
    assert "price" not in fields_of(mapped)


def test_mapping_overrides_the_format() -> None:
    mapped = read_header("Artikelnummer", "Bezeichnung", "EAN", EAN="sku")
    assert fields_of(mapped) == {"sku": "EAN", "name": "Bezeichnung"}


def test_rows_of_a_format_are_resolved_to_positions() -> None:
    mapped = read_header("Title", "Handle", "Variant SKU", "Option1 Value", "Image Src")
    assert mapped.rows == RowRules(
        group=(1,),
        filled=(0,),
        name_parts=(3,),
        sku_from=(1, 3),
        omitted=("default title",),
        skips=(
            SkipRule(
                reason="image_row",
                conditions=(
                    Condition(columns=(0, 2, 3), test="blank"),
                    Condition(columns=(4,), test="given"),
                ),
            ),
        ),
    )


def test_listings_without_the_column_that_marks_them_are_grouped_by_title() -> None:
    marked = read_header("CustomLabel", "Title", "StartPrice", "Relationship").rows
    assert marked.starts == (Condition(columns=(3,), test="blank"),)
    unmarked = read_header("CustomLabel", "Title", "StartPrice").rows
    assert (unmarked.starts, unmarked.group) == ((), (1,))


def test_skip_rule_whose_columns_are_missing_is_left_out() -> None:
    assert read_header("Title", "Handle", "Variant SKU").rows.skips == ()


def test_words_of_a_column_are_read_in_place_of_the_cell() -> None:
    mapped = read_header("Artikelnummer", "Bezeichnung", "Gesperrt")
    assert mapped.cells[2].apply("Ja") == "false"
    assert mapped.cells[2].apply("nein") == "true"
    assert mapped.cells[2].apply("X") == "false"
    assert all(mapped.cells[2].apply(word) == "false" for word in TRUE_WORDS)
    assert all(mapped.cells[2].apply(word) == "true" for word in FALSE_WORDS)
    assert read_header("Artikelnummer", "Bezeichnung", "Aktiv").cells[2].apply("J") == "true"


def test_skip_needs_a_reason_with_a_message() -> None:
    skip = {"reason": "mystery", "when": [{"columns": ["x"], "test": "blank"}]}
    values = {"name": "x", "title": "x", "label": "x", "header": {"required": ["x"]}}
    with pytest.raises(ValidationError, match="mystery"):
        Format.model_validate(values | {"rows": {"skips": [skip]}})
