"""Replay a changes file over the catalogue before an import, as a receiver does."""

import json
from collections.abc import Iterable
from typing import Any

from psycopg2.extensions import connection as Connection

Product = dict[str, Any]  # its fields as the API has them, and its version
Products = dict[int, Product]

FIELDS = ("sku", "name", "brand", "description", "price", "quantity", "active", "attributes")


def read_products(connection: Connection) -> Products:
    """Return the products by id, with values as the API has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, version, sku, name, brand, description, price::text, quantity, active,"
            " attributes FROM products"
        )
        return {
            number: dict(zip(("version", *FIELDS), values, strict=True))
            for number, *values in cursor
        }


def read_lines(content: bytes) -> list[dict[str, Any]]:
    """Return the lines of a changes file; each ends with a line feed and has none within."""
    assert content == b"" or content.endswith(b"\n")
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def replay(products: Products, lines: Iterable[dict[str, Any]]) -> Products:
    """Return the products after the changes; each must fit what was there before it."""
    after = {number: dict(product) for number, product in products.items()}
    changed: set[int] = set()
    for line in lines:
        number = line["product_id"]
        assert number not in changed, "a product has one line"
        changed.add(number)
        if line["action"] == "created":
            assert number not in after
            assert line["before"] is None
            after[number] = line["after"] | {"version": 1}
        elif line["action"] == "updated":
            _check_update(after[number], line)
            after[number] |= line["after"] | {"version": after[number]["version"] + 1}
        else:
            assert (line["action"], line["after"]) == ("deleted", None)
            before = line["before"] | {"version": line["version"] - 1}
            assert after.pop(number) == before
            continue
        assert (after[number]["version"], after[number]["sku"]) == (line["version"], line["sku"])
    return after


def _check_update(product: Product, line: dict[str, Any]) -> None:
    """Check that a line has the fields that change, and they alone, with their values before."""
    before, after = line["before"], line["after"]
    assert list(before) == list(after)
    assert before == {name: product[name] for name in before}
    assert all(before[name] != after[name] for name in before)
