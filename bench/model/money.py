"""Estimate the cost of an import and of an idle month, in US dollars of the price table."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model.duration import Phase
from bench.model.machines import HOURS_PER_MONTH, Database, price
from bench.model.shape import (
    Shape,
    count_alarms,
    count_index_transitions,
    count_index_workers,
    count_transitions,
    memory_gb,
    template,
)

# Assumed per item: S3 objects read, DynamoDB units read and written (an item of 2 KB in a table and
# its index), bytes of log.
_GETS, _READS, _WRITES, _LOG_BYTES = 3, 3, 8, 2_000
_PART_BYTES = 16 * 1024**2
_IDLE_SECONDS = 0.3  # of a scheduled function without work
_MINUTES_PER_MONTH = HOURS_PER_MONTH * 60
_UNITS = {"minute": 1, "minutes": 1, "hour": 60, "hours": 60, "day": 1440, "days": 1440}
Costs = dict[str, float]


def cost_of_import(shape: Shape, phases: Sequence[Phase], database: Database) -> Costs:
    """Return the cost of an import by service, with the database's hours while it runs."""
    items = sum(phase.items for phase in phases)
    seconds = sum(phase.seconds for phase in phases)
    billed = sum(_billed(phase) for phase in phases)
    parts = shape.size_bytes / _PART_BYTES
    return {
        "Lambda": billed * price("lambda_gb_second") + items * price("lambda_request"),
        "Step Functions": count_transitions(shape) * price("states_transition"),
        "S3 requests": items * _GETS * price("s3_get") + (shape.spans + parts) * price("s3_put"),
        "DynamoDB": items * (_READS * price("dynamodb_read") + _WRITES * price("dynamodb_write")),
        "logs": items * _LOG_BYTES / 1e9 * price("logs_gb"),
        "storage of the file for 30 days": shape.size_bytes / 1e9 * price("s3_gb_month"),
        "database during the import": seconds / 3600 * database.hourly,
    }


def _billed(phase: Phase) -> float:
    """Return GB-seconds; a function that waits for the database is billed like one that works."""
    return phase.seconds * min(phase.at_once, phase.items) * memory_gb(phase.function)


@dataclass(frozen=True)
class Installation:
    """The resources that cost money even when idle. Assumed; infra/stages has the real values."""

    database: Database
    zones: int = 2
    endpoints: int = 3  # interface endpoints in each zone: SQS, Lambda, Step Functions
    storage_gb: int = 100
    has_standby: bool = True
    has_proxy: bool = True


def cost_of_month(installation: Installation) -> Costs:
    """Return the cost of a month without requests."""
    database, copies = installation.database, 2 if installation.has_standby else 1
    cores = max(2, database.cores) if installation.has_proxy else 0
    endpoints, alarms = installation.endpoints * installation.zones, count_alarms()
    return {
        f"{database.name}{', Multi-AZ' if copies == 2 else ''}": copies
        * HOURS_PER_MONTH
        * database.hourly,
        f"database storage, {installation.storage_gb} GB": copies
        * installation.storage_gb
        * price("rds_gb_month"),
        "RDS Proxy": cores * HOURS_PER_MONTH * price("rds_proxy_vcpu_hour"),
        f"{endpoints} interface endpoints": endpoints * HOURS_PER_MONTH * price("endpoint_hour"),
        "scheduled functions": _scheduled(),
        "scheduled indexing": _indexing(),
        "queues, polled continuously": _polling(),
        f"{alarms} alarms": alarms * price("alarm_month"),
    }


def _scheduled() -> float:
    total = 0.0
    for name, resource in template()["Resources"].items():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "Schedule":
                total += _calls(event["Properties"]["Schedule"]) * _call(memory_gb(name))
    return total


def _indexing() -> float:
    rule = template()["Resources"]["IndexRegularly"]["Properties"]["ScheduleExpression"]
    workers = count_index_workers() * _call(memory_gb("IndexDocuments"))
    return _calls(rule) * (count_index_transitions() * price("states_transition") + workers)


def _polling() -> float:
    # Lambda keeps five long polls of 20 seconds open at each queue that triggers a function.
    sources = [
        event
        for resource in template()["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    return len(sources) * 5 * _MINUTES_PER_MONTH * 3 * price("sqs_request")


def _call(memory: float) -> float:
    return price("lambda_request") + _IDLE_SECONDS * memory * price("lambda_gb_second")


def _calls(rate: str) -> float:
    number, unit = rate.removeprefix("rate(").removesuffix(")").split()
    return _MINUTES_PER_MONTH / (int(number) * _UNITS[unit])
