"""The request bodies of the import routes."""

import json
import re
from base64 import b64decode
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    ValidationInfo,
    field_validator,
)

from chalicelib.http.paging import Paging
from chalicelib.http.parsing import Body, Query
from chalicelib.imports.api.parts import (
    LEAST_PART_BYTES,
    MOST_PART_BYTES,
    MOST_SOURCE_BYTES,
)
from chalicelib.imports.csv.firstrecords import SNIFFED_BYTES
from chalicelib.imports.job import Apply, OnDrift
from chalicelib.imports.options import ImportOptions
from chalicelib.imports.planning import ChangedField, PlannedAction
from chalicelib.products.lists.filters import JobId

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# The part of the validators below that JSON Schema can express: no separators or control
# characters, and at least one character besides spaces and points.
_IN_NAMES = r"[^\u0000-\u001f\u007f-\u009f/\\]"
_FILENAME: dict[str, JsonValue] = {
    "pattern": rf"^{_IN_NAMES}*[^\u0000-\u001f\u007f-\u009f/\\ .]{_IN_NAMES}*$"
}
_SIZE: dict[str, JsonValue] = {"minimum": 1, "maximum": MOST_SOURCE_BYTES}
# So many bytes of the head detect what the file would: UTF-16 takes two bytes for one of UTF-8.
LEAST_HEAD_BYTES = 2 * SNIFFED_BYTES
MOST_HEAD_BYTES = 256 * 1024
_MOST_OPTIONS_BYTES = 64 * 1024  # they are part of the job's item, which has at most 400 KB


def validate_options(options: ImportOptions) -> ImportOptions:
    """Return the options; raises ValueError if they don't fit into a job's item."""
    if len(json.dumps(options.to_json())) > _MOST_OPTIONS_BYTES:
        raise ValueError(
            f"The options have more than {_MOST_OPTIONS_BYTES:,} bytes. Map fewer columns."
        )
    return options


Options = Annotated[ImportOptions, AfterValidator(validate_options)]


ProfileId = Annotated[
    str | None,
    Field(
        max_length=100,
        examples=["prf_01m85g57s7w6pgg03m8hrxcz85"],
        description="A profile whose options are used where `options` doesn't set them.",
    ),
]


ParentJobId = Annotated[
    JobId | None,
    Field(
        description="The completed import whose rejects file this is. Its options are used unless"
        " `options` or `profile` is given, and it shows how many of its rejects are fixed.",
    ),
]


def _validate_size(size_bytes: int) -> int:
    if size_bytes == 0:
        raise ValueError("The file is empty. Choose a file with a header row and records.")
    if not 0 < size_bytes <= MOST_SOURCE_BYTES:
        raise ValueError(f"A file has 1 to {MOST_SOURCE_BYTES:,} bytes, which is the limit of S3.")
    return size_bytes


SizeBytes = Annotated[int, Field(json_schema_extra=_SIZE), AfterValidator(_validate_size)]


class CreateImport(Body):
    """POST /imports: the file to import."""

    filename: Annotated[str, Field(min_length=1, max_length=255, json_schema_extra=_FILENAME)]
    size_bytes: SizeBytes
    options: Options = ImportOptions()
    profile: ProfileId = None
    parent_job_id: ParentJobId = None
    apply: Annotated[
        Apply,
        Field(
            description="`manual` makes a plan and changes nothing until it is applied; `auto`"
            " imports the file."
        ),
    ] = "auto"
    part_size_bytes: Annotated[
        int | None,
        Field(
            ge=LEAST_PART_BYTES,
            le=MOST_PART_BYTES,
            description="Upload a larger file in parts of this size, so that less is lost when the"
            " connection fails. Parts are larger if there would be more than 10,000.",
        ),
    ] = None

    @field_validator("filename")
    @classmethod
    def _validate_filename(cls, filename: str) -> str:
        if _CONTROL.search(filename) or "/" in filename or "\\" in filename:
            raise ValueError(
                "The file name has a slash, a backslash or a control character. Remove it."
            )
        if not filename.strip(" ."):
            raise ValueError("The file name is blank. Send a name such as catalogue.csv.")
        return filename


class PreviewImport(Body):
    """POST /imports/preview: the first bytes of the file to preview."""

    size_bytes: SizeBytes
    head: Annotated[
        str,
        Field(
            max_length=-(-MOST_HEAD_BYTES // 3) * 4,
            description="Base64 of the first 128 to 256 KiB of the file, or of all its bytes.",
            json_schema_extra={"contentEncoding": "base64"},
        ),
    ]
    options: Options = ImportOptions()
    profile: ProfileId = None
    parent_job_id: ParentJobId = None

    @property
    def raw(self) -> bytes:
        """The first bytes of the file."""
        return b64decode(self.head)

    @field_validator("head")
    @classmethod
    def _validate_head(cls, head: str, found: ValidationInfo) -> str:
        try:
            given = len(b64decode(head, validate=True))
        except ValueError:
            raise ValueError("It isn't base64. Encode the bytes as base64.") from None
        size_bytes = found.data.get("size_bytes", given)
        least, most = (min(size_bytes, bound) for bound in (LEAST_HEAD_BYTES, MOST_HEAD_BYTES))
        if not least <= given <= most:
            expected = f"{least:,} to {most:,}" if least < most else f"{least:,}"
            raise ValueError(f"It has {given:,} bytes. Send the first {expected} of the file.")
        return head


class ReportQuery(Query):
    """GET /imports/{job_id}/report: which records the file has."""

    of: Annotated[
        Literal["rejects", "skipped", "changes", "overwritten"],
        Field(
            description="The records in the file; `changes` are those of a plan, and `overwritten`"
            " the products that its apply overwrote although they weren't as planned."
        ),
    ] = "rejects"


class ChangesPaging(Paging):
    """GET /imports/{job_id}/changes: which of the planned changes."""

    action: Annotated[
        PlannedAction | None,
        Field(description="Only products that would be created or updated, or are missing."),
    ] = None
    field: Annotated[
        ChangedField | None, Field(description="Only products that change in this field.")
    ] = None


class ExpectedCounts(Body):
    """The counts of the plan that the client has seen, all or some of them."""

    created: int | None = None
    updated: int | None = None
    unchanged: int | None = None
    duplicate: int | None = None
    skipped: int | None = None
    rejected: int | None = None
    missing: int | None = None


class ApplyPlan(Body):
    """POST /imports/{job_id}/apply: how to apply the plan."""

    expected_counts: Annotated[
        ExpectedCounts, Field(description="The request fails if the plan has other counts.")
    ] = ExpectedCounts()
    on_drift: Annotated[
        OnDrift,
        Field(
            description="What happens to products that were changed after the plan was made:"
            " `fail` changes nothing and lists them, `skip` keeps them, `overwrite` writes them."
        ),
    ] = "fail"
