"""The profile that a preview proposes, and how the file differs from it."""

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.bootstrap import services
from chalicelib.profiles.matching import compare, find_match
from chalicelib.profiles.models import Profile
from tests.fakes.api import Api
from tests.fakes.profiles import make_profile


def _make(*header: str, name: str = "a") -> Profile:
    return make_profile(name, header=header)


def _messages(header: tuple[str, ...] | None, *names: str) -> list[str]:
    return [drift.message for drift in compare(make_profile(header=header), names).drift]


def test_the_same_columns_in_any_order_and_spelling_are_matched_first() -> None:
    others = [_make("sku", "name"), _make("sku", "name", "price", "stock")]
    same = _make("SKU", "Namé", "Price")
    assert find_match([*others, same], ["price", "sku", "name"]) is same


@pytest.mark.parametrize(
    ("names", "is_matched"),
    [(["a", "b", "c", "d", "x", "y", "z"], True), (["a", "b", "c", "x"], False), (["x"], False)],
)
def test_a_file_has_four_fifths_of_the_columns_of_its_profile(
    names: list[str], is_matched: bool
) -> None:
    profile = _make("a", "b", "c", "d", "e")
    assert (find_match([profile], names) is profile) == is_matched


def test_of_similar_profiles_the_one_that_differs_least_is_matched() -> None:
    small, large = _make("a", "b"), _make("a", "b", "c", "d", "e", "f")
    assert find_match([small, large], ["a", "b", "c", "d", "e"]) is large
    assert find_match([small, large], ["a", "b", "c"]) is small


def test_of_equal_profiles_the_first_is_matched() -> None:
    first, second = _make("a", "b"), _make("b", "a")
    assert find_match([first, second], ["a", "b"]) is first


def test_a_profile_without_a_header_is_never_matched() -> None:
    assert find_match([make_profile(header=None)], ["sku", "name"]) is None


def test_names_in_other_scripts_are_distinguished() -> None:
    assert find_match([_make("Артикул", "Имя")], ["Цена", "Остаток"]) is None
    assert find_match([_make("%", "#")], ["?", "!"]) is None


def test_drift_names_what_is_gone_renamed_and_new() -> None:
    found = compare(_make("SKU", "Stock", "Preis"), ["Sku", "Preis", "Farbe"])
    assert not found.is_exact
    assert [(drift.code, drift.column, drift.message) for drift in found.drift] == [
        ("column_renamed", "SKU", "Column SKU is now named Sku."),
        ("column_gone", "Stock", "Column Stock is gone."),
        ("column_new", "Farbe", "Column Farbe is new."),
    ]


def test_a_long_name_is_cut_in_the_message() -> None:
    assert _messages(("a",), "a", "x" * 5000) == [f"Column {'x' * 100}… is new."]


def test_a_profile_without_a_header_has_no_drift_and_is_not_exact() -> None:
    found = compare(make_profile(header=None), ["sku"])
    assert (found.drift, found.is_exact) == ([], False)


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=8), st.randoms())
def test_a_profile_of_a_file_is_exact_for_it_in_any_order(names: list[str], random: Any) -> None:
    profile = _make(*names)
    shuffled = list(dict.fromkeys(names))
    random.shuffle(shuffled)
    assert find_match([profile], shuffled) is profile
    assert {drift.code for drift in compare(profile, shuffled).drift} <= {"column_renamed"}


# ---------------------------------------------------------------- in a preview
def _preview(api: Api, raw: bytes, **more: Any) -> Any:
    body = {"size_bytes": len(raw), "head": b64encode(raw).decode(), **more}
    answer = api.post("/imports/preview", body)
    assert answer.status_code == 200, answer.body
    return answer.json_body


def _keep(profile: Profile) -> Profile:
    services().profiles.create(profile)
    return profile


def test_a_preview_proposes_the_profile_of_the_file(api: Api) -> None:
    profile = _keep(_make("sku", "name", "price", "stock", "brand", name="Spring"))
    found = _preview(api, b"sku,name,price,brand,Farbe\n1,Lamp,2,x,y\n")
    assert found["error"] is None
    assert found["profile"] == {
        "profile_id": profile.profile_id,
        "name": "Spring",
        "is_exact": False,
        "drift": [
            {"code": "column_gone", "column": "stock", "message": "Column stock is gone."},
            {"code": "column_new", "column": "Farbe", "message": "Column Farbe is new."},
        ],
    }


def test_a_proposed_profile_does_not_change_how_the_file_is_read(api: Api) -> None:
    _keep(make_profile(options={"mapping": {"brand": None}}, header=("sku", "name", "brand")))
    found = _preview(api, b"sku,name,brand\n1,Lamp,x\n")
    assert found["profile"]["is_exact"]
    assert [column["field"] for column in found["columns"]] == ["sku", "name", "brand"]


def test_a_requested_profile_is_shown_however_different_it_is(api: Api) -> None:
    _keep(_make("sku", "name", name="like the file"))
    other = _keep(make_profile("other", options={}, header=("a", "b")))
    found = _preview(api, b"sku,name\n1,Lamp\n", profile=other.profile_id)
    assert found["profile"]["name"] == "other"
    assert len(found["profile"]["drift"]) == 4


def test_a_file_without_a_column_that_the_profile_maps_cannot_be_imported_with_it(
    api: Api,
) -> None:
    profile = _keep(
        make_profile(
            options={"mapping": {"Bestand": "quantity"}}, header=("SKU", "Titel", "Bestand")
        )
    )
    found = _preview(api, b"SKU,Titel,Preis\n1,Lamp,2\n", profile=profile.profile_id)
    assert found["error"]["code"] == "mapping_unknown_column"
    assert found["profile"]["drift"][0]["message"] == "Column Bestand is gone."


def test_a_file_that_cannot_be_imported_still_has_a_proposal(api: Api) -> None:
    _keep(_make("sku", "Titel", "stock"))
    found = _preview(api, b"Titel,sku2,stock,sku\n")
    assert found["profile"] is not None


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"x,y\n1,2\n"])
def test_a_file_like_no_profile_has_no_proposal(api: Api, raw: bytes) -> None:
    _keep(_make("sku", "name"))
    assert _preview(api, raw)["profile"] is None
