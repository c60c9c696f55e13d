"""A rejects file imports again: unchanged it is rejected again, corrected it repairs them all."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from chalicelib.imports.csv.lineage import CUT_OFF
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.rejected import write_rejects_file
from chalicelib.imports.csv.sheets import write_record
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.repair import inherit_options
from chalicelib.imports.steps.finish import read_rejects
from tests.fakes.jobs import make_job
from tests.imports.grouped import GroupedFile, grouped_files
from tests.imports.oracle_rows import Rows
from tests.imports.pipeline import Pipeline, read_skips
from tests.imports.strategies import CatalogueFile, catalogue_files

PARENT, CHILD, OTHER = "job_parent", "job_child", "job_other"


@pytest.fixture(scope="module")
def connection(database_dsn: str) -> Iterator[Connection]:
    """One connection for all examples: each is a transaction that is rolled back."""
    with closing(psycopg2.connect(database_dsn)) as opened:
        yield opened


def write_file(rejects: Sequence[Reject], reading: Reading) -> bytes:
    return b"".join(write_rejects_file(rejects, reading))


def inherit(reading: Reading, options: ImportOptions) -> ImportOptions:
    """Return the options of a child, as the API makes them of its parent."""
    detected = {
        "columns": reading.columns.describe(),
        "header": list(reading.columns.names),
        "decimal_mark": reading.numbers.decimal_mark,
        "format": reading.format,
    }
    return inherit_options(make_job(options=options.to_json(), detected=detected))


def run(
    connection: Connection, raw: bytes, job_id: str, options: ImportOptions, **more: Any
) -> Pipeline:
    pipeline = Pipeline("", raw, job_id, options, connection=connection, **more)
    pipeline.run()
    return pipeline


def reject_again(
    connection: Connection, parent: Pipeline, span_bytes: int
) -> tuple[list[Reject], list[Reject]]:
    """Import the rejects of a parent without a change; return them, and those of the child."""
    reading = parent.plan.reading
    rejects = list(read_rejects(connection, parent.job_id))
    child = run(
        connection,
        write_file(rejects, reading),
        CHILD,
        inherit(reading, parent.options),
        span_bytes=span_bytes,
        changed=parent.changed,
        parent_job_id=parent.job_id,
    )
    assert child.plan.columns == reading.columns
    assert child.plan.reading.header_text == reading.header_text
    return rejects, list(read_rejects(connection, CHILD))


def as_kept(rejects: Sequence[Reject]) -> list[tuple[str, bytes]]:
    """Return codes and records; what follows an open quote at the end isn't compared."""
    return [(r.code, r.record.rstrip(b"\r\n")) for r in rejects]


def fix(rejects: Sequence[Reject], reading: Reading) -> list[Reject]:
    """Return rejects whose records are valid, each with a sku of its own."""
    fields = reading.columns.fields
    return [
        replace(
            reject,
            record=write_record(
                [_fix_cell(field, reject.line) for field in fields], reading.delimiter
            ).encode(),
        )
        for reject in rejects
    ]


def _fix_cell(field: str | None, line: int) -> str:
    return {"sku": f"fixed-{line}", "name": "Fixed", "price": "1"}.get(field or "", "")


def count_repairs(connection: Connection, job_id: str) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, job_id FROM import_repairs WHERE parent_job_id = %s", (job_id,)
        )
        return dict(cursor.fetchall())


@given(file=catalogue_files(), span_bytes=st.integers(1, 200))
def test_rejects_imported_unchanged_are_rejected_again_for_the_same_reasons(
    connection: Connection, file: CatalogueFile, span_bytes: int
) -> None:
    connection.rollback()
    given = {"delimiter": file.delimiter, "blank": file.blank, "decimal_mark": file.decimal_mark}
    options = ImportOptions.from_json({**given, "format": "none"})
    parent = run(connection, file.raw, PARENT, options)
    if not file.decimal_mark and not parent.plan.reading.numbers.decimal_mark:
        return  # a file with few records may show a mark that the whole file leaves open
    before, after = reject_again(connection, parent, span_bytes)
    assert as_kept(after) == as_kept(before)
    assert not count_repairs(connection, PARENT)


# A variant is rejected whose product is imported, and a key comes again further down.
_GROUPED = GroupedFile(
    b"handle,range,sku,name,brand,price,option,kind\n"
    b"tee,,A,Tee,,1,S,\ntee,,B,,,cheap,M,\nmug,,C,Mug,,1,,\ntee,,D,,,1,,\n",
    Rows(group=("handle",), filled=("name",)),
)


@example(file=_GROUPED, span_bytes=40)
@given(file=grouped_files(), span_bytes=st.integers(1, 400))
def test_rejects_of_groups_imported_unchanged_are_rejected_again(
    connection: Connection, file: GroupedFile, span_bytes: int
) -> None:
    connection.rollback()
    options = ImportOptions.from_json({"delimiter": ",", "decimal_mark": ".", "format": "none"})
    changed = file.changed_reading()
    parent = run(connection, file.raw, PARENT, options, changed=changed)
    before, after = reject_again(connection, parent, span_bytes)
    assert as_kept(after) == as_kept(before)


