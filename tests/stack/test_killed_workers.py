"""The workflow retries functions that are killed while they run."""

import pytest

from tests.imports.oracle import import_serially
from tests.stack.catalogue import Catalogue
from tests.stack.client import Api
from tests.stack.emulator import kill_end
from tests.stack.files import make_catalogue
from tests.stack.reach import needs_this_machine

pytestmark = pytest.mark.stack

# A step, the ledger that it writes to before it commits, and how many of its workers are killed.
KILLS = [("stage_range", "import_ranges", 3), ("merge_key_range", "import_merges", 2)]


def _kill_worker(catalogue: Catalogue, step: str, ledger: str, job_id: str) -> None:
    """Kill a worker that has done its work and waits to write to the ledger."""
    with catalogue.hold(ledger):
        port = catalogue.wait_for(step, job_id, is_waiting=True)
        assert kill_end(port, catalogue.database.port), step


@needs_this_machine
def test_100_000_records_are_counted_exactly_though_workers_are_killed(
    api: Api, catalogue: Catalogue
) -> None:
    content = make_catalogue(100_000)
    expected = import_serially(content, {})
    job_id = api.begin(content)
    for step, ledger, kills in KILLS:
        for _ in range(kills):
            _kill_worker(catalogue, step, ledger, job_id)
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1), job
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
