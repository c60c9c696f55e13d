"""Write a rejects file: rejected records with their header, to correct and import again.

`lineage.py` describes its columns. It is UTF-8 with a byte order mark, which counts for more than
the encoding that the options of the import name, and has the delimiter of the file.
"""

from collections.abc import Iterable, Iterator

from chalicelib.imports.csv.cutting import KEPT_BYTES, cut_cells
from chalicelib.imports.csv.grouping import GroupKeys
from chalicelib.imports.csv.lineage import CUT_OFF, GROUP_ROW, NAMES
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.sheets import write_record
from chalicelib.imports.csv.spreadsheets import disarm

_MARK = b"\xef\xbb\xbf"
_END = b"\r\n"
_OF_GROUP = "Not rejected: the row only completes those below. An import of this file skips it."
_END_OF_GROUP = "Not rejected: the row only ends the group above. An import of this file skips it."
_CUT_OFF = (
    f"Only the first {KEPT_BYTES // 1024} KiB of the record are in this file, so it isn't imported"
    " from here."
)


def write_rejects_file(rejects: Iterable[Reject], reading: Reading | None) -> Iterator[bytes]:
    """Yield a rejects file; without a reading, for a file whose header isn't known."""
    if reading is None:
        yield _MARK + write_record(NAMES, ",").encode() + _END
        return
    names = write_record(NAMES, reading.delimiter)
    header = reading.header_text or write_record(reading.columns.names, reading.delimiter)
    yield _MARK + f"{names}{reading.delimiter}{header}".encode() + _END
    writer = _Writer(reading)
    for reject in rejects:
        yield writer.write(reject)


class _Writer:
    """Writes the rows of the rejects of one job, in the order of its file."""

    def __init__(self, reading: Reading) -> None:
        self._delimiter, self._width = reading.delimiter, len(reading.columns)
        # The stored records are text of a CSV file without the columns of a rejects file.
        stored = reading.model_copy(update={"lineage": None, "line_break": None, "point": None})
        self._keys = GroupKeys(stored) if reading.rows.has_groups else None
        self._group_line = 0  # of the group that the rows so far end with
        self._key: str | None = None

    def write(self, reject: Reject) -> bytes:
        """Return the row of a reject, after the row that makes its group what it was."""
        row = self._write_group(reject)
        code, message, record = reject.code, reject.message, reject.record
        if reject.truncated:
            code, message = CUT_OFF, f"{message} {_CUT_OFF}"
            text = record.decode(errors="replace").replace("\0", "")
            record = write_record(cut_cells(text, self._delimiter), self._delimiter).encode()
        return row + self._write(reject.line, code, message, record)

    def _write_group(self, reject: Reject) -> bytes:
        """Return the row that begins the reject's group, unless the rows above are that group."""
        if not self._keys:
            return b""
        line = reject.group_line or reject.line
        if line == self._group_line:
            return b""
        before, self._group_line = self._key, line
        first = reject.group_record
        self._key = self._keys.find_in_bytes(reject.record if first is None else first)
        if first is not None:
            return self._write(line, GROUP_ROW, _OF_GROUP, first)
        if before is not None and before == self._key:  # the same key again, further down
            blank = (self._delimiter * (self._width - 1)).encode()
            return self._write(line, GROUP_ROW, _END_OF_GROUP, blank)
        return b""

    def _write(self, line: int, code: str, message: str, record: bytes) -> bytes:
        cells = (str(line), code, disarm(message))
        return (write_record(cells, self._delimiter) + self._delimiter).encode() + record + _END
