"""What has been measured, kept beside the table and the chart that show it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from bench.measure import Summary


@dataclass
class Results:
    """Summaries of one machine; parts that are measured again replace what was there."""

    machine: str = ""
    database: str = ""
    measured: dict[str, str] = field(default_factory=dict)  # part -> date and commit
    summaries: list[Summary] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what was kept at `path`; nothing where there is no file."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(**kept | {"summaries": [Summary(**values) for values in kept["summaries"]]})

    def write(self, path: Path) -> None:
        """Keep the results."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def add(self, part: str, summaries: Sequence[Summary], commit: str) -> None:
        """Take in a part's summaries."""
        new = {_key(summary) for summary in summaries}
        kept = [summary for summary in self.summaries if _key(summary) not in new]
        self.summaries = [*kept, *summaries]
        self.measured[part] = commit

    def find(self, part: str, scenario: str, way: str) -> Summary | None:
        """Return one summary, if it has been measured."""
        for summary in self.summaries:
            if (summary.part, summary.scenario, summary.way) == (part, scenario, way):
                return summary
        return None


def _key(summary: Summary) -> tuple[str, str, str]:
    return summary.part, summary.scenario, summary.way
