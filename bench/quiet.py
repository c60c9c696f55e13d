"""Keep measurements quiet: other programs take processor time from them.

A run waits for a while if the machine is busy, and is repeated if other programs took processor
time from it.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import psutil

RunT = TypeVar("RunT")

_BUSY_PERCENT = 12.0  # of all cores, before a run
_TAKEN_PERCENT = 6.0  # by other programs, during a run
_LOOK_SECONDS = 0.5
_MOST_WAITING_SECONDS = 10.0


def wait_for_quiet() -> None:
    """Wait until the machine is quiet, at most `_MOST_WAITING_SECONDS`."""
    deadline = time.monotonic() + _MOST_WAITING_SECONDS
    while psutil.cpu_percent(_LOOK_SECONDS) > _BUSY_PERCENT and time.monotonic() < deadline:
        pass


def read_others_seconds() -> float:
    """Return the processor seconds so far of other programs."""
    times = psutil.cpu_times()
    busy = sum(times) - times.idle - getattr(times, "iowait", 0.0)
    return float(busy) - read_own_seconds()


def read_own_seconds() -> float:
    """Return the processor seconds of this program, its servers and its workers."""
    return read_tree_seconds(psutil.Process())  # the servers are its children


def read_tree_seconds(root: psutil.Process) -> float:
    """Return the processor seconds of a process and its children, including those that ended."""
    seconds = 0.0
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


@dataclass
class Quiet:
    """Run measurements in quiet and record how quiet it was."""

    tries: int = 3
    wait: Callable[[], None] = wait_for_quiet
    read_others_seconds: Callable[[], float] = read_others_seconds
    taken_percents: list[float] = field(default_factory=list)

    def run(self, prepare: Callable[[], None], run: Callable[[], RunT]) -> RunT:
        """Prepare and run until undisturbed; after `tries` runs, use the least disturbed one."""
        found: list[tuple[float, RunT]] = []
        for _ in range(self.tries):
            prepare()
            self.wait()
            others_before, began = self.read_others_seconds(), time.monotonic()
            measured = run()
            seconds = (time.monotonic() - began) * (psutil.cpu_count() or 1)
            taken = 100 * (self.read_others_seconds() - others_before) / seconds
            found.append((taken, measured))
            if taken <= _TAKEN_PERCENT:
                break
        taken, measured = min(found, key=lambda pair: pair[0])
        self.taken_percents.append(taken)
        return measured

    def describe(self) -> str:
        """Describe how quiet it was."""
        disturbed = sum(taken > _TAKEN_PERCENT for taken in self.taken_percents)
        worst = max(self.taken_percents, default=0.0)
        count = f"{len(self.taken_percents)} runs, {disturbed} of them disturbed"
        return f"{count} (other programs took at most {worst:.0f} % of the processor)"
