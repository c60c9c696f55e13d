"""Products that a snapshot doesn't name are changed once, and only they."""

import json
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps.missing import keep_profile
from tests.imports.pipeline import Pipeline

HEADER = "sku,name,quantity,active,GTIN\n"
# Six products; F is inactive and has no stock already.
CATALOGUE = HEADER + "".join(
    f"{sku},{sku} lamp,{0 if sku == 'F' else 5},{sku != 'F'},{number}\n"
    for number, sku in enumerate("ABCDEF", 1)
)
ALL = {"percent": 100}
BOUNDARIES = ("b", "d")


@pytest.fixture
def catalogue(connection: Connection) -> Connection:
    """A connection whose transaction has the catalogue, imported by job_before."""
    bring(connection, CATALOGUE, "job_before")
    return connection


def bring(
    connection: Connection, text: str, job_id: str = "job_snapshot", **options: Any
) -> dict[str, int]:
    chosen = ImportOptions.model_validate_json(
        json.dumps({"delimiter": ",", "max_missing": ALL} | options)
    )
    boundaries = ("2",) if chosen.match == "id" else BOUNDARIES
    raw = text.encode("latin-1")
    pipeline = Pipeline("", raw, job_id, chosen, 40, boundaries=boundaries, connection=connection)
    return pipeline.run()


def check(
    connection: Connection, text: str, *, has_begun: bool = False, **options: Any
) -> Pipeline:
    """Stage a snapshot and list the missing products; the caller merges."""
    chosen = ImportOptions.model_validate_json(
        json.dumps({"delimiter": ",", "missing": "delete", "max_missing": ALL} | options)
    )
    pipeline = Pipeline(
        "",
        text.encode("latin-1"),
        "job_snapshot",
        chosen,
        boundaries=BOUNDARIES,
        connection=connection,
    )
    pipeline.prepare()
    pipeline.stage(0)
    assert pipeline.take_lease()
    pipeline.check(has_begun=has_begun)
    return pipeline


def merge(pipeline: Pipeline) -> dict[str, int]:
    for key_range in range(pipeline.plan.key_ranges):
        pipeline.merge(key_range)
    return pipeline.close()


