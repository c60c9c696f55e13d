"""A plan is what an import would do, and its apply does exactly that."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.api.changes import Place, read_changes
from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.drift import find_drift, find_met
from chalicelib.imports.steps.progress import sum_records
from chalicelib.postgres import fetch_row
from tests.imports.oracle import Expected, import_serially
from tests.imports.oracle_missing import SNAPSHOTS, Snapshot
from tests.imports.pipeline import (
    Pipeline,
    empty,
    read_catalogue,
    read_rejects,
    read_skips,
    read_written,
)
from tests.imports.strategies import CatalogueFile, catalogue_files

BOUNDARIES = ["b", "s-2"]


@pytest.fixture(scope="module")
def opened(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as found:
        yield found


@pytest.fixture
def connection(opened: Connection) -> Iterator[Connection]:
    opened.rollback()
    yield opened
    opened.rollback()


def make_options(file: CatalogueFile, mode: str, snapshot: Snapshot | None = None) -> ImportOptions:
    return ImportOptions.from_json(
        {
            "delimiter": file.delimiter,
            "blank": file.blank,
            "decimal_mark": file.decimal_mark,
            "mode": mode,
            **(snapshot.to_options() if snapshot else {}),
        }
    )


def planned(
    connection: Connection, raw: bytes, on_drift: OnDrift = "fail", **more: Any
) -> Pipeline:
    """Return an import that has its plan."""
    options = ImportOptions.from_json({"delimiter": ",", **more.pop("options", {})})
    job_id = more.pop("job_id", "job_plan")
    made = Pipeline(
        "",
        raw,
        job_id,
        options,
        boundaries=BOUNDARIES,
        connection=connection,
        on_drift=on_drift,
        **more,
    )
    made.make_plan()
    return made


@settings(max_examples=max(1, settings().max_examples // 2))
@given(
    files=st.tuples(catalogue_files(), catalogue_files()),
    span_bytes=st.integers(1, 120),
    boundaries=st.lists(st.sampled_from(["a", "a-1", "b", "b2", "é", "日"]), unique=True),
    seed=st.integers(0, 2**16),
    modes=st.tuples(st.sampled_from(["upsert", "update", "create"]), st.sampled_from(SNAPSHOTS)),
    on_drift=st.sampled_from(["fail", "skip", "overwrite"]),
)
def test_plan_counts_what_its_apply_then_counts_and_what_a_serial_reader_counts(
    opened: Connection,
    files: tuple[CatalogueFile, CatalogueFile],
    span_bytes: int,
    boundaries: list[str],
    seed: int,
    modes: tuple[str, Snapshot],
    on_drift: OnDrift,
) -> None:
    mode, snapshot = modes
    opened.rollback()
    shuffle = random.Random(seed).shuffle
    first, second = files
    begun = Pipeline("", first.raw, "job_0", make_options(first, "upsert"), connection=opened)
    begun.run(shuffle)
    before = read_catalogue(opened)
    pipeline = Pipeline(
        "",
        second.raw,
        "job_1",
        make_options(second, mode, snapshot),
        span_bytes=span_bytes,
        boundaries=boundaries,
        connection=opened,
        on_drift=on_drift,
    )
    mark = pipeline.plan.reading.numbers.decimal_mark
    expected = import_serially(
        second.raw, before, second.delimiter, second.blank, mark, mode=mode, snapshot=snapshot
    )
    try:
        found = pipeline.make_plan(shuffle)
    except JobEndedError:
        assert expected.is_uncertain
        return
    assert read_catalogue(opened) == before
    assert found["counts"] == expected.counts
    assert found["fields"] == count_fields(before, expected.products)
    assert found["price_changes"]["count"] == count_changes(before, expected, is_called_out)
    assert found["quantity_to_zero"] == count_changes(before, expected, is_sold_out)
    assert list_changes(opened, "job_1") == expect_changes(before, expected.products)
    assert read_skips(opened, "job_1") == expected.skips
    assert find_drift(opened, "job_1") is None

    assert pipeline.run(shuffle) == expected.counts
    assert read_rejects(opened, "job_1") == expected.rejects
    assert read_skips(opened, "job_1") == expected.skips
    assert read_catalogue(opened) == expected.products
    assert read_written(opened, "job_1") == expected.written


def count_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key in before.keys() & after.keys():
        for name in after[key]:
            if before[key][name] != after[key][name]:
                counts[name] = counts.get(name, 0) + 1
    return counts


def count_changes(
    before: dict[str, Any], expected: Expected, is_counted: Callable[[Any, Any], bool]
) -> int:
    found = expected.products
    return sum(is_counted(before[key], found[key]) for key in before.keys() & found.keys())


def is_called_out(before: Any, after: Any) -> bool:
    """Whether the price changes by more than a half, is cleared or is given."""
    old, new = before["price"], after["price"]
    if None in (old, new):
        return bool(old != new)
    return bool(abs(new - old) * 2 > old)


def is_sold_out(before: Any, after: Any) -> bool:
    return bool(before["quantity"] and after["quantity"] == 0)


def show(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, Decimal) else value


def expect_changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what a plan lists: the changed fields by SKU; None for created products."""
    created: dict[str, Any] = {after[key]["sku"]: None for key in after.keys() - before.keys()}
    updated = {
        before[key]["sku"]: {
            name: (show(old), show(after[key][name]))
            for name, old in before[key].items()
            if old != after[key][name]
        }
        for key in before.keys() & after.keys()
    }
    deleted: dict[str, Any] = {before[key]["sku"]: {} for key in before.keys() - after.keys()}
    return created | deleted | {sku: changed for sku, changed in updated.items() if changed}


