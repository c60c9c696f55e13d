"""A job as an item of DynamoDB, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.jobs.models import Counts, Job, Progress
from chalicelib.times import format_time

Item = dict[str, Any]

LISTING = "job"  # the one partition of the index by_created
AWAITING = "upload"  # the one partition of the index by_upload_expiry

_TIMES = ("created_at", "updated_at", "expires_at", "started_at", "finished_at")
_FIELDS = tuple(field.name for field in fields(Job))
_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()


def to_item(job: Job, retention_days: int) -> Item:
    """Return the item of `job`, with the attributes that its indexes and its expiry go by.

    What is None is left out: the key of an index must not be null.
    """
    values = asdict(job) | {name: format_time(getattr(job, name)) for name in _TIMES}
    values["listing"] = LISTING
    values["awaiting"] = AWAITING if job.is_awaiting_upload else None
    values["ttl"] = int((job.updated_at + timedelta(days=retention_days)).timestamp())
    return {
        name: _SERIALIZER.serialize(_to_decimals(value))
        for name, value in values.items()
        if value is not None
    }


def from_item(item: Mapping[str, Any]) -> Job:
    """Return the job that `to_item` wrote."""
    values = {name: _DESERIALIZER.deserialize(item[name]) for name in _FIELDS if name in item}
    values = {name: _to_numbers(value) for name, value in values.items()}
    times = {name: datetime.fromisoformat(values[name]) for name in _TIMES if name in values}
    nested = {
        "progress": Progress(**values["progress"]),
        "counts": Counts(**values["counts"]),
        "expires_at": None,
    }
    return Job(**(values | nested | times))


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
