"""Write chalicelib/jobs/transitions.json: what a call of each step costs in state transitions."""

import json
from pathlib import Path

from infra.packaging.package import ROOT
from infra.packaging.state_machines import count_transitions, read_machines

PATH = "chalicelib/jobs/transitions.json"


def make_text(root: Path = ROOT) -> str:
    """Return the file's text, from the state machines."""
    counts: dict[str, int] = {}
    for machine in read_machines(root).values():
        counts |= count_transitions(machine)
    return json.dumps(counts, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    (ROOT / PATH).write_text(make_text(), encoding="utf-8")
    print(f"Wrote {PATH}.")
