"""Metrics in log lines of the embedded format, and the alarms that they set off.

Emulators don't read this format. So a line is read here as CloudWatch documents it, and compared
with the deployed alarm by namespace, name and all dimensions: with one more it is another metric.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.stack.catalogue import wait_until
from tests.stack.emulator import Emulator

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": float.__ge__,
    "GreaterThanThreshold": float.__gt__,
}


@dataclass(frozen=True)
class Metric:
    """The identity of a metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


def read_embedded(entry: dict[str, Any]) -> Iterator[tuple[Metric, float]]:
    """Yield the values of the metrics that the directives of a line name."""
    for directive in entry.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, str(entry[name])) for name in names)
            for defined in directive["Metrics"]:
                values = entry[defined["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    yield Metric(directive["Namespace"], defined["Name"], dimensions), float(value)


def wait_for_alarm(emulator: Emulator, logical_id: str) -> float:
    """Wait for a line that sets the alarm off; return the last such value."""
    alarm = emulator.alarm(logical_id)
    dimensions = frozenset((each["Name"], each["Value"]) for each in alarm["Dimensions"])
    watched = Metric(alarm["Namespace"], alarm["MetricName"], dimensions)
    is_too_much = _COMPARISONS[alarm["ComparisonOperator"]]

    def find() -> list[float]:
        entries = emulator.log_entries()
        read = [pair for entry in entries for pair in read_embedded(entry)]
        return [v for metric, v in read if metric == watched and is_too_much(v, alarm["Threshold"])]

    return wait_until(find, f"a line that sets off {logical_id}")[-1]
