"""The first bytes of a source: where its header is, and its first records."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.header import (
    LOOKED_AT,
    Header,
    Row,
    Separator,
    choose_header,
    count_examples,
    detect_layout,
    find_separator,
)
from chalicelib.imports.csv.lineage import Lineage, find_start
from chalicelib.imports.csv.sheets import show_points
from chalicelib.imports.csv.structure import (
    Specials,
    State,
    Structure,
    find_line_ends,
    find_record_ends,
    find_specials,
    read_structure,
)
from chalicelib.imports.options import ImportOptions
from chalicelib.products.rules import WHITE_SPACE

SNIFFED_BYTES = 64 * 1024
_SAMPLED_RECORDS = 2000  # for what the values show


class HeadRecord(NamedTuple):
    """A record that is complete in the head, without its line end."""

    line: int
    raw: bytes
    is_closed: bool  # every quote that opens in it is also closed
    point: str | None = None  # what stands before the decimals of a cell that holds a number
    lineage: Lineage | None = None

    def cut(self, delimiter: str) -> list[str]:
        """Return its cells, with U+FFFD for bytes that aren't UTF-8."""
        return show_points(self.cut_as_converted(delimiter), self.point)

    def cut_as_converted(self, delimiter: str) -> list[str]:
        """Return its cells with `point` in numbers."""
        cells = next(csv.reader([self.raw.decode(errors="replace")], delimiter=delimiter))
        return self.lineage.cut(cells) if self.lineage else cells

    def is_blank(self, delimiter: str) -> bool:
        """Whether all its cells are blank, so that it isn't a record."""
        return self.is_closed and not any(cell.strip(WHITE_SPACE) for cell in self.cut(delimiter))


@dataclass(frozen=True)
class Head:
    """The first bytes of a source, in UTF-8, without its byte order mark."""

    raw: bytes
    is_whole: bool  # whether these are all bytes of the source
    point: str | None = None  # what stands before the decimals of a cell that holds a number

    @cached_property
    def shown(self) -> bytes:
        """The bytes, with a point before the decimals of all numbers."""
        return self.raw.replace(self.point.encode(), b".") if self.point else self.raw

    @cached_property
    def separator(self) -> Separator:
        """The `sep=` line at the start, if there is one."""
        return find_separator(self.raw)

    @cached_property
    def rejects_delimiter(self) -> str | None:
        """The delimiter of a file that starts as a rejects file does; None of any other.

        It begins with its header, whatever the options say of the file that it is from.
        """
        return find_start(self.raw[self.separator.size_bytes :])

    def detect_delimiter(self, options: ImportOptions) -> str:
        """Return the declared delimiter, or the one that fits the head best."""
        stated = self.rejects_delimiter or options.delimiter or self.separator.delimiter
        if stated:
            return stated
        start = self._start(options)[0]
        return detect_layout(
            self.shown[start : start + SNIFFED_BYTES].decode(errors="replace"), options
        )

    def find_header(self, delimiter: str, options: ImportOptions) -> Header:
        """Return the header; raises JobEndedError if it is missing, unclosed or too long."""
        start, line = self._start(options)
        raw = self.shown[start:]
        specials, structure = _read(raw, delimiter)
        starts = structure.record_starts.tolist()
        self._check_records(starts, structure)
        line_ends = find_line_ends(specials, after_cr=False)
        first = starts[:LOOKED_AT]
        lines = (line + line_ends.searchsorted(first)).tolist()
        ends = [*starts[1:], len(raw)]
        if len(starts) > 1 and (not self.is_whole or structure.end == State.QUOTED):
            first = first[: len(starts) - 1]  # the last record may not be complete
        rows: list[Row] = [
            (n, HeadRecord(n, raw[a:b].rstrip(b"\r\n"), is_closed=True).cut(delimiter))
            for n, a, b in zip(lines, first, ends, strict=False)
        ]
        i = choose_header(rows, options) if self._finds_header(options) else 0
        last = i + count_examples(rows, i)  # the row above the records
        after = line + int(line_ends.searchsorted(ends[last]))
        return Header(raw[starts[i] : ends[i]].rstrip(b"\r\n"), lines[i], start + ends[last], after)

    def cut_records(self, header: Header, delimiter: str) -> Iterator[HeadRecord]:
        """Yield the records after the header that are complete in the head."""
        raw = self.raw[header.data_start :]
        specials, structure = _read(raw, delimiter)
        starts, ends = structure.record_starts, find_record_ends(specials, structure)
        lines = header.data_line + find_line_ends(specials, after_cr=False).searchsorted(starts)
        last = len(starts) - 1
        is_cut = not self.is_whole and structure.end != State.RECORD
        for i, (start, end, line) in enumerate(zip(starts, ends, lines, strict=True)):
            if not (is_cut and i == last):
                is_closed = not (structure.end == State.QUOTED and i == last)
                yield HeadRecord(int(line), raw[start:end], is_closed, self.point)

    def sample(self, header: Header, delimiter: str) -> list[HeadRecord]:
        """Return the first records, without those that are blank."""
        found = (r for r in self.cut_records(header, delimiter) if not r.is_blank(delimiter))
        return list(islice(found, _SAMPLED_RECORDS))

    def _start(self, options: ImportOptions) -> tuple[int, int]:
        """Return where to look for the header: an offset, and its line."""
        if options.header_line is None or self.rejects_delimiter:
            return self.separator.size_bytes, 1 + bool(self.separator.size_bytes)
        return _find_line(self.raw, options.header_line), options.header_line

    def _finds_header(self, options: ImportOptions) -> bool:
        return options.header_line is None and not self.rejects_delimiter

    def _check_records(self, starts: Sequence[int], structure: Structure) -> None:
        """Raise JobEndedError if no record can be the header."""
        if len(starts) <= 1 and not self.is_whole:
            raise JobEndedError(
                "header_too_long",
                f"The header doesn't end within the first {len(self.raw) / 1024**2:.2g} MiB. Check"
                " it for a quote that is never closed.",
            )
        if not starts:
            raise JobEndedError(
                "file_empty", "The file is empty: it has no header. Add a header row."
            )
        if len(starts) == 1 and structure.end == State.QUOTED:
            raise JobEndedError(
                "header_unclosed", "The header has a quote that is never closed. Close it."
            )


def cells_of(rows: Sequence[Row]) -> list[list[str]]:
    """Return the cells of records without their lines."""
    return [cells for _, cells in rows]


def _read(raw: bytes, delimiter: str) -> tuple[Specials, Structure]:
    specials = find_specials(raw, delimiter, with_fields=False)
    return specials, read_structure(specials, delimiter, State.RECORD)


def _find_line(raw: bytes, number: int) -> int:
    """Return where a line starts; raises JobEndedError if it is blank or missing."""
    if not raw.strip(b"\r\n"):
        return 0  # an empty file, which isn't a matter of lines
    ends = find_line_ends(find_specials(raw, ",", with_fields=False), after_cr=False)
    start = 0
    if number > 1:
        start = int(ends[number - 2]) + 1 if number - 2 < len(ends) else len(raw)
        start += raw[start - 1 : start + 1] == b"\r\n"
    if not raw[start : start + 1].strip(b"\r\n"):
        raise JobEndedError(
            "header_line_blank",
            f"Line {number} has no header: it is blank, or the file ends before it. Set"
            " options.header_line to the line of the header row.",
        )
    return start
