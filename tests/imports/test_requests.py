"""What clients may send to the import's routes, and what is said of the rest."""

import json
from base64 import b64encode
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.http.faults import field_problems
from chalicelib.imports.api.operations import PREVIEW_IMPORT
from chalicelib.imports.api.part_requests import CompleteUpload, PartsRequest
from chalicelib.imports.api.parts import MOST_SOURCE_BYTES
from chalicelib.imports.api.requests import (
    LEAST_HEAD_BYTES,
    MOST_HEAD_BYTES,
    CreateImport,
    PreviewImport,
)

FILE = {"filename": "catalogue.csv", "size_bytes": 10}


def _problems(model: Any, **values: Any) -> dict[str, str]:
    """Return field -> message of what is wrong with `values`."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return {problem.field: problem.message for problem in field_problems(caught.value, values)}


def test_only_name_and_size_are_required() -> None:
    asked = CreateImport.model_validate(FILE)
    assert not any(asked.options.to_json().values())  # no option is set


@pytest.mark.parametrize("part_size_bytes", [0, 5 * 1024**2 - 1, 5 * 1024**3 + 1, "6000000"])
def test_part_size_outside_the_limits_of_s3_is_rejected(part_size_bytes: Any) -> None:
    found = _problems(CreateImport, **FILE | {"part_size_bytes": part_size_bytes})
    assert set(found) == {"part_size_bytes"}


@pytest.mark.parametrize(
    "filename", ["a", "Preisliste März 2026.csv", "..csv", "x" * 255, "商品.csv", "a.b.c", "%2F"]
)
def test_any_file_name_is_accepted(filename: str) -> None:
    assert CreateImport.model_validate(FILE | {"filename": filename}).filename == filename


@pytest.mark.parametrize(
    "filename",
    ["", "x" * 256, "a/b.csv", "..\\b.csv", "a\nb", "a\x00", "\x85", " ", ".", "..", None, 7],
)
def test_invalid_file_name_is_rejected(filename: Any) -> None:
    assert set(_problems(CreateImport, **FILE | {"filename": filename})) == {"filename"}


def test_size_may_be_up_to_the_limit_of_s3() -> None:
    for size_bytes in (1, MOST_SOURCE_BYTES):
        CreateImport.model_validate(FILE | {"size_bytes": size_bytes})


@pytest.mark.parametrize("size_bytes", [-1, MOST_SOURCE_BYTES + 1, 1.0, 1.5, "10", None, True])
def test_invalid_size_is_rejected(size_bytes: Any) -> None:
    assert set(_problems(CreateImport, **FILE | {"size_bytes": size_bytes})) == {"size_bytes"}


def test_empty_file_is_rejected_with_the_reason() -> None:
    found = _problems(CreateImport, **FILE | {"size_bytes": 0})
    assert found == {
        "size_bytes": "The file is empty. Choose a file with a header row and records."
    }


def test_options_too_long_to_store_are_rejected() -> None:
    found = _problems(CreateImport, **FILE | {"options": {"mapping": {"x" * 70_000: None}}})
    assert set(found) == {"options"}


def test_part_numbers_are_sorted_and_distinct() -> None:
    assert PartsRequest.model_validate({"part_numbers": [3, 1, 3]}).part_numbers == [1, 3]


@pytest.mark.parametrize(
    ("part_numbers", "field"),
    [
        ([], "part_numbers"),
        ([0], "part_numbers.0"),
        ([1, 10_001], "part_numbers.1"),
        (list(range(1, 1002)), "part_numbers"),
        (["1"], "part_numbers.0"),
        (1, "part_numbers"),
    ],
)
def test_invalid_part_numbers_are_rejected(part_numbers: Any, field: str) -> None:
    assert set(_problems(PartsRequest, part_numbers=part_numbers)) == {field}


def test_uploaded_parts_are_sorted() -> None:
    parts = [{"part_number": n, "etag": etag} for n, etag in ((2, '"b"'), (1, "a"))]
    found = CompleteUpload.model_validate_json(json.dumps({"parts": parts})).parts
    assert [(part.part_number, part.etag) for part in found] == [(1, "a"), (2, '"b"')]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([], "parts"),
        ([{"part_number": 1}], "parts.0.etag"),
        ([{"part_number": 0, "etag": "a"}], "parts.0.part_number"),
        ([{"part_number": 1, "etag": ""}], "parts.0.etag"),
        ([{"part_number": 1, "etag": "<a>"}], "parts.0.etag"),
        ([{"part_number": 1, "etag": "a\n"}], "parts.0.etag"),
        ([{"part_number": 1, "etag": "a", "size": 1}], "parts.0.size"),
    ],
)
def test_invalid_uploaded_parts_are_rejected(parts: Any, field: str) -> None:
    assert set(_problems(CompleteUpload, parts=parts)) == {field}


def test_duplicate_part_is_named() -> None:
    parts = [{"part_number": 4, "etag": "a"}, {"part_number": 4, "etag": "b"}]
    found = _problems(CompleteUpload, parts=parts)
    assert found == {"parts": "Duplicate part number: 4. List each part once."}


def _head(raw: bytes, size_bytes: int) -> dict[str, Any]:
    return {"size_bytes": size_bytes, "head": b64encode(raw).decode()}


@pytest.mark.parametrize(
    ("given", "size_bytes"),
    [
        (1, 1),
        (100, 100),
        (LEAST_HEAD_BYTES, 10**9),
        (MOST_HEAD_BYTES, 10**9),
        (MOST_HEAD_BYTES, MOST_HEAD_BYTES),
    ],
)
def test_head_is_the_whole_file_or_long_enough(given: int, size_bytes: int) -> None:
    asked = PreviewImport.model_validate(_head(b"x" * given, size_bytes))
    assert asked.raw == b"x" * given


@pytest.mark.parametrize(
    ("given", "size_bytes"),
    [(0, 1), (99, 100), (101, 100), (LEAST_HEAD_BYTES - 1, 10**9), (MOST_HEAD_BYTES + 1, 10**9)],
)
def test_head_of_another_length_is_rejected(given: int, size_bytes: int) -> None:
    problems = _problems(PreviewImport, **_head(b"x" * given, size_bytes))
    assert problems.keys() == {"head"}
    assert "Send the first" in problems["head"]


def test_head_is_base64_and_size_is_valid() -> None:
    for head in ("abc", "a_-b", "äbcd", "QUJD\n"):
        found = _problems(PreviewImport, head=head, size_bytes=3)
        assert found == {"head": "It isn't base64. Encode the bytes as base64."}
    assert _problems(PreviewImport, **_head(b"", 0)).keys() == {"size_bytes"}
    assert _problems(PreviewImport) == dict.fromkeys(("head", "size_bytes"), "Required.")


def test_preview_example_is_valid() -> None:
    assert PREVIEW_IMPORT.example is not None
    asked = PreviewImport.model_validate(PREVIEW_IMPORT.example)
    assert asked.raw.startswith(b"SKU,Title,Regular price\n")
