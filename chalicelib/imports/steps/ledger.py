"""The ledger: which ranges and key ranges are done, and what they came to.

Its rows are written in the transaction of what they stand for, so it is true at every moment.
"""

from dataclasses import dataclass

from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row, queries

OUTCOMES = ("created", "updated", "unchanged", "duplicate", "rejected")


@dataclass(frozen=True)
class StagedTotals:
    """What the staged ranges come to."""

    ranges: int
    size_bytes: int
    records: int
    rejected: int


def staged_totals(connection: Connection, job_id: str) -> StagedTotals:
    """Sum up the staged ranges of a job."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["staged_totals"], {"job_id": job_id})
        return StagedTotals(*fetch_row(cursor))


def count_outcomes(connection: Connection, job_id: str) -> dict[str, int]:
    """Return how many records of a job have come to each outcome so far."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["count_outcomes"], {"job_id": job_id})
        return dict(zip(OUTCOMES, fetch_row(cursor), strict=True))


def missing_ranges(connection: Connection, job_id: str, ranges: int) -> list[int]:
    """Return the numbers of the ranges that are not staged."""
    return _missing(connection, "staged_ranges", job_id, ranges)


def missing_key_ranges(connection: Connection, job_id: str, key_ranges: int) -> list[int]:
    """Return the numbers of the key ranges that are not merged."""
    return _missing(connection, "merged_key_ranges", job_id, key_ranges)


def _missing(connection: Connection, query: str, job_id: str, number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")[query], {"job_id": job_id})
        done = {found for (found,) in cursor.fetchall()}
    return [n for n in range(number) if n not in done]
