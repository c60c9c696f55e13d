"""Cut a record into its cells, and the limits of what a worker holds of one."""

import csv
from collections.abc import Sequence

from chalicelib.imports.csv.cells import lower_alike
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.sheets import write_numbers
from chalicelib.products.rules import WHITE_SPACE, ValueProblem, nul_problem

RECORD_MAX_BYTES = 8 * 1024 * 1024
KEPT_BYTES = 64 * 1024  # of a reject's original text

# Higher than our own limit, which rejects a field with a message.
csv.field_size_limit(2 * RECORD_MAX_BYTES)


def decode_record(raw: bytes) -> str | ValueProblem:
    """Return the text of a record, or why it isn't one."""
    if b"\0" in raw:
        return nul_problem(None, "record")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return ValueProblem(
            "invalid_encoding",
            None,
            f"Byte {error.start + 1} of the record isn't valid in the file's encoding. Save"
            " the file as UTF-8, or set options.encoding.",
        )


def cut_cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one record, trimmed."""
    return [cell.strip(WHITE_SPACE) for cell in next(csv.reader([text], delimiter=delimiter), [])]


def cut_record(text: str, reading: Reading) -> list[str]:
    """Return the trimmed cells of one record, without those of a rejects file.

    Numbers of a sheet are written as its texts are.
    """
    cells, point = cut_cells(text, reading.delimiter), reading.point
    if reading.lineage:
        cells = reading.lineage.cut(cells)
    if not point or point not in text:
        return cells
    return write_numbers(cells, point, reading.numbers.decimal_mark, reading.number_columns)


def drop_last_blanks(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells up to the last that isn't blank."""
    kept = len(cells)
    while kept and not cells[kept - 1]:
        kept -= 1
    return cells[:kept]


def is_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether trimmed cells repeat the header, in any letter case, and with any blanks after it."""
    if not header or not cells or len(cells[0]) != len(header[0]):
        return False
    if lower_alike(cells[0]) != lower_alike(header[0]):
        return False
    lowered = (list(map(lower_alike, drop_last_blanks(row))) for row in (cells, header))
    return next(lowered) == next(lowered)


def unclosed_quote_problem(line: int) -> ValueProblem:
    """Return the problem of a record in which a quote is opened and never closed."""
    return ValueProblem(
        "quote_never_closed",
        None,
        f"The record that starts on line {line} opens a quote that is never closed, so the rest of"
        " the file belongs to it. Close the quote.",
    )


def cut_off_problem() -> ValueProblem:
    """Return the problem of a row of a rejects file that has only the beginning of its record."""
    return ValueProblem(
        "record_cut_off",
        None,
        f"This file has only the first {KEPT_BYTES // 1024} KiB of the record. Correct it in the"
        " original file, or complete it here and clear _code.",
    )


def record_too_long_problem() -> ValueProblem:
    """Return the problem of a record that is longer than a worker can hold."""
    return ValueProblem(
        "record_too_long",
        None,
        f"The record is longer than {RECORD_MAX_BYTES // 1024**2} MiB. The usual cause is a quote"
        " that isn't closed. Close it.",
    )


def field_count_problem(given: int, width: int) -> ValueProblem:
    """Return the problem of a record with too many or too few fields."""
    return ValueProblem(
        "wrong_field_count",
        None,
        f"The record has {given} fields; the header has {width}. Add or remove delimiters, or put"
        " quotes around a field that contains one.",
    )
