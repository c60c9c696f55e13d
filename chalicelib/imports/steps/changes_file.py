"""The changes file: a line of JSON for each product that an import changed.

Each key range writes a piece of it in the transaction of its merge, to an object with a new name,
and notes the name in its ledger row. So the file consists of the pieces of what was committed,
whatever became of other runs. docs/decisions/0027-changes-files.md has the design.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from chalicelib.imports.job import ChangesFile
from chalicelib.imports.steps.change_lines import copy_lines
from chalicelib.imports.storage import WorkFolder
from chalicelib.objects.assembly import Assembler, Piece
from chalicelib.objects.writing import write_object
from chalicelib.postgres import queries

CONTENT_TYPE = "application/x-ndjson"


class ChangeLinesError(Exception):
    """A merge has not as many lines as it changed products: an internal error."""


@dataclass(frozen=True)
class ChangesPieces:
    """Writes the pieces of a job's changes file."""

    work: WorkFolder

    def write(self, cursor: Cursor, key_range: int, changed: int) -> Piece | None:
        """Write the changes of the transaction; None if it changed nothing.

        `changed`: how many products it changed. At most one part of the object is in memory.
        """
        if not changed:
            return None
        key = self.work.key(f"changes/{key_range}-{uuid4().hex}")
        with write_object(self.work.client, self.work.bucket, key) as target:
            found = copy_lines(cursor, target)
            if found != changed:
                raise ChangeLinesError(f"{found} lines of {changed} changes")
        return Piece(key, target.size_bytes)


@dataclass(frozen=True)
class PiecesFound:
    """The pieces of what a job changed, in the order of its key ranges."""

    pieces: list[Piece]
    records: int


def find_pieces(connection: Connection, job_id: str) -> PiecesFound | None:
    """Return the pieces of a job's changes; None if any changes aren't in one.

    Old code, which merges beside this while a new version is deployed, writes none.
    """
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["pieces_of_changes"], {"job_id": job_id})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    if any(key is None for key, _, _ in rows):
        return None
    pieces = [Piece(key, size_bytes) for key, size_bytes, _ in rows]
    return PiecesFound(pieces, sum(changed for _, _, changed in rows))


def assemble(work: WorkFolder, found: PiecesFound, key: str) -> ChangesFile:
    """Assemble the changes file. Idempotent: it appears whole, at the end."""
    assembler = Assembler(work.client, work.bucket)
    size_bytes = assembler.assemble(found.pieces, key, CONTENT_TYPE)
    return ChangesFile(key, size_bytes, found.records)


def delete_pieces(work: WorkFolder, found: PiecesFound) -> None:
    """Delete the pieces of a file that is assembled; those that stay expire."""
    Assembler(work.client, work.bucket).delete(found.pieces)
