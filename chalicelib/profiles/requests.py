"""Request bodies of the profile routes."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from chalicelib.http.parsing import KEPT, Body
from chalicelib.imports.api.requests import Options
from chalicelib.jobs.models import JOB_ID
from chalicelib.products.limits import MOST_COLUMNS

_MOST_HEADER_BYTES = 64 * 1024  # it is part of the profile's item, which has at most 400 KB

Name = Annotated[str, Field(min_length=1, max_length=100)]
Header = Annotated[
    list[Annotated[str, StringConstraints(min_length=1)]],
    Field(min_length=1, max_length=MOST_COLUMNS),
]


def _check_name(name: str) -> None:
    if not name.isprintable() or not name.strip():
        raise ValueError("A name must have visible characters and no control characters.")


def _check_header(header: list[str]) -> None:
    if sum(len(name.encode()) for name in header) > _MOST_HEADER_BYTES:
        raise ValueError(f"The header has more than {_MOST_HEADER_BYTES:,} bytes. Shorten names.")


class CreateProfile(Body):
    """POST /profiles: a name, with options, or with an import whose options are saved."""

    name: Name
    options: Options | None = None
    header: Annotated[Header | None, Field(description="The column names of such files.")] = None
    job_id: Annotated[
        str | None,
        Field(
            json_schema_extra={"pattern": JOB_ID},
            description="An import to take options and header from, instead of `options` and"
            " `header`.",
        ),
    ] = None

    @field_validator("name")
    @classmethod
    def _validate_name(cls, name: str) -> str:
        _check_name(name)
        return name

    @field_validator("header")
    @classmethod
    def _validate_header(cls, header: list[str] | None) -> list[str] | None:
        _check_header(header or [])
        return header

    @model_validator(mode="after")
    def _validate_origin(self) -> Self:
        if self.job_id is not None and (self.options is not None or self.header is not None):
            raise ValueError("Send either job_id, or options and header.")
        return self


class ChangeProfile(Body):
    """PATCH /profiles/{profile_id}: replaces the given fields only."""

    name: Name = KEPT
    options: Options = KEPT
    header: Annotated[Header | None, Field(description="Null removes it.")] = KEPT

    @field_validator("name")
    @classmethod
    def _validate_name(cls, name: str) -> str:
        _check_name(name)
        return name

    @field_validator("header")
    @classmethod
    def _validate_header(cls, header: list[str] | None) -> list[str] | None:
        _check_header(header or [])
        return header
