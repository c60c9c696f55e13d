"""The parts of an upload: their number and size, and which parts a request may name."""

from collections.abc import Sequence

from chalicelib.errors import ProblemError
from chalicelib.imports.job import ImportJob

_MiB, _GiB = 1024**2, 1024**3

# Limits of S3 ("Amazon S3 multipart upload limits"): an object has at most 48.8 TiB, in 10,000
# parts of 5 MiB to 5 GiB; one PUT has at most 5 GiB.
MOST_PARTS = 10_000
LEAST_PART_BYTES = 5 * _MiB  # except for the last part
MOST_PART_BYTES = 5 * _GiB
MOST_SOURCE_BYTES = MOST_PARTS * MOST_PART_BYTES

# A URL has up to 1.7 KB with a Lambda's session token; a Lambda's response has at most 6 MB.
MOST_PARTS_A_CALL = 1_000
FIRST_PARTS = 100  # in the response that creates the import: 1.6 GiB in parts of 16 MiB


def choose_part_size(size_bytes: int, least: int) -> int:
    """Return the part size: `least`, or more, in whole MiB, so that 10,000 parts are enough."""
    needed = -(-size_bytes // MOST_PARTS)
    return max(least, -(-needed // _MiB) * _MiB)


def count_parts(job: ImportJob) -> int:
    """Return the number of parts of the job's upload."""
    return -(-job.size_bytes // int(job.upload["part_size"]))


def check_all_parts(job: ImportJob, part_numbers: Sequence[int]) -> None:
    """Raise ProblemError unless `part_numbers` are all the parts of the job's upload.

    S3 accepts any parts: the object would lack those that are left out.
    """
    check_part_numbers(job, part_numbers)
    expected = range(1, count_parts(job) + 1)
    missing = sorted(set(expected) - set(part_numbers))
    if missing:
        shown = ", ".join(map(str, missing[:10])) + (", ..." if len(missing) > 10 else "")
        raise ProblemError(
            422,
            "parts_missing",
            f"{len(missing)} of {len(expected)} parts are missing: {shown}. List every part.",
        )


def check_part_numbers(job: ImportJob, part_numbers: Sequence[int]) -> None:
    """Raise ProblemError if a part number is beyond the last part."""
    last = count_parts(job)
    if max(part_numbers) > last:
        raise ProblemError(
            422,
            "part_unknown",
            f"Part {max(part_numbers)} doesn't exist. The upload has {last} parts.",
        )
