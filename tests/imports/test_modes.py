"""What an import may do: its mode, and what finds its products."""

import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import monotonic, sleep
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from chalicelib.errors import JobEndedError
from chalicelib.http.sizes import measure
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.skips import OF_MERGE
from chalicelib.imports.steps.merge import merge_key_range
from chalicelib.products.journal.writing import Journal
from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, MOST_ATTRIBUTES
from chalicelib.products.rules import attributes_problem
from infra.local.postgres import Database
from tests.imports.pipeline import COMMA, Pipeline, empty, read_catalogue, read_rejects

Import = Callable[..., dict[str, int]]
SHOP = (
    "sku,name,price,quantity,active,GTIN,color\n"
    "A,Lamp,9.50,3,yes,4006381333931,red\n"
    "B,Desk,80,1,no,4006381333948,oak\n"
    "C,Sofa,400,,yes,,\n"
)


@pytest.fixture
def bring(connection: Connection) -> Import:
    """Import CSV text, within the test's own transaction, and return the outcomes."""

    def run(text: str, boundaries: tuple[str, ...] = (), **options: Any) -> dict[str, int]:
        job_id = f"job_{secrets.token_hex(6)}"
        given = ImportOptions(delimiter=",", **options)
        pipeline = Pipeline(
            "", text.encode(), job_id, given, boundaries=boundaries, connection=connection
        )
        return {name: number for name, number in pipeline.run().items() if number}

    return run


