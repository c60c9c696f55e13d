"""Count which characters of a source are UTF-8, span by span, to find out if the source is.

Most files are ASCII or valid UTF-8, which costs one look at each chunk. A character may be cut by
the edge of a chunk or a span; the counts are still those of the whole file.
"""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np

_SAMPLE_BYTES = 4 * 1024  # of each span
_LINE_BYTES = 256  # of a sampled line, before and after the byte that isn't UTF-8
_WINDOW_BYTES = 64 * 1024
_FIRST_CONTINUATION, _FIRST_LEAD = 0x80, 0xC0


class Count(NamedTuple):
    """Characters outside ASCII that are valid UTF-8, and bytes that aren't part of any."""

    valid: int = 0
    invalid: int = 0

    def plus(self, other: "Count") -> "Count":
        """Return the sum of both."""
        return Count(self.valid + other.valid, self.invalid + other.invalid)

    @property
    def is_other_encoding(self) -> bool:
        """Whether most of what isn't ASCII isn't UTF-8 either."""
        return self.invalid > self.valid


def count_text(raw: bytes, *, is_end: bool = True) -> tuple[Count, bytes]:
    """Count the characters of `raw`; return also the start of a character that the end cuts.

    `is_end`: nothing follows, so that a character that is cut isn't valid.
    """
    if raw.isascii():
        return Count(), b""
    try:
        used = codecs.utf_8_decode(raw, "strict", is_end)[1]
        leads = int(np.count_nonzero(np.frombuffer(raw, np.uint8)[:used] >= _FIRST_LEAD))
        return Count(valid=leads), raw[used:]
    except UnicodeDecodeError:
        text, used = codecs.utf_8_decode(raw, "surrogateescape", is_end)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    # An undecodable byte is decoded to U+DC80 to U+DCFF, and no valid UTF-8 is.
    invalid = int(np.count_nonzero((points >= 0xDC80) & (points <= 0xDCFF)))
    outside = int(np.count_nonzero(points >= _FIRST_CONTINUATION))
    return Count(outside - invalid, invalid), raw[used:]


def find_invalid_lines(raw: bytes, most_bytes: int = _SAMPLE_BYTES) -> Iterator[tuple[int, bytes]]:
    """Yield lines that aren't UTF-8 and their offsets, long ones cut, `most_bytes` in all."""
    at = 0
    while at < len(raw) and most_bytes > 0:
        window = raw[at : at + _WINDOW_BYTES]
        is_end = at + len(window) == len(raw)
        try:
            at += codecs.utf_8_decode(window, "strict", is_end)[1]
        except UnicodeDecodeError as error:
            found = at + error.start
            start = max(raw.rfind(b"\n", 0, found) + 1, found - _LINE_BYTES)
            end = raw.find(b"\n", found, found + _LINE_BYTES)
            at = end if end >= 0 else min(found + _LINE_BYTES, len(raw))
            line = raw[start:at].rstrip(b"\r")
            most_bytes -= len(line)
            yield start, line


@dataclass
class SpanText:
    """What one span shows of the encoding.

    `head` has the up to 3 continuation bytes at its start, which may belong to a character of the
    span before; `tail` the start of a character that may continue in the next span.
    """

    head: bytes = b""
    tail: bytes = b""
    has_body: bool = False  # there is more than the head
    count: Count = field(default_factory=Count)
    sample: list[bytes] = field(default_factory=list)  # lines with bytes that aren't UTF-8

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the chunks of the span unchanged, and count their characters."""
        for chunk in chunks:
            self._add(chunk)
            yield chunk

    def _add(self, chunk: bytes) -> None:
        if not self.has_body:
            start = 0
            while (
                start < len(chunk)
                and len(self.head) < 3  # a character has at most 3 continuation bytes
                and _FIRST_CONTINUATION <= chunk[start] < _FIRST_LEAD
            ):
                self.head += chunk[start : start + 1]
                start += 1
            chunk = chunk[start:] if start else chunk
        if not chunk:
            return
        self.has_body = True
        raw = self.tail + chunk if self.tail else chunk
        found, self.tail = count_text(raw, is_end=False)
        self.count = self.count.plus(found)
        if found.invalid:
            room = _SAMPLE_BYTES - sum(map(len, self.sample))
            self.sample += [line for _, line in find_invalid_lines(raw, room)]

    def to_json(self) -> dict[str, Any]:
        """Return what the span shows as JSON values."""
        return asdict(self) | {
            "head": self.head.decode("latin-1"),
            "tail": self.tail.decode("latin-1"),
            "sample": [line.decode("latin-1") for line in self.sample],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(
            values["head"].encode("latin-1"),
            values["tail"].encode("latin-1"),
            values["has_body"],
            Count(*values["count"]),
            [line.encode("latin-1") for line in values["sample"]],
        )


def count_spans(spans: Iterable[SpanText]) -> Count:
    """Return the count of neighbouring spans as one text."""
    total, cut = Count(), b""
    for span in spans:
        between, rest = count_text(cut + span.head, is_end=span.has_body)
        total = total.plus(between).plus(span.count)
        cut = span.tail if span.has_body else rest
    return total.plus(count_text(cut)[0])