def change(connection: Connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def read(connection: Connection, column: str = "true") -> dict[str, Any]:
    """Return a column of each product by its sku."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sku, {column} FROM products")  # of this module
        return dict(cursor.fetchall())


def journal_of(connection: Connection, job_id: str = "job_snapshot") -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action, coalesce(products.sku, changes.sku) FROM product_changes AS changes"
            " LEFT JOIN products ON products.id = product_id WHERE changed_by = %s ORDER BY 2",
            (job_id,),
        )
        return cursor.fetchall()


def test_missing_products_are_kept_by_default(catalogue: Connection) -> None:
    for options in ({}, {"missing": "keep"}):
        assert bring(catalogue, HEADER + "A,A lamp,5,true,1\n", **options)["missing"] == 0
    assert len(read(catalogue)) == 6


def test_missing_products_are_deleted_with_their_rows_in_the_journal(
    catalogue: Connection,
) -> None:
    counts = bring(catalogue, HEADER + "A,New name,5,true,1\nC,C lamp,5,true,3\n", missing="delete")
    assert (counts["updated"], counts["unchanged"], counts["missing"]) == (1, 1, 4)
    assert read(catalogue).keys() == {"A", "C"}
    assert journal_of(catalogue) == [
        ("update", "A"),
        *(("delete", sku) for sku in "BDEF"),
    ]


@pytest.mark.parametrize(
    ("action", "column", "before", "after"),
    [("deactivate", "active", True, False), ("zero_stock", "quantity", 5, 0)],
)
def test_missing_products_that_are_not_yet_so_are_changed(
    catalogue: Connection, action: str, column: str, before: Any, after: Any
) -> None:
    sources = read(catalogue, "source_job_id")
    assert bring(catalogue, HEADER + "A,A lamp,5,true,1\n", missing=action)["missing"] == 4
    expected = dict.fromkeys("BCDEF", after) | {"A": before}
    assert read(catalogue, column) == expected
    assert journal_of(catalogue) == [("update", sku) for sku in "BCDE"]
    assert read(catalogue, "version") == dict.fromkeys("BCDE", 2) | {"A": 1, "F": 1}
    assert read(catalogue, "source_job_id") == sources  # the values are still from there
    again = bring(catalogue, HEADER + "A,A lamp,5,true,1\n", "job_again", missing=action)
    assert again["missing"] == 0


def test_only_products_of_the_scope_are_missing(catalogue: Connection) -> None:
    text = HEADER + "A,A lamp,5,true,1\n"
    counts = bring(catalogue, text, missing="delete", scope={"active": True, "sku[prefix]": "e"})
    assert counts["missing"] == 1
    assert read(catalogue).keys() == set("ABCDF")
    assert (
        bring(catalogue, text, "job_2", missing="delete", scope={"active": False})["missing"] == 1
    )
    assert read(catalogue).keys() == set("ABCD")


def test_scope_of_a_profile_has_the_products_that_its_imports_were_the_last_to_write(
    catalogue: Connection,
) -> None:
    keep_profile(catalogue, "job_ours", {"profile_id": "prf_ours"})
    keep_profile(catalogue, "job_ours", {"profile_id": "prf_ours"})
    bring(catalogue, HEADER + "A,ours,5,true,1\nB,ours,5,true,2\nC,ours,5,true,3\n", "job_ours")
    bring(catalogue, HEADER + "B,others,5,true,2\n", "job_others")
    options: dict[str, Any] = {"missing": "delete", "scope": {"profile": "prf_ours"}}
    assert bring(catalogue, HEADER + "A,ours,6,true,1\n", **options)["missing"] == 1
    assert read(catalogue).keys() == set("ABDEF")
    nothing: dict[str, Any] = {"missing": "delete", "scope": {"profile": "prf_unused"}}
    assert bring(catalogue, HEADER + "A,ours,6,true,1\n", "job_2", **nothing)["missing"] == 0


@pytest.mark.parametrize(
    ("records", "kept"),
    [
        ("a ,A lamp,bad,true,1\n", "A"),  # a bad value
        ("B,B lamp,5\xff,true,1\n", "B"),  # a byte that isn't UTF-8
        ("B\0,,5,true,1\nC,C lamp,5\0,true,1\n", None),
        ("B\xff,B lamp,5,true,1\n", None),  # in the SKU
        ("lamp,B,C,5,true,1\n", "BC"),  # one field too many: any may be the SKU
        ("D,D lamp,5,true,1,2,3,4\n", "D"),
        ("'E,,5,true,1\n", "E"),  # no name, and a protected SKU
        ('D,"never closed,5,true,1\nA,A lamp,5,true,1\n', None),
        ('X,"5"" pipe,5,true,1\nB,B lamp,5,true,2\nC,C lamp",5,true,1\n', "BCX"),  # swallowed
        (",no sku,5,true,1\n", ""),
    ],
)
def test_products_that_rejected_records_name_are_not_missing(
    catalogue: Connection, records: str, kept: str | None
) -> None:
    text = HEADER + "F,F lamp,0,false,6\n" + records
    if kept is None:
        with pytest.raises(JobEndedError) as caught:
            check(catalogue, text)
        assert caught.value.code == "missing_uncertain"
        assert "Nothing was imported" in caught.value.message
        return
    bring(catalogue, text, missing="delete")
    assert read(catalogue).keys() == {*kept, "F"}


def test_rejects_without_a_key_are_a_warning(catalogue: Connection) -> None:
    pipeline = check(catalogue, HEADER + "A,A lamp,5,true,1\n,,5,true,1\n,x,bad,true,1\n")
    note = pipeline.notes["rejects_unnamed"]
    assert (note.columns, note.count, note.lines) == (["sku"], 2, [3, 4])


def test_skipped_records_name_their_products(catalogue: Connection) -> None:
    text = HEADER + "A,A lamp,5,true,1\nB,B lamp,5,true,2\nZ,Z lamp,5,true,9\n"
    counts = bring(catalogue, text, missing="delete", mode="create")
    assert (counts["created"], counts["skipped"], counts["missing"]) == (1, 2, 4)
    assert read(catalogue).keys() == set("ABZ")
    counts = bring(
        catalogue, HEADER + "A,x,5,true,1\nQ,,,,\n", "job_2", missing="delete", mode="update"
    )
    assert (counts["updated"], counts["skipped"], counts["missing"]) == (1, 1, 2)
    assert read(catalogue).keys() == {"A"}


def test_rows_that_are_skipped_by_rules_name_their_products(catalogue: Connection) -> None:
    text = "sku,name\nTotal,\n"
    bring(catalogue, "sku,name\nTotal,Total lamp\n", "job_total")
    assert bring(catalogue, text, missing="delete")["missing"] == 6
    assert read(catalogue).keys() == {"Total"}


def test_file_that_matches_by_id_names_products_by_their_id(catalogue: Connection) -> None:
    ids = read(catalogue, "id")
    text = f"id,quantity\n{ids['A']},7\n00{ids['B']},bad\nnothing,1\n{ids['C']},1,2\n"
    options = {"missing": "zero_stock", "match": "id", "mode": "update"}
    assert bring(catalogue, text, **options)["missing"] == 2
    assert read(catalogue, "quantity") == {"A": 7, "B": 5, "C": 5, "D": 0, "E": 0, "F": 0}


def test_file_that_matches_by_attribute_names_products_by_it(catalogue: Connection) -> None:
    bring(catalogue, "sku,name,quantity\nG,No number,5\n", "job_without")
    text = "GTIN,quantity\n1,7\n2,bad\n9,1\n"
    options = {"missing": "zero_stock", "match": "attributes.GTIN", "mode": "update"}
    counts = bring(catalogue, text, **options)
    assert (counts["updated"], counts["skipped"], counts["missing"]) == (1, 1, 4)
    assert read(catalogue, "quantity") == {
        **dict.fromkeys("CDEFG", 0),
        "A": 7,
        "B": 5,
    }  # G has no number, so no record names it


def test_product_whose_attribute_is_edited_since_the_list_is_left_alone(
    catalogue: Connection,
) -> None:
    options: dict[str, Any] = {"match": "attributes.GTIN", "mode": "update"}
    pipeline = check(catalogue, "GTIN,quantity\n1,7\n9,1\n", **options)
    change(catalogue, """UPDATE products SET attributes = '{"GTIN": "9"}' WHERE sku = 'B'""")
    assert merge(pipeline)["missing"] == 4
    assert read(catalogue).keys() == {"A", "B"}


@pytest.mark.parametrize(
    ("scope", "options", "allowed"),
    [
        (20_000, {}, 2_000),
        (5_000, {}, 1_000),
        (500, {}, 450),  # a nearly empty file is refused
        (1, {}, 0),
        (0, {}, 0),
        (20_000, {"percent": 0.05}, 10),
        (500, {"percent": 5}, 25),
        (500, {"products": 30}, 30),
        (500, {"products": 0}, 0),
        (500, {"percent": 100}, 500),
    ],
)
def test_fuse_allows_the_larger_of_both_limits(
    scope: int, options: dict[str, Any], allowed: int
) -> None:
    chosen = ImportOptions.from_json({"max_missing": options or None})
    assert chosen.missing_limit.count_allowed(scope) == allowed


def test_too_many_missing_products_are_refused_with_their_number(catalogue: Connection) -> None:
    with pytest.raises(JobEndedError) as caught:
        check(catalogue, HEADER + "A,A lamp,5,true,1\n", max_missing={"products": 4})
    assert caught.value.code == "too_many_missing"
    assert "5 of 6 products are missing" in caught.value.message
    assert "allows 4: 4 products" in caught.value.message
    assert "raise options.max_missing" in caught.value.message


def test_file_without_products_of_the_scope_is_refused_by_default(catalogue: Connection) -> None:
    with pytest.raises(JobEndedError) as caught:
        check(catalogue, HEADER + "Z,Z lamp,5,true,1\n", max_missing=None)
    assert caught.value.code == "too_many_missing"


def test_merge_that_has_begun_is_not_refused(catalogue: Connection) -> None:
    text, fuse = HEADER + "A,A lamp,5,true,1\n", {"products": 0}
    assert merge(check(catalogue, text, has_begun=True, max_missing=fuse))["missing"] == 5


def test_list_that_is_made_again_after_some_key_ranges_changes_each_product_once(
    catalogue: Connection,
) -> None:
    change(catalogue, "UPDATE products SET id = DEFAULT")  # of other blocks
    pipeline = check(catalogue, HEADER + "A,A lamp,5,true,1\n", missing="deactivate")
    pipeline.merge(1)
    pipeline.check(has_begun=True)
    pipeline.merge(1)
    assert merge(pipeline)["missing"] == 4
    assert set(read(catalogue, "version").values()) == {1, 2}


@pytest.mark.parametrize(
    ("edit", "left"),
    [
        ("UPDATE products SET active = false WHERE sku = 'B'", "AB"),  # out of the scope
        ("DELETE FROM products WHERE sku = 'B'", "A"),
        ("UPDATE products SET name = 'edited' WHERE sku = 'B'", "A"),
        ("INSERT INTO products (sku, sku_key, name) VALUES ('N', 'n', 'New')", "AN"),
    ],
)
def test_products_edited_since_the_list_are_looked_at_again(
    catalogue: Connection, edit: str, left: str
) -> None:
    pipeline = check(catalogue, HEADER + "A,A lamp,5,true,1\n", scope={"active": True})
    change(catalogue, edit)
    merge(pipeline)
    assert read(catalogue).keys() == {*left, "F"}


def test_what_a_snapshot_keeps_is_dropped_at_its_end(catalogue: Connection) -> None:
    bring(catalogue, HEADER + "A,,5,true,1\n", missing="delete")
    with catalogue.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'staging'::regnamespace")
        assert cursor.fetchall() == []


def test_file_of_rejected_records_is_refused(catalogue: Connection) -> None:
    with pytest.raises(JobEndedError, match="rejected records") as caught:
        check(catalogue, "_line,_code,_message,sku,name\n4,c,m,A,Lamp\n")
    assert caught.value.code == "missing_uncertain"
