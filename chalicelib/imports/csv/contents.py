"""What an archive and a workbook hold, for a person who chooses one of it."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_NAMES = 100


@dataclass
class Contents:
    """The files of a ZIP archive and the sheets of a workbook, and the ones that are read."""

    members: list[str] = field(default_factory=list)
    member: str | None = None
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None


def note(**found: Any) -> None:
    """Tell the importer something from the process that reads a workbook, in a line of ASCII."""
    print(json.dumps(found), file=sys.stderr)


def read_notes(path: Path) -> dict[str, Any]:
    """Return what a process wrote by `note`; its libraries may have written other lines."""
    lines = [line for line in path.read_bytes().splitlines() if line.startswith(b"{")]
    return {name: value for line in lines for name, value in json.loads(line).items()}
