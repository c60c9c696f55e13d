"""A stray quotation mark swallows the records below it. The import warns of every such record."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.imports.api.preview import preview
from chalicelib.imports.csv.chunks import read_chunks
from chalicelib.imports.csv.outcomes import Reject
from chalicelib.imports.csv.plan import Range
from chalicelib.imports.csv.reading import Reading
from chalicelib.imports.csv.records import RecordReader
from chalicelib.imports.csv.scan import scan_span
from chalicelib.imports.csv.structure import State
from chalicelib.imports.csv.summing import make_warnings, sum_notes
from chalicelib.imports.csv.swallowed import SWALLOWED
from chalicelib.imports.csv.triage import Chunk, Triage
from chalicelib.imports.options import ImportOptions
from chalicelib.products.rules import make_rules
from tests.imports.reading import cut_at, make_reading, name_columns

COLUMNS = name_columns("sku", "name", "price", "color")
INCHES = (
    "sku\tname\tprice\tcolor\n"
    'A-1\t"15 inch screen\t99.00\tblack\n'
    "A-2\tLamp\t3.50\tred\n"
    "A-3\tChair\t\tblue\n"
    'A-4\t"17 inch screen\t120.00\tblack\n'
    "A-5\tDesk\t80.00\tbrown\n"
)


def warn(text: str, **options: Any) -> dict[str, Any] | None:
    """Return the warning of a preview."""
    raw = text.encode()
    found = preview(raw, len(raw), ImportOptions(**options), (128, 512)).warnings
    return next((w.model_dump() for w in found if w.code == SWALLOWED), None)


def read_all(reader: RecordReader, chunk: Chunk, records: list[int]) -> None:
    last = len(chunk.starts) - 1 if chunk.end == State.QUOTED else -1
    for i in records:
        raw = chunk.raw[chunk.starts[i] : chunk.ends[i]]
        reader.read(raw, int(chunk.lines[i]), is_closed=i != last)


def note_as_staging_does(reading: Reading, pieces: list[bytes]) -> dict[str, Any]:
    """Return what is noted when a range is read in pieces and plain records go to PostgreSQL."""
    reader = RecordReader(reading, make_rules(128, 512))
    stretch = scan_span(pieces, 0, reading.delimiter, after_cr=False).stretches[State.RECORD]
    planned = Range(0, sum(map(len, pieces)), 1, stretch.records)
    is_closed = stretch.end != State.QUOTED
    for chunk in read_chunks(Triage(reading, 128, 512), pieces, planned, is_closed=is_closed):
        if not isinstance(chunk, Reject):
            read_all(reader, chunk, np.flatnonzero(chunk.doubtful).tolist())
    return sum_notes(reader.notes.to_json())


def note_serially(reading: Reading, raw: bytes) -> dict[str, Any]:
    """Return what is noted when every record is read by itself."""
    reader = RecordReader(reading, make_rules(128, 512))
    chunk = Triage(reading, 128, 512).sort(raw, 1)
    read_all(reader, chunk, list(range(len(chunk.starts))))
    return sum_notes(reader.notes.to_json())


lines = st.sampled_from(
    [
        b"A-1\tLamp\t3.50\tred\n",
        b'A-2\t"15 inch\t3\t\r\n',
        b'A-3\t19" screen\t5.00\tred\r',
        b'A-6\tScreen 19"\t5.00\tred\n',
        b'A-4\t"two\nlines"\t1\t\n',
        b'A-5\tPad "blue"\t1\t\n',
        b"\t\t\t\n",
        b'"\n',
    ]
)


@given(st.lists(lines, max_size=12), st.lists(st.integers(0, 400), max_size=3))
def test_same_records_are_noted_wherever_the_file_is_cut(
    rows: list[bytes], cuts: list[int]
) -> None:
    raw, reading = b"".join(rows), make_reading(COLUMNS, "\t")
    serial = note_serially(reading, raw)
    assert note_as_staging_does(reading, cut_at(raw, cuts)).get(SWALLOWED) == serial.get(SWALLOWED)


def test_records_inside_a_quoted_cell_give_a_warning_in_the_preview() -> None:
    found = warn(INCHES)
    assert found is not None
    assert (found["columns"], found["lines"]) == (["name"], [2])
    assert "1." in found["message"]


def test_import_warns_of_the_first_lines_of_all_ranges() -> None:
    text = INCHES.partition("\n")[2] * 20
    notes = note_as_staging_does(make_reading(COLUMNS, "\t"), [text.encode()])
    (found,) = make_warnings(notes)
    assert (found["code"], len(found["lines"]), found["lines"][:3]) == (SWALLOWED, 10, [1, 6, 11])
    assert "20." in found["message"]


@pytest.mark.parametrize(
    "text",
    [
        'sku,name,price\nA,"Pad 10"" wide, blue",1\n',
        'sku,name,price\nA,"First line.\nSecond line, with a comma.",1\n',
        'sku,name,note,price\nA,Lamp,"In red, green, blue\nor black, white, grey",1\n',
        'sku,name,price,note\nA,Lamp,1,"Sizes:\nS, M, L, XL\nEnd"\n',
        'sku;name;note\nA;Lamp;"one; two\nthree"\nB;Desk;x\n',
        'sku\tname\tnote\nA\tLamp\t"one\r\n\r\ntwo"\nB\tDesk\tx\n',
        'sku;name;price\nA;"Lamp\n;;\n";1\nB;Desk;2\n',
    ],
)
def test_text_with_line_breaks_gives_no_warning(text: str) -> None:
    assert warn(text) is None


@pytest.mark.parametrize(
    "text",
    [
        'sku,name,price\nA,"15 inch,1\nB,Lamp,2\nC,"17 inch,3\n',
        'sku,name,price\nA,"15 inch,1\nB,19" screen,2\n',
        'sku;name;note\nA;"15 inch;x\nB;Lamp;y\nC;15";z\n',
        'sku|name|price\nA|"15 inch|1,00\nB|Lamp|2,00\nC|"17 inch|3,00\n',
    ],
)
def test_swallowed_records_are_found_with_every_delimiter(text: str) -> None:
    assert warn(text) is not None
