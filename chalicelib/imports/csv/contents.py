"""What an archive and a workbook hold, for a person who chooses one of it."""

from dataclasses import dataclass, field

MOST_NAMES = 100


@dataclass
class Contents:
    """The files of a ZIP archive and the sheets of a workbook, and the ones that are read."""

    members: list[str] = field(default_factory=list)
    member: str | None = None
    sheets: list[str] = field(default_factory=list)
    sheet: str | None = None
