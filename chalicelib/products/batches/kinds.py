"""The kinds of jobs that run in batches, and the work of each."""

from collections.abc import Mapping

from chalicelib.jobs.models import Json
from chalicelib.products.batches.job import BatchJob
from chalicelib.products.batches.work import BatchWork, MakeWork
from chalicelib.products.bulk_delete.deletion import Deletion
from chalicelib.products.reverts.reversion import Reversion

_WORKS: Mapping[str, MakeWork] = {"bulk_delete": Deletion.of_job, "revert": Reversion.of_job}


def make_work(job: BatchJob, request: Json) -> BatchWork:
    """Return the work of a job with this request."""
    return _WORKS[job.kind](job, request)
