"""The ledger: which ranges are staged and which key ranges are merged, with their counts.

Each row is written in the transaction of the work it records, so the ledger is always exact.
"""

from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import connection as Connection

from chalicelib.postgres import fetch_row, queries

OUTCOMES = ("created", "updated", "unchanged", "duplicate", "skipped", "rejected")  # of records
COUNTS = (*OUTCOMES, "missing")


@dataclass(frozen=True)
class StagedTotals:
    """The totals of the staged ranges."""

    ranges: int
    size_bytes: int
    records: int
    rejected: int
    blank: int  # of the records: rows whose cells are all blank, which aren't outcomes


def staged_totals(connection: Connection, job_id: str) -> StagedTotals:
    """Return the totals of a job's staged ranges."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["staged_totals"], {"job_id": job_id})
        return StagedTotals(*fetch_row(cursor))


def staged_notes(connection: Connection, job_id: str) -> list[dict[str, Any]]:
    """Return what was noted about the values of a job's staged ranges."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["staged_notes"], {"job_id": job_id})
        return [note for (notes,) in cursor for note in notes]


def count_outcomes(connection: Connection, job_id: str) -> dict[str, int]:
    """Return the number of a job's records by outcome, and of its missing products, so far."""
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["count_outcomes"], {"job_id": job_id})
        return dict(zip(COUNTS, fetch_row(cursor), strict=True))


def missing_ranges(connection: Connection, job_id: str, ranges: int) -> list[int]:
    """Return the numbers of the ranges that aren't staged."""
    return _missing(connection, "staged_ranges", job_id, ranges)


def missing_key_ranges(connection: Connection, job_id: str, key_ranges: int) -> list[int]:
    """Return the numbers of the key ranges that aren't merged."""
    return _missing(connection, "merged_key_ranges", job_id, key_ranges)


def uncompared_key_ranges(connection: Connection, job_id: str, key_ranges: int) -> list[int]:
    """Return the numbers of the key ranges that aren't compared."""
    return _missing(connection, "compared_key_ranges", job_id, key_ranges)


def _missing(connection: Connection, query: str, job_id: str, number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")[query], {"job_id": job_id})
        done = {found for (found,) in cursor.fetchall()}
    return [n for n in range(number) if n not in done]
