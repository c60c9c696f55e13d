"""What the records of a file make of the products that are there."""

import secrets
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.imports.options import ImportOptions
from chalicelib.imports.steps import ledger
from chalicelib.imports.steps.merge import StageLostError, merge_key_range
from chalicelib.imports.steps.staging import create_staging, drop_staging
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lease import LeaseLostError, release_lease, take_lease, try_lease
from chalicelib.products.limits import MOST_ATTRIBUTES, MOST_COLUMNS
from infra.local.postgres import Database
from tests.fakes.job_store import FakeJobStore
from tests.fakes.jobs import make_job
from tests.imports.pipeline import COMMA, Pipeline, empty, read_catalogue

Import = Callable[..., dict[str, int]]


@pytest.fixture
def bring(connection: Connection) -> Import:
    """Import CSV text, within the test's own transaction, and return the outcomes."""

    def run(text: str, job_id: str = "", **options: Any) -> dict[str, int]:
        job_id = job_id or f"job_{secrets.token_hex(6)}"
        options.setdefault("delimiter", ",")
        pipeline = Pipeline(
            "", text.encode(), job_id, ImportOptions(**options), connection=connection
        )
        return {name: number for name, number in pipeline.run().items() if number}

    return run


def product(connection: Connection, key: str = "a") -> dict[str, Any]:
    """Return the values of one product."""
    return read_catalogue(connection)[key]


FULL = "sku,name,description,price,quantity,active,color\nA,Lamp,Bright,9.50,3,no,red\n"
BLANK = "sku,name,description,price,quantity,active,color\nA,Lamp,,,,,\n"


def test_new_product_has_defaults_for_missing_columns(
    connection: Connection, bring: Import
) -> None:
    assert bring("sku,name\nA,Lamp\n") == {"created": 1}
    assert product(connection) == {
        "sku": "A",
        "name": "Lamp",
        "brand": "",
        "description": "",
        "price": 0,
        "quantity": 0,
        "active": True,
        "attributes": {},
    }


def test_missing_columns_keep_their_values(connection: Connection, bring: Import) -> None:
    bring(FULL)
    assert bring("sku,name\na,Lantern\n") == {"updated": 1}
    assert product(connection) == {
        "sku": "a",
        "name": "Lantern",
        "brand": "",
        "description": "Bright",
        "price": Decimal("9.50"),
        "quantity": 3,
        "active": False,
        "attributes": {"color": "red"},
    }


def test_blank_cells_set_the_defaults_without_a_policy(
    connection: Connection, bring: Import
) -> None:
    bring(FULL)
    assert bring(BLANK) == {"updated": 1}
    found = product(connection)
    assert (found["description"], found["price"]) == ("", 0)
    assert (found["quantity"], found["active"]) == (0, True)


def test_blank_cells_with_policy_keep_leave_values(connection: Connection, bring: Import) -> None:
    bring(FULL)
    before = product(connection)
    keep = dict.fromkeys(("description", "price", "quantity", "active"), "keep")
    assert bring(BLANK.replace(",color", "").replace(",,,,,", ",,,,"), blank=keep) == {
        "unchanged": 1
    }
    assert product(connection) == before


def test_blank_cells_with_policy_keep_set_defaults_in_new_products(
    connection: Connection, bring: Import
) -> None:
    keep = dict.fromkeys(("description", "price", "quantity", "active"), "keep")
    assert bring(BLANK, blank=keep) == {"created": 1}
    found = product(connection)
    assert (found["price"], found["quantity"], found["active"]) == (0, 0, True)


def test_blank_cells_with_policy_clear_remove_values(connection: Connection, bring: Import) -> None:
    clear = dict.fromkeys(("description", "price", "quantity"), "clear")
    bring(FULL)
    assert bring(BLANK, blank=clear) == {"updated": 1}
    found = product(connection)
    assert (found["description"], found["price"], found["quantity"]) == ("", None, None)
    assert bring(BLANK, blank=clear) == {"unchanged": 1}


def test_attributes_are_replaced_without_blank_ones(connection: Connection, bring: Import) -> None:
    bring("sku,name,color,size\nA,Lamp,red,L\n")
    assert bring("sku,name,size,weight\nA,Lamp,,5 kg\n") == {"updated": 1}
    assert product(connection)["attributes"] == {"weight": "5 kg"}


def test_ignored_column_is_not_an_attribute(connection: Connection, bring: Import) -> None:
    bring("sku,name,cost,color\nA,Lamp,1,red\n", mapping={"cost": None})
    assert product(connection)["attributes"] == {"color": "red"}


def test_header_names_with_any_characters_are_attribute_names(
    connection: Connection, bring: Import
) -> None:
    names = [
        "100% %s",
        "it's",
        'so ""called""',
        "{0}{name}",
        "back\\slash",
        "%(job_id)s",
        "日本\n語",
        "line",
    ]
    header = ",".join(f'"{name}"' for name in names)
    values = ",".join(f"v{i}" for i in range(len(names)))
    assert bring(f"sku,name,{header}\nA,Lamp,{values}\n") == {"created": 1}
    expected = {name.replace('""', '"'): f"v{i}" for i, name in enumerate(names)}
    assert product(connection)["attributes"] == expected


