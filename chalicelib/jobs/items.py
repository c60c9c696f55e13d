"""A job as an item of DynamoDB, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.jobs.kinds import JobKinds
from chalicelib.jobs.models import Job, Progress
from chalicelib.jobs.usage import Usage
from chalicelib.times import format_time

Item = dict[str, Any]

LISTING = "job"  # the one partition of the index by_created

_TIMES = ("created_at", "updated_at", "expires_at", "started_at", "finished_at")
_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()


def to_item(job: Job, retention_days: int) -> Item:
    """Return the item of `job`, with the attributes for its indexes and its expiry.

    The index by_upload_expiry has what a job waits for (`awaiting`) and the wait's time, under
    `expires_at`. None is left out: the key of an index must not be null.
    """
    values = asdict(job)
    values |= {name: format_time(values[name]) for name in _TIMES if name in values}
    values["listing"] = LISTING
    if job.wait:
        values |= {"awaiting": job.wait.reason, "expires_at": format_time(job.wait.time)}
    values["ttl"] = int((job.updated_at + timedelta(days=retention_days)).timestamp())
    return {
        name: _SERIALIZER.serialize(_to_decimals(value))
        for name, value in values.items()
        if value is not None
    }


def from_item(item: Mapping[str, Any], kinds: JobKinds) -> Job:
    """Return the job that `to_item` wrote, as the model of its kind."""
    model: type[Job] = kinds[_DESERIALIZER.deserialize(item["kind"])].model
    names = [field.name for field in fields(model)]
    if item.get("awaiting") in ({"S": "workflow"}, {"S": "end"}):  # the time isn't of an upload
        item = {name: value for name, value in item.items() if name != "expires_at"}
    # None isn't kept, and some of these fields have no default.
    values: dict[str, Any] = {name: None for name in names if name in _TIMES}
    values |= {n: _to_numbers(_DESERIALIZER.deserialize(item[n])) for n in names if n in item}
    times = {name: datetime.fromisoformat(values[name]) for name in _TIMES if values.get(name)}
    nested = {
        "progress": Progress(**values["progress"]),
        "counts": model.outcomes(**values["counts"]),
        "usage": Usage(**values.get("usage", {})),
    }
    return model(**(values | nested | times))


def _to_decimals(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _to_decimals(inner) for name, inner in value.items()}
    return [_to_decimals(inner) for inner in value] if isinstance(value, list) else value


def _to_numbers(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _to_numbers(inner) for name, inner in value.items()}
    return [_to_numbers(inner) for inner in value] if isinstance(value, list) else value
