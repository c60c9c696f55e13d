"""Import a CSV file like a Celery task of a Django project; print the measurements as JSON.

DATABASE_HOST=... python -m bench.django_importer catalogue.csv
"""

import csv
import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

import django

from bench.memory import read_peak_rss

BATCH_SIZE = 1000
UPDATED = ["sku", "name", "description", "price", "quantity", "active", "updated_at"]


def import_file(path: Path) -> int:
    """Upsert every product of the file, the last record per SKU; return their number."""
    from bench.django_importer.models import (
        Product,
    )  # models can only be imported after django.setup()

    products: dict[str, Product] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sku = row["sku"].strip()
            products[sku.lower()] = Product(
                sku=sku,
                sku_key=sku.lower(),
                name=row["name"].strip(),
                description=row["description"],
                price=Decimal(row["price"]),
                quantity=int(row["quantity"]),
                active=row["active"].lower() == "true",
            )
    Product.objects.bulk_create(
        products.values(),
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["sku_key"],
        update_fields=UPDATED,
    )
    return len(products)


def main() -> None:
    """Import the file named on the command line."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.django_importer.settings"
    django.setup()
    began = time.perf_counter()
    import_file(Path(sys.argv[1]))
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak_rss_bytes": read_peak_rss()}))


if __name__ == "__main__":
    main()
