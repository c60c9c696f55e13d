"""An import of corrected rejects whose workers are killed counts each of them once."""

import random
from contextlib import closing

import psycopg2
import pytest

from chalicelib.imports.csv.rejected import write_rejects_file
from chalicelib.imports.steps.finish import read_rejects
from infra.local.postgres import Database
from tests.crash.imports import CrashingImport
from tests.crash.kills import SEEDS, kill_workers
from tests.crash.workers import make_settings
from tests.imports.pipeline import COMMA

_RECORDS = 6_000
_BOUNDARIES = [f"s-{number}" for number in range(500, 6000, 500)]

pytestmark = pytest.mark.slow


def make_import(database: Database, raw: bytes, job_id: str, parent: str | None) -> CrashingImport:
    return CrashingImport(
        database.dsn,
        raw,
        job_id,
        COMMA,
        boundaries=_BOUNDARIES,
        parent_job_id=parent,
        settings=make_settings(database),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_reject_is_repaired_once_after_kills(fresh: Database, seed: int) -> None:
    generator = random.Random(seed)
    lines = [f"S-{number},Lamp,{'x' if number % 3 else 5}" for number in range(_RECORDS)]
    raw = "\n".join(["sku,name,price", *lines]).encode()
    parent = make_import(fresh, raw, "job_parent", None)
    rejected = parent.run_to_end()["rejected"]
    with closing(psycopg2.connect(fresh.dsn)) as connection:
        rejects = list(read_rejects(connection, "job_parent"))
    content = b"".join(write_rejects_file(rejects, parent.plan.reading))

    child = make_import(fresh, content.replace(b",x\r\n", b",7\r\n"), "job_child", "job_parent")
    child.prepare()
    for step in child.missing("stage"):
        child.run_step(step)
    assert child.take_lease()
    kill_workers(child, child.steps("merge"), lambda: child.missing("merge"), generator)
    for step in child.missing("merge"):
        child.run_step(step)
    other = make_import(fresh, content.replace(b",x\r\n", b",7\r\n"), "job_other", "job_parent")
    child.close()
    other.run_to_end()
    with closing(psycopg2.connect(fresh.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT line, job_id FROM import_repairs ORDER BY line")
        found = cursor.fetchall()
    assert rejected == len(rejects) == len(found) == _RECORDS * 2 // 3
    assert found == [(reject.line, "job_child") for reject in rejects]
