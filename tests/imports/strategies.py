"""What Hypothesis makes CSV files from: mostly plain records, and the bytes that trip parsers."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

delimiters = st.sampled_from([",", ";", "\t", "|"])

_WORDS = ["a", "B7", "0", "é", "日本", "x y", ""]
_TRAPS = [
    '"',
    '""',
    '"""',
    ",",
    ";",
    "\t",
    "|",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\\.",
    " ",
    '",',
    '"\n',
]

_SKUS = [
    "A-1",
    "a-1",
    " A-1 ",
    "b",
    "B",
    "b2",
    "É",
    "é",
    "日本",
    '"b"',
    "",
    " ",
    "s" * 129,
    "'A-1",
    '"=""b"""',
    "Mar-26",
]
_NAMES = [
    "Lamp",
    "Läufer",
    '"Desk, oak"',
    '"two\nlines"',
    '"say ""hi"""',
    '5" pipe',
    "",
    " x ",
    "'s-Lamp",
    '"=""Lamp"""',
]
_DESCRIPTIONS = ["plain", "", '"a;b,c|d\te"', '"\r\n"', "<b>50%</b>", "a\\nb", "{0}", '""']
_BRANDS = ["Acme", "", "Ácme", " x ", '"a,b"', "b" * 256, "é" * 200]
_PRICES = [
    "1",
    "0.5",
    "12.50",
    "",
    "-1",
    "1.234",
    "1e3",
    "NaN",
    "12345678901",
    " 7 ",
    "0,5",
    '"2,50"',
    '"1,234.50"',
    '"1.234,5"',
    "1.000",
    "1 234",
    "2.5000",
    "$5",
    "5.5 USD",
    "3-",
    "'5",
]
_QUANTITIES = [
    "5",
    "12",
    "007",
    "",
    "-1",
    "1.0",
    '"1,200"',
    "2.5",
    "3.000",
    "2147483648",
    "+5",
    "1_000",
    "٣",
    "'7",
]
_ACTIVES = ["true", "FALSE", "", "0", "tr", "active", "Disabled", " on", "draft", "-1", "Oui"]
_COLORS = [
    "red",
    "",
    '"a\r\nb"',
    "\\.",
    '"\n\\.\n"',
    "\u00a0x",
    "%s",
    "à",
    "'007",
    '="007"',
    "'red",
]
_CELLS = {
    "sku": _SKUS,
    "name": _NAMES,
    "brand": _BRANDS,
    "description": _DESCRIPTIONS,
    "price": _PRICES,
    "quantity": _QUANTITIES,
    "active": _ACTIVES,
}
_ATTRIBUTES = [
    "color",
    "50%",
    'so "called"',
    "it's",
    "{x}",
    "%(job_id)s",
    "line",
    "sku_key",
    "a\nb",
]
_ENDS = {
    "\n": ["\n"] * 6 + ["\n\n"],
    "\r\n": ["\r\n"] * 6 + ["\r\n\r\n"],
    "\r": ["\r"] * 6 + ["\r\r"],
    "mixed": ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n\r"],
}
_POLICIES = {
    "brand": ["keep", "clear", "default"],
    "description": ["keep", "clear", "default"],
    "price": ["keep", "clear", "default"],
    "quantity": ["keep", "clear", "default"],
    "active": ["keep", "default"],
}


@dataclass(frozen=True)
class CatalogueFile:
    """A file with the options it is imported with."""

    raw: bytes
    delimiter: str
    blank: dict[str, str] = field(default_factory=dict)
    decimal_mark: str | None = "."


def csv_text(max_size: int = 60) -> st.SearchStrategy[str]:
    """Text of words and traps in any order; the traps twice as often as the words."""
    pieces = st.sampled_from(_WORDS + _TRAPS + _TRAPS)
    return st.lists(pieces, max_size=max_size).map("".join)


def headers() -> st.SearchStrategy[list[str]]:
    """Header names: sku, name, some other product fields and some attributes, in any order."""
    optional = st.lists(
        st.sampled_from(["brand", "description", "price", "quantity", "active"]), unique=True
    )
    attributes = st.lists(st.sampled_from(_ATTRIBUTES), max_size=3, unique=True)
    chosen = st.tuples(optional, attributes).map(
        lambda found: ["sku", "name", *found[0], *found[1]]
    )
    return chosen.flatmap(st.permutations)


def write_record(cells: Sequence[str], delimiter: str) -> str:
    """Write one record as csv does, without a line end."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def _records(header: Sequence[str], delimiter: str) -> st.SearchStrategy[str]:
    columns = [_CELLS.get(name, _COLORS) for name in header]
    # The first entries are drawn more often, so that most records have a sku and a name.
    cells = st.tuples(*(st.sampled_from(c[:4] * 3 + c) for c in columns)).map(delimiter.join)
    # `one_of` would draw from both as often, however many times it is given one of them.
    return st.sampled_from([cells] * 6 + [csv_text(8), _totals(header, delimiter)]).flatmap(
        lambda chosen: chosen
    )


def _totals(header: Sequence[str], delimiter: str) -> st.SearchStrategy[str]:
    """Totals, or what is like them, in the sku's column or the first one."""
    return st.tuples(
        st.sampled_from(["Total", "SUMME:", "gesamt :", "Totals", "totam", "Sumac:"]),
        st.sampled_from([0, header.index("sku")]),
        st.sampled_from(["", "", "5", "zz"]),
    ).map(
        lambda t: write_record([t[0] if i == t[1] else t[2] for i in range(len(header))], delimiter)
    )


@st.composite
def catalogue_files(draw: st.DrawFn) -> CatalogueFile:
    """A file of up to thirty records, some of them spoiled."""
    delimiter, header = draw(delimiters), draw(headers())
    ends = st.sampled_from(draw(st.sampled_from(list(_ENDS.values()))))
    least = draw(
        st.sampled_from([0, 3, 10, 20])
    )  # left to itself Hypothesis draws mostly short lists
    records = draw(
        st.lists(st.tuples(_records(header, delimiter), ends), min_size=least, max_size=30)
    )
    head = (draw(st.sampled_from(["", "", "\n"])) + write_record(header, delimiter)).encode()
    body = "".join(record + end for record, end in records).encode()
    raw = head + draw(ends).encode() + body if body else head
    if draw(st.booleans()):
        raw = raw[: draw(st.integers(len(head), len(raw)))]  # ends even within a character
    if len(raw) > len(head) + 2 and draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(len(head) + 2, len(raw)))
        raw = raw[:at] + draw(st.sampled_from([b"\0", b"\xff", b"\xc3"])) + raw[at:]
    bom = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    policies = {name: draw(st.sampled_from(choices)) for name, choices in _POLICIES.items()}
    blank = policies if draw(st.booleans()) else {}
    return CatalogueFile(bom + raw, delimiter, blank, draw(st.sampled_from([".", ",", None])))
