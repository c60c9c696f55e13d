"""Inspect the head of a source: its delimiter, header row and columns."""

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.columns import Columns
from chalicelib.imports.csv.dialect import Encoding, detect_delimiter
from chalicelib.imports.csv.matching import find_key, find_required
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.source import Source, read_bytes
from chalicelib.imports.csv.structure import State, find_line_ends, find_specials, read_structure
from chalicelib.imports.formats.applying import MappedHeader, map_header
from chalicelib.imports.options import ImportOptions

HEAD_BYTES = 1024 * 1024
SNIFFED_BYTES = 64 * 1024
_SAMPLED_RECORDS = 200


@dataclass(frozen=True)
class Inspection:
    """How to read a source, and where its records start."""

    reading: Reading
    data_start: int  # offset of the first record after the header
    data_line: int  # the line of that record, from 1
    span_bytes: int  # fixed for this import, even if the setting changes before the scan

    @property
    def delimiter(self) -> str:
        """The delimiter of the source."""
        return self.reading.delimiter

    @property
    def columns(self) -> Columns:
        """What each column of the source becomes."""
        return self.reading.columns

    def to_json(self) -> dict[str, Any]:
        """Return the inspection as JSON values."""
        return vars(self) | {"reading": self.reading.to_json()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the inspection that `to_json` wrote."""
        return cls(**values | {"reading": Reading.from_json(values["reading"])})


@dataclass(frozen=True)
class Header:
    """The header row without its line end, and where the records start."""

    raw: bytes
    data_start: int  # offset in the head
    data_line: int  # from 1

    def read(self, delimiter: str) -> list[str]:
        """Return the fields of the header; raises JobEndedError if it isn't UTF-8 text."""
        try:
            text = self.raw.decode()
        except UnicodeDecodeError as error:
            raise JobEndedError(
                "header_not_utf8",
                "The header isn't valid UTF-8. Save the file as UTF-8, or set options.encoding to"
                " utf-16, latin-1 or cp1252.",
            ) from error
        if "\0" in text:
            raise JobEndedError(
                "header_has_nul",
                "The header has NUL bytes, so the file isn't UTF-8 text. If it is UTF-16, set"
                " options.encoding.",
            )
        return next(csv.reader([text], delimiter=delimiter))


@dataclass(frozen=True)
class Head:
    """The first bytes of a source, in UTF-8, without its byte order mark."""

    raw: bytes
    is_whole: bool  # whether these are all bytes of the source

    def detect_delimiter(self, declared: str | None) -> str:
        """Return the declared delimiter, or the one that fits the head best."""
        return declared or detect_delimiter(self.raw[:SNIFFED_BYTES].decode(errors="replace"))

    def find_header(self, delimiter: str) -> Header:
        """Return the header; raises JobEndedError if it is missing, unclosed or too long."""
        specials = find_specials(self.raw, delimiter, with_fields=False)
        structure = read_structure(specials, delimiter, State.RECORD)
        starts = structure.record_starts.tolist()
        if len(starts) <= 1 and not self.is_whole:
            raise JobEndedError(
                "header_too_long",
                f"The header doesn't end within the first {len(self.raw) / 1024**2:.2g} MiB. Check"
                " it for a quote that is never closed.",
            )
        if not starts:
            raise JobEndedError(
                "file_empty",
                "The file is empty: it has no header. Add a header row.",
            )
        if len(starts) == 1 and structure.end == State.QUOTED:
            raise JobEndedError(
                "header_unclosed", "The header has a quote that is never closed. Close it."
            )
        end = starts[1] if len(starts) > 1 else len(self.raw)
        lines = int(find_line_ends(specials, after_cr=False).searchsorted(end))
        return Header(self.raw[starts[0] : end].rstrip(b"\r\n"), end, 1 + lines)

    def sample(self, header: Header, delimiter: str) -> list[list[str]]:
        """Return the cells of the first records."""
        text = self.raw[header.data_start :][:SNIFFED_BYTES].decode(errors="replace")
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return list(islice(records, _SAMPLED_RECORDS))


def inspect_head(
    source: Source, encoding: Encoding, options: ImportOptions, span_bytes: int
) -> Inspection:
    """Inspect the head of a UTF-8 source; raises JobEndedError if it can't be imported."""
    raw = read_bytes(source, 0, HEAD_BYTES)
    head = Head(raw[encoding.bom_bytes :], is_whole=source.size_bytes <= len(raw))
    delimiter = head.detect_delimiter(options.delimiter)
    header = head.find_header(delimiter)
    mapped = map_header(header.read(delimiter), options, head.sample(header, delimiter))
    start = encoding.bom_bytes + header.data_start
    reading = make_reading(delimiter, mapped, options)
    return Inspection(reading, start, header.data_line, span_bytes)


def make_reading(delimiter: str, mapped: MappedHeader, options: ImportOptions) -> Reading:
    """Decide how records under this header are read."""
    key = find_key(mapped.columns, options)
    return Reading(
        delimiter=delimiter,
        columns=mapped.columns,
        key=key,
        required=find_required(mapped.columns, key, options),
        format=mapped.format_name,
        numbers=options.numbers,
        cells=mapped.cells,
        rows=mapped.rows,
    )
