"""The estimated cost of a job: its usage by the prices in prices.json."""

import json
import platform
from decimal import Decimal
from functools import cache
from pathlib import Path

from chalicelib.jobs.models import Job, Json

_PRICES = Path(__file__).with_name("prices.json")
_ARCHITECTURES = {"aarch64": "arm64"}  # AWS's names for machines, where they differ
_SMALLEST = Decimal("0.00000001")


def describe_cost(job: Job, region: str, machine: str = platform.machine()) -> Json | None:
    """Return the cost of an ended job in `region`; None before its end or without known prices."""
    prices = _read_prices()
    if not job.is_final or region not in prices["transition"]:
        return None
    architecture = _ARCHITECTURES.get(machine, machine)
    megabyte_millisecond = Decimal(prices["gigabyte_second"][architecture]) / (1024 * 1000)
    dollars = (
        job.usage.megabyte_milliseconds * megabyte_millisecond
        + job.usage.requests * Decimal(prices["request"])
        + job.usage.transitions * Decimal(prices["transition"][region])
    )
    return {
        "usd": f"{dollars.quantize(_SMALLEST):f}",
        "gigabyte_seconds": round(job.usage.gigabyte_seconds, 3),
        "requests": job.usage.requests,
        "transitions": job.usage.transitions,
        "region": region,
        "prices_as_of": prices["as_of"],
    }


@cache
def _read_prices() -> Json:
    prices: Json = json.loads(_PRICES.read_text(encoding="utf-8"))
    return prices