def list_changes(connection: Connection, job_id: str) -> dict[str, Any]:
    """Return all changes of a plan, read in pages of two."""
    found: dict[str, Any] = {}
    place = Place()
    while page := read_changes(connection, job_id, place, 2, None, None):
        for place, item in page:  # noqa: B007  # the last place is where the next page begins
            assert item.sku is not None
            assert item.sku not in found
            shown = {name: (v.before, v.after) for name, v in item.changes.items()}
            found[item.sku] = None if item.action == "created" else shown
    return found


CATALOGUE = b"sku,name,price\nA,Lamp,1\nB,Desk,2\nC,Sofa,3\n"
CHANGED = b"sku,name,price\nA,Lamp,9\nB,Desk,9\nD,Rug,4\n"


def begin(connection: Connection, on_drift: OnDrift, **more: Any) -> Pipeline:
    """Return the plan of a file that changes two products and creates one."""
    Pipeline("", CATALOGUE, "job_0", connection=connection).run()
    return planned(connection, CHANGED, on_drift, **more)


def merge(pipeline: Pipeline) -> None:
    """Merge all key ranges, and leave the plan for the last step."""
    assert pipeline.take_lease()
    for key_range in range(pipeline.plan.key_ranges):
        pipeline.merge(key_range)


def product_id(connection: Connection, sku: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products WHERE sku_key = sku_key_of(%s)", (sku,))
        return int(fetch_row(cursor)[0])


def execute(connection: Connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# What someone does to a product after the plan was made, and to which record.
EDITS = {
    "edited": ("A", "UPDATE products SET name = 'Mine', version = version + 1 WHERE sku = 'A'"),
    "deleted": ("A", "DELETE FROM products WHERE sku = 'A'"),
    "created": (
        "D",
        "INSERT INTO products (sku, sku_key, name, price) VALUES ('d', 'd', 'Mine', 1)",
    ),
    "deleted and created again": (
        "A",
        """
        DELETE FROM products WHERE sku = 'A';
        INSERT INTO products (sku, sku_key, name, price) VALUES ('A', 'a', 'Mine', 1)
        """,
    ),
    "renamed to another's SKU": (
        "D",
        "UPDATE products SET sku = 'D', sku_key = 'd', version = version + 1 WHERE sku = 'C'",
    ),
}


def test_plan_skips_no_record_that_changes_nothing(connection: Connection) -> None:
    Pipeline("", CATALOGUE, "job_0", connection=connection).run()
    pipeline = planned(connection, CATALOGUE)
    assert read_skips(connection, pipeline.job_id) == {}
    assert pipeline.run()["unchanged"] == len(read_catalogue(connection))


@pytest.mark.parametrize("edit", EDITS)
def test_product_that_is_not_as_planned_is_found_and_kept(
    connection: Connection, edit: str
) -> None:
    sku, statement = EDITS[edit]
    pipeline = begin(connection, "skip")
    execute(connection, statement)
    before = read_catalogue(connection)
    drift = find_drift(connection, pipeline.job_id)
    assert drift is not None
    assert [item["sku"] for item in drift["products"]] == [sku]
    counts = pipeline.run()
    assert counts["skipped"] == 1
    assert sum_records(counts) == 3
    skips = read_skips(connection, pipeline.job_id)
    assert [(skip.reason, skip.sku) for skip in skips.values()] == [("changed_since_plan", sku)]
    after = read_catalogue(connection)
    assert after.get(sku.lower()) == before.get(sku.lower())
    written = {"a", "b", "d"} - {sku.lower()}
    assert all(after[key]["name"] != "Mine" for key in written)
    assert after["b"]["price"] == 9


@pytest.mark.parametrize("edit", EDITS)
def test_overwriting_apply_leaves_what_the_file_says(connection: Connection, edit: str) -> None:
    pipeline = begin(connection, "overwrite")
    sku, statement = EDITS[edit]
    execute(connection, statement)
    merge(pipeline)
    met = find_met(connection, pipeline.job_id)
    assert met is not None
    assert (met["count"], met["overwritten"]) == (1, 1)
    assert [(item["sku"], item["is_overwritten"]) for item in met["products"]] == [(sku, True)]
    assert met["products"][0]["product_id"] == product_id(connection, sku)
    counts = pipeline.close()
    assert sum_records(counts) == 3
    assert counts["skipped"] == 0
    found = read_catalogue(connection)
    assert {key: found[key]["name"] for key in ("a", "b", "d")} == {
        "a": "Lamp",
        "b": "Desk",
        "d": "Rug",
    }


@pytest.mark.parametrize("missing", ["deactivate", "zero_stock", "delete"])
@pytest.mark.parametrize("on_drift", ["fail", "skip", "overwrite"])
def test_missing_products_are_planned_and_applied_as_planned(
    connection: Connection, missing: str, on_drift: OnDrift
) -> None:
    more = "E,Gone,5\nF,Edited,5\nG,Unscoped,5\n"
    Pipeline("", CATALOGUE + more.encode(), "job_0", connection=connection).run()
    execute(connection, "UPDATE products SET quantity = 5, version = version + 1")
    options = Snapshot(missing, active=True).to_options()
    pipeline = planned(connection, CHANGED, on_drift, options=options)
    counts = sum_plan(connection, pipeline.job_id)["counts"]
    assert (counts["updated"], counts["created"], counts["missing"]) == (2, 1, 4)  # and C
    listed = read_changes(connection, pipeline.job_id, Place(), 100, "missing", None)
    assert sorted(item.sku or "" for _, item in listed) == ["C", "E", "F", "G"]
    assert {(item.line, len(item.changes)) for _, item in listed} == {(None, missing != "delete")}
    execute(connection, "UPDATE products SET name = 'Mine', version = version + 1 WHERE sku = 'F'")
    execute(connection, "UPDATE products SET active = false, version = version + 1 WHERE sku = 'G'")
    drift = find_drift(connection, pipeline.job_id)
    assert drift is not None
    assert {item["sku"] for item in drift["products"]} == {"F", "G"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, version FROM products")
        versions = dict(cursor.fetchall())
    changed = {"C", "E", "F"} if on_drift == "overwrite" else {"C", "E"}
    merge(pipeline)
    met = find_met(connection, pipeline.job_id)
    assert met is not None
    overwritten = {item["sku"]: item["is_overwritten"] for item in met["products"]}
    assert overwritten == {"F": "F" in changed, "G": False}
    assert (met["count"], met["overwritten"]) == (2, sum(overwritten.values()))
    assert pipeline.close()["missing"] == len(changed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, version FROM products")
        after = dict(cursor.fetchall())
    assert {sku for sku in "CEFG" if after.get(sku) != versions[sku]} == changed


def test_edit_of_a_product_that_the_plan_does_not_write_is_not_drift(
    connection: Connection,
) -> None:
    pipeline = begin(connection, "fail")
    execute(connection, "UPDATE products SET name = 'Mine', version = version + 1 WHERE sku = 'C'")
    assert find_drift(connection, pipeline.job_id) is None
    assert pipeline.run()["skipped"] == 0
    assert read_catalogue(connection)["c"]["name"] == "Mine"


def test_overwriting_update_of_a_deleted_product_is_skipped(connection: Connection) -> None:
    pipeline = begin(connection, "overwrite", options={"mode": "update"})
    execute(connection, "DELETE FROM products WHERE sku = 'A'")
    counts = pipeline.run()
    assert (counts["updated"], counts["skipped"]) == (1, 2)
    assert {skip.reason for skip in read_skips(connection, pipeline.job_id).values()} == {
        "not_in_catalogue",
        "changed_since_plan",
    }


def test_overwriting_record_whose_values_the_product_has_by_now_is_unchanged(
    connection: Connection,
) -> None:
    pipeline = begin(connection, "overwrite")
    execute(connection, "UPDATE products SET price = 9, version = version + 1 WHERE sku = 'A'")
    counts = pipeline.run()
    assert (counts["updated"], counts["unchanged"], counts["skipped"]) == (1, 1, 0)


def test_prices_that_change_much_and_quantities_that_become_zero_are_counted(
    connection: Connection,
) -> None:
    clear = {"blank": {"price": "clear"}}
    header = b"sku,name,price,quantity\n"
    before = b"A,a,10,5\nB,b,0,5\nC,c,,5\nD,d,10,5\nE,e,10,0\nF,f,,5\nG,g,10,5\nH,h,10,5\n"
    after = b"A,a,,0\nB,b,1,4\nC,c,1,5\nD,d,15,5\nE,e,15.01,0\nF,F,,5\nG,g,5,5\nH,h,4.99,0\n"
    first = ImportOptions.from_json({"delimiter": ",", **clear})
    Pipeline("", header + before, "job_0", first, connection=connection).run()
    plan = planned(connection, header + after, options=clear)
    found = sum_plan(connection, plan.job_id)
    assert found["counts"]["updated"] == 8
    assert found["price_changes"] == {"above_percent": 50, "count": 5}  # A, B, C, E, H
    assert found["quantity_to_zero"] == 2  # A, H


def test_dropped_plan_is_made_again_as_if_for_the_first_time(connection: Connection) -> None:
    pipeline = begin(connection, "fail", options={"mode": "update"})
    first = sum_plan(connection, pipeline.job_id)
    pipeline.close()
    assert pipeline.make_plan() == first
    assert first["counts"]["skipped"] == 1


def test_edit_at_the_moment_of_the_write_is_kept_and_counted(database_dsn: str) -> None:
    with closing(psycopg2.connect(database_dsn)) as own:
        empty(own)
        own.commit()
        Pipeline(database_dsn, CATALOGUE, "job_0").run()
        pipeline = Pipeline(database_dsn, CHANGED, "job_1", on_drift="fail")
        pipeline.make_plan()
        with closing(psycopg2.connect(database_dsn)) as editor:
            execute(editor, "UPDATE products SET name = 'Mine', version = version + 1")
            with ThreadPoolExecutor(1) as pool:
                assert find_drift(own, "job_1") is None
                own.commit()
                running = pool.submit(pipeline.run)
                wait_for_lock(own)
                editor.commit()
                counts = running.result(timeout=60)
        assert (counts["created"], counts["updated"], counts["skipped"]) == (1, 0, 2)
        assert {p["name"] for p in read_catalogue(own).values()} == {"Mine", "Rug"}
        empty(own)
        own.commit()


def wait_for_lock(connection: Connection) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(query)
            if fetch_row(cursor)[0]:
                return
        connection.rollback()
        time.sleep(0.05)
    pytest.fail("nothing waits")
