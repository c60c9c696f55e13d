"""The field brand: edits, filter, search and bulk delete."""

import pytest
from psycopg2.extensions import connection as Connection

from tests.fakes.api import Api, fields_of, problem_of
from tests.products.editing import LAMP, make, patch, send
from tests.products.shelves import differences, index_all, read_all

pytestmark = pytest.mark.usefixtures("catalogue")


def test_brand_is_trimmed_kept_and_cleared(api: Api, catalogue: Connection) -> None:
    path, product, _ = make(api, brand=" Acme ")
    assert product["brand"] == "Acme"
    assert patch(api, path, {"name": "Lamp"}).json_body["brand"] == "Acme"
    assert patch(api, path, {"brand": None}).json_body["brand"] == ""
    assert differences(catalogue) == []


def test_brand_has_at_most_255_characters(api: Api) -> None:
    assert make(api, brand="é" * 255)[1]["brand"] == "é" * 255
    answer = send(api, "POST", "/products", LAMP | {"sku": "B", "brand": "é" * 256})
    assert problem_of(answer) == (422, "invalid_body")
    assert fields_of(answer) == {"brand": "brand_too_long"}


def test_filter_matches_the_whole_brand_exactly(api: Api) -> None:
    for sku, brand in (("A", "Acme"), ("B", "acme"), ("C", "Acme Tools"), ("D", "")):
        make(api, sku=sku, brand=brand)

    def found(query: str) -> list[str]:
        return [item["sku"] for item in api.get(f"/products?{query}").json_body["items"]]

    assert found("brand=Acme") == ["A"]
    assert found("brand=acme&fields=sku,brand") == ["B"]
    assert found("brand=Acme&active=false") == []
    assert problem_of(api.get("/products?brand=%20")) == (400, "invalid_query")


def test_filter_is_exact_while_documents_are_out_of_date(api: Api, catalogue: Connection) -> None:
    for sku, brand in (("A", "Acme"), ("B", "Other")):
        make(api, sku=sku, brand=brand)
    with catalogue.cursor() as cursor:
        cursor.execute("UPDATE products SET brand = 'Acme', version = version + 1")
        cursor.execute("INSERT INTO document_backlog SELECT DISTINCT id / 4096 FROM products")
    catalogue.commit()
    assert read_all(catalogue, "name", brand="Acme") == ["A", "B"]
    index_all(catalogue)
    assert read_all(catalogue, "name", brand="Acme") == ["A", "B"]
    assert differences(catalogue) == []


def test_search_finds_words_of_the_brand(api: Api) -> None:
    make(api, sku="A", brand="Läufer & Söhne")
    found = api.get("/products?search=sohne").json_body["items"]
    assert [item["sku"] for item in found] == ["A"]


def test_bulk_delete_filters_by_brand(api: Api) -> None:
    for sku, brand in (("A", "Acme"), ("B", "Other")):
        make(api, sku=sku, brand=brand)
    answer = api.post("/products/bulk-delete", {"filter": {"brand": "Acme"}, "dry_run": True})
    assert answer.json_body["count"] == 1
