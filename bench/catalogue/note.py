"""Measure what recording touched blocks, for lists and search, costs an import.

The steps are measured in the same rounds as steps whose merge does not record blocks, so the ratio
is the cost of the recording alone.
"""

import re
from pathlib import Path

from bench.data_path import import_by_data_path
from bench.measure import INITIAL, SCENARIOS, Bench, Summary
from bench.server import Server
from bench.ways import Run, Way

PART = "catalogue-import"
_NOTE = re.compile(r", noted AS \(\n.*?\n\)", re.DOTALL)
_UNNOTED_STEPS = "bench.catalogue.unnoted_steps"


def take_out_note(statement: str) -> str:
    """Return the merge statement without the recording.

    Raises ValueError if the statement does not contain it exactly once.
    """
    found, notes = _NOTE.subn("", statement)
    if notes != 1 or "document_backlog" in found:
        raise ValueError("the merge statement does not record touched blocks in the expected place")
    return found


def import_without_note(server: Server, path: Path) -> Run:
    """Import with a merge that does not record touched blocks."""
    return import_by_data_path(server, path, _UNNOTED_STEPS)


NOTED = Way("noted", import_by_data_path, rejects=True)
UNNOTED = Way("unnoted", import_without_note, rejects=True)


def measure_note(bench: Bench, pairs: int) -> list[Summary]:
    """Measure imports with and without the recording, into an empty and a loaded catalogue."""
    bench.prepare(loaded=True)
    scenarios = [INITIAL, *(s for s in SCENARIOS if s.changed_rate)]
    return bench.measure(PART, [NOTED], pairs, scenarios, UNNOTED)
