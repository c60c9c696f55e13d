"""Imports as clients and the workflow leave them, for the tests of the routes."""

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.imports.job import ImportJob
from tests.fakes import changes
from tests.fakes.api import Api
from tests.fakes.jobs import NOW, as_import, make_job, make_source

# Bodies of requests about a file in parts.
PARTS = {"part_numbers": [1]}
ETAGS = {"parts": [{"part_number": 1, "etag": "a"}]}
ERROR = {"code": "internal_error", "message": "It failed."}


def announce(api: Api, size_bytes: int = 1000, **more: Any) -> Any:
    answer = api.post("/imports", {"filename": "c.csv", "size_bytes": size_bytes, **more})
    assert answer.status_code == 201
    return answer.json_body


def keep(**more: Any) -> ImportJob:
    job = make_job(**more)
    services().jobs.create(job)
    return job


def claim(job: ImportJob, execution: str = "execution-1") -> None:
    changes.claim(services().jobs, job.job_id, execution, make_source(job), NOW)


def finish(job: ImportJob, status: Any, attempt: int = 1) -> None:
    changes.finish(
        services().jobs,
        job.job_id,
        attempt,
        status,
        counts=None,
        progress=None,
        error=ERROR if status == "FAILED" else None,
        now=NOW,
    )


def read_import(job_id: str) -> ImportJob:
    return as_import(services().jobs.get(job_id))
