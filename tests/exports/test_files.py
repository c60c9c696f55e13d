"""What is in the file of an export, by its steps over a real PostgreSQL and AWS in memory."""

import csv
import io
import json
from typing import Any

import pytest

from app import app
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.exports.flow import Flow, add_products
from tests.fakes.api import Api

HEADER = "sku,name,brand,description,price,quantity,active"


def test_table_has_all_fields_all_attributes_and_the_id(
    settings: Settings, fresh: Database
) -> None:
    add_products(
        fresh,
        {"sku": "007", "attributes": {"Size": "L", "colour": "red"}},
        {"sku": "B", "brand": "Acme", "price": None, "quantity": None, "active": False},
    )
    assert Flow(settings).run().splitlines() == [
        f"{HEADER},Size,colour,product_importer_id",
        "007,Lamp,,,1.50,3,true,L,red,1",
        "B,Lamp,Acme,,,,false,,,2",
    ]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_texts_keep_quotes_line_breaks_and_delimiters(settings: Settings, fresh: Database) -> None:
    odd = 'a "b", c\r\nd\ne;\u2028ü'
    add_products(fresh, {"sku": "A", "name": odd, "attributes": {"x": odd}})
    [_, row] = rows_of(Flow(settings).run())
    assert (row[1], row[7]) == (odd, odd)


def test_fields_are_columns_in_their_order(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "A", "attributes": {"size": "L", "colour": "red"}})
    fields = ["price", "attributes.size", "sku", "attributes.weight"]
    assert Flow(settings, fields=fields).run().splitlines() == [
        "price,size,sku,weight,product_importer_id",
        "1.50,L,A,,1",
    ]


def test_empty_catalogue_is_a_header(settings: Settings) -> None:
    assert Flow(settings).run() == f"{HEADER},product_importer_id\n"
    assert Flow(settings, format="jsonl").run() == ""


def test_compressed_file_is_the_same(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "A"}, {"sku": "B"})
    assert Flow(settings, format="csv.gz").run() == Flow(settings).run()


def test_lines_are_products_as_the_api_shows_them(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "A", "name": 'ü\n"', "attributes": {"size": "L"}}, {"sku": "B"})
    lines = Flow(settings, format="jsonl").run().splitlines()
    assert [json.loads(line) for line in lines] == Api(app).get("/products").json_body["items"]


def test_lines_have_only_the_chosen_fields(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "A", "attributes": {"size": "L", "colour": "red"}})
    text = Flow(settings, format="jsonl", fields=["sku", "attributes.size", "id"]).run()
    assert json.loads(text) == {"sku": "A", "attributes": {"size": "L"}, "id": 1}


def test_formulas_are_escaped_on_request(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "=1+1", "name": "'=x", "brand": "@a", "description": "a=b"})
    fields = ["sku", "name", "brand", "description"]
    [_, plain] = rows_of(Flow(settings, fields=fields).run())
    [_, escaped] = rows_of(Flow(settings, fields=fields, escape_formulas=True).run())
    # The importer drops one apostrophe before such a text, so a text that has one gets another.
    assert plain[:4] == ["=1+1", "''=x", "@a", "a=b"]
    assert escaped[:4] == ["'=1+1", "''=x", "'@a", "a=b"]


def skus(settings: Settings, **request: Any) -> list[str]:
    return [row[0] for row in rows_of(Flow(settings, fields=["sku"], **request).run())[1:]]


@pytest.mark.parametrize("is_indexed", [True, False])
def test_filter_selects_what_a_list_shows(
    settings: Settings, fresh: Database, *, is_indexed: bool
) -> None:
    add_products(fresh, *({"sku": f"S-{n}", "price": n, "active": n > 1} for n in range(6)))
    if is_indexed:
        from chalicelib.products.lists.steps import index_documents

        index_documents({}, None)
        add_products(fresh, {"sku": "S-9", "price": 9})
    assert skus(settings, filter={"active": False}) == ["S-0", "S-1"]
    expected = ["S-4", "S-5", *(["S-9"] if is_indexed else [])]
    assert skus(settings, filter={"price[gte]": "4", "sku[prefix]": "s-"}) == expected
    assert skus(settings, filter={"search": "lamp", "price[lte]": "1"}) == ["S-0", "S-1"]
    assert len(skus(settings, filter={})) == len(skus(settings))


def test_changed_since_selects_later_products(settings: Settings, fresh: Database) -> None:
    add_products(fresh, {"sku": "old"}, {"sku": "edge"}, {"sku": "new"})
    flow = Flow(settings)
    for sku, time in (("old", "2026-01-01"), ("edge", "2026-01-02"), ("new", "2026-01-03")):
        flow.execute(f"UPDATE products SET updated_at = '{time}Z' WHERE sku = '{sku}'")
    assert skus(settings, changed_since="2026-01-02T00:00:00Z") == ["edge", "new"]
    assert skus(settings, changed_since="2026-01-02T01:00:00+01:00", filter={"sku": "NEW"}) == [
        "new"
    ]


def test_too_many_attributes_end_the_job_with_what_to_do(
    settings: Settings, fresh: Database
) -> None:
    names = ({f"a{n}-{m}": "x" for m in range(300)} for n in range(4))
    add_products(fresh, *({"sku": f"S-{n}", "attributes": one} for n, one in enumerate(names)))
    flow = Flow(settings)
    flow.claim()
    failed = flow.plan()
    assert (failed["outcome"], failed["error"]["code"]) == ("failed", "too_many_columns")
    assert "fields" in failed["error"]["message"]
    flow.fail(**failed)
    assert flow.job.status == "FAILED"
    assert flow.holder() is None
    assert skus(settings) == ["S-0", "S-1", "S-2", "S-3"]