def read_skips(connection: Connection) -> list[tuple[int, str, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, reason, sku FROM import_skips ORDER BY line")
        return cursor.fetchall()


def ids(connection: Connection) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, id FROM products")
        return dict(cursor.fetchall())


def test_update_needs_no_name_and_changes_only_the_columns_it_has(
    connection: Connection, bring: Import
) -> None:
    bring(SHOP)
    before = read_catalogue(connection)
    assert bring("sku,quantity\na,7\nB,1\n", mode="update") == {"updated": 1, "unchanged": 1}
    before["a"]["quantity"] = 7
    assert read_catalogue(connection) == before


@pytest.mark.parametrize("total", ["Total", "SUMME:", "итого :", "Total général"])
def test_update_skips_the_totals_below_a_list(
    connection: Connection, bring: Import, total: str
) -> None:
    bring(SHOP)
    text = f"SKU,Quantity,price\nA,7,2.50\n{total},2.5,1e99\n"
    assert bring(text, mode="update") == {"updated": 1, "skipped": 1}
    assert read_skips(connection) == [(3, "total_row", total)]


@pytest.mark.parametrize(
    ("header", "record"),
    [("sku,name,quantity", "Total,Lamp,7"), ("brand,sku,quantity", "Total,A,7")],
)
def test_update_keeps_a_product_that_is_called_total(
    bring: Import, header: str, record: str
) -> None:
    bring("sku,name,quantity\nTotal,Lamp,1\nA,Desk,1\n")
    assert bring(f"{header}\n{record}\n", mode="update") == {"updated": 1}


def test_update_by_id_skips_the_totals_below_a_list(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    text = f"id,quantity\n{ids(connection)['A']},7\nTotal,7\n"
    assert bring(text, mode="update", match="id") == {"updated": 1, "skipped": 1}


@pytest.mark.parametrize("other", ["SKU,QUANTITY,GRÖßE", "Sku,Quantity,Größe"])
def test_header_is_skipped_in_any_letter_case(
    connection: Connection, bring: Import, other: str
) -> None:
    bring(SHOP)
    text = f"SKU,Quantity,GRÖßE\nA,7,\n{other}\nB,8,\n"
    assert bring(text, mode="update", mapping={"GRÖßE": "attributes"}) == {
        "updated": 2,
        "skipped": 1,
    }
    assert [reason for _, reason, _ in read_skips(connection)] == ["header_row"]


def test_update_skips_products_that_are_not_in_the_catalogue(
    connection: Connection, bring: Import
) -> None:
    bring(SHOP)
    text = "sku,quantity\nZ,1\nA,7\nY,5\nz,2\n"
    counts = bring(text, mode="update", boundaries=("b",))
    assert counts == {"updated": 1, "skipped": 2, "duplicate": 1}
    assert read_skips(connection) == [
        (4, "not_in_catalogue", "Y"),
        (5, "not_in_catalogue", "z"),
    ]
    assert set(read_catalogue(connection)) == {"a", "b", "c"}


def test_blank_cells_of_an_update_keep_what_the_product_has(
    connection: Connection, bring: Import
) -> None:
    bring(SHOP)
    before = read_catalogue(connection)
    text = "sku,name,price,quantity,active,color\nA,,,,,\n"
    assert bring(text, mode="update") == {"unchanged": 1}
    assert read_catalogue(connection) == before


def test_update_can_clear_what_is_blank(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    blank = {"quantity": "clear", "price": "default"}
    assert bring("sku,price,quantity\nA,,\n", mode="update", blank=blank) == {"updated": 1}
    found = read_catalogue(connection)["a"]
    assert (found["price"], found["quantity"]) == (0, None)


def test_update_merges_attributes(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    text = "sku,color,size\nA,blue,\nB,,XL\n"
    assert bring(text, mode="update") == {"updated": 2}
    found = read_catalogue(connection)
    assert found["a"]["attributes"] == {"GTIN": "4006381333931", "color": "blue"}
    assert found["b"]["attributes"] == {"GTIN": "4006381333948", "color": "oak", "size": "XL"}
    assert bring(text, mode="update") == {"unchanged": 2}


def test_update_that_would_leave_too_many_attributes_is_skipped(
    connection: Connection, bring: Import
) -> None:
    values = ",".join(f"n{i}" for i in range(MOST_ATTRIBUTES - 2))
    bring(f"sku,name,{values}\n" + "".join(f"{sku},Lamp,{values}\n" for sku in "ABC"))
    assert bring("sku,y,z\nA,1,1\nB,1,\nC,1,1\n", mode="update") == {"updated": 3}
    before = read_catalogue(connection)
    text = "sku,price,n1,extra\nA,5,x,new\nB,6,x,new\nC,7,x,\nD,8,x,new\n"
    assert bring(text, mode="update") == {"updated": 2, "skipped": 2}
    assert read_skips(connection) == [(2, "too_many_attributes", "A"), (5, "not_in_catalogue", "D")]
    after = read_catalogue(connection)
    assert after["a"] == before["a"]
    assert (after["b"]["price"], len(after["b"]["attributes"])) == (6, MOST_ATTRIBUTES)
    assert (after["c"]["price"], len(after["c"]["attributes"])) == (7, MOST_ATTRIBUTES)


@pytest.mark.parametrize("character", ["x", "\x01", "\x7f", '"', "\\", "é", "水", "\U0001f6cb"])
def test_update_is_skipped_where_an_edit_is_refused_for_long_attributes(
    connection: Connection, bring: Import, character: str
) -> None:
    third = character * (ATTRIBUTES_MAX_BYTES // 3 // (measure(character * 100) // 100))
    given = {"a é": third, "b": third}
    lengths = range(1, len(third))
    longest = bisect_right(lengths, 0, key=lambda n: _is_refused(given, character * n))
    bring(f"sku,name,a é,b\nA,Lamp,{_quote(third)},{_quote(third)}\n")
    text = "sku,c\nA," + _quote(character * (longest + 1))
    assert bring(text, mode="update") == {"skipped": 1}
    assert read_skips(connection) == [(2, "attributes_too_long", "A")]
    assert bring("sku,c\nA," + _quote(character * longest), mode="update") == {"updated": 1}


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _is_refused(attributes: dict[str, str], text: str) -> bool:
    return attributes_problem(attributes | {"c": text}) is not None


@pytest.mark.parametrize("reason", OF_MERGE)
def test_skips_of_the_merge_stay_when_a_range_is_staged_again(
    connection: Connection, reason: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO import_skips VALUES ('job_again', 2, %s, 'A')", (reason,))
    pipeline = Pipeline("", b"sku,name\nA,Lamp\n", "job_again", COMMA, connection=connection)
    pipeline.prepare()
    pipeline.stage(0)
    assert read_skips(connection) == [(2, reason, "A")]


def test_update_with_only_a_sku_changes_nothing(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    assert bring("sku\nA\nZ\n", mode="update") == {"unchanged": 1, "skipped": 1}


def test_create_never_changes_a_product(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    before = read_catalogue(connection)
    text = "sku,name,price,color\na,Other,1,blue\nD,Rug,20,grey\nB,Desk,80,oak\n"
    counts = bring(text, mode="create", boundaries=("b",))
    assert counts == {"created": 1, "skipped": 2}
    after = read_catalogue(connection)
    assert after.pop("d")["attributes"] == {"color": "grey"}
    assert after == before
    assert read_skips(connection) == [(2, "already_exists", "a"), (4, "already_exists", "B")]
    assert bring(text, mode="create") == {"skipped": 3}


def test_create_uses_no_ids_for_products_that_exist(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    bring("sku,name\nA,Lamp\nB,Desk\nC,Sofa\n", mode="create")
    bring("sku,name\nD,Rug\n")
    found = ids(connection)
    assert found["D"] == max(found["A"], found["B"], found["C"]) + 1


@pytest.mark.parametrize("mode", ["upsert", "create"])
def test_file_without_names_names_the_mode_that_needs_none(bring: Import, mode: str) -> None:
    with pytest.raises(JobEndedError, match=r"options\.mode to update") as caught:
        bring("sku,quantity\nA,7\n", mode=mode)
    assert caught.value.code == "header_incomplete"


def test_products_are_found_by_their_ids(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    found = ids(connection)
    text = f"Product ID,sku,quantity\n{found['A']},Other,7\n00{found['C']},,8\n{10**12},,1\n"
    counts = bring(text, mode="update", match="id", boundaries=(f"{found['B']:013}",))
    assert counts == {"updated": 2, "skipped": 1}
    after = read_catalogue(connection)
    assert (after["a"]["quantity"], after["c"]["quantity"]) == (7, 8)
    assert after["a"]["attributes"] == {"GTIN": "4006381333931", "color": "red"}
    assert read_skips(connection) == [(4, "not_in_catalogue", None)]


def test_column_of_the_ids_can_be_mapped(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    options: Any = {"mode": "update", "match": "id", "mapping": {"Key": "id"}}
    assert bring(f"Key,quantity\n{ids(connection)['A']},7\n", **options) == {"updated": 1}


def test_ids_that_are_not_ids_are_rejected(connection: Connection) -> None:
    text = "id,quantity\nA,1\n,1\n0,1\n1.5,1\n-1,1\n99999999999999999999,1\n"
    options = ImportOptions(delimiter=",", mode="update", match="id")
    pipeline = Pipeline("", text.encode(), "job_ids", options, connection=connection)
    counts = pipeline.run()
    assert (counts["skipped"], counts["rejected"]) == (1, 5)
    codes = {line: found.code for line, found in read_rejects(connection, "job_ids").items()}
    assert codes.pop(3) == "match_missing"
    assert codes == dict.fromkeys((2, 5, 6, 7), "id_invalid")


def test_products_are_found_by_an_attribute(connection: Connection, bring: Import) -> None:
    bring(SHOP)
    text = (
        "GTIN,sku,price\n4006381333948,X,90\n4006381333931,Y,9.50\n400,Z,1\n 4006381333948 ,,95\n"
    )
    options: Any = {"mode": "update", "match": "attributes.GTIN"}
    counts = bring(text, boundaries=("40063813339390",), **options)
    assert counts == {"updated": 1, "unchanged": 1, "skipped": 1, "duplicate": 1}
    after = read_catalogue(connection)
    assert (after["b"]["price"], after["b"]["sku"]) == (95, "B")
    assert read_skips(connection) == [(4, "not_in_catalogue", None)]


def test_attribute_that_finds_products_needs_no_other_column(
    connection: Connection, bring: Import
) -> None:
    bring(SHOP)
    before = read_catalogue(connection)
    options: Any = {"mode": "update", "match": "attributes.GTIN"}
    assert bring("GTIN\n4006381333931\n4\n", **options) == {"unchanged": 1, "skipped": 1}
    assert read_catalogue(connection) == before


def test_attributes_are_merged_where_another_one_finds_the_product(
    connection: Connection, bring: Import
) -> None:
    bring(SHOP)
    options: Any = {"mode": "update", "match": "attributes.GTIN"}
    text = "GTIN,color,size\n4006381333931,red,\n4006381333948,oak,XL\n"
    assert bring(text, **options) == {"updated": 1, "unchanged": 1}
    found = read_catalogue(connection)["b"]["attributes"]
    assert found == {"GTIN": "4006381333948", "color": "oak", "size": "XL"}


def test_attribute_of_several_products_ends_the_import(
    connection: Connection, bring: Import
) -> None:
    bring("sku,name,GTIN\nA,Lamp,1\nB,Desk,1\nC,Sofa,2\nD,Rug,3\nE,Bed,3\n")
    before = read_catalogue(connection)
    options: Any = {"mode": "update", "match": "attributes.GTIN"}
    with pytest.raises(JobEndedError, match="2 products have the GTIN '1', and 1 more") as caught:
        bring("GTIN,price\n1,5\n2,5\n3,5\n", **options)
    assert caught.value.code == "match_not_unique"
    assert read_catalogue(connection) == before


def test_shared_attribute_that_the_file_does_not_name_changes_nothing(
    connection: Connection, bring: Import
) -> None:
    bring("sku,name,GTIN\nA,Lamp,1\nB,Desk,1\nC,Sofa,2\n")
    options: Any = {"mode": "update", "match": "attributes.GTIN"}
    assert bring("GTIN,price\n2,5\n", **options) == {"updated": 1}


def test_attribute_of_any_length_finds_its_product(connection: Connection, bring: Import) -> None:
    key = secrets.token_hex(50_000)  # doesn't compress, as a long text might
    bring(f"sku,name,note\nA,Lamp,{key}\nB,Desk,short\n")
    options: Any = {"mode": "update", "match": "attributes.note"}
    text = f"note,price\n{key},5\n{key[:-1]},6\nshort,7\n"
    assert bring(text, **options) == {"updated": 2, "skipped": 1}
    found = read_catalogue(connection)
    assert (found["a"]["price"], found["b"]["price"]) == (5, 7)


def test_blank_attribute_finds_nothing(connection: Connection) -> None:
    options = ImportOptions(delimiter=",", mode="update", match="attributes.GTIN")
    pipeline = Pipeline("", b"GTIN,price\n,5\n", "job_x", options, connection=connection)
    assert pipeline.run()["rejected"] == 1
    assert read_rejects(connection, "job_x")[2].code == "match_missing"


@pytest.mark.parametrize(
    ("header", "options"),
    [
        ("sku,price", {"match": "id"}),
        ("sku,price", {"match": "attributes.GTIN"}),
        ("gtin,price", {"match": "attributes.GTIN"}),
        ("GTIN,price", {"match": "attributes.GTIN", "mapping": {"GTIN": None}}),
        ("GTIN,price", {"match": "attributes.GTIN", "mapping": {"GTIN": "name"}}),
        ("price", {"match": "sku"}),
    ],
)
def test_file_without_the_column_that_finds_products_ends(
    bring: Import, header: str, options: dict[str, Any]
) -> None:
    with pytest.raises(JobEndedError) as caught:
        bring(f"{header}\n1,2\n", mode="update", **options)
    assert caught.value.code == "header_incomplete"


@pytest.mark.parametrize(
    "options",
    [
        {"match": "id"},
        {"match": "attributes.GTIN", "mode": "create"},
        {"match": "GTIN", "mode": "update"},
        {"match": "attributes.", "mode": "update"},
        {"mapping": {"Key": "id"}, "mode": "update"},
        {"mapping": {"Key": "id"}},
        {"mode": "delete"},
    ],
)
def test_options_that_contradict_each_other_are_invalid(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImportOptions.model_validate(options)


@pytest.fixture
def committed(database: Database) -> Iterator[str]:
    yield database.dsn
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        empty(connection)


def test_product_deleted_during_an_update_is_skipped(committed: str) -> None:
    pipeline = Pipeline(committed, SHOP.encode(), "job_shop", COMMA)
    pipeline.run()
    options = ImportOptions(delimiter=",", mode="update")
    update = Pipeline(committed, b"sku,quantity\nA,7\nB,8\n", "job_update", options)
    update.prepare()
    update.stage(0)
    assert update.take_lease()
    with closing(psycopg2.connect(committed)) as editor, closing(psycopg2.connect(committed)) as w:
        with editor.cursor() as cursor:
            cursor.execute("DELETE FROM products WHERE sku = 'A'")
        waiting = _start_merge(w, update)
        editor.commit()
        merged = waiting()
        w.commit()
    assert (merged.updated, merged.skipped, merged.unchanged) == (1, 1, 0)


def _start_merge(connection: Connection, update: Pipeline) -> Callable[[], Any]:
    """Start a merge that waits for another transaction; return how to get its result."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(merge_key_range, connection, Journal(update.job_id), update.plan, 0)
    with closing(psycopg2.connect(update.dsn)) as watching, watching.cursor() as cursor:
        watching.autocommit = True
        limit = monotonic() + 20
        while monotonic() < limit:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:  # type: ignore[index]
                break
            sleep(0.01)
    return lambda: future.result(timeout=20)
