"""A run disturbed by other programs is repeated."""

import time
from collections.abc import Iterator

from bench.quiet import Quiet, read_own_seconds
from bench.ways import Run

A_LONG_TIME = 1e6  # processor seconds, far more than a run in a test takes


def measure(others: list[float], tries: int = 3) -> tuple[Quiet, list[float]]:
    """Run while Quiet repeats, with the seconds that other programs take in each run."""
    totals: Iterator[float] = iter([t for taken in others for t in (0.0, taken)])
    quiet = Quiet(tries, wait=lambda: None, read_others_seconds=lambda: next(totals))
    runs: list[float] = []

    def run() -> Run:
        time.sleep(0.01)  # the disturbance is relative to the duration of a run
        runs.append(float(len(runs)))
        return Run(runs[-1])

    found = quiet.run(lambda: None, run)
    return quiet, [*runs, found.seconds]


def test_an_undisturbed_run_counts() -> None:
    quiet, seconds = measure([0.0])
    assert seconds == [0, 0]
    assert "1 runs, 0 of them disturbed" in quiet.describe()


def test_a_disturbed_run_is_repeated() -> None:
    assert measure([A_LONG_TIME, 0.0])[1] == [0, 1, 1]


def test_the_least_disturbed_run_counts_if_all_are_disturbed() -> None:
    quiet, seconds = measure([3 * A_LONG_TIME, A_LONG_TIME, 2 * A_LONG_TIME])
    assert seconds == [0, 1, 2, 1]
    assert "1 of them disturbed" in quiet.describe()


def test_own_processor_time_is_not_a_disturbance() -> None:
    before, began = read_own_seconds(), time.process_time()
    while time.process_time() < began + 0.1:
        sum(range(10_000))
    assert read_own_seconds() - before >= 0.08
