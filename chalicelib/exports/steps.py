"""The steps of the export's workflow: one function for each state, with the state's name.

infra/statemachines/export_products.asl.json has their order. Every function may run twice or be
killed at any point; its docstring says what makes that safe.
"""

from datetime import UTC, datetime

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.exports import fail, finish, turn
from chalicelib.exports.attempt import Attempt, metered, step
from chalicelib.exports.storage import encode
from chalicelib.exports.writing import write_range
from chalicelib.jobs.attempts import check_results
from chalicelib.jobs.claims import claim_job
from chalicelib.jobs.orphans import read_end
from chalicelib.jobs.store import JobStore
from chalicelib.objects.writing import write_object
from chalicelib.products.lease import hold_lease, record_activity
from chalicelib.telemetry import Event, logger

steps = Blueprint(__name__)


@steps.lambda_function(name="claim_export")
@metered
def claim_export(event: Event, jobs: JobStore) -> Event:
    """Claim the job; a second execution for it ends without an effect.

    Idempotent: the claim is one conditional write, which succeeds again for the same execution.
    """
    now = datetime.now(UTC)
    result = claim_job(jobs, event["job_id"], event["execution"], None, now)
    if result.outcome != "claimed" or result.job is None:
        logger.warning("execution.ignored", reason=result.outcome)
        return {"outcome": "ignored"}
    return {"outcome": "claimed", "job_id": result.job.job_id, "attempt": result.job.attempt}


@steps.lambda_function(name="plan_export")
@step
def plan_export(event: Event, attempt: Attempt) -> Event:
    """Fix which products are exported, once no other job has the lease.

    Idempotent: the job may take the lease again, and only the plan that the result names is used.
    """
    attempt.report("plan", {})
    return turn.plan(attempt, event)


@steps.lambda_function(name="export_range")
@step
def export_range(event: Event, attempt: Attempt) -> Event:
    """Write the products of one range to a piece of the file.

    Idempotent: each call writes an object of its own, and the file gets only the one that the
    result names.
    """
    plan = attempt.read_plan(event["plan"])
    number, work = event["range"], attempt.work
    key = work.key(attempt.new_name(f"range-{number}"))
    with attempt.database("export_range") as connection, connection.cursor() as cursor:
        hold_lease(cursor, attempt.job_id)
        with (
            write_object(work.client, work.bucket, key) as target,
            encode(target, attempt.request.format) as writer,
        ):
            ids = plan.ranges[number]
            products = write_range(
                connection,
                attempt.request,
                plan.columns,
                ids,
                writer,
                lambda written: attempt.report_written(number, written, plan),
            )
        record_activity(cursor, attempt.job_id)
    attempt.report_range(number, products, plan)
    return {
        "outcome": "exported",
        "products": products,
        "piece": {"key": key, "size_bytes": target.size_bytes},
    }


@steps.lambda_function(name="finish_export")
@step
def finish_export(event: Event, attempt: Attempt) -> Event:
    """Assemble the file and end the job.

    Idempotent: the file appears whole, and the pieces are deleted once the job is COMPLETED.
    """
    check_results(event["results"])
    finish.finish(attempt, event["plan"], event["results"])
    return {"outcome": "completed"}


@steps.lambda_function(name="fail_export")
@metered
def fail_export(event: Event, jobs: JobStore) -> Event:
    """End the job as FAILED or CANCELLED. Idempotent: a final status is never overwritten.

    The last state of the workflow. EventBridge also calls it for an execution that was stopped.
    """
    state, execution = read_end(event)
    return fail.end(state, execution, jobs, services().settings)
