"""The parts of an upload: how many there are, how large, and which of them a request may name."""

from collections.abc import Sequence

from chalicelib.errors import ProblemError
from chalicelib.imports.job import ImportJob

_MiB, _GiB = 1024**2, 1024**3

# Limits of S3 ("Amazon S3 multipart upload limits"): an object has at most 48.8 TiB, which is
# 10,000 parts of 5 MiB to 5 GiB; one PUT has at most 5 GiB.
MOST_PARTS = 10_000
LEAST_PART_BYTES = 5 * _MiB  # but for the last
MOST_PART_BYTES = 5 * _GiB
MOST_SOURCE_BYTES = MOST_PARTS * MOST_PART_BYTES

# A URL has up to 1.7 KB with a Lambda's session token, and an answer of a Lambda 6 MB at most.
MOST_PARTS_A_CALL = 1_000
FIRST_PARTS = 100  # in the answer that creates the import: 1.6 GiB in parts of 16 MiB


def choose_part_size(size_bytes: int, least: int) -> int:
    """Return the size of parts: `least`, or as many whole MiB as make 10,000 parts at most."""
    needed = -(-size_bytes // MOST_PARTS)
    return max(least, -(-needed // _MiB) * _MiB)


def count_parts(job: ImportJob) -> int:
    """Return how many parts the job's source is uploaded in."""
    return -(-job.size_bytes // int(job.upload["part_size"]))


def refuse_missing_parts(job: ImportJob, part_numbers: Sequence[int]) -> None:
    """Raise ProblemError unless these are the parts of the job's source, all of them.

    S3 would make an object of any parts; what is left out would be missing from it.
    """
    wanted = range(1, count_parts(job) + 1)
    refuse_unknown_parts(job, part_numbers)
    missing = sorted(set(wanted) - set(part_numbers))
    if missing:
        shown = ", ".join(map(str, missing[:10])) + (", ..." if len(missing) > 10 else "")
        raise ProblemError(
            422,
            "parts_missing",
            f"{len(missing)} of {len(wanted)} parts are not given: {shown}.",
        )


def refuse_unknown_parts(job: ImportJob, part_numbers: Sequence[int]) -> None:
    """Raise ProblemError where a part is beyond the last."""
    last = count_parts(job)
    if max(part_numbers) > last:
        raise ProblemError(
            422, "part_unknown", f"The source has {last} parts; there is no {max(part_numbers)}."
        )
