"""An export by its steps, as its workflow calls them, and products for it."""

import gzip
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2.extras import Json

from chalicelib.bootstrap import services
from chalicelib.exports import steps
from chalicelib.exports.finish import file_key
from chalicelib.exports.job import ExportJob
from chalicelib.postgres import connect
from chalicelib.products.lists.documents import note_changed
from chalicelib.settings import Settings
from infra.local.postgres import Database
from tests.fakes.jobs import make_export
from tests.products.shelves import lease_holder

Event = dict[str, Any]
_INSERT = """
INSERT INTO products (sku, sku_key, name, brand, description, price, quantity, active, attributes)
VALUES (%(sku)s, sku_key_of(%(sku)s), %(name)s, %(brand)s, %(description)s, %(price)s, %(quantity)s,
        %(active)s, %(attributes)s)
RETURNING id
"""
_DEFAULTS: Mapping[str, Any] = {
    "name": "Lamp",
    "brand": "",
    "description": "",
    "price": "1.50",
    "quantity": 3,
    "active": True,
    "attributes": {},
}


def add_products(database: Database, *products: Mapping[str, Any]) -> None:
    """Add products to the catalogue, whose documents are yet to be made."""
    with (
        closing(psycopg2.connect(database.dsn)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        for product in products:
            values = {**_DEFAULTS, **product}
            values["attributes"] = Json(values["attributes"])
            cursor.execute(_INSERT, values)
            note_changed(cursor, [row[0] for row in cursor.fetchall()])


class Flow:
    """An export by its steps."""

    def __init__(self, settings: Settings, **request: Any) -> None:
        self.settings, self.store = settings, services().jobs
        job = make_export(**request)
        self.store.create(job)
        self.job_id = job.job_id
        self.names = {"job_id": job.job_id, "attempt": 1}

    @property
    def job(self) -> ExportJob:
        found = self.store.get(self.job_id)
        assert isinstance(found, ExportJob)
        return found

    def claim(self, execution: str = "one", attempt: int = 1) -> Event:
        event = self.names | {"execution": execution, "attempt": attempt}
        found: Event = steps.claim_export(event, None)
        return found

    def plan(self, **more: Any) -> Event:
        found: Event = steps.plan_export(self.names | more, None)
        return found

    def export(self, planned: Event, number: int = 0) -> Event:
        event = self.names | {"plan": planned["plan"], "range": number}
        found: Event = steps.export_range(event, None)
        return found

    def finish(self, planned: Event, *results: Event) -> Event:
        event = self.names | {"plan": planned["plan"], "results": list(results)}
        found: Event = steps.finish_export(event, None)
        return found

    def fail(self, execution: str = "one", **state: Any) -> Event:
        event = {"state": self.names | state, "execution": execution}
        found: Event = steps.fail_export(event, None)
        return found

    def run(self) -> str:
        """Run all steps; return the text of the file."""
        raw = self.run_raw()
        return (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode()

    def run_raw(self) -> bytes:
        """Run all steps; return the file."""
        self.claim()
        planned = self.plan()
        assert planned["outcome"] == "export", planned
        results = [self.export(planned, number) for number in planned["ranges"]]
        assert self.finish(planned, *results)["outcome"] == "completed"
        return self.read_raw()

    def read(self) -> str:
        """Return the text of the finished file."""
        return self.read_raw().decode()

    def read_raw(self) -> bytes:
        """Return the finished file."""
        found = (
            services()
            .client("s3")
            .get_object(Bucket=self.settings.bucket, Key=file_key(self.job_id))
        )
        raw: bytes = found["Body"].read()
        assert self.job.file
        assert self.job.file.size_bytes == len(raw)
        return raw

    def pieces(self) -> list[str]:
        """Return the names of the job's files besides the finished one."""
        found = (
            services()
            .client("s3")
            .list_objects_v2(Bucket=self.settings.bucket, Prefix=f"steps/{self.job_id}/")
        )
        return [kept["Key"].rpartition("/")[2] for kept in found.get("Contents", [])]

    def holder(self) -> str | None:
        with connect(self.settings, "test") as connection:
            return lease_holder(connection)

    def execute(self, statement: str) -> None:
        with connect(self.settings, "test") as connection, connection.cursor() as cursor:
            cursor.execute(statement)
