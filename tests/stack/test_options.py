"""Options of an import: which column is what, what a blank does, how many rejects are too many."""

import pytest

from tests.stack.catalogue import Catalogue
from tests.stack.client import Api, Json, fields_of, read_problem
from tests.stack.files import make_csv

pytestmark = pytest.mark.stack


def test_mapping_maps_columns_and_ignores_some(api: Api, catalogue: Catalogue) -> None:
    content = make_csv(
        "1,A-1,Lampe,red,secret,8.00", header="id,Artikel,Bezeichnung,color,internal,price"
    )
    mapping = {"Artikel": "sku", "Bezeichnung": "name", "internal": None, "price": None}
    job = api.run(content, {"mapping": mapping})
    assert job["status"] == "COMPLETED", job
    product = catalogue.products()["a-1"]
    assert (product["name"], product["attributes"]) == ("Lampe", {"id": "1", "color": "red"})
    assert product["price"] == 0
    assert job["detected"]["columns"] == {
        "id": "attributes", "Artikel": "sku", "Bezeichnung": "name", "color": "attributes",
        "internal": None, "price": None,
    }  # fmt: skip


def test_mapping_keeps_a_column_with_a_fields_name_as_an_attribute(
    api: Api, catalogue: Catalogue
) -> None:
    content = make_csv("A-1,Lamp,7,9", header="sku,name,qty,stock")
    job = api.run(content, {"mapping": {"qty": "attributes", "stock": "attributes"}})
    assert job["status"] == "COMPLETED", job
    product = catalogue.products()["a-1"]
    assert (product["quantity"], product["attributes"]) == (0, {"qty": "7", "stock": "9"})


FULL = "A,Lamp,bright,9.50,7,no"
BLANK = "A,Lamp,,,,"
HEADER = "sku,name,description,price,quantity,active"


@pytest.mark.parametrize(
    ("blank", "values", "outcome"),
    [
        ({}, ("", 0, 0, True), "updated"),
        (
            {"description": "default", "price": "default", "quantity": "default"},
            ("", 0, 0, True),
            "updated",
        ),
        (
            {"description": "keep", "price": "keep", "quantity": "keep", "active": "keep"},
            ("bright", 9.5, 7, False),
            "unchanged",
        ),
        (
            {"description": "clear", "price": "clear", "quantity": "clear", "active": "keep"},
            ("", None, None, False),
            "updated",
        ),
    ],
)
def test_blank_fields(
    blank: Json,
    values: tuple[object, ...],
    outcome: str,
    api: Api,
    catalogue: Catalogue,
) -> None:
    api.complete(make_csv(FULL, header=HEADER))
    assert api.complete(make_csv(BLANK, header=HEADER), {"blank": blank}) == {outcome: 1}
    found = catalogue.products()["a"]
    assert (found["description"], found["price"], found["quantity"], found["active"]) == values


def test_kept_blanks_of_a_new_product_have_their_defaults(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_csv(BLANK, header=HEADER), {"blank": {"price": "keep", "active": "keep"}})
    found = catalogue.products()["a"]
    assert (found["price"], found["active"]) == (0, True)


def test_missing_columns_keep_their_values(api: Api, catalogue: Catalogue) -> None:
    api.complete(make_csv(f"{FULL},red", header=f"{HEADER},color"))
    assert api.complete(make_csv("A,New lamp", header="sku,name")) == {"updated": 1}
    found = catalogue.products()["a"]
    assert (found["name"], found["quantity"], found["attributes"]) == (
        "New lamp", 7, {"color": "red"}
    )  # fmt: skip


BAD = make_csv("A,New lamp,1", "B,Torch,x", "C,Torch,y", "D,Torch,1")


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({"max_rejects": 0}, "max_rejects allows 0"),
        ({"max_rejects": 1}, "max_rejects allows 1"),
        ({"max_reject_rate": 0.49}, "max_reject_rate allows 49.00% of 4 records"),
    ],
)
def test_too_many_rejects_end_the_import_before_anything_is_merged(
    options: Json, limit: str, api: Api, catalogue: Catalogue
) -> None:
    api.complete(make_csv("A,Lamp,1"))
    versions = catalogue.row_versions()
    job = api.run(BAD, options)
    assert (job["status"], job["error"]["code"]) == ("FAILED", "too_many_rejects")
    assert limit in job["error"]["message"]
    assert job["counts"] | {"rejected": 0} == dict.fromkeys(job["counts"], 0)
    assert catalogue.row_versions() == versions
    assert [reject["line"] for reject in api.rejects(job["job_id"])] == [3, 4]
    assert api.report(job["job_id"]).text.count("price_not_decimal") == 2


@pytest.mark.parametrize("options", [{"max_rejects": 2}, {"max_reject_rate": 0.5}])
def test_import_completes_with_the_most_rejects_allowed(
    options: Json, api: Api, catalogue: Catalogue
) -> None:
    assert api.complete(BAD, options) == {"created": 2, "rejected": 2}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"delimiter": ":"}, "options.delimiter"),
        ({"encoding": "ebcdic"}, "options.encoding"),
        ({"mapping": {"a": "color"}}, "options.mapping.a"),
        ({"mapping": {"a": "sku", "b": "sku"}}, "options.mapping"),
        ({"blank": {"active": "clear"}}, "options.blank.active"),
        ({"blank": {"sku": "keep"}}, "options.blank.sku"),
        ({"max_rejects": -1}, "options.max_rejects"),
        ({"max_rejects": "1"}, "options.max_rejects"),
        ({"max_reject_rate": 0}, "options.max_reject_rate"),
        ({"max_reject_rate": 1.5}, "options.max_reject_rate"),
        ({"colour": "red"}, "options.colour"),
    ],
)
def test_invalid_options_are_rejected_by_name(options: Json, field: str, api: Api) -> None:
    body = {"filename": "a.csv", "size_bytes": 10, "options": options}
    problem = read_problem(api.call("POST", "/imports", json=body), 422, "invalid_body")
    assert fields_of(problem) == [field]
