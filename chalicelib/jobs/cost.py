"""The estimated cost of a job: its usage by the prices in prices.json."""

import json
import platform
from decimal import Decimal
from functools import cache
from pathlib import Path

from chalicelib.jobs.models import Job, Json
from chalicelib.jobs.usage import Usage

_PRICES = Path(__file__).with_name("prices.json")
_ARCHITECTURES = {"aarch64": "arm64"}  # AWS's names for machines, where they differ
_SMALLEST = Decimal("0.00000001")


def describe_cost(job: Job, region: str, machine: str = platform.machine()) -> Json | None:
    """Return the cost of an ended job in `region`; None before its end or without known prices."""
    usd = price_usage(job.usage, region, machine)
    if not job.is_final or usd is None:
        return None
    return {
        "usd": usd,
        "gigabyte_seconds": round(job.usage.gigabyte_seconds, 3),
        "requests": job.usage.requests,
        "transitions": job.usage.transitions,
        "region": region,
        "prices_as_of": _read_prices()["as_of"],
    }


def price_usage(usage: Usage, region: str, machine: str = platform.machine()) -> str | None:
    """Return what a usage costs in `region`, in US dollars; None without known prices."""
    prices = _read_prices()
    if region not in prices["transition"]:
        return None
    architecture = _ARCHITECTURES.get(machine, machine)
    megabyte_millisecond = Decimal(prices["gigabyte_second"][architecture]) / (1024 * 1000)
    dollars = (
        usage.megabyte_milliseconds * megabyte_millisecond
        + usage.requests * Decimal(prices["request"])
        + usage.transitions * Decimal(prices["transition"][region])
    )
    return f"{dollars.quantize(_SMALLEST):f}"


@cache
def _read_prices() -> Json:
    prices: Json = json.loads(_PRICES.read_text(encoding="utf-8"))
    return prices
