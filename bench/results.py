"""Save measurements next to the page and the chart that show them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from bench.measure import Summary


@dataclass
class Results:
    """Summaries of one machine; measuring a part again replaces its summaries."""

    machine: str = ""
    database: str = ""
    measured: dict[str, str] = field(default_factory=dict)  # part -> date and commit
    summaries: list[Summary] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the results saved at `path`, or empty results without a file."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(**kept | {"summaries": [Summary(**values) for values in kept["summaries"]]})

    def write(self, path: Path) -> None:
        """Save the results."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def add(self, part: str, summaries: Sequence[Summary], commit: str) -> None:
        """Replace the summaries of a part."""
        new = {_key(summary) for summary in summaries}
        kept = [summary for summary in self.summaries if _key(summary) not in new]
        self.summaries = [*kept, *summaries]
        self.measured[part] = commit

    def find(self, part: str, scenario: str, way: str) -> Summary | None:
        """Return one summary, or None if it was not measured."""
        for summary in self.summaries:
            if (summary.part, summary.scenario, summary.way) == (part, scenario, way):
                return summary
        return None


def _key(summary: Summary) -> tuple[str, str, str]:
    return summary.part, summary.scenario, summary.way
