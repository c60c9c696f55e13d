"""The Lambda functions of the import workflow, each with the name of its state.

infra/statemachines/import_products.asl.json has their order. Each function may run twice or be
killed at any point; its docstring says why that is safe.
"""

from datetime import UTC, datetime

from chalice.app import Blueprint

from chalicelib.bootstrap import services
from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.deciding import describe_encoding
from chalicelib.imports.csv.head import inspect_head
from chalicelib.imports.csv.plan import cut_spans
from chalicelib.imports.planning import forget_plan, make_plan, rest
from chalicelib.imports.steps import conversion, fail, finish, ledger, progress, readiness, scanning
from chalicelib.imports.steps.attempt import (
    ENCODING,
    INSPECTION,
    PLAN,
    Attempt,
    metered,
    step,
)
from chalicelib.imports.steps.changes import renew_changes
from chalicelib.imports.steps.changes_report import report_key_range
from chalicelib.imports.steps.claim import claim
from chalicelib.imports.steps.compare import compare_key_range as compare
from chalicelib.imports.steps.compare import sum_plan
from chalicelib.imports.steps.drift import note_met
from chalicelib.imports.steps.finish_plan import close_plan
from chalicelib.imports.steps.merge import StageLostError
from chalicelib.imports.steps.merge import merge_key_range as merge
from chalicelib.imports.steps.missing import keep_profile
from chalicelib.imports.steps.repair import note_repairs, show_repairs
from chalicelib.imports.steps.stage import stage_range as stage
from chalicelib.imports.steps.staging import create_staging
from chalicelib.imports.transitions import set_detected
from chalicelib.jobs.attempts import check_results
from chalicelib.jobs.orphans import read_end
from chalicelib.jobs.store import JobStore
from chalicelib.products.journal.writing import Journal
from chalicelib.telemetry import Event

steps = Blueprint(__name__)


@steps.lambda_function(name="claim_job")
@metered
def claim_job(event: Event, jobs: JobStore) -> Event:
    """Claim the job of an uploaded object. A second event for the object is ignored.

    Idempotent: the claim is one conditional write, and succeeds again for the same execution.
    """
    return claim(event, jobs)


@steps.lambda_function(name="inspect_source")
@step
def inspect_source(event: Event, attempt: Attempt) -> Event:
    """Inspect the head of the file: encoding, delimiter, header. Idempotent: it writes one file."""
    transcoded = attempt.transcoded
    if transcoded is None and conversion.is_needed(attempt):
        return {"outcome": "transcode"}
    source = transcoded or attempt.unpacked
    encoding = attempt.encoding.converted if transcoded else attempt.encoding
    settings = attempt.settings
    limits = settings.sku_max_length, settings.name_max_length
    found = inspect_head(source, encoding, attempt.options, settings.span_bytes, limits)
    is_assumed = transcoded is None and not attempt.encoding.is_given
    attempt.work.put(
        INSPECTION,
        {
            "source": source.to_json(),
            "inspection": found.to_json(),
            "is_assumed_utf8": is_assumed,
        },
    )
    detected = {
        **describe_encoding(attempt.encoding, found.detected),
        "columns": found.columns.describe(),
        "header": list(found.columns.names),
    }
    number = attempt.job.attempt
    attempt.jobs.update(
        attempt.job_id, lambda job: set_detected(job, number, detected, found.warnings)
    )
    spans = cut_spans(found.data_start, source.size_bytes, found.span_bytes)
    return {"outcome": "ready", "spans": list(range(len(spans)))}


@steps.lambda_function(name="transcode_source")
@step
def transcode_source(event: Event, attempt: Attempt) -> Event:
    """Unpack the upload, or write it again as CSV in UTF-8.

    Idempotent: an object appears whole, at the end.
    """
    attempt.report("transcode", {})
    conversion.convert(attempt)
    return {"outcome": "transcoded"}


@steps.lambda_function(name="scan_span")
@step
def scan_span(event: Event, attempt: Attempt) -> Event:
    """Find the structure of one span. Idempotent: it writes one file, the same each time."""
    spans = scanning.scan_span(attempt, event["span"])
    attempt.report("scan", progress.of_scan(event["span"] + 1, spans))
    return {"outcome": "scanned"}


@steps.lambda_function(name="plan_ranges")
@step
def plan_ranges(event: Event, attempt: Attempt) -> Event:
    """Plan the ranges and key ranges. Idempotent: an existing plan is kept.

    A source that turns out not to be UTF-8 is transcoded instead, once.
    """
    check_results(event["results"])
    if attempt.work.get(PLAN) is None:
        scans = scanning.read_scans(attempt, len(event["results"]))
        if encoding := scanning.find_other_encoding(attempt, scans):
            attempt.work.put(ENCODING, encoding.to_json())
            return {"outcome": "transcode"}
        source, plan = scanning.make_plan(attempt, scans)
        attempt.work.put(PLAN, {"source": source.to_json(), "plan": plan.to_json()})
    _, plan = attempt.planned
    with attempt.database("plan_ranges") as connection:
        create_staging(connection, attempt.job_id, plan)
        keep_profile(connection, attempt.job_id, attempt.job.profile)
        if attempt.job.is_planning:
            renew_changes(connection, attempt.job, plan)
        missing = ledger.missing_ranges(connection, attempt.job_id, len(plan.ranges))
    number = attempt.job.attempt
    attempt.jobs.update(attempt.job_id, lambda job: forget_plan(job, number))
    attempt.report("plan", progress.of_plan(plan.records))
    return {"outcome": "ready", "ranges": missing, "round": 1}


