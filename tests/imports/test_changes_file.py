"""The changes file: replayed over the catalogue before, it gives the catalogue after."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.job import OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.changes_file import ChangesPieces, assemble, find_pieces
from chalicelib.imports.storage import WorkFolder, report_key
from tests.fakes.aws import BUCKET
from tests.imports.oracle_missing import SNAPSHOTS, Snapshot
from tests.imports.pipeline import Pipeline
from tests.imports.replaying import read_lines, read_products, replay
from tests.imports.strategies import CatalogueFile, catalogue_files


@pytest.fixture(scope="module")
def opened(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as connection:
        yield connection


@pytest.fixture
def connection(opened: Connection) -> Iterator[Connection]:
    """The same connection, in a transaction of one test."""
    opened.rollback()
    yield opened
    opened.rollback()


def make_import(connection: Connection, s3: Any, raw: bytes, **more: Any) -> Pipeline:
    """Return an import whose changes are kept."""
    job_id = f"job_{uuid4().hex}"
    options = ImportOptions.from_json({"delimiter": ","} | more.pop("options", {}))
    pieces = ChangesPieces(WorkFolder(s3, BUCKET, job_id))
    return Pipeline("", raw, job_id, options, connection=connection, **{"pieces": pieces, **more})


def read_file(pipeline: Pipeline) -> tuple[bytes, int]:
    """Return the changes file of an import that is merged, and how many lines it is to have."""
    assert pipeline.pieces
    assert pipeline.connection
    found = find_pieces(pipeline.connection, pipeline.job_id)
    assert found
    work = pipeline.pieces.work
    file = assemble(work, found, report_key(pipeline.job_id, "changes", "ndjson"))
    content: bytes = work.client.get_object(Bucket=BUCKET, Key=file.key)["Body"].read()
    assert len(content) == file.bytes
    return content, file.records


CHANGING = (
    CatalogueFile(b"sku,name,price,color\nA,a,5,red\nB,b,1,\nC,c,1,\nD,d,1,\n", ",", {}),
    CatalogueFile(
        b'sku,name,price,color\na,"a ""\\x""\ny",6,red\nB,b,1,"\\N\x01\x02"\n'
        b"C,c,bad,\nE,e,1,\nE,f,1,\n",
        ",",
        {},
    ),
)


@example(files=CHANGING, seed=1, modes=("upsert", Snapshot("delete")), is_planned=False)
@example(files=CHANGING, seed=1, modes=("update", Snapshot("zero_stock")), is_planned=True)
@settings(max_examples=max(1, settings().max_examples // 8))
@given(
    files=st.tuples(catalogue_files(), catalogue_files()),
    seed=st.integers(0, 2**16),
    modes=st.tuples(st.sampled_from(["upsert", "update", "create"]), st.sampled_from(SNAPSHOTS)),
    is_planned=st.booleans(),
)
def test_replayed_file_gives_the_catalogue_after(
    opened: Connection,
    s3: Any,
    files: tuple[CatalogueFile, CatalogueFile],
    seed: int,
    modes: tuple[str, Snapshot],
    is_planned: bool,
) -> None:
    opened.rollback()
    for number, file in enumerate(files):
        mode, snapshot = modes if number else ("upsert", Snapshot())
        chosen = {
            "delimiter": file.delimiter,
            "blank": file.blank,
            "decimal_mark": file.decimal_mark,
            "mode": mode,
            **snapshot.to_options(),
        }
        order = random.Random(seed)
        more: Any = {"boundaries": ["a-1", "b", "é"], "span_bytes": 60, "has_journal": seed % 2}
        pipeline = make_import(opened, s3, file.raw, options=chosen, **more)
        before = read_products(opened)
        try:
            counts = apply_plan(pipeline, order) if is_planned else pipeline.run(order.shuffle)
        except JobEndedError as error:
            if error.code != "missing_uncertain":
                raise
            return
        content, records = read_file(pipeline)
        lines = read_lines(content)
        assert replay(before, lines) == read_products(opened)
        assert len(lines) == records
        expected = counts["created"], counts["updated"] + counts["missing"]
        actions = Counter(line["action"] for line in lines)
        assert (actions["created"], actions["updated"] + actions["deleted"]) == expected


def apply_plan(pipeline: Pipeline, order: random.Random) -> dict[str, int]:
    pipeline.on_drift = "fail"
    pipeline.make_plan(order.shuffle)
    return merge_all(pipeline)


def merge_all(pipeline: Pipeline) -> dict[str, int]:
    assert pipeline.take_lease()
    for key_range in range(pipeline.plan.key_ranges):
        pipeline.merge(key_range)
    return pipeline.close()


BEFORE = b"sku,name,price,color\nA,Lamp,5,red\nB,Desk,,\nC,Sofa,1,\n"
AFTER = b"sku,name,price,color\nA,Lamp,24.9,red\nC,Sofa,1,\nD,Rug,,blue\n"


def test_line_has_values_as_the_api_has_them(connection: Connection, s3: Any) -> None:
    keeping = {"blank": {"price": "clear"}}
    make_import(connection, s3, BEFORE, options=keeping).run()
    ids = {product["sku"]: number for number, product in read_products(connection).items()}
    pipeline = make_import(
        connection,
        s3,
        AFTER,
        options=keeping | {"missing": "delete", "max_missing": {"percent": 100}},
    )
    pipeline.run()
    lines = {line["sku"]: line for line in read_lines(read_file(pipeline)[0])}
    new = {"brand": "", "description": "", "quantity": 0, "active": True}
    assert lines["A"] == {
        "action": "updated",
        "product_id": ids["A"],
        "sku": "A",
        "version": 2,
        "line": 2,
        "before": {"price": "5.00"},
        "after": {"price": "24.90"},
    }
    assert lines["B"] == {
        "action": "deleted",
        "product_id": ids["B"],
        "sku": "B",
        "version": 2,
        "line": None,
        "before": new | {"sku": "B", "name": "Desk", "price": None, "attributes": {}},
        "after": None,
    }
    assert lines["D"] == {
        "action": "created",
        "product_id": lines["D"]["product_id"],
        "sku": "D",
        "version": 1,
        "line": 4,
        "before": None,
        "after": new | {"sku": "D", "name": "Rug", "price": None, "attributes": {"color": "blue"}},
    }
    assert lines.keys() == {"A", "B", "D"}


@pytest.mark.parametrize("on_drift", ["skip", "overwrite"])
def test_plan_has_lines_of_what_its_apply_changes(
    connection: Connection, s3: Any, on_drift: OnDrift
) -> None:
    make_import(connection, s3, BEFORE).run()
    pipeline = make_import(connection, s3, AFTER, on_drift=on_drift)
    pipeline.make_plan()
    with connection.cursor() as cursor:  # an edit after the plan
        cursor.execute("UPDATE products SET name = 'Edited', version = 2 WHERE sku = 'A'")
    before = read_products(connection)
    merge_all(pipeline)
    lines = read_lines(read_file(pipeline)[0])
    assert replay(before, lines) == read_products(connection)
    assert {line["sku"] for line in lines} == {"D"} | ({"A"} if on_drift == "overwrite" else set())


def test_import_that_changes_nothing_has_an_empty_file(connection: Connection, s3: Any) -> None:
    make_import(connection, s3, BEFORE).run()
    pipeline = make_import(connection, s3, BEFORE)
    pipeline.run()
    assert read_file(pipeline) == (b"", 0)
    assert list_pieces(s3, pipeline.job_id) == []


def list_pieces(s3: Any, job_id: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"steps/{job_id}/changes/")
    return [entry["Key"] for entry in found.get("Contents", [])]


def test_import_that_nobody_follows_writes_no_lines(connection: Connection, s3: Any) -> None:
    pipeline = make_import(connection, s3, BEFORE, pieces=None)
    pipeline.run()
    assert list_pieces(s3, pipeline.job_id) == []
    # What old code has merged beside this has no lines either, so there is no file with gaps.
    assert find_pieces(connection, pipeline.job_id) is None


def test_run_that_is_not_committed_leaves_nothing_in_the_file(
    connection: Connection, s3: Any
) -> None:
    pipeline = make_import(connection, s3, BEFORE)
    pipeline.prepare()
    pipeline.stage(0)
    assert pipeline.take_lease()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before_merge_of_a_lost_worker")
        pipeline.merge(0)
        cursor.execute("ROLLBACK TO before_merge_of_a_lost_worker")
    pipeline.merge(0)
    pipeline.merge(0)  # again: it is in the ledger
    assert len(list_pieces(s3, pipeline.job_id)) == 2
    content, records = read_file(pipeline)
    assert replay({}, read_lines(content)) == read_products(connection)
    assert records == 3


def test_file_of_many_pieces_is_assembled_in_parts(connection: Connection, s3: Any) -> None:
    text = "x" * 5_000
    rows = (f"{number},Lamp,{text}\n" for number in range(10_000, 12_600))
    raw = "sku,name,description\n" + "".join(rows)
    pipeline = make_import(connection, s3, raw.encode(), boundaries=["11000", "11010", "12400"])
    pipeline.run()
    content, records = read_file(pipeline)
    lines = read_lines(content)
    assert len(lines) == records == 2_600
    assert replay({}, lines) == read_products(connection)
    assert lines[0]["after"]["description"] == text
