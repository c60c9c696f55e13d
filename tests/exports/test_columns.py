"""The headers of a table: an import must find each field and each attribute again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.exports.columns import ID_HEADER, choose_columns
from chalicelib.imports.formats.applying import map_header
from chalicelib.imports.options import ImportOptions
from chalicelib.products.fields import FIELDS, NAMES
from chalicelib.products.limits import MOST_COLUMNS

NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1)
TRICKY = st.sampled_from(
    [
        *(alias for field in FIELDS for alias in (field.name, field.label, *field.aliases)),
        *("Colour", "colour", "COLOUR", "attributes.Colour", "attributes2.colour", "Attributes.x"),
        *("id", ID_HEADER, "Product_Importer_ID", "Handle", "Variant SKU", "=cmd", "-", "'=x", "!"),
    ]
)


def headers(*attributes: str, fields: list[str] | None = None) -> list[str]:
    *found, last = choose_columns(fields, attributes)
    assert last.header == ID_HEADER
    return [column.header for column in found]


def test_attributes_keep_their_names_and_are_sorted() -> None:
    assert headers("size", "Colour") == [*NAMES, "Colour", "size"]


def test_names_of_product_fields_are_marked_as_attributes() -> None:
    fields = ["attributes"]
    assert headers("price", "Title", "VARIANT-SKU", fields=fields) == [
        "attributes.Title", "attributes.VARIANT-SKU", "attributes.price"
    ]  # fmt: skip


def test_names_that_differ_in_case_are_kept_apart() -> None:
    assert headers("colour", "Colour", "COLOUR", fields=["attributes"]) == [
        "COLOUR", "attributes.Colour", "attributes2.colour"
    ]  # fmt: skip


def test_attribute_that_is_chosen_has_its_own_place() -> None:
    fields = ["attributes.size", "sku", "attributes"]
    assert headers("size", "colour", fields=fields) == ["size", "sku", "colour"]


@given(st.lists(NAME | TRICKY, unique=True, max_size=30))
def test_an_import_finds_every_field_and_attribute_again(attributes: list[str]) -> None:
    columns = choose_columns(None, attributes)
    header = [column.header for column in columns]
    found = map_header(header, ImportOptions(), ()).columns
    assert found.fields == (*NAMES, *[None] * len(attributes), None)
    assert found.attributes == tuple(range(len(NAMES), len(header) - 1))
    assert {found.attribute(i) for i in found.attributes} == set(attributes)
    assert all(header[i][:1] not in "=+-@'" for i in found.attributes)


def test_too_many_columns_are_refused_with_what_to_do() -> None:
    names = [f"a{n}" for n in range(MOST_COLUMNS - len(NAMES))]
    with pytest.raises(JobEndedError) as found:
        choose_columns(None, names)
    assert found.value.code == "too_many_columns"
    assert "fields" in found.value.message
    assert len(choose_columns(None, names[1:])) == MOST_COLUMNS