@steps.lambda_function(name="stage_range")
@step
def stage_range(event: Event, attempt: Attempt) -> Event:
    """Stage one range. Idempotent: its ledger row is in the same transaction."""
    source, plan = attempt.planned
    planned = plan.ranges[event["range"]]
    with attempt.database("stage_range") as connection:
        readiness.check_rejects(connection, attempt.job_id, plan)
        pieces = source.stream(planned.start, planned.end)
        is_closed = plan.is_closed_after(event["range"])
        chunks = read_chunks(attempt.triage(plan), pieces, planned, is_closed=is_closed)
        reader = attempt.reader(plan)
        stage(connection, attempt.job_id, plan, event["range"], chunks, reader)
        attempt.check_running()
        connection.commit()
        staged = ledger.staged_totals(connection, attempt.job_id)
    done = progress.of_stage(staged.size_bytes, source.size_bytes)
    attempt.report("stage", done, rejected=staged.rejected)
    return {"outcome": "staged"}


@steps.lambda_function(name="check_stage")
@step
def check_stage(event: Event, attempt: Attempt) -> Event:
    """Begin the merge once all ranges are staged, within the limits, and no other job merges.

    Idempotent: it decides from the ledger, and takes a lease that it may already have.
    """
    check_results(event["results"])
    return readiness.decide(attempt, event, services().subscribed_types.has)


@steps.lambda_function(name="compare_key_range")
@step
def compare_key_range(event: Event, attempt: Attempt) -> Event:
    """Plan one key range. Idempotent: its ledger row is in the same transaction."""
    _, plan = attempt.planned
    try:
        with attempt.database("compare_key_range") as connection:
            if compare(connection, attempt.job_id, plan, event["key_range"]):
                report_key_range(connection, attempt.work, event["key_range"])
            attempt.check_running()
            connection.commit()
            counts = sum_plan(connection, attempt.job_id)["counts"]
    except StageLostError:
        return {"outcome": "stage_lost"}
    attempt.report("compare", progress.of_merge(counts, plan.records))
    return {"outcome": "compared"}


@steps.lambda_function(name="finish_plan")
@step
def finish_plan(event: Event, attempt: Attempt) -> Event:
    """Sum up the plan, write the reports and let the job rest. Idempotent: it writes the same."""
    check_results(event["results"])
    _, plan = attempt.planned
    with attempt.database("finish_plan") as connection:
        if ledger.uncompared_key_ranges(connection, attempt.job_id, plan.key_ranges):
            return readiness.stage_again(connection, attempt.job_id, plan, event["round"])
        found = close_plan(attempt, connection, plan)
    number, made = attempt.job.attempt, make_plan(found, datetime.now(UTC))
    attempt.jobs.update(attempt.job_id, lambda job: rest(job, number, made))
    return {"outcome": "planned"}


@steps.lambda_function(name="merge_key_range")
@step
def merge_key_range(event: Event, attempt: Attempt) -> Event:
    """Merge one key range. Idempotent: its ledger row is in the same transaction."""
    _, plan = attempt.planned
    journal = Journal.of_job(attempt.settings, attempt.job_id)
    try:
        with attempt.database("merge_key_range") as connection:
            if merge(connection, journal, plan, event["key_range"], *attempt.merge_options):
                note_repairs(connection, attempt.job, plan, event["key_range"])
            connection.commit()
            counts = ledger.count_outcomes(connection, attempt.job_id)
    except StageLostError:
        return {"outcome": "stage_lost"}
    attempt.report("merge", progress.of_merge(counts, plan.records), **counts)
    return {"outcome": "merged"}


@steps.lambda_function(name="finish_import")
@step
def finish_import(event: Event, attempt: Attempt) -> Event:
    """Write the reports, clean up and complete the job. Idempotent: it writes the same again."""
    check_results(event["results"])
    _, plan = attempt.planned
    with attempt.database("finish_import") as connection:
        if ledger.missing_key_ranges(connection, attempt.job_id, plan.key_ranges):
            return readiness.stage_again(connection, attempt.job_id, plan, event["round"])
        note_met(attempt, connection)
        counts = finish.close(connection, attempt.work, plan)
        show_repairs(connection, attempt.jobs, attempt.job, has_completed=True)
    attempt.complete(counts)
    return {"outcome": "completed"}


@steps.lambda_function(name="fail_import")
@metered
def fail_import(event: Event, jobs: JobStore) -> Event:
    """End the job as FAILED or CANCELLED. Idempotent: a final status is never overwritten.

    The workflow's last state. EventBridge calls it too, for an execution that never reached it.
    """
    state, execution = read_end(event)
    settings, s3 = services().settings, services().client("s3")
    return fail.end_import(state, execution, jobs, settings, s3)
