"""What the serial reader does to products that a file doesn't name."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.imports.oracle_rows import Product


@dataclass(frozen=True)
class Snapshot:
    """What happens to products that the file doesn't name, and to which of them."""

    missing: str = "keep"
    active: bool | None = None  # the scope: products that are so
    prefix: str | None = None  # whose sku begins so
    most: Decimal | None = None  # whose price is at most this

    @property
    def is_any(self) -> bool:
        return self.missing != "keep"

    def to_options(self) -> dict[str, Any]:
        scope = {
            "active": self.active,
            "sku[prefix]": self.prefix,
            "price[lte]": None if self.most is None else str(self.most),
        }
        given = {name: value for name, value in scope.items() if value is not None}
        fuse = {"max_missing": {"percent": 100}} if self.is_any else {}
        return {"missing": self.missing, "scope": given or None, **fuse}

    def has(self, product: Product) -> bool:
        if self.active is not None and product["active"] != self.active:
            return False
        if self.prefix is not None and not product["sku"].lower().startswith(self.prefix):
            return False
        price = product["price"]
        return self.most is None or (price is not None and price <= self.most)


SNAPSHOTS = [
    Snapshot(),
    *(
        Snapshot(missing, **scope)
        for missing in ("deactivate", "zero_stock", "delete")
        for scope in ({}, {"active": True}, {"prefix": "a"}, {"most": Decimal(5)})
    ),
]


def change_absent(products: dict[str, Product], named: Collection[str], snapshot: Snapshot) -> int:
    """Change the products that aren't named; return how many changed."""
    absent = [k for k, product in products.items() if k not in named and snapshot.has(product)]
    before = dict(products)
    for key in absent:
        match snapshot.missing:
            case "delete":
                del products[key]
            case "deactivate":
                products[key] = products[key] | {"active": False}
            case "zero_stock":
                products[key] = products[key] | {"quantity": 0}
    return sum(products.get(key) != before[key] for key in absent)
