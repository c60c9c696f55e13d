"""The meter of a step: what its call has used goes into the job with the step's own writes.

So metering costs no request of its own, except for a call that writes nothing. A call that is tried
again counts again, for it is paid again; one that is killed does not count.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from time import perf_counter, process_time
from typing import Any

from chalicelib.jobs.usage import TRANSITIONS, Usage
from chalicelib.telemetry import Event

Worker = Callable[[Event, Any], Event]


class Meter:
    """What a call has used that is in no job yet."""

    def __init__(self, step: str, memory_megabytes: int, init_seconds: float) -> None:
        self._memory_megabytes = memory_megabytes
        self._since = perf_counter() - init_seconds
        self._call = Usage(requests=1, transitions=TRANSITIONS[step])

    @property
    def is_unread(self) -> bool:
        """Whether nothing of the call is in a job yet."""
        return self._call.requests > 0

    def read(self) -> Usage:
        """Return what the call has used since its last write."""
        milliseconds = round((perf_counter() - self._since) * 1000)
        return self._call.plus(Usage(milliseconds * self._memory_megabytes))

    def reset(self) -> None:
        """Begin anew: what was read is in a job."""
        self._since, self._call = perf_counter(), Usage()


_current: ContextVar[Meter | None] = ContextVar("meter", default=None)


def current_meter() -> Meter | None:
    """Return the meter of the call at work; None outside of steps."""
    return _current.get()


def metered(function: Worker) -> Worker:
    """Have a step's call measured."""

    @wraps(function)
    def measured(event: Event, context: Any) -> Event:
        with _metering(function.__name__):
            return function(event, context)

    return measured


@contextmanager
def _metering(step: str) -> Iterator[None]:
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0"))
    token = _current.set(Meter(step, memory, _take_init_seconds()))
    try:
        yield
    finally:
        _current.reset(token)


def _take_init_seconds() -> float:
    """Return what the process took to begin, for its first call; it is paid for like the call.

    Told by its CPU time: a process may be made ready long before it is called.
    """
    return _init_seconds().pop() if _init_seconds() else 0.0


@cache
def _init_seconds() -> list[float]:
    return [process_time()]
