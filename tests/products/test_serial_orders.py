"""Jobs, single edits and deletions at once leave what one of their serial orders would."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from threading import Barrier, Event
from typing import Any, TypeVar

import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import TryAgainError
from chalicelib.http.parsing import Body
from chalicelib.imports.missing_options import MaxMissing, Missing
from chalicelib.imports.options import Mode
from chalicelib.imports.steps.merge import merge_key_range
from chalicelib.imports.steps.missing import list_missing
from chalicelib.products.batches.running import run_batch
from chalicelib.products.edits.requests import PatchProduct, WriteProduct
from chalicelib.products.edits.transaction import (
    CatalogueBusyError,
    ProductMissingError,
    SkuTakenError,
    change_product,
    create_product,
    delete_product,
)
from chalicelib.products.journal.writing import Journal
from chalicelib.products.lists.documents import index_next_block, note_changed
from chalicelib.products.models import Product
from chalicelib.products.rules import make_rules
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.imports.pipeline import COMMA, Pipeline, empty
from tests.products import serial_orders as serial
from tests.products.bulk_delete.deletion import Deletion, by_skus
from tests.products.reverts.reverting import Revert
from tests.products.serial_orders import Row, State, Write
from tests.products.shelves import differences, index_all

_CASES = 250
_SECONDS = 60  # the longest wait for other writers
_JOURNAL = Journal("key_test", "a caller")
_KEYS = "abcdef"
_JOB = "job_import"
_PASSING = (errors.DeadlockDetected, errors.UniqueViolation, TryAgainError)
Act = Callable[[Cursor], object]
_CODES = {ProductMissingError: "product_not_found", SkuTakenError: "sku_taken"}


BodyT = TypeVar("BodyT", bound=Body)


def read(model: type[BodyT], **values: str) -> BodyT:
    """Return the body of a request, checked by the default rules."""
    return model.model_validate(values, context=make_rules(128, 512))


class ChangedError(Exception):
    """The product has another version than was expected."""


def expect(version: int | None) -> Callable[[Product], None]:
    def check(found: Product) -> None:
        if version not in (None, found.version):
            raise ChangedError

    return check


def try_until_done(act: Callable[[], bool]) -> None:
    """Call `act` until it returns True; fail after a minute of failed tries."""
    until = time.monotonic() + _SECONDS
    while not act():
        assert time.monotonic() < until, "never done"


class Case:
    """One catalogue with some writers at once, chosen by `seed`; the clock mixes them."""

    def __init__(self, seed: int, dsn: str) -> None:
        self.random, self.dsn = random.Random(seed), dsn
        self.barrier, self.is_done = Barrier(6, timeout=_SECONDS), Event()
        self.before: State = {}
        self.results: list[tuple[Write, str]] = []

    def pause(self) -> None:
        time.sleep(self.random.choice((0, 0, 0.001, 0.003)))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        with closing(psycopg2.connect(self.dsn)) as connection:
            yield connection

    def prepare(self, connection: Connection) -> None:
        """Make a catalogue, and an import of other names that only has to be merged."""
        skus = self.random.sample(_KEYS, self.random.randint(2, 4))
        empty(connection)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM documents")
            for sku in skus:
                values = (sku, sku, "old")
                cursor.execute(
                    "INSERT INTO products (sku, sku_key, name) VALUES (%s, %s, %s) RETURNING id",
                    values,
                )
                self.before = {**self.before, cursor.fetchone()[0]: Row(sku, "old")}  # type: ignore[index]
            note_changed(cursor, list(self.before))
        self.changes = self.run_job_before(connection, skus)
        self.records = [
            (sku, self.random.choice(("old", "new"))) for sku in self.random.sample(_KEYS, 4)
        ]
        self.mode: Mode = self.random.choice(("upsert", "update", "create"))
        self.missing: Missing | None = self.random.choice((None, "deactivate", "delete"))
        text = "sku,name\n" + "".join(f"{sku},{name}\n" for sku, name in self.records)
        self.pipeline = Pipeline(
            "",
            text.encode(),
            _JOB,
            COMMA.model_copy(
                update={
                    "mode": self.mode,
                    "missing": self.missing,
                    "max_missing": MaxMissing(percent=100),
                }
            ),
            boundaries=["c"],
            connection=connection,
        )
        self.pipeline.prepare()
        self.pipeline.stage(0)
        connection.commit()

    def run_job_before(self, connection: Connection, skus: list[str]) -> dict[int, serial.Change]:
        """Run the job that is reverted later; return what it made of each product."""
        before = read_rows(connection)
        if self.random.random() < 0.5:
            self.bring_before(connection)
        else:
            by = by_skus(*skus[1:3])
            Deletion(by, job_id="job_before", connection=connection).run()
        after = self.before = read_rows(connection)
        return {
            identity: serial.Change(
                before.get(identity),
                after[identity].version if identity in after else before[identity].version + 1,
                identity not in after,
            )
            for identity in before.keys() | after.keys()
            if before.get(identity) != after.get(identity)
        }

    def bring_before(self, connection: Connection) -> None:
        names = {sku: self.random.choice(("old", "before")) for sku in self.random.sample(_KEYS, 2)}
        text = "sku,name\n" + "".join(f"{sku},{name}\n" for sku, name in names.items())
        Pipeline("", text.encode(), "job_before", COMMA, connection=connection).run()

    def run(self) -> None:
        edits = [self.choose_edit() for _ in range(3)]
        with ThreadPoolExecutor(7) as pool:
            indexing = pool.submit(self.index)
            done = [pool.submit(self.edit, write, act) for write, act in edits]
            jobs = (self.merge, self.delete_many, self.revert)
            done += [pool.submit(job) for job in jobs]
            for future in done:
                future.exception()
            self.is_done.set()
            for future in [*done, indexing]:
                future.result(timeout=60)

    def choose_edit(self) -> tuple[Write, Act]:
        identity = self.random.choice(list(self.before))
        version = self.random.choice((None, None, 1, 2))
        check = expect(version)
        sku, name = self.random.choice((*_KEYS, "A")), self.random.choice(("edited", "new"))
        match self.random.choice(("create", "delete", "rename", "rename", "change")):
            case "create":
                body = read(WriteProduct, sku=sku, name=name).to_values()
                return serial.create(sku, name), lambda c: create_product(c, _JOURNAL, body)
            case "delete":
                return serial.delete(identity, version), lambda c: delete_product(
                    c, _JOURNAL, identity, check
                )
            case "rename":
                renaming = read(PatchProduct, sku=sku)
                return serial.patch(identity, version, sku=sku), lambda c: change_product(
                    c, _JOURNAL, identity, check, renaming.apply
                )
        changing = read(PatchProduct, name=name)
        return serial.patch(identity, version, name=name), lambda c: change_product(
            c, _JOURNAL, identity, check, changing.apply
        )

    def edit(self, write: Write, act: Act) -> None:
        is_killed = self.random.random() < 0.1
        with self.connected() as connection:
            self.barrier.wait()
            self.pause()
            try:
                with connection.cursor() as cursor:
                    act(cursor)
                self.pause()
            except (ProductMissingError, SkuTakenError) as error:
                self.results.append((write, _CODES[type(error)]))
                return
            except ChangedError:
                self.results.append((write, "precondition_failed"))
                return
            except (CatalogueBusyError, TryAgainError, errors.DeadlockDetected):
                return  # changes nothing at any time
            if not is_killed:
                connection.commit()
                self.results.append((write, "done"))

    def take_lease(self, connection: Connection, job_id: str) -> None:
        def try_to_take() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE catalogue_lease SET job_id = %s WHERE job_id IS NULL", (job_id,)
                )
                connection.commit()
                time.sleep(0.001)
                return cursor.rowcount == 1

        try_until_done(try_to_take)

    def release_lease(self, connection: Connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalogue_lease SET job_id = NULL")
        connection.commit()

    def merge(self) -> None:
        with self.connected() as connection:
            self.barrier.wait()
            self.pause()
            self.take_lease(connection, _JOB)
        for _ in range(self.random.choice((1, 1, 2))):
            self.list_missing()
        for key_range in self.random.sample(range(2), 2):
            try_until_done(partial(self.merge_once, key_range))
        with self.connected() as connection:
            self.release_lease(connection)
        self.results.append((serial.bring(_JOB, self.records, self.mode, self.missing), "done"))

    def list_missing(self) -> None:
        with self.connected() as connection:
            list_missing(connection, _JOB, self.pipeline.plan, has_begun=False)
            self.pause()
            connection.commit()

    def merge_once(self, key_range: int) -> bool:
        """Run one worker, which may be killed before it commits, or find that others are in it."""
        is_killed = self.random.random() < 0.2
        with self.connected() as connection:
            try:
                merge_key_range(connection, Journal(_JOB), self.pipeline.plan, key_range)
            except _PASSING:
                return False
            self.pause()
            if not is_killed:
                connection.commit()
        return not is_killed

    def revert(self) -> None:
        """Revert the job before, a product in each batch, having waited for its turn."""
        job = Revert("job_before", batch_products=1, dsn=self.dsn)
        with self.connected() as connection:
            self.barrier.wait()
            self.pause()
            self.take_lease(connection, job.job_id)
            job.plan(connection)
            connection.commit()
        for batch in job.missing():
            try_until_done(partial(self.revert_once, job, batch))
        with self.connected() as connection:
            self.release_lease(connection)
        self.results.append((serial.revert(self.changes), "done"))

    def revert_once(self, job: Revert, batch: int) -> bool:
        is_killed = self.random.random() < 0.2
        with self.connected() as connection:
            try:
                run_batch(connection, batch, job.work, Journal(job.job_id))
            except _PASSING:
                return False
            self.pause()
            if not is_killed:
                connection.commit()
        return not is_killed

    def delete_many(self) -> None:
        """Delete as a batch of a bulk delete does, having waited for its turn."""
        ids = self.random.sample(
            list(self.before), self.random.randint(0, min(2, len(self.before)))
        )
        with self.connected() as connection:
            self.barrier.wait()
            self.pause()
            self.take_lease(connection, "job_delete")
            try_until_done(lambda: self.delete_once(connection, ids))
            self.release_lease(connection)
        self.results.append((serial.delete_many(ids), "done"))

    def delete_once(self, connection: Connection, ids: list[int]) -> bool:
        is_killed = self.random.random() < 0.2
        connection.rollback()  # of a try that was killed
        with connection.cursor() as cursor:
            try:
                cursor.execute(
                    "DELETE FROM products WHERE id = ANY (%s::bigint[]) RETURNING id", (ids,)
                )
            except errors.DeadlockDetected:
                return False
            note_changed(cursor, [found for (found,) in cursor.fetchall()])
        self.pause()
        if not is_killed:
            connection.commit()
        return not is_killed

    def index(self) -> None:
        while not self.is_done.is_set():
            with self.connected() as connection:
                while index_next_block(connection):
                    self.pause()
            time.sleep(0.001)


def read_rows(connection: Connection) -> dict[int, Row]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, sku, name, source_job_id, version, active FROM products")
        return {found: Row(*values) for found, *values in cursor}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with closing(psycopg2.connect(database.dsn)) as opened:
        yield opened


@pytest.mark.slow
def test_writers_at_once_leave_what_a_serial_order_would(
    database: Database, connection: Connection, settings: Settings
) -> None:
    outcomes: set[Any] = set()
    for seed in range(_CASES):
        case = Case(seed, database.dsn)
        case.prepare(connection)
        case.run()
        after = read_rows(connection)
        connection.commit()
        results = [(write.__qualname__, code) for write, code in case.results]
        assert serial.is_serial(case.before, case.results, after.items()), (seed, results, after)
        index_all(connection)
        assert differences(connection) == [], (seed, results)
        connection.commit()
        outcomes |= {code for _, code in case.results}
    assert outcomes == {"done", "sku_taken", "product_not_found", "precondition_failed"}


def test_wrong_serial_orders_are_detected() -> None:
    """The check of the test above can fail."""
    before = {1: Row("a", "old"), 2: Row("b", "old")}
    rename = serial.patch(1, None, sku="c")
    bring = serial.bring(_JOB, [("a", "new"), ("c", "new")])
    results = [(rename, "done"), (bring, "done")]
    edit_first = {
        1: Row("c", "new", _JOB, 3),
        2: Row("b", "old"),
        9: Row("a", "new", _JOB),
    }
    assert serial.is_serial(before, results, edit_first.items())
    mixed = {1: Row("c", "new", _JOB, 4), 2: Row("b", "old")}
    assert not serial.is_serial(before, results, mixed.items())
    assert serial.is_serial(
        before,
        [(rename, "sku_taken"), (bring, "done")],
        {1: Row("a", "new", _JOB, 2), 2: Row("b", "old"), 9: Row("c", "new", _JOB)}.items(),
    )
