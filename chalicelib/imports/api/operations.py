"""The import routes in the OpenAPI document."""

from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec
from chalicelib.http.paging import Paging
from chalicelib.imports.api.part_requests import CompleteUpload, PartsPaging, PartsRequest
from chalicelib.imports.api.previewed import PREVIEW_EXAMPLE, PreviewResponse
from chalicelib.imports.api.record_responses import (
    CHANGES_EXAMPLE,
    REJECTS_EXAMPLE,
    REPORT_EXAMPLE,
    SKIPS_EXAMPLE,
    PlannedChangePage,
    RejectPage,
    ReportResponse,
    SkipPage,
)
from chalicelib.imports.api.requests import (
    ApplyPlan,
    ChangesPaging,
    CreateImport,
    PreviewImport,
    ReportQuery,
)
from chalicelib.imports.api.responses import (
    IMPORT_EXAMPLE,
    PART_URLS_EXAMPLE,
    PARTS_EXAMPLE,
    ImportResponse,
    PartPage,
    PartUrlsResponse,
)
from chalicelib.imports.kind import IMPORT

_ACCEPTED = {
    202: ResponseSpec(IMPORT.response, ["Location", "Retry-After"], example=IMPORT.example)
}
_OF_JOB = {404: ["job_not_found"]}

CREATE_IMPORT = Operation(
    tag="imports",
    body=CreateImport,
    headers=[IDEMPOTENCY_KEY],
    responses={201: ResponseSpec(ImportResponse, ["Location"], example=IMPORT_EXAMPLE)},
    errors={409: ["parent_not_completed"]},
    example={"filename": "spring.csv", "size_bytes": 91},
)

PREVIEW_IMPORT = Operation(
    tag="imports",
    body=PreviewImport,
    responses={200: ResponseSpec(PreviewResponse, example=PREVIEW_EXAMPLE)},
    errors={409: ["parent_not_completed"]},
    example={
        "size_bytes": 70,
        "head": "U0tVLFRpdGxlLFJlZ3VsYXIgcHJpY2UKTEFNUC0xLERlc2sgbGFtcCwyNC45MApMQU1QLTMs"
        "RGVzayBsYW1wLC00LjIwCg==",
    },
)

LIST_PARTS = Operation(
    tag="imports",
    query=PartsPaging,
    responses={200: ResponseSpec(PartPage, ["Link"], example=PARTS_EXAMPLE)},
    errors=_OF_JOB | {409: ["not_multipart", "job_final", "upload_over", "upload_gone"]},
)

SIGN_PARTS = Operation(
    tag="imports",
    body=PartsRequest,
    responses={200: ResponseSpec(PartUrlsResponse, example=PART_URLS_EXAMPLE)},
    errors=_OF_JOB | {409: ["not_multipart", "job_final", "upload_over"], 422: ["part_unknown"]},
    example={"part_numbers": [1, 2]},
)

COMPLETE_UPLOAD = Operation(
    tag="imports",
    body=CompleteUpload,
    responses=_ACCEPTED,
    errors=_OF_JOB
    | {
        409: ["not_multipart", "job_final", "upload_over", "upload_gone"],
        422: [
            "part_unknown",
            "parts_missing",
            "part_invalid",
            "part_too_small",
            "part_too_large",
        ],
    },
    example={"parts": [{"part_number": 1, "etag": "5d41402abc4b2a76b9719d911017c592"}]},
)

CANCEL_IMPORT = Operation(
    tag="imports",
    responses=_ACCEPTED,
    errors=_OF_JOB | {409: ["cancel_too_late", "job_final"]},
)

RETRY_IMPORT = Operation(
    tag="imports", responses=_ACCEPTED, errors=_OF_JOB | {409: ["job_not_retryable"]}
)

LIST_REJECTS = Operation(
    tag="imports",
    query=Paging,
    responses={
        200: ResponseSpec(RejectPage, ["Link"], example=REJECTS_EXAMPLE),
        303: ResponseSpec(
            headers=["Location"], description="With `Accept: text/csv`: the URL of the file."
        ),
    },
    errors={404: ["job_not_found", "report_not_found"], 409: ["report_not_ready"]},
)

LIST_SKIPPED = Operation(
    tag="imports",
    query=Paging,
    responses={
        200: ResponseSpec(SkipPage, ["Link"], example=SKIPS_EXAMPLE),
        303: ResponseSpec(
            headers=["Location"], description="With `Accept: text/csv`: the URL of the file."
        ),
    },
    errors={404: ["job_not_found", "report_not_found"], 409: ["report_not_ready"]},
)

LIST_CHANGES = Operation(
    tag="imports",
    query=ChangesPaging,
    responses={
        200: ResponseSpec(PlannedChangePage, ["Link"], example=CHANGES_EXAMPLE),
        303: ResponseSpec(
            headers=["Location"], description="With `Accept: text/csv`: the URL of the file."
        ),
    },
    errors={404: ["job_not_found", "report_not_found"], 409: ["not_planned", "report_not_ready"]},
)

APPLY_PLAN = Operation(
    tag="imports",
    body=ApplyPlan,
    responses=_ACCEPTED,
    errors=_OF_JOB | {409: ["not_planned", "apply_differs", "plan_expired", "plan_differs"]},
    example={"expected_counts": {"created": 2, "updated": 0}},
)

SHOW_REPORT = Operation(
    tag="imports",
    query=ReportQuery,
    responses={200: ResponseSpec(ReportResponse, example=REPORT_EXAMPLE)},
    errors={404: ["job_not_found", "report_not_found"], 409: ["report_not_ready"]},
)
