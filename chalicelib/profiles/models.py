"""A profile: the saved options of imports of one kind of file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.ids import ULID

PREFIX = "prf_"
PROFILE_ID = f"^{PREFIX}{ULID}$"


@dataclass(frozen=True)
class Profile:
    """A profile as it is stored. `version` counts the changes by its owner."""

    profile_id: str
    name: str
    options: Mapping[str, Any]  # as ImportOptions.to_json writes them
    header: tuple[str, ...] | None  # of the file that it was made from, in the file's order
    created_at: datetime
    updated_at: datetime
    last_used_at: datetime | None = None  # by an import
    version: int = 1

    @property
    def etag(self) -> str:
        """The value that If-Match compares; it changes with every change by its owner."""
        return f'"{self.version}"'


def fold_name(name: str) -> str:
    """Return the part of a name that is unique: without case and surplus spaces."""
    return " ".join(name.split()).casefold()
