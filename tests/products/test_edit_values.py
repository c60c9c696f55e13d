"""The values that a client gives a product: read and refused as those of an import."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.bootstrap import Services, services, serving
from chalicelib.imports.csv.outcomes import Blank, Reject, Skip
from chalicelib.products.edits.requests import WriteProduct
from chalicelib.products.rules import make_rules
from tests.fakes.api import Api, fields_of, problem_of
from tests.imports.reading import make_reader, name_columns
from tests.products.editing import LAMP, make, patch, send

pytestmark = pytest.mark.usefixtures("catalogue")


def test_values_are_read_as_an_import_reads_them(api: Api) -> None:
    _, product, _ = make(
        api,
        sku="\t Lämp ",
        name="\u00a0Desk ",
        description=" two\nlines ",
        price=" +007.5 ",
        attributes={"colour": " red ", "size": "  "},
    )
    assert product["sku"] == "Lämp"
    assert product["name"] == "Desk"
    assert product["description"] == "two\nlines"
    assert product["price"] == "7.50"
    assert product["attributes"] == {"colour": "red"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_sku_that_looks_like_anothers_is_taken(api: Api, method: str) -> None:
    make(api, sku="A 1")
    unseen = "\ufeffA\u00a01\u200b"
    if method == "POST":
        answer = send(api, "POST", "/products", LAMP | {"sku": unseen})
    else:
        path, _, _ = make(api, sku="B")
        answer = send(api, method, path, LAMP | {"sku": unseen}, **{"If-Match": "*"})
    assert problem_of(answer) == (409, "sku_taken")


@given(sku=st.text("aB1 \t\u00a0\u00ad\u200b\u202e\u2003\u3000\ufeff", max_size=8))
def test_sku_is_read_as_that_of_a_record(sku: str) -> None:
    read = make_reader(name_columns("sku", "name")).read(f'"{sku}",Lamp\n'.encode(), 2)
    assert not isinstance(read, Skip | Blank)
    assert read_sku(sku) == (read.code if isinstance(read, Reject) else read[0])


def read_sku(sku: str) -> str:
    """Return the SKU of a product that a client writes, or the code of its problem."""
    try:
        written = WriteProduct.model_validate(LAMP | {"sku": sku}, context=make_rules(128, 512))
        return str(written.to_values()["sku"])
    except ValidationError as error:
        return error.errors()[0]["type"]


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"sku": " "}, "sku", "sku_missing"),
        ({"sku": "\u200b\u3000"}, "sku", "sku_missing"),
        ({"name": ""}, "name", "name_missing"),
        ({"sku": "x" * 129}, "sku", "sku_too_long"),
        ({"name": "x" * 513}, "name", "name_too_long"),
        ({"sku": None}, "sku", "not_text"),
        ({"price": "1,50"}, "price", "price_not_decimal"),
        ({"price": ""}, "price", "price_not_decimal"),
        ({"price": "1e3"}, "price", "price_not_decimal"),
        ({"price": "-1"}, "price", "price_negative"),
        ({"price": "1.001"}, "price", "price_too_precise"),
        ({"price": "10000000000"}, "price", "price_too_large"),
        ({"price": 12.5}, "price", "price_not_text"),
        ({"quantity": -1}, "quantity", "quantity_negative"),
        ({"quantity": 2**31}, "quantity", "quantity_too_large"),
        ({"quantity": 10**400}, "quantity", "quantity_too_large"),
        ({"quantity": "3"}, "quantity", "not_integer"),
        ({"quantity": 1.5}, "quantity", "not_integer"),
        ({"active": "yes"}, "active", "not_boolean"),
        ({"description": "a\0b"}, "description", "nul_byte"),
        ({"description": "x" * (1024 * 1024 + 1)}, "description", "field_too_long"),
        ({"attributes": {"a": 1}}, "attributes.a", "not_text"),
        ({"attributes": {"": "x"}}, "attributes.", "empty"),
        ({"attributes": {str(n): "x" for n in range(301)}}, "attributes", "too_many"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_a_bad_value_is_refused_by_the_rule_of_imports(
    api: Api, method: str, values: dict[str, Any], field: str, code: str
) -> None:
    if method == "POST":
        answer = send(api, "POST", "/products", LAMP | values)
    else:
        path, product, _ = make(api)
        body = values if method == "PATCH" else LAMP | values
        answer = send(api, method, path, body, **{"If-Match": "*"})
        assert api.get(path).json_body == product
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {field: code}


def test_limits_are_those_of_the_settings(api: Api) -> None:
    short = services().settings.model_copy(update={"sku_max_length": 3})
    with serving(Services(short)):
        answer = send(api, "POST", "/products", LAMP)
    assert fields_of(answer) == {"sku": "sku_too_long"}


def test_a_patch_leaves_no_more_attributes_than_a_product_may_have(api: Api) -> None:
    path, _, _ = make(api, attributes={f"a{n}": "x" for n in range(200)})
    answer = patch(api, path, {"attributes": {f"b{n}": "x" for n in range(101)}})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"attributes": "too_many_attributes"}
