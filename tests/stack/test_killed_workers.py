"""Functions that are killed in the middle of their work: the workflow runs them again."""

import time

import pytest

from tests.imports.oracle import import_serially
from tests.stack.catalogue import Catalogue
from tests.stack.client import FINAL, Api
from tests.stack.emulator import Emulator, kill_end
from tests.stack.files import make_catalogue

pytestmark = pytest.mark.stack

# How many are killed at most, and the phases in which there are no more of them.
KILLS = {"stage_range": (3, ("merge", "finish")), "merge_key_range": (2, ("finish",))}
_LOOKS = 100  # without one at work, before the job is asked how far it is


def _kill_workers(api: Api, catalogue: Catalogue, step: str, job_id: str) -> int:
    """Kill workers of a step while they have a transaction open; return how many."""
    most, later = KILLS[step]
    killed = looks = 0
    while killed < most:
        looks += 1
        ports = [port for port, _ in catalogue.find_workers(step, job_id)]
        if any(kill_end(port, catalogue.database.port) for port in ports[:1]):
            killed += 1
        elif looks % _LOOKS == 0:
            job = api.get(f"/jobs/{job_id}")
            if job["status"] in FINAL or job["phase"] in later:
                break  # the others were done before they could be killed
        time.sleep(0.002)
    return killed


@pytest.mark.skipif(
    not Emulator.shares_loopback(), reason="the functions are no processes of this machine"
)
def test_100_000_records_are_counted_exactly_though_workers_are_killed(
    api: Api, catalogue: Catalogue
) -> None:
    content = make_catalogue(100_000)
    expected = import_serially(content, {})
    job_id = api.begin(content)
    for step in KILLS:
        assert _kill_workers(api, catalogue, step, job_id) > 0, step
    job = api.follow(job_id).job
    assert (job["status"], job["attempt"]) == ("COMPLETED", 1), job
    assert job["counts"] == expected.counts
    assert catalogue.products() == expected.products
