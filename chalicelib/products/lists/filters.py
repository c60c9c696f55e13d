"""The filters of lists, bulk deletes, exports and imports, as models. Their SQL is beside them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    create_model,
)
from pydantic_core import PydanticCustomError

from chalicelib.http.times import Time
from chalicelib.ids import is_id
from chalicelib.jobs.models import JOB_ID, JOB_PREFIX
from chalicelib.products.fields import FIELDS, ProductField
from chalicelib.products.limits import DECIMAL_DIGITS, DECIMAL_PLACES, SEARCH_MAX_LENGTH
from chalicelib.products.rules import WHITE_SPACE, not_text_problem, nul_problem


def _validate_no_nul(text: str) -> str:
    if "\0" in text:
        problem = nul_problem(None, "text")
        raise PydanticCustomError(problem.code, problem.message)
    return text


def _validate_not_blank(text: str) -> str:
    # It would be trimmed to nothing, and every sku starts with nothing.
    if not text.strip(WHITE_SPACE):
        raise ValueError("Must not be blank.")
    return text


_NOT_BLANK: dict[str, JsonValue] = {"pattern": r"^[^\x00]*[^\x00\t-\r \xa0][^\x00]*$"}
FilterText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_validate_no_nul),
    AfterValidator(_validate_not_blank),
    Field(json_schema_extra=_NOT_BLANK),
]
Search = Annotated[
    str,
    StringConstraints(min_length=1, max_length=SEARCH_MAX_LENGTH, strip_whitespace=True),
    AfterValidator(_validate_no_nul),
    Field(json_schema_extra={"pattern": r"^[^\x00]*[^\x00\s][^\x00]*$"}),  # as it is stripped
]


def _validate_job_id(text: str) -> str:
    if not is_id(JOB_PREFIX, text):
        raise ValueError("Must be a job ID, such as job_01m85g57s7w6pgg03m8hrxcz85.")
    return text


JobId = Annotated[
    str, AfterValidator(_validate_job_id), Field(json_schema_extra={"pattern": JOB_ID})
]


def _make_decimal(field: ProductField) -> Any:
    """Return the type of a decimal filter: a string in JSON, so that it keeps every digit."""

    def validate_text(value: Any) -> Any:
        if not isinstance(value, str | Decimal):
            problem = not_text_problem(field)
            raise PydanticCustomError(problem.code, problem.message)
        return value

    pattern = rf"^[0-9]{{1,{DECIMAL_DIGITS}}}(\.[0-9]{{1,{DECIMAL_PLACES}}})?$"
    return Annotated[
        Decimal,
        BeforeValidator(validate_text),
        Field(
            strict=False,  # a string is accepted for a number
            ge=0,
            max_digits=DECIMAL_DIGITS + DECIMAL_PLACES,
            decimal_places=DECIMAL_PLACES,
            json_schema_extra={"pattern": pattern},
        ),
    ]


def _make_filters(field: ProductField) -> dict[str, Any]:
    """Return the filters of a field: their types and defaults by name."""
    match field.filter:
        case "exact":
            value_type = bool if field.kind == "boolean" else FilterText
            return {field.name: (value_type | None, None)}
        case "prefix":
            prefix = Field(alias=f"{field.name}[prefix]")
            return {
                field.name: (FilterText | None, None),
                f"{field.name}_prefix": (Annotated[FilterText | None, prefix], None),
            }
        case "range":
            decimal = _make_decimal(field) | None
            least, most = Field(alias=f"{field.name}[gte]"), Field(alias=f"{field.name}[lte]")
            return {
                f"{field.name}_from": (Annotated[decimal, least], None),
                f"{field.name}_to": (Annotated[decimal, most], None),
            }
    return {}


if TYPE_CHECKING:

    class _FieldFilters(BaseModel): ...
else:
    _FieldFilters = create_model(
        "_FieldFilters",
        **{name: found for field in FIELDS for name, found in _make_filters(field).items()},
    )


class Filters(_FieldFilters):
    """The filters of a request; a product matches when it passes all of them."""

    search: Search | None = None
    updated_from: Annotated[Time | None, Field(alias="updated_at[gte]")] = None
    updated_to: Annotated[Time | None, Field(alias="updated_at[lte]")] = None
    job_id: JobId | None = None

    def given(self) -> set[str]:
        """Return the names of the filters in the request."""
        return {name for name in Filters.model_fields if getattr(self, name) is not None}
