"""A bulk delete of three products to revert, and the steps of its revert."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg2

from app import app
from chalicelib.bootstrap import services
from chalicelib.jobs.models import FinalStatus, Job, new_job_id
from chalicelib.postgres import connect
from chalicelib.products.batches import steps
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.api import Api
from tests.fakes.jobs import make_bulk_delete
from tests.products.bulk_delete.deletion import ALL, Deletion, add_products, read_skus

Event = dict[str, Any]


def make_api(database: Database) -> Api:
    """Return the API over a catalogue of three products."""
    with closing(psycopg2.connect(database.dsn)) as connection, connection:
        add_products(connection, [(f"S-{n}", "Lamp", n, n > 0) for n in range(3)])
    return Api(app)


def delete_all(database: Database, status: FinalStatus = "COMPLETED", **more: Any) -> str:
    now = datetime.now(UTC)
    job_id = new_job_id(now)
    counts = Deletion(ALL, database.dsn, job_id=job_id).run()
    job = make_bulk_delete(now, job_id=job_id)
    job = replace(job, status=status, finished_at=now, counts=replace(job.counts, **counts))
    services().jobs.create(replace(job, **more))
    return job_id


def begin(job_id: str) -> tuple[Event, Event]:
    """Claim and plan a job, each step twice; return its names and the plan."""
    names = {"job_id": job_id, "attempt": 1}
    for _ in range(2):
        steps.claim_batch_job(names | {"execution": "one"}, None)
    planned = [steps.plan_batches(names, None) for _ in range(2)]
    return names, planned[-1]


def run(job_id: str) -> Job:
    """Run the workflow of a job, each step twice."""
    names, planned = begin(job_id)
    ranges = [*planned["key_ranges"], *planned["key_ranges"]]
    results = [steps.run_key_range(names | {"key_range": number}, None) for number in ranges]
    assert steps.finish_batch_job(names | {"results": results}, None)["outcome"] == "completed"
    job = services().jobs.get(job_id)
    assert job
    return job


def list_skus(settings: Settings) -> list[str]:
    with connect(settings, "test") as connection:
        return read_skus(connection)
