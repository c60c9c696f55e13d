"""A job as an item of DynamoDB, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from chalicelib.jobs.kinds import KINDS, ImportJob
from chalicelib.jobs.models import Job, Progress
from chalicelib.jobs.usage import Usage
from chalicelib.times import format_time

Item = dict[str, Any]

LISTING = "job"  # the one partition of the index by_created
# The partitions of the index by_upload_expiry: imports by when their upload must have begun, and
# jobs of all kinds by since when they have waited for nothing but their workflow, or for its end.
UPLOAD, WORKFLOW, END = "upload", "workflow", "end"

_TIMES = ("created_at", "updated_at", "expires_at", "started_at", "finished_at")
_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()


def to_item(job: Job, retention_days: int) -> Item:
    """Return the item of `job`, with the attributes that its indexes and its expiry go by.

    What is None is left out: the key of an index must not be null.
    """
    values = asdict(job)
    values |= {name: format_time(values[name]) for name in _TIMES if name in values}
    values["listing"] = LISTING
    if isinstance(job, ImportJob) and job.is_awaiting_upload:
        values["awaiting"] = UPLOAD
    elif job.is_awaiting_workflow:
        values |= {"awaiting": WORKFLOW, "expires_at": values["updated_at"]}
    elif job.status == "PROCESSING":  # which stays the same: progress costs the index no write
        values |= {"awaiting": END, "expires_at": values["started_at"]}
    values["ttl"] = int((job.updated_at + timedelta(days=retention_days)).timestamp())
    return {
        name: _SERIALIZER.serialize(_to_decimals(value))
        for name, value in values.items()
        if value is not None
    }


def from_item(item: Mapping[str, Any]) -> Job:
    """Return the job that `to_item` wrote, as its kind."""
    kind = KINDS[_DESERIALIZER.deserialize(item["kind"])]
    names = [field.name for field in fields(kind)]
    if item.get("awaiting") in ({"S": WORKFLOW}, {"S": END}):
        item = {name: value for name, value in item.items() if name != "expires_at"}
    # None is not kept, also where a field has no default.
    values: dict[str, Any] = {name: None for name in names if name in _TIMES}
    values |= {n: _to_numbers(_DESERIALIZER.deserialize(item[n])) for n in names if n in item}
    times = {name: datetime.fromisoformat(values[name]) for name in _TIMES if values.get(name)}
    nested = {
        "progress": Progress(**values["progress"]),
        "counts": kind.outcomes(**values["counts"]),
        "usage": Usage(**values.get("usage", {})),
    }
    return kind(**(values | nested | times))


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
