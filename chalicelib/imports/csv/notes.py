"""What the values of a range show about the file, such as the currencies of its prices."""

from dataclasses import dataclass, field
from typing import Any

_MOST_LINES = 10  # of a note
_MOST_VALUES = 20  # of a note; further ones are counted only
_TEXT_MAX_LENGTH = 128


@dataclass
class Note:
    """How often something was seen, on which lines first, and in which column and texts."""

    columns: list[str]
    count: int = 0
    lines: list[int] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)  # the first line of each text


class Notes:
    """Notes by code and column, in memory that doesn't grow with the file."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Note] = {}

    def add(self, code: str, column: str, line: int, text: str) -> None:
        """Note that the record on `line` has `text` in `column`. Lines come in order."""
        note = self._notes.setdefault((code, column), Note([column]))
        note.count += 1
        if len(note.lines) < _MOST_LINES:
            note.lines.append(line)
        text = text[:_TEXT_MAX_LENGTH]
        if text in note.values or len(note.values) < _MOST_VALUES:
            note.values.setdefault(text, line)

    def find(self, code: str) -> list[Note]:
        """Return the notes of a code, one for each column."""
        return [note for (noted, _), note in self._notes.items() if noted == code]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the notes as JSON values."""
        return [{"code": code} | vars(note) for (code, _), note in self._notes.items()]
