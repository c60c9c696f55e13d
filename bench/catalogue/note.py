"""What an import pays for lists and search: the note of the blocks that it touched.

The import's steps as they are are measured beside the same steps whose merge notes nothing, in the
same rounds, so that the ratio is of this one thing.
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
    """Return the merge statement without its note; raises ValueError where it has none, or two."""
    found, notes = _NOTE.subn("", statement)
    if notes != 1 or "document_backlog" in found:
        raise ValueError("the merge statement does not note what it touched where it used to")
    return found


def import_without_note(server: Server, path: Path) -> Run:
    """Import by the data path with a merge that notes nothing."""
    return import_by_data_path(server, path, _UNNOTED_STEPS)


NOTED = Way("noted", import_by_data_path, rejects=True)
UNNOTED = Way("unnoted", import_without_note, rejects=True)


def measure_note(bench: Bench, pairs: int) -> list[Summary]:
    """Measure imports with and without the note, into an empty and into a loaded catalogue."""
    bench.prepare(loaded=True)
    scenarios = [INITIAL, *(s for s in SCENARIOS if s.changed_rate)]
    return bench.measure(PART, [NOTED], pairs, scenarios, UNNOTED)
