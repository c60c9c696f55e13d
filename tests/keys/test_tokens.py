"""The texts of keys, and whether keys are active."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.keys.models import find_missing
from chalicelib.keys.tokens import hash_secret, is_secret, new_token, read_token
from tests.fakes.keys import KEY, NOW, TOKEN, make_key


def test_a_key_is_read_as_it_was_made() -> None:
    token = new_token(NOW)
    assert read_token(token.text) == token
    assert token.text.startswith("pik_")
    assert token.key_id.startswith("key_")


def test_no_two_keys_are_alike() -> None:
    made = [new_token(NOW) for _ in range(200)]
    assert len({token.key_id for token in made}) == len({token.secret for token in made}) == 200


@pytest.mark.parametrize(
    "text", ["", KEY[:-1], KEY + "0", KEY.upper(), " " + KEY, KEY + "\n", KEY.replace("pik", "pjk")]
)
def test_a_malformed_key_is_none(text: str) -> None:
    assert read_token(text) is None


@given(st.text(max_size=100))
def test_any_text_may_be_read(text: str) -> None:
    found = read_token(text)
    assert found is None or found.text == text


def test_a_hash_is_of_one_secret() -> None:
    kept = hash_secret(TOKEN.secret)
    assert is_secret(TOKEN.secret, kept)
    assert not is_secret("1" + TOKEN.secret[1:], kept)
    assert TOKEN.secret not in kept


def test_a_key_is_active_until_it_expires_or_is_revoked() -> None:
    ends = NOW + timedelta(hours=1)
    assert make_key().find_end(NOW) is None
    assert make_key(expires_at=ends).find_end(ends - timedelta(microseconds=1)) is None
    assert make_key(expires_at=ends).find_end(ends) == "expired"
    assert make_key(expires_at=ends, revoked_at=NOW).find_end(ends) == "revoked"


def test_one_use_a_minute_is_recorded() -> None:
    assert make_key().is_use_worth_noting(NOW)
    used = make_key(last_used_at=NOW)
    assert not used.is_use_worth_noting(NOW + timedelta(seconds=59))
    assert used.is_use_worth_noting(NOW + timedelta(seconds=60))


def test_missing_scopes_are_sorted() -> None:
    asked = ["keys:write", "imports:write", "products:read"]
    assert find_missing(asked, ["imports:write"]) == ("products:read", "keys:write")  # type: ignore[arg-type]
