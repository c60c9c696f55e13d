"""Decide after staging: stage lost ranges again, wait for the lease, fail, or merge."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from psycopg2.extensions import connection as Connection

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.plan import Plan
from chalicelib.imports.csv.summing import (
    NoteSum,
    check_currency,
    find_price_currency,
    make_warnings,
    sum_notes,
)
from chalicelib.imports.job import PLAN_EXPIRED
from chalicelib.imports.planning import rest
from chalicelib.imports.steps import ledger, progress
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.steps.collisions import find_collisions
from chalicelib.imports.steps.drift import find_drift
from chalicelib.imports.steps.finish import STAGED
from chalicelib.imports.steps.lookup import fill_lookup
from chalicelib.imports.steps.missing import list_missing
from chalicelib.imports.transitions import begin_merge, count_records, set_noted
from chalicelib.jobs.models import Job
from chalicelib.products.lease import next_wait_seconds, release_lease, try_lease
from chalicelib.telemetry import Event

_MOST_ROUNDS = 5  # of staging again after crashes of the database emptied the tables


def decide(attempt: Attempt, event: Event, is_subscribed: Callable[[str], bool]) -> Event:
    """Return the outcome stage_again, compare, wait, planned or merge, and the next state's input.

    `is_subscribed`: whether a webhook gets events of a type.
    Raises JobEndedError if too many records are rejected, if too many products are missing or if
    the file can't be merged, JobCancelledError if the job was cancelled.
    """
    _, plan = attempt.planned
    with attempt.database("check_stage") as connection:
        again = stage_again(connection, attempt.job_id, plan, event["round"])
        if again["ranges"]:
            return again
        check_rejects(connection, attempt.job_id, plan)
        notes = sum_notes(ledger.staged_notes(connection, attempt.job_id))
        check_currency(notes, plan.options.currency)
        if attempt.job.is_planning:
            return again | _compare(attempt, connection, plan, notes)
        _check_planned(attempt, connection, plan)
        if not try_lease(connection, attempt.jobs, attempt.job_id):
            return again | {
                "outcome": "wait",
                "wait_seconds": next_wait_seconds(event.get("wait_seconds", 0)),
                "round": event["round"],
            }
        fill_lookup(connection, attempt.job_id, plan)
        unmerged = ledger.missing_key_ranges(connection, attempt.job_id, plan.key_ranges)
        if len(unmerged) == plan.key_ranges and _rests_again(attempt, connection):
            return {"outcome": "planned"}
        notes |= find_collisions(connection, attempt.job_id, plan)
        has_begun = len(unmerged) < plan.key_ranges
        if not attempt.job.on_drift:  # a plan has its own list
            notes |= list_missing(connection, attempt.job_id, plan, has_begun=has_begun)
        staged = ledger.staged_totals(connection, attempt.job_id)
    keeps_changes = not attempt.job.has_begun_merge and is_subscribed("import.completed")
    _begin_merge(attempt, plan, staged, notes, keeps_changes=keeps_changes)
    return {"outcome": "merge", "key_ranges": unmerged, "round": event["round"]}


def _compare(
    attempt: Attempt, connection: Connection, plan: Plan, notes: dict[str, NoteSum]
) -> Event:
    """Return the outcome compare. It needs no lease: a change after that is drift."""
    fill_lookup(connection, attempt.job_id, plan)
    notes = notes | find_collisions(connection, attempt.job_id, plan)
    notes |= list_missing(connection, attempt.job_id, plan, has_begun=False)
    missing = ledger.uncompared_key_ranges(connection, attempt.job_id, plan.key_ranges)
    staged = ledger.staged_totals(connection, attempt.job_id)
    records, number = _keep_records(attempt, plan, staged), attempt.job.attempt
    currency, warnings = find_price_currency(notes, plan.options.currency), make_warnings(notes)
    attempt.jobs.update(
        attempt.job_id,
        lambda job: set_noted(count_records(job, number, records), number, currency, warnings),
    )
    done = progress.of_stage(attempt.job.size_bytes, attempt.job.size_bytes)
    attempt.report("compare", done, rejected=staged.rejected)
    return {"outcome": "compare", "key_ranges": missing}


def _check_planned(attempt: Attempt, connection: Connection, plan: Plan) -> None:
    """Raise JobEndedError if the plan to apply was purged, days after a failure."""
    if attempt.job.on_drift and ledger.uncompared_key_ranges(
        connection, attempt.job_id, plan.key_ranges
    ):
        raise JobEndedError(
            PLAN_EXPIRED, "The plan is no longer stored. Import the file again to make a new plan."
        )


def _rests_again(attempt: Attempt, connection: Connection) -> bool:
    """Return to the plan if products aren't as planned, before anything of it is applied.

    The lease is free before the job rests: nothing would release it afterwards.
    """
    if attempt.job.on_drift != "fail":
        return False
    drift = find_drift(connection, attempt.job_id)
    if drift is None:
        return False
    release_lease(connection, attempt.job_id)
    connection.commit()
    number, plan = attempt.job.attempt, {**(attempt.job.plan or {}), "drift": drift}
    attempt.jobs.update(attempt.job_id, lambda job: rest(job, number, plan))
    return True


def _keep_records(attempt: Attempt, plan: Plan, staged: ledger.StagedTotals) -> int:
    """Keep the number of records: the ledger of ranges may be lost later."""
    records = plan.records - staged.blank
    attempt.work.put(STAGED, {"records": records})
    return records


def _begin_merge(
    attempt: Attempt,
    plan: Plan,
    staged: ledger.StagedTotals,
    notes: Mapping[str, NoteSum],
    *,
    keeps_changes: bool,
) -> None:
    """Keep what the end of the import needs, and show clients what the whole file has shown."""
    records, number = _keep_records(attempt, plan, staged), attempt.job.attempt
    currency, warnings = find_price_currency(notes, plan.options.currency), make_warnings(notes)

    def begin(job: Job) -> Job:
        begun = begin_merge(job, number, records, keeps_changes=keeps_changes)
        return set_noted(begun, number, currency, warnings)

    attempt.jobs.update(attempt.job_id, begin)
    done = progress.of_stage(attempt.job.size_bytes, attempt.job.size_bytes)
    attempt.report("merge", done, rejected=staged.rejected)


def stage_again(connection: Connection, job_id: str, plan: Plan, round_number: int) -> Event:
    """Return the outcome stage_again with the ranges that aren't staged, if any.

    Raises JobEndedError after too many rounds.
    """
    missing = ledger.missing_ranges(connection, job_id, len(plan.ranges))
    if missing and round_number > _MOST_ROUNDS:
        raise JobEndedError(
            "database_unstable",
            "The database restarted repeatedly during the import. Retry the import once it is"
            " stable.",
        )
    return {"outcome": "stage_again", "ranges": missing, "round": round_number + 1}


def check_rejects(connection: Connection, job_id: str, plan: Plan) -> None:
    """Raise JobEndedError if more records are rejected than the import's options allow."""
    most, rate = plan.options.max_rejects, plan.options.max_reject_rate
    if most is None and rate is None:
        return
    staged = ledger.staged_totals(connection, job_id)
    rejected, records = staged.rejected, plan.records - staged.blank
    if most is not None and rejected > most:
        limit = f"options.max_rejects allows {most:,}"
    elif rate is not None and rejected > Decimal(str(rate)) * records:  # exact, as it was sent
        limit = f"options.max_reject_rate allows {rate:.2%} of {records:,} records"
    else:
        return
    raise JobEndedError(
        "too_many_rejects",
        f"At least {rejected:,} records were rejected, but {limit}. Nothing was imported. Fix the"
        " rejected records and import the file again, or raise the limit.",
    )
