"""Signatures as the Standard Webhooks specification says."""

import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from chalicelib.webhooks.sending.signing import OVERLAP, make_secret, rotate_secrets, sign
from tests.fakes.webhooks import NOW, SECRET, make_webhook


def test_the_specifications_test_vector() -> None:
    headers = sign(
        [SECRET],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}',
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_every_payload_is_verified_by_the_specifications_library(payload: str) -> None:
    secret = make_secret(NOW).value
    headers = sign([secret], "msg_1", payload, datetime.now(UTC))
    Verifier(secret).verify(payload, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(payload + " ", headers, json_parse=False)


def test_a_secret_has_the_format_and_length_of_the_specification() -> None:
    first, second = make_secret(NOW).value, make_secret(NOW).value
    assert first != second
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", first)
    assert len(b64decode(first.removeprefix("whsec_"))) == 32


def test_both_secrets_sign_for_a_day_after_a_rotation() -> None:
    now = datetime.now(UTC)
    webhook = make_webhook(now, secrets=rotate_secrets(make_webhook().secrets, make_secret(now)))
    new = webhook.secrets[0].value
    headers = sign(webhook.signing_secrets(now), "msg_1", "{}", now)
    for secret in (SECRET, new):
        Verifier(secret).verify("{}", headers)
    assert webhook.signing_secrets(now + OVERLAP) == [new]
    assert timedelta(hours=24) == OVERLAP


def test_rotation_drops_expired_secrets_and_extends_none() -> None:
    once = rotate_secrets(make_webhook().secrets, make_secret(NOW))
    twice = rotate_secrets(once, make_secret(NOW + timedelta(hours=1)))
    assert [s.value for s in twice[1:]] == [s.value for s in once]
    assert twice[2].expires_at == NOW + OVERLAP
    third = rotate_secrets(twice, make_secret(NOW + timedelta(days=3)))
    assert [s.value for s in third[1:]] == [twice[0].value]


def test_a_secret_is_not_in_its_repr() -> None:
    secret = make_secret(NOW)
    webhook = make_webhook(secrets=(secret,))
    assert secret.value not in f"{secret!r} {secret} {webhook!r}"
