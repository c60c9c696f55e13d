"""A job's usage of the functions and the workflow, in whole numbers. Pure: no client, no clock."""

import json
from dataclasses import dataclass
from pathlib import Path

# State transitions of the workflow for each call of a step; `make transitions` counts them.
TRANSITIONS: dict[str, int] = json.loads(
    Path(__file__).with_name("transitions.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Usage:
    """What is billed: memory by time, function invocations, and state transitions."""

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
        """Memory by time, in the unit of the bill."""
        return self.megabyte_milliseconds / (1024 * 1000)
