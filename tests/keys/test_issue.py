"""The key that the deploy program has the stack store."""

from typing import Any

import boto3
import pytest

from chalicelib.http.scopes import SCOPES
from chalicelib.keys.issue import issue_key
from chalicelib.keys.store import KeyStore
from chalicelib.keys.tokens import KeyToken, hash_secret, new_token
from tests.fakes.keys import NOW


def issue(token: KeyToken, *, only_first: bool) -> Any:
    event = {
        "key_id": token.key_id,
        "name": "deployment of prod",
        "secret_hash": hash_secret(token.secret),
        "only_first": only_first,
    }
    return issue_key(event, None)


def test_a_first_key_has_all_scopes_and_is_created_once(keys: KeyStore) -> None:
    first, second = new_token(NOW), new_token(NOW)
    assert issue(first, only_first=True) == {"outcome": "made"}
    assert issue(second, only_first=True) == {"outcome": "exists"}
    found = keys.get(first.key_id)
    assert found is not None
    assert (found.scopes, found.expires_at) == (SCOPES, None)
    assert keys.get(second.key_id) is None


def test_another_key_is_created_once(keys: KeyStore) -> None:
    issue(new_token(NOW), only_first=True)
    token = new_token(NOW)
    assert issue(token, only_first=False) == {"outcome": "made"}
    assert issue(token, only_first=False) == {"outcome": "exists"}
    assert keys.get(token.key_id) is not None


def test_a_table_that_does_not_answer_is_an_error(account: None) -> None:
    boto3.client("dynamodb").delete_table(TableName="keys")
    with pytest.raises(Exception, match="ResourceNotFound"):
        issue(new_token(NOW), only_first=True)
