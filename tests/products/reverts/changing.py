"""Jobs and single edits that change a catalogue, for tests of reverts."""

from typing import Any

from psycopg2.extensions import connection as Connection

from chalicelib.imports.options import ImportOptions
from chalicelib.products.edits.transaction import (
    SkuTakenError,
    change_product,
    create_product,
    delete_product,
)
from chalicelib.products.journal.writing import Journal
from chalicelib.products.reverts.job import OnConflict
from tests.imports.pipeline import Pipeline
from tests.products.bulk_delete.deletion import Deletion
from tests.products.reverts.reverting import Revert, read_catalogue

_JOURNAL = Journal("key_test", "a caller")


def run_job(connection: Connection, number: int, job: tuple[str, Any]) -> None:
    """Run a job that is one of many; it may find nothing to do."""
    job_id, (kind, what) = f"job_{number}", job
    if kind == "import":
        text, mode = what
        options = ImportOptions(delimiter=",", mode=mode)
        Pipeline(
            "", text.encode(), job_id, options, 40, boundaries=("b", "d"), connection=connection
        ).run()
    elif kind == "delete":
        Deletion(what, job_id=job_id, connection=connection).run()
    else:
        before, overwrites = what
        on_conflict: OnConflict = "overwrite" if overwrites else "keep"
        Revert(f"job_{before % (number or 1)}", job_id, on_conflict, connection=connection).run()
    release(connection)


def release(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_lease SET job_id = NULL")


def edit(connection: Connection, kind: str, which: int, sku: str) -> int | None:
    """Run a single edit of a product; return its id if it changed one."""
    ids = sorted(read_catalogue(connection))
    with connection.cursor() as cursor:
        try:
            if kind == "create":
                values = {"sku": sku, "name": "edited", "attributes": {}}
                return create_product(cursor, _JOURNAL, _DEFAULTS | values).product.id
            if not ids:
                return None
            product_id = ids[which % len(ids)]
            if kind == "delete":
                return delete_product(cursor, _JOURNAL, product_id, _accept).product.id
            changed = {"sku": sku} if kind == "rename" else {"name": f"edited {which}"}
            found = change_product(
                cursor, _JOURNAL, product_id, _accept, lambda before: before | changed
            )
            return product_id if found.event else None
        except SkuTakenError:
            return None


_DEFAULTS: dict[str, Any] = {
    "brand": "", "description": "", "price": None, "quantity": None, "active": True,
}  # fmt: skip


def _accept(product: object) -> None:
    """Accept a product in any version."""
