"""The rejects that an import repaired count as long as the import isn't reverted."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.bootstrap import services
from chalicelib.imports.csv.rejected import write_rejects_file
from chalicelib.imports.job import ImportCounts, ImportJob
from chalicelib.imports.steps.finish import read_rejects
from chalicelib.imports.steps.repair import show_repairs
from chalicelib.jobs.models import Job, new_job_id
from chalicelib.products.reverts.ending import conclude_revert
from chalicelib.products.reverts.job import RevertCounts, RevertJob
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.jobs import make_job, make_revert
from tests.imports.pipeline import COMMA, Pipeline

RAW = b"sku,name,price\nA,Lamp,x\nB,Desk,x\nC,Chair,x\n"


@dataclass
class Shop:
    """A catalogue, its completed imports, and the reverts of them."""

    dsn: str
    connection: Connection

    def bring(self, raw: bytes, parent: Job | None = None) -> ImportJob:
        job_id = new_job_id(datetime.now(UTC))
        parent_id = parent.job_id if parent else None
        done = Pipeline(self.dsn, raw, job_id, COMMA, parent_job_id=parent_id)
        counts = ImportCounts(**done.run())
        job = make_job(job_id=job_id, status="COMPLETED", counts=counts, parent_job_id=parent_id)
        services().jobs.create(job)
        with self.connection as connection:
            show_repairs(connection, services().jobs, job, has_completed=True)
        return job

    def make_file(self, parent: ImportJob, *lines: int) -> bytes:
        """Return the rejects of a parent with a price on these lines."""
        reading = Pipeline(self.dsn, RAW).plan.reading
        rejects = [r for r in read_rejects(self.connection, parent.job_id) if r.line in lines]
        self.connection.commit()
        return b"".join(write_rejects_file(rejects, reading)).replace(b",x\r", b",7\r")

    def revert(self, job: Job, **counts: int) -> RevertJob:
        """Conclude a revert, twice."""
        done = RevertCounts(**counts or {"deleted": 1})
        revert = make_revert(job.job_id, datetime.now(UTC), counts=done)
        services().jobs.create(revert)
        for _ in range(2):
            conclude_revert(revert, services().job_context)
        return revert


@pytest.fixture
def shop(settings: Settings, fresh: Database) -> Iterator[Shop]:
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        yield Shop(fresh.dsn, connection)


def read_repair(parent: Job) -> dict[str, Any]:
    job = services().jobs.get(parent.job_id)
    assert isinstance(job, ImportJob)
    assert job.repair
    return {"fixed": job.repair["fixed"], "jobs": job.repair["jobs"]}


def test_rejects_of_a_reverted_import_count_again_when_its_revert_is_reverted(shop: Shop) -> None:
    parent = shop.bring(RAW)
    first = shop.bring(shop.make_file(parent, 2), parent)
    second = shop.bring(shop.make_file(parent, 2, 3, 4), parent)
    children = [first.job_id, second.job_id]
    assert read_repair(parent) == {"fixed": 3, "jobs": children}
    last: Job = second
    for fixed in (1, 3, 1, 3):
        last = shop.revert(last)
        assert read_repair(parent) == {"fixed": fixed, "jobs": children}


def test_reject_of_a_reverted_import_is_repaired_by_the_next(shop: Shop) -> None:
    parent = shop.bring(RAW)
    first = shop.bring(shop.make_file(parent, 2, 3), parent)
    revert = shop.revert(first)
    assert read_repair(parent)["fixed"] == 0
    second = shop.bring(shop.make_file(parent, 2), parent)
    assert read_repair(parent)["fixed"] == 1
    shop.revert(revert)
    assert read_repair(parent)["fixed"] == 2
    shop.revert(second)
    assert read_repair(parent)["fixed"] == 1


def test_revert_that_changed_nothing_leaves_the_rejects_repaired(shop: Shop) -> None:
    parent = shop.bring(RAW)
    child = shop.bring(shop.make_file(parent, 2), parent)
    shop.revert(child, conflicts=1)
    assert read_repair(parent)["fixed"] == 1
    shop.revert(parent)
    assert read_repair(parent)["fixed"] == 1
