"""Stage one range: copy its records into the staging table, and store its rejects and skips.

One transaction, which starts with the range's ledger row. So each range is staged exactly once: a
second worker waits for the first and then finds the row.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json, execute_values

from chalicelib.imports.csv.naming import find_named, find_swallowed
from chalicelib.imports.csv.notes import Notes
from chalicelib.imports.csv.numbering import number_lines
from chalicelib.imports.csv.outcomes import Blank, Outcome, Reject, Skip, Values
from chalicelib.imports.csv.plan import Plan, Range
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.structure import State
from chalicelib.imports.csv.triage import Chunk
from chalicelib.imports.skips import OF_MERGE
from chalicelib.imports.steps.staging import column_names, extra_columns, named, table
from chalicelib.postgres import queries

_COPY_BUFFER = 1024 * 1024
# Rows are copied at the latest when they have so many: a long text may fill every row of a group.
_COPIED_CHARACTERS = 4 * 1024 * 1024
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
Row = tuple[object, ...]
Named = tuple[int, str | None]  # a record's line and key


@dataclass
class Staged:
    """The counts of a range's records; the blank ones aren't outcomes."""

    records: int = 0
    rejected: int = 0
    skipped: int = 0
    blank: int = 0


class RangeMismatchError(Exception):
    """The number of records in a range differs from the plan: an internal error."""


def stage_range(
    connection: Connection,
    job_id: str,
    plan: Plan,
    number: int,
    chunks: Iterable[Chunk | Reject],
    reader: RecordReader,
) -> Staged | None:
    """Stage range `number` in the connection's transaction, which the caller commits.

    `chunks` are the range's records as `read_chunks` yields them. Returns None if the range is
    already staged.
    """
    planned = plan.ranges[number]
    with connection.cursor() as cursor:
        cursor.execute(queries("imports")["claim_range"], {"job_id": job_id, "range": number})
        if not cursor.rowcount:
            return None
        _forget_lines(cursor, job_id, plan, number)
        loader = _Loader(cursor, job_id, plan, reader)
        for chunk in chunks:
            loader.load(chunk)
        if loader.staged.records != planned.records:
            raise RangeMismatchError(
                f"range {number} has {loader.staged.records} records, not {planned.records}"
            )
        _record(cursor, job_id, number, planned, loader.staged, reader.notes)
    return loader.staged


def _forget_lines(cursor: Cursor, job_id: str, plan: Plan, number: int) -> None:
    """Forget the rejects and skips of a run before, whose ledger was emptied since."""
    following = plan.ranges[number + 1 : number + 2]
    lines = {
        "first_line": plan.ranges[number].first_line,
        "next_line": following[0].first_line if following else None,
        "of_merge": list(OF_MERGE),
    }
    for query in ("forget_rejects", "forget_skips"):
        cursor.execute(queries("imports")[query], {"job_id": job_id} | lines)


def _record(
    cursor: Cursor, job_id: str, number: int, planned: Range, staged: Staged, notes: Notes
) -> None:
    values = {
        "job_id": job_id,
        "range": number,
        "size_bytes": planned.end - planned.start,
        "notes": Json(notes.to_json()),
    }
    cursor.execute(queries("imports")["record_range"], values | vars(staged))


class _Loader:
    """Copies chunks into the staging table of one job."""

    def __init__(self, cursor: Cursor, job_id: str, plan: Plan, reader: RecordReader) -> None:
        self.staged = Staged()
        self._cursor, self._job_id, self._plan, self._reader = cursor, job_id, plan, reader
        names = sql.SQL(", ").join(map(sql.Identifier, column_names(plan.columns)))
        into = sql.SQL("COPY {} (line, {})").format(table(job_id), names)
        self._copy_csv = into + sql.SQL(
            " FROM STDIN WITH (FORMAT csv, DELIMITER {}, NULL '', FORCE_NULL ({}))"
        ).format(sql.Literal(plan.delimiter), names)
        self._extras = [*extra_columns(plan)]
        all_names = sql.SQL(", ").join([names, *map(sql.Identifier, self._extras)])
        into = sql.SQL("COPY {} (line, {})").format(table(job_id), all_names)
        self._copy_text = into + sql.SQL(" FROM STDIN WITH (FORMAT text)")

    def load(self, chunk: Chunk | Reject) -> None:
        if isinstance(chunk, Reject):
            self.staged.records += 1
            self._keep_rejects([self._reader.pass_over(chunk)])
            self._keep_named([(chunk.line, None)])
            return
        self.staged.records += len(chunk.starts)
        self._copy(self._copy_csv, number_lines(chunk, self._plan.delimiter))
        self._load_doubtful(chunk)

    def _load_doubtful(self, chunk: Chunk) -> None:
        rows: list[str] = []
        characters = 0
        rejects: list[Reject] = []
        skips: list[Skip] = []
        names: list[Named] = []
        last = len(chunk.starts) - 1 if chunk.end == State.QUOTED else -1
        for i in np.flatnonzero(chunk.doubtful).tolist():
            line = int(chunk.lines[i])
            raw = chunk.raw[chunk.starts[i] : chunk.ends[i]]
            found = self._reader.read(raw, line, is_closed=i != last)
            if self._plan.options.is_snapshot:
                names += self._list_named(raw, line, found)
            if isinstance(found, Reject):
                rejects.append(found)
            elif isinstance(found, Skip):
                skips.append(found)
            elif isinstance(found, Blank):
                self.staged.blank += 1
            else:
                extras = tuple(getattr(self._reader, name) for name in self._extras)
                rows.append(_to_copy_text(line, found + extras))
                characters += len(rows[-1])
            if characters > _COPIED_CHARACTERS:
                self._copy(self._copy_text, "".join(rows).encode())
                rows, characters = [], 0
        self._copy(self._copy_text, "".join(rows).encode())
        self._keep_rejects(rejects)
        self._keep_skips(skips)
        self._keep_named(names)

    def _copy(self, statement: sql.Composable, rows: bytes) -> None:
        if rows:
            self._cursor.copy_expert(statement, io.BytesIO(rows), _COPY_BUFFER)

    def _keep_rejects(self, rejects: Sequence[Reject]) -> None:
        self.staged.rejected += len(rejects)
        rows: list[Row] = [(self._job_id, *astuple(reject)) for reject in rejects]
        if rows:
            execute_values(self._cursor, queries("imports")["keep_rejects"], rows, page_size=1000)

    def _keep_skips(self, skips: Sequence[Skip]) -> None:
        self.staged.skipped += len(skips)
        rows: list[Row] = [(self._job_id, s.line, s.reason, s.sku) for s in skips]
        if rows:
            execute_values(self._cursor, queries("imports")["keep_skips"], rows, page_size=1000)

    def _list_named(self, raw: bytes, line: int, found: Outcome) -> list[Named]:
        """Return the keys that a record names without being staged; a null if they aren't known."""
        keys = find_swallowed(raw, self._plan.reading)
        if isinstance(found, Reject | Skip):
            problem = found.code if isinstance(found, Reject) else found.reason
            own = find_named(raw, problem, self._reader.completed, self._plan.reading)
            if own is None:
                return [(line, None)]
            # A skip leaves out a product on purpose; a reject without a key is reported.
            keys += own or (("",) if isinstance(found, Reject) else ())
        return [(line, key) for key in keys]

    def _keep_named(self, names: Sequence[Named]) -> None:
        if names and self._plan.options.is_snapshot:
            statement = sql.SQL(queries("imports")["keep_named"]).format(named=named(self._job_id))
            execute_values(self._cursor, statement, names, page_size=1000)


def _to_copy_text(line: int, values: Values) -> str:
    """Return a row in COPY's text format, in which every text has exactly one spelling."""
    fields = ("\\N" if value is None else str(value).translate(_ESCAPES) for value in values)
    return f"{line}\t" + "\t".join(fields) + "\n"
