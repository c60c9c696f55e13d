"""What the API answers of the history of a product."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.http.responses import Page, ResponseBody
from chalicelib.products.journal.history import Change, Entry, Row, Version

_LONGEST = 2_000  # characters of a value in the history
_JOB = "job_"
_ACTIONS: dict[str, Literal["created", "updated", "deleted", "restored"]] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "restore": "restored",
}

FindFile = Callable[[str], str | None]  # the name of a job's file


class AuthorResponse(ResponseBody):
    """Who made a change: a job, or a caller of the API. All null: not recorded."""

    job_id: str | None = None
    filename: Annotated[str | None, Field(description="Of an import that is still kept.")] = None
    line: Annotated[int | None, Field(description="Of the record in the file.")] = None
    caller_id: str | None = None
    name: Annotated[str | None, Field(description="Of the caller, at the time.")] = None


class ChangeResponse(ResponseBody):
    """A changed field. Attributes are `attributes.<name>`, and null if the product lacked them."""

    field: str
    before: Any
    after: Any
    is_shortened: Annotated[bool, Field(description="Whether a value is only shown in part.")]


class VersionResponse(ResponseBody):
    """One version of a product: the change that made it."""

    version: int
    action: Literal["created", "updated", "deleted", "restored"]
    changed_at: datetime
    author: AuthorResponse
    changes: list[ChangeResponse]


class HistoryPage(Page):
    """A page of the versions of a product, newest first."""

    items: list[VersionResponse]


HISTORY_EXAMPLE: dict[str, Any] = {
    "items": [
        {
            "version": 2,
            "action": "updated",
            "changed_at": "2026-11-24T09:30:02.125000Z",
            "author": {
                "job_id": "job_01m85g57s7w6pgg03m8hrxcz85",
                "filename": "spring.csv",
                "line": 17,
                "caller_id": None,
                "name": None,
            },
            "changes": [
                {"field": "price", "before": "19.90", "after": "24.90", "is_shortened": False}
            ],
        }
    ],
    "next_cursor": None,
}


def describe_version(version: Version, find_file: FindFile) -> VersionResponse:
    """Return a version as the API answers it."""
    entry = version.entry
    return VersionResponse(
        version=entry.version,
        action=_ACTIONS[entry.action],
        changed_at=entry.changed_at,
        author=_describe_author(entry, version.after, find_file),
        changes=[_describe_change(change) for change in version.changes],
    )


def _describe_author(entry: Entry, after: Row | None, find_file: FindFile) -> AuthorResponse:
    author = entry.changed_by
    if author is None or not author.startswith(_JOB):
        return AuthorResponse(caller_id=author, name=entry.caller_name)
    is_source = after is not None and after["source_job_id"] == author
    line = after["source_line"] if after is not None and is_source else None
    return AuthorResponse(job_id=author, filename=find_file(author), line=line)


def _describe_change(change: Change) -> ChangeResponse:
    before, after = _shorten(change.before), _shorten(change.after)
    is_shortened = (before, after) != (change.before, change.after)
    return ChangeResponse(field=change.field, before=before, after=after, is_shortened=is_shortened)


def _shorten(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _LONGEST
    return value[:_LONGEST] if is_long else value
