"""A quiet machine: what other programs take, the measurements lose, and two workers twice as much.

No run begins while the machine is busy with something else, as long as that ends soon, and a run
that others took processor time from is done again.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import psutil

RunT = TypeVar("RunT")

_BUSY_PERCENT = 12.0  # of all cores together, before a run
_TAKEN_PERCENT = 6.0  # by others, during a run
_LOOK_SECONDS = 0.5
_MOST_WAITING_SECONDS = 10.0


def wait_for_quiet() -> None:
    """Return as soon as the machine is quiet, or when it has not been for a while."""
    give_up_at = time.monotonic() + _MOST_WAITING_SECONDS
    while psutil.cpu_percent(_LOOK_SECONDS) > _BUSY_PERCENT and time.monotonic() < give_up_at:
        pass


def read_others_seconds() -> float:
    """Return the processor seconds so far that neither idled nor went to this program's own."""
    times = psutil.cpu_times()
    busy = sum(times) - times.idle - getattr(times, "iowait", 0.0)
    return float(busy) - read_own_seconds()


def read_own_seconds() -> float:
    """Return the processor seconds of this program, its servers and its workers."""
    # The servers are children of this process; what their ended children took is in theirs.
    ours = psutil.Process()
    seconds = 0.0
    for process in (ours, *ours.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


@dataclass
class Quiet:
    """Runs measurements in quiet, and remembers how quiet it was."""

    tries: int = 3
    wait: Callable[[], None] = wait_for_quiet
    read_others_seconds: Callable[[], float] = read_others_seconds
    taken_percents: list[float] = field(default_factory=list)

    def run(self, prepare: Callable[[], None], run: Callable[[], RunT]) -> RunT:
        """Prepare and run until nobody disturbs; after `tries` times the least disturbed counts."""
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
        """Say how quiet it was."""
        disturbed = sum(taken > _TAKEN_PERCENT for taken in self.taken_percents)
        worst = max(self.taken_percents, default=0.0)
        count = f"{len(self.taken_percents)} runs, {disturbed} of them disturbed"
        return f"{count} (other programs took at most {worst:.0f} % of the processor)"
