"""Migration 12 keeps the bulk deletes of the tables before it: finished, running and waiting."""

import json
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.migrations.runner import apply_migrations
from chalicelib.postgres import queries
from chalicelib.products.batches import ledger
from chalicelib.products.bulk_delete.requests import Selection
from chalicelib.products.journal.writing import Journal
from chalicelib.products.reverts.reversion import Reversion
from infra.local.postgres import EmbeddedPostgres
from tests.databases import older_database
from tests.products.bulk_delete.deletion import (
    ALL,
    Deletion,
    add_products,
    by_filter,
    by_skus,
    read_skus,
)
from tests.products.reverts.reverting import Revert, make_target, read_catalogue

_SKUS = "ABCDEFGH"
_BEFORE_BATCHES = 11


@pytest.fixture
def connection(postgres: EmbeddedPostgres) -> Iterator[Connection]:
    """A connection to the database before the migration, with eight products."""
    with (
        older_database(postgres, _BEFORE_BATCHES) as database,
        closing(psycopg2.connect(database.dsn)) as opened,
    ):
        add_products(opened, [(sku, f"Lamp {sku}", 1.0, True) for sku in _SKUS])
        yield opened


def keep(
    connection: Connection, job_id: str, selection: Selection | None, *batches: str, done: int = 0
) -> None:
    """Store a bulk delete as the version before did; it has deleted the first `done` batches.

    `batches`: the SKUs of each. `selection`: None once the bulk delete has ended.
    """
    ids = {row[1]: product_id for product_id, row in read_catalogue(connection).items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bulk_deletes VALUES (%s, %s, CASE WHEN %s THEN now() END)",
            (job_id, selection and json.dumps(selection.to_json()), bool(batches)),
        )
        for number, skus in enumerate(batches):
            planned = [ids[sku] for sku in skus]
            is_done = number < done
            cursor.execute(
                "INSERT INTO bulk_delete_batches VALUES (%s, %s, %s, %s, %s)",
                (
                    job_id,
                    number,
                    None if is_done else planned,
                    len(planned),
                    delete(connection, job_id, planned) if is_done else None,
                ),
            )


def delete(connection: Connection, job_id: str, ids: list[int]) -> int:
    """Delete products, with their rows in the journal; return how many there were."""
    journal = Journal(job_id)
    statement = sql.SQL(queries("products")["delete_batch"]).format(
        ids=sql.SQL("{}::bigint[]").format(sql.Literal(ids)),
        replaced=journal.deleted_columns(),
        journal=journal.replaced("deleted", "delete"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchone()
    assert found
    return int(found[1])


def edit(connection: Connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_finished_bulk_delete_keeps_its_counts_and_can_be_reverted(connection: Connection) -> None:
    before = read_catalogue(connection)
    keep(connection, "job_delete", None, "AB", "C", done=2)
    apply_migrations(connection)
    assert ledger.sum_batches(connection, "job_delete") == ledger.Totals(
        2, 3, 3, {"deleted": 3, "skipped": 0}
    )
    assert ledger.missing_batches(connection, "job_delete") == set()
    assert Revert("job_delete", connection=connection).run() == {"recreated": 3}
    assert read_catalogue(connection) == before


def test_running_bulk_delete_continues_and_can_be_reverted(connection: Connection) -> None:
    edit(connection, "UPDATE products SET active = false, version = 2 WHERE sku <> 'H'")
    before = read_catalogue(connection)
    keep(connection, "job_delete", by_filter(active=False), "ABC", "DE", "FG", done=1)
    edit(connection, "UPDATE products SET active = true, version = 3 WHERE sku = 'D'")
    apply_migrations(connection)
    request = ledger.read_request(connection, "job_delete")
    assert Selection.from_json(request) == by_filter(active=False)
    assert ledger.lock_batch_job(connection, "job_delete")
    assert ledger.sum_batches(connection, "job_delete") == ledger.Totals(
        3, 7, 3, {"deleted": 3, "skipped": 0}
    )
    deletion = Deletion(by_filter(active=False), connection=connection)
    edit(connection, "UPDATE catalogue_lease SET job_id = 'job_delete'")
    assert deletion.missing() == [1, 2]
    for batch in (2, 1, 0):
        deletion.delete(batch)
    assert deletion.close() == {"deleted": 6, "skipped": 1}
    assert read_skus(connection) == ["D", "H"]
    Revert("job_delete", connection=connection).run()
    edit(connection, "UPDATE products SET active = false WHERE sku = 'D'")
    assert read_catalogue(connection) == before


def test_counts_of_products_that_were_gone_become_skipped(connection: Connection) -> None:
    edit(connection, "INSERT INTO bulk_delete_batches VALUES ('job_delete', 0, NULL, 3, 2)")
    apply_migrations(connection)
    assert ledger.sum_batches(connection, "job_delete").counts == {"deleted": 2, "skipped": 1}


@pytest.mark.parametrize("selection", [ALL, by_skus("A", "B"), by_filter(active=True)])
def test_waiting_bulk_delete_keeps_its_selection_and_has_no_plan(
    connection: Connection, selection: Selection
) -> None:
    keep(connection, "job_delete", selection)
    apply_migrations(connection)
    assert Selection.from_json(ledger.read_request(connection, "job_delete")) == selection
    assert not ledger.lock_batch_job(connection, "job_delete")
    assert ledger.sum_batches(connection, "job_delete") == ledger.Totals(0, 0, 0, {})


def test_bulk_delete_older_than_the_journal_is_refused_by_a_revert(connection: Connection) -> None:
    keep(connection, "job_delete", None, "AB", done=1)
    edit(connection, "DELETE FROM product_changes")  # the version of then had no journal
    apply_migrations(connection)
    assert ledger.sum_batches(connection, "job_delete").counts["deleted"] == 2
    reversion = Reversion(make_target("job_delete", changed=2), "keep")
    with connection.cursor() as cursor:
        found = reversion.target.count(cursor)
    with pytest.raises(JobEndedError) as refused:
        reversion.check_plan(found)
    assert refused.value.code == "journal_expired"


def test_ended_bulk_deletes_are_found_for_removal(connection: Connection) -> None:
    keep(connection, "job_1", ALL)
    keep(connection, "job_2", None, "AB", done=1)
    apply_migrations(connection)
    assert ledger.list_removable(connection, "job_9", "job_0") == ["job_1"]
    assert ledger.list_removable(connection, "job_9", "job_9") == ["job_1", "job_2"]
    ledger.forget_all(connection, "job_2")
    assert ledger.sum_batches(connection, "job_2").batches == 0
