"""The routes of reverts in the OpenAPI document."""

from typing import Annotated

from pydantic import Field

from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import Paging
from chalicelib.http.parsing import Body
from chalicelib.http.problems import ProblemResponse
from chalicelib.http.responses import ResponseBody
from chalicelib.jobs.responses import JobId
from chalicelib.products.reverts.conflicts import CONFLICT_EXAMPLE, ConflictPage, ConflictResponse
from chalicelib.products.reverts.job import OnConflict
from chalicelib.products.reverts.kind import REVERT, RevertCountsResponse


class RevertRequest(Body):
    """How to revert a job; `{}` for the defaults."""

    dry_run: bool = False
    on_conflict: Annotated[
        OnConflict,
        Field(description="What becomes of products that changed since the job."),
    ] = "keep"


class RevertPreviewResponse(ResponseBody):
    """What a revert would do now."""

    job_id: JobId
    counts: RevertCountsResponse
    conflicts: Annotated[list[ConflictResponse], Field(description="The first 100.")]


class RevertProblemResponse(ProblemResponse):
    """Problem details; `revert_running` has the id of the running revert."""

    # Other problems lack it, so the document must not have a default.
    job_id: Annotated[str, Field(default_factory=lambda: "")]


_PREVIEW_EXAMPLE = {
    "job_id": "job_01m85g57s7w6pgg03m8hrxcz85",
    "counts": {"restored": 89999, "deleted": 30000, "recreated": 0, "conflicts": 1},
    "conflicts": [CONFLICT_EXAMPLE],
}

REVERT_JOB = Operation(
    tag="jobs",
    body=RevertRequest,
    headers=[IDEMPOTENCY_KEY],
    responses={
        200: ResponseSpec(
            RevertPreviewResponse, example=_PREVIEW_EXAMPLE, description="What a dry run found"
        ),
        409: ResponseSpec(RevertProblemResponse),
        202: ResponseSpec(REVERT.response, ["Location", "Retry-After"], example=REVERT.example),
    },
    errors={
        404: ["job_not_found"],
        409: ["job_not_ended", "nothing_to_revert", "revert_running"],
        410: ["journal_expired"],
    },
    example={"on_conflict": "keep"},
)
LIST_CONFLICTS = Operation(
    tag="jobs",
    query=Paging,
    responses={
        200: ResponseSpec(
            ConflictPage,
            ["Link"],
            example={"items": [CONFLICT_EXAMPLE], "next_cursor": None},
        )
    },
    errors={404: ["job_not_found"]},
)
