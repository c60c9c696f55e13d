"""How an import may change beyond what every job does. Pure, like `jobs.transitions`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.errors import JobCancelledError
from chalicelib.imports.csv.summing import merge_warnings
from chalicelib.imports.job import ImportJob
from chalicelib.jobs.models import Job, Json, as_model, keep_if_equal

_MOST_DETECTED_BYTES = 64 * 1024  # a DynamoDB item has at most 400 KB


@dataclass
class UploadOverError(Exception):
    """The import no longer waits for its upload."""

    job: Job


def set_detected(job: Job, attempt: int, detected: Json, warnings: Sequence[Json] = ()) -> Job:
    """Note what was detected in the head of the source, and what is doubtful there."""
    if not job.is_running(attempt):
        return job
    importing = as_model(job, ImportJob)
    return keep_if_equal(job, replace(importing, detected=_limit(detected), warnings=[*warnings]))


def add_warnings(job: Job, attempt: int, warnings: Sequence[Json]) -> Job:
    """Add what later steps found doubtful. Idempotent: each code is in the list once."""
    if not job.is_running(attempt):
        return job
    importing = as_model(job, ImportJob)
    merged = merge_warnings(importing.warnings, warnings)
    return keep_if_equal(job, replace(importing, warnings=merged))


def begin_merge(
    job: Job, attempt: int, records: int | None = None, *, keeps_changes: bool = False
) -> Job:
    """Enter the phase merge, after which the import can't be cancelled.

    `records`: their exact number, without the blank rows that were counted before.
    `keeps_changes`: whether all key ranges write their changes to a file; it is decided once.
    Raises JobCancelledError if the import was cancelled or the attempt has ended.
    """
    importing = as_model(job, ImportJob)
    if not job.is_running(attempt):
        raise JobCancelledError
    if importing.has_begun_merge:
        return job
    if job.cancel_requested:
        raise JobCancelledError
    reached = max(job.phase or "merge", "merge", key=job.phases.index)
    total = job.progress.records_total if records is None else records
    done = replace(job.progress, records_total=total)
    return replace(
        importing,
        phase=reached,
        progress=done,
        has_begun_merge=True,
        keeps_changes=keeps_changes,
    )


def count_records(job: Job, attempt: int, records: int) -> Job:
    """Set the exact number of records, without the blank rows that were counted before."""
    if not job.is_running(attempt):
        return job
    done = replace(job.progress, records_total=records)
    return keep_if_equal(job, replace(job, progress=done))


def set_noted(job: Job, attempt: int, currency: str | None, warnings: Sequence[Json]) -> Job:
    """Note what the values of all records showed: the currency of the prices, and warnings."""
    importing = as_model(job, ImportJob)
    if job.is_running(attempt) and importing.detected is not None and currency is not None:
        job = replace(importing, detected={**importing.detected, "currency": currency})
    return add_warnings(job, attempt, warnings)


def abandon(job: Job, overdue: datetime, error: Mapping[str, str], now: datetime) -> Job:
    """Fail an import whose upload was due before `overdue`; any other job stays as it is."""
    if not job.is_waiting("upload", overdue):
        return job
    return replace(job.settled(), status="FAILED", error=error, finished_at=now)


def renew_upload(job: Job, expires_at: datetime) -> Job:
    """Wait for the upload until `expires_at` or the time before, whichever is later.

    Raises UploadOverError.
    """
    if not isinstance(job, ImportJob) or job.expires_at is None:
        raise UploadOverError(job)
    return keep_if_equal(job, replace(job, expires_at=max(job.expires_at, expires_at)))


def _limit(detected: Json) -> Json:
    """Leave out the columns that don't fit into an item: they are only shown to people."""
    columns: Json = {}
    room = _MOST_DETECTED_BYTES
    for name, use in detected.get("columns", {}).items():
        room -= len(json.dumps([name, use, name]))  # the header has the name as well
        if room < 0:
            return detected | {"columns": columns, "header": None}
        columns[name] = use
    return detected
