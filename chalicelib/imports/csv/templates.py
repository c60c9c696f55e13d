"""Templates that say in their first row which rows have the headers, and which the records.

Amazon's do: `settings=attributeRow=5&dataRow=7`. Rows between the two are examples.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_ROW = re.compile(r"\b(attributeRow|dataRow)=(\d{1,3})\b")
_CELLS = 20  # of the first row, in which the settings are


class TemplateRows(NamedTuple):
    """The rows of the header and of the first record, from 1."""

    header: int
    data: int


def find_template_rows(first: Sequence[str]) -> TemplateRows | None:
    """Return what the cells of the first row say; None if they say nothing."""
    found = {name: int(number) for cell in first[:_CELLS] for name, number in _ROW.findall(cell)}
    if len(found) < 2 or not 1 < found["attributeRow"] < found["dataRow"]:
        return None
    return TemplateRows(found["attributeRow"], found["dataRow"])