@pytest.mark.parametrize("value_bytes", [1, 24, 100, 2000])
def test_most_attributes_fit_a_row_with_any_values(
    connection: Connection, bring: Import, value_bytes: int
) -> None:
    names = [f"attribute {i}" for i in range(MOST_ATTRIBUTES)]
    values = [secrets.token_hex(value_bytes)[:value_bytes] for _ in names]
    text = f"sku,name,{','.join(names)}\nA,Lamp,{','.join(values)}\n"
    assert bring(text) == {"created": 1}
    assert product(connection)["attributes"] == dict(zip(names, values, strict=True))
    assert bring(text) == {"unchanged": 1}


def test_widest_file_is_imported_if_no_record_fills_too_many_cells(
    connection: Connection, bring: Import
) -> None:
    names = [f"attribute {i}" for i in range(MOST_COLUMNS - 9)]
    values = [secrets.token_hex(12) if i % 3 == 0 else "" for i in range(len(names))]
    values = [
        value if sum(map(bool, values[:i])) < MOST_ATTRIBUTES else ""
        for i, value in enumerate(values)
    ]
    fields = "sku,name,brand,description,price,quantity,active"
    header = f"{fields},{','.join(names)},unit,code"
    row = f"A,{'n' * 512},{'b' * 24},{'d' * 3000},1234567890.12,5,yes,{','.join(values)},,"
    assert bring(f"{header}\n{row}\nB,Desk\n") == {"created": 2}
    expected = {name: value for name, value in zip(names, values, strict=True) if value}
    assert product(connection)["attributes"] == expected


