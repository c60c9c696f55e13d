"""The truth that the fast code is held against: one serial reader, as plain as can be.

It reads the whole file with Python's `csv.reader`, keeps the last record of each sku and says what
the catalogue and the outcomes are afterwards. It shares no code with the product.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal

from tests.imports.oracle_missing import Snapshot, change_absent
from tests.imports.oracle_rows import Product, Rows, Skipped, Walk
from tests.imports.oracle_values import Bad, read_value

DEFAULTS = {"brand": "", "description": "", "price": Decimal(0), "quantity": 0, "active": True}
FIELDS = ("sku", "name", "brand", "description", "price", "quantity", "active")


@dataclass(frozen=True)
class OracleRecord:
    """One record as `csv.reader` returns it, the physical line it starts on, and its own text."""

    line: int
    fields: list[str]
    text: str


@dataclass(frozen=True)
class Refused:
    """A record that is refused: why, and its bytes as they are in the file."""

    code: str
    record: bytes


@dataclass
class Expected:
    """What an import must leave: products by sku_key, outcomes, rejects and skips by line."""

    products: dict[str, Product] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    rejects: dict[int, Refused] = field(default_factory=dict)
    skips: dict[int, Skipped] = field(default_factory=dict)
    # The first and the last line of each sku that was composed and that other texts have too.
    collisions: list[tuple[int, int]] = field(default_factory=list)
    written: dict[str, int] = field(default_factory=dict)  # sku_key -> line it was taken from
    named: set[str] = field(default_factory=set)  # sku_keys of records that aren't imported
    unnamed: list[int] = field(default_factory=list)  # lines of rejects without a sku
    is_uncertain: bool = False  # a record may name any product, so it isn't clear what is missing


def read_records(text: str, delimiter: str = ",") -> list[OracleRecord]:
    """Read all records of `text`, leaving out blank lines."""
    csv.field_size_limit(2**31 - 1)
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    records, line = [], 1
    for fields in reader:
        if fields:
            own = "".join(lines[line - 1 : reader.line_num])
            records.append(OracleRecord(line, fields, own))
        line = reader.line_num + 1
    return records


def ends_in_quotes(text: str, delimiter: str) -> bool:
    """Whether a quote is still open at the end: only then does a closing one not add a record."""
    probe = text + "\n"
    return len(read_records(probe + "x", delimiter)) == len(read_records(probe, delimiter))


def import_serially(
    raw: bytes,
    before: dict[str, Product],
    delimiter: str = ",",
    blank: dict[str, str] | None = None,
    decimal_mark: str | None = ".",
    *,
    rows: Rows | None = None,
    mode: str = "upsert",
    snapshot: Snapshot | None = None,
) -> Expected:
    """Say what importing `raw` into the catalogue `before` must leave and count."""
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    header, *records = read_records(text, delimiter)
    walk = Walk(
        [name.strip() for name in header.fields],
        rows or Rows(required=("sku",) if mode == "update" else ("sku", "name")),
        lambda row: _read(row, decimal_mark, mode),
    )
    expected, latest, accepted = Expected(dict(before)), {}, 0
    made: dict[str, list[tuple[int, str | None]]] = {}  # the lines and the parts of each sku
    for i, record in enumerate(records):
        is_open = i == len(records) - 1 and ends_in_quotes(text, delimiter)
        values = walk.read(record.fields, is_open=is_open)
        expected.named |= walk.find_swallowed(record.text, delimiter)
        if isinstance(values, str):
            expected.rejects[record.line] = Refused(values, _verbatim(record.text, is_open=is_open))
            _note_names(expected, walk, record.line, is_rejected=True)
        elif isinstance(values, Skipped):
            expected.skips[record.line] = values
            _note_names(expected, walk, record.line, is_rejected=False)
        elif values is not None:
            accepted += 1
            key = values["sku"].lower()
            latest[key] = (record.line, values)
            parts = None if walk.sku_parts is None else repr(walk.sku_parts).lower()
            made.setdefault(key, []).append((record.line, parts))
    expected.collisions = [
        (records[0][0], records[-1][0])
        for records in made.values()
        if len({parts for _, parts in records}) > 1
    ]
    outcomes = []
    for key, (line, values) in latest.items():
        if reason := _reason_to_skip(mode, is_there=key in before):
            expected.skips[line] = Skipped(reason, values["sku"])
            continue
        apply = _update if mode == "update" else _apply
        outcomes.append(apply(expected.products, key, values, blank or {}))
        if outcomes[-1] != "unchanged":
            expected.written[key] = line
    expected.counts = {name: outcomes.count(name) for name in ("created", "updated", "unchanged")}
    expected.counts |= {"duplicate": accepted - len(latest), "skipped": len(expected.skips)}
    expected.counts["rejected"] = len(expected.rejects)
    names = expected.named | latest.keys()
    expected.counts["missing"] = change_absent(expected.products, names, snapshot or Snapshot())
    return expected


def _note_names(expected: Expected, walk: Walk, line: int, *, is_rejected: bool) -> None:
    """Note what a record names that isn't imported."""
    expected.named |= {sku.lower() for sku in walk.named or []}
    expected.is_uncertain |= walk.named is None
    if is_rejected and walk.named == []:
        expected.unnamed.append(line)


def _verbatim(text: str, *, is_open: bool) -> bytes:
    """Return a record's bytes without the line end that closes it."""
    closed = text if is_open else re.sub(r"(\r\n|\r|\n)\Z", "", text)
    return closed.encode("utf-8", "surrogateescape")


def _apply(products: dict[str, Product], key: str, values: Product, blank: dict[str, str]) -> str:
    old = products.get(key)
    new = dict(old) if old else {"attributes": {}, **DEFAULTS}
    for name, value in values.items():
        if name in DEFAULTS and value is None:
            policy = blank.get(name, "default")
            if policy == "clear":
                new[name] = "" if name in ("brand", "description") else None
            elif policy == "default":
                new[name] = DEFAULTS[name]
        else:
            new[name] = value
    products[key] = new
    return "created" if old is None else "unchanged" if old == new else "updated"


def _reason_to_skip(mode: str, *, is_there: bool) -> str | None:
    if mode == "update":
        return None if is_there else "not_in_catalogue"
    return "already_exists" if mode == "create" and is_there else None


def _update(products: dict[str, Product], key: str, values: Product, blank: dict[str, str]) -> str:
    """Change only what the record has: a blank keeps, attributes are added, the sku stays."""
    given = {name: value for name, value in values.items() if name != "sku" and value is not None}
    for name, default in DEFAULTS.items():
        if name in values and values[name] is None and blank.get(name) == "default":
            given[name] = default
        elif name in values and values[name] is None and blank.get(name) == "clear":
            given[name] = "" if name in ("brand", "description") else None
    old = products[key]
    given["attributes"] = old["attributes"] | values.get("attributes", {})
    products[key] = old | given
    return "unchanged" if products[key] == old else "updated"


def _read(row: dict[str, str], decimal_mark: str | None, mode: str = "upsert") -> Product | str:
    """Return the values of a row by field, or the code of why it is rejected."""
    values: Product = {}
    attributes = {}
    for name, text in row.items():
        if name not in FIELDS:
            if text:
                attributes[name] = text
            continue
        is_kept = mode == "update" and name == "name" and not text
        value = None if is_kept else read_value(name, text, decimal_mark)
        if isinstance(value, Bad):
            return value.code
        values[name] = value
    if set(row) - set(FIELDS):
        values["attributes"] = attributes
    return values
