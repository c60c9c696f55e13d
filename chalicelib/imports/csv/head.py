"""Inspect: what the head of a source tells of the whole."""

import csv
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.errors import JobEndedError
from chalicelib.imports.csv.columns import Columns, map_columns
from chalicelib.imports.csv.dialect import Encoding, sniff_delimiter
from chalicelib.imports.csv.source import Source, read_bytes
from chalicelib.imports.csv.structure import State, find_line_ends, find_specials, read_structure
from chalicelib.imports.options import ImportOptions

HEAD_BYTES = 1024 * 1024
SNIFFED_BYTES = 64 * 1024


@dataclass(frozen=True)
class Inspection:
    """How the source is read: its dialect, its columns, and where its data begins."""

    delimiter: str
    columns: Columns
    data_start: int  # offset of the first record after the header
    data_line: int  # the physical line it is on
    span_bytes: int  # of this import, whatever the setting is by the time of the scan

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return vars(self) | {"columns": self.columns.to_json()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(**values | {"columns": Columns.from_json(values["columns"])})


@dataclass(frozen=True)
class Header:
    """The header's bytes without the line end after it, and where the records begin."""

    raw: bytes
    data_start: int  # in the head
    data_line: int  # from 1

    def read(self, delimiter: str) -> list[str]:
        """Return the header's fields; raises JobEndedError where it is no text in UTF-8."""
        try:
            text = self.raw.decode()
        except UnicodeDecodeError as error:
            raise JobEndedError(
                "header_not_utf8",
                "The header is not valid UTF-8. Save the file as UTF-8, or declare its encoding in"
                " options.encoding (utf-16, latin-1 or cp1252).",
            ) from error
        if "\0" in text:
            raise JobEndedError(
                "header_has_nul",
                "The header has NUL bytes, so the file is not UTF-8 text. If it is UTF-16, declare"
                " it in options.encoding.",
            )
        return next(csv.reader([text], delimiter=delimiter))


@dataclass(frozen=True)
class Head:
    """The first bytes of a source, in UTF-8, without its byte order mark."""

    raw: bytes
    is_whole: bool  # the source has no more

    def tell_delimiter(self, declared: str | None) -> str:
        """Return the delimiter that was declared, or else the one that cuts the head best."""
        return declared or sniff_delimiter(self.raw[:SNIFFED_BYTES].decode(errors="replace"))

    def find_header(self, delimiter: str) -> Header:
        """Return the header; raises JobEndedError where there is none or it does not end."""
        specials = find_specials(self.raw, delimiter, with_fields=False)
        structure = read_structure(specials, delimiter, State.RECORD)
        starts = structure.record_starts.tolist()
        if len(starts) <= 1 and not self.is_whole:
            raise JobEndedError(
                "header_too_long",
                f"The header does not end within the first {len(self.raw) / 1024**2:.2g} MiB. A"
                " quote in it that is never closed is the usual cause.",
            )
        if not starts:
            raise JobEndedError("file_empty", "The file is empty: it has not even a header.")
        if len(starts) == 1 and structure.end == State.QUOTED:
            raise JobEndedError(
                "header_unclosed", "The header opens a quote that is never closed. Close it."
            )
        end = starts[1] if len(starts) > 1 else len(self.raw)
        lines = int(find_line_ends(specials, after_cr=False).searchsorted(end))
        return Header(self.raw[starts[0] : end].rstrip(b"\r\n"), end, 1 + lines)


def inspect_head(
    source: Source, encoding: Encoding, options: ImportOptions, span_bytes: int
) -> Inspection:
    """Read the header of a UTF-8 source; raises JobEndedError where it cannot be imported."""
    raw = read_bytes(source, 0, HEAD_BYTES)
    head = Head(raw[encoding.bom_bytes :], is_whole=source.size_bytes <= len(raw))
    delimiter = head.tell_delimiter(options.delimiter)
    header = head.find_header(delimiter)
    columns = map_columns(header.read(delimiter), options.mapping)
    start = encoding.bom_bytes + header.data_start
    return Inspection(delimiter, columns, start, header.data_line, span_bytes)
