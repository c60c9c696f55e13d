"""The export routes in the OpenAPI document."""

from chalicelib.exports.kind import DOWNLOAD_EXAMPLE, EXPORT, DownloadResponse
from chalicelib.exports.requests import ExportRequest
from chalicelib.http.operations import IDEMPOTENCY_KEY, Operation, ResponseSpec

CREATE_EXPORT = Operation(
    tag="exports",
    body=ExportRequest,
    headers=[IDEMPOTENCY_KEY],
    responses={
        202: ResponseSpec(EXPORT.response, ["Location", "Retry-After"], example=EXPORT.example)
    },
    example={"filter": {"active": True}},
)

DOWNLOAD_EXPORT = Operation(
    tag="exports",
    responses={
        200: ResponseSpec(
            DownloadResponse,
            example=DOWNLOAD_EXAMPLE,
            description="With `Accept: application/json`.",
        ),
        303: ResponseSpec(headers=["Location"], description="The URL of the file."),
    },
    errors={404: ["job_not_found", "file_not_found"], 409: ["file_not_ready"]},
)
