"""What AWS has for it: prices, database classes, and how fast a function's processor is."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.model.calibration import ROOT

PRICES = ROOT / "chalicelib" / "jobs" / "prices.json"
REGION = "us-east-1"
HOURS_PER_MONTH = 730
MB_PER_CORE = 1769  # of a function's memory for one whole processor, as AWS documents it
_BYTES_PER_CONNECTION = 9_531_392  # of RDS's default for max_connections
_MOST_CONNECTIONS = 5_000


@cache
def read_prices() -> dict[str, Any]:
    """Return the price table of the repository."""
    prices: dict[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return prices


def price(name: str, region: str = REGION) -> float:
    """Return a price in US dollars."""
    return float(read_prices()["regions"][region][name])


@dataclass(frozen=True)
class Database:
    """A database class: processors, memory, and what its way to the storage takes for good."""

    name: str
    cores: int
    memory_gib: int
    storage_mb_per_second: float

    @property
    def hourly(self) -> float:
        """US dollars of an hour, in one zone."""
        return float(read_prices()["rds_hours"][REGION][self.name])

    @property
    def most_connections(self) -> int:
        """RDS's own max_connections for it."""
        return min(_MOST_CONNECTIONS, self.memory_gib * 1024**3 // _BYTES_PER_CONNECTION)


# The way to the storage is the class's baseline; gp3 itself gives 125 MB/s below 400 GB, 500 above.
GP3_MB_PER_SECOND = 500.0
DATABASES = {
    database.name: database
    for database in (
        Database("db.t4g.medium", 2, 4, 43.0),
        Database("db.m7g.large", 2, 8, 78.0),
        Database("db.m7g.xlarge", 4, 16, 156.0),
        Database("db.m7g.2xlarge", 8, 32, 312.0),
        Database("db.r7g.4xlarge", 16, 128, GP3_MB_PER_SECOND),
        Database("db.r7g.8xlarge", 32, 256, GP3_MB_PER_SECOND),
    )
}


def function_speed(memory_gb: float) -> float:
    """Return what part of a core a step has: it is one thread, so never more than one."""
    return min(1.0, memory_gb * 1024 / MB_PER_CORE)
