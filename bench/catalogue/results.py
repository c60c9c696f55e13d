"""Save measurements of the catalogue next to the page that shows them."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Self

from bench.measure import Summary

SMALL, LARGE = "database", "database-large"  # parts


@dataclass(frozen=True)
class Load:
    """One import into the catalogue, and the time until its documents were current."""

    part: str
    scenario: str
    records: int
    import_seconds: float
    index_seconds: float


@dataclass(frozen=True)
class Timing:
    """Requests of one kind in one part."""

    part: str
    kind: str
    products: int
    samples: int
    p50_ms: float
    p95_ms: float
    connect_ms: float = 0.0  # median, separate from the others; 0: not separate
    per_second: float = 0.0  # 0: sequential

    @property
    def key(self) -> tuple[str, str]:
        """Return the key; a new measurement replaces the one with the same key."""
        return self.part, self.kind


@dataclass
class CatalogueResults:
    """All measurements of one machine; measuring a part again replaces it."""

    machine: str = ""
    database: str = ""
    measured: dict[str, str] = field(default_factory=dict)  # part -> date, commit, how quiet
    depth_pages: dict[str, int] = field(default_factory=dict)  # part -> depth of its deep pages
    loads: list[Load] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    price: list[Summary] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the results saved at `path`, or empty results without a file."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text(encoding="utf-8"))
        made = {
            "loads": [Load(**values) for values in kept["loads"]],
            "timings": [Timing(**values) for values in kept["timings"]],
            "price": [Summary(**values) for values in kept["price"]],
        }
        return cls(**kept | made)

    def write(self, path: Path) -> None:
        """Save the results."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def add(self, part: str, timings: Iterable[Timing], loads: Iterable[Load] = ()) -> None:
        """Replace a part."""
        self.timings = [t for t in self.timings if t.part != part] + list(timings)
        self.loads = [load for load in self.loads if load.part != part] + list(loads)

    def find(self, part: str, kind: str) -> Timing | None:
        """Return one timing, or None if it was not measured."""
        return next((t for t in self.timings if t.key == (part, kind)), None)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def summarise_times(
    names: tuple[str, str, int],
    milliseconds: Sequence[float],
    connecting: Sequence[float] = (),
    seconds: float = 0.0,
) -> Timing:
    """Return a timing; `names`: part, kind and products; `seconds`: of all requests together."""
    return Timing(
        *names,
        samples=len(milliseconds),
        p50_ms=round(median(milliseconds), 2),
        p95_ms=round(percentile(milliseconds, 95), 2),
        connect_ms=round(median(connecting), 2) if connecting else 0.0,
        per_second=round(len(milliseconds) / seconds, 1) if seconds else 0.0,
    )
