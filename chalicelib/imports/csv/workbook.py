"""Write a sheet of a workbook (.xlsx, .xls, .ods) as CSV, one line for each of its rows.

The library holds a sheet in memory and allocates what the file claims, so it runs in a process of
its own with limited memory: `python -m chalicelib.imports.csv.workbook FILE OPTIONS`. This module
imports little, so that the process starts fast.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Literal

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.foreign import check_is_workbook
from chalicelib.imports.csv.sheetrows import read_rows
from chalicelib.imports.csv.sheets import LINE_BREAK, POINT, SheetHead

WorkbookKind = Literal["xlsx", "xlsb", "xls", "ods"]
MOST_PACKED_BYTES = 256 * 1024**2  # it must fit into a function's disk
MOST_UNPACKED_BYTES = 1024**3
MEMORY_BYTES = 2200 * 1024**2
_PIECE_BYTES = 1024**2
_ENDED, _TOO_LARGE = 3, 4  # exit codes; 1 is any other exception
_EXACT = 10**15  # whole numbers below this have all their digits
_BREAKS = re.compile("\r\n|\r|\n|\x1e")
_QUOTED = re.compile('[",;\t|\x1e]')
_SHOWN_COLUMNS, _SHOWN_CHARACTERS = 1000, 255  # of the first rows of sheets
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
Choose = Callable[[list[SheetHead]], str]
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class SheetOptions:
    """Which sheet is written, and how."""

    sheet: str | None = None  # by default a visible one with data
    delimiter: str = ","
    memory_bytes: int = MEMORY_BYTES
    timeout_seconds: int = 840  # less than a function has


def find_workbook(names: Iterable[str]) -> WorkbookKind | None:
    """Return which workbook a ZIP archive with files of these names is, or None."""
    given = set(names)
    check_is_workbook(given)
    if "xl/workbook.bin" in given:
        return "xlsb"
    if "xl/workbook.xml" in given or "[Content_Types].xml" in given:
        return "xlsx"
    return "ods" if {"mimetype", "content.xml"} <= given else None


def check_size(packed_bytes: int, unpacked_bytes: int) -> None:
    """Raise JobEndedError for a workbook that is too large to open."""
    if packed_bytes > MOST_PACKED_BYTES or unpacked_bytes > MOST_UNPACKED_BYTES:
        raise _too_large()


def convert_workbook(
    pieces: Iterable[bytes], kind: WorkbookKind, options: SheetOptions, choose: Choose
) -> Iterator[bytes]:
    """Yield a sheet as CSV in UTF-8; raises JobEndedError if it can't be read.

    `choose` returns the name of the sheet to read, if several have data and none is set.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"workbook.{kind}"
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        yield from _run(path, options, choose)


def _run(path: Path, options: SheetOptions, choose: Choose) -> Iterator[bytes]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", __name__, str(path), json.dumps(asdict(options))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    errors = path.with_suffix(".errors")
    with (
        errors.open("wb") as said,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, env=environment) as child,
    ):
        try:
            output: Any = child.stdout
            _answer(child, choose)
            while piece := output.read(_PIECE_BYTES):
                yield piece
            code = child.wait()
        finally:
            child.kill()
    if code == _ENDED:
        raise JobEndedError(**json.loads(errors.read_bytes().splitlines()[-1]))
    if code == 1:
        raise JobEndedError(
            "workbook_broken",
            "The workbook is damaged or not a spreadsheet. Open it, save it again as .xlsx or CSV,"
            " and upload the result.",
        )
    if code:  # or the system ended it, for its memory or time
        raise _too_large()


def _answer(child: Any, choose: Choose) -> None:
    """Choose a sheet, if the process shows several before it writes the one."""
    line = child.stdout.readline()
    if heads := json.loads(line) if line.endswith(b"\n") else []:  # or the process has ended
        name = choose([SheetHead(name, rows) for name, rows in heads])
        child.stdin.write(json.dumps(name).encode() + b"\n")
        child.stdin.flush()


def _too_large() -> JobEndedError:
    return JobEndedError(
        "workbook_too_large",
        "The workbook is too large to be read: it may have"
        f" {MOST_PACKED_BYTES // 1024**2} MiB and {MOST_UNPACKED_BYTES // 1024**3} GiB unpacked."
        " Save the sheet as CSV and upload that.",
    )


def main(path: Path, options: SheetOptions, output: BinaryIO) -> None:
    """Write the CSV of a sheet; raises JobEndedError."""
    from python_calamine import CalamineWorkbook, PasswordError

    if path.suffix == ".xls" and _ENCRYPTED in path.read_bytes():
        raise _encrypted()
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        rows = read_rows(workbook, options.sheet, _ask)
    except PasswordError as error:
        raise _encrypted() from error
    output.writelines(write_row(row, options.delimiter) for row in rows)


def _encrypted() -> JobEndedError:
    return JobEndedError(
        "workbook_encrypted",
        "The workbook is protected by a password. Save it without one and upload the result.",
    )


def _ask(heads: list[tuple[str, list[Sequence[Any]]]]) -> str:
    """Show the importer the first rows of several sheets; return which one it chooses.

    It reads a line first in any case.
    """
    if len(heads) == 1:
        print("[]", flush=True)
        return heads[0][0]
    shown = [
        (name, [(line, _shorten(row)) for line, row in enumerate(rows, start=1)])
        for name, rows in heads
    ]
    print(json.dumps(shown), flush=True)
    return str(json.loads(sys.stdin.readline()))


def _shorten(row: Sequence[Any]) -> list[str]:
    return [write_cell(cell)[:_SHOWN_CHARACTERS] for cell in row[:_SHOWN_COLUMNS]]


def write_row(row: Sequence[Any], delimiter: str) -> bytes:
    """Return a row of a sheet as a line of CSV."""
    texts = [write_cell(cell) for cell in row]
    if not any(texts):
        return b"\n"
    # Whatever may be a delimiter is quoted, so that the delimiter is detected for certain.
    cells = ('"' + t.replace('"', '""') + '"' if _QUOTED.search(t) else t for t in texts)
    return (delimiter.join(cells) + "\n").encode("utf-8", "replace")


def write_cell(value: Any) -> str:
    """Return the text of a cell: what the spreadsheet shows, without its number format.

    Text is verbatim, numbers have at most 15 digits, no exponent, and POINT before their decimals;
    times are ISO 8601. Cells with errors, such as #N/A, are blank.
    """
    if isinstance(value, str):
        return _BREAKS.sub(LINE_BREAK, value.replace(POINT, " "))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _write_number(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "" if value is None else str(value)


def _write_number(value: float) -> str:
    if abs(value) < _EXACT and value == int(value):
        return str(int(value))
    # 15 digits are what spreadsheets keep; the rest is noise, as in 0.1 + 0.2.
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".").replace(".", POINT) if "." in text else text


def _limit_memory(size_bytes: int, seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (size_bytes, size_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _start(path: str, given: str) -> int:
    options = SheetOptions(**json.loads(given))
    _limit_memory(options.memory_bytes, options.timeout_seconds)
    try:
        main(Path(path), options, sys.stdout.buffer)
        sys.stdout.flush()
    except JobEndedError as error:
        print(json.dumps({"code": error.code, "message": error.message}), file=sys.stderr)
        return _ENDED
    except MemoryError:
        return _TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(_start(*sys.argv[1:]))