@given(file=catalogue_files(), span_bytes=st.integers(1, 200), seed=st.integers(0, 99))
def test_corrected_rejects_are_all_repaired_and_each_once(
    connection: Connection, file: CatalogueFile, span_bytes: int, seed: int
) -> None:
    connection.rollback()
    options = ImportOptions.from_json({"delimiter": file.delimiter, "format": "none"})
    parent = run(connection, file.raw, PARENT, options)
    reading = parent.plan.reading
    corrected = fix(list(read_rejects(connection, PARENT)), reading)
    some = [reject for reject in corrected if random.Random(seed + reject.line).random() < 0.5]
    for job_id, taken in ((OTHER, some), (CHILD, corrected)):
        raw, inherited = write_file(taken, reading), inherit(reading, options)
        more = {"span_bytes": span_bytes, "boundaries": ["fixed-1", "fixed-2"]}
        child = run(connection, raw, job_id, inherited, parent_job_id=PARENT, **more)
        assert child.plan.columns == reading.columns
        assert not list(read_rejects(connection, job_id))
    first = {reject.line for reject in some}
    expected = {r.line: OTHER if r.line in first else CHILD for r in corrected}
    assert count_repairs(connection, PARENT) == expected


def test_variant_keeps_what_its_product_fills_in(connection: Connection) -> None:
    connection.rollback()
    options = ImportOptions.from_json({"delimiter": ",", "decimal_mark": ".", "format": "none"})
    changed = _GROUPED.changed_reading()
    parent = run(connection, _GROUPED.raw, PARENT, options, changed=changed)
    reading = parent.plan.reading
    rejects = list(read_rejects(connection, PARENT))
    raw = write_file(rejects, reading).replace(b"cheap", b"2")
    inherited = inherit(reading, options)
    run(connection, raw, CHILD, inherited, changed=changed, parent_job_id=PARENT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, price FROM products WHERE sku = 'B'")
        assert [(name, str(price)) for name, price in cursor] == [("Tee", "2.00")]
    assert {skip.reason for skip in read_skips(connection, CHILD).values()} == {"group_row"}
    assert count_repairs(connection, PARENT) == {3: CHILD}


def test_record_that_is_cut_off_is_never_imported_as_if_it_were_whole(
    connection: Connection,
) -> None:
    connection.rollback()
    raw = b'sku,name,notes\nA,Lamp,"' + b"z" * (1024 * 1024 + 1) + b'"\nB,,\n'
    parent = run(connection, raw, PARENT, ImportOptions())
    rejects = list(read_rejects(connection, PARENT))
    assert [(r.line, r.code, r.truncated) for r in rejects] == [
        (2, "field_too_long", True),
        (3, "name_missing", False),
    ]
    before, after = reject_again(connection, parent, 1000)
    assert [r.code for r in after] == [CUT_OFF, "name_missing"]
    assert after[1].record == before[1].record


def test_rejects_of_a_child_have_lines_of_the_child_and_no_columns_of_its_own_file(
    connection: Connection,
) -> None:
    connection.rollback()
    raw = b"note,sku,name,price\nx,A,Lamp,free\ny,B,Desk,cheap\n"
    parent = run(connection, raw, PARENT, ImportOptions())
    before, after = reject_again(connection, parent, 1000)
    text = write_file(after, parent.plan.reading).decode()
    assert text.startswith("\ufeff_line,_code,_message,note,sku,name,price\r\n2,price_not_decimal,")
    assert (
        [r.record for r in after]
        == [r.record for r in before]
        == [
            b"x,A,Lamp,free",
            b"y,B,Desk,cheap",
        ]
    )


@pytest.mark.parametrize(
    "header", ["sku,_message,name,_line,_code", '"_line","_code","_message","sku","name"']
)
def test_columns_are_recognized_wherever_a_spreadsheet_puts_them(
    connection: Connection, header: str
) -> None:
    connection.rollback()
    names = [name.strip('"') for name in header.split(",")]
    cells = {"sku": "A", "name": "Lamp", "_line": "7", "_code": "name_missing", "_message": "m,"}
    record = write_record([cells[name] for name in names], ",")
    child = run(connection, f"{header}\n{record}\n".encode(), CHILD, ImportOptions())
    assert child.plan.columns.names == ("sku", "name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, name, attributes FROM products")
        assert cursor.fetchall() == [("A", "Lamp", {})]


def test_rejects_file_is_read_as_it_is_whatever_the_options_say_of_the_original_file(
    connection: Connection,
) -> None:
    connection.rollback()
    options = ImportOptions.from_json({"encoding": "cp1252", "header_line": 3, "delimiter": ";"})
    raw = "Preise\n\nsku;name;price\nA;Läufer;x\n".encode("cp1252").decode("cp1252").encode()
    reading = run(connection, raw, PARENT, options.model_copy(update={"encoding": None})).plan
    rejects = list(read_rejects(connection, PARENT))
    again = write_file(rejects, reading.reading).replace(b";x", b";5")
    run(connection, again, CHILD, options, parent_job_id=PARENT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM products")
        assert cursor.fetchall() == [("Läufer",)]
    assert count_repairs(connection, PARENT) == {4: CHILD}
