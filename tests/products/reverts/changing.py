"""Jobs and single edits that change a catalogue, for tests of reverts."""

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.missing_options import MaxMissing
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.drift import find_drift
from chalicelib.products.edits.transaction import (
    SkuTakenError,
    change_product,
    create_product,
    delete_product,
)
from chalicelib.products.journal.writing import Journal
from chalicelib.products.reverts.job import OnConflict
from tests.imports.pipeline import Pipeline
from tests.products.bulk_delete.deletion import ALL, Deletion, by_filter, by_skus
from tests.products.reverts.reverting import Revert, read_catalogue

EXAMPLES = settings().max_examples * 3 // 10
_HEADER = "sku,name,description,price,quantity,color,size\n"
_cells = st.sampled_from(["", "1", "2"])
_records = st.tuples(st.sampled_from("aAbBcdE"), st.sampled_from(["x", "y"]), *[_cells] * 5)
_files = st.lists(_records, min_size=1, max_size=8).map(
    lambda records: _HEADER + "".join(f"{','.join(cells)}\n" for cells in records)
)
_modes = st.sampled_from(["upsert", "update", "create"])
_missing = st.none() | st.sampled_from(["deactivate", "zero_stock", "delete"])
_drifts = st.none() | st.sampled_from(["fail", "skip", "overwrite"])  # None: not by a plan
_imports = st.tuples(st.just("import"), st.tuples(_files, _modes, _missing, _drifts))
_selections = st.sampled_from([ALL, by_skus("a", "c", "E"), by_filter(**{"price[gte]": "1"})])
_deletes = st.tuples(st.just("delete"), _selections)
_reverts = st.tuples(st.just("revert"), st.tuples(st.integers(0, 9), st.booleans()))
JOBS = _imports | _deletes | _reverts
EDITS = st.tuples(
    st.sampled_from(["create", "change", "rename", "delete"]),
    st.integers(0, 9),
    st.sampled_from("abcdEfg"),
)
_JOURNAL = Journal("key_test", "a caller")


def run_job(
    connection: Connection,
    number: int,
    job: tuple[str, Any],
    edit_meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Run a job that is one of many; it may find nothing to do.

    `edit_meanwhile`: what comes between an import's plan and its apply.
    """
    job_id, (kind, what) = f"job_{number}", job
    if kind == "import":
        text, mode, missing, on_drift = what
        fuse = MaxMissing(percent=100) if missing else None
        options = ImportOptions(delimiter=",", mode=mode, missing=missing, max_missing=fuse)
        pipeline = Pipeline(
            "", text.encode(), job_id, options, 40, boundaries=("b", "d"), connection=connection
        )
        pipeline.on_drift = on_drift
        if on_drift:
            pipeline.make_plan()
            edit_meanwhile()
        if on_drift != "fail" or find_drift(connection, job_id) is None:
            pipeline.run()
        else:
            pipeline.close()
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
