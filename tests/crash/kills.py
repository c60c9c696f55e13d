"""Kills of workers at random times: how many, and of which steps."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import settings

from tests.crash.workers import CrashingJob, Worker

StepT = TypeVar("StepT")
_JOBS = {"fast": 1, "default": 1, "nightly": 10}
# Each test kills workers of one job for each seed.
SEEDS = range(_JOBS[settings.get_current_profile_name()])
_KILLS = 25  # of each kind of step of a job


def kill_workers(
    job: CrashingJob[StepT],
    steps: Sequence[StepT],
    find_missing: Callable[[], Sequence[StepT]],
    generator: random.Random,
) -> None:
    """Kill workers, some before and some after the end of their step.

    Mostly they run steps that `find_missing` returns, sometimes one that may be done; now and then
    two run the same.
    """
    longest_seconds = 1.3 * measure_seconds(job, [steps[-1]])
    kills = [0, 0]
    while sum(kills) < _KILLS or not all(kills):
        missing = find_missing()
        step = generator.choice(missing if missing and generator.random() < 0.8 else steps)
        workers = [Worker(job, [step]) for _ in range(generator.choice([1, 1, 2]))]
        for worker in workers:
            time.sleep(generator.uniform(0, longest_seconds))
            had_ended = worker.kill()
            kills[had_ended] += 1
            # So that about one of four steps has ended, whatever else the machine does.
            longest_seconds *= 0.8 if had_ended else 1.1


def run_in_any_order(
    job: CrashingJob[StepT], steps: Sequence[StepT], generator: random.Random
) -> None:
    """Run every step, some of them twice."""
    order = [*steps, *steps[::3]]
    generator.shuffle(order)
    for step in order:
        job.run_step(step)


def measure_seconds(job: CrashingJob[StepT], steps: Sequence[StepT]) -> float:
    """Run steps in a worker; return how many seconds they took."""
    worker = Worker(job, steps)
    started = time.perf_counter()
    assert worker.wait() == "done"
    return time.perf_counter() - started
