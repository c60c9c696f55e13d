"""The request bodies and queries of the routes of parts."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from chalicelib.http.paging import Paging
from chalicelib.http.parsing import Body
from chalicelib.imports.api.parts import MOST_PARTS, MOST_PARTS_A_CALL

PartNumber = Annotated[int, Field(ge=1, le=MOST_PARTS)]

_ETAG = re.compile(r'"?[0-9A-Za-z_.+/=-]{1,128}"?')


class PartsPaging(Paging):
    """GET /imports/{job_id}/parts: an upload has many parts, so pages may be longer."""

    limit: Annotated[
        int, Field(ge=1, le=MOST_PARTS_A_CALL, description="How many items a page has at most.")
    ] = 25


class PartsRequest(Body):
    """POST /imports/{job_id}/parts: the parts to sign URLs for."""

    part_numbers: Annotated[list[PartNumber], Field(min_length=1, max_length=MOST_PARTS_A_CALL)]

    @field_validator("part_numbers")
    @classmethod
    def _sort(cls, part_numbers: list[int]) -> list[int]:
        return sorted(set(part_numbers))


def _validate_etag(etag: str) -> str:
    if not _ETAG.fullmatch(etag):
        raise ValueError("It isn't an ETag. Send the ETag of the response to the part's upload.")
    return etag


class UploadedPart(Body):
    """A part, and the ETag of the response to its upload."""

    part_number: PartNumber
    etag: Annotated[
        str,
        AfterValidator(_validate_etag),
        Field(json_schema_extra={"pattern": f"^{_ETAG.pattern}$"}),
    ]


class CompleteUpload(Body):
    """POST /imports/{job_id}/complete: all parts of the upload."""

    parts: Annotated[list[UploadedPart], Field(min_length=1, max_length=MOST_PARTS)]

    @field_validator("parts")
    @classmethod
    def _validate_numbers(cls, parts: list[UploadedPart]) -> Sequence[UploadedPart]:
        given = Counter(part.part_number for part in parts)
        repeated = sorted(number for number, times in given.items() if times > 1)
        if repeated:
            numbers = ", ".join(map(str, repeated[:10]))
            raise ValueError(f"Duplicate part number: {numbers}. List each part once.")
        return sorted(parts, key=lambda part: part.part_number)
