"""Functions that are killed in the middle of their work: the workflow runs them again."""

import pytest

from tests.imports.oracle import import_serially
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import kill_end
from tests.stack.files import make_catalogue

pytestmark = pytest.mark.stack

KILLS = {"stage_range": 3, "merge_key_range": 2}
MOST_TRIES = 100


def _kill_worker(catalogue: Catalogue, step: str, job_id: str) -> None:
    """Kill a worker of the step while it has a transaction open."""
    for _ in range(MOST_TRIES):
        port = catalogue.wait_for(step, job_id, is_waiting=False)
        if kill_end(port, catalogue.database.port):
            return  # else it was done before it could be killed
    pytest.skip("the functions are no processes of this machine, so they cannot be killed")


def test_100_000_records_are_counted_exactly_though_workers_are_killed(
    api: Api, catalogue: Catalogue
) -> None:
    content = make_catalogue(100_000)
    expected = import_serially(content, {})
    job_id = api.begin(content)
    for step, kills in KILLS.items():
        for _ in range(kills):
            _kill_worker(catalogue, step, job_id)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1), job
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
