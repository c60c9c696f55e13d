"""Scan the spans of a source, and plan from what they show: its encoding and its ranges."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib.imports.csv.aligning import align_ranges
from chalicelib.imports.csv.dialect import Encoding, guess
from chalicelib.imports.csv.evidence import SpanText, count_spans, count_text
from chalicelib.imports.csv.plan import Plan, check_spans, cut_ranges, cut_spans
from chalicelib.imports.csv.sampling import sample_boundaries
from chalicelib.imports.csv.scan import SpanSummary
from chalicelib.imports.csv.scan import scan_span as scan
from chalicelib.imports.csv.source import read_bytes
from chalicelib.imports.steps.attempt import Attempt
from chalicelib.imports.storage import S3Source


class Scan(NamedTuple):
    """What one span shows: where its records start, and its characters unless they are known."""

    summary: SpanSummary
    text: SpanText | None


def scan_span(attempt: Attempt, number: int) -> int:
    """Scan one span and write what it shows; return the number of spans."""
    source, found = attempt.inspected
    spans = cut_spans(found.data_start, source.size_bytes, found.span_bytes)
    start, end = spans[number]
    after_cr = read_bytes(source, start - 1, start) == b"\r"
    pieces = source.stream(start, end)
    text = SpanText() if attempt.is_assumed_utf8 else None
    watched = text.watch(pieces) if text else pieces
    summary = scan(watched, start, found.delimiter, after_cr=after_cr)
    shown = {"text": text.to_json()} if text else {}
    attempt.work.put(_span_file(attempt, number), summary.to_json() | shown)
    return len(spans)


def read_scans(attempt: Attempt, spans: int) -> list[Scan]:
    """Return what the spans show; raises SpansMissingError unless they cover the source."""
    source, found = attempt.inspected
    files = [attempt.work.get(_span_file(attempt, number)) for number in range(spans)]
    scans = [
        Scan(
            SpanSummary.from_json(file),
            SpanText.from_json(file["text"]) if "text" in file else None,
        )
        for file in files
    ]
    check_spans([scan.summary for scan in scans], found.data_start, source.size_bytes)
    return scans


def _read_scan(file: dict[str, Any]) -> Scan:
    text = SpanText.from_json(file["text"]) if "text" in file else None
    return Scan(SpanSummary.from_json(file), text)


def find_other_encoding(attempt: Attempt, scans: Sequence[Scan]) -> Encoding | None:
    """Return the encoding of a source that was taken for UTF-8 and, as a whole, isn't."""
    texts = [scan.text for scan in scans if scan.text]
    count = count_spans(texts)
    if not count.is_other_encoding:
        return None
    source, found = attempt.inspected
    header, _ = count_text(read_bytes(source, 0, found.data_start))
    lines = [line for text in texts for line in text.sample]
    if not count.plus(header).is_other_encoding or not lines:
        return None
    reason = f"{count.invalid:,} bytes of the file aren't UTF-8."
    return guess(lines, reason)


def make_plan(attempt: Attempt, scans: Sequence[Scan]) -> tuple[S3Source, Plan]:
    """Return the source to read, and the plan of its ranges and key ranges."""
    source, found = attempt.inspected
    ranges, is_closed = cut_ranges([scan.summary for scan in scans], found.data_line)
    ranges = align_ranges(source, found.reading, ranges, is_closed=is_closed)
    records = sum(planned.records for planned in ranges)
    boundaries = sample_boundaries(source, found, ranges, records)
    return source, Plan(found.reading, attempt.options, records, ranges, is_closed, boundaries)


def _span_file(attempt: Attempt, number: int) -> str:
    # The scans of a source and of its transcoded form are different files.
    folder = "scan" if attempt.is_assumed_utf8 else "scan_decided"
    return f"{folder}/{number}.json"
