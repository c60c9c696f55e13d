"""What Hypothesis makes CSV files from: mostly plain records, and the bytes that trip parsers."""

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

_SKUS = ["A-1", "a-1", " A-1 ", "b", "B", "b2", "É", "é", "日本", '"b"', "", " ", "s" * 129]
_NAMES = ["Lamp", "Läufer", '"Desk, oak"', '"two\nlines"', '"say ""hi"""', '5" pipe', "", " x "]
_PRICES = ["1", "0.5", "12.50", "-1", "1.234", "1e3", "NaN", "12345678901", " 7 ", "", '"3.00"']
_QUANTITIES = ["0", "12", "007", "-1", "1.0", "2147483648", "", "+5", "1_000", "٣"]
_ACTIVES = ["true", "FALSE", "yes", "0", "tr", "active", "", "Disabled", " on"]
_COLORS = ["red", "", '"a\r\nb"', "\\.", '"\n\\.\n"', "\u00a0x", "%s", "à"]
_ENDS = ["\n"] * 6 + ["\r\n", "\r", "\n\n", "\r\n\r\n"]


def csv_text(max_size: int = 60) -> st.SearchStrategy[str]:
    """Text of words and traps in any order; the traps twice as often as the words."""
    pieces = st.sampled_from(_WORDS + _TRAPS + _TRAPS)
    return st.lists(pieces, max_size=max_size).map("".join)


def _records() -> st.SearchStrategy[str]:
    columns = (_SKUS, _NAMES, _PRICES, _QUANTITIES, _ACTIVES, _COLORS)
    # The first entries are drawn more often, so that most records have a sku and a name.
    cells = st.tuples(*(st.sampled_from(c[:4] * 3 + c) for c in columns)).map(",".join)
    return st.one_of(cells, cells, cells, cells, csv_text(8))


@st.composite
def catalogue_files(draw: st.DrawFn) -> bytes:
    """A file of up to thirty records, some spoiled, with a header of six columns."""
    records = draw(st.lists(st.tuples(_records(), st.sampled_from(_ENDS)), max_size=30))
    body = "".join(record + end for record, end in records)
    raw = ("sku,name,price,quantity,active,color\n" + body).encode()
    if draw(st.booleans()):
        raw = raw[: draw(st.integers(37, len(raw)))]  # ends anywhere, even within a character
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(37, len(raw)))
        raw = raw[:at] + draw(st.sampled_from([b"\0", b"\xff", b"\xc3"])) + raw[at:]
    return draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + raw
