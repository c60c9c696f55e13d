"""Finish: assemble the file, complete the job and delete the pieces."""

from collections.abc import Sequence

from chalicelib.exports.attempt import Attempt
from chalicelib.exports.job import ExportedFile, ExportJob
from chalicelib.exports.requests import ExportRequest
from chalicelib.exports.storage import CONTENT_TYPES
from chalicelib.objects.assembly import Assembler, Piece
from chalicelib.products.lease import release_lease
from chalicelib.telemetry import Event


def file_key(job_id: str) -> str:
    """Return the object key of the finished file of a job."""
    return f"exports/{job_id}"


def name_file(job: ExportJob) -> str:
    """Return the name under which the file is downloaded."""
    file_format = ExportRequest.from_json(job.request).format
    return f"products-{job.created_at:%Y-%m-%d-%H%M%S}.{file_format}"


def finish(attempt: Attempt, plan_name: str, results: Sequence[Event]) -> None:
    """Assemble the file from the results of all ranges, and end the job as COMPLETED."""
    with attempt.database("finish_export") as connection:
        release_lease(connection, attempt.job_id)  # nothing more is read
    header = attempt.read_plan(plan_name).header
    ranges = [Piece(**result["piece"]) for result in results]
    pieces = [header, *ranges] if header else ranges
    assembler = Assembler(attempt.work.client, attempt.work.bucket)
    content_type = CONTENT_TYPES[attempt.request.format]
    size_bytes = assembler.assemble(pieces, file_key(attempt.job_id), content_type)
    products = sum(result["products"] for result in results)
    attempt.complete(ExportedFile(name_file(attempt.job), size_bytes), products)
    assembler.delete(pieces)
