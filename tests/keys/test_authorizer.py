"""The authorizer, called as the gateway calls it."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.http.callers import Caller, UnauthorizedError
from chalicelib.keys.authorizer import KEPT_SECONDS, authorize_request, note_use
from chalicelib.keys.store import KeyStore
from tests.fakes.aws import KEYS_TABLE
from tests.fakes.key_store import FakeKeyStore
from tests.fakes.keys import KEY, TOKEN, keep_key, make_key

ARN = "arn:aws:execute-api:eu-central-1:123456789012:abc/api/GET/jobs"


def ask(authorization: str) -> Any:
    event = {"type": "TOKEN", "authorizationToken": authorization, "methodArn": ARN}
    return authorize_request(event, None)


def test_an_active_key_gives_its_name_and_scopes(keys: KeyStore) -> None:
    token = keep_key(keys, "imports:write", "products:read", name="the shop")
    found = ask(f"Bearer {token.text}")
    assert found["principalId"] == token.key_id
    assert found["context"] == {
        "caller_id": token.key_id,
        "name": "the shop",
        "scopes": "imports:write products:read",
        "expires_at": "",
    }
    caller = Caller.from_context(found["context"])
    assert caller.scopes == {"imports:write", "products:read"}
    assert caller.expires_at is None


def test_an_active_key_gives_its_expiry(keys: KeyStore) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    found = ask(f"Bearer {keep_key(keys, expires_at=ends).text}")
    assert Caller.from_context(found["context"]).expires_at == ends


def test_a_cached_answer_without_an_expiry_is_readable() -> None:
    kept = {"caller_id": "key_1", "name": "the shop", "scopes": "products:read"}
    assert Caller.from_context(kept).expires_at is None


def test_the_answer_allows_every_route_since_the_gateway_caches_it(keys: KeyStore) -> None:
    [statement] = ask(f"Bearer {KEY}")["policyDocument"]["Statement"]
    root = ARN.removesuffix("GET/jobs")
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == [f"{root}*/*"]
    assert 0 < KEPT_SECONDS <= 10


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer "])
def test_the_scheme_is_case_insensitive(keys: KeyStore, scheme: str) -> None:
    assert ask(f"{scheme} {KEY}")["principalId"] == TOKEN.key_id


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", KEY, f"Basic {KEY}", "Bearer a.b.c", "Bearer " + "x" * 9000],
)
def test_a_missing_or_malformed_key_is_unauthorized(keys: KeyStore, authorization: str) -> None:
    with pytest.raises(UnauthorizedError, match=r"^Unauthorized$"):
        ask(authorization)


def test_an_inactive_or_unknown_key_is_unauthorized(keys: KeyStore) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    revoked, expired = keep_key(keys), keep_key(keys, expires_at=past)
    keys.revoke(revoked.key_id, past)
    unknown = make_key().key_id.removeprefix("key_")
    wrong = KEY[:-1] + "1"
    for text in (revoked.text, expired.text, wrong, f"pik_{unknown}_{TOKEN.secret}"):
        with pytest.raises(UnauthorizedError):
            ask(f"Bearer {text}")


def test_a_revoked_key_is_rejected_at_the_next_call(keys: KeyStore) -> None:
    token = keep_key(keys)
    assert ask(f"Bearer {token.text}")
    keys.revoke(token.key_id, datetime.now(UTC))
    with pytest.raises(UnauthorizedError):
        ask(f"Bearer {token.text}")


def test_a_table_that_does_not_answer_is_an_error_not_a_401(
    keys: KeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("dynamodb").delete_table(TableName=KEYS_TABLE)
    with pytest.raises(ClientError):
        ask(f"Bearer {KEY}")
    assert '"AuthorizerFaults":[1.0]' in capsys.readouterr().out


def test_a_401_does_not_count_as_an_error(
    keys: KeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnauthorizedError):
        ask(f"Bearer {KEY[:-1]}1")
    assert "AuthorizerFaults" not in capsys.readouterr().out


def test_the_use_of_a_key_is_recorded(keys: KeyStore) -> None:
    token, before = keep_key(keys), datetime.now(UTC) - timedelta(seconds=1)
    ask(f"Bearer {token.text}")
    first = keys.get(token.key_id)
    assert first is not None
    assert first.last_used_at is not None
    assert first.last_used_at > before
    ask(f"Bearer {token.text}")
    assert keys.get(token.key_id) == first


def test_a_rejected_key_is_not_recorded_as_used(keys: KeyStore) -> None:
    token = keep_key(keys)
    with pytest.raises(UnauthorizedError):
        ask(f"Bearer {token.text[:-1]}{'1' if token.text[-1] == '0' else '0'}")
    found = keys.get(token.key_id)
    assert found is not None
    assert found.last_used_at is None


class _BrokenStore(FakeKeyStore):
    def note_use(self, key_id: str, now: datetime) -> None:
        raise ConnectionError


class _HangingStore(FakeKeyStore):
    def note_use(self, key_id: str, now: datetime) -> None:
        Event().wait(60)


@pytest.mark.parametrize("store", [_BrokenStore(), _HangingStore()])
def test_recording_a_use_neither_fails_nor_delays_the_request(store: KeyStore) -> None:
    started = time.perf_counter()
    note_use(store, make_key(), datetime.now(UTC))
    assert time.perf_counter() - started < 30


def test_logs_have_the_key_id_and_never_the_secret(
    keys: KeyStore, caplog: pytest.LogCaptureFixture
) -> None:
    token = keep_key(keys)
    ask(f"Bearer {token.text}")
    with pytest.raises(UnauthorizedError):
        ask(f"Bearer {token.text[:-2]}00")
    lines = "\n".join(str(vars(record)) for record in caplog.records)
    assert lines.count(token.key_id) == 2
    assert "wrong_secret" in lines
    assert token.secret[:-2] not in lines
