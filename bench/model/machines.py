"""AWS data: prices, database classes, and the processor speed of functions."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.model.calibration import ROOT

_FUNCTIONS_PRICES = ROOT / "chalicelib" / "jobs" / "prices.json"  # also used for the cost of jobs
_OTHER_PRICES = Path(__file__).with_name("prices.json")
REGION = "us-east-1"
HOURS_PER_MONTH = 730
MB_PER_CORE = 1769  # of memory per whole processor of a function, by AWS documentation
_BYTES_PER_CONNECTION = 9_531_392  # in RDS's default for max_connections
_MOST_CONNECTIONS = 5_000


@cache
def read_prices() -> dict[str, Any]:
    """Return the price tables of the repository, merged."""
    prices: dict[str, Any] = json.loads(_OTHER_PRICES.read_text(encoding="utf-8"))
    functions = json.loads(_FUNCTIONS_PRICES.read_text(encoding="utf-8"))
    for region, found in prices["regions"].items():
        found["lambda_gb_second"] = float(functions["gigabyte_second"]["x86_64"])
        found["lambda_request"] = float(functions["request"])
        found["states_transition"] = float(functions["transition"][region])
    return prices


def price(name: str, region: str = REGION) -> float:
    """Return a price in US dollars."""
    return float(read_prices()["regions"][region][name])


@dataclass(frozen=True)
class Database:
    """A database class: processors, memory, and sustained throughput to its storage."""

    name: str
    cores: int
    memory_gib: int
    storage_mb_per_second: float

    @property
    def hourly(self) -> float:
        """Return US dollars per hour in one zone."""
        return float(read_prices()["rds_hours"][REGION][self.name])

    @property
    def most_connections(self) -> int:
        """Return RDS's default for max_connections."""
        return min(_MOST_CONNECTIONS, self.memory_gib * 1024**3 // _BYTES_PER_CONNECTION)


# Throughput is the baseline of the class; gp3 itself has 125 MB/s below 400 GB and 500 above.
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
    """Return the fraction of a core that a step uses: at most 1, because it has one thread."""
    return min(1.0, memory_gb * 1024 / MB_PER_CORE)
