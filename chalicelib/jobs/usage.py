"""What a job has used of the functions and the workflow, in whole numbers that add up.

Pure: no client, no clock.
"""

import json
from dataclasses import dataclass
from pathlib import Path

# How many state transitions go with a call of each step: counted from the state machines by
# `make transitions`.
TRANSITIONS: dict[str, int] = json.loads(
    Path(__file__).with_name("transitions.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Usage:
    """What is paid for: memory by time, calls of functions, transitions of the workflow."""

    megabyte_milliseconds: int = 0
    requests: int = 0
    transitions: int = 0

    def plus(self, more: "Usage") -> "Usage":
        """Return the sum of both."""
        return Usage(
            self.megabyte_milliseconds + more.megabyte_milliseconds,
            self.requests + more.requests,
            self.transitions + more.transitions,
        )

    @property
    def gigabyte_seconds(self) -> float:
        """Memory by time, as it is paid for."""
        return self.megabyte_milliseconds / (1024 * 1000)
