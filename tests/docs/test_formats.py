"""docs/FORMATS.md lists every format, and every reason why a row is skipped."""

import re

from chalicelib.imports.csv.skipping import HEADER_ROW, TOTAL_ROW
from chalicelib.imports.formats.catalogue import load_formats
from tests.architecture.tree import ROOT
from tests.docs.pages import read_prose

_PAGE = read_prose(ROOT / "docs" / "FORMATS.md")
_LISTED = set(re.findall(r"`([^`\n]+)`", _PAGE))


def test_every_format_is_listed() -> None:
    assert load_formats().keys() <= _LISTED


def test_every_reason_of_a_row_is_listed() -> None:
    reasons = {skip.reason for found in load_formats().values() for skip in found.rows.skips}
    reasons |= {HEADER_ROW, TOTAL_ROW}
    assert reasons <= _LISTED
