"""What a job has used of the functions and the workflow, in whole numbers that add up.

Pure: no client, no clock.
"""

from dataclasses import dataclass

# The transitions of a workflow that a call of a step goes with: into its own state, and into those
# after it up to the next step's. Where a job waits for its turn there are one more or less.
TRANSITIONS = {
    "claim_job": 2,
    "inspect_source": 3,
    "transcode_source": 2,
    "scan_span": 1,
    "plan_ranges": 3,
    "stage_range": 1,
    "check_stage": 3,
    "merge_key_range": 1,
    "finish_import": 4,
    "fail_import": 3,
    "claim_bulk_delete": 2,
    "plan_bulk_delete": 3,
    "delete_key_range": 1,
    "finish_bulk_delete": 4,
    "fail_bulk_delete": 3,
}


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
