"""What each column of a file is taken for."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.preview import preview
from chalicelib.imports.csv.columns import (
    Columns,
    Use,
    find_ambiguities,
    map_columns,
    name_columns,
)
from chalicelib.imports.csv.fitting import Ambiguity, Preferences
from chalicelib.imports.csv.headers import reduce_name
from chalicelib.imports.options import ImportOptions
from chalicelib.products.limits import MOST_COLUMNS

SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
    "Variant Price,Variant Compare At Price,Image Src,Gift Card"
).split(",")
WOOCOMMERCE = (
    "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,"
    "Tax status,In stock?,Stock,Backorders allowed?,Weight (kg),Sale price,Regular price,Categories"
).split(",")
MAGENTO = (
    "sku,store_view_code,attribute_set_code,product_type,categories,name,description,"
    "short_description,weight,product_online,tax_class_name,price,special_price,qty,is_in_stock"
).split(",")


def taken(header: Sequence[str], mapping: Mapping[str, Use | None] | None = None) -> dict[str, str]:
    """Return the header name of each product field."""
    columns = map_columns(header, mapping or {})
    return {f: name for f, name in zip(columns.fields, columns.names, strict=True) if f}


def refusal(
    header: Sequence[str], mapping: Mapping[str, Use | None] | None = None
) -> JobEndedError:
    """Return why a header ends the import."""
    with pytest.raises(JobEndedError) as caught:
        map_columns(header, mapping or {})
    return caught.value


def test_shopify_export_needs_no_mapping() -> None:
    assert taken(SHOPIFY) == {
        "sku": "Variant SKU",
        "name": "Title",
        "brand": "Vendor",
        "description": "Body (HTML)",
        "price": "Variant Price",
        "quantity": "Variant Inventory Qty",
        "active": "Published",
    }


def test_woocommerce_export_needs_no_mapping() -> None:
    assert taken(WOOCOMMERCE) == {
        "sku": "SKU",
        "name": "Name",
        "description": "Description",
        "price": "Regular price",
        "quantity": "Stock",
        "active": "Published",
    }


def test_magento_export_needs_no_mapping() -> None:
    assert taken(MAGENTO) == {
        "sku": "sku",
        "name": "name",
        "description": "description",
        "price": "price",
        "quantity": "qty",
    }


@pytest.mark.parametrize(
    "name", ["PRODUCT NAME", "product_name", "Product-Name", " productName ", "Próduct\u00a0Name"]
)
def test_spelling_of_a_header_name_does_not_matter(name: str) -> None:
    assert taken(["sku", name])["name"] == name.strip().replace("\u00a0", " ")


def test_mapping_may_have_what_is_not_seen_of_a_header_name() -> None:
    columns = map_columns(["Ar\u200bt", "name"], {"Art": "sku"})
    assert columns == map_columns(["Ar\u200bt", "name"], {"Ar\u200bt": "sku"})
    assert columns.names == ("Art", "name")


def test_first_alias_of_a_field_wins_in_any_column_order() -> None:
    found = taken(["title", "name", "reference", "sku"])
    assert found == {"name": "name", "sku": "sku"}


def test_columns_that_are_not_fields_are_attributes_in_file_order() -> None:
    columns = map_columns(["color", "sku", "name", "size"], {})
    assert columns.attributes == (0, 3)
    assert columns.describe() == {
        "color": "attributes",
        "sku": "sku",
        "name": "name",
        "size": "attributes",
    }


def test_mapping_overrides_aliases() -> None:
    found = taken(["sku", "ean", "name"], {"ean": "sku"})
    assert found == {"sku": "ean", "name": "name"}


def test_column_mapped_to_null_is_ignored() -> None:
    columns = map_columns(["sku", "name", "cost"], {"cost": None})
    assert columns.attributes == ()
    assert columns.describe()["cost"] is None


def test_column_mapped_to_attributes_is_one_under_any_name() -> None:
    columns = map_columns(["sku", "name", "qty", "stock"], {"qty": "attributes"})
    assert columns.describe()["qty"] == "attributes"
    assert columns.fields == ("sku", "name", None, "quantity")


def test_several_columns_can_be_mapped_to_attributes() -> None:
    mapping: dict[str, Use | None] = {"qty": "attributes", "stock": "attributes"}
    assert map_columns(["sku", "name", "qty", "stock"], mapping).attributes == (2, 3)


def test_column_mapped_to_null_leaves_its_field_to_the_next_alias() -> None:
    assert taken(["sku", "name", "title"], {"name": None})["name"] == "title"


def test_column_without_a_name_gets_one() -> None:
    assert map_columns(["sku", "", "name", "  "], {}).names == (
        "sku",
        "column_2",
        "name",
        "column_4",
    )


def test_repeated_attribute_gets_a_number_that_no_column_has() -> None:
    header = ["image", "sku", "name", "IMAGE", "image_2", "image", ""]
    assert map_columns(header, {}).names == (
        *("image", "sku", "name", "IMAGE_3", "image_2", "image_4", "column_7"),
    )


@given(st.lists(st.sampled_from(["a", "A", "a_2", "A_2", "a_3", "", "column_2", " a "])))
def test_names_are_unique_and_each_header_keeps_its_first_column(header: list[str]) -> None:
    names = name_columns(header)
    assert len({name.casefold() for name in names}) == len(header)
    for i, given_name in enumerate(header):
        folded = [name.strip().casefold() for name in header[:i]]
        if given_name.strip() and given_name.strip().casefold() not in folded:
            assert names[i] == given_name.strip()


@pytest.mark.parametrize("header", [["sku", "name", "Sku"], ["name", "sku", "price", "name"]])
def test_repeated_product_field_is_rejected_with_both_columns(header: list[str]) -> None:
    found = refusal(header)
    assert found.code == "header_repeated"
    assert f"{header[-1]}_2" in found.message
    assert f" and {len(header)} " in found.message


def test_mapping_chooses_between_columns_of_the_same_name() -> None:
    assert taken(["sku", "name", "name"], {"name_2": "name"})["name"] == "name_2"
    assert taken(["sku", "name", "name"], {"name_2": None})["name"] == "name"


@pytest.mark.parametrize("name", ["Артикул", "商品名", "Ürün", "שם"])
def test_names_in_any_script_are_kept_apart(name: str) -> None:
    columns = map_columns(["sku", "name", name, "Цена"], {})
    assert columns.names[2:] == (name, "Цена")
    assert reduce_name(name) not in ("", reduce_name("Цена"))


PRICES = ["sku", "name", "unit price", "list price"]


def test_most_filled_of_several_columns_is_taken_and_reported() -> None:
    sample = [["1", "a", "", "5"], ["2", "b", "3", "6"]]
    columns = map_columns(PRICES, {}, sample=sample)
    assert columns.fields == ("sku", "name", None, "price")
    assert find_ambiguities(PRICES, {}, sample=sample) == [
        Ambiguity("price", ("unit price", "list price"), "list price")
    ]


def test_columns_without_values_are_not_ambiguous() -> None:
    sample = [["1", "a", "", "5"]]
    assert map_columns(PRICES, {}, sample=sample).fields[3] == "price"
    assert find_ambiguities(PRICES, {}, sample=sample) == []
    assert find_ambiguities(PRICES, {}) == []


def test_column_with_the_name_of_the_field_is_taken_unless_it_is_blank() -> None:
    header = ["sku", "name", "price", "list price"]
    assert map_columns(header, {}, sample=[["1", "a", "3", "5"], ["2", "b", "", "6"]]).fields[2]
    assert map_columns(header, {}, sample=[["1", "a", "", "5"]]).fields[3]


@pytest.mark.parametrize(("status", "field"), [("active", "active"), ("new", None), ("", None)])
def test_status_is_the_active_field_if_its_values_are(status: str, field: str | None) -> None:
    columns = map_columns(["sku", "name", "status"], {}, sample=[["1", "a", status]])
    assert columns.fields[2] == field


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["name", "price"], "sku"),
        (["sku", "price"], "name"),
        (["price", "colour"], "sku and name"),
    ],
)
def test_header_without_sku_or_name_is_rejected_with_its_names(
    header: list[str], missing: str
) -> None:
    found = refusal(header)
    assert found.code == "header_incomplete"
    assert f"no column for {missing};" in found.message
    assert "'price'" in found.message


def test_required_field_whose_column_is_mapped_elsewhere_is_missing() -> None:
    assert refusal(["sku", "name"], {"name": "description"}).code == "header_incomplete"


def test_mapping_of_an_unknown_column_is_rejected() -> None:
    found = refusal(["sku", "name"], {"Artikel": "sku"})
    assert found.code == "mapping_unknown_column"
    assert "'Artikel'" in found.message


def test_mapping_of_two_columns_to_one_field_is_rejected() -> None:
    found = refusal(["a", "b", "name"], {"a": "sku", "b": "sku"})
    assert found.code == "mapping_repeated_field"


def test_most_columns_are_read_and_one_more_is_rejected() -> None:
    header = ["sku", "name", *(f"c{i}" for i in range(MOST_COLUMNS - 2))]
    assert len(map_columns(header, {})) == MOST_COLUMNS
    assert refusal([*header, "last"]).code == "header_too_wide"


def test_template_of_500_columns_is_imported_by_the_cells_that_are_filled() -> None:
    header = ["item_sku", "item_name", *(f"attribute_{i}" for i in range(498))]
    row = ["A-1", "Lamp", *("x" if i < 58 else "" for i in range(498))]
    raw = "\t".join(header) + "\n" + "\t".join(row) + "\n"
    found = preview(raw.encode(), len(raw), ImportOptions(), (128, 512))
    assert found.error is None
    assert len(found.columns) == 500
    assert len(found.records[0].product["attributes"]) == 58  # type: ignore[index, arg-type]


@pytest.mark.parametrize("blanks", [1, 16_000])
def test_blank_columns_after_the_last_name_do_not_count(blanks: int) -> None:
    rows = ["sku,name,price", "A-1,Lamp,3.50", "A-2,Desk,4"]
    raw = "".join(row + "," * blanks + "\n" for row in rows)
    found = preview(raw.encode(), len(raw), ImportOptions(), (128, 512))
    assert found.error is None
    assert [record.product["sku"] for record in found.records if record.product] == ["A-1", "A-2"]


def test_attribute_name_has_the_limit_of_a_request() -> None:
    longest, longer = "é" * 255, "é" * 256
    assert len(map_columns(["sku", "name", longest], {})) == 3
    assert refusal(["sku", "name", longer]).code == "header_name_too_long"
    assert len(map_columns(["sku", longer, "note" * 99], {longer: "name", "note" * 99: None})) == 3


def test_message_about_a_wide_header_is_short() -> None:
    assert len(refusal([f"{'x' * 500}{i}" for i in range(900)]).message) < 2000


def test_columns_survive_json() -> None:
    columns = map_columns(["sku", "name", "cost", "color"], {"cost": None})
    assert Columns.from_json(columns.to_json()) == columns


def test_column_that_a_format_prefers_is_not_taken_if_only_the_next_has_values() -> None:
    header = ["sku", "name", "net", "gross"]
    preferences = Preferences({"price": [["net"], ["gross"]]})
    for row, taken in ((["1", "a", "", "5"], "gross"), (["1", "a", "4", "5"], "net")):
        columns = map_columns(header, {}, preferences, [row])
        assert columns.describe()[taken] == "price"
    assert map_columns(header, {}, preferences, []).describe()["net"] == "price"
