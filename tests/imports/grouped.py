"""What Hypothesis makes files of rows from that belong together, and the rules of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from chalicelib.imports.csv.cells import CellRule
from chalicelib.imports.csv.rows import Condition, RowRules, SkipRule
from tests.imports.oracle_rows import Conditions, Rows

HEADER = ("handle", "range", "sku", "name", "brand", "price", "option", "kind")
_CELLS = {
    "handle": ["tee", "tee", "mug", "", "", " tee ", '"tee"', "Tee", "té", "handle", "total"],
    "range": ["", "x", "y"],
    "sku": ["A", "B", "c", "", "", "C ", "s" * 129, "sku", "total:"],
    "name": ["Tee", "", "", "Mug", '"two\nlines"', "name"],
    "brand": ["", "Acme", "ACME", "x", "None"],
    "price": ["", "1", "2.50", "cheap"],
    "option": ["S", "M", "Default Title", "", "S, M"],
    "kind": ["", "", "", "image", "Total", "KIT", "kit"],
}
_JUNK = [
    "",
    ",,",
    ",,,,,,,",
    '"',
    "x",
    ",".join(HEADER),
    ",".join(HEADER).upper() + ",",
    "tee,\\.",
    "\n",
]
_BROKEN = ["\udcff", "\udce9", "\0"]  # bytes that aren't UTF-8, and one that PostgreSQL can't store
_SKIPS = (
    ("image_row", ((("sku", "name"), "blank", ()), (("kind",), "one_of", ("image", "")))),
    ("total_row", ((("kind",), "one_of", ("total",)),)),
    ("no_option", ((("option", "price"), "given", ()), (("handle",), "none_of", ("tee", "")))),
)
_STARTS = (
    ((("kind",), "one_of", ("kit", "total")),),
    ((("name", "brand"), "given", ()),),
    ((("option",), "blank", ()), (("kind",), "none_of", ("image",))),
)
_WORDS: dict[str, dict[str, str]] = {
    "brand": {"acme": "Acme Ltd", "none": ""},
    "kind": {"kit": "set"},
    "option": {"s": "Small", "m": ""},
    "name": {"tee": "T-shirt", "tee - small": "Tee"},
    "sku": {"c": ""},
}


@dataclass(frozen=True)
class GroupedFile:
    """A file, and what its rows mean."""

    raw: bytes
    rows: Rows

    def changed_reading(self) -> dict[str, Any]:
        """Return the members of the file's reading that aren't detected."""
        return {
            "rows": _make_rules(self.rows),
            "cells": {HEADER.index(c): CellRule(values=w) for c, w in self.rows.words.items()},
            "fills_short_rows": self.rows.fills_short_rows,
        }


def _positions(columns: Sequence[str]) -> tuple[int, ...]:
    return tuple(HEADER.index(column) for column in columns)


def _make_conditions(conditions: Conditions) -> tuple[Condition, ...]:
    return tuple(
        Condition.model_validate({"columns": _positions(c), "test": test, "words": words})
        for c, test, words in conditions
    )


def _make_rules(rows: Rows) -> RowRules:
    skips = tuple(SkipRule(reason=r, conditions=_make_conditions(c)) for r, c in rows.skips)
    return RowRules(
        starts=_make_conditions(rows.starts),
        group=_positions(rows.group),
        filled=_positions(rows.filled),
        name_parts=_positions(rows.name_parts),
        sku_from=_positions(rows.sku_from),
        listed=_positions(rows.listed),
        omitted=rows.omitted,
        skips=skips,
    )


def _some(*choices: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(choices), unique=True).map(tuple)


row_rules = st.builds(
    Rows,
    starts=st.sampled_from([*_STARTS, (), (), ()]),
    group=st.sampled_from([("handle",), ("handle", "range"), ("range", "handle"), ()]),
    filled=_some("name", "brand", "price", "handle"),
    name_parts=_some("option", "range"),
    sku_from=_some("handle", "option"),
    listed=st.sampled_from([(), ("option",)]),
    omitted=st.just(("default title",)),
    skips=st.lists(st.sampled_from(_SKIPS), unique=True, max_size=2).map(tuple),
    words=st.sampled_from([{}, _WORDS]),
    fills_short_rows=st.booleans(),
)


@st.composite
def grouped_files(draw: st.DrawFn) -> GroupedFile:
    """A file of up to forty rows, most of them in groups."""
    row = st.tuples(*(st.sampled_from(_CELLS[name]) for name in HEADER))
    # Most rows are whole; some lack cells at the end, and some have more of them.
    width = st.sampled_from([8] * 8 + [3, 4, 6])
    whole = st.tuples(row, width, st.sampled_from([""] * 8 + [",", ",x"])).map(
        lambda found: ",".join(found[0][: found[1]]) + found[2]
    )
    kinds = st.sampled_from([whole] * 6 + [st.sampled_from(_JUNK)])
    records = draw(st.lists(kinds.flatmap(lambda kind: kind), min_size=5, max_size=40))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = end.join([",".join(HEADER), *records]) + draw(st.sampled_from(["", end]))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        at = draw(st.integers(len(",".join(HEADER) + end), len(text)))
        text = text[:at] + draw(st.sampled_from(_BROKEN)) + text[at:]
    return GroupedFile(text.encode("utf-8", "surrogateescape"), draw(row_rules))
