"""The routes of an import's plan: list its changes, apply it."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Request, Response

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError
from chalicelib.http.accept import prefers
from chalicelib.http.paging import make_cursor, make_page_response, read_cursor
from chalicelib.http.parsing import Query, read_body, read_query
from chalicelib.http.routing import Routes, make_response
from chalicelib.http.sizes import PageBudget, measure
from chalicelib.imports.api.changes import Place, read_changes
from chalicelib.imports.api.operations import APPLY_PLAN, LIST_CHANGES
from chalicelib.imports.api.rejects import sign_report
from chalicelib.imports.api.requests import ApplyPlan, ChangesPaging
from chalicelib.imports.job import ImportJob
from chalicelib.imports.planning import (
    ApplyDiffersError,
    NotPlannedError,
    PlanDiffersError,
    PlanExpiredError,
    request_apply,
)
from chalicelib.imports.steps.changes import PlanDroppedError
from chalicelib.jobs.models import Job
from chalicelib.jobs.responses import JobId
from chalicelib.jobs.views import answer_accepted, read_job
from chalicelib.jobs.workflow import start_workflow
from chalicelib.postgres import connect

routes = Routes(__name__)

_PLACE: Any = Place  # what the cursor of a page holds


@routes.route(
    "/imports/{job_id}/changes", methods=["GET"], scope="imports:write", operation=LIST_CHANGES
)
def list_changes(request: Request, job_id: JobId) -> Response:
    """List what the plan would change; for text/csv, redirect to the file with all of it."""
    job = _read_import(job_id)
    if prefers(request, "text/csv", "application/json"):
        read_query(request, Query)
        return make_response("", 303, {"Location": _sign(job)})
    query, scope = read_query(request, ChangesPaging), f"{job_id}/changes"
    after = read_cursor(query, scope, _PLACE) or Place()
    if job.status != "PLANNED":
        raise _not_planned(job)
    try:
        with connect(services().settings, "list_changes") as connection:
            found = read_changes(
                connection, job_id, after, query.limit + 1, query.action, query.field
            )
    except PlanDroppedError as error:
        raise _not_planned(_read_import(job_id)) from error
    page = found[: PageBudget(query.limit).take(measure(item) for _, item in found)]
    has_more = len(found) > len(page)
    next_cursor = make_cursor(query, scope, page[-1][0]) if has_more else None
    return make_page_response([item for _, item in page], query, next_cursor)


@routes.route(
    "/imports/{job_id}/apply", methods=["POST"], scope="imports:write", operation=APPLY_PLAN
)
def apply_plan(request: Request, job_id: JobId) -> Response:
    """Apply the plan of an import: change exactly what it lists. Idempotent."""
    read_query(request, Query)
    body, now = read_body(request, ApplyPlan), datetime.now(UTC)
    expected = body.expected_counts.model_dump(exclude_none=True)
    try:
        job = services().jobs.update(
            _read_import(job_id).job_id,
            lambda found: request_apply(found, body.on_drift, expected, now),
            now,
        )
    except NotPlannedError as error:
        raise _not_planned(error.job) from error
    except ApplyDiffersError as error:
        detail = (
            "An earlier request with another on_drift or other expected_counts is applying the"
            " plan, or has applied it. Poll the job for the result."
        )
        raise ProblemError(409, "apply_differs", detail) from error
    except PlanExpiredError as error:
        detail = "The plan is older than 24 hours. Import the file again to make a new plan."
        raise ProblemError(409, "plan_expired", detail) from error
    except PlanDiffersError as error:
        counts = ", ".join(f"{number} {name}" for name, number in error.counts.items())
        detail = f"The plan has other counts: {counts}. Review it again."
        raise ProblemError(409, "plan_differs", detail) from error
    if job.status == "PENDING":
        start_workflow(job, services().job_context)
    return answer_accepted(request, job, services().job_context)


def _read_import(job_id: str) -> ImportJob:
    return read_job(services().jobs, job_id, ImportJob)


def _sign(job: ImportJob) -> str:
    uploads, bucket = services().uploads, services().settings.bucket
    return sign_report(uploads.client, uploads.signer, bucket, job, "changes")


def _not_planned(job: Job) -> ProblemError:
    detail = (
        f"The import's status is {job.status}. Only one that is PLANNED has changes to list or"
        ' apply; create it with "apply": "manual".'
    )
    return ProblemError(409, "not_planned", detail)