def test_record_with_too_many_attributes_is_rejected(connection: Connection, bring: Import) -> None:
    names = ",".join(f"c{i}" for i in range(MOST_ATTRIBUTES + 1))
    many, most = ",x" * (MOST_ATTRIBUTES + 1), ",x" * MOST_ATTRIBUTES
    assert bring(f"sku,name,{names}\nA,Lamp{many}\nB,Lamp{most},\n") == {
        "created": 1,
        "rejected": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM import_rejects")
        assert cursor.fetchall() == [("too_many_attributes",)]


def test_the_last_record_of_a_sku_wins_and_the_others_are_duplicates(
    connection: Connection, bring: Import
) -> None:
    text = "sku,name\n" + "".join(
        f"{sku},Lamp {i}\n" for i, sku in enumerate(["A", "b", "a", " A "])
    )
    assert bring(text) == {"created": 2, "duplicate": 2}
    assert product(connection)["name"] == "Lamp 3"


def test_sku_is_case_insensitive_in_every_script(connection: Connection, bring: Import) -> None:
    assert bring("sku,name\nÄ-ПРИВЕТ-Ω,Lamp\nä-привет-ω,Desk\n") == {"created": 1, "duplicate": 1}


def test_sku_in_another_case_is_an_update(connection: Connection, bring: Import) -> None:
    bring("sku,name\nab-1,Lamp\n")
    assert bring("sku,name\nAB-1,Lamp\n") == {"updated": 1}
    assert product(connection, "ab-1")["sku"] == "AB-1"


def test_number_in_another_notation_is_unchanged(bring: Import) -> None:
    bring("sku,name,price,quantity,active\nA,Lamp,9.50,3,yes\n")
    assert bring("sku,name,price,quantity,active\nA,Lamp,+9.5,003,TRUE\n") == {"unchanged": 1}


def test_source_of_a_product_is_the_last_record_that_changed_it(
    connection: Connection, bring: Import
) -> None:
    bring('sku,name\nA,Lamp\nB,"two\nlines"\nC,Sofa\n', "job_first")
    bring("sku,name\nC,Sofa\nA,Lamp\nA,Lantern\n", "job_second")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, source_job_id, source_line FROM products ORDER BY sku")
        assert cursor.fetchall() == [
            ("A", "job_second", 4),
            ("B", "job_first", 3),
            ("C", "job_first", 5),
        ]


def test_products_that_would_not_change_are_not_written(fresh: Database) -> None:
    text = "sku,name,price,color\n" + "".join(f"S{i},Lamp,{i}.50,red\n" for i in range(50))

    def rows() -> dict[str, tuple[str, str, Any]]:
        with closing(psycopg2.connect(fresh.dsn)) as opened, opened.cursor() as cursor:
            cursor.execute("SELECT sku_key, ctid::text, xmin::text, updated_at FROM products")
            return {key: tuple(values) for key, *values in cursor}

    Pipeline(fresh.dsn, text.encode(), "job_1").run()
    before = rows()
    counts = Pipeline(fresh.dsn, text.replace("S7,Lamp", "S7,Desk").encode(), "job_2").run()
    changed = {key for key, row in rows().items() if row != before[key]}
    assert changed == {"s7"}
    assert (counts["unchanged"], counts["updated"]) == (49, 1)


def begun(connection: Connection, job_id: str = "job_1", text: str = "") -> Pipeline:
    """Return an import that is staged and has the lease."""
    raw = (text or "sku,name\nA,Lamp\nB,Desk\n").encode()
    pipeline = Pipeline("", raw, job_id, COMMA, boundaries=["b"], connection=connection)
    pipeline.prepare()
    for number in range(len(pipeline.plan.ranges)):
        pipeline.stage(number)
    assert pipeline.take_lease()
    return pipeline


def age_lease(connection: Connection, minutes: int) -> None:
    """Have the lease taken, or last held, so many minutes earlier."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE catalogue_lease SET held_at = held_at - interval '{minutes} minutes'"
        )


def take_over(connection: Connection, job_id: str) -> bool:
    """Take the lease as the next job would, which finds job_1 not ended."""
    jobs = FakeJobStore()
    jobs.create(make_job(job_id="job_1"))
    return try_lease(connection, jobs, job_id)


def test_one_job_has_the_lease_until_it_releases_it(connection: Connection) -> None:
    begun(connection, "job_1")
    assert take_lease(connection, "job_1")
    assert not take_lease(connection, "job_2")
    release_lease(connection, "job_2")
    assert not take_lease(connection, "job_2")
    release_lease(connection, "job_1")
    assert take_lease(connection, "job_2")


def test_lease_is_taken_over_from_a_dead_job(connection: Connection) -> None:
    begun(connection, "job_1")
    age_lease(connection, 29)
    assert not take_over(connection, "job_2")
    age_lease(connection, 2)
    assert take_over(connection, "job_2")


def test_merging_job_keeps_the_lease_however_long_it_takes(
    connection: Connection,
) -> None:
    pipeline = begun(connection, "job_1")
    age_lease(connection, 300)
    pipeline.merge(0)
    assert not take_over(connection, "job_2")


def test_job_that_lost_the_lease_cannot_merge(connection: Connection) -> None:
    pipeline = begun(connection, "job_1")
    pipeline.merge(0)
    age_lease(connection, 31)
    assert take_over(connection, "job_2")
    with pytest.raises(LeaseLostError):
        pipeline.merge(1)
    assert set(read_catalogue(connection)) == {"a"}


def test_nothing_is_merged_after_the_staging_table_is_lost(connection: Connection) -> None:
    pipeline = begun(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM import_ranges")
    with pytest.raises(StageLostError):
        pipeline.merge(0)
    assert read_catalogue(connection) == {}


def test_steps_are_idempotent(connection: Connection) -> None:
    pipeline = begun(connection)
    assert merge_key_range(connection, Journal("job_1"), pipeline.plan, 0) is not None
    assert merge_key_range(connection, Journal("job_1"), pipeline.plan, 0) is None
    pipeline.stage(0)
    assert ledger.staged_totals(connection, "job_1").records == 2
    assert ledger.missing_ranges(connection, "job_1", len(pipeline.plan.ranges)) == []
    assert ledger.missing_key_ranges(connection, "job_1", 2) == [1]


def test_lease_is_not_taken_over_before_the_merge_commits(fresh: Database) -> None:
    with (
        closing(psycopg2.connect(fresh.dsn)) as ours,
        closing(psycopg2.connect(fresh.dsn)) as theirs,
    ):
        pipeline = begun(ours, "job_1")
        age_lease(ours, 31)
        ours.commit()
        pipeline.merge(0)
        with theirs.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            take_over(theirs, "job_2")
        ours.commit()
        theirs.rollback()
        assert not take_over(theirs, "job_2")


def test_dropping_a_staging_table_is_idempotent_and_leaves_others(connection: Connection) -> None:
    ours = begun(connection, "job_1")
    release_lease(connection, "job_1")
    theirs = begun(connection, "job_1b")
    drop_staging(connection, "job_1")
    drop_staging(connection, "job_1")
    assert ledger.staged_totals(connection, ours.job_id).ranges == 0
    assert ledger.staged_totals(connection, theirs.job_id).ranges == 1
    create_staging(connection, "job_1b", theirs.plan)
    theirs.merge(0)


def test_boundaries_may_have_any_characters(connection: Connection) -> None:
    text = "sku,name\nA,Lamp\n'q\"\\%s{}日,Desk\nZ,Sofa\n"
    keys = ["'q\"\\%s{}日", "y" * 128, "日" * 128]
    pipeline = Pipeline("", text.encode(), "job_1", COMMA, boundaries=keys, connection=connection)
    assert pipeline.run()["created"] == 3


def test_database_is_empty_after_every_test(connection: Connection) -> None:
    assert read_catalogue(connection) == {}
    empty(connection)


def test_quantities_of_locations_are_added_up(connection: Connection, bring: Import) -> None:
    bring(
        "Handle,Title,SKU,HS Code,Location,On hand (current)\n"
        "cap,Cap,A,,Berlin,5\nmug,Mug,B,,Berlin,1\nmug,Mug,C,,Berlin,not stocked\n"
        "cap,Cap,A,,Paris,7\nmug,Mug,B,,Paris,not stocked\nmug,Mug,C,,Paris,not stocked\n"
    )
    found = {key: values["quantity"] for key, values in read_catalogue(connection).items()}
    assert found == {"a": 12, "b": 1, "c": 0}
